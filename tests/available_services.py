"""The services that this machine has for the tests; with CI=true a missing one is a failure."""

import os
import shutil
import subprocess
from functools import cache

import psycopg
import redis

OLDEST_NODE = (20, 19)


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


@cache
def find_postgresql() -> str | None:
    """Return the URL of a PostgreSQL server on which databases can be created."""
    url = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error:
        return None
    return url


@cache
def find_redis() -> str | None:
    """Return the URL of a Redis server."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    try:
        redis.Redis.from_url(url, socket_connect_timeout=10).ping()
    except redis.RedisError:
        return None
    return url


@cache
def find_chromium() -> str | None:
    """Return the path of a Chromium. The headless shell is the fastest: it saves two thirds of a page's time."""
    return shutil.which("chromium-headless-shell") or find_full_chromium()


@cache
def find_full_chromium() -> str | None:
    """Return the path of a full Chromium: only that keeps pages for "back"."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@cache
def find_nginx() -> str | None:
    """Return the path of an nginx, which may be only in root's PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@cache
def find_node() -> str | None:
    """Return the version of Node.js, if the recipes run on it and npm is installed beside it."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    return version if tuple(map(int, version[1:].split("."))) >= OLDEST_NODE else None


def list_services() -> dict[str, bool]:
    """Return the availability of each service."""
    return {
        "SQLite": True,
        "PostgreSQL": find_postgresql() is not None,
        "Redis": find_redis() is not None,
        "Chromium": find_full_chromium() is not None,
        "nginx": find_nginx() is not None,
        "Node.js 20": find_node() is not None,
    }


def describe_services() -> str:
    """Return a line about what is available and what is therefore skipped."""
    here = [name for name, is_here in list_services().items() if is_here]
    missing = [name for name, is_here in list_services().items() if not is_here]
    skipped = f"; skipped for want of it: {', '.join(missing)}" if missing else "; nothing is skipped"
    return f"tests run with {', '.join(here)}{skipped}"
