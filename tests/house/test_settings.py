"""Settings: an unsafe one alone keeps the shop shut, an unreadable one is named in a sentence, and no more is read."""

import re

import pytest

from shop import config, create_app, safety
from shop.environment import Reader, SettingError
from shop.operations import server
from shop.safety import UnsafeSettings
from tests.databases import KEY
from tests.house.walking import ROOT
from tests.launching import run
from tests.serving import free_port

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
UNREADABLE = [
    ("PUBLIC_URL", "admin.shop.example"),
    ("PUBLIC_URL", "https://admin.shop.example/shop"),
    ("PUBLIC_URL", "https://admin.shop.example?x"),
    ("PUBLIC_URL", "https://admin.shop.example#x"),
    ("PUBLIC_URL", "https://somebody@admin.shop.example"),
    ("PUBLIC_URL", "https://[::1]"),
    ("PUBLIC_URL", "https://[::1"),
    ("PUBLIC_URL", "ftp://admin.shop.example"),
    ("PUBLIC_URL", "javascript:alert(1)"),
    ("PUBLIC_URL", "https://admin.shop.example:port"),
    ("DATABASE_URL", "mysql://somebody:w0rd@127.0.0.1/shop"),
    ("DATABASE_URL", "postgresql://somebody:w0rd@127.0.0.1:port/shop"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("STORE_NAME", "Corner\nBcc: all@elsewhere.example"),
    ("STORE_NAME", "=?utf-8?q?x?="),
    ("OWNER_EMAIL", "owner"),
    ("OWNER_EMAIL", "@shop.example"),
    ("OWNER_EMAIL", "=?utf-8?q?attacker=40evil.test?=@shop.example"),
    ("OWNER_EMAIL", "*@shop.example"),
    ("ALLOWED_EMAILS", "staff@shop.example=boss"),
    ("ALLOWED_EMAILS", "staff=boss@shop.example=boss"),
    ("ALLOWED_EMAILS", "*@shop.example"),
    ("ALLOWED_EMAILS", "=?utf-8?q?attacker=40evil.test?=@shop.example=staff"),
    ("ALLOWED_EMAILS", "Somebody <staff@shop.example>"),
    ("MAIL_SERVER", "smtp.shop.example:587"),
    ("MAIL_SERVER", "smtp://smtp.shop.example"),
    ("MAIL_SERVER", "a" * 64 + ".example"),
    ("MAIL_PORT", "0"),
    ("MAIL_PORT", "smtp"),
    ("MAIL_PORT", "65536"),
    ("MAIL_PORT", "٥٨٧"),
    ("MAIL_USE_TLS", "perhaps"),
    ("MAIL_PASSWORD", "pässword"),
    ("MAIL_DEFAULT_SENDER", "the door"),
    ("MAIL_DEFAULT_SENDER", "Shop, Inc <door@shop.example>"),
    ("MAIL_DEFAULT_SENDER", "attacker@evil.test <door@shop.example>"),
    ("MAIL_DEFAULT_SENDER", "door@shop.example, attacker@evil.test"),
    ("MAIL_DEFAULT_SENDER", "door@shop.example <attacker@evil.test>"),
    ("MAIL_DEFAULT_SENDER", "all:door@shop.example;"),
    ("MAIL_DEFAULT_SENDER", '"attacker@evil.test"@shop.example'),
    ("MAIL_DEFAULT_SENDER", "attacker%evil.test@shop.example"),
    ("MAIL_DEFAULT_SENDER", "-oQ/tmp@shop.example"),
    ("MAIL_REPLY_TO", "=?utf-8?q?attacker=40evil.test?=@shop.example"),
    ("MAIL_REPLY_TO", "nobody"),
    ("RATELIMIT_STORAGE_URI", "127.0.0.1:6379"),
    ("RATELIMIT_STORAGE_URI", "file:///tmp/limits"),
    ("RATELIMIT_ENABLED", "maybe"),
    ("PROXY_COUNT", "-1"),
    ("PROXY_COUNT", "*"),
    ("SESSION_IDLE_HOURS", "0"),
    ("SESSION_MAX_DAYS", "forever"),
    ("SIGN_IN_MINUTES", "10.5"),
    ("SIGN_IN_MINUTES", "61"),
    ("MAIL_WORKER", "both"),
    ("HOST", "no such host"),
    ("PORT", "http"),
    ("WEB_CONCURRENCY", "0"),
    ("THREADS", "many"),
    ("LOG_LEVEL", "LOUD"),
    ("API_ORIGINS", "*"),
    ("API_ORIGINS", "null"),
    ("API_ORIGINS", "www.shop.example"),
    ("API_ORIGINS", "https://*.shop.example"),
    ("API_ORIGINS", "https://www.shop.example/path"),
    ("API_ORIGINS", "https://www.shop.example, evil"),
    ("API_HANDLE_REQUIRED", "perhaps"),
]
PROMISED = set(
    re.findall(
        "[A-Z_]+",
        """
        SECRET_KEY SECRET_KEY_FALLBACKS DATABASE_URL PUBLIC_URL STORE_NAME OWNER_EMAIL ALLOWED_EMAILS
        MAIL_SERVER MAIL_PORT MAIL_USE_TLS MAIL_USE_SSL MAIL_USERNAME MAIL_PASSWORD MAIL_DEFAULT_SENDER MAIL_REPLY_TO
        RATELIMIT_STORAGE_URI RATELIMIT_ENABLED PROXY_COUNT SESSION_IDLE_HOURS SESSION_MAX_DAYS SIGN_IN_MINUTES
        MAIL_WORKER HOST PORT WEB_CONCURRENCY THREADS
        """,
    )
)
NOT_SETTINGS = {"SHOP_LOCAL"}


class Noted(dict):
    """An environment that notes what is asked of it."""

    def __init__(self, values):
        super().__init__(values)
        self.asked = set()

    def get(self, name, default=None):
        self.asked.add(name)
        return super().get(name, default)


def with_one(name, value):
    """Safe settings but for one."""
    return {**SAFE, name: value}


def settings_read(instance):
    noted = Noted(SAFE)
    create_app(noted, instance=instance)
    server.options(Reader(noted))
    config.read(noted, instance, local=True)
    reader = re.compile(r"(?:env|Reader)\.\w+\(\s*\"([A-Z_]+)\"")
    entrances = [ROOT / "shop" / "operations" / f"{name}.py" for name in ("server", "local")]
    return noted.asked | {name for file in entrances for name in reader.findall(file.read_text())}


def read_all(env, instance):
    """Read the settings as a start does."""
    create_app(env.environ, instance=instance)
    server.refuse_taken_port(*server.address(env))
    server.options(env)
    server.start_logging(env)


def start(tmp_path, module="server", **settings):
    """Start the real thing as a process and wait for its end."""
    return run(f"shop.operations.{module}", **{"INSTANCE_PATH": tmp_path, "PORT": free_port(), **settings})


def test_safe_settings_are_safe(tmp_path):
    assert safety.check(create_app(SAFE, instance=tmp_path).config) == []


@pytest.mark.parametrize(("name", "value"), UNSAFE)
def test_an_unsafe_setting_alone_is_refused_in_a_sentence(name, value, tmp_path):
    with pytest.raises(UnsafeSettings) as refusal:
        create_app(with_one(name, value), instance=tmp_path)

    said = str(refusal.value)
    assert re.match(r"[A-Z_]+ (and MAIL_USE_SSL )?(is|are|looks) [^\n]+\. (Set|Unset|Keep) ", said)
    assert "\n" not in said
    assert len(value) < 20 or value not in said  # a key is never repeated


@pytest.mark.parametrize(("name", "value"), UNREADABLE)
def test_an_unreadable_setting_is_refused_in_a_sentence(name, value, tmp_path):
    with pytest.raises(SettingError) as refusal:
        read_all(Reader(with_one(name, value)), tmp_path)

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


def test_every_promised_setting_is_read(tmp_path):
    assert PROMISED - settings_read(tmp_path) == set()


def test_the_readme_names_every_setting_and_no_other(tmp_path):
    table = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "README.md").read_text(), re.M)
    named = {name for cell in table for name in re.findall(r"`([A-Z_]+)`", cell)}
    assert named == settings_read(tmp_path) - NOT_SETTINGS


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
    assert config.read({"HOST": host}, tmp_path, local=True)["PUBLIC_URL"] == opened


@pytest.mark.parametrize(
    ("host", "bound"), [("::1", "[::1]:8000"), ("[::]", "[::]:8000"), ("10.0.0.1", "10.0.0.1:8000")]
)
def test_the_server_is_bound_to_what_host_says(host, bound):
    assert server.options(Reader({"HOST": host}))["bind"] == [bound]


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg2://u@h/d"])
def test_any_postgresql_url_gets_the_one_driver_and_a_time_limit(url, tmp_path):
    settings = config.read({"DATABASE_URL": url}, tmp_path, local=True)
    assert settings["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://u@h/d"
    assert settings["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]["connect_timeout"]
