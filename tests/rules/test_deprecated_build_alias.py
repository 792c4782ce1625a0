"""deprecated-alias in configurations of bundlers and test runners: no-op first, then before and after."""

from __future__ import annotations

import pytest

from tests.checks import MONOREPO, check_diagnostics, check_fix, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Status

RULES = {"deprecated-alias"}
SOUND = MONOREPO.replace("src/secrets/index.ts", "src/secrets.ts")
CONFIG = "//- /packages/a/vitest.config.ts\n"
LEGACY = "//- /shared/workflow/runtime/client.ts\nexport const client = 1;\n"


@pytest.mark.parametrize(
    "alias",
    [
        "{}",
        "{ '@shared': '../../shared' }",
        "{ '@shared/lib': '../../shared/lib', '@shared/workflows': './x', flow: './src' }",
        "{ '~': '../../shared' }",
        "{ '@alga-psa/workflows': '../../ee/packages/workflows/src' }",
        "[{ find: /^@shared\\/(.*)$/, replacement: '../../shared/$1' }]",
        "{ [process.env.NAME]: '../../shared/workflow' }",
    ],
)
def test_silent(alias: str) -> None:
    check_diagnostics(f"{CONFIG}export default {{ resolve: {{ alias: {alias} }} }};", rules=RULES)


def test_another_file_has_no_aliases() -> None:
    text = "export const alias = { '@shared/workflow': '../shared/workflow' };"
    check_diagnostics(f"//- /packages/a/src/alias.ts\n{text}", rules=RULES)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{ a: './a', '@shared/workflow': '../../shared/workflow' }", "{ a: './a' }"),
        ("{ '@shared/workflow': '../../shared/workflow', a: './a' }", "{ a: './a' }"),
        ("{ '@shared/workflow': '../../shared/workflow' }", "{  }"),
        ("{ '@shared/workflow/runtime$': './x', '@alga-psa/shared/workflow': './y', a: './a' }", "{ a: './a' }"),
        ("{ a: './a', flow: '../../shared/workflow', 'b': './b', run$: '../../shared/workflow/runtime' }", "{ a: './a', 'b': './b' }"),
        ("{\n    a: './a',\n    // the old path\n    '@shared/workflow': '../../shared/workflow', // to go\n    b: './b',\n  }", "{\n    a: './a',\n    // the old path\n    b: './b',\n  }"),
        ("[{ find: 'a', replacement: './a' }, { find: /^@shared\\/workflow\\/(.*)$/, replacement: '../../shared/workflow/$1' }]", "[{ find: 'a', replacement: './a' }]"),
        ("[\n    { find: /^@shared\\/workflow$/, replacement: '../../shared/workflow' },\n    { find: 'a', replacement: './a' },\n  ]", "[\n    { find: 'a', replacement: './a' },\n  ]"),
    ],
)  # fmt: skip
def test_the_aliases_go(before: str, after: str) -> None:
    check_fix(
        f"{CONFIG}export default {{ resolve: {{ alias: {before} }} }};",
        f"{CONFIG}export default {{ resolve: {{ alias: {after} }} }};",
        base=SOUND,
    )


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("jest.config.js", "module.exports = { moduleNameMapper: { '^@shared/workflow/(.*)$': '<rootDir>/../../shared/workflow/$1', '^a$': './a' } };", "module.exports = { moduleNameMapper: { '^a$': './a' } };"),
        ("next.config.mjs", "export default { turbopack: { resolveAlias: { '@shared/workflow/*': '../../shared/workflow/*', a: './a' } } };", "export default { turbopack: { resolveAlias: { a: './a' } } };"),
        ("webpack.prod.js", "const path = require('path');\nconst shared = path.resolve(__dirname, '../../shared');\nmodule.exports = { resolve: { alias: { flow: path.join(shared, 'workflow'), a: './a' } } };", "const path = require('path');\nconst shared = path.resolve(__dirname, '../../shared');\nmodule.exports = { resolve: { alias: { a: './a' } } };"),
    ],
)  # fmt: skip
def test_other_tools(path: str, before: str, after: str) -> None:
    check_fix(f"//- /packages/a/{path}\n{before}", f"//- /packages/a/{path}\n{after}", base=SOUND)


def test_it_goes_with_the_imports_that_use_it() -> None:
    manifest = '//- /packages/a/package.json\n{ "dependencies": { "@alga-psa/workflows": "*" } }\n'
    head = f"{manifest}{LEGACY}{CONFIG}"
    check_fix(
        f"{head}export default {{ resolve: {{ alias: {{ flow: '../../shared/workflow', a: './a' }} }} }};\n"
        "//- /packages/a/src/a.ts\nimport { client } from 'flow/runtime/client';\n",
        f"{head}export default {{ resolve: {{ alias: {{ a: './a' }} }} }};\n"
        "//- /packages/a/src/a.ts\nimport { client } from '@alga-psa/workflows/runtime/client';\n",
        base=SOUND,
    )


def test_it_stays_while_an_import_needs_it() -> None:
    check_diagnostics(
        f"""{LEGACY}export const old = 1;
//- /packages/a/package.json
{{ "dependencies": {{ "@alga-psa/workflows": "*" }} }}
{CONFIG}export default {{ resolve: {{ alias: {{ flow: '../../shared/workflow' }} }} }};
                                     ^^^^ deprecated-alias blocked: the import in packages/a/src/a.ts:1 needs the legacy aliases, and can't be rewritten yet. Fix that import first
//- /packages/a/src/a.ts
import {{ old }} from 'flow/runtime/client';
""",
        rules=RULES,
    )


def test_a_test_may_load_a_file_of_another_package_that_needs_it() -> None:
    check_diagnostics(
        f"""{LEGACY}export const old = 1;
{CONFIG}export default {{ resolve: {{ alias: {{ '@shared/workflow': '../../shared/workflow' }} }} }};
                                      ^^^^^^^^^^^^^^^^ deprecated-alias blocked: the import in packages/b/b.ts:1 needs the legacy aliases
//- /packages/b/b.ts
import {{ old }} from '@shared/workflow/runtime/client';
""",
        rules=RULES,
    )


def test_one_alias_is_one_finding() -> None:
    check_diagnostics(
        f"""{CONFIG}export default {{ resolve: {{ alias: {{ '@shared/workflow': '../../shared/workflow' }} }} }};
                                      ^^^^^^^^^^^^^^^^ deprecated-alias verified -> None
""",
        base=SOUND,
    )


FLOW = "path.resolve(__dirname, '../../shared/workflow')"
LOADED = "const path = require('path');\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("module.exports = { webpack: (config) => {\n  config.resolve.alias['@flow'] = FLOW;\n  return config;\n} };", "module.exports = { webpack: (config) => {\n  return config;\n} };"),
        ("module.exports = { webpack(config) { config.resolve.alias.flow = FLOW; return config; } };", "module.exports = { webpack(config) { return config; } };"),
        ("module.exports = { webpack(config) {\n  config.resolve.alias.flow = FLOW // to go\n  return config\n} };", "module.exports = { webpack(config) {\n  return config\n} };"),
        ("const alias = [];\nalias.push({ name: 'flow', alias: FLOW });\nmodule.exports = { resolve: { alias } };", "const alias = [];\nmodule.exports = { resolve: { alias } };"),
        ("const alias = [];\nalias.push({ name: 'flow', alias: FLOW }, { name: 'a', alias: '/a' });\nmodule.exports = { resolve: { alias } };", "const alias = [];\nalias.push({ name: 'a', alias: '/a' });\nmodule.exports = { resolve: { alias } };"),
        ("module.exports = { resolve: { alias: [isTest && ({ name: 'flow', alias: FLOW }), a].filter(Boolean) } };", "module.exports = { resolve: { alias: [a].filter(Boolean) } };"),
        ("module.exports = { resolve: { alias: { ...(isTest ? { flow: FLOW } : {}), a } } };", "module.exports = { resolve: { alias: { ...(isTest ? {  } : {}), a } } };"),
        ("module.exports = { resolve: { alias: Object.fromEntries([['flow', FLOW], ['a', '/a']]) } };", "module.exports = { resolve: { alias: Object.fromEntries([['a', '/a']]) } };"),
    ],
)  # fmt: skip
def test_what_a_program_makes_goes_as_a_whole(before: str, after: str) -> None:
    head = f"//- /packages/a/next.config.js\n{LOADED}"
    check_fix(f"{head}{before.replace('FLOW', FLOW)}", f"{head}{after.replace('FLOW', FLOW)}", base=SOUND)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("const alias = Object.fromEntries(['runtime'].map((name) => [`~${name}`, path.join(FLOW, name)]));", "it can't be taken out of the code around it"),
        ("const alias = ['runtime'].map((name) => ({ name, alias: path.join(FLOW, name) }));", "it can't be taken out of the code around it"),
        ("const flow = { name: 'flow', alias: FLOW };\nconst alias = [flow];", "it can't be taken out of the code around it"),
        ("const alias = [isTest ? { name: 'flow', alias: FLOW } : { name: 'a', alias: '/a' }];", "it can't be taken out of the code around it"),
        ("const alias = {};\nif (isTest) alias.flow = FLOW;", "it can't be taken out of the code around it"),
        ("const alias = {}, other = {};\nalias.flow = other.flow = FLOW;", "it can't be taken out of the code around it"),
        ("const to = (name, place) => [{ name, alias: path.resolve(__dirname, place) }];\nconst alias = [...to('flow', '../../shared/workflow'), ...to('a', './a')];", "the same code makes the alias `a`, too"),
        ("const alias = {};\nfor (const name of ['lib', 'workflow']) { alias[`~${name}`] = path.resolve(__dirname, '../../shared', name); }", "the same code makes the alias `~lib`, too"),
    ],
)  # fmt: skip
def test_what_the_code_around_it_needs_is_for_a_person(program: str, reason: str) -> None:
    text = f"//- /packages/a/webpack.config.js\n{LOADED}{program.replace('FLOW', FLOW)}\nmodule.exports = {{ resolve: {{ alias }} }};"
    _, workspace = open_project(text, base=SOUND)
    found = Analysis(workspace, RULES).check().diagnostics
    assert [(finding.status, (finding.reason or "").partition(". ")[0]) for finding in found] == [
        (Status.BLOCKED, reason)
    ]


def test_one_that_can_not_go_keeps_no_other() -> None:
    head = "//- /packages/a/next.config.js\n" + LOADED
    left = "  if (isTest) config.resolve.alias.run = path.resolve(__dirname, '../../shared/workflow/runtime');\n"
    start, end = "module.exports = { webpack(config) {\n", "  return config;\n} };"
    check_fix(
        f"{head}{start}  config.resolve.alias.flow = {FLOW};\n{left}{end}", f"{head}{start}{left}{end}", base=SOUND
    )


@pytest.mark.parametrize(
    ("path", "text", "specifier"),
    [
        ("jest.config.js", "module.exports = { projects: [{ rootDir: 'shared/workflow', moduleNameMapper: { '^~/(.*)$': '<rootDir>/$1' } }] };", "~/runtime/client"),
        ("shared/workflow/jest.config.js", "module.exports = { moduleNameMapper: { '^~/(.*)$': '<rootDir>/$1' } };", "~/runtime/client"),
        ("shared/workflow/tsconfig.json", '{ "compilerOptions": { "paths": { "~/*": ["./*"] } } }', "~/runtime/client"),
        ("shared/package.json", '{ "name": "@alga-psa/shared", "imports": { "#flow/*": "./workflow/*.ts" } }', "#flow/runtime/client"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_used", [False, True])
def test_it_stays_while_the_tree_itself_needs_it(path: str, text: str, specifier: str, *, is_used: bool) -> None:
    own = f"//- /shared/workflow/runtime/own.test.ts\nimport {{ client }} from '{specifier if is_used else './client'}';\n"
    found = Analysis(open_project(f"//- /{path}\n{text}\n{own}", base=SOUND)[1], RULES).check().diagnostics
    assert [(finding.path, finding.status) for finding in found] == [
        (path, Status.BLOCKED if is_used else Status.VERIFIED)
    ]
    assert "own.test.ts:1 needs the legacy" in (found[0].reason or "") or not is_used
