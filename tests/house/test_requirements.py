"""Requirements: every package at one version, with hashes, from any registry."""

import re

import pytest
from packaging.version import Version

from tests.house.source_modules import ROOT

PINNED = ["requirements.txt", "requirements-dev.txt", ".ci/node.txt"]

# The first versions without a relevant vulnerability; for unused packages, in case they are ever added.
FLOORS = {
    "flask": "3.1.3",  # CVE-2023-30861, CVE-2025-47278, CVE-2026-27205: cached cookies, keys in the wrong order
    "werkzeug": "3.1.6",  # CVE-2024-49767, CVE-2026-27199: memory by multipart, device names
    "gunicorn": "23",  # CVE-2024-1135, CVE-2024-6827: request smuggling
    "waitress": "3.0.1",  # CVE-2024-49768, CVE-2024-49769: a race, a busy loop
    "aiosmtpd": "1.4.5",  # CVE-2024-27305: SMTP smuggling
}


def entries(file):
    """Return the entries of a requirements file, each with its hashes on one line."""
    lines = [
        line for line in (ROOT / file).read_text().splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    return "\n".join(lines).replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("file", PINNED)
def test_every_package_has_one_version_and_hashes(file):
    entry = re.compile(r"[a-z0-9._-]+(\[[a-z,]+\])?==[0-9][^ ]*( ; [^\\]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", re.I)
    assert entries(file)
    assert [line for line in entries(file) if not entry.fullmatch(line)] == []


def pins(text):
    """Return (package, version) for each pinned package in a requirements file's text."""
    return re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.M)


def find_flawed(text):
    return [
        (name, version) for name, version in pins(text) if Version(version) < Version(FLOORS.get(name.lower(), "0"))
    ]


@pytest.mark.parametrize("file", PINNED)
def test_no_version_has_a_flaw_that_a_later_one_mended(file):
    text = (ROOT / file).read_text()

    assert len(pins(text)) == len(entries(file))
    assert find_flawed(text) == []


def test_a_version_below_its_floor_is_found():
    assert find_flawed("Flask==3.1.2 \\\n    --hash=sha256:0\ngunicorn==22.0\nredis==1.0\n") == [
        ("Flask", "3.1.2"),
        ("gunicorn", "22.0"),
    ]
    assert {"flask", "werkzeug", "gunicorn"} <= {name for name, _ in pins((ROOT / "requirements.txt").read_text())}


@pytest.mark.parametrize("file", PINNED)
def test_no_registry_is_named(file):
    assert re.findall(r"://|--(?:extra-)?index|--find-links|--trusted", (ROOT / file).read_text()) == []


def test_what_the_tests_run_with_is_what_is_deployed():
    deployed = {line.split(" ")[0] for line in entries("requirements.txt")}
    assert deployed <= {line.split(" ")[0] for line in entries("requirements-dev.txt")}


def test_packages_of_every_platform_are_hashed():
    """A single hash would be a single platform's file."""
    [psycopg] = [line for line in entries("requirements.txt") if line.startswith("psycopg-binary==")]
    assert psycopg.count("--hash") > 20
