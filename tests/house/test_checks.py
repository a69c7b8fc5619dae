"""`make check`: the same before a commit, by hand and in CI."""

import os
import re
import subprocess
import sys

import pytest
import yaml

from tests.house.source_modules import ROOT

CI = (ROOT / ".ci" / "run").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]


def commands_of(target):
    """Return the commands of a target of the Makefile, as they are typed."""
    [recipe] = re.findall(rf"^{target}:[^\n]*\n((?:\t[^\n]*\n)+)", MAKEFILE.replace("\\\n", " "), re.M)
    return [line.strip().removeprefix("@").replace("$(BIN)", ".venv/bin") for line in recipe.splitlines()]


def test_a_commit_is_checked_as_by_hand():
    assert [hook["entry"] for hook in HOOKS] == commands_of("check")
    assert {(hook["language"], hook["pass_filenames"]) for hook in HOOKS} == {("system", False)}


def test_ci_checks_by_the_same_command():
    assert "make check" in CI.splitlines()


@pytest.mark.parametrize("target", ["check", *sorted(set(re.findall(r"^make ([\w-]+)", CI, re.M)) - {"check"})])
def test_nothing_that_has_to_pass_asks_for_advisories(target):
    said = "\n".join([*commands_of(target), *re.findall(rf"^{target}:.*", MAKEFILE, re.M)])

    assert "audit" not in said
    assert re.search("make audit|pip.audit", CI) is None


def test_an_audit_that_nobody_answers_fails():
    [command] = commands_of("audit")
    command = command.replace(".venv/bin/python", sys.executable).replace("$$", "$")
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9")

    env = {**os.environ, **nowhere, "NO_PROXY": "", "no_proxy": ""}
    asked = subprocess.run(command, shell=True, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)

    assert asked.returncode != 0
    assert "127.0.0.1" in asked.stderr
    assert "No known vulnerabilities" not in asked.stdout + asked.stderr
