"""The settings declared in the source: their names, types, and values that the types reject."""

import ast
from collections.abc import Iterator
from typing import Any

from shop.environment import EnvironmentReader
from tests.house.source_modules import find_calls, list_sources

KINDS = [
    name for name in vars(EnvironmentReader) if not name.startswith("_") and callable(getattr(EnvironmentReader, name))
]
TAKE_ANYTHING = {"text", "words"}
# By type, and by name for a setting with checks beyond its type.
CANNOT_BE_READ = {
    "url": [
        "admin.shop.example",
        "https://admin.shop.example/shop",
        "https://admin.shop.example?x",
        "https://admin.shop.example#x",
        "https://somebody@admin.shop.example",
        "https://[::1]",
        "https://[::1",
        "ftp://admin.shop.example",
        "javascript:alert(1)",
        "https://admin.shop.example:port",
    ],
    "origins": [
        "*",
        "null",
        "www.shop.example",
        "https://*.shop.example",
        "https://www.shop.example/path",
        "https://www.shop.example, evil",
    ],
    "host": ["smtp.shop.example:587", "smtp://smtp.shop.example", "a" * 64 + ".example"],
    "sender": [
        "the door",
        "Shop, Inc <door@shop.example>",
        "attacker@evil.test <door@shop.example>",
        "door@shop.example, attacker@evil.test",
        "door@shop.example <attacker@evil.test>",
        "all:door@shop.example;",
        '"attacker@evil.test"@shop.example',
        "attacker%evil.test@shop.example",
        "-oQ/tmp@shop.example",
        "=?utf-8?q?attacker=40evil.test?=@shop.example",
    ],
    "line": ["Corner\nBcc: all@elsewhere.example", "=?utf-8?q?x?="],
    "ascii": ["pässword"],
    "flag": ["perhaps", "2"],
    "number": ["many", "*", "-1", "10.5", "٥٨٧"],
    "choice": ["no such choice"],
    "addresses": ["owner", "@shop.example", "=?utf-8?q?attacker=40evil.test?=@shop.example", "*@shop.example"],
    "allowed": [
        "staff@shop.example=boss",
        "staff=boss@shop.example=boss",
        "*@shop.example",
        "=?utf-8?q?attacker=40evil.test?=@shop.example=staff",
        "Somebody <staff@shop.example>",
    ],
    "DATABASE_URL": [
        "mysql://somebody:w0rd@127.0.0.1/shop",
        "postgresql://somebody:w0rd@127.0.0.1:port/shop",
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
    ],
    "RATELIMIT_STORAGE_URI": ["127.0.0.1:6379", "file:///tmp/limits"],
    "HOST": ["no such host"],
}


def list_declared() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each setting that is read through a reader, as (name, type, its numeric limits)."""
    for source in list_sources():
        for kind in KINDS:
            for call in find_calls(source.tree, kind):
                if named := setting_name(call):
                    bounds = {
                        one.arg: eval(ast.unparse(one.value)) for one in call.keywords if one.arg in ("low", "high")
                    }
                    yield named, kind, bounds


def setting_name(call: ast.Call) -> str:
    """Return the setting that a call reads, or an empty text for another call of that name."""
    reader = getattr(getattr(call.func, "value", None), "id", "")
    first = call.args[0] if call.args else None
    is_one = reader == "env" and isinstance(first, ast.Constant) and str(first.value).isupper()
    return str(first.value) if is_one else ""


def list_unreadable() -> list[tuple[str, str]]:
    """Return (setting, value) for each invalid value of every setting."""
    found = []
    for name, kind, bounds in list_declared():
        wrong = [*CANNOT_BE_READ.get(kind, []), *CANNOT_BE_READ.get(name, [])]
        if bounds:
            wrong += [str(bounds["low"] - 1), str(bounds["high"] + 1)]
        found += [(name, value) for value in wrong]
    return list(dict.fromkeys(found))
