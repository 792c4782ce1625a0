"""Configurations in the shapes that projects give them: what is read of them, and what they leave open."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

from typing import Any

import pytest

from tests.checks import open_project
from tests.project.builds.test_evaluation import ROOT, WEB, exported
from workflow_ls.project.builds.aliases.build_resolution import BuildResolution
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.builds.values import absolute

OPEN = ["…"]  # there may be further aliases


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("const o = {}; for (const n of ['a', 'b']) { o[n] = `x/${n}`; }", {"a": "x/a", "b": "x/b"}),
        ("const o = {}; for (const n of []) o[n] = 1;", {}),
        ("const o = {}; for (const [k, v] of Object.entries({ a: 'b' })) o[k] = v;", {"a": "b"}),
        ("const o = {}; for (const k in { a: 1, b: 2 }) o[k] = 'x';", {"a": "x", "b": "x"}),
        ("const o = { z: 1 }; for (const n of process.argv) o[n] = 1;", {"z": 1, "...": "?"}),
        ("const o = {}; for (const n of ['a']) for (const m of ['b', 'c']) o[n + m] = m;", {"ab": "b", "ac": "c"}),
        ("const o = {}; for (let i = 0; i < 3; i++) { o['a' + i] = i; }", {"...": "?"}),
        ("const o = ['a', 'b'].reduce((made, n) => { made[n] = `x/${n}`; return made; }, {});", {"a": "x/a", "b": "x/b"}),
        ("const o = ['a'].reduce((made, n) => ({ ...made, [n]: n }), { z: 1 });", {"z": 1, "a": "a"}),
        ("const o = { z: 1 }; Object.keys(read()).forEach((n) => { o[n] = 1; });", {"z": 1, "...": "?"}),
        ("const o = { a: 1, b: 2 }; delete o.b;", {"a": 1}),
        ("const o = { a: 1, b: 2 }; delete o['a'];", {"b": 2}),
        ("const o = { a: 1 }; if (process.env.CI) delete o.a;", {"a": 1}),
        ("let o = 'a'; if (process.env.CI) o = 'b';", ["|", "a", "b"]),
        ("let o = 'a'; if (process.env.CI) { o = 'b'; } else { o = 'c'; }", ["|", "a", "b", "c"]),
        ("let o = {}; try { o = { a: 1 }; } catch { o = { b: 1 }; }", ["|", {"a": 1}, {"b": 1}]),
        ("let o; if (process.env.CI) o = 'b';", "b"),
        ("let o = 'a'; o = 'b';", "b"),
        ("const o = [1, 2, 3].slice(1);", [2, 3]),
        ("const o = [1, 2, 3].slice(0, 2);", [1, 2]),
        ("const o = [1, 2].slice(process.argc);", [1, 2, "?"]),
        ("const o = [1, null, false, 2].filter(Boolean);", [1, 2]),
        ("const o = [1, null].filter((each) => each);", [1]),
        ("const o = ['a', 'b'].filter((n) => n !== 'a');", ["a", "b", "?"]),
        ("const o = ['a', 'b'].reverse();", ["b", "a"]),
        ("const o = ['b', 'a'].sort();", ["b", "a", "?"]),
        ("const o = ['a'].sort();", ["a"]),
        ("const o = ' A '.trim().toLowerCase();", "a"),
        ("const o = '@x/a'.split('/')[0];", "@x"),
        ("const o = 'abc'.slice(1);", "?"),
        ("const o = require.resolve('babel-plugin-x');", f"{ROOT}/node_modules/babel-plugin-x"),
        ("const o = new Proxy({ a: 1 }, { get: (t, n) => t[n] });", {"a": 1}),
    ],
)  # fmt: skip
def test_statements_and_methods(program: str, value: Any) -> None:
    assert exported(f"{program}\nexport default o;") == value


@pytest.mark.parametrize(
    ("head", "expression", "value"),
    [
        ("import data from './data.json';", "data", {"a": ["x"], "b": {"c": None}}),
        ("import { b } from './data.json';", "b", {"c": None}),
        ("const data = require('./data');", "data.a", ["x"]),
        ("const { a } = require('./data.json');", "a", ["x"]),
        ("import data from './data.json' with { type: 'json' };", "({ ...data })", {"a": ["x"], "b": {"c": None}}),
        ("import data from './gone.json';", "data", "?"),
        ("import data from './broken.json';", "data", "?"),
    ],
)
def test_imported_json(head: str, expression: str, value: Any) -> None:
    data = '//- /apps/web/data.json\n{ "a": ["x"], "b": { "c": null } }\n//- /apps/web/broken.json\n]{'
    assert exported(f"//- /apps/web/a.config.ts\n{head}\nexport default {expression};\n{data}") == value


def tables(path: str, text: str) -> list[list[str]]:
    """The aliases of each table of a configuration, as `key > target`; `…` where there may be others."""
    config = (
        '//- /apps/web/tsconfig.json\n{ "compilerOptions": { "paths": { "@x/*": ["./src/*"], "y": ["lib/y.ts"] } } }\n'
    )
    _, workspace = open_project(f"//- /apps/web/package.json\n{{}}\n{config}//- /apps/web/{path}\n{text}", base="")
    assert f"apps/web/{path}" in workspace.component(BuildFiles).with_aliases()
    found = workspace.component(BuildResolution).tables(f"apps/web/{path}")
    return [
        [
            *(f"{r.key} > {'|'.join(r.targets) if r.known else '?'}".replace(absolute(""), ROOT) for r in table.rules),
            *([] if table.complete else OPEN),
        ]
        for table in found
    ]


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("jest.config.js", "const { pathsToModuleNameMapper: m } = require('ts-jest');\nconst { compilerOptions: c } = require('./tsconfig');\nmodule.exports = { moduleNameMapper: m(c.paths, { prefix: '<rootDir>/' }) };", [[f"^@x/(.*)$ > {WEB}/src/$1", f"^y$ > {WEB}/lib/y.ts"]]),
        ("jest.config.ts", "import { pathsToModuleNameMapper } from 'ts-jest';\nimport { compilerOptions } from './tsconfig.json';\nexport default { moduleNameMapper: { '^z$': '/z', ...pathsToModuleNameMapper(compilerOptions.paths) } };", [["^z$ > /z", *OPEN]]),
        ("jest.config.ts", "import { makeMapper } from 'some-helper';\nexport default { moduleNameMapper: makeMapper({ root: '.', packages: 'x' }) };", [OPEN]),
        ("vite.config.ts", "import { aliasesOf } from 'some-helper';\nexport default { resolve: { alias: aliasesOf({ from: './packages', depth: 2 }) } };", [OPEN]),
        ("vite.config.ts", "import { mergeAlias } from 'vite';\nexport default { resolve: { alias: mergeAlias({ a: '/a' }, { b: '/b' }) } };", [["a > /a", "b > /b"]]),
        ("vite.config.ts", "import fs from 'node:fs';\nconst names = fs.readdirSync('../../packages');\nexport default { resolve: { alias: [...names.map((n) => ({ find: `@p/${n}`, replacement: '/p' })), { find: 'a', replacement: '/a' }] } };", [["a > /a", *OPEN]]),
        ("webpack.config.js", "if (process.env.X) { module.exports = { resolve: { alias: { a: '/a' } } }; } else { module.exports = { resolve: { alias: { b: '/b' } } }; }", [["a > /a"], ["b > /b"]]),
        ("vue.config.js", "module.exports = { configureWebpack: { resolve: { alias: { a: '/a' } } } };", [["a > /a"]]),
        ("vue.config.js", "module.exports = { chainWebpack: (c) => { c.resolve.alias.set('a', '/a'); } };", [OPEN]),
        ("rsbuild.config.ts", "export default { resolve: { alias: { a: './a' } }, source: { alias: { b: './b' } }, tools: { rspack: { resolve: { alias: { c: '/c' } } } } };", [["a > ./a", "b > ./b", "c > /c"]]),
        ("electron.vite.config.ts", "export default { main: { resolve: { alias: { a: '/a' } } }, renderer: { resolve: { alias: { b: '/b' } } } };", [["a > /a"], ["b > /b"]]),
        ("nuxt.config.ts", "export default defineNuxtConfig({ alias: { a: '/a' }, vite: { resolve: { alias: { b: '/b' } } } });", [["a > /a", "b > /b"]]),
        ("svelte.config.js", "export default { kit: { alias: { $a: '../a' } } };", [["$a > ../a"]]),
        ("babel.config.js", "module.exports = { plugins: [[require.resolve('babel-plugin-module-resolver'), { alias: { a: './a' } }]] };", [["a > ./a"]]),
        ("babel.config.js", "module.exports = { env: { test: { plugins: [['module-resolver', { alias: { a: './a' } }]] } }, overrides: [{ plugins: [['module-resolver', { alias: { b: './b' } }]] }] };", [["a > ./a"], ["b > ./b"]]),
        ("vite.config.ts", "import { getDefaultConfig } from 'kit';\nconst config = getDefaultConfig();\nconfig.resolve.alias = { a: '/a' };\nexport default config;", [["a > /a", *OPEN]]),
    ],
)  # fmt: skip
def test_tables(path: str, text: str, found: list[list[str]]) -> None:
    assert tables(path, text) == found


def test_the_root_of_babel_may_be_named() -> None:
    text = "module.exports = {{ plugins: [['module-resolver', {{ cwd: '{}', alias: {{ a: './a' }} }}]] }};"
    for cwd, root in (("babelrc", "apps/web"), ("packagejson", "apps/web"), ("./lib", "apps/web/lib")):
        files = f"//- /apps/web/package.json\n{{}}\n//- /apps/web/babel.config.js\n{text.format(cwd)}"
        _, workspace = open_project(files, base="")
        [table] = workspace.component(BuildResolution).tables("apps/web/babel.config.js")
        assert table.root == root


def test_extra_modules_of_metro_are_aliases() -> None:
    text = "const { getDefaultConfig } = require('expo/metro-config');\nconst config = getDefaultConfig(__dirname);\nconfig.resolver.extraNodeModules = { ...config.resolver.extraNodeModules, a: __dirname + '/../a' };\nmodule.exports = config;"
    _, workspace = open_project(f"//- /apps/web/package.json\n{{}}\n//- /apps/web/metro.config.js\n{text}", base="")
    found = [
        (alias.key, alias.aliases[0].paths)
        for alias in workspace.component(BuildFiles).aliases("apps/web/metro.config.js")
    ]
    assert found == [("a", ("apps/a",))]
