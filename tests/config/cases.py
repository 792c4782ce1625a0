"""Mistakes that a table can hold, for the loader, the configuration and the schemas to refuse alike."""

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


A = 'modules[1] (from "@x/old/a")'

ROW_MISTAKES = [
    Case("modules no list", '"modules": $0{$0}', '"modules" must be a list, not an object.'),
    Case("row no object", row('$0"@x/old/a"$0'), "modules[1]: The row must be an object, not a string."),
    Case("no from", row('$0{$0"to": ["@x/new"]}'), 'modules[1]: "from" is missing.'),
    Case("no to", row('$0{$0"from": "@x/old/a"}'), f'{A}: "to" is missing.'),
    Case(
        "unknown key",
        row('{"from": "@x/old/a", "to": ["@x/new"], $0"notes"$0: "x"}'),
        f'{A}: "notes" is not a key here. Did you mean "note"?',
    ),
    Case(
        "unknown key, none near",
        row('{"from": "@x/old/a", "to": ["@x/new"], $0"zzz"$0: "x"}'),
        f'{A}: "zzz" is not a key here.',
    ),
    Case(
        "from no string", row('{"from": $01$0, "to": ["@x/new"]}'), 'modules[1]: "from" must be a string, not a number.'
    ),
    Case("from empty", row('{"from": $0""$0, "to": ["@x/new"]}'), 'modules[1] (from ""): "from" is empty.'),
    Case("to a string", row('{"from": "@x/old/a", "to": $0"@x/new"$0}'), f'{A}: "to" must be a list, not a string.'),
    Case("to empty", row('{"from": "@x/old/a", "to": $0[$0]}'), f'{A}: "to" is empty.'),
    Case("to null", row('{"from": "@x/old/a", "to": [$0null$0]}'), f'{A}: "to[0]" must be a string, not null.'),
    Case(
        "to twice",
        row('{"from": "@x/old/a", "to": ["@x/new", $0"@x/new"$0]}'),
        f'{A}: "to[1]" is listed twice.',
    ),
    Case(
        "note no string",
        row('{"from": "@x/old/a", "to": ["@x/new"], "note": $0true$0}'),
        f'{A}: "note" must be a string, not true.',
    ),
    Case("note empty", row('{"from": "@x/old/a", "to": ["@x/new"], "note": $0""$0}'), f'{A}: "note" is empty.'),
    *(
        Case(f"{key} {path}", row(text), f"modules[1] (from {source}): {place} {fault}.")
        for path, fault in (
            ("/@x/old/a", "is absolute; paths start at the workspace root, and specifiers with a package"),
            ("C:/old", "is absolute; paths start at the workspace root, and specifiers with a package"),
            ("file:///old", "is absolute; paths start at the workspace root, and specifiers with a package"),
            ("@x/old/../b", 'may not contain ".."'),
            ("../old", 'may not contain ".."'),
            ("./old", 'has an empty or "." segment'),
            ("@x//old", 'has an empty or "." segment'),
            ("@x/old/", 'has an empty or "." segment'),
            ("@x/*/*", 'may have one "*" only'),
        )
        for key, source, place, text in (
            ("from", f'"{path}"', '"from"', f'{{"from": $0"{path}"$0, "to": ["@x/new"]}}'),
            ("to", '"@x/old/*"', '"to[0]"', f'{{"from": "@x/old/*", "to": [$0"{path}"$0]}}'),
        )
    ),
    Case(
        "backslash",
        row(r'{"from": "@x/old/a", "to": [$0"@x\\new"$0]}'),
        f'{A}: "to[0]" has a backslash; write paths with /.',
    ),
    Case(
        "star without a star",
        row('{"from": "@x/old/a", "to": ["@x/new", $0"@x/new/*"$0]}'),
        f'{A}: "to[1]" has a "*", but "from" has none.',
    ),
    Case(
        "from not legacy",
        row('{"from": $0"@x/older/a"$0, "to": ["@x/new"]}'),
        'modules[1] (from "@x/older/a"): "from" must be @x/old or ~old, or a path below.',
        schema=False,
    ),
    Case(
        "twice",
        row('{"from": $0"~old/first/index.ts"$0, "to": ["@x/new"]}'),
        'modules[1] (from "~old/first/index.ts"): "from" is the same module as in modules[0].',
        schema=False,
    ),
    Case(
        "unknown package",
        row('{"from": "@x/old/a", "to": [$0"left-pad/a"$0]}'),
        f'{A}: "to[0]" is in none of the known packages: @x/new. Add its package under "packages".',
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
        f'{A}: "to[1]" is itself legacy: a chain; write where it goes in the end.',
        schema=False,
    ),
    Case(
        "chain to nowhere",
        row('{"from": "@x/old/a", "to": [$0"~old"$0]}'),
        f'{A}: "to[0]" is itself legacy: a chain; write where it goes in the end.',
        schema=False,
    ),
    Case(
        "cycle of one",
        row('{"from": "@x/old/a", "to": [$0"~old/a"$0]}'),
        f'{A}: "to[0]" is itself legacy: a cycle that leads back to this row.',
        schema=False,
    ),
    Case("name no object", name("$0[$0]"), "names[1]: The row must be an object, not a list."),
    Case("name without module", name('$0{$0"name": "a", "as": "b"}'), 'names[1]: "module" is missing.'),
    Case("name without name", name('$0{$0"module": "@x/old/a", "as": "b"}'), 'names[1]: "name" is missing.'),
    Case(
        "name without aim",
        name('$0{$0"module": "@x/old/a", "name": "b"}'),
        'names[1] ("b" of "@x/old/a"): The row needs "to", "as" or both: where the name went, or what it became.',
    ),
    Case(
        "name unknown key",
        name('{"module": "@x/old/a", "name": "b", "as": "c", $0"from"$0: "d"}'),
        'names[1] ("b" of "@x/old/a"): "from" is not a key here.',
    ),
    Case(
        "name no identifier",
        name('{"module": "@x/old/a", "name": $0"b c"$0, "as": "c"}'),
        'names[1] ("b c" of "@x/old/a"): "name" must be the name of an export, or default.',
    ),
    Case(
        "new name no identifier",
        name('{"module": "@x/old/a", "name": "b", "as": $0"1c"$0}'),
        'names[1] ("b" of "@x/old/a"): "as" must be the name of an export, or default.',
    ),
    Case(
        "name of many modules",
        name('{"module": $0"@x/old/*"$0, "name": "b", "as": "c"}'),
        'names[1] ("b" of "@x/old/*"): "module" may not have a "*".',
    ),
    Case(
        "name to many modules",
        name('{"module": "@x/old/a", "name": "b", "to": $0"@x/new/*"$0}'),
        'names[1] ("b" of "@x/old/a"): "to" may not have a "*".',
    ),
    Case(
        "name not legacy",
        name('{"module": $0"@x/new"$0, "name": "b", "as": "c"}'),
        'names[1] ("b" of "@x/new"): "module" must be @x/old or ~old, or a path below.',
        schema=False,
    ),
    Case(
        "name to nowhere",
        name('{"module": "@x/old/a", "name": "b", "to": $0"left-pad"$0}'),
        'names[1] ("b" of "@x/old/a"): "to" is in none of the known packages: @x/new. '
        'Add its package under "packages".',
        schema=False,
    ),
    Case(
        "name to legacy",
        name('{"module": "@x/old/a", "name": "b", "to": $0"@x/old/b"$0}'),
        'names[1] ("b" of "@x/old/a"): "to" is itself legacy: a chain; write where it goes in the end.',
        schema=False,
    ),
    Case(
        "name twice",
        name('{"module": "~old/a.ts", "name": $0"first"$0, "to": "@x/new/b"}'),
        'names[1] ("first" of "~old/a.ts"): The row speaks of the same name as names[0].',
        schema=False,
    ),
]

HEAD_MISTAKES = [
    Case("canonical no object", '"canonical": $0"@x/new"$0', '"canonical" must be an object, not a string.'),
    Case("canonical without name", '"canonical": $0{$0"directory": "a"}', '"name" is missing.'),
    Case("canonical without directory", '"canonical": $0{$0"name": "a"}', '"directory" is missing.'),
    Case(
        "canonical key",
        '"canonical": {"name": "@x/new", "directory": "a", $0"source"$0: "b"}',
        '"source" is not a key here. Did you mean "sources"?',
    ),
    Case(
        "package name",
        '"canonical": {"name": $0"@x/new/a"$0, "directory": "a"}',
        '"canonical.name" is not a package name.',
    ),
    Case(
        "absolute directory",
        '"canonical": {"name": "@x/new", "directory": $0"/a"$0}',
        '"canonical.directory" is absolute; paths start at the workspace root, and specifiers with a package.',
    ),
    Case(
        "sources outside",
        '"canonical": {"name": "@x/new", "directory": "a", "sources": $0"../b"$0}',
        '"canonical.sources" may not contain "..".',
    ),
    Case("packages no list", '"packages": $0{$0}', '"packages" must be a list, not an object.'),
    Case(
        "package without directory",
        '"packages": [\n  $0{$0"name": "@x/more"}\n]',
        'packages[0] ("@x/more"): "directory" is missing.',
    ),
    Case(
        "package twice",
        '"packages": [\n{"name": "@x/b", "directory": "b"},\n{"name": $0"@x/b"$0, "directory": "c"}]',
        'packages[1] ("@x/b"): This package is listed twice.',
        schema=False,
    ),
    Case(
        "package canonical",
        '"packages": [\n{"name": $0"@x/new"$0, "directory": "b"}]',
        'packages[0] ("@x/new"): This is the canonical package; it belongs under "canonical".',
        schema=False,
    ),
    Case(
        "package is legacy",
        '"packages": [{"name": $0"~old"$0, "directory": "b"}]',
        'packages[0] ("~old"): A legacy root covers the package ~old, which rows target.',
        schema=False,
    ),
    Case(
        "package in the legacy tree",
        '"packages": [{"name": "@x/b", "directory": $0"libs/old/b"$0}]',
        'packages[0] ("@x/b"): The legacy tree holds the package @x/b, which rows target.',
        schema=False,
    ),
    Case("legacy no object", '"legacy": $0[$0]', '"legacy" must be an object, not a list.'),
    Case(
        "legacy key",
        '"legacy": {"roots": ["@x/old"], "tree": "old", $0"root"$0: "a"}',
        '"root" is not a key here. Did you mean "roots"?',
    ),
    Case("roots empty", '"legacy": {"roots": $0[$0], "tree": "old"}', '"legacy.roots" is empty.'),
    Case(
        "root with a star",
        '"legacy": {"roots": ["a", $0"@x/old/*"$0], "tree": "old"}',
        '"legacy.roots[1]" may not have a "*".',
    ),
    Case(
        "tree no string",
        '"legacy": {"roots": ["@x/old"], "tree": $0false$0}',
        '"legacy.tree" must be a string, not false.',
    ),
    Case(
        "tree outside",
        '"legacy": {"roots": ["@x/old"], "tree": $0"../old"$0}',
        '"legacy.tree" may not contain "..".',
    ),
    Case("globs no list", '"core": $0"libs/**"$0', '"core" must be a list, not a string.'),
    Case("glob no string", '"docs": ["a", $02$0]', '"docs[1]" must be a string, not a number.'),
    Case("glob empty", '"docs": [$0""$0]', '"docs[0]" is empty.'),
    Case("glob outside", '"core": [$0"a/../b"$0]', '"core[0]" may not contain "..".'),
    Case("glob of nothing", '"core": [$0"!"$0]', '"core[0]" is not a gitignore pattern.', schema=False),
    Case("tsconfigs no list", '"tsconfigs": $0"tsconfig.json"$0', '"tsconfigs" must be a list, not a string.'),
    Case(
        "tsconfig absolute",
        '"tsconfigs": ["a.json", $0"/b.json"$0]',
        '"tsconfigs[1]" is absolute; paths start at the workspace root, and specifiers with a package.',
    ),
    Case("tsconfig no choice", '"tsconfigs": [$0[$0]]', '"tsconfigs[0]" is empty.'),
    Case("tsconfig choice", '"tsconfigs": [["a.json", $01$0]]', '"tsconfigs[0][1]" must be a string, not a number.'),
    Case("schema no string", '"$schema": $01$0', '"$schema" must be a string, not a number.'),
    Case("unknown key", '$0"module"$0: []', '"module" is not a key here. Did you mean "modules"?'),
]
