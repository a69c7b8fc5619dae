"""The mail worker as a process of its own, and many people who ask at once."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from tests.conftest import browser_of
from tests.front_door import ask
from tests.serving import PATIENCE, ROOT


@dataclass
class WorkerProcess:
    """`flask outbox work`, with its log in a file."""

    environ: dict[str, str]
    log: Path
    process: subprocess.Popen | None = None

    def start(self, *options: str) -> "WorkerProcess":
        bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environ = {**bare, **self.environ, "INSTANCE_PATH": str(self.log.parent), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "work", *options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
        return self

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait(self, seconds: float = PATIENCE) -> int:
        return self.process.wait(seconds)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(sign)
        return self.wait()


def many_ask(app: Flask, count: int) -> list[str]:
    """Have so many people ask, each in a browser of their own. Gives their addresses."""
    addresses = [f"person{number}@many.example" for number in range(count)]
    for address in addresses:
        assert ask(browser_of(app), address).status_code == 303
    return addresses
