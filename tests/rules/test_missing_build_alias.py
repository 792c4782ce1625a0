"""missing-alias in configurations of builds and tests: what their aliases lead elsewhere, and the alias that is added."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, open_project
from tests.work import assert_in_proportion, count_work
from workflow_ls.analysis import Analysis
from workflow_ls.proof.joined_fixes import FixOptions

RULES = {"missing-alias", "deprecated-import"}
PATH = "import path from 'node:path';\n"
SOURCES = "../../ee/packages/workflows/src"
USER = """
//- /packages/a/package.json
{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /packages/a/src/page.ts
import { client } from '@shared/workflow/runtime/client';
"""
MOVED = "import { client } from '@alga-psa/workflows/runtime/client';"


def fixed(name: str, text: str, more: str = "") -> dict[str, str]:
    """The files of package `a` and at the root that a fix changes, with a configuration of this name and text."""
    _, workspace = open_project(f"{USER}\n//- /packages/a/{name}\n{text}\n{more}", base=SOUND)
    changes = Analysis(workspace, RULES).fix(("",), FixOptions())
    return {change.path.removeprefix("packages/a/"): change.after.decode().strip() for change in changes}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        # It has the alias, or lacks any that applies while the package is linked.
        ("vite.config.ts", "export default { resolve: { alias: { '@shared': '/x' } } };"),
        ("vite.config.ts", PATH + f"export default {{ resolve: {{ alias: {{ '@alga-psa/workflows': path.resolve(__dirname, '{SOURCES}'), '@shared': path.resolve(__dirname, '../../shared'), '@alga-psa': path.resolve(__dirname, '..') }} }} }};"),
        ("vite.config.ts", PATH + f"export default {{ resolve: {{ alias: [{{ find: /^@alga-psa\\/workflows(.*)/, replacement: path.resolve(__dirname, '{SOURCES}$1') }}, {{ find: '@shared', replacement: path.resolve(__dirname, '../../shared') }}] }} }};"),
        ("jest.config.cjs", f"module.exports = {{ moduleNameMapper: {{ '^@alga-psa/workflows/(.*)$': '<rootDir>/{SOURCES}/$1', '^@shared/(.*)$': '<rootDir>/../../shared/$1' }} }};"),
        # It is not known where it leads.
        ("vite.config.ts", PATH + "export default { resolve: { alias: { '@shared': path.resolve(__dirname, '../../shared'), '@alga-psa': process.env.PACKAGES } } };"),
        ("webpack.config.cjs", "module.exports = { resolve: { alias: { '@alga-psa/workflows/runtime/client': '/image/client.js' } } };"),
        # Another tool's word for it.
        ("notes.ts", "export const alias = { '@alga-psa': '..' };"),
    ],
)  # fmt: skip
def test_silent(name: str, text: str) -> None:
    assert fixed(name, text) == {"src/page.ts": MOVED}


OBJECT = (
    PATH
    + "export default {\n  resolve: {\n    alias: {\n      '@shared': path.resolve(__dirname, '../../shared'),\n%s      '@alga-psa': path.resolve(__dirname, '..'), // all of them\n    },\n  },\n};"
)
LIST = (
    PATH
    + "export default { test: { alias: [\n  { find: '@shared', replacement: path.resolve(__dirname, '../../shared') },\n%s  { find: '@alga-psa', replacement: path.resolve(__dirname, '..') },\n] } };"
)
PATTERNS = (
    PATH
    + "export default { resolve: { alias: [\n  { find: /^@shared\\/(.*)$/, replacement: path.resolve(__dirname, '../../shared/$1') },\n%s  { find: /^@alga-psa\\/(.*)$/, replacement: path.resolve(__dirname, '../$1/src') },\n] } };"
)
JEST = "module.exports = {\n  moduleNameMapper: {\n    '^@shared/(.*)$': '<rootDir>/../../shared/$1',\n%s    '^@alga-psa/(.*)$': '<rootDir>/../$1/src',\n  },\n};"
JEST_JSON = '{\n  "moduleNameMapper": {\n    "^@shared/(.*)$": "<rootDir>/../../shared/$1",\n%s    "^@alga-psa/(.*)$": "<rootDir>/../$1/src"\n  }\n}'
WEBPACK = "const path = require('path');\nmodule.exports = { resolve: { extensions: ['.ts'], alias: { '@shared': path.join(__dirname, '..', '..', 'shared'), %s'@alga-psa': path.resolve(__dirname, '..') } } };"
NEXT = (
    PATH
    + "export default { webpack(c) {\n  c.resolve.alias['@shared'] = path.resolve('../../shared');\n%s  c.resolve.alias['@alga-psa'] = path.resolve('..');\n  return c;\n} };"
)
TURBO = "export default { turbopack: { resolveAlias: { '@shared/*': '../../shared/*', %s'@alga-psa/*': '../*' } } };"
ROLLUP = "import alias from '@rollup/plugin-alias';\nimport resolve from '@rollup/plugin-node-resolve';\nimport path from 'node:path';\nexport default { plugins: [alias({ entries: { '@shared': path.resolve('../../shared'), %s'@alga-psa': path.resolve('..') } }), resolve({ extensions: ['.ts'] })] };"
BABEL = '{ "plugins": [["module-resolver", { "extensions": [".ts"], "alias": { "@shared": "../../shared", %s"@alga-psa": "../" } }]] }'


@pytest.mark.parametrize(
    ("name", "text", "added"),
    [
        ("vite.config.ts", OBJECT, f"      '@alga-psa/workflows': path.resolve(__dirname, '{SOURCES}'),\n"),
        ("vitest.config.ts", LIST, f"  {{ find: '@alga-psa/workflows', replacement: path.resolve(__dirname, '{SOURCES}') }},\n"),
        ("vite.config.ts", PATTERNS, f"  {{ find: /^@alga-psa\\/workflows$/, replacement: path.resolve(__dirname, '{SOURCES}/index.ts') }},\n  {{ find: /^@alga-psa\\/workflows\\/(.*)$/, replacement: path.resolve(__dirname, '{SOURCES}/$1') }},\n"),
        ("jest.config.cjs", JEST, f"    '^@alga-psa/workflows$': '<rootDir>/{SOURCES}/index.ts',\n    '^@alga-psa/workflows/(.*)$': '<rootDir>/{SOURCES}/$1',\n"),
        ("jest.config.json", JEST_JSON, f'    "^@alga-psa/workflows$": "<rootDir>/{SOURCES}/index.ts",\n    "^@alga-psa/workflows/(.*)$": "<rootDir>/{SOURCES}/$1",\n'),
        ("webpack.config.cjs", WEBPACK, f"'@alga-psa/workflows': path.resolve(__dirname, '{SOURCES}'), "),
        ("next.config.mjs", NEXT, f"  c.resolve.alias['@alga-psa/workflows'] = path.resolve('{SOURCES}');\n"),
        ("next.config.mjs", TURBO, f"'@alga-psa/workflows': '{SOURCES}/index.ts', '@alga-psa/workflows/*': '{SOURCES}/*', "),
        ("rollup.config.mjs", ROLLUP, f"'@alga-psa/workflows': path.resolve('{SOURCES}'), "),
        (".babelrc", BABEL, f'"@alga-psa/workflows": "{SOURCES}", '),
    ],
)  # fmt: skip
def test_the_alias_is_written_like_its_neighbours(name: str, text: str, added: str) -> None:
    assert fixed(name, text % "") == {name: text % added, "src/page.ts": MOVED}


def test_the_alias_is_added_where_its_neighbours_are() -> None:
    base = (
        PATH
        + "export default { resolve: { alias: { '@shared': path.resolve(__dirname, 'shared'), %s'@alga-psa': path.resolve(__dirname, 'packages') } } };"
    )
    text = "import base from '../../base.config';\nexport default { ...base, test: {} };"
    added = "'@alga-psa/workflows': path.resolve(__dirname, 'ee/packages/workflows/src'), "
    assert fixed("vitest.config.ts", text, f"//- /base.config.ts\n{base % ''}\n") == {
        "base.config.ts": base % added,
        "src/page.ts": MOVED,
    }


@pytest.mark.parametrize(
    ("alias", "reason"),
    [
        ("'@alga-psa/workflows': path.resolve(__dirname, 'stub')", "the alias `@alga-psa/workflows` in packages/a/vite.config.ts leads `@alga-psa/workflows/runtime/client` nowhere instead of to ee/packages/workflows/src/runtime/client.ts"),
        ("'@alga-psa/workflows/runtime': path.resolve(__dirname, 'stub')", "the alias `@alga-psa/workflows/runtime` in packages/a/vite.config.ts leads `@alga-psa/workflows/runtime/client` nowhere"),
        ("'@alga-psa/workflows/runtime/client': path.resolve(__dirname, 'src/page.ts')", "the alias `@alga-psa/workflows/runtime/client` in packages/a/vite.config.ts leads `@alga-psa/workflows/runtime/client` to packages/a/src/page.ts instead of to"),
        ("[process.env.X]: 1, '@alga-psa': path.resolve(__dirname, `..`, '.')", "the alias `@alga-psa` in packages/a/vite.config.ts leads"),
    ],
)  # fmt: skip
def test_a_rewrite_that_the_build_leads_elsewhere_is_refused(alias: str, reason: str) -> None:
    text = f"{PATH}export default {{ resolve: {{ alias: {{ '@shared': path.resolve(__dirname, '../../shared'), {alias} }} }} }};"
    _, workspace = open_project(f"{USER}\n//- /packages/a/vite.config.ts\n{text}", base=SOUND)
    (found,) = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/src/page.ts")
    assert found.cause is not None
    assert found.cause.reason.startswith(reason)
    assert found.cause.remedy in (
        "correct that alias first",
        "add an alias for `@alga-psa/workflows` to packages/a/vite.config.ts first",
    )


BEHIND = """
//- /ee/packages/workflows/src/runtime/client.ts
%s
//- /ee/packages/workflows/src/runtime/inner.ts
import 'zod';
export const client = 1, more = 2;
//- /ee/packages/workflows/src/runtime/other.ts
export const client = 1;
"""


@pytest.mark.parametrize(
    ("barrel", "is_same"),
    [
        ("export * from './inner';", True),
        ("export { client } from './inner';", True),
        ("import { client } from './inner';\nexport { client };", True),
        ("export { more as client } from './inner';", False),
        ("export * from './other';", False),
        ("export * from './inner';\nexport { client } from './other';", False),
        ("export * from './inner';\nsetUp();", False),
        ("import './other';\nexport * from './inner';", False),
        ("export const client = 1;", False),
    ],
)
def test_an_alias_may_lead_behind_a_barrel_that_does_nothing_else(barrel: str, is_same: bool) -> None:
    text = f"{PATH}export default {{ resolve: {{ alias: {{ '@shared': path.resolve(__dirname, '../../shared'), '@alga-psa/workflows/runtime/client': path.resolve(__dirname, '{SOURCES}/runtime/inner.ts') }} }} }};"
    assert fixed("vite.config.ts", text, BEHIND % barrel) == ({"src/page.ts": MOVED} if is_same else {})


def test_types_need_no_alias_of_a_build() -> None:
    check_diagnostics(
        f"""
        //- /packages/a/package.json
        {{ "name": "@alga-psa/a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
        //- /packages/a/vite.config.ts
        import path from 'node:path';
        export default {{ resolve: {{ alias: {{ '@shared': path.resolve(__dirname, '../../shared'), '@alga-psa': path.resolve(__dirname, '..') }} }} }};
        //- /packages/a/src/page.ts
        import type {{ client }} from '@shared/workflow/runtime/client';
                                     {"^" * 31} deprecated-import verified -> @alga-psa/workflows/runtime/client
        """,
        base=SOUND,
        rules=RULES,
    )


def test_a_package_that_is_not_built_needs_an_alias_for_tests() -> None:
    manifest = '//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows", "exports": { "./runtime/*": { "types": "./src/runtime/*.ts", "default": "./dist/runtime/*.js" } } }\n//- /ee/packages/workflows/tsconfig.json\n{ "compilerOptions": { "rootDir": "src", "outDir": "dist" } }\n'
    text = PATH + "export default { resolve: { alias: { %s'@shared': path.resolve(__dirname, '../../shared') } } };"
    added = f"'@alga-psa/workflows': path.resolve(__dirname, '{SOURCES}'), "
    assert fixed("vitest.config.ts", text % "", manifest) == {"vitest.config.ts": text % added, "src/page.ts": MOVED}
    assert fixed("webpack.config.ts", text % "", manifest) == {"src/page.ts": MOVED}


def test_a_package_outside_of_the_workspaces_needs_an_alias() -> None:
    root = '//- /package.json\n{ "workspaces": ["packages/*"] }\n'
    text = PATH + "export default { resolve: { alias: { %s'@shared': path.resolve(__dirname, '../../shared') } } };"
    added = f"'@alga-psa/workflows': path.resolve(__dirname, '{SOURCES}'), "
    assert fixed("vite.config.ts", text % "", root) == {"vite.config.ts": text % added, "src/page.ts": MOVED}


def test_the_work_grows_with_the_configurations() -> None:
    text = f"{PATH}export default {{ resolve: {{ alias: {{ '@shared': path.resolve(__dirname, '../../shared'), '@alga-psa': path.resolve(__dirname, '..') }} }} }};"

    def work(size: int) -> int:
        packages = "".join(
            f"//- /packages/p{number}/package.json\n"
            f'{{ "name": "@alga-psa/p{number}", "dependencies": {{ "@alga-psa/workflows": "*" }} }}\n'
            f"//- /packages/p{number}/vitest.config.ts\n{text}\n"
            f"//- /packages/p{number}/src/a.ts\nimport {{ client }} from '@shared/workflow/runtime/client';\n"
            for number in range(size)
        )
        analysis = Analysis(open_project(packages, base=SOUND)[1], RULES)
        return count_work(analysis.check)

    assert_in_proportion(work, 20)
