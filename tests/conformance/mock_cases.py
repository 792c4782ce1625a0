"""Mocks of workflow modules, each in a small workspace: what Vitest is asked, and what the rule must say as it does."""

from __future__ import annotations

from typing import NamedTuple

from tests.fixture import project

TEST = "packages/app/src/app.test.ts"

# Each module has a function that says "real"; a factory makes it say "mock", and an automock makes it say nothing.
WORKSPACE = """
//- /package.json
{ "type": "module", "workspaces": ["shared", "packages/*", "ee/packages/*"] }
//- /tsconfig.json
{ "compilerOptions": { "paths": {
  "@shared/*": ["./shared/*"], "@wf/*": ["./ee/packages/workflows/src/*"], "@/*": ["./packages/app/src/*"]
} } }
//- /shared/package.json
{ "name": "@alga-psa/shared", "type": "module" }
//- /shared/workflow/runtime/index.ts
export * from './client';
//- /shared/workflow/runtime/client.ts
export function who(): unknown { return 'real'; }
export interface Client { id: string }
//- /shared/workflow/streams/kept.ts
export function who(): unknown { return 'real'; }
//- /ee/packages/workflows/package.json
{
  "name": "@alga-psa/workflows",
  "type": "module",
  "exports": {
    "./runtime": "./src/runtime/index.ts",
    "./runtime/*": "./src/runtime/*.ts",
    "./streams/*": "./src/streams/*.ts",
    "./plain": "./src/plain.cjs"
  }
}
//- /ee/packages/workflows/src/runtime/index.ts
export * from './client';
//- /ee/packages/workflows/src/runtime/client.ts
export function who(): unknown { return 'real'; }
export interface Client { id: string }
//- /ee/packages/workflows/src/streams/kept.ts
export * from '../../../../../shared/workflow/streams/kept';
//- /ee/packages/workflows/src/plain.cjs
exports.who = () => 'real';
//- /packages/lib/package.json
{ "name": "@alga-psa/lib", "type": "module", "exports": "./src/index.ts" }
//- /packages/lib/src/index.ts
export { who } from '@alga-psa/workflows/runtime/client';
//- /packages/app/package.json
{ "name": "@alga-psa/app", "type": "module" }
"""

LINKS = {
    "node_modules/@alga-psa/shared": "shared",
    "node_modules/@alga-psa/workflows": "ee/packages/workflows",
    "node_modules/@alga-psa/lib": "packages/lib",
}

_OLD, _NEW = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"
_FACTORY = "() => ({ who: () => 'mock' })"
_NOTED = "() => { globalThis.made = 'mock'; return {}; }"
_SEEN = "globalThis.made ?? 'real'"
_IMPORT = "import {{ who }} from '{}';"


class Case(NamedTuple):
    """A mock, and a test that asks.

    `told` is how the table calls it.  `test` is the test's own text, and `code` that of `app.ts`, which it imports
    as `run` where it does not import it itself.  `asks` is an expression for what the test is answered.  `more` are
    further files.  `known` is why the rule says nothing where Vitest replaces nothing.
    """

    told: str
    test: str
    code: str = ""
    asks: str = "run()"
    more: str = ""
    known: str = ""

    @property
    def files(self) -> dict[str, str]:
        """The files of its workspace, by path below the workspace's root."""
        code = {"packages/app/src/app.ts": self.code} if self.code else {}
        load = "" if "/app'" in f"{self.test}{self.asks}" else "import { run } from './app';\n"
        recorded = f"test('asks', async ({{ task }}) => {{ task.meta.answer = await ({self.asks}); }});\n"
        test = f"import {{ test, vi }} from 'vitest';\n{load}{self.test}\n{recorded}"
        return {**project(WORKSPACE).files, **project(self.more).files, **code, TEST: test}


def _static(specifier: str) -> str:
    return f"{_IMPORT.format(specifier)}\nexport const run = () => who();"


def _mock(specifier: str, factory: str = _FACTORY, *, method: str = "mock") -> str:
    return f"vi.{method}('{specifier}'{f', {factory}' if factory else ''});"


CASES = [
    Case("both on the old path", _mock(_OLD), _static(_OLD)),
    Case(
        "both on the old path, under different roots", _mock("@alga-psa/shared/workflow/runtime/client"), _static(_OLD)
    ),
    Case("mock on the old path, code on the new", _mock(_OLD), _static(_NEW)),
    Case("mock on the old path without a factory, code on the new", _mock(_OLD, ""), _static(_NEW)),
    Case(
        "mock on the old path, code on the new, which re-exports the old",
        _mock("@shared/workflow/streams/kept"),
        _static("@alga-psa/workflows/streams/kept"),
    ),
    Case("both on the new path", _mock(_NEW), _static(_NEW)),
    Case("both on the new path, without a factory", _mock(_NEW, ""), _static(_NEW)),
    Case("mock on the new path, code on the old", _mock(_NEW), _static(_OLD)),
    Case(
        "mock on the new path, which re-exports the old, code on the old",
        _mock("@alga-psa/workflows/streams/kept"),
        _static("@shared/workflow/streams/kept"),
    ),
    Case(
        "mock on the new path, which re-exports the old, code on a barrel that does, too",
        _mock("@alga-psa/workflows/streams/kept"),
        _static("@alga-psa/workflows/streams/all"),
        more="""
//- /ee/packages/workflows/src/streams/all.ts
export * from '../../../../../shared/workflow/streams/kept';
""",
    ),
    Case(
        "mock by relative path, code by specifier",
        _mock("../../../ee/packages/workflows/src/runtime/client"),
        _static(_NEW),
    ),
    Case("mock by specifier, code by path alias", _mock(_NEW), _static("@wf/runtime/client")),
    Case("mock with a file ending, code without", _mock("@wf/runtime/client.ts"), _static(_NEW)),
    Case(
        "both on a path that `exports` does not admit",
        _mock("@alga-psa/workflows/gone"),
        _static("@alga-psa/workflows/gone"),
    ),
    Case(
        "both on such a path, without a factory",
        _mock("@alga-psa/workflows/gone", ""),
        _static("@alga-psa/workflows/gone"),
    ),
    Case("both on one missing path", _mock("@shared/workflow/gone"), _static("@shared/workflow/gone")),
    Case(
        "both on one missing path, a relative one",
        _mock("../../../ee/packages/workflows/src/gone"),
        _static("../../../ee/packages/workflows/src/gone"),
    ),
    Case("mock on a missing path, code on another module", _mock("@shared/workflow/gone"), _static(_NEW)),
    Case(
        "mock on a missing path without a factory, code on another", _mock("@shared/workflow/gone", ""), _static(_NEW)
    ),
    Case("mock on a barrel, code on the module behind it", _mock("@alga-psa/workflows/runtime"), _static(_NEW)),
    Case("mock on a module, code on the barrel before it", _mock(_NEW), _static("@alga-psa/workflows/runtime")),
    Case("code imports it dynamically", _mock(_NEW), f"export const run = async () => (await import('{_NEW}')).who();"),
    Case(
        "code requires it",
        _mock("@alga-psa/workflows/plain"),
        "import { createRequire } from 'node:module';\n"
        "export const run = () => createRequire(import.meta.url)('@alga-psa/workflows/plain').who();",
    ),
    Case(
        "code imports types only",
        _mock(_NEW),
        f"import type {{ Client }} from '{_NEW}';\nexport const run = (client?: Client) => client?.id ?? 'real';",
    ),
    Case(
        "code imports a name that it uses as a type only",
        _mock(_NEW),
        f"import {{ Client }} from '{_NEW}';\nexport const run = (client?: Client) => client?.id ?? 'real';",
    ),
    Case(
        "code imports a name that it does not use",
        _mock(_NEW),
        f"import {{ who }} from '{_NEW}';\nexport const run = () => 'real';",
        known="its use may be yet to be written",
    ),
    Case(
        "code imports inline types only",
        _mock(_NEW),
        f"import {{ type Client }} from '{_NEW}';\nexport const run = (client?: Client) => client?.id ?? 'real';",
    ),
    Case(
        "code re-exports inline types only",
        _mock(_NEW, _NOTED),
        f"export {{ type Client }} from '{_NEW}';\nexport const run = () => {_SEEN};",
    ),
    Case("code loads it through another package", _mock(_NEW), _static("@alga-psa/lib")),
    Case(
        "the test itself imports it",
        f"import {{ who }} from '{_NEW}';\n{_mock(_NEW)}\nimport './app';",
        "export {};",
        "who()",
    ),
    Case(
        "the test imports the mock only",
        _mock(_NEW, _NOTED),
        "export {};",
        f"vi.importMock('{_NEW}').then(() => {_SEEN})",
    ),
    Case(
        "the test imports the actual module only",
        _mock(_NEW),
        "export {};",
        f"vi.importActual('{_NEW}').then((it) => it.who())",
    ),
    Case(
        "the test imports the actual module, which loads it",
        _mock(_NEW),
        "export {};",
        "vi.importActual('@alga-psa/workflows/runtime').then((it) => it.who())",
    ),
    Case("`vi.mock(import('…'))`", f"vi.mock(import('{_NEW}'), {_FACTORY});", _static(_NEW)),
    Case(
        "`vi.mock(import('…'))` on the old path, code on the new",
        f"vi.mock(import('{_OLD}'), {_FACTORY});",
        _static(_NEW),
    ),
    Case("`vi.doMock`, code imported before", _mock(_NEW, method="doMock"), _static(_NEW)),
    Case(
        "`vi.doMock`, code imported after",
        _mock(_NEW, method="doMock"),
        _static(_NEW),
        "import('./app').then(({ run }) => run())",
    ),
    Case(
        "`vi.doMock`, code imports it dynamically",
        _mock(_NEW, method="doMock"),
        f"export const run = async () => (await import('{_NEW}')).who();",
    ),
    Case(
        "a mock with a factory stands before what loads it",
        _mock(_NEW) + _mock("@alga-psa/lib", "() => ({ who: () => 'real' })"),
        _static("@alga-psa/lib"),
    ),
    Case(
        "a mock that takes the original stands before what loads it",
        f"{_mock(_NEW)}\n{_mock('@alga-psa/lib', 'async (original) => ({ ...(await original()) })')}",
        _static("@alga-psa/lib"),
    ),
    Case(
        "a mock without a factory stands before what loads it",
        _mock(_NEW, "() => { globalThis.made = 'mock'; return { who: () => 'mock' }; }") + _mock("@alga-psa/lib", ""),
        "import { who } from '@alga-psa/lib';\nexport const run = () => { who(); return globalThis.made ?? 'real'; };",
    ),
    Case(
        "code imports it for its side effects",
        _mock(_NEW, _NOTED),
        f"import '{_NEW}';\nexport const run = () => {_SEEN};",
    ),
    Case(
        "code imports a namespace that it uses as types only",
        _mock(_NEW, _NOTED),
        f"import * as all from '{_NEW}';\nexport const run = (client?: all.Client) => client?.id ?? {_SEEN};",
    ),
    Case(
        "code imports inline types only, under `verbatimModuleSyntax`",
        _mock(_NEW, _NOTED),
        f"import {{ type Client }} from '{_NEW}';\nexport const run = (client?: Client) => client?.id ?? {_SEEN};",
        more="""
//- /tsconfig.json
{ "extends": "./tsconfig.base.json", "compilerOptions": { "paths": { "@shared/*": ["./shared/*"] } } }
//- /tsconfig.base.json
{ "compilerOptions": { "verbatimModuleSyntax": true } }
""",
    ),
    Case(
        "`vi.doMock` and `vi.resetModules`, code imported before and after",
        "import './app';\n" + _mock(_NEW, method="doMock") + "\nvi.resetModules();",
        _static(_NEW),
        "import('./app').then(({ run }) => run())",
    ),
    Case(
        "`vi.doMock`, code imported before and after",
        "import './app';\n" + _mock(_NEW, method="doMock"),
        _static(_NEW),
        "import('./app').then(({ run }) => run())",
        known="the order in which code runs is not followed",
    ),
    Case(
        "code computes the specifier",
        _mock(_NEW),
        f"const name = ['{_NEW}'][0];\nexport const run = async () => (await import(name)).who();",
    ),
    Case(
        "code computes another specifier",
        _mock(_NEW),
        f"const name = ['{_OLD}'][0];\nexport const run = async () => (await import(name)).who();",
        known="a computed specifier may be any",
    ),
    Case(
        "a helper mocks the new path, code on the new",
        "import './helper';\nimport { run } from './app';",
        _static(_NEW),
        more=f"//- /packages/app/src/helper.ts\nimport {{ vi }} from 'vitest';\n{_mock(_NEW)}\n",
    ),
    Case(
        "a helper mocks the old path, code on the new",
        "import './helper';\nimport { run } from './app';",
        _static(_NEW),
        more=f"//- /packages/app/src/helper.ts\nimport {{ vi }} from 'vitest';\n{_mock(_OLD)}\n",
        known="a helper may mock for any test",
    ),
]
