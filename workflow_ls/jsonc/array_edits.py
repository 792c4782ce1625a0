"""Edits of JSON arrays that keep comments, order and formatting of what they do not change."""

from __future__ import annotations

from workflow_ls.jsonc.formatting import formatter_at, has_entry_lines, line_indent
from workflow_ls.jsonc.tree import Node
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Edit, Span


def append_item(text: bytes, node: Node, data: object) -> tuple[Edit, ...]:
    """Append an item to an array, formatted as the last one is; no edits for another node."""
    if node.kind != "array":
        return ()
    formatter = formatter_at(text, node)
    if not node.items:
        indent = line_indent(text, node.span.start)
        value = formatter.value(data, [], indent + formatter.indent_unit, multiline=False)
        return (Edit(Span(node.span.start + 1, node.span.start + 1), value),)
    last, multiline = node.items[-1], has_entry_lines(text, node)
    indent = line_indent(text, last.span.start)
    value = formatter.value(data, tuple(reversed(node.items)), indent, multiline=multiline)
    separator = formatter.new_line(indent) if multiline else formatter.comma_space
    end = last.span.end
    comment = _LINE_COMMENT.match(text, end) if multiline else None
    if comment is None:
        return (Edit(Span(end, end), f",{separator}{value}"),)
    # The comment is about the last item, and stays on its line.
    after = Edit(Span(comment.end(), comment.end()), f"{separator}{value}{',' if comment['comma'] else ''}")
    return (after,) if comment["comma"] else (Edit(Span(end, end), ","), after)


_LINE_COMMENT = compile_on_use(rb"(?P<comma>[ \t]*,)?[ \t]*//[^\r\n]*")
