"""What this machine has for the tests; with CI=true a missing thing is a failure."""

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
    """Give the URL of a PostgreSQL server that lets us make databases."""
    url = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error:
        return None
    return url


@cache
def find_redis() -> str | None:
    """Give the URL of a Redis server."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    try:
        redis.Redis.from_url(url, socket_connect_timeout=10).ping()
    except redis.RedisError:
        return None
    return url


@cache
def find_chromium() -> str | None:
    """Give the path of a Chromium; one that can open no window is the quickest, by two thirds of the time of a page."""
    return shutil.which("chromium-headless-shell") or find_full_chromium()


@cache
def find_full_chromium() -> str | None:
    """Give the path of a Chromium as people have it: it alone keeps pages for "back"."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@cache
def find_nginx() -> str | None:
    """Give the path of an nginx, which stands where only root's shell looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@cache
def find_node() -> str | None:
    """Give the version of Node.js, if it is one that the recipes run on and npm is beside it."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    return version if tuple(map(int, version[1:].split("."))) >= OLDEST_NODE else None


def list_services() -> dict[str, bool]:
    """Say of each thing whether it is here."""
    return {
        "SQLite": True,
        "PostgreSQL": find_postgresql() is not None,
        "Redis": find_redis() is not None,
        "Chromium": find_full_chromium() is not None,
        "nginx": find_nginx() is not None,
        "Node.js 20": find_node() is not None,
    }


def describe_services() -> str:
    """Say in one line what is here and what is therefore skipped."""
    here = [name for name, is_here in list_services().items() if is_here]
    missing = [name for name, is_here in list_services().items() if not is_here]
    skipped = f"; skipped for want of it: {', '.join(missing)}" if missing else "; nothing is skipped"
    return f"tests run with {', '.join(here)}{skipped}"
