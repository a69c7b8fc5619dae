"""The shop: create_app is the only place that knows every room."""

import os
from collections.abc import Mapping
from pathlib import Path

import click
from flask import Flask

from shop import config, database, ids, pages, pressing, proxies, request_limits, safety
from shop.account import forgetting, holder
from shop.account import routes as account_routes
from shop.api import answers as api_answers
from shop.api import routes as api_routes
from shop.audit import chain, retirement
from shop.audit import commands as audit_commands
from shop.audit import routes as audit_routes
from shop.catalogue import bulk as bulk_products
from shop.catalogue import changing, currency, gallery, pictures, product, reverting, varying
from shop.catalogue import routes as catalogue_routes
from shop.catalogue import searching as products_search
from shop.clients import commands as clients_commands
from shop.clients import registering
from shop.clients import routes as clients_routes
from shop.customers import accounts, customer, dossier, erasing, merging, purchases, tagging
from shop.customers import dealing as customers_dealing
from shop.customers import routes as customers_routes
from shop.customers import searching as customers_search
from shop.dashboard import routes as dashboard_routes
from shop.demo import commands as demo_commands
from shop.extensions import babel, bootstrap, csrf, db, limiter, login_manager, look_at_tables, mail, migrate
from shop.grants import commands as grants_commands
from shop.grants import grant
from shop.grants import keys as signing_keys
from shop.oidc import answers as oidc_answers
from shop.oidc import routes as oidc_routes
from shop.oidc import server as oidc_server
from shop.operations import commands as operations_commands
from shop.operations import mailbox
from shop.operations import routes as operations_routes
from shop.orders import (
    amending,
    buying,
    correspondence,
    daybook,
    dealing,
    following,
    order,
    payment,
    printing,
    sending,
    shipment,
    states,
    taking,
    telling,
    tidying,
    timeline,
    tracking,
)
from shop.orders import bulk as bulk_orders
from shop.orders import mail as orders_mail
from shop.orders import routes as orders_routes
from shop.orders import searching as orders_search
from shop.outbox import commands as outbox_commands
from shop.outbox import composing, letters, retention
from shop.outbox import routes as outbox_routes
from shop.outbox.retention import Keeping
from shop.people import commands as people_commands
from shop.people import invitations, removal
from shop.people import mail as people_mail
from shop.people import routes as people_routes
from shop.people.removal import Holding
from shop.safeguards import routes as safeguards_routes
from shop.search import routes as search_routes
from shop.search import words
from shop.search.sources import Source, sources
from shop.sessions import commands as sessions_commands
from shop.sessions import current, registry, standing
from shop.sessions import routes as sessions_routes
from shop.settings import display, store
from shop.settings import routes as settings_routes
from shop.signin import asking, redeeming, requests
from shop.signin import commands as signin_commands
from shop.signin import mail as signin_mail
from shop.signin import routes as signin_routes
from shop.stock import bulk as bulk_stock
from shop.stock import checking, ledger, rounds, thresholds
from shop.stock import commands as stock_commands
from shop.stock import routes as stock_routes
from shop.undo import routes as undo_routes
from shop.undo import steps
from shop.visit import Request

ROOT = Path(__file__).resolve().parent.parent
BLUEPRINTS = (
    account_routes.account,
    amending.amending,
    api_routes.api,
    audit_commands.audit,
    audit_routes.audit,
    bulk_orders.bulk_orders,
    bulk_products.bulk_products,
    bulk_stock.bulk_stock,
    catalogue_routes.catalogue,
    clients_commands.clients,
    clients_routes.clients,
    customers_dealing.customer_dealing,
    customers_routes.customers,
    dashboard_routes.dashboard,
    dealing.dealing,
    demo_commands.demo,
    gallery.gallery,
    grants_commands.grants,
    oidc_routes.oidc,
    operations_commands.operations,
    operations_routes.operations,
    orders_routes.orders,
    outbox_commands.outbox,
    outbox_routes.outbox,
    people_commands.people,
    people_routes.people,
    printing.printing,
    safeguards_routes.safeguards,
    search_routes.search,
    sending.sending,
    sessions_commands.sessions,
    sessions_routes.sessions,
    settings_routes.settings,
    signin_routes.signin,
    stock_commands.stock,
    stock_routes.stock,
    taking.taking,
    tracking.tracking,
    undo_routes.undo,
    varying.varying,
)
# Every table of the store is known before anything asks what tables there are.
TABLES = (
    product,
    pictures,
    ledger,
    customer,
    order,
    payment,
    shipment,
    daybook,
    timeline,
    words,
    store,
    steps,
    pressing,
)

# Tables that are filled without an entry of the log, and the log's own.
UNTOLD = {signing_keys.SigningKey.__tablename__, "audit_entries", "audit_heads"}


def create_app(environ: Mapping[str, str] | None = None, *, instance: Path | None = None) -> Flask:
    """Build the app from the environment's settings.

    Raises SettingError for a setting that cannot be read, and UnsafeSettings where the app would serve strangers with
    settings that are not safe. Commands run all the same: `flask doctor` is there to say what is wrong.
    """
    environ = os.environ if environ is None else environ
    instance = instance or Path(environ.get("INSTANCE_PATH") or ROOT / "instance")
    local = is_local(environ, instance)
    app = Flask(
        "shop", root_path=str(ROOT), instance_path=str(instance), template_folder="templates", static_folder="static"
    )
    app.request_class = Request
    app.config.from_mapping(config.read(environ, instance, local=local, in_command=in_command()))
    if not local and not in_command():
        safety.insist(safety.check(app.config))
    proxies.init_app(app)
    app.logger.setLevel(app.config["LOG_LEVEL"])
    bind(app)
    furnish(app)
    if command := click.get_current_context(silent=True):
        command.find_root().call_on_close(lambda: operations_commands.say_rest(close_database(app)))
        operations_commands.heed_endings()
        operations_commands.warn_root(app)
    return app


def close_database(app: Flask) -> str:
    """Close every connection of this process, as it ends or before it forks: a connection belongs to one process.

    Gives a sentence where SQLite's file does not hold all that was written, and nothing where it does.
    """
    with app.app_context():
        return database.close(db.engine)


def bind(app: Flask) -> None:
    """Bind the extensions; pages first, since it says of each request whether it only reads."""
    app.url_map.converters["id"] = ids.IdConverter
    pages.init_app(app)
    request_limits.init_app(app)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    csrf.init_app(app)
    app.config["WTF_CSRF_SECRET_KEY"] = [*reversed(app.config["SECRET_KEY_FALLBACKS"]), app.config["SECRET_KEY"]]
    limiter.init_app(app)
    login_manager.init_app(app)
    current.init_app(app)
    mail.init_app(app)
    babel.init_app(app)
    bootstrap.init_app(app)
    display.init_app(app)
    oidc_server.init_app(app)


def furnish(app: Flask) -> None:
    """Put the rooms in, and introduce those to each other that may not know one another."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.cli.commands["people"].add_command(signin_commands.link)  # type: ignore[attr-defined]
    operations_commands.speak_plainly(app.cli)
    if app.config["MAILBOX_PAGE"]:
        mailbox.init_app(app)
    pages.writers["/api/"] = api_answers.write
    pages.writers.update(dict.fromkeys(oidc_answers.CALLS, oidc_answers.write))
    composing.store_name = lambda: store.current().name
    letters.kinds[asking.LETTER_KIND] = signin_mail.KIND
    letters.kinds[asking.CONFIRMATION_KIND] = signin_mail.CONFIRMATION
    letters.kinds[redeeming.NEW_BROWSER] = signin_mail.NEW_BROWSER
    letters.kinds[invitations.LETTER_KIND] = people_mail.KIND
    letters.kinds["break_glass"] = signin_mail.BREAK_GLASS
    letters.kinds[telling.LETTER_KIND] = orders_mail.KIND
    # Requests before sessions: a request that is being redeemed is waited for, and its session ends with the others.
    removal.holdings["requests"] = Holding(requests.holders, requests.withdraw)
    removal.holdings["invitations"] = Holding(invitations.holders, invitations.withdraw)
    removal.holdings["sessions"] = Holding(registry.holders, registry.end_all)
    removal.holdings["grants"] = Holding(grant.holders, grant.end_all)
    removal.holdings["letters"] = Holding(letters.holders, letters.withdraw)
    app.register_error_handler(chain.BrokenChain, pages.show_lost_log)
    chain.traces[:] = [table for table in db.metadata.sorted_tables if table.name not in UNTOLD]
    registering.enders["sessions"] = standing.end_on
    registering.enders["grants"] = grant.end_on
    retention.chores[:] = [removal.end_lost_access, look_at_tables, retirement.seal_by_worker]
    retention.keepings["letters"] = Keeping(letters.Letter, letters.is_over)
    retention.keepings["requests"] = Keeping(requests.SignInRequest, requests.is_over)
    retention.keepings["sessions"] = Keeping(registry.LoginSession, registry.is_over)
    retention.keepings["grants"] = Keeping(grant.Grant, grant.is_over)
    retention.keepings["signing keys"] = Keeping(signing_keys.SigningKey, signing_keys.is_over)
    retention.keepings["undo"] = Keeping(steps.Step, steps.is_over)
    retention.keepings["presses"] = Keeping(pressing.Press, pressing.is_over)
    steps.takers[tidying.KIND] = tidying.take_back
    steps.takers[changing.KIND] = reverting.put_back
    steps.takers[rounds.KIND] = rounds.take_back
    checking.promised[:] = [states.units_to_ship]
    store.followers["currency"] = [currency.rescale, customer.recount_spent]
    store.followers["time_zone"] = [lambda _before, _after: daybook.rebuild()]
    store.followers["low_stock"] = [lambda _before, after: thresholds.set_default(after)]
    store.with_amounts[:] = [product.Variant, order.Order]
    steps.takers[tagging.KIND] = tagging.take_back
    sources[:] = [
        Source("Orders", "/orders/{}", "/orders?tab=all", orders_search.opens, orders_search.find),
        Source("Products", "/products/{}", "/products", products_search.opens, products_search.find),
        Source("Customers", "/customers/{}", "/customers", customers_search.opens, customers_search.find),
    ]
    purchases.newest[:] = [buying.newest]
    purchases.holders[:] = [buying.hold]
    merging.movers[:] = [following.move]
    accounts.last_sign_ins[:] = [holder.last_sign_in]
    dossier.parts["orders"] = following.dossier
    dossier.parts["letters"] = correspondence.dossier
    dossier.parts["account"] = forgetting.dossier
    erasing.erasers["orders"] = following.erase
    erasing.erasers["letters"] = correspondence.erase
    erasing.erasers["account"] = forgetting.erase


def is_local(environ: Mapping[str, str], instance: Path) -> bool:
    """Say whether this is `make run`, or a command typed beside it."""
    if environ.get("SHOP_LOCAL"):
        return True
    return in_command() and not environ.get("SECRET_KEY") and os.path.exists(instance / "secret_key")


def in_command() -> bool:
    """Say whether a `flask …` command other than `flask run` builds the app."""
    context = click.get_current_context(silent=True)
    return context is not None and context.info_name != "run"
