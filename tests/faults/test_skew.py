"""One thing that a project has thousands of"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lsprotocol import types

from tests.faults.test_growth import check, each, file, fix
from tests.strategies import at_night
from tests.work import assert_in_proportion, count_work
from workflow_ls.project.configuration.key_index import KeyIndex
from workflow_ls.server.session.documents import open_document
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.value_usage import is_used_as_value
from workflow_ls.text import Encoding, LineIndex, Position

Shape = Callable[[int], str]
VALUE = "export const k# = 1;"
COPIES = file("shared/workflow/runtime/m#.ts", VALUE) + file("ee/packages/workflows/src/runtime/m#.ts", VALUE)
ONE = COPIES.replace("#", "")
AUGMENTING = file("packages/a/src/d#.d.ts", "import '~/m';\ndeclare module '~/m' { export interface I# { a: 1 } }")
MANIFEST = file("packages/p#/package.json", '{ "name": "@x/p#", "dependencies": { "@alga-psa/workflows": "*" } }')
IMPORTER = file("packages/p#/src/a.ts", "import { start } from '~';\nstart();")


def mapped(size: int, target: str) -> str:
    keys = each(size, f'"@p#/*": ["./{target}/*"]', between=",")
    config = file("tsconfig.json", f'{{ "compilerOptions": {{ "baseUrl": ".", "paths": {{ {keys} }} }} }}')
    users = each(size, file("packages/a/src/u#.ts", "import { start } from '~';\nimport { x } from '@p#/x';"))
    return config + users + each(size, file(f"{target}/x.ts", "export const x = 1;"))


SHAPES: dict[str, Shape] = {
    "keys of `paths`": lambda size: mapped(size, "packages/a/src/p#"),
    "keys of `paths` that lead to the tree": lambda size: mapped(size, "shared/workflow/runtime/p#"),
    "augmentations of one module": lambda size: (
        ONE + each(size, AUGMENTING + file("packages/a/src/u#.ts", "import { k } from '~/m';"))
    ),
    "augmentations in one file": lambda size: (
        file("packages/a/src/d.d.ts", each(size, "declare module '~/m#' { export const k#: 1 }\n"))
        + each(size, COPIES + file("packages/a/src/u#.ts", "import { k# } from '~/m#';"))
    ),
    "augmentations of a module each, that have to wait": lambda size: each(
        size,
        file("shared/workflow/runtime/m#.ts", VALUE)
        + file("packages/a/src/d#.d.ts", "import '~/m#';\ndeclare module '~/m#' { export interface I { a: 1 } }")
        + file("packages/a/src/u#.ts", "import { k# } from '~/m#';"),
    ),
    "directories beside each other": lambda size: each(size, MANIFEST + IMPORTER),
    "comments that silence one import each": lambda size: file(
        "packages/a/src/u.ts",
        each(size, "// workflow-ls-ignore deprecated-import: later\nimport { start as s# } from '~';\n"),
    ),
    "imports on one line": lambda size: file("packages/a/src/u.ts", each(size, "import { start as s# } from '~';")),
}

LOADED = "import { start } from '~';\nMOCKexport const help# = start;"
MOCK = "vi.mock('~', () => ({ start: vi.fn() }));\n"
LOADING = f"import {{ help# }} from './barrel';\nimport {{ start }} from '~';\n{MOCK}run(start, help#);"


def behind_barrel(size: int, helper: str) -> str:
    """Tests that mock and load as many helpers, each all of them, through one barrel."""
    helpers = each(size, file("packages/a/src/h#.ts", helper))
    barrel = file("packages/a/src/barrel.ts", each(size, "export * from './h#';\n"))
    return helpers + barrel + each(size, file("packages/a/src/t#.test.ts", LOADING))


@pytest.mark.parametrize("work", [fix, *at_night(check)])
@pytest.mark.parametrize(("mock", "most"), [("", 2.35), (MOCK, 2.65)], ids=["helpers", "helpers that mock"])
def test_tests_that_each_load_all_helpers(mock: str, most: float, work: Callable[[str], int]) -> None:
    """Tests that mock load as many helpers each, through one barrel -> what a pair of them costs is little.

    A pair is two files that do meet: what remains of the square is the walk of each test through what it loads.
    """
    helper = LOADED.replace("MOCK", mock)
    assert_in_proportion(lambda size: work(behind_barrel(size, helper)), 20, most=most)


HELPING = file("packages/a/src/g#.ts", LOADING.replace("run(start, help#)", "export const g# = [start, help#]"))
CHAIN = '{ "compilerOptions": { "composite": true }, "include": ["src"], "references": [{ "path": "../p+" }] }'
LINKED: dict[str, Shape] = {
    "helpers that mock, and load as many": lambda size: (
        each(size, file("packages/a/src/h#.ts", LOADED.replace("MOCK", MOCK)) + HELPING)
        + file("packages/a/src/barrel.ts", each(size, "export * from './h#';\n"))
    ),
    "a chain of project references": lambda size: (
        each(size, file("packages/p#/tsconfig.json", CHAIN) + MANIFEST + IMPORTER)
        + file(f"packages/p{size}/tsconfig.json", '{ "compilerOptions": { "composite": true } }')
    ),
}


@pytest.mark.parametrize("shape", LINKED.values(), ids=LINKED)
@pytest.mark.parametrize("work", [fix, *at_night(check)])
def test_what_leads_to_each_other(work: Callable[[str], int], shape: Shape) -> None:
    """Helpers that mock load as many others, or projects reference the next -> each costs the same."""
    assert_in_proportion(lambda size: work(shape(size)), 25, most=2.2)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("work", [fix, *at_night(check)])
def test_many_of_one_thing(work: Callable[[str], int], shape: Shape) -> None:
    """A project has thousands of aliases, augmentations, comments or directories of one kind -> each costs the same."""
    assert_in_proportion(lambda size: work(shape(size)), 80, most=2.15)


class _Counted(bytes):
    """A text that counts how often it is searched from its start."""

    searches = 0

    def __contains__(self, part: object) -> bool:
        _Counted.searches += 1
        return isinstance(part, bytes) and self.find(part) >= 0


def test_names_of_a_file_that_has_no_escapes() -> None:
    r"""A file imports thousands of names, any of which might be written with `\u` -> it is searched once for that."""
    source = parse(each(500, "import { n# } from 'x';").encode(), "a.ts")
    source.__dict__["text"] = _Counted(source.text)
    _Counted.searches = 0
    assert not any(is_used_as_value(source, f"n{number}") for number in range(500))
    assert 0 < _Counted.searches < 5


@pytest.mark.parametrize("keys", ["@p#/*", "*/p#", "@p#", "@p*q#"])
def test_keys_that_match(keys: str) -> None:
    """A specifier is looked up among thousands of keys with a `*` -> only those that can match are compared."""

    def look_up(size: int) -> int:
        index = KeyIndex(each(size, keys, between=" ").split())
        assert index.first(keys.replace("#", "7").replace("*", "x")) == 7
        return count_work(lambda: index.first(keys.replace("#", "7").replace("*", "x")))

    assert look_up(800) <= look_up(200) + 5


ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", ["const a = 'é😀';", "x", "\udc80\udcff\udce2\udc82", "😀"])
def test_places_in_one_long_line(text: str, encoding: Encoding) -> None:
    """A line is megabytes long and has thousands of findings -> it is decoded once, not up to each of them."""
    line = text.encode("utf-8", "surrogateescape") * 3_000
    index, decoded = LineIndex(b"first\n" + line + b"\r\nlast"), line.decode("utf-8", "surrogateescape")
    for character in range(0, len(decoded), 997):
        before = decoded[:character]
        offset = 6 + len(before.encode("utf-8", "surrogateescape"))
        units = before.encode("utf-16-le", "surrogatepass")
        column = {"utf-8": offset - 6, "utf-16": len(units) // 2, "utf-32": character}[encoding]
        assert index.position(offset, encoding) == Position(1, column)
        assert index.offset(Position(1, column), encoding) == offset
    assert index.decoded <= 3 * len(line) + 10_000 * 60


def test_thousands_of_changes_in_one_notification(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notification has ten thousand changes of a text of 100,000 lines -> the text is not copied for each of them."""
    document = open_document("file:///a.ts", "a.ts", 1, "const a = 1;\n" * 100_000)
    monkeypatch.setattr(LineIndex, "edited", None)
    changes = []
    for line in range(0, 100_000, 10):
        place = types.Position(line, 10)
        new = types.TextDocumentContentChangePartial(range=types.Range(place, types.Position(line, 11)), text="2;\n3")
        changes.append(new)
    edited = document.edited(2, changes, "utf-16")
    assert edited.text.count(b"\n") == edited.lines.line_count - 1 == 110_000
