"""Events: each entry of the audit log is declared with exactly its keys, and each declared event occurs somewhere."""

import ast
from functools import cache

import pytest

from shop.audit.events import EVENTS
from shop.people.revocation import revocables
from tests.house.source_modules import find_calls, list_sources

FIXED = {"actor"}


@cache
def recordings():
    """Return every call of record() with its enclosing function."""
    found = []
    for source in [one for one in list_sources() if any(find_calls(one.tree, "record"))]:
        for function in [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef)]:
            found += ((source, function, call) for call in find_calls(function, "record"))
    return found


def values_of(name, function):
    """Return the values assigned to a name in a function."""
    found = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
    return [node.value for node in found if name in [getattr(target, "id", "") for target in node.targets]]


def events_of(call, function):
    """Return the events that a call may record: its first argument, or the values assigned to that name."""
    given = call.args[0]
    nodes = values_of(given.id, function) if isinstance(given, ast.Name) else [given]
    return {node.value for one in nodes for node in ast.walk(one) if is_text(node) and not in_test(node, one)}


def in_test(node, one):
    return isinstance(one, ast.IfExp) and node in ast.walk(one.test)


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def keys_of(call, function):
    """Return the keys that a call passes, those of an unpacked dictionary included."""
    named = {keyword.arg for keyword in call.keywords if keyword.arg}
    unpacked = [keyword.value.id for keyword in call.keywords if keyword.arg is None]
    return (named - FIXED) | {key for name in unpacked for key in keys_in(name, function)}


def keys_in(name, function):
    for value in values_of(name, function):
        if isinstance(value, ast.Dict):
            yield from (key.value for key in value.keys)
        elif isinstance(value, ast.DictComp):
            yield from revocables  # the one that is counted at run time: what each room says that it holds


def spot(recording):
    return f"{recording[0].name}:{recording[2].lineno}"


@pytest.mark.usefixtures("built")
def test_what_is_recorded_is_declared_with_exactly_its_keys():
    faults = {}
    for recording in recordings():
        _, function, call = recording
        recorded = {event: keys_of(call, function) for event in events_of(call, function)}
        if not recorded or recorded != {event: EVENTS.get(event) for event in recorded}:
            faults[spot(recording)] = recorded

    assert recordings()
    assert faults == {}


def test_every_declared_event_happens_somewhere():
    assert {event for _, function, call in recordings() for event in events_of(call, function)} == set(EVENTS)


def test_no_declared_key_names_a_secret():
    keys = {key for keys in EVENTS.values() for key in keys}
    assert keys & {"link", "code", "token", "secret", "password", "key", "cookie"} == set()
