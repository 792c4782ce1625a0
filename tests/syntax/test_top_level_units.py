"""What each top-level part of a module declares, what it runs when it is loaded, and what once it is called."""

from __future__ import annotations

import pytest

from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.top_level_units import find_top_level_units


@pytest.mark.parametrize(
    ("code", "units"),
    [
        pytest.param("import { a } from 'x';", [], id="an import"),
        pytest.param("export { a } from 'x'; export * from 'y';", [], id="re-exports"),
        pytest.param("const a = 1; export { a as b };", ["a:  |"], id="a clause"),
        pytest.param("interface A { b: C } type B = A;", [], id="types"),
        pytest.param("function f() { return a; }", ["f:  | a f function return"], id="a function"),
        pytest.param("export const f = () => a();", ["f:  | a"], id="an arrow function"),
        pytest.param("const a = one(), b = () => two();", ["a: one |", "b:  | two"], id="each variable by itself"),
        pytest.param("const { a, b } = make(c);", ["a b: make | c"], id="a pattern"),
        pytest.param("export const f = withAuth(async () => g());", ["f: withAuth | async g"], id="a wrapped function"),
        pytest.param("export default memo(X);", ["default: memo | X"], id="a default call"),
        pytest.param("export default f;", ["default:  | f"], id="a default name"),
        pytest.param("(() => a())();", [": a |"], id="a function that is called at once"),
        pytest.param("(async function () { await a(); })();", [": a async await function |"], id="so, asynchronously"),
        pytest.param("run(() => a());", [": run | a"], id="a function that is passed"),
        pytest.param("boot(a);", [": a boot |"], id="a call of no name"),
        pytest.param("class A extends B { c = d; e() { f(); } }", ["A: B c class d extends | e f"], id="a class"),
    ],
)
def test_units(code: str, units: list[str]) -> None:
    assert [_shown(unit) for unit in find_top_level_units(parse(code.encode(), "a.ts")).units] == units


def _shown(unit: object) -> str:
    names, on_load, on_call = (" ".join(sorted(getattr(unit, each))) for each in ("names", "on_load", "on_call"))
    return f"{names}: {on_load} | {on_call}".rstrip()
