"""A program from npm, as a separate process on loopback; its clock can be set ahead."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.live_server import find_free_port
from tests.processes import shell_environ
from tests.recipes.npm import QUIET, prepare_project
from tests.recipes.recipe_files import settings_of

CLOCK = Path(__file__).with_name("clock.cjs")


@dataclass
class Program:
    """What `npm start` starts in the folder of a recipe. Every setting that the recipe requires must be given.

    `built` as in npm.py.
    """

    recipe: str
    log: Path
    built: str = ""
    port: int = field(default_factory=find_free_port)
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def folder(self) -> Path:
        """Return its folder, prepared at its first use."""
        return prepare_project(self.recipe, built=self.built)

    @property
    def ahead(self) -> Path:
        """Return the file with the number of seconds that the program's clock is ahead."""
        return self.log.with_suffix(".ahead")

    def start(self, *words: str, place: dict[str, str], **settings: str) -> "Program":
        """Start it; `place` has the settings that depend on this machine, such as the database's URL."""
        assert settings.keys() == settings_of(self.recipe)
        self.put_clock_forward(minutes=0)
        clock = {"NODE_OPTIONS": f"--require={CLOCK}", "SECONDS_AHEAD": str(self.ahead)}
        environ = {
            **shell_environ(),
            **QUIET,
            **clock,
            "NODE_ENV": "production",
            "PORT": str(self.port),
            **place,
            **settings,
        }
        alone = {"stdin": subprocess.PIPE, "start_new_session": True, "text": True}
        with self.log.open("ab") as log:
            command = ["npm", "start", "--", *words]
            self.process = subprocess.Popen(command, cwd=self.folder, env=environ, stdout=log, stderr=log, **alone)
        return self

    def wait_until_up(self, path: str, seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text()
            try:
                urllib.request.urlopen(self.url + path, timeout=10).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"the program did not come up: {self.log.read_text()}")

    def put_clock_forward(self, *, minutes: float) -> None:
        self.ahead.write_text(str(minutes * 60))

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.communicate(timeout=30)
