"""Configurations as values: a program in, what it exports as JSON out. Paths from the root begin with `ROOT`."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

from typing import Any

import pytest

from tests.checks import open_project
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectValue,
    PatternValue,
    PlainValue,
    PossibleValue,
    TextValue,
    UnknownValue,
    Value,
    absolute,
)

ROOT = "<root>"


def plain(value: Value | None) -> Any:
    """A value as JSON; what is unknown is `?`, and one of several values is a list that begins with `|`."""
    if isinstance(value, TextValue):
        return value.value.replace(absolute(""), ROOT)
    if isinstance(value, PlainValue):
        return value.value
    if isinstance(value, PatternValue):
        return f"/{value.source}/{value.flags}"
    if isinstance(value, ArrayValue):
        return [plain(item) for item in value.items]
    if isinstance(value, PossibleValue):
        return ["|", *(plain(item) for item in value.values)]
    if isinstance(value, ObjectValue):
        found = {entry.key: plain(entry.value) for entry in value.entries}
        return {**found, "...": "?"} if value.unknown else found
    return "?"


def exported(text: str, path: str = "apps/web/a.config.ts") -> Any:
    """What a configuration exports; `text` may be a project whose first file is the configuration."""
    _, workspace = open_project(text if text.startswith("//- ") else f"//- /{path}\n{text}", base="")
    return plain(workspace.database.component(Configurations).value(path))


WEB = f"{ROOT}/apps/web"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a'", "a"),
        ('"a\\u0062"', "ab"),
        ("`a`", "a"),
        ("1_000", 1000),
        ("-1", "?"),
        ("true", True),
        ("null", None),
        ("undefined", None),
        ("/^a\\/(.*)$/i", "/^a\\/(.*)$/i"),
        ("['a', , 'b']", ["a", "b"]),
        ("{ a: 'b', 'c-d': 1, 2: 'x', ['e' + 'f']: 'g' }", {"a": "b", "c-d": 1, "2": "x", "ef": "g"}),
        ("{ a: 'b', ...{ a: 'c' } }", {"a": "c"}),
        ("{ ...{ a: 'c' }, a: 'b' }", {"a": "b"}),
        ("{ [process.env.KEY]: 'b', a: 1 }", {"a": 1, "...": "?"}),
        ("{ ...process.env, a: 1 }", {"a": 1, "...": "?"}),
        ("({ a: 'b' } as const)", {"a": "b"}),
        ("{ a: 'b' } satisfies Config", {"a": "b"}),
        ("'a' + '/' + `b`", "a/b"),
        ("`${'a'}/b`", "a/b"),
        ("process.env.A || 'a'", ["|", "?", "a"]),
        ("process.env.A ? 'a' : 'b'", ["|", "a", "b"]),
        ("process.env.A && 'a'", "a"),
        ("[...['a'], ...(process.env.A ? ['b'] : [])]", ["a", ["b"], []]),
        ("process.env.A", "?"),
        ("process.env", "?"),
        ("await load()", "?"),
        ("['a', 'b'].map((name) => `@x/${name}`)", ["@x/a", "@x/b"]),
        ("['a'].concat(['b'], 'c')", ["a", "b", "c"]),
        ("['a', 'b'].join('/')", "a/b"),
        ("Object.fromEntries(['a', 'b'].map((n) => [n, `x/${n}`]))", {"a": "x/a", "b": "x/b"}),
        ("Object.entries({ a: 'b' }).map(([key, value]) => ({ find: key, replacement: value }))", [{"find": "a", "replacement": "b"}]),
        ("Object.assign({}, { a: 1 }, { b: 2 })", {"a": 1, "b": 2}),
        ("'a/b'.replace('b', 'c')", "a/c"),
        ("((x) => ({ x }))('a')", {"x": "a"}),
        ("(() => { const a = 'b'; return { a }; })()", {"a": "b"}),
    ],
)  # fmt: skip
def test_literals_and_the_language(expression: str, value: Any) -> None:
    assert exported(f"export default {expression};") == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("__dirname", WEB),
        ("import.meta.dirname", WEB),
        ("process.cwd()", WEB),
        ("path.dirname(fileURLToPath(import.meta.url))", WEB),
        ("path.resolve(__dirname, '../../shared/x')", f"{ROOT}/shared/x"),
        ("resolve(__dirname, '..', 'api')", f"{ROOT}/apps/api"),
        ("path.resolve('src')", f"{WEB}/src"),
        ("path.join(__dirname, '/src', './a')", f"{WEB}/src/a"),
        ("path.join('a', '../b')", "b"),
        ("path.posix.join(__dirname, 'b')", f"{WEB}/b"),
        ("`${__dirname}/src`", f"{WEB}/src"),
        ("__dirname + '/src'", f"{WEB}/src"),
        ("fileURLToPath(new URL('../../shared', import.meta.url))", f"{ROOT}/shared"),
        ("new URL('./src/', import.meta.url).pathname", f"{WEB}/src/"),
        ("path.relative(path.resolve('..'), __dirname)", "web"),
        ("path.resolve(__dirname, process.env.A)", "?"),
        ("require.resolve('x')", "<root>/node_modules/x"),
        ("path.basename(__filename, '.ts')", "a.config"),
    ],
)  # fmt: skip
def test_paths(expression: str, value: Any) -> None:
    head = "import path, { resolve } from 'node:path';\nimport { fileURLToPath } from 'url';\n"
    assert exported(f"{head}export default {expression};") == value


@pytest.mark.parametrize(
    "text",
    [
        "export default { a: 'b' };",
        "const config = { a: 'b' };\nexport default config;",
        "const config = { a: 'b' };\nexport { config as default };",
        "module.exports = { a: 'b' };",
        "exports.a = 'b';",
        "export const a = 'b';",
        "export default () => ({ a: 'b' });",
        "export default function config() { return { a: 'b' }; }",
        "export default async function () { return { a: 'b' }; }",
        "import { defineConfig } from 'vitest/config';\nexport default defineConfig({ a: 'b' });",
        "import { defineConfig } from 'vite';\nexport default defineConfig(({ mode }) => ({ a: 'b' }));",
        "import { defineConfig } from 'vite';\nexport default defineConfig(async () => { const a = 'b'; return { a }; });",
        "const { withA } = require('a');\nmodule.exports = withA({ a: 'b' });",
        "import withA from 'a';\nexport default withA({ c: 1 })({ a: 'b' });",
        "const nextConfig: Config = {};\nnextConfig.a = 'b';\nexport default nextConfig;",
        "import { mergeConfig } from 'vite';\nexport default mergeConfig({}, { a: 'b' });",
        "const common = { a: 'b' };\nexport default { ...common };",
        "//- /apps/web/a.config.ts\nimport base from '../../base.config.mjs';\nexport default base;\n//- /base.config.mjs\nexport default { a: 'b' };",
        "//- /apps/web/a.config.ts\nimport { a } from '../../base';\nexport default { a };\n//- /base.ts\nexport const a = 'b';",
        "//- /apps/web/a.config.ts\nimport * as base from '../../base';\nexport default { a: base.a };\n//- /base.ts\nexport * from './more';\n//- /more.ts\nexport const a = 'b';",
        "//- /apps/web/a.config.ts\nconst base = require('../../base');\nmodule.exports = { ...base };\n//- /base.js\nmodule.exports = { a: 'b' };",
        "//- /apps/web/a.config.ts\nexport { default } from '../../base';\n//- /base.ts\nexport default { a: 'b' };",
    ],
)  # fmt: skip
def test_what_a_configuration_exports(text: str) -> None:
    assert exported(text) == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # A caller's object has what the function sets, and more.
        ("{ f(config) { config.a.b = { ...config.a.b, c: 'd' }; return config; } }", {"f": {"a": {"b": {"c": "d"}}}}),
        ("{ f(config) { config.a.b['c'] = 'd'; } }", {"f": {"a": {"b": {"c": "d"}}}}),
        ("{ f: (config) => (config.a.b['c'] = 'd', config) }", {"f": {"a": {"b": {"c": "d"}}}}),
        ("{ f: (config, { isServer }) => { if (!isServer) config.a = 'd'; return config; } }", {"f": {"a": "d"}}),
        ("{ f: (c) => ({ ...c, a: { b: 'c' } }) }", {"f": {"a": {"b": "c"}}}),
        ("{ f: (options) => { Object.assign(options, { a: 'b' }); } }", {"f": {"a": "b"}}),
        ("{ plugins: [plugin({ a: 'b' })] }", {"plugins": [{"a": "b"}]}),
    ],
)  # fmt: skip
def test_functions_of_a_configuration(text: str, value: Any) -> None:
    assert exported(f"import plugin from 'p';\nexport default {text};") == value


def test_a_function_that_a_package_makes_of_a_configuration_gives_it_and_more() -> None:
    program = "import next from 'next/jest';\nconst make = next({ dir: './' });\n"
    program += "export default async () => { const all = await make({ a: 'b' })(); all.c = 'd'; return all; };"
    assert exported(program) == {"a": "b", "c": "d", "...": "?"}


@pytest.mark.parametrize(
    "text",
    [
        "const a = a;\nexport default { a };",
        "const f = () => f();\nexport default f;",
        "const f = (x) => ({ a: f });\nexport default f;",
        "const a = {}; a.a = a;\nexport default a;",
        "//- /apps/web/a.config.ts\nimport a from './a.config';\nexport default { a };",
        "export default (config) => { config.a = config; };",
        "export default " + "[" * 300 + "]" * 300,
        "export default " + "'a' + " * 3000 + "'b'",
        "const a0 = ['x', 'x'];\n"
        + "".join(f"const a{n + 1} = [...a{n}, ...a{n}];\n" for n in range(40))
        + "export default a40;",
        "export default {",
        "",
    ],
)
def test_it_ends(text: str) -> None:
    exported(text)


def test_places() -> None:
    text = "const to = '../x';\nexport default { alias: { '@a': path.resolve(__dirname, to, 'y') } };\nimport path from 'path';"
    _, workspace = open_project(f"//- /w/a.config.ts\n{text}", base="")
    value = workspace.database.component(Configurations).value("w/a.config.ts")
    assert isinstance(value, ObjectValue)
    aliases = value.get("alias")
    assert isinstance(aliases, ObjectValue)
    (entry,) = aliases.entries
    source = text.encode()
    assert [source[slice(*place.span)].decode() for place in (entry.key_at, entry.at)] == [
        "@a",
        "'@a': path.resolve(__dirname, to, 'y')",
    ]
    assert isinstance(entry.value, TextValue)
    assert [source[slice(*piece.span)].decode() for piece in entry.value.pieces] == ["../x", "y"]


def test_json() -> None:
    _, workspace = open_project(
        '//- /.babelrc\n{ // a\n "plugins": [["x", { "alias": { "a": "./b" } }]], "n": 1, "t": true }', base=""
    )
    value = workspace.database.component(Configurations).value(".babelrc")
    assert plain(value) == {"plugins": [["x", {"alias": {"a": "./b"}}]], "n": 1, "t": True}


def test_why_a_value_is_unknown() -> None:
    _, workspace = open_project("//- /a.config.ts\nexport default { a: process.env.A, b: c, d: f() };", base="")
    value = workspace.database.component(Configurations).value("a.config.ts")
    assert isinstance(value, ObjectValue)
    assert [entry.value.reason for entry in value.entries if isinstance(entry.value, UnknownValue)] == [
        "`process.env.A` is not in this file",
        "`c` is not declared in this file",
        "a function that is not in this file makes this value",
    ]
