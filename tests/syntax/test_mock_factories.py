"""What the text of a mock shows of the names that it has."""

from __future__ import annotations

import pytest

from workflow_ls.syntax.mocks.mock_factories import FactoryKind, factory_digest, factory_kind
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references

KINDS = {
    FactoryKind.NONE: ["vi.mock('x')", "vi.mock('x', /* later */)", "vi.mock(import('x'))", "jest.mock('x')"],
    FactoryKind.CLOSED: [
        "vi.mock('x', () => ({ a: 1 }))",
        "vi.mock('x', async () => ({ a: 1, 'b-c': 2 }))",
        "vi.mock('x', () => ({}))",
        "vi.mock('x', () => { const a = 1; return { a }; })",
        "vi.mock('x', function () { return { a: 1 }; })",
        "vi.mock(import('x'), () => ({ a: 1 }))",
        "vi.mock('x', async (original) => ({ a: 1 }))",
    ],
    FactoryKind.OPEN: [
        "vi.mock('x', async (original) => ({ ...(await original()), a: 1 }))",
        "vi.mock('x', async (original) => ({ ...(await original<typeof import('x')>()), a: 1 }))",
        "vi.mock('x', async () => ({ ...(await vi.importActual('x')), a: 1 }))",
        "vi.mock('x', async importOriginal => { const all = await importOriginal(); return { ...all, a: 1 }; })",
        "jest.mock('x', () => ({ ...jest.requireActual('x'), a: 1 }))",
        "vi.mock('x', async (original) => ({ ...(await original()) as T, a: 1 }))",
        "import p from 'proxyquire';\np('./y', { 'x': { a: 1 } });",
        "vi.mock('x', async (load) => { const all = await load<typeof import('x')>(); return { ...all, a: 1 }; })",
        "vi.mock('x', async () => ({ ...(await vi.importActual<typeof import('x')>('x')), a: 1 }))",
        "vi.mock('x', async (original) => { const { a, ...rest } = await original(); return { ...rest, a: 1 }; })",
        "vi.mock('@/lib/x', async () => ({ ...(await vi.importActual('../lib/x.js')), a: 1 }))",
        "jest.mock('x', () => { const all = jest.requireActual<T>('x')\n  return { ...all, a: 1 } })",
    ],
    FactoryKind.PATCHED: [
        "jest.mock('x', () => jest.requireActual('x'))",
        "vi.mock('x', async (original) => patch(await original()))",
        "vi.mock('x', async (original) => ({ ...(await original()), ...fakes }))",
        "vi.mock('x', async (original) => { const all = await original(); return { ...all, ...fakes, a: 1 }; })",
        "vi.mock('x', async (original) => ({ ...(await original()), [name]: 1 }))",
        "import p from 'proxyquire';\np('./y', { 'x': fake });",
        "jest.mock('x', () => Object.assign({}, jest.requireActual('x'), { a: 1 }))",
        "vi.mock('x', async (original) => { const all = await original(); all.a = 1; return all; })",
        "vi.mock('x', async (original) => { const mod = { ...(await original()) }; mod.a = 1; return mod; })",
        "vi.mock('x', (original) => original().then((all) => ({ ...all, a: 1 })))",
        "vi.mock('x', () => vi.importActual('x').then(all => { return { ...all, a: 1 } }))",
        "vi.mock('x', async (load) => { const all = await load(); if (on) return all; return { ...all, a: 1 }; })",
        "vi.mock('x', async (original) => new Proxy(await original(), handler))",
    ],
    FactoryKind.SPY: ["vi.mock('x', { spy: true })", "vi.mock(import('x'), { spy: true })"],
    FactoryKind.UNKNOWN: [
        "vi.mock('x', make)",
        "vi.mock('x', () => make())",
        "vi.mock('x', () => ({ ...others, a: 1 }))",
        "vi.mock('x', (make) => ({ ...made, a: 1 }))",
        "vi.mock('x', async () => ({ ...(await vi.importActual('./helper')), a: 1 }))",
        "jest.mock('x', () => ({ ...jest.requireActual('./helper'), a: 1 }))",
        "vi.mock('x', async (original) => { await original(); return { ...defaults, a: 1 }; })",
        "vi.mock('x', async (original) => ({ ...(await original()).helpers, a: 1 }))",
        "vi.mock('x', async (original) => { const all = await original(); return { ...all.helpers, a: 1 }; })",
        "vi.mock('x', async (original) => { const all = await original(); return pick(Object.entries(all)); })",
        "vi.mock('x', async (original) => { const all = await original(); if (on) return all; return { a: 1 }; })",
        "vi.mock('x', async (original) => { let all = all; return all; })",
        "vi.mock('x', async (original) => pick(await original(), 'a'))",
    ],
}


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for kind, codes in KINDS.items() for code in codes])
def test_kinds(code: str, kind: FactoryKind) -> None:
    source = parse(code.encode(), "a.ts")
    reference = next(each for each in find_references(source) if each.callee)
    assert factory_kind(source, reference) is kind


def test_digests_tell_factories_apart() -> None:
    codes = ["vi.mock('x')", "vi.mock('x', () => 1)", "vi.mock('longer', () => 1)", "vi.mock('x', () => 2)"]
    sources = [parse(code.encode(), "a.ts") for code in codes]
    none, one, same, two = (factory_digest(source, find_references(source)[0]) for source in sources)
    assert none == 0 != one == same != two
