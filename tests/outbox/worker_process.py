"""The email worker as a separate process, and many people who request links simultaneously."""

import threading
from pathlib import Path

from flask import Flask

from tests.conftest import browser_of
from tests.processes import Program, bare_environ
from tests.sign_in_flow import request_link


def new_worker_process(environ: dict[str, str], log: Path, *options: str) -> Program:
    """Return `flask outbox work`, not yet started."""
    own = bare_environ({**environ, "INSTANCE_PATH": log.parent})
    return Program(["flask", "--app", "wsgi", "outbox", "work", *options], own, log, log)


def request_many_links(app: Flask, count: int) -> list[str]:
    """Have so many people request a link, each in a browser of their own. Returns their addresses."""
    addresses = [f"person{number}@many.example" for number in range(count)]
    for address in addresses:
        assert request_link(browser_of(app), address).status_code == 303
    return addresses


def sender_threads() -> list[threading.Thread]:
    """Return the sender threads."""
    return [thread for thread in threading.enumerate() if thread.name.startswith(("sender-", "mail-worker"))]
