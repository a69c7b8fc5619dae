"""Mutants: the shop with one small fault, as mutmut's operators make them. A test that notices the fault kills it.

Two operators are ours: a call that is made for what it does is left out, and a condition is turned around. What no test
should have to notice is left alone:

- words: texts and what is logged, docstrings, type annotations;
- what is only asserted, and how work is cut into parts: arguments by the names of UNSEEN;
- what runs but once, while a module loads: imports, tables, guards of routes, defaults. The house's own tests compare
  those with what is declared. Constants are mutated, though: limits and lifetimes are rules.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_assignment, operator_string

from tests.house.source_modules import ROOT

LEFT_ALONE = cst.Annotation | cst.Decorator | cst.Parameters | cst.Import | cst.ImportFrom
LOGGING = m.Call(func=m.Attribute(value=m.Name("log") | m.Attribute(attr=m.Name("logger"))))
UNSEEN = m.Arg(keyword=m.OneOf(*map(m.Name, ("strict", "yield_per", "synchronize_session", "flush"))))
PLAIN = cst.Name | cst.Attribute | cst.Call | cst.NamedExpr  # conditions that no operator of mutmut's changes
OPERATORS = [pair for pair in mutation_operators if pair[1] not in (operator_string, operator_arg_removal)]
CONSTANT = re.compile(r"[A-Z_]+")
Spot = tuple[str, int]  # a file's path from the root, and a line number


@dataclass(frozen=True)
class Mutant:
    """One fault: its place, the original code and its replacement. `spots` are the lines that run it."""

    where: str
    spots: frozenset[Spot]
    path: str
    was: str
    now: str
    module: cst.Module = field(repr=False)
    old: cst.CSTNode = field(repr=False)
    new: cst.CSTNode = field(repr=False)

    @property
    def name(self) -> tuple[str, str, str]:
        return self.where, self.was, self.now

    def __str__(self) -> str:
        return f"{self.where}: {self.was} -> {self.now}"

    def source(self) -> str:
        """Return the whole file with the fault in it."""
        return self.module.deep_replace(self.old, self.new).code


def load_survivors() -> set[tuple[str, str, str]]:
    """Return the names of the equivalent mutants; each is listed with a reason."""
    kept = tomllib.loads(Path(__file__).with_name("survivors.toml").read_text())["survivor"]
    assert all(one["reason"] for one in kept)
    return {(one["where"], one["was"], one["now"]) for one in kept}


def draw_sample(mutants: Iterable[Mutant], size: int, seed: int) -> list[Mutant]:
    """Draw a reproducible sample: a drawn mutant stays drawn when the code around it changes."""
    return sorted(mutants, key=lambda one: hashlib.sha256(f"{seed} {one}".encode()).digest())[:size]


def list_mutants(places: Iterable[str]) -> Iterator[Mutant]:
    """Yield every mutant of some modules and folders, given by their paths from the root."""
    for whole in [ROOT / place for place in places]:
        for path in [whole] if whole.is_file() else sorted(whole.rglob("*.py")):
            if path.name != "register.py":  # it runs while the app is built, before a mutant is put in place
                yield from mutate_file(path)


def mutate_file(path: Path) -> list[Mutant]:
    """Return every mutant of one module."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text()))
    finder = Finder(str(path.relative_to(ROOT)), wrapper.module)
    wrapper.visit(finder)
    return finder.found


class Finder(cst.CSTVisitor):
    """Walks through a module and collects its possible faults."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: str, module: cst.Module) -> None:
        super().__init__()
        self.path = path
        self.module = module
        self.scope: list[cst.FunctionDef | cst.ClassDef] = []
        self.lines = module.code.splitlines()
        self.constant: str | None = None
        self.found: list[Mutant] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, LEFT_ALONE) or m.matches(node, LOGGING | UNSEEN):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.scope.append(node)
        elif any(isinstance(one, cst.FunctionDef) for one in self.scope):
            for old, new in mutate_node(node):
                self.add(old, new)
        elif not self.scope and isinstance(node, cst.Assign):
            self.constant = constant_name(node)
            return self.constant is not None
        elif not self.scope and isinstance(node, cst.BaseNumber | cst.BinaryOperation):
            for old, new in mutate_node(node):
                self.add(old, new)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if self.scope and self.scope[-1] is original_node:
            self.scope.pop()

    def add(self, old: cst.CSTNode, new: cst.CSTNode) -> None:
        """Record a mutant, by the lines that it changes."""
        position = self.get_metadata(PositionProvider, old)
        begin, end = position.start, position.end
        lines = self.lines[begin.line - 1 : end.line]
        changed = f"{lines[0][: begin.column]} {self.module.code_for_node(new)} {lines[-1][end.column :]}"
        where = ".".join([self.path.removesuffix(".py").replace("/", "."), *(one.name.value for one in self.scope)])
        texts = normalize_code(" ".join(lines)), normalize_code(changed)
        inner = frozenset((self.path, line) for line in range(begin.line, end.line + 1))
        spots = inner if self.scope else find_uses(self.constant)
        self.found.append(Mutant(where, spots, self.path, *texts, self.module, old, new))


@cache
def find_uses(constant: str) -> frozenset[Spot]:
    """Return every line of the shop that names a constant."""
    word = re.compile(rf"\b{constant}\b")
    files = {str(path.relative_to(ROOT)): path.read_text().splitlines() for path in (ROOT / "shop").rglob("*.py")}
    return frozenset(
        (name, at) for name, lines in files.items() for at, line in enumerate(lines, 1) if word.search(line)
    )


def normalize_code(text: str) -> str:
    """Return code as one line, independent of line breaks and spaces."""
    return re.sub(r"(?<=[(\[{.]) | (?=[)\]}.,:])", "", " ".join(text.split()))


def constant_name(node: cst.Assign) -> str | None:
    """Return the name of the constant that a module's line assigns, if any."""
    target = node.targets[0].target
    return target.value if isinstance(target, cst.Name) and CONSTANT.fullmatch(target.value) else None


def mutate_node(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """Yield the faults at one node: what is replaced, and by what."""
    if isinstance(node, cst.Expr):
        if isinstance(node.value, cst.Call) and not m.matches(node.value, LOGGING):
            yield node, node.with_changes(value=cst.Ellipsis())
        return
    if isinstance(node, cst.If) and isinstance(node.test, PLAIN):
        inner = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.test, cst.UnaryOperation(cst.Not(), inner)
    if isinstance(node, cst.Call):
        yield from (
            (node, new) for new in operator_arg_removal(node) if not any(map(is_unseen, dropped_arguments(node, new)))
        )
    for kind, operator in OPERATORS:
        if isinstance(node, kind) and not (operator is operator_assignment and is_text(node.value)):
            yield from ((node, new) for new in operator(node))


def dropped_arguments(old: cst.Call, new: cst.Call) -> list[cst.Arg]:
    """Return the arguments that one call has and the other has not."""
    return [arg for arg in old.args if not any(arg is one for one in new.args)]


def is_unseen(arg: cst.Arg) -> bool:
    """Return whether an argument is text for people, or has no visible effect."""
    return is_text(arg.value) or m.matches(arg, UNSEEN)


def is_text(node: cst.CSTNode | None) -> bool:
    """Return whether it is text for people, and not a name."""
    words = cst.FormattedString | cst.ConcatenatedString
    return isinstance(node, words) or (isinstance(node, cst.SimpleString) and " " in node.value)
