"""Replace a loaded module's code and constants with those of a mutant."""

import ast
import gc
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

from tests.house.source_modules import ROOT

Functions = dict[tuple[str, str, int], list[FunctionType]]


def find_live_functions() -> Functions:
    """Return every function that was loaded from the shop, by file, name and line."""
    found: Functions = defaultdict(list)
    gc.unfreeze()  # conftest.py has hidden all of it from the collector
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(str(ROOT / "shop")):
            found[code_key(one.__code__)].append(one)
    return found


def code_key(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def patch_module(file: Path, right: str, wrong: str, functions: Functions) -> None:
    """Put the mutant's code or constants in place of the original ones."""
    for old, new in pair_code(compile(right, str(file), "exec"), compile(wrong, str(file), "exec")):
        if old.co_name != "<module>" and old != new:
            for function in functions.get(code_key(old), []):
                # A function that no longer needs super() keeps its cell; with another cell the mutant would survive.
                fitting = new if new.co_freevars else new.replace(co_freevars=function.__code__.co_freevars)
                if function.__code__.co_freevars == fitting.co_freevars:
                    function.__code__ = fitting
    for old, new in zip(ast.parse(right).body, ast.parse(wrong).body, strict=True):
        if isinstance(old, ast.Assign) and ast.dump(old) != ast.dump(new):
            patch_constant(".".join(file.relative_to(ROOT).with_suffix("").parts), new)


def pair_code(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Yield the code of a module, its classes and functions, each with its mutant's."""
    yield old, new
    inner = [[one for one in code.co_consts if isinstance(one, CodeType)] for code in (old, new)]
    if [one.co_name for one in inner[0]] == [one.co_name for one in inner[1]]:
        for two in zip(*inner, strict=True):
            yield from pair_code(*two)


def patch_constant(module: str, assignment: ast.stmt) -> None:
    """Give a constant its mutated value, wherever it was imported."""
    names = dict(vars(sys.modules[module]))
    before = dict(names)
    exec(compile(ast.Module([assignment], []), module, "exec"), names)
    for name in [name for name in names if name in before and names[name] is not before[name]]:
        for one in list(sys.modules.values()):
            if getattr(one, name, None) is before[name] and one.__name__.startswith(("shop", "tests")):
                setattr(one, name, names[name])
