"""The real server as a process of its own, started the way `make serve` starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds that a test waits for what must come: how long that takes is the machine's affair


def free_port() -> int:
    """Give a port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Served:
    """A running server; its log is in `log`."""

    environ: dict[str, str]
    log: Path
    module: str = "shop.operations.server"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Served":
        bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environ = {"PUBLIC_URL": self.url, **bare, **self.environ, "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", self.module]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
        self.wait_until_up()
        return self

    def wait_until_up(self, seconds: float = PATIENCE) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text()
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=10) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"the server did not come up: {self.log.read_text()}")

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(sign)
            self.process.wait(PATIENCE)
