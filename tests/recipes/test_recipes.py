"""Packages of the recipes: every one at one version, with a hash, from any registry."""

import json
import re

import pytest

from tests.recipes.npm import LOCKED
from tests.recipes.recipe_files import FOLDER, files_of

RECIPES = sorted(file.stem for file in FOLDER.glob("*.md"))


def test_every_recipe_is_locked():
    assert sorted(file.stem for file in LOCKED.glob("*.json")) == RECIPES


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_reader_is_told_one_version_of_each_package(recipe):
    told = json.loads(files_of(recipe)["package.json"])["dependencies"]

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in told.values())
    [own, *_] = locked(recipe).values()
    assert own["dependencies"] == told


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_package_has_a_version_and_a_hash(recipe):
    [_, *packages] = locked(recipe).values()
    assert packages
    assert [one for one in packages if not one["version"] or not one["integrity"].startswith("sha512-")] == []


@pytest.mark.parametrize("recipe", RECIPES)
def test_no_registry_is_named(recipe):
    assert [path for path, one in locked(recipe).items() if "resolved" in one] == []


def locked(recipe):
    return json.loads((LOCKED / f"{recipe}.json").read_text())["packages"]
