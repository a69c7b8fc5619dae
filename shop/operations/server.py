"""The web server, gunicorn, with the email worker beside it: `make serve`."""

import gc
import logging
import os
import re
import socket
import sys
import time
from typing import Any

import click
from flask import Flask
from flask_migrate import upgrade
from gunicorn.app.base import BaseApplication
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shop import ROOT, config, create_app
from shop.environment import EnvironmentReader, SettingError
from shop.extensions import close_database, db
from shop.operations import schema_check, shutdown
from shop.outbox.worker import Worker
from shop.transactions import read_only

TOKEN_IN_PATH = re.compile(r"(/sign-in/(?:link|not-me|invitation)/)[^\s?\"']+")


class Server(BaseApplication):
    """Gunicorn with our settings, without a command line or settings file of its own."""

    def __init__(self, options: dict[str, Any], app: Flask) -> None:
        self.options = {**options, **shutdown.gunicorn_hooks(app)}
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app()


class TokenFilter(logging.Filter):
    """Removes link tokens from the server's own log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = TOKEN_IN_PATH.sub(r"\1…", record.getMessage()), None
        return True


def gunicorn_options(env: EnvironmentReader) -> dict[str, Any]:
    """Return gunicorn's settings."""
    host, port = listen_address(env)
    return {
        "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
        "workers": env.number("WEB_CONCURRENCY", 1, low=1, high=64),
        "threads": config.read_thread_count(env),
        "worker_class": "gthread",
        "chdir": str(ROOT),
        "timeout": 30,
        "graceful_timeout": 20,
        "keepalive": 5,
        "loglevel": "warning",
        "proc_name": "shop",
        "control_socket_disable": True,
        # Only ProxyFix decides which headers of a proxy are trusted, by PROXY_COUNT.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "post_worker_init": start_worker,
    }


def start_worker(gunicorn_worker: Any) -> None:
    """Set up a newly forked process."""
    shutdown.ignore_terminal_signals()
    gc.freeze()
    logging.getLogger("gunicorn.error").addFilter(TokenFilter())
    start_mail_worker(gunicorn_worker)


def start_mail_worker(gunicorn_worker: Any) -> None:
    """Start delivering emails in this process, unless a separate process does."""
    app = gunicorn_worker.wsgi
    if app.config["MAIL_WORKER"] == "inline" or app.config["MAILBOX_PAGE"]:
        gunicorn_worker.mail_worker = Worker(app)
        gunicorn_worker.mail_worker.start()


def prepare_app() -> Any:
    """Build the app once, which checks the settings, and migrate the database. Returns the app."""
    app = create_app()
    with app.app_context():
        db.session.execute(text("SELECT 1"))  # a database that is away is noticed here, before Alembic runs
        db.session.rollback()
        require_known_revision()
        run_migrations()
        require_schema()
    close_database(app)
    gc.freeze()  # loaded objects are permanent: neither a collection nor the exit needs to traverse them
    return app


def require_known_revision() -> None:
    """Refuse a database at a revision that this program cannot migrate from. Raises ClickException."""
    with read_only(), db.engine.connect() as connection:
        if found := schema_check.find_migration_obstacle(connection):
            raise click.ClickException(f"{found.what} {found.why} {found.fix}")


def run_migrations() -> None:
    """Run the pending migrations. Raises ClickException; the cause was logged."""
    try:
        upgrade()
    except SystemExit:
        raise click.ClickException("The database could not be upgraded; the line above says why.") from None


def require_schema() -> None:
    """Refuse a database that lacks what pages need. Raises ClickException."""
    with read_only(), db.engine.connect() as connection:
        if missing := schema_check.list_missing(connection):
            lacks = schema_check.describe_missing(missing)
            raise click.ClickException(f"The database does not match the program. {lacks} {schema_check.FIX}")


def refuse_taken_port(host: str, port: int) -> None:
    """Raise SettingError if the host is invalid, or the port cannot be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (socket.gaierror, UnicodeError):
            raise SettingError(f"HOST is {host!r}, which is not an address of this machine.") from None
        except OSError as fault:
            raise SettingError(
                f"Port {port} on {host} can't be used ({fault.strerror}). Set PORT to a free one."
            ) from None


def start_logging(env: EnvironmentReader) -> None:
    """Log to standard error, one line per event, in UTC."""
    logging.Formatter.converter = time.gmtime
    level = env.choice("LOG_LEVEL", config.LOG_LEVELS)
    logging.basicConfig(level=level, format="%(asctime)sZ %(levelname)s %(name)s %(message)s", datefmt="%FT%T")
    logging.getLogger("alembic.autogenerate").setLevel(logging.WARNING)  # it logs "added" for what is missing


def main() -> None:
    """Serve, or refuse in one sentence with exit status 1."""
    os.environ.pop("SHOP_LOCAL", None)  # relaxed checks are for `make run` only, whatever a shell exported
    env = EnvironmentReader(os.environ)
    try:
        start_logging(env)
        settings = gunicorn_options(env)
        refuse_taken_port(*listen_address(env))
        app = prepare_app()
    except click.ClickException as refusal:
        sys.exit(f"Not started. {refusal}")
    except SQLAlchemyError as fault:
        sys.exit(f"Not started. {describe_fault(fault)}")
    if settings["workers"] > 1 and app.config["RATELIMIT_STORAGE_URI"].startswith("memory:"):
        logging.warning(
            "RATELIMIT_STORAGE_URI is not set, so each of the %s processes counts rate limits separately",
            settings["workers"],
        )
    Server(settings, app).run()


def describe_fault(fault: SQLAlchemyError) -> str:
    """Return one line about why the database cannot be used."""
    return f"The database can't be used: {' '.join(str(getattr(fault, 'orig', fault)).split())}"


def listen_address(env: EnvironmentReader) -> tuple[str, int]:
    """Return the host and port to listen on."""
    return env.text("HOST", "127.0.0.1").strip("[]"), env.number("PORT", 8000, low=1, high=65535)


if __name__ == "__main__":
    main()
