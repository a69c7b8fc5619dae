"""A queue of letters, and a mail server that takes 50 ms for each: how many leave in a second?"""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from aiosmtpd.smtp import SMTP, Envelope, Session

from shop import create_app
from shop.extensions import db
from shop.signin import new_request
from shop.signin.new_request import Requester
from shop.tokens import new_secret
from shop.web.request_info import COMMAND_LINE
from tests.processes import ROOT
from tests.smtp_server import SmtpServer

EMAILS = 500
SECONDS_PER_EMAIL = 0.05


@dataclass
class SlowSmtpServer(SmtpServer):
    """A mail server that thinks about each letter, and notes when it came."""

    arrived: list[float] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(SECONDS_PER_EMAIL)
        self.arrived.append(monotonic())
        return "250 OK"


def measure_email_rate(settings: dict[str, str], folder: Path) -> float:
    """Post letters, then have the real worker deliver them as a process of its own."""
    sink = SlowSmtpServer()
    sink.start()
    environ = {**settings, "MAIL_PORT": str(sink.port), "PUBLIC_URL": "http://127.0.0.1:8000"}
    try:
        deliver_emails(environ)  # what those who signed in are still to be told
        sink.arrived.clear()
        post_emails(environ, folder)
        deliver_emails(environ)
    finally:
        sink.stop()
    if len(sink.arrived) != EMAILS:
        raise AssertionError(f"{len(sink.arrived)} of {EMAILS} letters arrived")
    return (EMAILS - 1) / (sink.arrived[-1] - sink.arrived[0])


def deliver_emails(environ: dict[str, str]) -> None:
    """Let the worker send until nothing waits."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "work", "--until-empty"]
    subprocess.run(command, cwd=ROOT, env={"PATH": os.environ["PATH"], **environ}, check=True, timeout=120)


def post_emails(environ: dict[str, str], folder: Path) -> None:
    """Put the letters into the outbox, each for a request of its own."""
    app = create_app(environ, instance=folder)
    with app.app_context():
        for number in range(EMAILS):
            new_request.request_link(
                f"letter{number}@bench.example", Requester(new_secret(), None, COMMAND_LINE), next_path=None
            )
        db.session.commit()
        db.engine.dispose()
