"""The Makefile: sets up what is missing once, repairs what is broken, and says in a sentence what it cannot do.

Tested in a folder with the real Makefile and a one-line shop, so that no package has to be downloaded.
"""

import os
import shutil
import subprocess
import sys

import pytest

from tests.house.source_modules import ROOT

pytestmark = pytest.mark.slow

INSTALLING = "Installing what the shop needs ...\n"
OLD = "Python 3.11 or newer is needed; name one with: make run PYTHON=python3.12\n"
SERVES = "print('serving')"


def folder_in(parent):
    """Return a folder with the Makefile, no requirements, and a program in place of the shop."""
    here = parent / "a shop"
    (here / "shop" / "operations").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", here)
    (here / "requirements.txt").touch()
    (here / "requirements-dev.txt").touch()
    (here / "shop" / "operations" / "dev_server.py").write_text(SERVES)
    return here


@pytest.fixture
def folder(tmp_path):
    """A folder without anything set up."""
    return folder_in(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder that was set up once; each test that breaks it also repairs it."""
    here = folder_in(tmp_path_factory.mktemp("made"))
    assert make(here).stdout == f"{INSTALLING}serving\n"
    return here


def make(folder, *words, python=sys.executable):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    command = ["make", "-s", *(words or ["run"]), f"PYTHON={python}"]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def program(folder, text):
    """Write an executable that replaces a Python."""
    file = folder / "python-of-old"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return "./python-of-old"


def test_a_second_run_changes_nothing_and_needs_no_other_python(made):
    before = (made / ".venv" / "run").stat().st_mtime_ns
    assert make(made, python="/no/such/python").stdout == "serving\n"
    assert (made / ".venv" / "run").stat().st_mtime_ns == before


def test_new_requirements_are_installed(made):
    newer = (made / ".venv" / "run").stat().st_mtime + 1
    os.utime(made / "requirements.txt", (newer, newer))
    assert make(made).stdout == f"{INSTALLING}serving\n"


def test_an_install_that_ended_halfway_is_begun_anew(made):
    (made / "requirements.txt").write_text("no-such-package==1\n")  # without a hash pip does not even request it
    refused = make(made)

    assert "The packages could not be installed; see pip's output above." in refused.stderr
    assert "serving" not in refused.stdout

    (made / "requirements.txt").write_text("")
    (made / ".venv" / "half").touch()
    assert make(made).stdout == f"{INSTALLING}serving\n"
    assert not (made / ".venv" / "half").exists()


def test_an_environment_that_lost_its_python_is_made_anew(made):
    """As after an update of the system that removed the old one."""
    (made / ".venv" / "bin" / "python").unlink()
    assert make(made).stdout == f"{INSTALLING}serving\n"
    assert make(made).stdout == "serving\n"


def test_an_environment_that_was_moved_is_made_anew(made):
    """Its scripts contain the path of the folder that they were created in."""
    moved = made.rename(made.parent / "moved")

    assert make(moved).stdout == f"{INSTALLING}serving\n"
    assert str(moved) in (moved / ".venv" / "bin" / "pip").read_text()
    moved.rename(made)


@pytest.mark.parametrize("command", ["run", "serve", "test", "coverage", "check", "audit", "bench"])
@pytest.mark.parametrize("text", ["exit 1", "echo '  File \"<string>\", line 1: SyntaxError' >&2; exit 1"])
def test_an_old_python_is_refused_in_a_sentence(folder, command, text):
    refused = make(folder, command, python=program(folder, text))

    assert refused.returncode != 0
    assert refused.stderr.startswith(OLD)
    assert "Error" not in refused.stderr.removeprefix(OLD).replace("] Error 1", "")
    assert not (folder / ".venv").exists()


def test_no_python_at_all_is_refused_in_the_same_sentence(folder):
    refused = make(folder, python="/no/such/python")
    assert refused.stderr.startswith(OLD)
    assert not (folder / ".venv").exists()


def test_a_python_without_venv_is_told_what_to_install(folder):
    refused = make(folder, python=program(folder, 'test "$1" = -c'))
    assert refused.stderr.startswith("The virtual environment could not be created in this folder; on Debian: apt-get")
    assert not (folder / ".venv").exists()


def test_the_first_target_is_run(folder):
    assert make(folder, "-n").returncode == 0
    assert "shop.operations.dev_server" in make(folder, "-n").stdout
