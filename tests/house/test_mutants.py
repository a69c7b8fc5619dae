"""The tests would notice: of small faults at the door, in the bridge, the records and the store, nine in ten are.

A sample is drawn from all the faults that tests/house/mutants.py can make, and those of `make test`'s tests that belong
there are run against each. What survives shows a test to write; or it changes nothing that anybody could see, and
survivors.toml says why.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import results
from tests.house.mutants import PARTS, SEED, mutants_of
from tests.house.walking import ROOT

SAMPLE = results.rounds(100, short=40)
LOOKED_AT = ["bridge"] if results.SHORT else list(PARTS)
KEPT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "instance", "results")
PLUGINS = [
    "-p",
    "tests.house.mutation",
    *(word for name in ("randomly", "xdist", "cov") for word in ("-p", f"no:{name}")),
]


def listed():
    """Give the survivors that have a reason to."""
    kept = tomllib.loads(Path(__file__).with_name("survivors.toml").read_text())["survivor"]
    assert all(one["reason"] for one in kept)
    return {(one["where"], one["was"], one["now"]) for one in kept}


def judged(part, folder):
    """Run the tests of a part against a sample of its mutants, in a copy of the tree."""
    shutil.copytree(ROOT, folder / "tree", ignore=KEPT_OUT)
    places = [f"tests/{place}" for place in PARTS[part][1]]
    command = [sys.executable, "-m", "pytest", *PLUGINS, "-q", "-m", "not slow and not prove", *places]
    told = ["--part", part, "--size", str(SAMPLE), "--verdicts", folder / "verdicts", "--basetemp", folder / "tests"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environ["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run([*command, *told], cwd=folder / "tree", env=environ, capture_output=True, text=True)
    print(done.stdout, done.stderr)
    return json.loads((folder / "verdicts").read_text())


@pytest.mark.prove
@pytest.mark.parametrize("part", LOOKED_AT)
def test_nine_in_ten_faults_are_noticed(part, tmp_path):
    seen = judged(part, tmp_path)
    verdicts = {(one["where"], one["was"], one["now"]): one["killed_by"] for one in seen["verdicts"]}
    survived = [name for name, killed_by in verdicts.items() if not killed_by]
    alike = [name for name in survived if name in listed()]
    killed = len(verdicts) - len(survived)
    percent = round(100 * killed / (len(verdicts) - len(alike)), 1)
    results.write(
        f"mutants of the {part}",
        seed=SEED,
        mutants=seen["of"],
        drawn=len(verdicts),
        killed=killed,
        that_change_nothing=len(alike),
        percent_killed=percent,
    )
    for name in set(survived) - set(alike):
        print("survived:", *name)
    assert percent >= 90


@pytest.mark.prove
def test_every_listed_survivor_can_still_be_made():
    known = {(one.where, one.was, one.now) for part in PARTS for one in mutants_of(part)}
    assert listed() - known == set()
