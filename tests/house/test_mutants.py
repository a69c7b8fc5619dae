"""The tests notice nine in ten small faults in sign-in, the OpenID provider, the records and the store.

A sample is drawn from all faults that tests/house/mutants.py can make, and the related tests of `make test` are run
against each. A survivor points to a missing test, or it has no visible effect, and survivors.toml says why.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests import results
from tests.house.source_modules import ROOT

RULES = ("totals", "models/payment", "models/refund", "payments", "refunds", "balance", "stock", "status")
MONEY = [f"orders/{name}.py" for name in RULES]
DOOR = ["signin", "sessions", "people"]
# By the name of a part: paths in shop/, and the paths in tests/ that must notice faults there.
PARTS = {
    "door": (DOOR, [*DOOR, "api", "account", "operations/test_doctor.py"]),
    "bridge": (["grants", "oidc"], ["grants", "oidc", "api"]),
    "records": (["outbox", "audit"], ["outbox", "audit", "house/test_events.py", "house/test_lists.py"]),
    "store": (["money.py", "stock", *MONEY], ["stock", "orders", "settings", "house/test_lists.py"]),
}
LOOKED_AT = ["bridge"] if results.SHORT else list(PARTS)
SAMPLE = results.choose_repetitions(100, short=40)
SEED = 31
KEPT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "instance", "results")
PLUGINS = ["tests.house.mutation_plugin", "no:randomly", "no:xdist", "no:cov", "no:cacheprovider"]


def judged(part, folder):
    """Run the tests of a part against a sample of its mutants, in a copy of the tree. Returns the verdicts."""
    places, tests = PARTS[part]
    shutil.copytree(ROOT, folder / "tree", ignore=KEPT_OUT)
    told = {
        "--mutate": ",".join(f"shop/{place}" for place in places),
        "--size": str(SAMPLE),
        "--seed": str(SEED),
        "--verdicts": folder / "verdicts",
        "--basetemp": folder / "tests",
        "-m": "not slow and not prove",
    }
    plugins = [word for name in PLUGINS for word in ("-p", name)]
    options = [word for option in told.items() for word in option]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, *options, *(f"tests/{place}" for place in tests)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    subprocess.run(command, cwd=folder / "tree", env={**environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=True)
    return json.loads((folder / "verdicts").read_text())


@pytest.mark.prove
@pytest.mark.parametrize("part", LOOKED_AT)
def test_nine_in_ten_faults_are_noticed(part, tmp_path):
    found = judged(part, tmp_path)
    verdicts = [verdict for _, verdict in found["verdicts"]]
    drawn, alike, survived = len(verdicts), verdicts.count("changes nothing"), verdicts.count("survived")

    percent = round(100 * (1 - survived / (drawn - alike)), 1)
    figures = {"drawn": drawn, "that_change_nothing": alike, "not_noticed": survived, "percent_noticed": percent}
    results.save_figures(f"mutants of the {part}", seed=SEED, mutants=found["mutants"], **figures)

    print(*(fault for fault, verdict in found["verdicts"] if verdict == "survived"), sep="\n")
    here = tuple(f"shop/{place}".removesuffix(".py").replace("/", ".") for place in PARTS[part][0])
    assert [name for name in found["gone"] if name[0].startswith(here)] == [], "listed, and no mutant any more"
    assert percent >= 90
