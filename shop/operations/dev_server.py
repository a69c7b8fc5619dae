"""`make run`: create what is missing, print its URLs, and offer a demo for an empty shop."""

import os
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shop import ROOT
from shop.environment import EnvironmentReader
from shop.extensions import close_database, db
from shop.operations.server import (
    Server,
    describe_fault,
    gunicorn_options,
    listen_address,
    prepare_app,
    refuse_taken_port,
    start_logging,
)
from shop.tokens import new_secret


def main() -> None:
    """Set up, print the URL, and serve; or refuse in one sentence with exit status 1."""
    os.environ["SHOP_LOCAL"] = "1"
    os.environ["WEB_CONCURRENCY"] = "1"  # the mailbox page is in the memory of one process
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    env = EnvironmentReader(os.environ)
    instance = Path(env.text("INSTANCE_PATH") or ROOT / "instance")
    try:
        start_logging(env)
        settings = gunicorn_options(env)
        refuse_taken_port(*listen_address(env))
        create_instance_folder(instance)
        app = prepare_app()
        with app.app_context():
            is_new = is_shop_empty()
        close_database(app)
    except click.ClickException as refusal:
        sys.exit(f"Not started. {refusal}")
    except OSError as fault:
        sys.exit(f"Not started. The folder {instance} can't be used: {fault.strerror}.")
    except SQLAlchemyError as fault:
        sys.exit(f"Not started. {describe_fault(fault)}")
    except KeyboardInterrupt:
        sys.exit(130)
    print_addresses(app.config)
    if is_new:
        print("Demo   .venv/bin/flask --app wsgi demo fills this empty store with sample products", flush=True)
    Server(settings, app).run()


def print_addresses(config: dict[str, Any]) -> None:
    """Print the shop's URL, its owner, and where emails appear."""
    url = config["PUBLIC_URL"]
    print(f"Open   {url}")
    print(f"Owner  {', '.join(config['OWNERS'])}")
    print(
        f"Email  {url}/dev/mailbox" if config["MAILBOX_PAGE"] else f"Email  sent through {config['MAIL_SERVER']}",
        flush=True,
    )


def is_shop_empty() -> bool:
    """Return whether the shop has no product, no order and no customer yet."""
    tables = ("products", "orders", "customers")
    return not any(db.session.scalar(text(f"SELECT EXISTS (SELECT 1 FROM {one})")) for one in tables)  # noqa: S608


def create_instance_folder(instance: Path) -> None:
    """Create the folder of the embedded defaults and its own random key, readable by its owner alone."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    key, fresh = instance / "secret_key", instance / f"secret_key.{os.getpid()}"
    if not key.exists() or not key.stat().st_size:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(new_secret() + "\n")
        fresh.replace(key)  # atomically: a full disk must not leave an empty key behind
    if not os.access(instance, os.W_OK):
        raise PermissionError(13, "it is not writable")


if __name__ == "__main__":
    main()
