"""Settings: one unsafe setting prevents the start, an invalid one is named in a sentence, and nothing else is read."""

import re

import pytest

from shop import config, config_check, create_app
from shop.config_check import UnsafeSettings
from shop.environment import EnvironmentReader, SettingError
from shop.operations import server
from tests.databases import KEY
from tests.house.declared_settings import CANNOT_BE_READ, KINDS, TAKE_ANYTHING, list_declared, list_unreadable
from tests.live_server import find_free_port
from tests.processes import run_module

SAFE = {
    "SECRET_KEY": KEY,
    "PUBLIC_URL": "https://admin.shop.example",
    "PROXY_COUNT": "1",
    "MAIL_SERVER": "127.0.0.1",
    "MAIL_USE_TLS": "true",
    "MAIL_USERNAME": "relay",
    "MAIL_PASSWORD": "w0rd-of-the-relay",
}
UNSAFE = [
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "k9Qd-3vXw_Zr7TyBn2LmPc5G"),
    ("SECRET_KEY", "change-me-change-me-change-me-change-me"),
    ("SECRET_KEY", "your-secret-key-goes-here-0123456789abc"),
    ("SECRET_KEY", "a" * 64),
    ("SECRET_KEY_FALLBACKS", "short"),
    ("SECRET_KEY_FALLBACKS", f"{KEY}x, password-password-password-password"),
    ("PUBLIC_URL", ""),
    ("PUBLIC_URL", "http://admin.shop.example"),
    ("PUBLIC_URL", "http://127.0.0.1.shop.example"),
    ("PUBLIC_URL", "http://localhost.shop.example:8000"),
    ("MAIL_SERVER", ""),
    ("FLASK_DEBUG", "1"),
    ("MAILBOX_PAGE", "true"),
    ("PROXY_COUNT", ""),
    ("MAIL_USE_TLS", ""),
    ("MAIL_USE_SSL", "true"),
    ("MAIL_PASSWORD", ""),
]
NOT_SETTINGS = {"SHOP_LOCAL"}


class Noted(dict):
    """An environment that records which settings are read."""

    def __init__(self, values):
        super().__init__(values)
        self.asked = set()

    def get(self, name, default=None):
        self.asked.add(name)
        return super().get(name, default)


def with_one(name, value):
    """Return safe settings with one changed."""
    return {**SAFE, name: value}


def settings_read(instance):
    """Return the settings that a start reads."""
    noted = Noted(SAFE)
    create_app(noted, instance=instance)
    server.gunicorn_options(EnvironmentReader(noted))
    server.start_logging(EnvironmentReader(noted))
    config.read_config(noted, instance, local=True)
    return noted.asked


def read_all(env, instance):
    """Read the settings as a start does."""
    create_app(env.environ, instance=instance)
    server.refuse_taken_port(*server.listen_address(env))
    server.gunicorn_options(env)
    server.start_logging(env)


def start(tmp_path, module="server", **settings):
    """Run the real program until it ends."""
    return run_module(f"shop.operations.{module}", **{"INSTANCE_PATH": tmp_path, "PORT": find_free_port(), **settings})


def test_safe_settings_are_safe(tmp_path):
    assert config_check.check_config(create_app(SAFE, instance=tmp_path).config) == []


@pytest.mark.parametrize(("name", "value"), UNSAFE)
def test_an_unsafe_setting_alone_is_refused_in_a_sentence(name, value, tmp_path):
    with pytest.raises(UnsafeSettings) as refusal:
        create_app(with_one(name, value), instance=tmp_path)

    said = str(refusal.value)
    assert re.match(r"[A-Z_]+ (and MAIL_USE_SSL )?(is|are|looks) [^\n]+\. (Set|Unset|Keep) ", said)
    assert "\n" not in said
    assert len(value) < 20 or value not in said  # a key is never repeated


@pytest.mark.parametrize(("name", "value"), list_unreadable())
def test_an_unreadable_setting_is_refused_in_a_sentence(name, value, tmp_path):
    with pytest.raises(SettingError) as refusal:
        read_all(EnvironmentReader(with_one(name, value)), tmp_path)

    said = str(refusal.value)
    assert said.startswith(f"{name} ")
    assert "\n" not in said
    assert "w0rd" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [("SECRET_KEY", ""), ("FLASK_DEBUG", "1"), ("MAIL_PORT", "smtp"), ("LOG_LEVEL", "LOUD"), ("HOST", "no such host")],
)
def test_the_server_says_so_and_ends_with_status_1(name, value, tmp_path):
    done = start(tmp_path, **with_one(name, value))

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Not started. {name} ")
    assert len(done.stderr.splitlines()) == 1


def test_the_server_does_not_believe_that_it_is_make_run(tmp_path):
    done = start(tmp_path, SHOP_LOCAL="1")

    assert done.returncode == 1
    assert "SECRET_KEY is missing." in done.stderr
    assert not (tmp_path / "secret_key").exists()


def test_a_start_reads_what_is_declared_and_no_more(tmp_path):
    settings = {name for name, _, _ in list_declared()}

    assert settings_read(tmp_path) - NOT_SETTINGS == settings - {"INSTANCE_PATH"}  # which this start is given


def test_every_kind_of_setting_has_a_value_that_it_cannot_read():
    assert set(KINDS) - TAKE_ANYTHING - CANNOT_BE_READ.keys() == set()
    assert CANNOT_BE_READ.keys() - set(KINDS) - {name for name, _, _ in list_declared()} == set()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("HTTPS://Admin.Shop.Example", "https://admin.shop.example"),
        ("https://admin.shop.example:443/", "https://admin.shop.example"),
        ("https://admin.shop.example:8443", "https://admin.shop.example:8443"),
    ],
)
def test_the_public_address_is_kept_as_browsers_spell_an_origin(given, kept, tmp_path):
    app = create_app(with_one("PUBLIC_URL", given), instance=tmp_path)

    assert app.config["PUBLIC_URL"] == kept
    assert app.config["HTTPS"]
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-form"


@pytest.mark.parametrize(
    ("host", "opened"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://localhost:8000"),
        ("[::1]", "http://localhost:8000"),
        ("192.168.1.5", "http://192.168.1.5:8000"),
    ],
)
def test_make_run_is_opened_at_an_address_that_works(host, opened, tmp_path):
    assert config.read_config({"HOST": host}, tmp_path, local=True)["PUBLIC_URL"] == opened


@pytest.mark.parametrize(
    ("host", "bound"), [("::1", "[::1]:8000"), ("[::]", "[::]:8000"), ("10.0.0.1", "10.0.0.1:8000")]
)
def test_the_server_is_bound_to_what_host_says(host, bound):
    assert server.gunicorn_options(EnvironmentReader({"HOST": host}))["bind"] == [bound]


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg2://u@h/d"])
def test_any_postgresql_url_gets_the_one_driver_and_a_time_limit(url, tmp_path):
    settings = config.read_config({"DATABASE_URL": url}, tmp_path, local=True)
    assert settings["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://u@h/d"
    assert settings["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]["connect_timeout"]
