"""Mocks under other names, and strings that reach a mocking call in a roundabout way."""

from __future__ import annotations

from tests.syntax.checks import Row

LATE = "mock (vi.doMock) *"
JEST = "jest.doMock"
VITEST = "import {vi as v} *"


def _imports(clause: str, module: str, code: str, *expected: str) -> Row:
    """A row whose first line imports what mocks; the import of the row itself is a reference, too."""
    return (f"import {clause} from '$0{module}$0';\n{code}", *expected)


IMPORTED_NAMES: list[Row] = [
    _imports("{ vi as v }", "vitest", "v.mock('$0x$0', () => ({a: 1}))", "import {vi as v}", "mock (vi.doMock) {a} *"),
    _imports("{ vi as v }", "vitest", "v.unmock('$0x$0')", "import {vi as v}", "mock (vi.doUnmock) *"),
    _imports("* as vt", "vitest", "vt.vi.mock('$0x$0')", "import *", LATE),
    _imports(
        "{ vitest as v }", "vitest", "v.importActual('$0x$0')", "import {vitest as v}", "mock (vi.importActual) *"
    ),
    _imports("{ vi as jest }", "vitest", "jest.mock('$0x$0')", "import {vi as jest}", LATE),
    _imports("{ vi }", "vitest", "vi.mock('$0x$0')", "import {vi as vi}", "mock (vi.mock) *"),
    _imports("{ jest as j }", "@jest/globals", "j.mock('$0x$0')", "import {jest as j}", "mock (jest.mock) *"),
    _imports("* as g", "@jest/globals", "g.jest.mock('$0x$0')", "import *", "mock (jest.mock) *"),
    _imports("{ rs }", "@rstest/core", "rs.mock('$0x$0')", "import {rs as rs}", "mock (rs.mock) *"),
    _imports(
        "{ rstest as r }", "@rstest/core", "r.mockRequire('$0x$0')", "import {rstest as r}", "mock (rs.mockRequire) *"
    ),
    ("rstest.doMock('$0x$0')", "mock (rstest.doMock) *"),
    _imports(
        "{ mock as m }", "bun:test", "m.module('$0x$0', () => ({a}))", "import {mock as m}", "mock (mock.module) {a} *"
    ),
    _imports("{ mock as m }", "node:test", "m.module('$0x$0')", "import {mock as m}", "mock (mock.module) *"),
    _imports(
        "test",
        "node:test",
        "test('a', (t) => t.mock.module('$0x$0'))",
        "import {default as test}",
        "mock (t.mock.module) *",
    ),
    _imports("* as td", "testdouble", "td.replace('$0x$0')", "import *", "mock (td.replace) *"),
    _imports(
        "td", "testdouble", "await td.replaceEsm('$0x$0', {a})", "import {default as td}", "mock (td.replaceEsm) {a} *"
    ),
    _imports("{ replace }", "testdouble", "replace('$0x$0')", "import {replace as replace}", "mock (td.replace) *"),
    _imports(
        "mockery",
        "mockery",
        "mockery.registerMock('$0x$0', {a() {}})",
        "import {default as mockery}",
        "mock (mockery.registerMock) {a} *",
    ),
    _imports(
        "rewiremock",
        "rewiremock",
        "rewiremock('$0x$0').with({})",
        "import {default as rewiremock}",
        "mock (rewiremock) *",
    ),
    _imports("quibble", "quibble", "quibble('$0x$0', {a})", "import {default as quibble}", "mock (quibble) {a} *"),
    ("const m = require('$0mock-require$0'); m('$0x$0', {a})", "require (require) *", "mock (mockRequire) {a} *"),
    (
        "const m = require('$0mock-require$0'); m.stop('$0x$0'); const {a} = m.reRequire('$0y$0')",
        "require (require) *",
        "mock (mockRequire.stop) *",
        "require (mockRequire.reRequire) {a as a}",
    ),
    ("const { vi: v } = await import('$0vitest$0'); v.mock('$0x$0')", "dynamic-import {vi as v}", LATE),
    ("const v = require('$0vitest$0').vi; v.mock('$0x$0')", "require (require) {vi}", LATE),
]

VARIABLES: list[Row] = [
    ("const m = vi; m.mock('$0x$0')", LATE),
    ("const doMock = vi.doMock; doMock('$0x$0')", LATE),
    ("const { mock, doMock: later } = vi; mock('$0x$0'); later('$0y$0')", LATE, LATE),
    ("const { importActual: actual } = vi; const {a} = await actual('$0x$0')", "mock (vi.importActual) {a as a}"),
    ("const { mock } = jest; mock('$0x$0', () => ({a}))", "mock (jest.doMock) {a} *"),
    ("const mock = jest.mock.bind(jest); mock('$0x$0')", "mock (jest.doMock) *"),
    ("const j = jest as any; j.mock('$0x$0')", "mock (jest.doMock) *"),
    ("const j = <any>jest; j.unmock('$0x$0')", "mock (jest.doUnmock) *"),
    ("let m; m = (vi as unknown as V).doMock; m('$0x$0')", LATE),
    ("import { vi as v } from '$0vitest$0'; const w = v; const f = w.mock; f('$0x$0')", "import {vi as v}", LATE),
]

WRITTEN_OTHERWISE: list[Row] = [
    ("(jest as any).mock('$0x$0')", "mock (jest.mock) *"),
    ("(vi as unknown as V).mock('$0x$0', () => ({a}))", "mock (vi.mock) {a} *"),
    ("(vi).mock('$0x$0')", "mock (vi.mock) *"),
    ("vi!.mock('$0x$0')", "mock (vi.mock) *"),
    ("vi.mock!('$0x$0')", "mock (vi.mock) *"),
    ("(vi.mock as any)('$0x$0')", "mock (vi.mock) *"),
    ("(vi!.mock as any)!('$0x$0')", "mock (vi.mock) *"),
    ("jest['mock']('$0x$0')", "mock (jest.doMock) *"),
    ('(vi as any)["doMock"](`$0x$0`)', LATE),
    ("vi?.['mock']('$0x$0')", LATE),
    ("vi['importActual']('$0x$0').then(({a}) => a)", "mock (vi.importActual) {a as a}"),
    ("(0, vi.mock)('$0x$0')", LATE),
    ("(require as any)('$0x$0').a", "require (require) {a}"),
]

TABLES: list[Row] = [
    _imports(
        "proxyquire",
        "proxyquire",
        "const { a } = proxyquire('$0./s$0', { '$0x$0': { b, '@noCallThru': true }, \"$0y$0\": c, './z': {} });",
        "import {default as proxyquire}",
        "require {a as a}",
        "mock (proxyquire) {b, @noCallThru} *",
        "mock (proxyquire) *",
    ),
    (
        "const pq = require('$0proxyquire$0').noCallThru(); pq('$0./s$0', { '$0x$0': {a} })",
        "require (require) {noCallThru}",
        "require *",
        "mock (proxyquire) {a} *",
    ),
    (
        "require('$0proxyquire$0').noCallThru()('$0./s$0', { '$0x$0': {a} })",
        "require (require) {noCallThru}",
        "require *",
        "mock (proxyquire) {a} *",
    ),
    (
        "require('$0proxyquire$0')('$0./s$0', { '$0x$0': {a} }).b('y', {'z': 1})",
        "require (require) *",
        "require {b}",
        "mock (proxyquire) {a} *",
    ),
    _imports(
        "p",
        "proxyquire",
        "p.noCallThru().noPreserveCache()('$0./s$0', { '$0x$0': {a} }); p.load('$0./t$0', { '$0y$0': {a} })",
        "import {default as p}",
        "require *",
        "mock (proxyquire) {a} *",
        "require *",
        "mock (proxyquire.load) {a} *",
    ),
    *(
        _imports("p", "proxyquire", code, "import {default as p}", "mock (proxyquire) *", "require *")
        for code in (
            "const stubs = {}; fill(stubs); function fill(table: any) { table['$0x$0'] = 1; } p('$0./s$0', stubs)",
            "const stubs = {}; const fill = (it) => { it['$0x$0'] = 1; }; fill(stubs); p('$0./s$0', stubs)",
            "function pass(t) { fill(t); } function fill(u) { u['$0x$0'] = 1; } const a = {}; pass(a); p('$0./s$0', a)",
            "const fill = (it) => Object.assign(it, { '$0x$0': 1 }); const a = {}; fill(a); p('$0./s$0', a)",
            "function put(it, key) { it[key] = 1; } const a = {}; put(a, '$0x$0'); p('$0./s$0', a)",
            "function make() { return { '$0x$0': 1 }; } p('$0./s$0', make())",
            "const make = () => ({ '$0x$0': 1 }); const stubs = make(); p('$0./s$0', stubs)",
            "function make() { const it = {}; it['$0x$0'] = 1; return it; } p('$0./s$0', { ...make() })",
        )
    ),
    _imports(
        "p",
        "proxyquire",
        "const stubs = { '$0x$0': {a}, ...more }; const more = { '$0y$0': {} }; p('$0./s$0', stubs as any)",
        "import {default as p}",
        "mock (proxyquire) {a} *",
        "mock (proxyquire) *",
        "require *",
    ),
    _imports(
        "esmock",
        "esmock",
        "const { a } = await esmock('$0./s$0', { '$0x$0': {b}, '$0./y$0': {} }, { '$0z$0': {c} });",
        "import {default as esmock}",
        "dynamic-import {a as a}",
        "mock (esmock) {b} *",
        "mock (esmock) *",
        "mock (esmock) {c} *",
    ),
    _imports(
        "{ strict as e }",
        "esmock",
        "const s = await e('$0./s$0', { '$0x$0': {b} });",
        "import {strict as e}",
        "dynamic-import *",
        "mock (esmock.strict) {b} *",
    ),
    _imports(
        "rewiremock",
        "rewiremock",
        "const s = rewiremock.proxy(() => require('$0./s$0'), { '$0x$0': {b}, './y': {} });",
        "import {default as rewiremock}",
        "require (require) *",
        "mock (rewiremock.proxy) {b} *",
    ),
]

_TAKES = "(path: string) => { vi.doMock(path, () => ({ a: 1 })); }"
_FLOW = "mock (vi.doMock) {a} *"

FLOWS: list[Row] = [
    (f"const mockModule = {_TAKES};\nmockModule('$0x$0'); mockModule(`$0y$0`)", _FLOW, _FLOW),
    ("function stub(p, f) { jest.doMock(p, f) }\nstub('$0x$0', () => ({a}))", "mock (jest.doMock) *"),
    ("function stub(name, path) { vi.mock(path) }\nstub('x', '$0y$0')", LATE),
    ("const stub = ({ path }) => vi.doMock(path);\nstub({ path: '$0x$0', other: 'y' })", LATE),
    ("const stub = (m) => vi.doMock(m.path);\nstub({ path: '$0x$0' })", LATE),
    ("const stub = (p) => vi.doMock(p);\nconst twice = (q) => stub(q);\ntwice('$0x$0')", LATE),
    ("const stub = (p = 'y') => vi.doMock(p);\nstub(PATH);\nconst PATH = '$0x$0'", LATE),
    ("const { doMock } = vi; const stub = (p) => doMock(p); stub('$0x$0')", LATE),
    (f"it.each(['$0x$0', '$0y$0'])('%s', {_TAKES})", _FLOW, _FLOW),
    ("it.each([['$0x$0', 'a'], ['$0y$0', 'b']])('%s', async (path, other) => vi.doMock(path))", LATE, LATE),
    ("test.each([{ path: '$0x$0', t: 'a' }])('$path', ({ path: p }) => { vi.doMock(p) })", LATE),
    ("test.for([['a', '$0x$0']])('%s', ([, path]) => { vi.doMock(path) })", LATE),
    (
        "describe.each(PATHS)('%s', (path) => { vi.doMock(path) });\nconst PATHS = ['$0x$0', '$0y$0'] as const",
        LATE,
        LATE,
    ),
    ("for (const path of ['$0x$0', ...MORE]) vi.doMock(path);\nconst MORE = ['$0y$0']", LATE, LATE),
    ("['$0x$0', '$0y$0'].forEach((path) => vi.doMock(path))", LATE, LATE),
    ("const stub = (path) => vi.doMock(path);\n['$0x$0'].forEach(stub)", LATE),
    ("for (const [path, f] of Object.entries({ '$0x$0': 1, '$0y$0': 2 })) vi.doMock(path, f)", LATE, LATE),
    ("Object.keys(MOCKS).forEach((path) => vi.doMock(path)); const MOCKS = { '$0x$0': 1 }", LATE),
    ("const P = '$0x$0'; vi.doMock(P)", LATE),
    ("vi.doMock(a ? '$0x$0' : '$0y$0')", LATE, LATE),
    ("const load = async (p) => { vi.doMock(p); return vi.importActual(p) }; load('$0x$0')", LATE),
]

LOOK_ALIKES = [
    "const { doMock: } = vi; doMock('x')",
    "const { vi: } = require(a); const = vi.mock; f('x')",
    "const m = foo; m.mock('x')",
    "import { vi as v } from './vitest'; v.fn(); foo.mock('x')".replace("'./vitest'", "a"),
    "const { mock } = foo; mock('x')",
    "const v = vi.fn(); v.mock('x')",
    "td.replace('x')",
    "mockery.registerMock('x', {})",
    "proxyquire('x', { 'y': 1 })",
    "esmock('x', { 'y': 1 })",
    "if (vi.mock) ('x')",
    "while (require) ('x')",
    "foo['mock']('x')",
    "(foo as any).mock('x')",
    "vi[mock]('x')",
    "const stub = (p) => foo.mock(p); stub('x')",
    "const stub = (p, q) => vi.doMock(q); stub('x')",
    "it.each(['x'])('%s', (path) => { foo(path) })",
    "it.each(['x'])('%s', (path) => { vi.fn(path) })",
    "vi.doMock(`x${a}`)",
    "vi.doMock('x' + a)",
    "vi.doMock(path)",
    "for (const path of paths('x')) vi.doMock(path)",
    "const stub = (p) => vi.doMock(p); a.stub('x')",
]
