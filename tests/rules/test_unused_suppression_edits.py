"""What the fixes of `unused-suppression` do to a text.  IGNORE stands for the words that start such a comment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.editor_cases import EditorCase
from tests.strategies import examples
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.text_edits.comment_removal import remove_codes
from workflow_ls.rules.shared.rule import FileContext, Unused
from workflow_ls.rules.unused_suppression import check
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.suppressions import find_suppressions
from workflow_ls.text import Edit, apply_edits
from workflow_ls.vfs.files import MemoryFiles

EDITOR_CASES = (
    EditorCase(
        "unused-suppression",
        "packages/documents/src/suppressed-line.ts",
        None,
        "Remove the comment",
        ("packages/documents/src/suppressed-line.ts",),
    ),
)


if TYPE_CHECKING:
    from tree_sitter import Node

WORKSPACE = Workspace(MemoryFiles({}), builtin_table(), Settings())

NO_OP = ["f();\n", "// a comment\nf();\n", "const x = '// IGNORE a: b';\n", "/** IGNORE a: b */\nf();\n"]

OWN_LINE = [
    ("// IGNORE a: b\nf();\n", "f();\n"),
    ("// IGNORE-file a: b\nf();\n", "f();\n"),
    ("// IGNORE\nf();\n", "f();\n"),
    ("// IGNORE a, b\nf();\n", "f();\n"),
    ("// IGNORE a: b\r\nf();\r\n", "f();\r\n"),
    ("f();\r// IGNORE a: b\rg();\r", "f();\rg();\r"),
    ("f();\rg();\r// IGNORE a: b\rh();\r", "f();\rg();\rh();\r"),
    ("\n// IGNORE a: b\nf();\n", "\nf();\n"),
    ("\r// IGNORE a: b\rf();\r", "\rf();\r"),
    ("f();\n\n  // IGNORE a: 😀  \n  g();\n", "f();\n\n  g();\n"),
    ("\t/* IGNORE a: b */\n\tf();\n", "\tf();\n"),
    ("f();\n/* IGNORE a: b,\n   and c */\ng();\n", "f();\ng();\n"),
    ("f();\n// IGNORE a: b", "f();\n"),
    ("// IGNORE a: b", ""),
    ("\ufeff// IGNORE a: b\nf();\n", "\ufefff();\n"),
    ("\ufeff  // IGNORE a: b\r\nf();\r\n", "\ufefff();\r\n"),
    ("// a\n// IGNORE a: b\n// c\nf();\n", "// a\n// c\nf();\n"),
    ("// IGNORE a: b\n// IGNORE c: d\nf();\n", "f();\n"),
    ("import {\n  // IGNORE a: b\n  c,\n} from 'd';\n", "import {\n  c,\n} from 'd';\n"),
    ("if (x) {\n  // IGNORE a: b\n}\n", "if (x) {\n}\n"),
    ("f(\n  // IGNORE a: b\n  c,\n);\n", "f(\n  c,\n);\n"),
    ("return_\n/* IGNORE a: b\n */\nx\n", "return_\nx\n"),
]

WITHIN_LINE = [
    ("f(); // IGNORE a: b\ng();\n", "f();\ng();\n"),
    ("f();\t // IGNORE a: b\r\ng();\r\n", "f();\r\ng();\r\n"),
    ("f();// IGNORE a: b\n", "f();\n"),
    ("\tf(); // IGNORE a: b\n", "\tf();\n"),
    ("f(); /* IGNORE a: b */\n", "f();\n"),
    ("f(); // IGNORE a: b", "f();"),
    ("f(); /* IGNORE a: b */ // c\n", "f(); // c\n"),
    ("f(); /* c */ // IGNORE a: b\n", "f(); /* c */\n"),
    ("f(); /* IGNORE a: b */ // IGNORE a: b\n", "f();\n"),
    ("  /* IGNORE a: b */ f();\n", "  f();\n"),
    ("  /* IGNORE a: b */ // c\n", "   // c\n"),
    ("/* IGNORE a: b */f();\n", "f();\n"),
    ("  /* IGNORE a: b */ /* IGNORE c: d */ f();\n", "  f();\n"),
    ("f(); /* IGNORE a: b */ g();\n", "f(); g();\n"),
    ("f(); /* IGNORE a: b */ /* IGNORE a: b */ g();\n", "f(); g();\n"),
    ("f(/* IGNORE a: b */ 'c');\n", "f('c');\n"),
    ("f(c, /* IGNORE a: b */ d);\n", "f(c, d);\n"),
    ("f(c /* IGNORE a: b */, d);\n", "f(c , d);\n"),
    ("f(c/* IGNORE a: b */, d);\n", "f(c, d);\n"),
    ("f(c/* IGNORE a: b */ , d);\n", "f(c , d);\n"),
    ("if (x) {/* IGNORE a: b */}\n", "if (x) {}\n"),
    ("if (x) { /* IGNORE a: b */ }\n", "if (x) { }\n"),
    ("const f = () => { /* IGNORE a: b */ };\n", "const f = () => { };\n"),
    # What the comment parts stays apart.
    ("typeof/* IGNORE a: b */x;\n", "typeof x;\n"),
    ("x+/* IGNORE a: b */+y;\n", "x+ +y;\n"),
    ("typeof/* IGNORE a: b */ x;\n", "typeof x;\n"),
    ("typeof /* IGNORE a: b */x;\n", "typeof x;\n"),
    # The line break in the comment ends a statement.
    ("x /* IGNORE a: b\n */ y\n", "x \ny\n"),
    ("x /* IGNORE a: b\r\n */ y\r\n", "x \r\ny\r\n"),
    ("f()\n  /* IGNORE a: b\n  c */ g()\n", "f()\n  g()\n"),
    ("x /* IGNORE a: b\n */\ny\n", "x\ny\n"),
]

IN_JSX = [
    ("<a>\n  {/* IGNORE a: b */}\n  <b />\n</a>;\n", "<a>\n  <b />\n</a>;\n"),
    ("<a>\r\n\t{ /* IGNORE a: b */ }\r\n\t<b />\r\n</a>;\r\n", "<a>\r\n\t<b />\r\n</a>;\r\n"),
    ("<a>\n  {\n    // IGNORE a: b\n  }\n  <b />\n</a>;\n", "<a>\n  <b />\n</a>;\n"),
    ("<>\n  {/* IGNORE a: b */}\n</>;\n", "<>\n</>;\n"),
    ("<a>{/* IGNORE a: b */}</a>;\n", "<a></a>;\n"),
    ("<a>{/* IGNORE a: b */}text</a>;\n", "<a>text</a>;\n"),
    ("<a><b />{/* IGNORE a: b */}\n</a>;\n", "<a><b />\n</a>;\n"),
    ("<a>text {/* IGNORE a: b */}</a>;\n", "<a>text </a>;\n"),
    # Without the braces, spaces at a line's end would be lost, and two texts would become one.
    ("<a>text {/* IGNORE a: b */} text</a>;\n", "<a>text {} text</a>;\n"),
    ("<a>text{/* IGNORE a: b */}\n  text</a>;\n", "<a>text{}\n  text</a>;\n"),
    ("<a><b /> {/* IGNORE a: b */}\n</a>;\n", "<a><b /> {}\n</a>;\n"),
    ("<a>\n  {/* IGNORE a: b */} text\n</a>;\n", "<a>\n  {} text\n</a>;\n"),
    ("<a>\n  text // {/* IGNORE a: b */}\n</a>;\n", "<a>\n  text // {}\n</a>;\n"),
    ("<a>\n  text\n  {/* IGNORE a: b */}\n  text\n</a>;\n", "<a>\n  text\n  {}\n  text\n</a>;\n"),
    ("<a>\n  &nbsp;\n  {/* IGNORE a: b */}\n  &nbsp;\n</a>;\n", "<a>\n  &nbsp;\n  {}\n  &nbsp;\n</a>;\n"),
    # With something else in the braces, they stay.
    ("<a>{/* IGNORE a: b */ x}</a>;\n", "<a>{x}</a>;\n"),
    ("<a>{x /* IGNORE a: b */}</a>;\n", "<a>{x }</a>;\n"),
    ("<a>\n  {\n    // IGNORE a: b\n    x\n  }\n</a>;\n", "<a>\n  {\n    x\n  }\n</a>;\n"),
    ("<a>\n  {/* IGNORE a: b */ /* c */}\n</a>;\n", "<a>\n  {/* c */}\n</a>;\n"),
    ("<a\n  // IGNORE a: b\n  b={c}\n/>;\n", "<a\n  b={c}\n/>;\n"),
    ("<a /* IGNORE a: b */ b={c} />;\n", "<a b={c} />;\n"),
    ("<a/* IGNORE a: b */b={c} />;\n", "<a b={c} />;\n"),
    ("<a b={/* IGNORE a: b */} />;\n", "<a b={} />;\n"),
    ("<a b={/* IGNORE a: b */ c} />;\n", "<a b={c} />;\n"),
    ("<a {/* IGNORE a: b */ ...b} />;\n", "<a {...b} />;\n"),
]

CODES = [
    # `used` is of use.
    ("// IGNORE a, used: why\nf();\n", "// IGNORE used: why\nf();\n"),
    ("// IGNORE used, a: why\nf();\n", "// IGNORE used: why\nf();\n"),
    ("// IGNORE a, used, b: why\nf();\n", "// IGNORE used: why\nf();\n"),
    ("// IGNORE used, a, used-too: why\nf();\n", "// IGNORE used, used-too: why\nf();\n"),
    ("// IGNORE used ,a,  used-too: why\nf();\n", "// IGNORE used,  used-too: why\nf();\n"),
    ("// IGNORE used,a\nf();\n", "// IGNORE used\nf();\n"),
    ("//IGNORE-file a,used:why\nf();\n", "//IGNORE-file used:why\nf();\n"),
    ("/* IGNORE a, used */ f();\n", "/* IGNORE used */ f();\n"),
    ("/* IGNORE a,\n   used,\n   b: why,\n   a and b */\nf();\n", "/* IGNORE used: why,\n   a and b */\nf();\n"),
    # Codes that are part of others, or of the words around.
    ("// IGNORE use, used: why\nf();\n", "// IGNORE used: why\nf();\n"),
    ("// IGNORE unused, used, file: why\nf();\n", "// IGNORE used: why\nf();\n"),
    ("// IGNORE ignore, used: ignore\nf();\n", "// IGNORE used: ignore\nf();\n"),
    ("// IGNORE-file file, used: file\nf();\n", "// IGNORE-file used: file\nf();\n"),
    ("// IGNORE a, used, a: a\nf();\n", "// IGNORE used: a\nf();\n"),
    ("// IGNORE é, used: 😀\nf();\n", "// IGNORE used: 😀\nf();\n"),
    ("<a>\n  {/* IGNORE a, used: why */}\n  <b />\n</a>;\n", "<a>\n  {/* IGNORE used: why */}\n  <b />\n</a>;\n"),
]


@pytest.mark.parametrize("text", NO_OP)
def test_nothing_to_fix(text: str) -> None:
    assert edits_of(marked(text)) == []


@pytest.mark.parametrize(("before", "after"), [*OWN_LINE, *WITHIN_LINE, *IN_JSX, *CODES])
def test_fix(before: str, after: str) -> None:
    text = marked(before)
    edits = edits_of(text)
    assert edits
    assert apply_edits(text, edits) == marked(after)
    # Each of them can also be made without the others.
    for count in range(1, len(edits) + 1):
        for chosen in combinations(edits, count):
            check_same_code(text, apply_edits(text, chosen))
    assert edits_of(marked(after)) == []


def test_a_comment_that_names_no_codes_has_none_to_remove() -> None:
    text = marked("// IGNORE\nf();\n")
    (suppression,) = find_suppressions(parse(text, "a.ts"))
    with pytest.raises(ValueError, match="names no codes"):
        remove_codes(text, suppression=suppression, codes=("a",))


CODE = (
    *("f ( x , 'a' ) ;", "return_ = x + + y - - z ;", "const f = ( ) => { return typeof x ; } ;", "if ( x ) { }"),
    *(
        "import { a , b as c } from 'd' ;",
        "x = { a : 1 , b } ;",
        "class A { x = 1 ; y ( ) { } }",
        "f ( ) \n",
        "x \n y \n",
    ),
    *("x = <a > text {x} <b c = {y} /> </a> ;", "x = <a > \n <b /> \n </a> ;"),
)
GAPS = (
    *("", "", " ", " ", "  ", "\n", "\r\n", "\n\t", "// c\n", "/* c */"),
    *("// IGNORE a: b\n", " // IGNORE a: b\n", "/* IGNORE a: b */", " /* IGNORE a: b */ ", "/* IGNORE a, used */"),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Code with comments of all kinds between its tokens.

    None of them has a line break inside: to the grammar, that one does not end a statement.
    """
    text = ""
    for code in draw(st.lists(st.sampled_from(CODE), max_size=3)):
        for token in code.split(" "):
            apart = " " if text[-1:].isalnum() and token[:1].isalnum() else ""
            text += apart + token + draw(st.sampled_from(GAPS))
    return text


@given(texts())
@settings(max_examples=examples(300))
def test_a_fix_leaves_the_code_as_it_is(before: str) -> None:
    text = marked(before)
    assume(not parse(text, "a.tsx").tree.root_node.has_error)
    check_same_code(text, apply_edits(text, edits_of(text)))


def marked(text: str) -> bytes:
    return text.replace("IGNORE", "workflow-ls-ignore").encode()


def edits_of(text: bytes) -> list[Edit]:
    source = parse(text, "a.tsx")
    found = [
        Unused(each, tuple(code for code in each.rules if "used" not in code.split("-")))
        for each in find_suppressions(source)
    ]
    unused = tuple(each for each in found if each.rules or not each.suppression.rules)
    facts = FileFacts("a.tsx", text, (), suppressions=find_suppressions(source))
    diagnostics = check(FileContext(WORKSPACE.component(TargetResolver), facts, (), unused))
    return [edit for each in diagnostics if each.fix for file in each.fix.files for edit in file.edits]


def check_same_code(before: bytes, after: bytes) -> None:
    """Both have the same tokens, comments aside, and the same nodes around them where the grammar can tell."""
    roots = [parse(text, "a.tsx").tree.root_node for text in (before, after)]
    nodes = not any(root.has_error for root in roots)
    was, is_ = ([token for child in root.children for token in _tokens(child, nodes=nodes)] for root in roots)
    assert is_ == was


def _tokens(node: Node, *, nodes: bool) -> Iterator[str]:
    only_comments = all(child.type == "comment" for child in node.named_children)
    if node.type == "comment" or (node.type == "jsx_expression" and only_comments):
        return
    if not node.child_count:
        yield from (node.text or b"").decode().split()
    elif nodes:
        yield node.type
    for child in node.children:
        yield from _tokens(child, nodes=nodes)
