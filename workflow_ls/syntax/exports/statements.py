"""The top-level statements of a module, including those in a text that the grammar fails to parse."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tree_sitter import Parser, Range

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.exports.import_bindings import import_clause
from workflow_ls.syntax.parser import Source

if TYPE_CHECKING:
    from tree_sitter import Node

# The start of a statement at the beginning of a line; `type:` and `const,` are properties of an object.  A decorator
# may come before `export`.
_START = compile_on_use(
    rb"^(?:\xef\xbb\xbf)?(?P<text>export\b|(?:import|const|let|var|function|async|class|abstract|interface|type|enum"
    rb"|declare|namespace|module)\s+[\w$\\*{\[\"']|@)",
    re.MULTILINE,
)
_STATEMENT = compile_on_use(r"_(?:statement|declaration|signature|alias)$|^module$|^comment$")
_TEXTS = ("comment", "string_fragment", "template_string", "regex_pattern", "jsx_text", "html_comment")


class Statements(NamedTuple):
    """The statements of a file, including comments, and the offsets of those that could not be parsed."""

    nodes: Sequence[Node]
    unparsed: list[int]


def find_statements(source: Source) -> Statements:
    """Find the top-level statements of a file.

    The grammar does not know all of TypeScript.  A statement that it fails to parse may absorb the following ones, or
    break up into its parts.  If the tree has errors, each line outside an intact statement that looks like the start
    of one is therefore parsed on its own, up to the next such line or intact statement.
    """
    root = source.tree.root_node
    if not root.has_error:
        return Statements(source.top_level.nodes, [])
    nodes, unparsed = list(_intact(root, source.text)), list[int]()
    starts = list(_starts(source, root, nodes))
    # A comment, and what is indented, may be inside the statement that the grammar breaks up.
    intact = (node.start_byte for node in nodes if node.type != "comment" and node.start_point.column == 0)
    ends = sorted([*starts, *intact, len(source.text)])
    for start in starts:
        following = ends[bisect_right(ends, start)]
        point = (0, 0)  # rows and columns are not used
        parser = Parser(source.tree.language, included_ranges=[Range(point, point, start, following)])
        piece = parser.parse(source.readable).root_node
        if not piece.has_error:
            nodes += piece.named_children
        elif piece.named_children and piece.type != "ERROR" and _is_statement(piece.named_children[0]):
            nodes.append(piece.named_children[0])
        else:
            unparsed.append(start)
    return Statements(nodes, unparsed)


def _intact(root: Node, text: bytes) -> Iterator[Node]:
    """The statements without errors, except those that are parts of a broken one.

    The grammar does not know all names in an import: `import { type as as as }`.
    """
    follows_intact = True
    for node in root.children:
        is_sound = not node.has_error or (node.type == "import_statement" and import_clause(node, text) is not None)
        follows_intact = is_sound and (follows_intact or node.start_point.column == 0)
        if follows_intact and node.is_named and _STATEMENT.search(node.type):
            yield node


def _is_statement(node: Node) -> bool:
    return bool(_STATEMENT.search(node.type)) and node.type not in ("expression_statement", "labeled_statement")


def _starts(source: Source, root: Node, intact: list[Node]) -> Iterator[int]:
    following = iter(intact)
    statement = next(following, None)
    for match in _START.finditer(source.readable):
        start = match.start("text")
        while statement is not None and statement.end_byte <= start:
            statement = next(following, None)
        if statement is not None and statement.start_byte <= start:
            continue
        node = root.descendant_for_byte_range(start, start)
        if node is None or node.type not in _TEXTS:
            yield start
