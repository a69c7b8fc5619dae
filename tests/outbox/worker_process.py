"""The mail worker as a process of its own, and many people who ask at once."""

import threading
from pathlib import Path

from flask import Flask

from tests.conftest import browser_of
from tests.processes import Program, bare_environ
from tests.sign_in_flow import request_link


def new_worker_process(environ: dict[str, str], log: Path, *options: str) -> Program:
    """Give `flask outbox work`, not yet started."""
    own = bare_environ({**environ, "INSTANCE_PATH": log.parent})
    return Program(["flask", "--app", "wsgi", "outbox", "work", *options], own, log, log)


def request_many_links(app: Flask, count: int) -> list[str]:
    """Have so many people ask, each in a browser of their own. Gives their addresses."""
    addresses = [f"person{number}@many.example" for number in range(count)]
    for address in addresses:
        assert request_link(browser_of(app), address).status_code == 303
    return addresses


def sender_threads() -> list[threading.Thread]:
    """Give the threads that send."""
    return [thread for thread in threading.enumerate() if thread.name.startswith(("sender-", "mail-worker"))]
