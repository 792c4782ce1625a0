"""Paths that a program puts together of strings: which are found, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.path_expressions import (
    find_path_expressions,
    may_anchor_path,
    may_split_path,
    split_path_needles,
)

TREE = "shared/workflow"


def check_paths(marked: str, *texts: str) -> None:
    """The paths stand between ⟦ and ⟧ and say these texts, with "./" before one that starts at the file's directory."""
    text = marked.replace("⟦", "").replace("⟧", "").encode()
    found = find_path_expressions(parse(text, "a.ts"), TREE)
    assert not found or may_anchor_path(text) or may_split_path(text, TREE)
    for path in reversed(found):
        start, end = path.span
        text = text[:start] + "⟦".encode() + text[start:end] + "⟧".encode() + text[end:]
    assert text.decode() == marked
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
        ("new URL('⟦../x.json⟧', import.meta.url);", "./../x.json"),
        ("new  URL( `⟦./x⟧` ,\n import.meta.url).href;", "././x"),
        ("new URL(`⟦../x/⟧${name}.json`, import.meta.url);", "./../x/"),
        ("join(__dirname, '⟦../x⟧');", "./../x"),
        ("path.resolve(__dirname, \"⟦..\", \"x\", \"y⟧\");", "./../x/y"),
        ("join(import.meta.dirname,\n  '⟦..',\n  'x⟧',\n);", "./../x"),
        ("join(__dirname, '⟦../⟧', name);", "./../"),
        ("join(__dirname, '⟦..⟧', \"x\");", "./.."),
        ("load(__dirname, '⟦../x⟧', 'utf8');", "./../x"),
        ("join(path.dirname(__filename), '⟦../x⟧');", "./../x"),
        ("join(dirname(fileURLToPath(import.meta.url)), '⟦../x⟧');", "./../x"),
        ("join(fileURLToPath(new URL('.', import.meta.url)), '⟦../x⟧');", "./../x"),
        ("const here = dirname(fileURLToPath(import.meta.url));\njoin(here, '⟦../x⟧');", "./../x"),
        ("const here: string = __dirname\nf(`${here}⟦/../x⟧`);", ".//../x"),
        ("f(`${__dirname}⟦/../x⟧`);", ".//../x"),
        ("f(`${ __dirname }⟦/../x/⟧${name}`);", ".//../x/"),
        ("f(__dirname + '⟦/../x⟧');", ".//../x"),
        ("import.meta.glob('⟦../x/*.ts⟧');", "./../x/*.ts"),
        ("import.meta.glob<T>('⟦../x/*.ts⟧', { eager: true });", "./../x/*.ts"),
        ("require.context('⟦../x⟧', true);", "./../x"),
        ("import(`⟦../x/⟧${name}.ts`);", "./../x/"),
        ("import(/* @vite-ignore */ `⟦../x/⟧${name}.ts`);", "./../x/"),
        ("join(root, '⟦shared', 'workflow⟧');", "shared/workflow"),
        ("join(root, '⟦shared/', 'workflow', 'x.ts⟧');", "shared/workflow/x.ts"),
        ("path.resolve('⟦../shared', 'workflow/x.ts⟧');", "../shared/workflow/x.ts"),
        ("path.resolve(\"..\", \"⟦shared\", \"workflow⟧\", name);", "shared/workflow"),
        ("join(__dirname, '⟦..', 'shared', 'workflow⟧');", "./../shared/workflow"),
    ],
)  # fmt: skip
def test_found(marked: str, text: str) -> None:
    check_paths(marked, text)


def test_all_of_a_list() -> None:
    check_paths("import.meta.glob(['⟦../x/*.ts⟧', '!⟦../x/y.ts⟧']);", "./../x/*.ts", "./../x/y.ts")


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
