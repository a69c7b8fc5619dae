"""`pytest -p tests.house.mutation_plugin`: runs the collected tests against one mutant after the other.

It runs in a copy of the tree, whose files it changes. First a child runs the tests once, and traces the lines that each
of them runs. Then each mutant gets a child of its own, in which shop and tests are already loaded. The mutated code
replaces the original, also in the file, for programs that tests start. Then the tests that run the line are run until
one fails. A timeout counts as noticed, too.
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

TIMED_OUT = 2  # the exit status of a child that was stopped
PATIENCE = 10  # how many times longer than at first tests may take: the machine may be busier now

TracedTests = dict[str, tuple[float, bool, set[Spot]]]  # per test: its seconds, whether it passed, which lines it ran


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutate", help="modules and folders, separated by commas")
    parser.addoption("--size", type=int, help="how many mutants to draw")
    parser.addoption("--seed", type=int)
    parser.addoption("--verdicts", type=Path, help="the file to write")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Judge a sample of the mutants, and write the verdicts. Listed survivors are known, and skipped."""
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
    """Give every child a migrated SQLite file to copy."""
    migrate = databases.migrate_database
    run_in_child(lambda: migrate(f"sqlite:///{template}", template.parent))

    def copy(url: str, instance: Path) -> None:
        if url.startswith("sqlite:///"):
            shutil.copy(template, url.removeprefix("sqlite:///"))
        else:
            migrate(url, instance)

    databases.migrate_database = copy


def run_in_child(act: Callable[[], Any]) -> Any:
    """Return the result of an act in a forked process, or None after a timeout. Its programs end, too."""
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
    """Limit this process's time: at first by an exception, so that it can clean up."""

    def end(*_: object) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        raise pytest.exit.Exception("too long")

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds, 30)


def trace_tests(items: list[pytest.Item], spots: set[Spot]) -> TracedTests:
    """Run tests, and record for each its time, whether it passed, and which of some lines it ran."""
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
    """Return the name of a PostgreSQL test's twin on SQLite, or None."""
    return test.replace("postgresql", "sqlite") if "postgresql" in test else None


def strip_parameters(test: str) -> str:
    """Return the name of a test without its parameters."""
    return test.partition("[")[0]


def pair_with_next(items: list[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Return each test with the next one, for which pytest keeps their common fixtures."""
    return zip_longest(items, items[1:])


def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run one test, and return whether it passed completely."""
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
        """Return what killed the mutant, or None. Once, the killing test must also pass against the original code.

        So no mutant is killed by chance, such as by a timeout on a busy machine.
        """
        killer = self.first_to_fail(self.tests_of(mutant), mutant.path, mutant.source())
        if killer in self.items and killer not in self.fit:
            if self.first_to_fail([killer], mutant.path, (ROOT / mutant.path).read_text()):
                self.unfit.add(killer)
                return self(mutant)
            self.fit.add(killer)
        return killer

    def first_to_fail(self, tests: list[str], path: str, source: str) -> str | None:
        """Return the first test that fails with a file's new source, or None; "no end" after a timeout."""
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
        """Return tests that run the mutated lines: fast ones first, and each test before its other parameters.

        Those that also run on the other database come last.
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
