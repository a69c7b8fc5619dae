"""`make check`: the same before a commit, by hand and in CI."""

import re

import yaml

from tests.house.source_modules import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]


def commands_of(target):
    """Give the commands of a target of the Makefile, as they are typed."""
    [recipe] = re.findall(rf"^{target}:[^\n]*\n((?:\t[^\n]*\n)+)", MAKEFILE, re.M)
    return [line.strip().removeprefix("@").replace("$(BIN)", ".venv/bin") for line in recipe.splitlines()]


def test_a_commit_is_checked_as_by_hand():
    assert [hook["entry"] for hook in HOOKS] == commands_of("check")
    assert {(hook["language"], hook["pass_filenames"]) for hook in HOOKS} == {("system", False)}


def test_ci_checks_by_the_same_command():
    assert "make check" in (ROOT / ".ci" / "run").read_text().splitlines()
