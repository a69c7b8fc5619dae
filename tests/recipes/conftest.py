"""shop, prepare, start_strapi, browser and window: the recipes' programs with the real server, all on loopback."""

from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests import available_services
from tests.browser.windows import DESK, open_chromium
from tests.databases import KEY, SqliteTemplate, create_empty_postgresql
from tests.live_server import LiveServer
from tests.recipes.live_shop import STAFF_DOMAIN, Client, LiveShop
from tests.recipes.programs import Program
from tests.sample_people import SETTINGS
from tests.smtp_server import SmtpServer

OWN_SECRETS = ("APP_KEYS", "API_TOKEN_SALT", "ADMIN_JWT_SECRET", "TRANSFER_TOKEN_SALT", "ENCRYPTION_KEY", "JWT_SECRET")


@pytest.fixture(scope="module")
def shop(sqlite_template: SqliteTemplate, running_sink: SmtpServer, tmp_path_factory: Any) -> Iterator[LiveShop]:
    """A shop for a whole file of tests."""
    folder = tmp_path_factory.mktemp("shop")
    people = {**SETTINGS, "ALLOWED_EMAILS": f"{SETTINGS['ALLOWED_EMAILS']}, {STAFF_DOMAIN}"}
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(running_sink.port), "MAIL_DEFAULT_SENDER": "door@shop.example"}
    own = {"SECRET_KEY": KEY, "DATABASE_URL": sqlite_template.fresh(folder), "INSTANCE_PATH": str(folder)}
    served = LiveServer({**people, **mail, **own, "RATELIMIT_ENABLED": "false"}, folder / "server.log").start()
    shop = LiveShop(served, running_sink)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def prepare(tmp_path_factory: Any) -> Iterator[Callable[..., Program]]:
    """Create a recipe's program, not yet started: prepare("strapi")."""
    if available_services.find_node() is None:
        pytest.skip("no Node.js 20 here")
    prepared: list[Program] = []

    def make(recipe: str, **how: str) -> Program:
        prepared.append(Program(recipe, tmp_path_factory.mktemp(recipe) / "program.log", **how))
        return prepared[-1]

    yield make
    for program in prepared:
        program.stop()


@pytest.fixture(scope="module")
def strapi_database() -> Iterator[str]:
    """The URL of Strapi's own database, empty at first."""
    if not (server := available_services.find_postgresql()):
        pytest.skip("no PostgreSQL here")
    with create_empty_postgresql(server, "strapi_test") as url:
        yield url


@pytest.fixture(scope="module")
def start_strapi(shop: LiveShop, prepare: Callable[..., Program], strapi_database: str) -> Callable[[Client], Program]:
    """Start Strapi, for a front end that has this client."""

    def start(front_end: Client) -> Program:
        strapi, own = prepare("strapi"), shop.register("strapi")
        (strapi.folder / "public" / "uploads").mkdir(parents=True, exist_ok=True)
        secrets = {name: token_hex(16) for name in OWN_SECRETS}
        shops = {"SHOP_URL": shop.url, "SHOP_CLIENT_ID": own.id, "SHOP_CLIENT_SECRET": own.secret}
        place = {"DATABASE_URL": strapi_database}
        return strapi.start(place=place, SHOP_AUDIENCE=front_end.id, **shops, **secrets)

    return start


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for this folder."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Open windows that share nothing, as often as a test needs."""
    contexts = []

    def open_window() -> Page:
        contexts.append(browser.new_context(viewport=DESK))
        contexts[-1].set_default_timeout(20_000)
        return contexts[-1].new_page()

    yield open_window
    for context in contexts:
        context.close()
