"""Comments that silence rules: `// workflow-ls-ignore RULE[, RULE]: reason`, and `workflow-ls-ignore-file`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.indices.text_parts import places
from workflow_ls.syntax.model import MARKER, Suppression
from workflow_ls.syntax.parser import Source
from workflow_ls.text import LineIndex, Span

if TYPE_CHECKING:
    from tree_sitter import Node

_COMMENT = compile_on_use(
    rb"(?://|/\*)\s*" + MARKER.encode() + rb"(?P<file>-file)?(?![\w-])(?P<rules>[^:]*)(?::(?P<reason>.*))?", re.DOTALL
)
_RULES = compile_on_use(r"[\w-]+(?:\s*,\s*[\w-]+)*")
_SPACE = compile_on_use(rb"\s*")


def find_suppressions(source: Source) -> tuple[Suppression, ...]:
    """The suppressions of a file, in file order.

    A comment that names no rule, or anything but rules, has no rules.  A comment silences the next line with code,
    across other comments and empty lines, even if there is code on its own line.
    """
    text, marker = source.text, MARKER.encode()
    found: list[Suppression] = []
    lines: LineIndex | None = None
    known: dict[int, int] = {}
    done = 0
    for offset in places(source.parts, marker):
        comment = source.ancestry.node_at(offset, offset + len(marker)) if offset >= done else None
        if comment is not None and comment.type == "comment":
            done = comment.end_byte
            match = _COMMENT.match(text, comment.start_byte, _inner_end(text, comment))
            if match is not None and match.start("rules") >= offset:
                lines = lines or LineIndex(text)
                line = None if match["file"] else _silenced_line(source, lines, comment, known)
                found.append(_suppression(match, Span(comment.start_byte, done), line))
    return tuple(found)


def suppressions_by_line(suppressions: Iterable[Suppression]) -> dict[int | None, list[Suppression]]:
    """Suppressions by the line that each silences; None for the whole file."""
    found = dict[int | None, list[Suppression]]()
    for suppression in suppressions:
        found.setdefault(suppression.line, []).append(suppression)
    return found


def _suppression(match: re.Match[bytes], span: Span, line: int | None) -> Suppression:
    listed = match["rules"].decode("utf-8", "replace").strip()
    rules = tuple(re.split(r"\s*,\s*", listed)) if _RULES.fullmatch(listed) else ()
    reason = " ".join((match["reason"] or b"").decode("utf-8", "replace").split())
    return Suppression(rules, reason, span, line)


def _inner_end(text: bytes, comment: Node) -> int:
    closed = text.startswith(b"/*", comment.start_byte) and text.endswith(b"*/", 0, comment.end_byte)
    return comment.end_byte - 2 if closed else comment.end_byte


def _silenced_line(source: Source, lines: LineIndex, comment: Node, known: dict[int, int]) -> int:
    """The next line with code after the end of a comment; the next line if no code follows."""
    comment_line = lines.line_at(comment.end_byte)
    offset = comment.end_byte
    while (offset := _next_code(source, offset, known)) < len(source.text):
        line = lines.line_at(offset)
        if line > comment_line:
            return line
        offset = lines.line_span(line).end
    return comment_line + 1


def _next_code(source: Source, offset: int, known: dict[int, int]) -> int:
    """Where the next code is, across comments; the end of the text if there is none.

    `known` has what was found from other places, since comments may be stacked by the thousand.
    """
    text = source.text
    passed = list[int]()
    while (offset := _after_space(text, offset)) < len(text) and offset not in known:
        node = source.ancestry.node_at(offset, offset + 1)
        if node is not None and node.type == "comment":
            passed.append(offset)
            offset = node.end_byte
        elif node is not None and _encloses_comment(source, node):
            passed.append(offset)
            offset += 1
        else:
            break
    found = known.get(offset, offset)
    known.update(dict.fromkeys(passed, found))
    return found


def _encloses_comment(source: Source, brace: Node) -> bool:
    """Whether a brace belongs to a JSX `{/* … */}`."""
    parent = source.ancestry.parent(brace)
    if brace.type not in {"{", "}"} or parent is None or parent.type != "jsx_expression":
        return False
    return all(child.type == "comment" for child in parent.named_children)


def _after_space(text: bytes, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return offset if match is None else match.end()
