"""Paths that a program puts together of strings: which are found, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixture import mark, unmark
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.strings.path_expressions import (
    find_path_expressions,
    may_anchor_path,
    may_split_path,
    split_path_needles,
)

TREE = "shared/workflow"


def check_paths(marked: str, *texts: str) -> None:
    """The paths are the marked ones and say these texts, with "./" before one that starts at the file's directory."""
    text, _ = unmark(marked)
    found = find_path_expressions(parse(text, "a.ts"), TREE)
    assert not found or may_anchor_path(text) or may_split_path(text, TREE)
    assert mark(text, [path.span for path in found]) == marked
    assert tuple(("./" if path.anchored else "") + path.text for path in found) == texts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "const a = '../x';",
        "// join(__dirname, '../x')",
        "/* new URL('../x', import.meta.url) */",
        "const a = \"join(__dirname, '../x')\";",
        "const roots = [__dirname, '../x'];",
        "new URL('../x', base);",
        "join(__dirname, name, '../x');",
        "join(my__dirname, '../x');",
        "join(here, '../x');",
        "const here = join(__dirname, name); join(here, '../x');",
        "const here = dirname(url); join(here, '../x');",
        "const names = ['shared', 'workflow'];",
        "f('shared', 'workflow');",
        "join(root, 'shared', 'workflows');",
        "join(root, 'a-shared', 'workflow');",
        "join(root, 'shared', name, 'workflow');",
        "join(root, 'shared', \"workflow\");",
        "join(root, 'shared/workflow', 'x');",
        "// join(root, 'shared', 'workflow')",
        "join(__dirname, '../x",
    ],
)
def test_silent(text: str) -> None:
    check_paths(text)


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("new URL('$0../x.json$0', import.meta.url);", "./../x.json"),
        ("new  URL( `$0./x$0` ,\n import.meta.url).href;", "././x"),
        ("new URL(`$0../x/$0${name}.json`, import.meta.url);", "./../x/"),
        ("join(__dirname, '$0../x$0');", "./../x"),
        ("path.resolve(__dirname, \"$0..\", \"x\", \"y$0\");", "./../x/y"),
        ("join(import.meta.dirname,\n  '$0..',\n  'x$0',\n);", "./../x"),
        ("join(__dirname, '$0../$0', name);", "./../"),
        ("join(__dirname, '$0..$0', \"x\");", "./.."),
        ("load(__dirname, '$0../x$0', 'utf8');", "./../x"),
        ("join(path.dirname(__filename), '$0../x$0');", "./../x"),
        ("join(dirname(fileURLToPath(import.meta.url)), '$0../x$0');", "./../x"),
        ("join(fileURLToPath(new URL('.', import.meta.url)), '$0../x$0');", "./../x"),
        ("const here = dirname(fileURLToPath(import.meta.url));\njoin(here, '$0../x$0');", "./../x"),
        ("const here: string = __dirname\nf(`${here}$0/../x$0`);", ".//../x"),
        ("f(`${__dirname}$0/../x$0`);", ".//../x"),
        ("f(`${ __dirname }$0/../x/$0${name}`);", ".//../x/"),
        ("f(__dirname + '$0/../x$0');", ".//../x"),
        ("import.meta.glob('$0../x/*.ts$0');", "./../x/*.ts"),
        ("import.meta.glob<T>('$0../x/*.ts$0', { eager: true });", "./../x/*.ts"),
        ("require.context('$0../x$0', true);", "./../x"),
        ("import(`$0../x/$0${name}.ts`);", "./../x/"),
        ("import(/* @vite-ignore */ `$0../x/$0${name}.ts`);", "./../x/"),
        ("join(root, '$0shared', 'workflow$0');", "shared/workflow"),
        ("join(root, '$0shared/', 'workflow', 'x.ts$0');", "shared/workflow/x.ts"),
        ("path.resolve('$0../shared', 'workflow/x.ts$0');", "../shared/workflow/x.ts"),
        ("path.resolve(\"..\", \"$0shared\", \"workflow$0\", name);", "shared/workflow"),
        ("join(__dirname, '$0..', 'shared', 'workflow$0');", "./../shared/workflow"),
    ],
)  # fmt: skip
def test_found(marked: str, text: str) -> None:
    check_paths(marked, text)


def test_all_of_a_list() -> None:
    check_paths("import.meta.glob(['$0../x/*.ts$0', '!$0../x/y.ts$0']);", "./../x/*.ts", "./../x/y.ts")


@pytest.mark.parametrize("tree", ["a/b", "a/b/c"])
def test_a_file_that_names_a_directory_in_parts_holds_a_needle(tree: str) -> None:
    for at in range(1, tree.count("/") + 1):
        segments = tree.split("/")
        text = f"join(root, '{'/'.join(segments[:at])}', '{'/'.join(segments[at:])}');"
        assert may_split_path(text.encode(), tree)
        assert any(needle in text for needle in split_path_needles(tree))
        assert [path.text for path in find_path_expressions(parse(text.encode(), "a.ts"), tree)] == [tree]
    assert not may_split_path(b"join(root, 'a');", tree)


def test_a_directory_of_one_segment_has_no_parts() -> None:
    assert split_path_needles("flows") == ()
    assert find_path_expressions(parse(b"join(root, 'flows', 'x');", "a.ts"), "flows") == ()


@given(st.text(alphabet="_dirname,'\"`/.+${}() \n#new URL(import.meta.url)joinsharedworkflow", max_size=80))
def test_any_text_gives_places_in_it(text: str) -> None:
    source = parse(text.encode(), "a.ts")
    for path in find_path_expressions(source, TREE):
        assert 0 <= path.span.start <= path.span.end <= len(source.text)
        assert path.strings[0].encode() == source.text[path.span.start :][: len(path.strings[0].encode())]
