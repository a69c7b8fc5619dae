"""The shop: create_app is the only place that knows every room."""

import os
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from shop import config, config_check, extensions, idempotency
from shop.account import register as account
from shop.api import register as api
from shop.audit import register as audit
from shop.catalogue import register as catalogue
from shop.clients import register as clients
from shop.customers import register as customers
from shop.dashboard import register as dashboard
from shop.demo import register as demo
from shop.environment import in_command, is_local
from shop.grants import register as grants
from shop.oidc import register as oidc
from shop.operations import register as operations
from shop.orders import register as orders
from shop.outbox import register as outbox
from shop.people import register as people
from shop.search import register as search
from shop.sessions import register as sessions
from shop.settings import register as settings
from shop.signin import register as signin
from shop.stock import register as stock
from shop.undo import register as undo
from shop.version import __version__ as __version__
from shop.web import body_limits, proxies
from shop.web import register as web

ROOT = Path(__file__).resolve().parent.parent
# Each room comes after those that it may import; what it adds to them is in its register.py.
RECORDS = (audit, outbox)
DOOR = (people, clients, sessions, signin, grants, oidc, api)
STORE = (settings, search, undo, catalogue, stock, customers, orders, dashboard, account)
ROOMS = (*RECORDS, *DOOR, *STORE, demo, operations)


def create_app(environ: Mapping[str, str] | None = None, *, instance: Path | None = None) -> Flask:
    """Build the app from the environment's settings.

    Raises SettingError for a setting that cannot be parsed, and UnsafeSettings if the app would serve strangers with
    unsafe settings. Commands run anyway, since `flask doctor` has to say what is wrong.
    """
    environ = os.environ if environ is None else environ
    instance = instance or Path(environ.get("INSTANCE_PATH") or ROOT / "instance")
    local = is_local(environ, instance)
    app = Flask(
        "shop", root_path=str(ROOT), instance_path=str(instance), template_folder="templates", static_folder="static"
    )
    app.config.from_mapping(config.read_config(environ, instance, local=local, in_command=in_command()))
    if not local and not in_command():
        config_check.refuse_unsafe(config_check.check_config(app.config))
    app.logger.setLevel(app.config["LOG_LEVEL"])
    for part in (proxies, web, body_limits, extensions, idempotency):
        part.init_app(app)
    for room in ROOMS:
        room.init_app(app)
    return app
