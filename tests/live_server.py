"""The real server in a separate process, started as `make serve` starts it."""

import signal
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import PATIENCE, Program, bare_environ


def find_free_port() -> int:
    """Return an unused port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_server_up(url: str) -> bool:
    """Return whether a healthy server answers there."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=10) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@dataclass
class LiveServer:
    """A running server; `log` is its log file."""

    environ: dict[str, str]
    log: Path
    module: str = "shop.operations.server"
    port: int = field(default_factory=find_free_port)
    process: Program | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "LiveServer":
        environ = bare_environ({"PUBLIC_URL": self.url, **self.environ, "PORT": self.port})
        self.process = Program([self.module], environ, self.log, self.log).start()
        self.wait_until_up()
        return self

    def wait_until_up(self, seconds: float = PATIENCE) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.process.returncode is None, self.log.read_text()
            if is_server_up(self.url):
                return
            time.sleep(0.05)
        raise AssertionError(f"the server did not come up: {self.log.read_text()}")

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        if self.process:
            self.process.stop(sign)
