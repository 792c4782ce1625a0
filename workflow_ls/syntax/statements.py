"""The top-level statements of a module, also where the grammar loses its way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Parser, Range

from workflow_ls.syntax.parser import Source

if TYPE_CHECKING:
    from tree_sitter import Node

# What starts a statement at the beginning of a line; `type:` and `const,` are members of something.
_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?(?:export\b|(?:import|const|let|var|function|async|class|abstract|interface|type|enum|declare"
    rb"|namespace|module)\s+[\w$*{\[\"'])",
    re.MULTILINE,
)
_STATEMENT = re.compile(r"_(?:statement|declaration|signature|alias)$|^module$|^comment$")
_TEXTS = ("comment", "string_fragment", "template_string", "regex_pattern", "jsx_text", "html_comment")


def find_statements(source: Source) -> Iterator[Node]:
    """The statements of a file, comments among them.

    The grammar does not know all of TypeScript, and what it does not know may swallow what follows.  So where the
    tree has errors, each line outside a sound statement that looks like the start of one is parsed by itself, up to
    the next such line.
    """
    root = source.tree.root_node
    if not root.has_error:
        yield from root.named_children
        return
    sound = [node for node in root.named_children if not node.has_error and _STATEMENT.search(node.type)]
    yield from sound
    starts = list(_starts(source, root, sound))
    for start, end in zip(starts, (*starts[1:], len(source.text))):
        here = (0, 0)  # rows and columns are nobody's business here
        parser = Parser(source.tree.language, included_ranges=[Range(here, here, start, end)])
        yield from parser.parse(source.text).root_node.named_children


def _starts(source: Source, root: Node, sound: list[Node]) -> Iterator[int]:
    following = iter(sound)
    statement = next(following, None)
    for match in _START.finditer(source.text):
        while statement is not None and statement.end_byte <= match.start():
            statement = next(following, None)
        if statement is not None and statement.start_byte <= match.start():
            continue
        node = root.descendant_for_byte_range(match.start(), match.start())
        if node is None or node.type not in _TEXTS:
            yield match.start()
