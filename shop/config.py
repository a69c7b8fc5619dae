"""Settings: the app's configuration, read once from the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from shop.database import connections
from shop.environment import EnvironmentReader, SettingError

LOG_LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR")
LOCAL_OWNER = "owner@example.com"
STORAGES = ("memory", "redis", "rediss", "redis+unix", "redis+sentinel", "redis+cluster")


# Long: each line is a setting, and a reader looks for one.
def read_config(environ: Mapping[str, str], instance: Path, *, local: bool, in_command: bool = False) -> dict[str, Any]:
    """Read the app's configuration from environment variables.

    `instance`: the folder of the embedded defaults. `local`: this is `make run` on the person's own machine, and
    missing settings get defaults from there. `in_command`: no one waits for a page. Raises SettingError for an invalid
    value.
    """
    env = EnvironmentReader(environ)
    public_url = env.url("PUBLIC_URL", local_url(env) if local else "")
    mail_server = env.host("MAIL_SERVER")
    url = database_url(env.text("DATABASE_URL"), instance)
    return {
        "LOCAL": local,
        "IN_COMMAND": in_command,
        "SECRET_KEY": env.text("SECRET_KEY", local_key(instance) if local else ""),
        "SECRET_KEY_FALLBACKS": env.words("SECRET_KEY_FALLBACKS"),
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": connections.engine_options(
            url, is_limited=not in_command, threads=read_thread_count(env)
        ),
        "PUBLIC_URL": public_url,
        "HTTPS": public_url.startswith("https://"),
        "STORE_NAME": env.line("STORE_NAME", "Your store"),
        "OWNERS": env.addresses("OWNER_EMAIL", LOCAL_OWNER if local else ""),
        "ALLOWED": env.allowed("ALLOWED_EMAILS"),
        "MAILBOX_PAGE": env.flag("MAILBOX_PAGE", local and not mail_server),
        "MAIL_WORKER": env.choice("MAIL_WORKER", ("inline", "external")),
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 1000,
        "TRUSTED_HOSTS": [urlsplit(public_url).hostname or "localhost"],
        "BABEL_DEFAULT_LOCALE": "en",
        "BOOTSTRAP_SERVE_LOCAL": True,
        "PROXY_COUNT": env.number("PROXY_COUNT", 0, low=0, high=9),
        "PROXY_COUNT_IS_SET": bool(env.text("PROXY_COUNT")),
        "SESSION_IDLE_HOURS": env.number("SESSION_IDLE_HOURS", 12, low=1, high=24 * 30),
        "SESSION_MAX_DAYS": env.number("SESSION_MAX_DAYS", 14, low=1, high=90),
        "SIGN_IN_MINUTES": env.number("SIGN_IN_MINUTES", 10, low=1, high=60),
        "API_ORIGINS": env.origins("API_ORIGINS"),
        "API_HANDLE_REQUIRED": env.flag("API_HANDLE_REQUIRED", False),
        "LOG_LEVEL": env.choice("LOG_LEVEL", LOG_LEVELS),
        "FLASK_DEBUG": env.flag("FLASK_DEBUG", False),
        **mail_settings(env, mail_server, public_url),
        **limit_settings(env),
        **cookie_settings(public_url),
    }


def read_thread_count(env: EnvironmentReader) -> int:
    """Return the number of threads per process that answer requests."""
    return env.number("THREADS", 8, low=1, high=128)


def mail_settings(env: EnvironmentReader, server: str, public_url: str) -> dict[str, Any]:
    """Return Flask-Mail's settings."""
    host = urlsplit(public_url).hostname or "localhost"
    tls, ssl = env.flag("MAIL_USE_TLS", False), env.flag("MAIL_USE_SSL", False)
    return {
        "MAIL_SERVER": server,
        "MAIL_PORT": env.number("MAIL_PORT", 465 if ssl else 587 if tls else 25, low=1, high=65535),
        "MAIL_USE_TLS": tls,
        "MAIL_USE_SSL": ssl,
        "MAIL_USERNAME": env.ascii("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": env.ascii("MAIL_PASSWORD") or None,
        "MAIL_DEFAULT_SENDER": env.sender("MAIL_DEFAULT_SENDER", f"no-reply@{host if '.' in host else 'localhost'}"),
        "MAIL_REPLY_TO": env.sender("MAIL_REPLY_TO") or None,
        "MAIL_DEBUG": False,  # it prints every email, with its link
    }


def limit_settings(env: EnvironmentReader) -> dict[str, Any]:
    """Return Flask-Limiter's settings."""
    uri = env.text("RATELIMIT_STORAGE_URI", "memory://")
    if uri.partition("://")[0] not in STORAGES:
        raise SettingError("RATELIMIT_STORAGE_URI must begin with memory:// or redis://.")
    return {
        "RATELIMIT_STORAGE_URI": uri,
        "RATELIMIT_ENABLED": env.flag("RATELIMIT_ENABLED", True),
        # Without the fallback a missing Redis means either an error for everyone or no limit at all.
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": not uri.startswith("memory:"),
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1} if "redis" in uri else {},
        "RATELIMIT_KEY_PREFIX": "shop",
    }


def cookie_settings(public_url: str) -> dict[str, Any]:
    """Return the settings of Flask's own cookie, which only carries the CSRF token and one-time notices."""
    https = public_url.startswith("https://")
    return {
        "SESSION_COOKIE_NAME": "__Host-form" if https else "form",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # If a request has a cookie of this name, Flask-Login ignores the session. By default another Flask program on
        # this host may have set it, and then no one would stay signed in here.
        "REMEMBER_COOKIE_NAME": "__Host-unused",
        "WTF_CSRF_TIME_LIMIT": None,  # the token expires with its cookie; a form left open over lunch still works
        "WTF_CSRF_SSL_STRICT": False,  # needs a Referer, which the sign-in pages never send; see web/same_origin.py
    }


def local_key(instance: Path) -> str:
    """Return the key that `make run` created for itself, or an empty text."""
    file = instance / "secret_key"
    try:
        return file.read_text().strip() if file.exists() else ""
    except OSError as fault:
        raise SettingError(f"The key in {file} can't be read: {fault.strerror}.") from None


def local_url(env: EnvironmentReader) -> str:
    """Return the URL of `make run` on its own machine."""
    host = env.text("HOST", "127.0.0.1").strip("[]")
    if ":" in host:
        host = "localhost"
    everywhere = host == "0.0.0.0"  # noqa: S104  # compared with, not bound to
    return f"http://{'127.0.0.1' if everywhere else host}:{env.text('PORT', '8000')}"


def database_url(url: str, instance: Path) -> str:
    """Return the SQLAlchemy URL, with psycopg as the driver of a PostgreSQL one; SQLite by default.

    Raises SettingError, which does not repeat the URL: a password may be in it.
    """
    if not url:
        return f"sqlite:///{instance / 'shop.sqlite3'}"
    scheme, _, rest = url.partition("://")
    kind = scheme.partition("+")[0]
    if kind in ("postgres", "postgresql"):
        url = f"postgresql+psycopg://{rest}"
    elif kind != "sqlite":
        raise SettingError("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    try:
        file = make_url(url).database
    except (ArgumentError, ValueError):
        raise SettingError("DATABASE_URL is not a URL that SQLAlchemy can read.") from None
    if kind == "sqlite" and file in (None, "", ":memory:"):
        raise SettingError("DATABASE_URL must name a file, such as sqlite:////var/lib/shop/shop.sqlite3")
    return url
