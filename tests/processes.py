"""Our programs as separate processes, as `python -m` starts them.

Each is forked from one process that has loaded its imports without running it: loading takes longer than most of them
live here. tests/operations/test_serve.py starts the server without this help.
"""

import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds that a test waits: the actual time depends on the machine

forks = get_context("forkserver")
forks.set_forkserver_preload(["flask.cli", "shop.operations.dev_server", "shop.operations.server"])


def shell_environ() -> dict[str, str]:
    """Return what a program needs of this shell's environment to start."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def bare_environ(settings: Mapping[str, object]) -> dict[str, str]:
    """Return an environment with the settings, and only what a program needs to start from this shell."""
    return {**shell_environ(), "PYTHONUNBUFFERED": "1", **{name: str(value) for name, value in settings.items()}}


@dataclass
class Program:
    """A module with its arguments, in an environment of its own; its output is appended to two files."""

    words: Sequence[str]
    environ: dict[str, str]
    said: Path
    complained: Path
    process: ForkServerProcess = field(init=False)

    def start(self) -> "Program":
        words = list(map(str, self.words))
        files = str(self.said), str(self.complained)
        self.process = forks.Process(target=become_program, args=(words, self.environ, *files), daemon=True)
        self.process.start()
        return self

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        """The exit status; the negative number of the signal that ended it; None while it runs."""
        return self.process.exitcode

    def wait(self, seconds: float = PATIENCE) -> int:
        """Return the exit status. Raises TimeoutError."""
        self.process.join(seconds)
        if self.returncode is None:
            raise TimeoutError(f"{' '.join(self.words)} still runs")
        return self.returncode

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, unless it has ended, and return the exit status."""
        if self.returncode is None:
            os.kill(self.pid, sign)
        return self.wait()


def become_program(words: Sequence[str], environ: Mapping[str, str], said: str, complained: str) -> None:
    """Turn this process into that program."""
    for number, file in ((0, os.devnull), (1, said), (2, complained)):
        opened = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it in background processes
    sys.stdout.reconfigure(write_through=True)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    os.chdir(ROOT)
    sys.argv = list(words)
    sys.modules.pop(words[0], None)  # it is loaded again, as the program; only its imports are kept
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


def run_module(*words: object, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run a module to its end: run_module("flask", "--app", "wsgi", "doctor", SECRET_KEY=…)."""
    with TemporaryDirectory() as name:
        said, complained = Path(name) / "said", Path(name) / "complained"
        program = Program(list(map(str, words)), bare_environ(settings), said, complained).start()
        try:
            return subprocess.CompletedProcess(words, program.wait(), said.read_text(), complained.read_text())
        finally:
            program.stop(signal.SIGKILL)
