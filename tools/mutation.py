"""Mutation testing: breaks the code in one small way at a time, and lists the breaks that no test notices.

    python -m tools.mutation [--listed FILE] [--every N] [--seconds S] [--tests PATH ...] [MODULE ...]

The tests are collected and run once, to learn which of them runs through which line.  Each mutant is then put into
the running modules of a forked process, which runs the tests of the mutated line, the quick ones first, up to the
first that fails.  Python 3.11 or newer on a system that can fork.
"""

from __future__ import annotations

import argparse
import ast
import copy
import functools
import gc
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import coverage
import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "workflow_ls"
FOLDERS = ("rewrite", "rewrite/text_edits", "manifests", "ide", "project/resolution")
MODULES = tuple(
    str(path.relative_to(ROOT))
    for path in (
        *(path for folder in FOLDERS for path in sorted((PACKAGE / folder).glob("[!_]*.py"))),
        *(PACKAGE / f"jsonc/{name}.py" for name in ("property_edits", "insertion", "formatting", "object_tokens")),
        *(PACKAGE / f"project/{name}.py" for name in ("manifest", "tsconfig")),
        PACKAGE / "moves/rename.py",
    )
)
TESTS = (
    *(f"tests/{name}" for name in ("rewrite", "manifests", "ide", "jsonc", "project", "rules")),
    *("tests/moves/test_rename.py", "tests/moves/test_rename_edge_cases.py", "tests/moves/test_rename_packages.py"),
    "tests/test_example.py",
)
TIMEOUT_SECONDS = 60  # for one mutant, which may loop for ever


class Mutant(NamedTuple):
    """One break: its place, what it says in the place of what was there, and the whole module with it."""

    line: int
    lines: tuple[int, ...]
    before: str
    after: str
    tree: ast.Module


def main() -> int:
    """Run the mutants of the given modules; returns the number of survivors, at most 1."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation")
    parser.add_argument("modules", nargs="*", default=MODULES, metavar="MODULE")
    parser.add_argument(
        "--listed", metavar="FILE", help="only mutants that a file names, as an earlier run's output does"
    )
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth mutant")
    parser.add_argument("--seconds", type=float, default=1e9, help="begin no further mutant after this time")
    parser.add_argument("--tests", nargs="+", default=TESTS, metavar="PATH")
    options = parser.parse_args()
    plugin = _Plugin(options)
    # The terminal's reporter would list each mutant's tests.
    arguments = ["-p", "no:terminal", "-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        pytest.main([*arguments, *options.tests], [plugin])
    return min(plugin.survivors, 1)


class _Plugin:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.survivors = 0
        self.lines: dict[str, dict[int, list[str]]] = {}
        self.seconds: dict[str, float] = {}

    def pytest_configure(self) -> None:
        from hypothesis import settings  # pytest wants to be the first to import it

        settings.register_profile("mutation", max_examples=20, derandomize=True, database=None, deadline=None)
        settings.load_profile("mutation")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._learn(session.items)
        if session.testsfailed:
            print("\nthe tests fail as it is")
            self.survivors = 1
            return True
        out = os.fdopen(os.dup(1), "w")
        print(file=out)
        listed = None if self.options.listed is None else Path(self.options.listed).read_text()
        started, total = time.monotonic(), 0
        for module in self.options.modules:
            counts = {"killed": 0, "survived": 0, "not run": 0, "hung": 0}
            for mutant in list(mutants((ROOT / module).read_text()))[:: self.options.every]:
                line = f"{module}:{mutant.line}: {_short(mutant.before)}  ->  {_short(mutant.after)}"
                wanted = listed is None or f"{line}\n" in listed
                if not wanted or time.monotonic() - started > self.options.seconds:
                    continue
                result = self._result(session, module, mutant)
                counts[result] += 1
                if result in ("survived", "not run"):
                    print(f"{result}: {line}", file=out, flush=True)
            totals = ", ".join(f"{number} {result}" for result, number in counts.items() if number)
            print(f"== {module}: {totals or 'none tried'}", file=out, flush=True)
            self.survivors += counts["survived"] + counts["not run"]
            total += sum(counts.values())
        print(f"== {total} mutants, {self.survivors} survivors, {time.monotonic() - started:.0f} s", file=out)
        out.close()
        return True

    def _learn(self, items: list[pytest.Item]) -> None:
        """Run all tests once, and keep which of them runs through which line, and how long it takes."""
        files = [str(ROOT / module) for module in self.options.modules]
        measure = coverage.Coverage(data_file=None, config_file=False, include=files, branch=False)
        measure.start()
        for item, following in zip(items, [*items[1:], None]):
            measure.switch_context(item.nodeid)
            # Or a line would be known to be run only by the first of the tests that need its result.
            _clear_caches()
            started = time.perf_counter()
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            self.seconds[item.nodeid] = time.perf_counter() - started
        measure.stop()
        for module, file in zip(self.options.modules, files):
            self.lines[module] = measure.get_data().contexts_by_lineno(file)

    def _result(self, session: pytest.Session, module: str, mutant: Mutant) -> str:
        table = self.lines[module]
        lines = _users(mutant) if _is_global(mutant) else mutant.lines
        names = {name for line in lines or table for name in table.get(line, ()) if name}
        items = sorted((item for item in session.items if item.nodeid in names), key=self._duration)
        if not items:
            return "not run"
        child = os.fork()
        if child == 0:
            _try(session, items, module, mutant)
        ended, deadline = (0, 0), time.monotonic() + TIMEOUT_SECONDS
        while ended[0] == 0:
            time.sleep(0.003)
            ended = os.waitpid(child, os.WNOHANG)
            if ended[0] == 0 and time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return "hung"
        return "survived" if ended[1] == 0 else "killed"

    def _duration(self, item: pytest.Item) -> float:
        return self.seconds[item.nodeid]


def _try(session: pytest.Session, items: list[pytest.Item], module: str, mutant: Mutant) -> None:
    """Put the mutant in, run the tests, and end this process: with 0 if all of them pass."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    code = 1
    try:
        _put_in(module, mutant)
        for item, following in zip(items, [*items[1:], None]):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                break
        else:
            code = 0
    finally:
        os._exit(code)


def _put_in(path: str, mutant: Mutant) -> None:
    name = path.removesuffix(".py").replace("/", ".")
    module = importlib.import_module(name)
    original = compile((ROOT / path).read_text(), str(module.__file__), "exec")
    mutated = compile(mutant.tree, str(module.__file__), "exec")
    if _is_global(mutant):
        _replace_values(module, mutant, mutated)
    else:
        new = dict(_pairs(original, mutated))
        for found in gc.get_objects():
            if isinstance(found, FunctionType) and found.__module__ == name and found.__code__ in new:
                found.__code__ = new[found.__code__]
    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper):
            found.cache_clear()


def _clear_caches() -> None:
    for module in [module for name, module in sys.modules.items() if name.startswith("workflow_ls")]:
        for value in vars(module).values():
            if isinstance(value, functools._lru_cache_wrapper):
                value.cache_clear()


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The functions of a module, nested ones aside, before and after."""
    parts = ([const for const in code.co_consts if isinstance(const, CodeType)] for code in (old, new))
    for before, after in zip(*parts):
        yield before, after
        yield from _pairs(before, after)


def _is_global(mutant: Mutant) -> bool:
    return not isinstance(_statement(mutant), (ast.FunctionDef, ast.ClassDef))


def _statement(mutant: Mutant) -> ast.stmt:
    return next(s for s in mutant.tree.body if s.lineno <= mutant.line <= (s.end_lineno or s.lineno))


def _users(mutant: Mutant) -> set[int]:
    """The lines that use a value made at import; none where other modules use it, too."""
    changed = _changed(mutant)
    if not all(name.startswith("_") for name in changed):
        return set()
    functions = [node for node in ast.walk(mutant.tree) if isinstance(node, ast.FunctionDef)]
    names = (node for function in functions for node in ast.walk(function) if isinstance(node, ast.Name))
    return {node.lineno for node in names if node.id in changed}


def _changed(mutant: Mutant) -> set[str]:
    """The names that the mutated statement binds, and those made from them."""
    changed = _bound(_statement(mutant))
    for statement in mutant.tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
            if used & changed:
                changed |= _bound(statement)
    return changed


def _replace_values(module: ModuleType, mutant: Mutant, mutated: CodeType) -> None:
    """Give the values that the mutated statement makes to all modules that hold the old ones."""
    fresh: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(mutated, fresh)
    for name in _changed(mutant) & vars(module).keys():
        old = vars(module)[name]
        for other in [m for n, m in sys.modules.items() if n.startswith(("workflow_ls", "tests"))]:
            for key in [key for key, value in vars(other).items() if value is old]:
                setattr(other, key, fresh[name])


def _bound(statement: ast.stmt) -> set[str]:
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def mutants(source: str) -> Iterator[Mutant]:
    """All mutants of a module's text, in the order of its lines."""
    tree = ast.parse(source)
    places = sorted(_places(tree), key=lambda place: (place.node.lineno, place.node.col_offset))
    for place in places:
        for variant in _variants(place.node, place.parent):
            ast.fix_missing_locations(ast.copy_location(variant, place.node))
            before, after = ast.unparse(place.node), ast.unparse(variant)
            if before != after:
                lines = tuple(range(place.node.lineno, (place.node.end_lineno or place.node.lineno) + 1))
                mutated = _with(tree, place, variant)
                yield Mutant(place.node.lineno, lines, before, after, mutated)


class _Place(NamedTuple):
    node: Any  # an expression or a statement: what has a line
    parent: ast.AST
    path: tuple[tuple[str, int | None], ...]


def _places(tree: ast.AST, path: tuple[tuple[str, int | None], ...] = ()) -> Iterator[_Place]:
    for field, value in ast.iter_fields(tree):
        if field in _NOT_RUN or (field == "values" and isinstance(tree, ast.JoinedStr)):
            continue
        for index, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            # A class's own statements, its fields, were run when the module was imported.
            if isinstance(tree, ast.ClassDef) and not isinstance(node, ast.FunctionDef):
                continue
            if isinstance(node, ast.AST) and not _is_passed_over(node):
                below = (*path, (field, index))
                if hasattr(node, "lineno"):
                    yield _Place(node, tree, below)
                yield from _places(node, below)


# Annotations mean nothing at run time; defaults and decorators were evaluated when the module was imported.
_NOT_RUN = {"annotation", "returns", "decorator_list", "defaults", "kw_defaults"}


def _is_passed_over(node: ast.AST) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript) and "Literal" in ast.unparse(node)


def _with(tree: ast.Module, place: _Place, variant: ast.AST) -> ast.Module:
    """A copy of the tree with another node at the place."""
    result = copy.copy(tree)
    node: Any = result
    for number, (field, index) in enumerate(place.path):
        last = number == len(place.path) - 1
        value = getattr(node, field)
        if index is not None:
            value = list(value)
            setattr(node, field, value)
            value[index] = variant if last else copy.copy(value[index])
            node = value[index]
        else:
            setattr(node, field, variant if last else copy.copy(value))
            node = getattr(node, field)
    return result


def _variants(node: Any, parent: ast.AST) -> Iterable[ast.AST]:
    """The replacements of a node."""
    make = _MAKERS.get(type(node))
    found = list(make(node)) if make else []
    test = getattr(parent, "test", None) is node and not isinstance(parent, ast.Assert)
    if test or (isinstance(parent, ast.comprehension) and node in parent.ifs):
        found += [ast.Constant(value) for value in ((False,) if isinstance(parent, ast.While) else (True, False))]
    return found


_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_CALLED = {
    "startswith": "endswith",
    "endswith": "startswith",
    "partition": "rpartition",
    "rpartition": "partition",
    "find": "rfind",
    "rfind": "find",
    "lstrip": "strip",
    "rstrip": "strip",
    "strip": "rstrip",
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "reversed": "list",
    "match": "search",
    "fullmatch": "match",
}


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        operators = [*node.ops[:index], _COMPARED[type(operator)](), *node.ops[index + 1 :]]
        yield ast.Compare(node.left, operators, node.comparators)


def _bool_op(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for index in range(len(node.values)):
        rest = node.values[:index] + node.values[index + 1 :]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, (ast.Not, ast.USub)):
        yield node.operand


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    if isinstance(node.op, (ast.Add, ast.Sub)):
        yield ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)
    if isinstance(node.op, (ast.BitOr, ast.BitAnd)):
        yield node.left
        yield node.right


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, (str, bytes)):
        yield ast.Constant((b"?!" if isinstance(value, bytes) else "?!") if not value else type(value)())


def _call(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        yield ast.Call(ast.Name(_CALLED[node.func.id], ast.Load()), node.args, node.keywords)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _CALLED:
        function = ast.Attribute(node.func.value, _CALLED[node.func.attr], ast.Load())
        yield ast.Call(function, node.args, node.keywords)
    if isinstance(node.func, ast.Name) and node.func.id == "sorted":
        yield ast.Call(ast.Name("list", ast.Load()), node.args[:1], [])
    for index in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:index] + node.keywords[index + 1 :])


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    if node.lower is not None:
        yield ast.Slice(None, node.upper, node.step)
    if node.upper is not None:
        yield ast.Slice(node.lower, None, node.step)


def _return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and ast.unparse(node.value) != "None":
        yield ast.Return(ast.Constant(None))


def _gone(node: ast.stmt) -> Iterator[ast.AST]:
    # A function that yields in one place only must go on being a generator, or it fails for that reason alone.
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
        yield ast.If(ast.Constant(value=False), [node], [])
    else:
        yield ast.Pass()


def _collection(node: ast.Tuple | ast.List | ast.Set) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Set) and not isinstance(node.ctx, ast.Load):
        return
    for index, element in enumerate(node.elts):
        rest = node.elts[:index] + node.elts[index + 1 :]
        if isinstance(element, (ast.Constant, ast.Starred)) and (rest or not isinstance(node, ast.Set)):
            yield ast.Set(rest) if isinstance(node, ast.Set) else type(node)(rest, ast.Load())


_MAKERS: dict[type[ast.AST], Callable[[Any], Iterator[ast.AST]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Constant: _constant,
    ast.Call: _call,
    ast.Slice: _slice,
    ast.Return: _return,
    ast.Expr: _gone,
    ast.AugAssign: _gone,
    ast.Continue: _gone,
    ast.Raise: _gone,
    ast.Tuple: _collection,
    ast.List: _collection,
    ast.Set: _collection,
}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 110 else f"{line[:107]}..."


if __name__ == "__main__":
    sys.exit(main())
