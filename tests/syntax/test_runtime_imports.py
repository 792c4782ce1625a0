"""Which references load a module when a file runs, and how."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.syntax.checks import Row, unmarked
from tests.syntax.rows_calls import MOCKS
from tests.syntax.rows_mocks import FLOWS, IMPORTED_NAMES, TABLES, VARIABLES, WRITTEN_OTHERWISE
from workflow_ls.syntax.indices.text_parts import TextParts
from workflow_ls.syntax.mocks.mock_factories import factory_kind, has_standalone_factory
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.syntax.runtime_imports import (
    LoadKind,
    find_import_candidates,
    find_runtime_imports,
    has_computed_imports,
    scan_imports,
)


def loads_in(
    code: str, path: str = "a.ts", *, callees: Sequence[str] = (), verbatim: bool = False
) -> tuple[tuple[Reference, LoadKind], ...]:
    source = parse(code.encode(), path)
    return find_runtime_imports(source, find_import_candidates(source, callees), verbatim=verbatim)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import 'm';", "static"),
        ("import {} from 'm';", "static"),
        ("import a from 'm'; a();", "static"),
        ("import { a } from 'm'; a();", "static"),
        ("import { type T, a } from 'm'; a(); let t: T;", "static"),
        ("import { T, a } from 'm'; a(); let t: T;", "static"),
        ("import { a as b } from 'm'; export { b };", "static"),
        ("import * as a from 'm'; a.b();", "static"),
        ("import d, * as a from 'm'; d(); let t: a.T;", "static"),
        ("import { a } from 'm';", "static"),
        ("import { T, a } from 'm'; let t: T;", "static"),
        ("import { a } from 'm'; // a", "static"),
        ("export * from 'm';", "static"),
        ("export * as a from 'm';", "static"),
        ("export { a } from 'm';", "static"),
        ("export { type T, a } from 'm';", "static"),
        ("export {} from 'm';", "static"),
        ("import type { T } from 'm'; let t: T;", None),
        ("import { type T } from 'm'; let t: T;", None),
        ("import { T } from 'm'; let t: T;", None),
        ("import { T } from 'm'; let t: typeof T;", None),
        ("import T from 'm'; export type { T };", None),
        ("import * as a from 'm'; let t: a.T;", None),
        ("export type { T } from 'm';", None),
        ("export type * from 'm';", None),
        ("export { type T } from 'm';", None),
        ("let t: import('m').T;", None),
        ("let t: typeof import('m');", None),
        ("declare module 'm' {}", None),
        ("/// <reference types='m' />", None),
        ("await import('m');", "dynamic"),
        ("lazy(() => import(/* name */ 'm'));", "dynamic"),
        ("load('m');", "dynamic"),
        ("require('m');", "require"),
        ("import a = require('m');", "require"),
        ("import type a = require('m');", None),
        ("require.resolve('m');", None),
        ("vi.mock('m');", None),
        ("vi.mock(import('m'));", None),
        ("vi.doMock('m');", None),
        ("vi.unmock('m');", None),
        ("vi.importActual('m');", "actual"),
        ("vi.importMock('m');", "actual"),
        ("jest.requireActual('m');", "actual"),
        ("jest.requireMock('m');", "dynamic"),
    ],
)
def test_loads(code: str, expected: str | None) -> None:
    found = [how.value for _, how in loads_in(code, callees=["load"])]
    assert found == ([] if expected is None else [expected])
    assert not found or scan_imports(TextParts(code.encode()), ["load"]) == (frozenset({"m"}), False)


@pytest.mark.parametrize(
    "row", [*MOCKS, *IMPORTED_NAMES, *VARIABLES, *WRITTEN_OTHERWISE, *TABLES, *FLOWS], ids=lambda row: row[0]
)
def test_every_mock_is_a_candidate(row: Row) -> None:
    """So is what loads a module, which a search of the text alone finds, too."""
    source = parse(unmarked(row[0]).encode(), "a.ts")
    found = find_import_candidates(source)
    mocks = [reference for reference in find_references(source) if reference.form is Form.MOCK]
    assert [reference for reference in found if reference.form is Form.MOCK] == mocks
    scanned = scan_imports(source.parts)[0]
    loads = find_runtime_imports(source, found)
    flowing = [mock.specifier for mock in mocks if mock.mocked_at is not None]
    assert {reference.specifier for reference, _ in loads} <= {*scanned, *flowing}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import p from 'proxyquire'; p('./s', { 'm': { a } })", "open"),
        ("import p from 'proxyquire'; p.noCallThru()('./s', { 'm': { a } })", "closed"),
        ("import p from 'proxyquire'; p.noCallThru()('./s', { 'm': { ...b } })", "unknown"),
        ("import p from 'proxyquire'; p.noCallThru()('./s', { 'm': stub })", "unknown"),
        ("import esmock from 'esmock'; esmock('./s', { 'm': { a } })", "open"),
        ("import esmock from 'esmock'; esmock.strict('./s', { 'm': { a } })", "closed"),
        ("import td from 'testdouble'; td.replace('m')", "none"),
        ("import td from 'testdouble'; td.replace('m', { a })", "closed"),
        ("import td from 'testdouble'; td.replace('m', stub)", "unknown"),
        ("import mockery from 'mockery'; mockery.registerMock('m', { a })", "closed"),
        ("import rewiremock from 'rewiremock'; rewiremock('m').with({ a })", "unknown"),
        ("const stub = (p) => vi.doMock(p); stub('m')", "none"),
        ("const stub = (p) => vi.doMock(p, () => ({ a })); stub('m')", "closed"),
        ("const stub = (p, f) => vi.doMock(p, f); stub('m', () => ({ a }))", "unknown"),
        ("['m'].forEach((p) => vi.doMock(p, async (o) => ({ ...(await o()), a })))", "open"),
    ],
)
def test_what_other_mocks_put_in_place(code: str, kind: str) -> None:
    source = parse(code.encode(), "a.ts")
    (reference,) = (found for found in find_references(source) if found.form is Form.MOCK)
    assert factory_kind(source, reference).value == kind


@pytest.mark.parametrize(
    ("code", "path", "verbatim"),
    [
        ("import { type T } from 'm'; let t: T;", "a.ts", True),
        ("import { T } from 'm'; let t: T;", "a.ts", True),
        ("export { type T } from 'm';", "a.ts", True),
        ("/** @type {T} */ import { T } from 'm';", "a.js", False),
    ],
)
def test_what_is_kept_as_it_is_written(code: str, path: str, verbatim: bool) -> None:
    assert len(loads_in(code, path, verbatim=verbatim)) == 1


@pytest.mark.parametrize("code", ["import type { T } from 'm';", "export type { T } from 'm';"])
def test_types_are_dropped_even_then(code: str) -> None:
    assert loads_in(code, verbatim=True) == ()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import(name)", True),
        ("await import( /* @vite-ignore */ name )", True),
        ("import(`./${name}`)", True),
        ("import('./' + name)", True),
        ("require(name)", True),
        ("import.meta.glob('./*.ts')", True),
        ("import.meta.glob<T>('./*.ts')", True),
        ("import('m')", False),
        ("import(/* webpackChunkName: 'm' */ 'm')", False),
        ("import(`m`)", False),
        ("require('m')", False),
        ("import { a } from 'm';", False),
        ("// import(name)", False),
        ("say('import(name)')", False),
        ("say(`import(name)`)", False),
        ("loader.import(name)", False),
        ("my_require(name)", False),
    ],
)
def test_computed_specifiers(code: str, expected: bool) -> None:
    assert has_computed_imports(parse(code.encode(), "a.ts")) is expected
    assert scan_imports(TextParts(code.encode()))[1] or not expected


@pytest.mark.parametrize(
    ("mock", "expected"),
    [
        ("vi.mock('m', () => ({}))", True),
        ("vi.mock('m', async () => { return {}; })", True),
        ("vi.mock('m', function () { return {}; })", True),
        ("vi.mock(import('m'), () => ({}))", True),
        ("vi.mock('m')", False),
        ("vi.mock('m', (original) => original())", False),
        ("vi.mock('m', async original => ({ ...(await original()) }))", False),
        ("vi.mock(import('m'), async (original) => original())", False),
        ("vi.mock(import('m'))", False),
        ("vi.mock('m', factory)", False),
        ("vi.mock('m', { spy: true })", False),
    ],
)
def test_factories(mock: str, expected: bool) -> None:
    source = parse(mock.encode(), "a.ts")
    (reference,) = (found for found in find_references(source) if found.form is Form.MOCK)
    assert has_standalone_factory(source, reference) is expected
