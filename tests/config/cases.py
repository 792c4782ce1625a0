"""Mistakes in a table, which the loader, the configuration and the schemas refuse alike."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fixture import unmark
from workflow_ls.text import Span


@dataclass(frozen=True)
class Case:
    """Members of a table with one mistake, marked by a pair of `$0`; `schema` says whether a schema can see it too."""

    name: str
    text: str
    message: str
    schema: bool = True


def unmark_case(text: str) -> tuple[bytes, Span, int]:
    """The text without its marks, what they surround, and on which line (from 1) that begins."""
    plain, (span,) = unmark(text)
    return plain, span, plain[: span.start].count(b"\n") + 1


CANONICAL = '"canonical": {"name": "@x/new", "directory": "packages/new"}'
LEGACY = '"legacy": {"roots": ["@x/old", "~old"], "tree": "libs/old"}'


def row(text: str) -> str:
    return f'"modules": [\n  {{"from": "@x/old/first", "to": ["@x/new/first"]}},\n  {text}\n]'


def name(text: str) -> str:
    return f'"names": [\n  {{"module": "@x/old/a", "name": "first", "as": "second"}},\n  {text}\n]'


ABSOLUTE = "is absolute. Write a path from the workspace root, or a specifier that starts with a package name"
A = 'modules[1] (from "@x/old/a")'

ROW_MISTAKES = [
    Case("modules no list", '"modules": $0{$0}', '"modules" must be a list, not an object.'),
    Case("row no object", row('$0"@x/old/a"$0'), "modules[1]: The row must be an object, not a string."),
    Case("no from", row('$0{$0"to": ["@x/new"]}'), 'modules[1]: The key "from" is missing.'),
    Case("no to", row('$0{$0"from": "@x/old/a"}'), f'{A}: The key "to" is missing.'),
    Case(
        "unknown key",
        row('{"from": "@x/old/a", "to": ["@x/new"], $0"notes"$0: "x"}'),
        f'{A}: Unknown key "notes". Did you mean "note"?',
    ),
    Case(
        "unknown key, none near",
        row('{"from": "@x/old/a", "to": ["@x/new"], $0"zzz"$0: "x"}'),
        f'{A}: Unknown key "zzz". Valid: from, to, stays, note.',
    ),
    Case(
        "from no string", row('{"from": $01$0, "to": ["@x/new"]}'), 'modules[1]: "from" must be a string, not a number.'
    ),
    Case("from empty", row('{"from": $0""$0, "to": ["@x/new"]}'), 'modules[1] (from ""): "from" must not be empty.'),
    Case("to a string", row('{"from": "@x/old/a", "to": $0"@x/new"$0}'), f'{A}: "to" must be a list, not a string.'),
    Case("to empty", row('{"from": "@x/old/a", "to": $0[$0]}'), f'{A}: "to" must not be empty.'),
    Case("to null", row('{"from": "@x/old/a", "to": [$0null$0]}'), f'{A}: "to[0]" must be a string, not null.'),
    Case(
        "to twice",
        row('{"from": "@x/old/a", "to": ["@x/new", $0"@x/new"$0]}'),
        f'{A}: "to[1]" is listed twice. Remove one.',
    ),
    Case(
        "note no string",
        row('{"from": "@x/old/a", "to": ["@x/new"], "note": $0true$0}'),
        f'{A}: "note" must be a string, not true.',
    ),
    Case(
        "note empty", row('{"from": "@x/old/a", "to": ["@x/new"], "note": $0""$0}'), f'{A}: "note" must not be empty.'
    ),
    *(
        Case(f"{key} {path}", row(text), f"modules[1] (from {source}): {place} {fault}.")
        for path, fault in (
            (
                "/@x/old/a",
                ABSOLUTE,
            ),
            (
                "C:/old",
                ABSOLUTE,
            ),
            (
                "file:///old",
                ABSOLUTE,
            ),
            ("@x/old/../b", 'must not contain ".."'),
            ("../old", 'must not contain ".."'),
            ("./old", 'has an empty or "." segment. Remove it'),
            ("@x//old", 'has an empty or "." segment. Remove it'),
            ("@x/old/", 'has an empty or "." segment. Remove it'),
            ("@x/*/*", 'must not contain more than one "*"'),
        )
        for key, source, place, text in (
            ("from", f'"{path}"', '"from"', f'{{"from": $0"{path}"$0, "to": ["@x/new"]}}'),
            ("to", '"@x/old/*"', '"to[0]"', f'{{"from": "@x/old/*", "to": [$0"{path}"$0]}}'),
        )
    ),
    Case(
        "backslash",
        row(r'{"from": "@x/old/a", "to": [$0"@x\\new"$0]}'),
        f'{A}: "to[0]" contains a backslash. Separate segments with /.',
    ),
    Case(
        "star without a star",
        row('{"from": "@x/old/a", "to": ["@x/new", $0"@x/new/*"$0]}'),
        f'{A}: "to[1]" has a "*", but "from" has none. Add one to "from", or remove this one.',
    ),
    Case(
        "from not legacy",
        row('{"from": $0"@x/older/a"$0, "to": ["@x/new"]}'),
        'modules[1] (from "@x/older/a"): "from" is not legacy. Write @x/old or ~old, or a path below.',
        schema=False,
    ),
    Case(
        "twice",
        row('{"from": $0"~old/first/index.ts"$0, "to": ["@x/new"]}'),
        'modules[1] (from "~old/first/index.ts"): "from" is the same module as in modules[0]. Remove one of the rows.',
        schema=False,
    ),
    Case(
        "unknown package",
        row('{"from": "@x/old/a", "to": [$0"left-pad/a"$0]}'),
        f'{A}: "to[0]" is in none of the known packages: @x/new. Add its package to "packages".',
        schema=False,
    ),
    Case(
        "unknown package, one near",
        row('{"from": "@x/old/a", "to": [$0"@x/news/a"$0]}'),
        f'{A}: "to[0]" is in none of the known packages: @x/new. Did you mean "@x/new"?',
        schema=False,
    ),
    Case(
        "chain",
        row('{"from": "@x/old/a", "to": ["@x/new/a", $0"@x/old/first"$0]}'),
        f'{A}: "to[1]" is legacy itself. Write the specifier that it was moved to.',
        schema=False,
    ),
    Case(
        "chain to nowhere",
        row('{"from": "@x/old/a", "to": [$0"~old"$0]}'),
        f'{A}: "to[0]" is legacy itself. Write the specifier that it was moved to.',
        schema=False,
    ),
    Case(
        "cycle of one",
        row('{"from": "@x/old/a", "to": [$0"~old/a"$0]}'),
        f'{A}: "to[0]" is legacy itself, and the rows for it lead back to this one. '
        "Write a specifier that is not legacy.",
        schema=False,
    ),
    Case("name no object", name("$0[$0]"), "names[1]: The row must be an object, not a list."),
    Case("name without module", name('$0{$0"name": "a", "as": "b"}'), 'names[1]: The key "module" is missing.'),
    Case("name without name", name('$0{$0"module": "@x/old/a", "as": "b"}'), 'names[1]: The key "name" is missing.'),
    Case(
        "name without aim",
        name('$0{$0"module": "@x/old/a", "name": "b"}'),
        'names[1] ("b" of "@x/old/a"): The row needs "to" or "as", or both.',
    ),
    Case(
        "name unknown key",
        name('{"module": "@x/old/a", "name": "b", "as": "c", $0"from"$0: "d"}'),
        'names[1] ("b" of "@x/old/a"): Unknown key "from". Valid: module, name, to, as, note.',
    ),
    Case(
        "name no identifier",
        name('{"module": "@x/old/a", "name": $0"b c"$0, "as": "c"}'),
        'names[1] ("b c" of "@x/old/a"): "name" must be an identifier, or "default" for the default export.',
    ),
    Case(
        "new name no identifier",
        name('{"module": "@x/old/a", "name": "b", "as": $0"1c"$0}'),
        'names[1] ("b" of "@x/old/a"): "as" must be an identifier, or "default" for the default export.',
    ),
    Case(
        "name of many modules",
        name('{"module": $0"@x/old/*"$0, "name": "b", "as": "c"}'),
        'names[1] ("b" of "@x/old/*"): "module" must not contain "*".',
    ),
    Case(
        "name to many modules",
        name('{"module": "@x/old/a", "name": "b", "to": $0"@x/new/*"$0}'),
        'names[1] ("b" of "@x/old/a"): "to" must not contain "*".',
    ),
    Case(
        "name not legacy",
        name('{"module": $0"@x/new"$0, "name": "b", "as": "c"}'),
        'names[1] ("b" of "@x/new"): "module" is not legacy. Write @x/old or ~old, or a path below.',
        schema=False,
    ),
    Case(
        "name to nowhere",
        name('{"module": "@x/old/a", "name": "b", "to": $0"left-pad"$0}'),
        'names[1] ("b" of "@x/old/a"): "to" is in none of the known packages: @x/new. Add its package to "packages".',
        schema=False,
    ),
    Case(
        "name to legacy",
        name('{"module": "@x/old/a", "name": "b", "to": $0"@x/old/b"$0}'),
        'names[1] ("b" of "@x/old/a"): "to" is legacy itself. Write the specifier that it was moved to.',
        schema=False,
    ),
    Case(
        "name twice",
        name('{"module": "~old/a.ts", "name": $0"first"$0, "to": "@x/new/b"}'),
        'names[1] ("first" of "~old/a.ts"): The row is for the same name as names[0]. Remove one of the rows.',
        schema=False,
    ),
]

HEAD_MISTAKES = [
    Case("canonical no object", '"canonical": $0"@x/new"$0', '"canonical" must be an object, not a string.'),
    Case("canonical without name", '"canonical": $0{$0"directory": "a"}', 'The key "name" is missing.'),
    Case("canonical without directory", '"canonical": $0{$0"name": "a"}', 'The key "directory" is missing.'),
    Case(
        "canonical key",
        '"canonical": {"name": "@x/new", "directory": "a", $0"source"$0: "b"}',
        'Unknown key "source". Did you mean "sources"?',
    ),
    Case(
        "package name",
        '"canonical": {"name": $0"@x/new/a"$0, "directory": "a"}',
        '"canonical.name" must be a package name.',
    ),
    Case(
        "absolute directory",
        '"canonical": {"name": "@x/new", "directory": $0"/a"$0}',
        f'"canonical.directory" {ABSOLUTE}.',
    ),
    Case(
        "sources outside",
        '"canonical": {"name": "@x/new", "directory": "a", "sources": $0"../b"$0}',
        '"canonical.sources" must not contain "..".',
    ),
    Case("packages no list", '"packages": $0{$0}', '"packages" must be a list, not an object.'),
    Case(
        "package without directory",
        '"packages": [\n  $0{$0"name": "@x/more"}\n]',
        'packages[0] ("@x/more"): The key "directory" is missing.',
    ),
    Case(
        "package twice",
        '"packages": [\n{"name": "@x/b", "directory": "b"},\n{"name": $0"@x/b"$0, "directory": "c"}]',
        'packages[1] ("@x/b"): This package is listed twice. Remove one.',
        schema=False,
    ),
    Case(
        "package canonical",
        '"packages": [\n{"name": $0"@x/new"$0, "directory": "b"}]',
        'packages[0] ("@x/new"): This is the canonical package. Describe it in "canonical" only.',
        schema=False,
    ),
    Case(
        "package is legacy",
        '"packages": [{"name": $0"~old"$0, "directory": "b"}]',
        'packages[0] ("~old"): A legacy root covers the target package ~old. Choose roots that do not cover it.',
        schema=False,
    ),
    Case(
        "package in the legacy tree",
        '"packages": [{"name": "@x/b", "directory": $0"libs/old/b"$0}]',
        'packages[0] ("@x/b"): The legacy tree contains the target package @x/b. Choose a tree outside of it.',
        schema=False,
    ),
    Case("legacy no object", '"legacy": $0[$0]', '"legacy" must not be empty.'),
    Case(
        "legacy key",
        '"legacy": {"roots": ["@x/old"], "tree": "old", $0"root"$0: "a"}',
        'Unknown key "root". Did you mean "roots"?',
    ),
    Case("roots empty", '"legacy": {"roots": $0[$0], "tree": "old"}', '"legacy.roots" must not be empty.'),
    Case(
        "root with a star",
        '"legacy": {"roots": ["a", $0"@x/old/*"$0], "tree": "old"}',
        '"legacy.roots[1]" must not contain "*".',
    ),
    Case(
        "tree no string",
        '"legacy": {"roots": ["@x/old"], "tree": $0false$0}',
        '"legacy.tree" must be a string, not false.',
    ),
    Case(
        "tree outside",
        '"legacy": {"roots": ["@x/old"], "tree": $0"../old"$0}',
        '"legacy.tree" must not contain "..".',
    ),
    Case("globs no list", '"core": $0"libs/**"$0', '"core" must be a list, not a string.'),
    Case("glob no string", '"docs": ["a", $02$0]', '"docs[1]" must be a string, not a number.'),
    Case("glob empty", '"docs": [$0""$0]', '"docs[0]" must not be empty.'),
    Case("glob outside", '"core": [$0"a/../b"$0]', '"core[0]" must not contain "..".'),
    Case("glob of nothing", '"core": [$0"!"$0]', '"core[0]" is not a valid gitignore pattern.', schema=False),
    Case("tsconfigs no list", '"tsconfigs": $0"tsconfig.json"$0', '"tsconfigs" must be a list, not a string.'),
    Case(
        "tsconfig absolute",
        '"tsconfigs": ["a.json", $0"/b.json"$0]',
        f'"tsconfigs[1]" {ABSOLUTE}.',
    ),
    Case("tsconfig no choice", '"tsconfigs": [$0[$0]]', '"tsconfigs[0]" must not be empty.'),
    Case("tsconfig choice", '"tsconfigs": [["a.json", $01$0]]', '"tsconfigs[0][1]" must be a string, not a number.'),
    Case("schema no string", '"$schema": $01$0', '"$schema" must be a string, not a number.'),
    Case("unknown key", '$0"module"$0: []', 'Unknown key "module". Did you mean "modules"?'),
]
