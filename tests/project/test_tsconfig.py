from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.project.workspaces import open_workspace, workspace_of
from tests.strategies import nested
from workflow_ls.diagnostics import Notice
from workflow_ls.project.configuration.tsconfig import TsConfig, read_tsconfig


def config_of(text: str, path: str = "app/tsconfig.json") -> TsConfig:
    config = open_workspace(text).packages.tsconfig_at(path.rpartition("/")[0])
    assert config is not None
    assert config.path == path
    return config


def told(config: TsConfig) -> list[tuple[str, int | None, str]]:
    return [(problem.path, problem.line, problem.message) for problem in config.problems]


def test_nothing_is_set() -> None:
    assert config_of("//- /app/tsconfig.json\n{}") == TsConfig("app/tsconfig.json", ("app/tsconfig.json",))


@pytest.mark.parametrize(
    ("options", "base_url", "base"),
    [
        ("", None, ""),
        ('"paths": {}', None, "app"),
        ('"baseUrl": "."', "app", "app"),
        ('"baseUrl": "./"', "app", "app"),
        ('"baseUrl": ".."', "", ""),
        ('"baseUrl": "src", "paths": {}', "app/src", "app/src"),
        ('"baseUrl": "../../elsewhere", "paths": {}', None, None),
        ('"baseUrl": "/", "paths": {}', None, None),
        ('"baseUrl": "${configDir}/src"', "app/src", "app/src"),
        ('"baseUrl": null, "paths": {}', None, "app"),
        ('"baseUrl": 1, "paths": {}', None, "app"),
    ],
)
def test_what_paths_are_relative_to(options: str, base_url: str | None, base: str | None) -> None:
    config = config_of(f'//- /app/tsconfig.json\n{{ "compilerOptions": {{ {options} }} }}')
    assert (config.base_url, config.base) == (base_url, base)


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("nothing", ()),
        ("@x", ("app/x",)),
        ("@x/", ("app/x/*", "other/*")),
        ("@x/a", ("app/x/a", "other/a")),
        ("@x/a/b", ("app/x/a/b", "other/a/b")),
        ("@x/deep/a", ("app/deep/a",)),
        ("@x/exact", ("app/exact.ts",)),
        ("@y/a/z", ("app/y/a/z",)),
        ("@y/z", ()),
        ("@y//z", ("app/y/*/z",)),
        ("@out/a", ()),
        ("@own/a", ("app/own/a",)),
        ("@two/a*b", ()),
        ("@two/ab*", ()),
        ("@y/a/w", ()),
        ("@star/a", ("app/a/*",)),
        ("@bad/a", ("app/bad/a",)),
        ("@list", ()),
        ("@x/*", ("app/x/*", "other/*")),
    ],
)
def test_path_targets(specifier: str, expected: tuple[str, ...]) -> None:
    config = config_of(
        """
        //- /app/tsconfig.json
        {
          "compilerOptions": {
            "paths": {
              "@x": ["./x"],
              "@x/*": ["./x/*", "../other/*"],
              "@x/deep/*": ["deep/*"],
              "@x/exact": ["exact.ts"],
              "@y/*/z": ["y/*/z"],
              "@out/*": ["../../out/*"],
              "@own/*": ["${configDir}/own/*"],
              "@two/*b*": ["two/*"],
              "@star/*": ["*/*"],
              "@bad/*": [1, "bad/*", null],
              "@list": "not a list"
            }
          }
        }
        """
    )
    assert config.path_targets(specifier) == expected


def test_the_most_specific_path_wins_wherever_it_stands() -> None:
    config = config_of('//- /app/tsconfig.json\n{"compilerOptions": {"paths": {"*": ["any/*"], "@x/*": ["x/*"]}}}')
    assert config.path_targets("@x/a") == ("app/x/a",)
    assert config.path_targets("@y/a") == ("app/any/@y/a",)


def test_of_paths_with_equal_beginnings_the_first_wins() -> None:
    config = config_of(
        '//- /app/tsconfig.json\n{"compilerOptions": {"paths": {"@x/*c": ["one/*"], "@x/*bc": ["two/*"]}}}'
    )
    assert config.path_targets("@x/abc") == ("app/one/ab",)


def test_paths_that_are_relative_to_what_lies_outside() -> None:
    options = '"baseUrl": "../..", "paths": {"@x/*": ["x/*", "${configDir}/own/*"]}'
    config = config_of(f'//- /app/tsconfig.json\n{{"compilerOptions": {{ {options} }} }}')
    assert config.path_targets("@x/a") == ("app/own/a",)


def test_comments_trailing_commas_and_a_byte_order_mark() -> None:
    text = '\ufeff// first\n{ /* second */ "compilerOptions": { "baseUrl": ".", "allowJs": true, }, }\n'
    config = read_tsconfig(workspace_of({"tsconfig.json": text}).files, "tsconfig.json", lambda *_: None)
    assert (config.base_url, config.allow_js, config.problems) == ("", True, ())


def test_a_chain_of_extends() -> None:
    config = config_of(
        """
        //- /app/tsconfig.json
        { "extends": "../config/strict", "compilerOptions": { "outDir": "dist" } }
        //- /config/strict.json
        { "extends": "./base.json", "compilerOptions": { "allowJs": true, "module": "NodeNext" } }
        //- /config/base.json
        {
          "compilerOptions": {
            "baseUrl": "../src", "paths": { "@x/*": ["x/*"] }, "rootDir": "${configDir}/src", "outDir": "no",
            "declarationDir": "types", "customConditions": ["source", 1], "allowJs": false, "module": "esnext"
          }
        }
        """
    )
    assert config == TsConfig(
        "app/tsconfig.json",
        ("app/tsconfig.json", "config/strict.json", "config/base.json"),
        base_url="src",
        base="src",
        paths={"@x/*": ("x/*",)},
        paths_from="config/base.json",
        out_dir="app/dist",
        declaration_dir="config/types",
        root_dir="app/src",
        allow_js=True,
        custom_conditions=("source",),
        module_resolution="nodenext",
    )


@pytest.mark.parametrize(
    ("child", "base", "expected"),
    [
        # `paths` of the parent, seen from where it was written, unless a baseUrl says otherwise.
        ("", '"paths": {"@x/*": ["./x/*"]}', ("config/x/a",)),
        ('"baseUrl": "."', '"paths": {"@x/*": ["./x/*"]}', ("app/x/a",)),
        ("", '"baseUrl": "..", "paths": {"@x/*": ["./x/*"]}', ("x/a",)),
        ('"baseUrl": "."', '"baseUrl": "..", "paths": {"@x/*": ["./x/*"]}', ("app/x/a",)),
        # A template is seen from the file that is asked for.
        ("", '"paths": {"@x/*": ["${configDir}/x/*"]}', ("app/x/a",)),
        ("", '"baseUrl": "${configDir}/src", "paths": {"@x/*": ["./x/*"]}', ("app/src/x/a",)),
        # `paths` of the child, with the parent's baseUrl.
        ('"paths": {"@x/*": ["./x/*"]}', '"baseUrl": ".."', ("x/a",)),
        ('"paths": {"@x/*": ["./x/*"]}', "", ("app/x/a",)),
        # `paths` are replaced as a whole, by none too.
        ('"paths": {"@y": ["./y"]}', '"paths": {"@x/*": ["./x/*"]}', ()),
        ('"paths": {}', '"paths": {"@x/*": ["./x/*"]}', ()),
        ('"paths": null', '"paths": {"@x/*": ["./x/*"]}', ()),
        ('"baseUrl": null', '"baseUrl": "..", "paths": {"@x/*": ["./x/*"]}', ("config/x/a",)),
    ],
)
def test_inherited_paths(child: str, base: str, expected: tuple[str, ...]) -> None:
    config = config_of(
        f"""
        //- /app/tsconfig.json
        {{ "extends": "../config/base.json", "compilerOptions": {{ {child} }} }}
        //- /config/base.json
        {{ "compilerOptions": {{ {base} }} }}
        """
    )
    assert config.path_targets("@x/a") == expected


def test_an_array_of_extends() -> None:
    config = config_of(
        """
        //- /app/tsconfig.json
        { "extends": ["./one", "./two.json"], "compilerOptions": { "rootDir": "own" } }
        //- /app/one.json
        { "compilerOptions": { "baseUrl": "one", "outDir": "one", "rootDir": "one" } }
        //- /app/two.json
        { "extends": "./three.json", "compilerOptions": { "outDir": "two", "rootDir": "two" } }
        //- /app/three.json
        { "compilerOptions": { "paths": { "@x": ["x"] }, "outDir": "three" } }
        """
    )
    assert (config.base_url, config.out_dir, config.root_dir) == ("app/one", "app/two", "app/own")
    assert config.path_targets("@x") == ("app/one/x",)
    assert config.chain == ("app/tsconfig.json", "app/one.json", "app/two.json", "app/three.json")


@pytest.mark.parametrize(
    ("extends", "expected"),
    [
        ("./base.json", "app/base.json"),
        ("./base", "app/base.json"),
        ("./noending", "app/noending"),
        ("../base", "base.json"),
        ("./sub/../base.json", "app/base.json"),
        ("./sub", None),
        ("./sub/", None),
        ("..", "tsconfig.json"),
        ("../..", None),
        ("/base.json", None),
        ("", None),
        ("base.json", None),
        ("installed", "node_modules/installed/tsconfig.json"),
        ("installed/tsconfig.json", "node_modules/installed/tsconfig.json"),
        ("installed/strict", "node_modules/installed/strict.json"),
        ("installed/sub", "node_modules/installed/sub/tsconfig.json"),
        ("installed/none", None),
        ("@scope/closed/base", "node_modules/@scope/closed/configs/base.json"),
        ("@scope/closed/configs/base.json", None),
        ("@scope/closed", None),
        ("@repo/config/base.json", "packages/config/base.json"),
        ("nearer", "app/node_modules/nearer/tsconfig.json"),
        ("linked", "packages/config/tsconfig.json"),
    ],
)
def test_what_extends_names(extends: str, expected: str | None) -> None:
    text = f"""
        //- /app/tsconfig.json
        {{ "extends": {json.dumps(extends)} }}
        //- /app/base.json
        {{}}
        //- /app/noending
        {{}}
        //- /app/sub/tsconfig.json
        {{}}
        //- /base.json
        {{}}
        //- /tsconfig.json
        {{}}
        //- /package.json
        {{ "workspaces": ["packages/*"] }}
        //- /packages/config/package.json
        {{ "name": "@repo/config" }}
        //- /packages/config/base.json
        {{}}
        //- /packages/config/tsconfig.json
        {{}}
        //- /node_modules/linked -> packages/config
        //- /node_modules/installed/package.json
        {{}}
        //- /node_modules/installed/tsconfig.json
        {{}}
        //- /node_modules/installed/strict.json
        {{}}
        //- /node_modules/installed/sub/tsconfig.json
        {{}}
        //- /node_modules/@scope/closed/package.json
        {{ "exports": {{ "./*": {{ "types": "./configs/*.json" }} , "./configs/*": null }} }}
        //- /node_modules/@scope/closed/configs/base.json
        {{}}
        //- /node_modules/nearer/tsconfig.json
        {{}}
        //- /app/node_modules/nearer/tsconfig.json
        {{}}
    """
    config = config_of(text)
    assert config.chain == ("app/tsconfig.json", *((expected,) if expected is not None else ()))
    message = f'"{extends}", which this file extends, does not exist.'
    assert told(config) == ([] if expected is not None else [("app/tsconfig.json", 1, message)])


@pytest.mark.parametrize(
    ("text", "chain", "problems"),
    [
        (
            '//- /app/tsconfig.json\n{\n  "extends": "./tsconfig.json"\n}',
            ("app/tsconfig.json",),
            [("app/tsconfig.json", 2, '"./tsconfig.json", which this file extends, extends this file in turn.')],
        ),
        (
            """
            //- /app/tsconfig.json
            { "extends": "./a" }
            //- /app/a.json
            { "extends": ["./b", "./tsconfig"] }
            //- /app/b.json
            { "extends": "./a.json" }
            """,
            ("app/tsconfig.json", "app/a.json", "app/b.json"),
            [
                ("app/b.json", 1, '"./a.json", which this file extends, extends this file in turn.'),
                ("app/a.json", 1, '"./tsconfig", which this file extends, extends this file in turn.'),
            ],
        ),
        (
            '//- /app/tsconfig.json\n{ "extends": "./a" }\n//- /app/a.json\n{\n  "compilerOptions": { "baseUrl": "."\n',
            ("app/tsconfig.json", "app/a.json"),
            [("app/a.json", 2, "This { is never closed.")],
        ),
    ],
)
def test_circles_and_mistakes_are_told(
    text: str, chain: tuple[str, ...], problems: list[tuple[str, int | None, str]]
) -> None:
    config = config_of(text)
    assert config.chain == chain
    assert told(config) == problems


def test_what_a_broken_file_says_counts_as_far_as_it_can_be_read() -> None:
    config = config_of('//- /app/tsconfig.json\n{ "compilerOptions": { "baseUrl": ".", "paths": {} ')
    assert config.base_url == "app"
    assert len(config.problems) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('//- /app/tsconfig.json\n{ "compilerOptions": { "allowJs": true } }', True),
        ('//- /app/tsconfig.json\n{ "compilerOptions": { "checkJs": true } }', True),
        ('//- /app/tsconfig.json\n{ "compilerOptions": { "allowJs": false, "checkJs": true } }', False),
        ('//- /app/tsconfig.json\n{ "compilerOptions": { "allowJs": "yes" } }', False),
        ('//- /app/jsconfig.json\n{ "compilerOptions": {} }', True),
        ('//- /app/jsconfig.json\n{ "compilerOptions": { "allowJs": false } }', False),
        (
            """
            //- /app/jsconfig.json
            { "extends": "./a" }
            //- /app/a.json
            { "compilerOptions": { "allowJs": false } }
            """,
            True,
        ),
    ],
)
def test_allow_js(text: str, expected: bool) -> None:
    config = open_workspace(text).packages.tsconfig_at("app")
    assert config is not None
    assert config.allow_js is expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ""),
        ({"module": "Node16"}, "node16"),
        ({"module": "esnext", "moduleResolution": "Bundler"}, "bundler"),
        ({"module": "esnext", "moduleResolution": 1}, "esnext"),
    ],
)
def test_module_resolution(options: dict[str, Any], expected: str) -> None:
    text = json.dumps({"compilerOptions": options})
    assert config_of(f"//- /app/tsconfig.json\n{text}").module_resolution == expected


def test_a_file_that_is_not_there() -> None:
    config = read_tsconfig(workspace_of({}).files, "tsconfig.json", lambda *_: None)
    assert config == TsConfig(
        "tsconfig.json", ("tsconfig.json",), problems=(Notice("tsconfig.json", "This file can't be read."),)
    )


def test_many_ways_to_one_file_are_read_once() -> None:
    files: dict[str, bytes | str] = {
        f"{n}.json": json.dumps({"extends": [f"./{n + 1}", f"./{n + 1}.json"]}) for n in range(40)
    }
    config = read_tsconfig(workspace_of(files).files, "0.json", lambda *_: None)
    assert len(config.chain) == 40
    assert [problem.path for problem in config.problems] == ["39.json", "39.json"]


def test_a_chain_without_end() -> None:
    files = {f"{n}.json": json.dumps({"extends": f"./{n + 1}"}) for n in range(2000)}
    config = read_tsconfig(workspace_of(files).files, "0.json", lambda *_: None)
    assert [problem.message.rpartition(", ")[2] for problem in config.problems] == [
        "makes the chain of `extends` too long."
    ]


JSON = nested(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["./a", "./b.json", ".", "*", "./x/*"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)
CONFIG = JSON | st.fixed_dictionaries(
    {},
    optional={
        "extends": JSON | st.sampled_from(["./a", "./b", "./tsconfig", ["./a", "./b"], "pkg/a"]),
        "compilerOptions": JSON
        | st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(("baseUrl", "outDir", "rootDir", "allowJs", "customConditions", "module"), JSON)
            | {"paths": JSON | st.dictionaries(st.sampled_from(["*", "@x/*", "a"]), JSON, max_size=2)},
        ),
    },
)


@given(CONFIG, CONFIG, CONFIG, st.text(max_size=6) | st.sampled_from(["@x/a", "a"]))
def test_any_configuration_can_be_read(own: Any, first: Any, second: Any, specifier: str) -> None:
    texts = {"tsconfig.json": own, "a.json": first, "b.json": second}
    workspace = workspace_of({path: json.dumps(config) for path, config in texts.items()})
    config = workspace.packages.tsconfig_for("src/a.ts")
    assert config is not None
    assert all(isinstance(path, str) for path in config.path_targets(specifier))
