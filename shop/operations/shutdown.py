"""Graceful shutdown: emails in flight are finished, and SQLite's one file is complete at the end."""

import logging
import signal
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask

from shop.database import connections, sqlite_file
from shop.extensions import db

FINISH_SECONDS = 5.0  # that the last step waits for another program


def gunicorn_hooks(app: Flask) -> dict[str, Callable[[Any], None] | Callable[[Any, Any], None]]:
    """Return gunicorn's hooks for the shutdown."""
    is_ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # as under nohup

    def heed_hang_up(arbiter: Any) -> None:
        """Exit if the terminal is closed; gunicorn would reload, with no one there to see it."""
        end = signal.SIG_IGN if is_ignored else lambda _sign, frame: arbiter.signal(signal.SIGTERM, frame)
        signal.signal(signal.SIGHUP, end)

    def end(_arbiter: Any) -> None:
        """Leave a complete file when all workers are gone, even one that was killed; or report that it is not."""
        with app.app_context():
            file = connections.get_sqlite_file(db.engine)
        if file and (rest := sqlite_file.checkpoint(file, seconds=FINISH_SECONDS)):
            logging.error(rest)
            sys.exit(1)

    return {"when_ready": heed_hang_up, "worker_exit": stop_worker, "on_exit": end}


def ignore_terminal_signals() -> None:
    """Have a worker ignore the terminal's signals, and obey only its master.

    A terminal sends Ctrl-C to every process, and then the master tells each worker to quit. A second signal during
    gunicorn's handling of the first would deadlock it. Closing the terminal has the same effect.
    """
    for sign in (signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)


def stop_worker(_arbiter: Any, gunicorn_worker: Any) -> None:
    """Finish emails in flight before the process ends, and checkpoint the database."""
    if worker := getattr(gunicorn_worker, "mail_worker", None):
        worker.stop()
    if app := gunicorn_worker.wsgi:
        with app.app_context():
            connections.close_connections(db.engine)
