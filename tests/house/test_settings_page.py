"""docs/settings.md: one row for each setting that the program reads, with its default and its range."""

import re

import pytest

from shop import config
from shop.environment import EnvironmentReader
from shop.operations import server
from tests.house.declared_settings import KINDS, list_declared
from tests.house.source_modules import ROOT

ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", re.M)
LOCAL_ROW = re.compile(r"^\| `([A-Z_]+)` \| ([^|]*) \|$", re.M)
SET_BY_MAKE_RUN = {"SECRET_KEY", "LOG_LEVEL"}  # before the settings are read


@pytest.fixture
def page():
    return (ROOT / "docs" / "settings.md").read_text()


@pytest.fixture
def read_with_nothing_set(tmp_path, monkeypatch):
    """The values of all settings in an empty environment, by name."""
    seen = {}
    for kind in KINDS:
        monkeypatch.setattr(EnvironmentReader, kind, noting(seen, getattr(EnvironmentReader, kind)))

    def read(*, local):
        seen.clear()
        config.read_config({}, tmp_path, local=local)
        server.gunicorn_options(EnvironmentReader({}))
        return dict(seen)

    return read


def noting(seen, reader):
    """Wrap a reader so that it records its results. Each reads the text first, so the last result counts."""

    def noted(self, name, *args, **kwargs):
        value = reader(self, name, *args, **kwargs)
        if name not in seen or reader.__name__ != "text":
            seen[name] = value
        return value

    return noted


def written(value):
    """Return a value as the page's column of defaults begins."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        value = ", ".join(value)
    return f"`{value}`" if value or value == 0 else "none"


def test_the_page_names_each_setting_and_no_other(page):
    named = [name for name, _, _ in ROW.findall(page)]

    assert len(named) == len(set(named))
    assert set(named) == {name for name, _, _ in list_declared()}


def test_each_default_is_that_of_the_code(page, read_with_nothing_set):
    defaults = {name: re.match(r"none|`[^`]*`|", cell)[0] for name, cell, _ in ROW.findall(page)}
    read = read_with_nothing_set(local=False)

    assert defaults.keys() - read.keys() == {"INSTANCE_PATH"}  # which this start is given
    assert {name: written(value) for name, value in read.items()} == {name: defaults[name] for name in read}


def test_each_number_says_its_range(page):
    said = {name: f"{default} {meaning}" for name, default, meaning in ROW.findall(page)}
    ranges = {name: f"{bounds['low']} to {bounds['high']}" for name, _, bounds in list_declared() if bounds}

    assert ranges
    assert {name for name, numbers in ranges.items() if numbers not in said[name]} == set()


def test_the_other_defaults_of_make_run_are_those_of_the_code(page, read_with_nothing_set):
    said = {name: cell for name, cell in LOCAL_ROW.findall(page) if name not in SET_BY_MAKE_RUN}
    read, local = read_with_nothing_set(local=False), read_with_nothing_set(local=True)
    changed = {name: written(value) for name, value in local.items() if value != read[name]}

    assert said.keys() == changed.keys()
    assert {name for name, value in changed.items() if not said[name].startswith(value)} == set()
