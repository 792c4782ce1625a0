"""What came with a bundle still does after a rewrite, or Node can load what stays out of it."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix, open_project
from workflow_ls.analysis import Analysis

OLD = "@shared/workflow/runtime/client"
NEW = "@alga-psa/workflows/runtime/client"
LINE = "import {{ client }} from '{}'; client;\n"
MANIFEST = """
//- /package.json
{ "workspaces": ["shared", "svc", "packages/*", "ee/packages/*"] }
//- /svc/package.json
{ "name": "svc", %s }
"""
DECLARED = MANIFEST % '"dependencies": { "@alga-psa/workflows": "*" }'
FOR_DEVELOPMENT = MANIFEST % '"devDependencies": { "@alga-psa/workflows": "*" }'
PATHS = '//- /svc/tsconfig.json\n{ "compilerOptions": { "noEmit": true, "paths": { %s } } }\n'
OLD_PATHS = PATHS % '"@shared/*": ["../shared/*"]'
BOTH_PATHS = PATHS % '"@shared/*": ["../shared/*"], "@alga-psa/workflows/*": ["../ee/packages/workflows/src/*"]'
BUILT = (
    '//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows", "exports": '
    '{ "./runtime/*": { "types": "./src/runtime/*.ts", "default": "./dist/runtime/*.js" } } }\n'
)


def status_of(files: str, *, path: str = "svc/src/main.ts", line: str = LINE, old: str = OLD) -> str:
    text = f"{files}\n//- /{path}\n{line.format(old)}"
    found = Analysis(open_project(text, base=SOUND)[1], {"deprecated-import"}).check_file(path)
    (status,) = {each.status for each in found}
    assert status is not None
    return status.value


def configured(name: str, text: str) -> str:
    return f"//- /svc/{name}\n{text}\n"


def tsup(options: str = "") -> str:
    return configured("tsup.config.ts", f"export default {{ entry: ['src/main.ts'], {options} }};")


@pytest.mark.parametrize(
    ("files", "status"),
    [
        # tsup leaves out what is a dependency, and what a rewrite makes one.
        (DECLARED + tsup(), "blocked"),
        (MANIFEST % '"peerDependencies": { "@alga-psa/workflows": "*" }' + tsup(), "blocked"),
        (FOR_DEVELOPMENT + tsup(), "verified"),
        (MANIFEST % '"private": true' + tsup(), "blocked"),
        (MANIFEST % '"devDependencies": { "@alga-psa/shared": "*" }' + tsup(), "verified"),
        (MANIFEST % '"optionalDependencies": { "@alga-psa/workflows": "*" }' + tsup(), "verified"),
        # `noExternal` comes first, and names what is below a package, too.
        (DECLARED + tsup("noExternal: ['@alga-psa/workflows']"), "verified"),
        (DECLARED + tsup("noExternal: [/^@alga-psa/]"), "verified"),
        (DECLARED + tsup("noExternal: ['@alga-psa/work']"), "blocked"),
        (DECLARED + tsup("noExternal: [/^@alga-psa/], external: [/^@alga-psa/]"), "verified"),
        (FOR_DEVELOPMENT + tsup("external: [/^@alga-psa\\//]"), "blocked"),
        (FOR_DEVELOPMENT + tsup("external: ['@alga-psa/workflows']"), "blocked"),
        (FOR_DEVELOPMENT + tsup("external: ['@alga-psa/*']"), "verified"),
        (FOR_DEVELOPMENT + tsup("external: ['react', /^@other\\//]"), "verified"),
        (FOR_DEVELOPMENT + OLD_PATHS + tsup("skipNodeModulesBundle: true"), "blocked"),
        (FOR_DEVELOPMENT + BOTH_PATHS + tsup("skipNodeModulesBundle: true"), "verified"),
        (FOR_DEVELOPMENT + tsup("esbuildOptions(options) { options.external = ['@alga-psa/*']; }"), "blocked"),
        (DECLARED + tsup("format: ['iife']"), "verified"),
        (DECLARED + tsup("format: ['iife', 'esm']"), "blocked"),
        # Node finds JavaScript.
        (DECLARED + BUILT + tsup(), "verified"),
        # What a run makes of it.
        (FOR_DEVELOPMENT + tsup("external: process.env.ALL ? [/^@alga-psa/] : []"), "blocked"),
        (FOR_DEVELOPMENT + tsup("external: makeThem()"), "blocked"),
        (FOR_DEVELOPMENT + tsup("...other"), "verified"),
        # One of several bundles.
        (
            FOR_DEVELOPMENT
            + configured(
                "tsup.config.ts",
                "export default [{ entry: ['src/main.ts'] }, { entry: ['src/main.ts'], external: [/^@alga/] }];",
            ),
            "blocked",
        ),
        (
            FOR_DEVELOPMENT
            + configured(
                "tsup.config.ts",
                "export default [{ entry: ['src/main.ts'] }, { entry: ['src/other.ts'], external: [/^@alga/] }];",
            ),
            "verified",
        ),
    ],
)
def test_tsup(files: str, status: str) -> None:
    assert status_of(files) == status


ESBUILD = "import {{ nodeExternalsPlugin }} from 'esbuild-node-externals';\nimport {{ other }} from 'other';\n"
ESBUILD += "import {{ build }} from 'esbuild';\nbuild({{ entryPoints: ['src/main.ts'], bundle: true, {} }});"


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ("", "verified"),
        ("external: ['@alga-psa/workflows']", "blocked"),
        ("external: ['@alga-psa/*']", "blocked"),
        ("external: ['@alga-psa/workflow']", "verified"),
        ("packages: 'external'", "blocked"),
        ("packages: 'bundle'", "verified"),
        ("packages: 'external', alias: { '@alga-psa/workflows': '../ee/packages/workflows/src' }", "verified"),
        ("packages: process.env.PACKAGES", "blocked"),
        ("plugins: [nodeExternalsPlugin()]", "blocked"),
        ("plugins: [other()]", "verified"),
    ],
)
def test_esbuild(options: str, status: str) -> None:
    assert status_of(DECLARED + OLD_PATHS + configured("build.mjs", ESBUILD.format(options))) == status


def test_paths_come_before_the_packages_of_esbuild() -> None:
    files = configured("build.mjs", ESBUILD.format("packages: 'external'"))
    assert status_of(DECLARED + BOTH_PATHS + files) == "verified"


@pytest.mark.parametrize(
    ("scripts", "status"),
    [
        ("esbuild src/main.ts --bundle --platform=node", "verified"),
        ("esbuild src/main.ts --bundle --packages=external", "blocked"),
        ("tsc --noEmit && npx esbuild src/main.ts --bundle '--external:@alga-psa/*'", "blocked"),
        ("esbuild src/other.ts --bundle --packages=external", "verified"),
        ("esbuild src/main.ts --bundle --packages=external --alias:@alga-psa/workflows=../w", "verified"),
        ("tsup src/main.ts", "blocked"),
        ("tsup src/main.ts --no-external @alga-psa/workflows", "verified"),
        ("tsup src/other.ts", "verified"),
        ("echo tsup", "verified"),
        # Without an entry, tsup builds nothing.
        ("tsup", "verified"),
    ],
)
def test_commands(scripts: str, status: str) -> None:
    manifest = f'"scripts": {{ "build": "{scripts}" }}, "dependencies": {{ "@alga-psa/workflows": "*" }}'
    assert status_of(MANIFEST % manifest + OLD_PATHS) == status


ROLLUP = "import resolve from '@rollup/plugin-node-resolve';\nimport peers from 'rollup-plugin-peer-deps-external';\n"
ROLLUP += "import alias from '@rollup/plugin-alias';\nimport path from 'node:path';\n"
ROLLUP += "const aliased = alias({{ entries: {{ '@shared': path.resolve('../shared') }} }});\n"
ROLLUP += "const found = [aliased, resolve({{ extensions: ['.ts', '.js'] }})];\n"
ROLLUP += "import pkg from './package.json';\nexport default {{ input: 'src/main.ts', {} }};"
PEERS = MANIFEST % '"peerDependencies": { "@alga-psa/workflows": "*" }'


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ("plugins: found", "verified"),
        # Without the alias, the present import stays out of the bundle, and Node can't load it.
        ("plugins: [resolve()], external: [/^@alga-psa/]", "verified"),
        # A string is a whole specifier.
        ("plugins: found, external: ['@alga-psa/workflows']", "verified"),
        (f"plugins: found, external: ['{NEW}']", "blocked"),
        ("plugins: found, external: [/^@alga-psa/]", "blocked"),
        ("plugins: found, external: (id) => /^@alga-psa/.test(id)", "blocked"),
        ("plugins: found, external: (id) => ['react', 'pg'].includes(id)", "verified"),
        ("plugins: found, external: (id) => !id.startsWith('.')", "blocked"),
        ("plugins: [peers(), ...found]", "blocked"),
        (
            "plugins: found, external: [...Object.keys(pkg.peerDependencies || {})].map((d) => new RegExp(`^${{d}}(/|$)`))",
            "blocked",
        ),
    ],
)
def test_rollup(options: str, status: str) -> None:
    assert status_of(PEERS + configured("rollup.config.mjs", ROLLUP.format(options))) == status


def test_rollup_alone_bundles_no_package() -> None:
    aliased = "import path from 'path';\nimport alias from '@rollup/plugin-alias';\nexport default { input: 'src/main.ts', plugins: [alias({ "
    aliased += f"entries: {{ '{OLD}': path.resolve(__dirname, '../shared/workflow/runtime/client.ts') }} }})] }};"
    assert status_of(DECLARED + configured("rollup.config.mjs", aliased)) == "blocked"


VITE = "import {{ defineConfig }} from 'vite';\nexport default defineConfig({{ build: {{ lib: {{ entry: 'src/main.ts' }}, {} }} }});"


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ("", "verified"),
        ("ssr: true", "verified"),
        ("rollupOptions: { external: ['react'] }", "verified"),
        ("rollupOptions: { external: [/^@alga-psa\\//] }", "blocked"),
        ("rolldownOptions: { external: [/^@alga-psa\\//] }", "blocked"),
    ],
)
def test_vite(options: str, status: str) -> None:
    assert status_of(DECLARED + configured("vite.config.ts", VITE.format(options))) == status


WEBPACK = "const nodeExternals = require('webpack-node-externals');\n"
WEBPACK += "module.exports = {{ target: 'node', entry: './src/main.ts', externals: {} }};"


@pytest.mark.parametrize(
    ("externals", "status"),
    [
        ("[]", "verified"),
        ("['@alga-psa/workflows']", "verified"),
        (f"{{ '{NEW}': 'commonjs {NEW}' }}", "blocked"),
        ("[/^@alga-psa\\//]", "blocked"),
        ("[({ request }, done) => (/^@alga/.test(request) ? done(null, request) : done())]", "blocked"),
        ("[({ request }, done) => (/^pg/.test(request) ? done(null, request) : done())]", "verified"),
        ("[nodeExternals({ modulesDir: '../node_modules' })]", "blocked"),
        ("[nodeExternals({ modulesDir: '../node_modules', allowlist: [/^@alga-psa/] })]", "verified"),
        # Nothing of the workspace is in its own `node_modules`.
        ("[nodeExternals()]", "verified"),
    ],
)
def test_webpack(externals: str, status: str) -> None:
    assert status_of(DECLARED + configured("webpack.config.js", WEBPACK.format(externals))) == status


SHARED = (
    '//- /shared/package.json\n{ "name": "@alga-psa/shared", "exports": { "./workflow/*": "./%s/workflow/*.%s" } }\n'
)


@pytest.mark.parametrize(
    ("old", "files", "status"),
    [
        # The old package stays out as well: Node loads JavaScript of it, or nothing.
        ("@alga-psa/shared/workflow/runtime/client", SHARED % ("dist", "js"), "blocked"),
        ("@alga-psa/shared/workflow/runtime/client", SHARED % (".", "ts"), "verified"),
        (OLD, "", "verified"),
    ],
)
def test_what_stays_out_today_gets_no_worse(old: str, files: str, status: str) -> None:
    left = tsup("external: [/^@alga-psa\\//, /^@shared\\//]")
    assert status_of(DECLARED + files + left, old=old) == status


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("import type {{ client }} from '{}'; export type C = typeof client;\n", "verified"),
        ("export const a = 1;\nexport {{ client }} from '{}';\n", "blocked"),
        ("export const c = () => import('{}');\n", "blocked"),
    ],
)
def test_only_what_is_loaded_counts(line: str, status: str) -> None:
    assert status_of(DECLARED + tsup(), line=line) == status


LOADED = "//- /svc/src/main.ts\nimport './part';\nimport '@other/lib';\n"
LIBRARY = '//- /packages/lib/package.json\n{ "name": "@other/lib", "exports": "./src/index.ts", "dependencies": { "@alga-psa/workflows": "*" } }\n'


@pytest.mark.parametrize(
    ("files", "path", "status"),
    [
        (DECLARED + tsup(), "svc/src/part.ts", "blocked"),
        (DECLARED + tsup(), "svc/src/alone.ts", "verified"),
        (DECLARED + tsup(), "svc/src/main.test.ts", "verified"),
        (DECLARED + configured("tsup.config.ts", "export default { entry: listed() };"), "svc/src/alone.ts", "blocked"),
        (
            DECLARED + configured("tsup.config.ts", "export default { entry: ['src/**/*.ts'] };"),
            "svc/src/alone.ts",
            "blocked",
        ),
        # The code of another package comes along, and the manifest of the build decides.
        (DECLARED + LIBRARY + tsup(), "packages/lib/src/index.ts", "blocked"),
        (FOR_DEVELOPMENT + LIBRARY + tsup(), "packages/lib/src/index.ts", "verified"),
        (DECLARED + LIBRARY + tsup("external: ['@other/lib']"), "packages/lib/src/index.ts", "verified"),
    ],
)
def test_what_a_bundle_holds(files: str, path: str, status: str) -> None:
    assert status_of(files + LOADED, path=path) == status


def test_the_reason_says_what_to_do() -> None:
    check_diagnostics(
        """
        //- /svc/package.json
        { "name": "svc", "dependencies": { "@alga-psa/workflows": "*" } }
        //- /svc/tsup.config.ts
        export default { entry: ['src/main.ts'] };
        //- /svc/src/main.ts
        import { client } from '@shared/workflow/runtime/client'; client;
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: svc/tsup.config.ts leaves what the manifest declares out of the bundle, so that `@alga-psa/workflows/runtime/client` leads Node to src/runtime/client.ts of the package, which is TypeScript. Add `@alga-psa/workflows` to `noExternal` in svc/tsup.config.ts first, or give the package a built entry
        """,
        base=SOUND,
    )


def test_the_remedy_unblocks_it() -> None:
    kept = DECLARED + tsup("noExternal: ['@alga-psa/workflows']")
    file = "//- /svc/src/main.ts\n"
    check_fix(kept + file + LINE.format(OLD), file + LINE.format(NEW), base=SOUND)


UNDECLARED = """
//- /svc/package.json
{ "name": "svc" }
//- /svc/tsup.config.ts
export default { entry: ['src/main.ts'], %s };
//- /svc/src/main.ts
import { client } from '@alga-psa/workflows/runtime/client'; client;
"""


@pytest.mark.parametrize(("options", "fixable"), [("", False), ("noExternal: [/./]", True), ("external: [/./]", True)])
def test_a_dependency_that_leaves_the_bundle_is_not_added(options: str, fixable: bool) -> None:
    _, workspace = open_project(MANIFEST % '"private": true' + UNDECLARED % options, base=SOUND)
    (found,) = Analysis(workspace, {"undeclared-dependency"}).check_file("svc/package.json")
    assert (found.fix is not None) is fixable


TYPESCRIPT_ELSEWHERE = """
//- /packages/money/package.json
{ "name": "@alga-psa/money", "exports": "./src/index.ts" }
//- /packages/money/src/index.ts
export const money = 1;
//- /svc/src/pay.ts
import { money } from '@alga-psa/money'; money;
"""


def test_a_bundle_that_leaves_other_typescript_out_is_compiled_further() -> None:
    """Node can't load it as it is today; the files that it does not hold say nothing about it."""
    held = DECLARED + tsup("external: [/^@alga-psa/]").replace("['src/main.ts']", "['src/*.ts']")
    alone = DECLARED + tsup("external: [/^@alga-psa/]")
    assert status_of(held) == "blocked"
    assert status_of(held + TYPESCRIPT_ELSEWHERE) == "verified"
    assert status_of(alone + TYPESCRIPT_ELSEWHERE) == "blocked"
    assert status_of(held + TYPESCRIPT_ELSEWHERE.replace("./src/index.ts", "./dist/index.js")) == "blocked"
