"""Templates: each parses, stands on a frame, imports what it uses, and holds nothing inline."""

import re

import pytest
from jinja2 import nodes

from tests.house.walking import ROOT

FOLDER = ROOT / "templates"
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())
MAIL = [path for path in FILES if path.is_relative_to(FOLDER / "mail")]
MACROS = [path for path in FILES if path.is_relative_to(FOLDER / "macros")]
FRAMES = [FOLDER / "frame.html", FOLDER / "base.html", FOLDER / "bare.html"]
PAGES = [path for path in FILES if path not in {*MAIL, *MACROS, *FRAMES}]
LETTERS = sorted(path for path in (FOLDER / "mail").iterdir() if path.is_dir())
PARTS = ["body.html", "body.txt", "subject.txt"]
FREE = {"mailbox", "errors", "macros"}  # folders of templates that no room has the name of


def short(path):
    return str(path.relative_to(FOLDER))


def parse(app, path):
    return app.jinja_env.parse(path.read_text())


def over(paths):
    return pytest.mark.parametrize("path", paths, ids=short)


@over(FILES)
def test_it_parses_and_its_filters_and_tests_exist(built, path):
    assert built.jinja_env.get_template(short(path))


@over(PAGES)
def test_a_page_stands_on_a_frame_and_has_a_title(built, path):
    tree = parse(built, path)
    parents = [node.template.value for node in tree.find_all(nodes.Extends)]
    assert parents in (["base.html"], ["bare.html"])
    assert "title" in [block.name for block in tree.find_all(nodes.Block)]


@over(MACROS)
def test_a_macro_file_holds_macros_alone(built, path):
    tree = parse(built, path)
    others = [node for node in tree.body if not isinstance(node, nodes.Macro)]
    assert "".join(data.data for node in others for data in node.find_all(nodes.TemplateData)).strip() == ""


@over(FILES)
def test_it_uses_all_that_it_imports(built, path):
    tree = parse(built, path)
    imported = {name for node in tree.find_all(nodes.FromImport) for name in node.names}
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    assert imported <= used


@over([*PAGES, *FRAMES, *MACROS])
def test_it_holds_no_inline_script_or_style(path):
    text = path.read_text()
    assert re.findall(r"<style|\sstyle=|\son[a-z]+\s*=|javascript:|\|\s*safe", text) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", text) if " src=" not in tag] == []


@over([*PAGES, *FRAMES, *MACROS])
def test_it_asks_nobody_else_for_anything(path):
    assert re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//", path.read_text()) == []


@over(LETTERS)
def test_a_letter_is_three_files_with_a_constant_subject(path):
    assert sorted(file.name for file in path.iterdir()) == PARTS
    subject = (path / "subject.txt").read_text().strip()
    assert subject
    assert "{" not in subject
    assert "\n" not in subject


@over([path for path in MAIL if path.suffix == ".html"])
def test_a_letter_runs_nothing_and_fetches_nothing(path):
    text = path.read_text()
    assert re.findall(r"<script|<img|<link|@import|url\(|\son[a-z]+\s*=|\|\s*safe", text) == []


@over(PAGES)
def test_a_page_lies_in_the_folder_of_its_room(path):
    rooms = {folder.name for folder in (ROOT / "shop").iterdir() if folder.is_dir()}
    assert path.parent.name in rooms | FREE
