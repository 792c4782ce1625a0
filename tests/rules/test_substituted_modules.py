"""Aliases that put a stub in the place of a legacy module: they stay, and so do the references that need them."""

from __future__ import annotations

import pytest

from tests.checks import MONOREPO, check_fix, check_no_fix, open_project
from workflow_ls.analysis import Analysis

BASE = MONOREPO.replace("src/secrets/index.ts", "src/secrets.ts")
MANIFEST = """//- /packages/a/package.json
{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
"""
FILES = """
//- /shared/workflow/runtime/client.ts
export const client = 1;
//- /packages/a/stubs/runtime/client.ts
export const client = 2;
//- /packages/a/src/page.ts
import { client } from '@shared/workflow/runtime/client';
client;
"""
STUBS = [
    ("vitest.config.ts", "export default { resolve: { alias: { '@shared/workflow/runtime/client': __dirname + '/stubs/runtime/client.ts' } } };"),
    ("vitest.config.ts", "export default { test: { alias: [{ find: /^@shared\\/workflow\\/(.*)$/, replacement: __dirname + '/stubs/$1' }] } };"),
    ("jest.config.js", "module.exports = { moduleNameMapper: { '^@shared/workflow/(.*)$': '<rootDir>/stubs/$1' } };"),
    ("package.json", '{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" }, "jest": { "moduleNameMapper": { "^@shared/workflow/runtime/client$": "<rootDir>/stubs/runtime/client" } } }'),
    ("webpack.config.js", "module.exports = { resolve: { alias: { '@shared/workflow/runtime/client$': __dirname + '/stubs/runtime/client.ts' } } };"),
    ("webpack.config.js", "module.exports = { resolve: { alias: { '@shared/workflow/runtime/client': false } } };"),
]  # fmt: skip


def with_config(name: str, text: str) -> str:
    """The project with a configuration."""
    return f"{FILES}{'' if name == 'package.json' else MANIFEST}//- /packages/a/{name}\n{text}\n"


@pytest.mark.parametrize(("name", "text"), STUBS)
def test_a_stub_and_its_users_stay(name: str, text: str) -> None:
    check_no_fix(with_config(name, text), base=BASE)


@pytest.mark.parametrize(("name", "text"), STUBS)
def test_the_reason_names_the_alias(name: str, text: str) -> None:
    _, workspace = open_project(with_config(name, text), base=BASE)
    found = [d for d in Analysis(workspace).check().diagnostics if d.path == "packages/a/src/page.ts"]
    assert [d.rule for d in found] == ["deprecated-import"]
    cause = found[0].cause
    assert cause is not None
    given = "an empty module" if "false" in text else "packages/a/stubs/runtime/client.ts"
    assert cause.reason == f"an alias in packages/a/{name} replaces `@shared/workflow/runtime/client` by {given}"
    assert cause.remedy.startswith("add an alias for `@alga-psa/workflows/")
    assert cause.message.count(" replaces ") == 1


def test_a_stub_for_both_names_lets_the_import_go() -> None:
    both = "{ '@shared/workflow/runtime/client': __dirname + '/stubs/runtime/client.ts', '@alga-psa/workflows/runtime/client': __dirname + '/stubs/runtime/client.ts' }"
    config = f"{MANIFEST}//- /packages/a/vitest.config.ts\nexport default {{ resolve: {{ alias: {both} }} }};\n"
    after = FILES.replace("@shared/workflow/runtime/client';", "@alga-psa/workflows/runtime/client';")
    check_fix(FILES + config, after + config, base=BASE)


def test_a_type_needs_no_stub() -> None:
    before = FILES.replace("import {", "import type {").replace("client;\n", "type T = typeof client;\n", 1)
    after = before.replace("@shared/workflow/runtime/client';", "@alga-psa/workflows/runtime/client';")
    config = f"{MANIFEST}//- /packages/a/{STUBS[0][0]}\n{STUBS[0][1]}\n"
    check_fix(before + config, after + config, base=BASE)
