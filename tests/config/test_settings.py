from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

import workflow_ls
from tests.config.cases import ABSOLUTE, CANONICAL, HEAD_MISTAKES, LEGACY, ROW_MISTAKES, Case, unmark_case
from workflow_ls.config.settings import Config, Settings, load_config
from workflow_ls.config.spec import config_file, rule_key
from workflow_ls.config.table import Table
from workflow_ls.config.table_loader import builtin_table, load_table
from workflow_ls.config.table_records import NO_PACKAGE, ModuleRow, NameRow, TargetPackage
from workflow_ls.config.validation import Problems, read_value
from workflow_ls.config.value_types import Key, ListOf, Object, ValueType
from workflow_ls.diagnostics import Severity

PACKAGE = Path(workflow_ls.__file__).parent
RULES = ("deprecated-import", "deprecated-relative-import", "legacy-proxy", "unused-suppression")


def schema_of(path: str) -> dict[str, object]:
    schema = json.loads((PACKAGE / path).read_bytes())
    assert isinstance(schema, dict)
    Draft7Validator.check_schema(schema)
    return schema


CONFIG_SCHEMA = schema_of("config/settings.schema.json")
TABLE_SCHEMA = schema_of("config/table.schema.json")


def table_of(text: str) -> Table:
    table, problems = load_table(text.encode(), path="table.json")
    assert table is not None, problems
    return table


BASE = table_of(f"""{{
    {CANONICAL}, {LEGACY}, "core": ["libs/**"], "docs": ["*.md"], "tsconfigs": ["tsconfig.json"],
    "modules": [
        {{"from": "@x/old", "to": ["@x/new"], "note": "the root"}},
        {{"from": "@x/old/a/*", "to": ["@x/new/a/*", "@x/new"]}},
        {{"from": "@x/old/b", "to": ["@x/new/b"]}}
    ],
    "names": [
        {{"module": "@x/old/b", "name": "one", "to": "@x/new/c"}},
        {{"module": "@x/old/b", "name": "two", "as": "three"}}
    ]
}}""")


def load(text: str) -> Config:
    return load_config(text.encode(), base=BASE, rules=RULES)


def accepted(text: str) -> Config:
    config = load(text)
    assert config.problems == ()
    return config


@pytest.mark.parametrize("text", ["{}", '{"$schema": "./x.json"}', "// nothing yet\n{}\n", '{"replaceModules": false}'])
def test_an_empty_configuration_changes_nothing(text: str) -> None:
    assert accepted(text) == Config(BASE, Settings())


def test_settings() -> None:
    config = accepted("""{
        // how loud
        "rules": {"deprecated-import": "error", "legacy-proxy": "off", "unused-suppression": "warning",
                  "deprecated-relative-import": "information"},
        "ignore": ["generated/**", "*.gen.ts", "!keep.gen.ts"],
        "callees": ["loadModule", "registry.load", "$.x"],
        "maxFileSize": 1e6,
    }""")
    assert config.table == BASE
    settings = config.settings
    assert settings == Settings(
        {
            "deprecated-import": Severity.ERROR,
            "legacy-proxy": None,
            "unused-suppression": Severity.WARNING,
            "deprecated-relative-import": Severity.INFORMATION,
        },
        ("generated/**", "*.gen.ts", "!keep.gen.ts"),
        frozenset({"loadModule", "registry.load", "$.x"}),
        1_000_000,
    )
    assert settings.severity("legacy-proxy", Severity.ERROR) is None
    assert settings.severity("deprecated-import", Severity.WARNING) is Severity.ERROR
    assert settings.severity("other", Severity.WARNING) is Severity.WARNING
    assert [settings.ignores(path) for path in ("generated/a.ts", "a/b.gen.ts", "a/keep.gen.ts", "a.ts")] == [
        True,
        True,
        False,
        False,
    ]


def test_default_settings() -> None:
    settings = Settings()
    assert (settings.max_file_size, settings.callees, settings.ignore) == (5_000_000, frozenset(), ())
    assert not settings.ignores("a.ts")


def test_row_replaces_built_in_row_of_same_module() -> None:
    table = accepted("""{"modules": [
        {"from": "~old/b/index.ts", "to": ["@x/new/bb"], "note": "moved"},
        {"from": "@x/old/c", "to": ["@x/new/cc"]}
    ]}""").table
    assert table.modules == (
        *BASE.modules[:2],
        ModuleRow("b", ("@x/new/bb",), "moved"),
        ModuleRow("c", ("@x/new/cc",)),
    )
    assert table.names == BASE.names
    assert table.candidates("b") == ("@x/new/bb",)


def test_a_name_row_replaces_the_one_for_the_same_name() -> None:
    table = accepted("""{"names": [
        {"module": "~old/b", "name": "two", "to": "@x/new/d", "as": "four"},
        {"module": "~old/b", "name": "default", "as": "B"}
    ]}""").table
    assert table.moved_names("b") == {
        "one": NameRow("b", "one", "@x/new/c"),
        "two": NameRow("b", "two", "@x/new/d", "four"),
        "default": NameRow("b", "default", None, "B"),
    }


def test_all_rows_can_be_replaced() -> None:
    table = accepted('{"replaceModules": true, "modules": [{"from": "@x/old/*", "to": ["@x/new/*"]}]}').table
    assert table.modules == (ModuleRow("*", ("@x/new/*",)),)
    assert table.names == ()


def test_a_row_may_target_a_package_that_the_configuration_adds() -> None:
    table = accepted("""{
        "packages": [{"name": "@x/streams", "directory": "packages/streams"}],
        "modules": [{"from": "@x/old/streams/*", "to": ["@x/streams/*"]}]
    }""").table
    assert table.packages == (BASE.canonical, TargetPackage("@x/streams", "packages/streams", "src"))
    assert table.candidates("streams/a") == ("@x/streams/a", "@x/streams")


MEMBERS = {name: TargetPackage(name, f"libs/{name[3:]}", "src") for name in ("@m/one", "@m/two", "@x/old")}


def of_members(text: str) -> Config:
    return load_config(
        text.encode(), base=BASE, rules=RULES, members=lambda name: [MEMBERS[name]] if name in MEMBERS else []
    )


def test_a_row_may_target_any_package_of_the_workspace() -> None:
    config = of_members("""{
        "modules": [{"from": "@x/old/one", "to": ["@m/one/sub", "@x/new"]}],
        "names": [{"module": "@x/old/one", "name": "a", "to": "@m/two"}]
    }""")
    assert config.problems == ()
    assert config.table.packages == (BASE.canonical, MEMBERS["@m/one"], MEMBERS["@m/two"])
    assert config.table.split("@m/one/sub") == (MEMBERS["@m/one"], "./sub")


def test_what_a_file_says_of_a_package_counts_more() -> None:
    config = of_members("""{
        "packages": [{"name": "@m/one", "directory": "elsewhere", "sources": "lib"}],
        "modules": [{"from": "@x/old/one", "to": ["@m/one"]}]
    }""")
    assert config.table.packages[1:] == (TargetPackage("@m/one", "elsewhere", "lib"),)


def test_a_package_that_is_no_member_is_a_problem_still() -> None:
    config = of_members('{"modules": [{"from": "@x/old/one", "to": ["@m/three"]}]}')
    assert "is in none of the known packages" in config.problems[0].message


OWN = '"replaceModules": true, "legacy": {"roots": ["old-lib"]}'


def test_a_file_of_its_own_needs_only_roots_and_rows() -> None:
    table = of_members(f'{{{OWN}, "modules": [{{"from": "old-lib", "to": ["@m/two", "@m/one"]}}]}}').table
    assert (table.roots, table.tree) == (("old-lib",), "node_modules/old-lib")
    assert table.canonical == MEMBERS["@m/two"]
    assert table.packages == (MEMBERS["@m/two"], MEMBERS["@m/one"])
    assert not table.is_builtin


def test_a_file_of_its_own_may_have_no_rows_yet() -> None:
    table = of_members(f'{{{OWN}, "modules": []}}').table
    assert (table.canonical, table.packages, table.modules) == (NO_PACKAGE, (), ())
    assert table.split("anything") is None


def test_what_belongs_to_the_built_in_rows_goes_with_them() -> None:
    base, row = builtin_table(), '"modules": [{"from": "@shared/workflow", "to": ["@alga-psa/workflows"]}]'
    table = load_config(f'{{"replaceModules": true, {row}}}'.encode(), base=base, rules=RULES).table
    assert (table.core, table.ee, table.ee_specifiers, table.tsconfigs) == ((), (), (), ())
    assert (table.docs, table.server_packages) == (base.docs, base.server_packages)
    assert base.is_builtin
    assert not table.is_builtin


def test_a_package_of_the_same_name_replaces_the_base_one() -> None:
    base = accepted('{"packages": [{"name": "more", "directory": "a"}]}').table
    config = load_config(b'{"packages": [{"name": "more", "directory": "b"}]}', base=base, rules=RULES)
    assert config.table.packages == (BASE.canonical, TargetPackage("more", "b", "src"))


def test_another_monorepo_names_its_own_packages_and_folders() -> None:
    text = """{
        "canonical": {"name": "@y/flows", "directory": "packages/flows", "sources": "lib"},
        "legacy": {"roots": ["@y/core/flow"], "tree": "core/flow", "package": {"name": "@y/core", "directory": "core"}},
        "core": ["core/**"], "docs": [], "tsconfigs": [["a.json", "b.json"]],
        "names": [{"module": "@y/core/flow/z", "name": "a", "to": "@y/flows/y"}]
    }"""
    table = accepted(text).table
    assert table.canonical == TargetPackage("@y/flows", "packages/flows", "lib")
    assert table.packages == (table.canonical,)
    assert (table.roots, table.tree) == (("@y/core/flow",), "core/flow")
    assert table.legacy_package == TargetPackage("@y/core", "core", "src")
    assert (table.core, table.docs, table.tsconfigs) == (("core/**",), (), (("a.json", "b.json"),))
    assert table.candidates("a/b") == ("@y/flows/a/b", "@y/flows/a", "@y/flows")
    assert table.moved_names("b")["one"].to == "@y/flows/c"
    assert table.moved_names("z")["a"].to == "@y/flows/y"
    assert table.module_of("@x/old/a") is None
    assert table.module_of("@y/core/flow/a") == "a"


def test_only_what_targets_the_canonical_package_follows_it() -> None:
    base = accepted("""{
        "packages": [{"name": "@x/newer", "directory": "newer"}, {"name": "@y/flows", "directory": "elsewhere"}],
        "modules": [{"from": "@x/old/c", "to": ["@x/newer/c", "@x/new", "@y/flows/c"]}]
    }""").table
    config = load_config(b'{"canonical": {"name": "@y/flows", "directory": "flows"}}', base=base, rules=RULES)
    assert config.problems == ()
    assert config.table.packages == (
        TargetPackage("@y/flows", "flows", "src"),
        TargetPackage("@x/newer", "newer", "src"),
    )
    assert config.table.candidates("c") == ("@x/newer/c", "@y/flows", "@y/flows/c")


@pytest.mark.parametrize(
    ("legacy", "package"),
    [
        ('{"roots": ["@y/old"]}', "@alga-psa/shared"),
        ('{"tree": "shared/flow"}', "@alga-psa/shared"),
        ('{"tree": "shared-flow/x"}', None),
        ('{"tree": "core/flow"}', None),
    ],
)
def test_the_legacy_package_stays_only_while_the_tree_lies_in_it(legacy: str, package: str | None) -> None:
    config = load_config(f'{{"legacy": {legacy}}}'.encode(), base=builtin_table(), rules=RULES)
    assert config.problems == ()
    found = config.table.legacy_package
    assert (found and found.name) == package


def test_the_built_in_table_serves_another_monorepo_too() -> None:
    text = b'{"canonical": {"name": "@y/flows", "directory": "flows"}, "legacy": {"roots": ["@y/old"], "tree": "old"}}'
    config = load_config(text, base=builtin_table(), rules=RULES)
    assert config.problems == ()
    candidates = [candidate for row in config.table.modules for candidate in row.to]
    assert {config.table.split(candidate) is not None for candidate in candidates} == {True}
    assert config.table.candidates("runtime/x") == ("@y/flows/runtime/x", "@y/flows/runtime", "@y/flows")


SETTING_MISTAKES = [
    Case(
        "unknown rule",
        '"rules": {\n$0"deprecated-imports"$0: "error"}',
        'Unknown key "deprecated-imports". Did you mean "deprecated-import"?',
    ),
    Case("rules no object", '"rules": $0[$0]', '"rules" must be an object, not a list.'),
    Case(
        "unknown severity",
        '"rules": {"legacy-proxy": $0"warn"$0}',
        '"rules.legacy-proxy" must be one of error, warning, information, off. Did you mean "warning"?',
    ),
    Case("severity number", '"rules": {"legacy-proxy": $02$0}', '"rules.legacy-proxy" must be a string, not a number.'),
    Case("ignore no list", '"ignore": $0"dist"$0', '"ignore" must be a list, not a string.'),
    Case("ignore number", '"ignore": ["dist",\n\n$03$0]', '"ignore[1]" must be a string, not a number.'),
    Case("ignore outside", '"ignore": [$0"../dist"$0]', '"ignore[0]" must not contain "..".'),
    Case("ignore nothing", '"ignore": [$0"!"$0]', '"ignore[0]" is not a valid gitignore pattern.', schema=False),
    Case("callees no list", '"callees": $0{$0}', '"callees" must be a list, not an object.'),
    Case("callee", '"callees": [$0"a.b()"$0]', '"callees[0]" must be an identifier, or identifiers joined by dots.'),
    Case("callee no string", '"callees": ["a", $01$0]', '"callees[1]" must be a string, not a number.'),
    Case(
        "callee number",
        '"callees": ["a.b", $0"1x"$0]',
        '"callees[1]" must be an identifier, or identifiers joined by dots.',
    ),
    Case("size string", '"maxFileSize": $0"5MB"$0', '"maxFileSize" must be a whole number above 0, not a string.'),
    Case("size boolean", '"maxFileSize": $0true$0', '"maxFileSize" must be a whole number above 0, not true.'),
    Case("size zero", '"maxFileSize": $00$0', '"maxFileSize" must be a whole number above 0.'),
    Case("size fraction", '"maxFileSize": $01.5$0', '"maxFileSize" must be a whole number above 0.'),
    Case("size infinite", '"maxFileSize": $01e999$0', '"maxFileSize" must be a whole number above 0.'),
    Case("flag", '"modules": [], "replaceModules": $0"yes"$0', '"replaceModules" must be true or false, not a string.'),
    Case(
        "empty table",
        '"replaceModules": $0true$0, "modules": []',
        'Without "modules" this leaves the table empty. Add rows to "modules".',
    ),
    Case(
        "no rows", '"replaceModules": $0true$0', 'Without "modules" this leaves the table empty. Add rows to "modules".'
    ),
    Case("unknown setting", '$0"ignores"$0: []', 'Unknown key "ignores". Did you mean "ignore"?'),
    Case("key twice", '"ignore": [],\n$0"ignore"$0: []', 'The key "ignore" appears twice. Remove one.', schema=False),
    Case(
        "key thrice",
        '"ignore": [], "ignore": [1],\n$0"ignore"$0: []',
        'The key "ignore" appears twice. Remove one.',
        schema=False,
    ),
    Case(
        "key twice in what counts not",
        '"rules": {"a": 1, "a": 2}, $0"rules"$0: {}',
        'The key "rules" appears twice. Remove one.',
        schema=False,
    ),
    Case(
        "row key twice",
        '"modules": [\n{"from": "@x/old/a", "to": ["@x/new"], $0"from"$0: "@x/old/b"}]',
        'modules[0] (from "@x/old/b"): The key "from" appears twice. Remove one.',
        schema=False,
    ),
    Case(
        "root over the canonical package",
        '"legacy": {"roots": $0[$0"@x/old", "@x/new"]}',
        "A legacy root covers the target package @x/new. Choose roots that do not cover it.",
        schema=False,
    ),
    Case(
        "root over what a built-in row targets",
        '"legacy": {"roots": $0[$0"@x/old", "@x/new/b"]}',
        "A legacy root covers @x/new/b, a target of a built-in row. Choose roots that do not cover it.",
        schema=False,
    ),
    Case(
        "tree over the canonical package",
        '"legacy": {"tree": $0"packages"$0}',
        "The legacy tree contains the target package @x/new. Choose a tree outside of it.",
        schema=False,
    ),
]
SHARED_MISTAKES = [*HEAD_MISTAKES, *ROW_MISTAKES]
EVERY_MISTAKE = [*SETTING_MISTAKES, *SHARED_MISTAKES]


@pytest.mark.parametrize("case", EVERY_MISTAKE, ids=lambda case: case.name)
def test_one_mistake_is_one_problem_and_file_is_ignored(case: Case) -> None:
    other = '"callees": ["f"]' if "callees" not in case.text else '"maxFileSize": 7'
    text, span, line = unmark_case(f"{{\n{other},\n{case.text}\n}}")
    config = load_config(text, base=BASE, rules=RULES)
    assert [(p.message, p.span, p.line, p.path) for p in config.problems] == [
        (case.message, span, line, "workflow-ls.json")
    ]
    assert (config.table, config.settings) == (BASE, Settings())


@pytest.mark.parametrize("case", EVERY_MISTAKE, ids=lambda case: case.name)
def test_the_schema_refuses_what_a_schema_can_see(case: Case) -> None:
    text, _, _ = unmark_case(f"{{{case.text}}}")
    data = json.loads(text)
    assert Draft7Validator(CONFIG_SCHEMA).is_valid(data) is not case.schema


@pytest.mark.parametrize("case", SHARED_MISTAKES, ids=lambda case: case.name)
def test_the_table_schema_refuses_the_same(case: Case) -> None:
    text, _, _ = unmark_case(f"{{{case.text}}}")
    data = {**json.loads(f'{{{CANONICAL}, {LEGACY}, "modules": []}}'), **json.loads(text)}
    assert Draft7Validator(TABLE_SCHEMA).is_valid(data) is not case.schema


ACCEPTED = [
    "{}",
    '{"$schema": "x"}',
    '{"maxFileSize": 1}',
    '{"maxFileSize": 5e6}',
    '{"rules": {"legacy-proxy": "off"}}',
    '{"ignore": [], "callees": [], "core": [], "docs": [], "tsconfigs": [], "packages": [], "names": []}',
    '{"ignore": ["/dist", "!a", "a..b", "[a-z]?"]}',
    '{"callees": ["é.$_1"]}',
    '{"tsconfigs": ["a.json", ["b.json"]]}',
    '{"legacy": {}}',
    '{"legacy": {"tree": "a/b.c/..d"}}',
    '{"legacy": {"package": {"name": "@x/y", "directory": "y", "sources": "."}}}',
    '{"canonical": {"name": "new", "directory": "packages/new", "sources": "a/b"}}',
    '{"modules": [{"from": "@x/old", "to": ["@x/new", "@x/new/a"], "note": "n"}]}',
    '{"modules": [{"from": "@x/old/*", "to": ["@x/new/*", "@x/new"]}]}',
    '{"modules": [{"from": "~old/a*b", "to": ["@x/new/c*d"]}], "replaceModules": true}',
    '{"names": [{"module": "@x/old", "name": "default", "as": "Ünder_$1"}]}',
    '{"names": [{"module": "@x/old", "name": "a", "to": "@x/new"}]}',
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_the_schema_and_the_loader_accept(text: str) -> None:
    assert load(text).problems == ()
    assert [error.message for error in Draft7Validator(CONFIG_SCHEMA).iter_errors(json.loads(text))] == []


def keys_of(type_: ValueType, path: str = "") -> Iterator[tuple[str, Key]]:
    if isinstance(type_, ListOf):
        yield from keys_of(type_.item, f"{path}[]")
    elif isinstance(type_, Object):
        for key in type_.keys:
            yield f"{path}.{key.name}", key
            yield from keys_of(key.type, f"{path}.{key.name}")


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        pytest.param(key.type, value, id=f"{path} {value}")
        for path, key in keys_of(config_file([rule_key("legacy-proxy", default="information")]))
        for value in (*key.examples, *(() if key.default is None else (key.default,)))
    ],
)
def test_the_examples_and_defaults_of_the_keys_are_valid(type_: ValueType, value: object) -> None:
    problems: Problems = []
    assert read_value(problems, value, (), type_) is not None
    assert problems == []


def test_every_key_has_a_description() -> None:
    assert [path for path, key in keys_of(config_file([])) if not key.description.endswith(".")] == []


def test_the_built_in_table_is_valid_under_its_schema() -> None:
    data = json.loads((PACKAGE / "config/table.json").read_bytes())
    assert [error.message for error in Draft7Validator(TABLE_SCHEMA).iter_errors(data)] == []


@pytest.mark.parametrize("key", ["canonical", "legacy", "modules"])
def test_the_table_schema_needs_a_whole_table(key: str) -> None:
    data = json.loads((PACKAGE / "config/table.json").read_bytes())
    del data[key]
    assert not Draft7Validator(TABLE_SCHEMA).is_valid(data)


def test_both_schemas_define_rows_alike() -> None:
    table, config = TABLE_SCHEMA["definitions"], CONFIG_SCHEMA["definitions"]
    assert isinstance(table, dict)
    assert isinstance(config, dict)
    assert {name: config[name] for name in table} == table


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b"", 1, "The file is empty: a JSON value is missing."),
        (b"[]", 1, "The file must be an object, not a list."),
        (b'{\n"maxFileSize": 7,\n"ignore": ["a" "b"]\n}', 3, "A comma is missing before this."),
        (b'{\n"ignore": [\n"a\xff"]}', 3, "This is not UTF-8."),
    ],
)
def test_a_file_that_is_no_configuration(text: bytes, line: int, message: str) -> None:
    config = load_config(text, base=BASE, rules=RULES)
    assert [(p.line, p.message) for p in config.problems] == [(line, message)]
    assert (config.table, config.settings) == (BASE, Settings())


def test_every_mistake_of_a_file_is_reported_in_file_order() -> None:
    config = load("""{
        "rules": {"legacy-proxi": "off"},
        "modules": [{"from": "@x/old/a"}, {"from": "@x/old/b", "to": ["/b"]}],
        "ignore": [1, ""],
        "maxFileSize": -1
    }""")
    assert [(p.line, p.message) for p in config.problems] == [
        (2, 'Unknown key "legacy-proxi". Did you mean "legacy-proxy"?'),
        (3, 'modules[0] (from "@x/old/a"): The key "to" is missing.'),
        (3, f'modules[1] (from "@x/old/b"): "to[0]" {ABSOLUTE}.'),
        (4, '"ignore[0]" must be a string, not a number.'),
        (4, '"ignore[1]" must not be empty.'),
        (5, '"maxFileSize" must be a whole number above 0.'),
    ]


def test_the_path_of_the_file_is_the_callers() -> None:
    config = load_config(b"[]", base=BASE, rules=RULES, path="sub/workflow-ls.json")
    assert [problem.path for problem in config.problems] == ["sub/workflow-ls.json"]
