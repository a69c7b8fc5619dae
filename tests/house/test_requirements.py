"""Requirements: every package at one version, with hashes, from whichever registry the machine has."""

import re

import pytest

from tests.house.source_modules import ROOT

PINNED = ["requirements.txt", "requirements-dev.txt", ".ci/node.txt"]


def entries(file):
    """Give the entries of a requirements file, each with its hashes on one line."""
    lines = [
        line for line in (ROOT / file).read_text().splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    return "\n".join(lines).replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("file", PINNED)
def test_every_package_has_one_version_and_hashes(file):
    entry = re.compile(r"[a-z0-9._-]+(\[[a-z,]+\])?==[0-9][^ ]*( ; [^\\]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", re.I)
    assert entries(file)
    assert [line for line in entries(file) if not entry.fullmatch(line)] == []


@pytest.mark.parametrize("file", PINNED)
def test_no_registry_is_named(file):
    assert re.findall(r"://|--(?:extra-)?index|--find-links|--trusted", (ROOT / file).read_text()) == []


def test_what_the_tests_run_with_is_what_is_deployed():
    deployed = {line.split(" ")[0] for line in entries("requirements.txt")}
    assert deployed <= {line.split(" ")[0] for line in entries("requirements-dev.txt")}


def test_packages_of_every_platform_are_hashed():
    """One hash would be one platform's file."""
    [psycopg] = [line for line in entries("requirements.txt") if line.startswith("psycopg-binary==")]
    assert psycopg.count("--hash") > 20
