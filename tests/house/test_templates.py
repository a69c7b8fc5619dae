"""Templates: each parses, extends a frame, imports what it uses, and contains nothing inline."""

import re

from jinja2 import TemplateError, nodes

from tests.house.source_modules import ROOT, offenders

FOLDER = ROOT / "templates"
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())
MAIL = [path for path in FILES if path.is_relative_to(FOLDER / "mail")]
MACROS = [path for path in FILES if path.is_relative_to(FOLDER / "macros")]
FRAMES = [FOLDER / "frame.html", FOLDER / "base.html", FOLDER / "bare.html"]
PAGES = [path for path in FILES if path not in {*MAIL, *MACROS, *FRAMES}]
LETTERS = sorted(path for path in (FOLDER / "mail").iterdir() if path.is_dir())
PARTS = ["body.html", "body.txt", "subject.txt"]
WIDEST = 160  # characters of a line
ADDRESS = re.compile(r"""["']/[a-z][^"']*|(?:href|action|src)=["']/""")  # url_for() knows where a page is today
FREE = {"errors", "macros"}  # template folders without a room of that name


def short(path):
    return str(path.relative_to(FOLDER))


def parse(app, path):
    return app.jinja_env.parse(path.read_text())


def faults_of(paths, faults):
    return offenders({short(path): faults(path) for path in paths})


def test_each_parses_and_its_filters_and_tests_exist(built):
    def fault(path):
        try:
            built.jinja_env.get_template(short(path))
        except TemplateError as error:
            return str(error)

    assert faults_of(FILES, fault) == {}


def test_a_page_stands_on_a_frame_and_has_a_title(built):
    def faults(path):
        tree = parse(built, path)
        parents = [node.template.value for node in tree.find_all(nodes.Extends)]
        blocks = [block.name for block in tree.find_all(nodes.Block)]
        return ["frame"] * (parents not in (["base.html"], ["bare.html"])) + ["title"] * ("title" not in blocks)

    assert faults_of(PAGES, faults) == {}


def test_a_macro_file_holds_macros_alone(built):
    def text_outside(path):
        others = [node for node in parse(built, path).body if not isinstance(node, nodes.Macro)]
        return "".join(data.data for node in others for data in node.find_all(nodes.TemplateData)).strip()

    assert faults_of(MACROS, text_outside) == {}


def test_each_uses_all_that_it_imports(built):
    def unused(path):
        tree = parse(built, path)
        imported = {name for node in tree.find_all(nodes.FromImport) for name in node.names}
        return imported - {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}

    assert faults_of(FILES, unused) == {}


def test_each_imports_only_macros_that_exist(built):
    def missing(path):
        imports = parse(built, path).find_all(nodes.FromImport)
        return {name for node in imports for name in node.names if name not in macros_of(node.template.value)}

    def macros_of(name):
        return {macro.name for macro in parse(built, FOLDER / name).find_all(nodes.Macro)}

    assert faults_of(FILES, missing) == {}


def test_none_holds_an_inline_script_or_style():
    def inline(path):
        text = path.read_text()
        found = re.findall(r"<style|\sstyle=|\son[a-z]+\s*=|javascript:|\|\s*safe", text)
        return found + [tag for tag in re.findall(r"<script[^>]*>", text) if " src=" not in tag]

    assert faults_of([*PAGES, *FRAMES, *MACROS], inline) == {}


def test_none_writes_an_address_by_hand():
    def written(path):
        return ADDRESS.findall(path.read_text())

    assert faults_of([*PAGES, *FRAMES, *MACROS], written) == {}


def test_none_asks_anybody_else_for_anything():
    def foreign(path):
        return re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//", path.read_text())

    assert faults_of([*PAGES, *FRAMES, *MACROS], foreign) == {}


def test_no_line_is_wider_than_a_screen():
    """Break inside a tag, or before `{%-`, where the output does not change."""

    def wide(path):
        return [number for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > WIDEST]

    assert faults_of(FILES, wide) == {}


def test_a_letter_is_three_files_with_a_constant_subject():
    def faults(path):
        subject = (path / "subject.txt").read_text().strip()
        is_constant = re.fullmatch(r'\{\{ _\("[^"%\n]+"\) \}\}', subject)
        parts = sorted(file.name for file in path.iterdir())
        return [parts] * (parts != PARTS) + ["subject"] * (not is_constant)

    assert faults_of(LETTERS, faults) == {}


def test_a_letter_runs_nothing_and_fetches_nothing():
    def active(path):
        return re.findall(r"<script|<img|<link|@import|url\(|\son[a-z]+\s*=|\|\s*safe", path.read_text())

    assert faults_of([path for path in MAIL if path.suffix == ".html"], active) == {}


def test_a_page_lies_in_the_folder_of_its_room():
    rooms = {folder.name for folder in (ROOT / "shop").iterdir() if folder.is_dir()}
    assert {path.relative_to(FOLDER).parts[0] for path in PAGES} - rooms - FREE == set()
