"""`pytest -p tests.house.mutation_plugin`: runs the tests that it collected against one mutant after the other.

It runs in a copy of the tree, whose files it changes. First a child walks through the tests once, to learn what lines
each of them runs. Then each mutant gets a child of its own, which has shop and tests loaded already: the mutated code
is put in the place of the right one, and into the file for programs that tests start; then tests that run the line are
run until one fails. A mutant under which they do not end counts as noticed, too.
"""

import json
import os
import pickle
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import coverage
import pytest
from _pytest.runner import runtestprotocol

from tests import databases
from tests.house.code_patch import find_live_functions, patch_module
from tests.house.mutants import Mutant, Spot, draw_sample, list_mutants, load_survivors
from tests.house.source_modules import ROOT

TIMED_OUT = 2  # the status of a child that was stopped
PATIENCE = 10  # how much longer than at first tests may take: the machine may be busier now

TracedTests = dict[str, tuple[float, bool, set[Spot]]]  # of each test: its seconds, whether it held, which lines it ran


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutate", help="modules and folders, separated by commas")
    parser.addoption("--size", type=int, help="how many mutants to draw")
    parser.addoption("--seed", type=int)
    parser.addoption("--verdicts", type=Path, help="the file to write")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Judge a sample of the mutants, and write down the verdicts. What is listed is known to survive, and not tried."""
    options = session.config.option
    say = session.config.pluginmanager.get_plugin("terminalreporter").write_line
    migrate_once(Path(session.config.rootpath) / "migrated.sqlite3")
    found = list(list_mutants(options.mutate.split(",")))
    chosen = draw_sample(found, options.size, options.seed)
    spots = {spot for one in chosen for spot in one.spots}
    items = {item.nodeid: item for item in session.items}
    first = [item for name, item in items.items() if sqlite_twin(name) not in items]
    walk: TracedTests = run_in_child(lambda: trace_tests(first, spots))
    judge = Judge(session, items, walk)
    alike, verdicts = load_survivors(), []
    for one in chosen:
        verdict = "changes nothing" if one.name in alike else judge(one) or "survived"
        verdicts.append((str(one), verdict))
        say(f"{verdict}: {one}")
    say(f"{len(walk)} tests were run; some are unfit, and kill nothing: {sorted(judge.unfit)}")
    gone = sorted(alike - {one.name for one in found})
    options.verdicts.write_text(json.dumps({"mutants": len(found), "verdicts": verdicts, "gone": gone}))
    return True


def migrate_once(template: Path) -> None:
    """Let every child have a migrated SQLite file without migrating one."""
    migrate = databases.migrate_database
    run_in_child(lambda: migrate(f"sqlite:///{template}", template.parent))

    def copy(url: str, instance: Path) -> None:
        if url.startswith("sqlite:///"):
            shutil.copy(template, url.removeprefix("sqlite:///"))
        else:
            migrate(url, instance)

    databases.migrate_database = copy


def run_in_child(act: Callable[[], Any]) -> Any:
    """Return what an act returns that is carried out in a fork, or None where it has no end. Its programs end, too."""
    with TemporaryFile() as answer:
        pid = os.fork()
        if not pid:
            status = 1
            try:
                os.setpgid(0, 0)
                answer.write(pickle.dumps(act()))
                answer.flush()
                status = 0
            except pytest.exit.Exception:
                status = TIMED_OUT
            except BaseException:
                traceback.print_exc(file=sys.__stderr__)
            finally:
                os._exit(status)
        try:
            _, ended = os.waitpid(pid, 0)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        answer.seek(0)
        if os.WIFSIGNALED(ended) or os.WEXITSTATUS(ended) == TIMED_OUT:
            return None
        return pickle.loads(answer.read())


def set_time_limit(seconds: float) -> None:
    """End this process some time from now: at first by an exception, so that it can tidy up."""

    def end(*_: object) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        raise pytest.exit.Exception("too long")

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds, 30)


def trace_tests(items: list[pytest.Item], spots: set[Spot]) -> TracedTests:
    """Run tests, and learn of each how long it took, whether it held, and which of some lines it ran."""
    seen: TracedTests = {}
    files = {file for file, _ in spots}
    watch = coverage.Coverage(data_file=None, config_file=False, include=[str(ROOT / file) for file in files])
    watch.start()
    for item, following in pair_with_next(items):
        watch.switch_context(item.nodeid)
        began = time.monotonic()
        held = passes(item, following)
        seen[item.nodeid] = time.monotonic() - began, held, set()
    watch.stop()
    for file in files:
        for line, tests in watch.get_data().contexts_by_lineno(str(ROOT / file)).items():
            for test in tests:
                if (file, line) in spots and test in seen:
                    seen[test][2].add((file, line))
    return seen


def sqlite_twin(test: str) -> str | None:
    """Return the name of a test's twin on SQLite, if it is one on PostgreSQL."""
    return test.replace("postgresql", "sqlite") if "postgresql" in test else None


def strip_parameters(test: str) -> str:
    """Return the name of a test without the values that it is run with."""
    return test.partition("[")[0]


def pair_with_next(items: list[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Give each test with the one after it, for which pytest keeps what both need."""
    return zip_longest(items, items[1:])


def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run one test, and say whether all of it held."""
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


class Judge:
    """Finds the test that kills a mutant."""

    def __init__(self, session: pytest.Session, items: dict[str, pytest.Item], walk: TracedTests) -> None:
        self.session = session
        self.items = items
        self.walk = walk
        self.fit: set[str] = set()
        self.unfit = {test for test, (_, held, _) in walk.items() if not held}
        self.functions = find_live_functions()

    def __call__(self, mutant: Mutant) -> str | None:
        """Return what killed it, or None. Once, a test that kills must hold against the right code before that counts.

        So none kills by chance, such as one that waits for a machine which is busy.
        """
        killer = self.first_to_fail(self.tests_of(mutant), mutant.path, mutant.source())
        if killer in self.items and killer not in self.fit:
            if self.first_to_fail([killer], mutant.path, (ROOT / mutant.path).read_text()):
                self.unfit.add(killer)
                return self(mutant)
            self.fit.add(killer)
        return killer

    def first_to_fail(self, tests: list[str], path: str, source: str) -> str | None:
        """Return which test fails first where one file is as given, or None; "no end" where they do not end."""
        file = ROOT / path
        right, times = file.read_text(), (file.stat().st_atime_ns, file.stat().st_mtime_ns)
        try:
            file.write_text(source)
            said = run_in_child(lambda: self.run(tests, file, right, source))
        finally:
            file.write_text(right)
            os.utime(file, ns=times)
        return "no end" if said is None else said[0]

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Return tests that run what was mutated, each a different one before any with other values; quick ones first.

        Those of them that are run on the other database as well come last.
        """
        found = [test for test, (_, _, ran) in self.walk.items() if not ran.isdisjoint(mutant.spots)]
        met: Counter[str] = Counter()
        turns = {}
        for test in sorted(found, key=lambda test: self.walk[test][0]):
            turns[test] = met[strip_parameters(test)]
            met[strip_parameters(test)] += 1
        chosen = sorted(turns, key=lambda test: turns[test])
        others = [test.replace("sqlite", "postgresql") for test in chosen if "sqlite" in test]
        return [test for test in [*chosen, *others] if test in self.items and test not in self.unfit]

    def run(self, tests: list[str], file: Path, right: str, wrong: str) -> tuple[str | None]:
        """Put the mutant in place and run tests until one fails. Returns its name, or None."""
        try:
            patch_module(file, right, wrong, self.functions)
        except Exception as error:
            return (f"{type(error).__name__} on loading",)
        items = [self.items[test] for test in tests]
        for item, following in pair_with_next(items):
            set_time_limit(30 + PATIENCE * self.walk.get(item.nodeid, (3,))[0])
            if not passes(item, following):
                self.session._setupstate.teardown_exact(None)
                return (item.nodeid,)
        return (None,)
