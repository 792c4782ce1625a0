from __future__ import annotations

import json
import re

import pytest

from tests.config.cases import CANONICAL, HEAD_MISTAKES, LEGACY, ROW_MISTAKES, Case, unmark_case
from workflow_ls.config import table_loader as load
from workflow_ls.config.table_loader import BrokenTableError, builtin_table, load_builtin, load_table
from workflow_ls.config.table_records import ModuleRow, NameRow, TargetPackage
from workflow_ls.diagnostics import Notice

MINIMAL = f'{{\n{CANONICAL},\n{LEGACY},\n"modules": []}}'


def complete(text: str) -> str:
    """A table with the given member in place of its own of that key."""
    members = {"canonical": CANONICAL, "legacy": LEGACY, "modules": '"modules": []'}
    key = re.search(r'"(\$?\w+)"', text)
    assert key is not None
    return "{\n" + ",\n".join(({**members, key[1]: text}).values()) + "\n}"


def test_a_minimal_table() -> None:
    table, problems = load_table(MINIMAL.encode(), path="t.json")
    assert problems == ()
    assert table is not None
    assert table.canonical == TargetPackage("@x/new", "packages/new", "src")
    assert table.packages == (table.canonical,)
    assert table.roots == ("@x/old", "~old")
    assert (table.legacy_package, table.modules, table.names, table.core, table.docs, table.tsconfigs) == (
        None,
        (),
        (),
        (),
        (),
        (),
    )


def test_a_full_table() -> None:
    text = """{
        "$schema": "./table.schema.json",
        "canonical": {"name": "@x/new", "directory": "new", "sources": "lib/src"},
        "packages": [{"name": "more", "directory": "libs/more", "sources": "."}],
        "legacy": {"roots": ["@x/old"], "tree": "libs/old", "package": {"name": "@x/libs", "directory": "libs"}},
        "core": ["libs/**"], "docs": ["*.md"], "tsconfigs": [["a.json", "b.json"], "c.json"],
        "modules": [{"from": "@x/old/a/index.js", "to": ["more/a", "@x/new"], "note": "moved"}],
        "names": [{"module": "@x/old/a.ts", "name": "default", "to": "more/b", "as": "$B", "note": "left"}]
    }"""
    table, problems = load_table(text.encode(), path="t.json")
    assert problems == ()
    assert table is not None
    assert table.canonical == TargetPackage("@x/new", "new", "lib/src")
    assert table.packages == (table.canonical, TargetPackage("more", "libs/more", ""))
    assert table.legacy_package == TargetPackage("@x/libs", "libs", "src")
    assert (table.core, table.docs) == (("libs/**",), ("*.md",))
    assert table.tsconfigs == (("a.json", "b.json"), ("c.json",))
    assert table.modules == (ModuleRow("a", ("more/a", "@x/new"), "moved"),)
    assert table.names == (NameRow("a", "default", "more/b", "$B", "left"),)


@pytest.mark.parametrize("case", [*HEAD_MISTAKES, *ROW_MISTAKES], ids=lambda case: case.name)
def test_a_mistake_is_refused_at_its_place(case: Case) -> None:
    text, span, line = unmark_case(complete(case.text))
    table, problems = load_table(text, path="t.json")
    assert table is None
    assert [(p.message, p.span, p.line, p.path) for p in problems] == [(case.message, span, line, "t.json")]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("[]", ["The file must be an object, not a list."]),
        ("{}", ['The key "canonical" is missing.', 'The key "legacy" is missing.', 'The key "modules" is missing.']),
        (
            f'{{{CANONICAL}, "legacy": {{}}, "modules": []}}',
            ['The key "roots" is missing.', 'The key "tree" is missing.'],
        ),
        ('{"modules": [}', ["This [ is never closed."]),
        (MINIMAL.replace("{", "{ // comment", 1), ["Comments are not allowed in this file."]),
        ("", ["The file is empty: a JSON value is missing."]),
    ],
)
def test_a_file_that_is_no_table(text: str, messages: list[str]) -> None:
    table, problems = load_table(text.encode(), path="t.json")
    assert table is None
    assert [p.message for p in problems] == messages


def test_every_row_of_a_longer_cycle_is_named() -> None:
    rows = [("a/*", "@x/old/b/*"), ("b/*", "@x/old/c/*"), ("c/*", "~old/a/*"), ("d", "@x/old/a/d")]
    modules = [{"from": f"@x/old/{source}", "to": ["@x/new", target]} for source, target in rows]
    _, problems = load_table(complete('"modules": ' + json.dumps(modules)).encode(), path="t.json")
    cycle = "is legacy itself, and the rows for it lead back to this one. Write a specifier that is not legacy."
    assert [p.message for p in problems] == [
        f'modules[0] (from "@x/old/a/*"): "to[1]" {cycle}',
        f'modules[1] (from "@x/old/b/*"): "to[1]" {cycle}',
        f'modules[2] (from "@x/old/c/*"): "to[1]" {cycle}',
        'modules[3] (from "@x/old/d"): "to[1]" is legacy itself. Write the specifier that it was moved to.',
    ]


def test_head_mistakes_neither_hide_nor_add_row_mistakes() -> None:
    text = '{"canonical": {"name": "@x/new"}, "legacy": {"roots": ["@x/old"], "tree": "old"}, "modules": [{"from": 1}]}'
    _, problems = load_table(text.encode(), path="t.json")
    assert [p.message for p in problems] == [
        'The key "directory" is missing.',
        'modules[0]: The key "to" is missing.',
        'modules[0]: "from" must be a string, not a number.',
    ]


def test_a_problem_becomes_a_notice_that_ends_the_run() -> None:
    text, _, line = unmark_case(complete('"modules": [\n\n$0{$0"from": "@x/old"}]'))
    _, problems = load_table(text, path="t.json")
    message = 'modules[0] (from "@x/old"): The key "to" is missing.'
    assert [p.notice for p in problems] == [Notice("t.json", message, line, fatal=True, span=problems[0].span)]


def test_the_built_in_table_is_valid_and_read_once() -> None:
    assert builtin_table() is builtin_table()


def test_a_broken_built_in_table_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "get_data", lambda _package, _name: b'{\n"canonical": 1}')
    with pytest.raises(
        BrokenTableError, match=r'table\.json:2: "canonical" must be an object, not a number\.'
    ) as error:
        load_builtin()
    assert [p.line for p in error.value.problems] == [1, 1, 2]
