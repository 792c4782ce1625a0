"""Aliases that only a run of a configuration knows are said in `status` and in a plan, where they may concern the move."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis
from workflow_ls.moves.cutover.plan import make_plan
from workflow_ls.reporters import STATUS_REPORTERS
from workflow_ls.status import status_of

IMPORTING = """
//- /packages/a/src/a.ts
import { client } from '@shared/workflow/runtime/client';
"""
NAMED = "'@alga-psa/workflows': '/x'"


def said(text: str) -> list[str]:
    """What is said of aliases, as `PATH:LINE: REASON`."""
    _, workspace = open_project(text)
    found = status_of(Analysis(workspace)).computed
    return [f"{each.place}: {each.reason}" for each in found]


@pytest.mark.parametrize(
    ("file", "program"),
    [
        ("vite.config.ts", "export default { resolve: { alias: { '@a': './src' } } };"),
        ("vite.config.ts", "const more = { '@b': './b' }; export default { resolve: { alias: { ...more } } };"),
        ("vite.config.ts", "export default { resolve: { alias: { '@a': process.env.CI ? './x' : './y' } } };"),
        ("vite.config.ts", "import react from 'react'; export default { plugins: [react()], resolve: { alias: {} } };"),
        (
            "vitest.config.ts",
            "import { x } from 'y'; export default { define: x(), resolve: { alias: { a: './a' } } };",
        ),
        ("jest.config.js", "module.exports = { preset: 'ts-jest', moduleNameMapper: { '^a$': '<rootDir>/a' } };"),
        (
            "vite.config.ts",
            "export default { resolve: { alias: { '@acme/b': process.env.B, '@acme/b/': process.env.B } } };\n//- /packages/b/package.json\n{ \"name\": \"@acme/b\" }",
        ),
        (
            "metro.config.js",
            "module.exports = { resolver: { extraNodeModules: { a: __dirname + '/a' }, sourceExts: ['ts'] } };",
        ),
        ("jest.config.js", "module.exports = { resolver: 'ts-jest-resolver', moduleNameMapper: {} };"),
        ("vite.config.ts", "export default { resolver: './r.js', resolve: { alias: { a: './a' } } };"),
        ("eslint.config.js", "import base from 'base'; export default [{ ...base, alias: { ...base } }];"),
    ],
)
def test_nothing_is_said_of_what_is_known(file: str, program: str) -> None:
    assert said(f"{IMPORTING}//- /packages/a/{file}\n{program}") == []


def test_nothing_is_said_where_it_does_not_matter() -> None:
    text = "import { all } from 'elsewhere';\nexport default { resolve: { alias: { ...all } } };"
    assert said(f'{IMPORTING}//- /tools/package.json\n{{ "name": "tools" }}\n//- /tools/vite.config.ts\n{text}') == []


@pytest.mark.parametrize(
    ("file", "program", "line", "reason"),
    [
        ("vite.config.ts", "import { all } from 'x';\nexport default { resolve: {\nalias: { ...all } } };", 3, "its aliases are not all known: `package x.all` is not in this file"),
        ("vitest.config.ts", "export default {\nresolve: { alias: {\nflow: process.env.FLOW } } };", 3, "where its alias `flow` leads is not known: "),
        ("vite.config.ts", "import { base } from 'x';\nimport { mergeConfig } from 'vite';\nexport default mergeConfig(base, { resolve: { alias: { a: './a' } } });", 3, "its aliases are not all known: `package x.base`"),
        ("webpack.config.js", "const make = require('x');\nmodule.exports = { resolve: { alias: make() } };", 2, "its aliases are not all known: a function that is not in this file"),
        ("webpack.config.js", "const o = { a: './a' };\no[process.env.NAME] = './b';\nmodule.exports = { resolve: { alias: o } };", 2, "its aliases are not all known: the name of this key is computed"),
        ("jest.config.js", "module.exports = {\n  preset: 'some-preset',\n  moduleNameMapper: {} };", 2, "its aliases are not all known: `some-preset` may have aliases of its own"),
        ("vite.config.ts", "export default { resolve: { alias: [\n{ find: process.env.F, replacement: './a' }] } };", 2, "its aliases are not all known: what it is an alias for is computed"),
        ("next.config.js", "module.exports = { webpack: (config) => {\nconfig.resolve.alias.flow = process.env.FLOW;\nreturn config; } };", 2, "where its alias `flow` leads is not known"),
        ("jest.config.js", "module.exports = { moduleNameMapper: {\n'^(?!lib).*/flows/(.*)$': '<rootDir>/../../shared/workflow/$1' } };", 2, "where its alias `^(?!lib).*/flows/(.*)$` leads is not known: its regular expression matches too much to be followed"),
        ("metro.config.js", "module.exports = { resolver: {\nresolveRequest: (context, name, platform) => context.resolveRequest(context, name, platform) } };", 2, "its aliases are not all known: `resolveRequest` is a program, which may lead specifiers elsewhere"),
        ("metro.config.js", "const config = {};\nconfig.resolver = {};\nconfig.resolver.resolveRequest = require('./r');\nmodule.exports = config;", 3, "its aliases are not all known: `resolveRequest` is a program"),
        ("jest.config.js", "module.exports = { moduleNameMapper: {},\nresolver: '<rootDir>/resolver.js' };", 2, "its aliases are not all known: `resolver` is a program"),
        ("vite.config.ts", "export default { resolve: { alias: [\n{ find: 'flow', replacement: './a', customResolver: (id) => id }] } };", 2, "where its alias `flow` leads is not known: `customResolver` decides about it"),
        ("vite.config.ts", "import plugin from 'x';\nexport default { resolve: { alias: [...plugin(), { find: 'a', replacement: './a' }] } };", 2, "its aliases are not all known: "),
    ],
)  # fmt: skip
def test_what_is_computed_is_said_with_its_place(file: str, program: str, line: int, reason: str) -> None:
    found = said(f"{IMPORTING}//- /packages/a/{file}\n{program}")
    assert len(found) == 1
    assert found[0].startswith(f"packages/a/{file}:{line}: {reason}")


def test_one_line_for_each_configuration() -> None:
    aliases = ", ".join(f"a{number}: process.env.A{number}" for number in range(4))
    text = f"{IMPORTING}//- /packages/a/vite.config.ts\nexport default {{ resolve: {{ alias: {{ {aliases} }} }} }};"
    (line,) = said(text)
    assert line.endswith(", and 3 more")


def test_a_configuration_that_names_a_target_needs_no_importing_files() -> None:
    text = f"export default {{ resolve: {{ alias: {{ {NAMED}, ...process.env }} }} }};"
    assert len(said(f"//- /tools/package.json\n{{}}\n//- /tools/vite.config.ts\n{text}")) == 1


COMPUTED = f"""
//- /tools/package.json
{{}}
//- /tools/vite.config.ts
export default {{
  resolve: {{ alias: {{ {NAMED},
    ...process.env }} }} }};
"""


def test_aliases_are_never_all_clear_over_what_is_computed() -> None:
    _, workspace = open_project(COMPUTED)
    report = status_of(Analysis(workspace))
    fr11 = next(each for each in report.requirements if each.code == "FR11")
    assert fr11.state != "met"
    for kind in ("text", "markdown", "json"):
        text = STATUS_REPORTERS[kind](report, False)
        assert "tools/vite.config.ts" in text
        assert "its aliases are not all known" in text


def test_a_plan_says_what_is_to_be_checked_by_hand() -> None:
    _, workspace = open_project(IMPORTING + COMPUTED)
    (note,) = (note for note in make_plan(Analysis(workspace)).notes if note.path == "tools/vite.config.ts")
    assert note.line == 3
    assert note.message.endswith("Check by hand that none leads to what moves, or past its new place.")
