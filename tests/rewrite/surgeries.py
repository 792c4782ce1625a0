"""What tests of rewriting call: a text with a reference to "old", and a plan of where its names go.

A plan reads `one: a, b -> c | two: default -> X`: the specifier of each piece, and the names that go there, each
perhaps with its new name.  A plan without names changes the specifier alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workflow_ls.rewrite.target import ImportPart
from workflow_ls.rewrite.text_edits.import_edits import rewrite
from workflow_ls.syntax.model import Reference
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.text import apply_edits

if TYPE_CHECKING:
    from tree_sitter import Node

OLD = "old"
LINE_BREAK = re.compile(r"\r\n?|\n")

Asked = Counter[tuple[str, str, str | None, bool]]
"""What a file asks for: specifier, name, local name, and whether a type suffices."""


def check_rewrite(before: str, plan: str, after: str, path: str = "a.ts") -> None:
    reference = only_reference(before, path)
    assert rewritten(before, reference, pieces_of(reference, plan), path) == after


def rewritten(before: str, reference: Reference, pieces: tuple[ImportPart, ...], path: str = "a.ts") -> str:
    """The text after the rewrite, checked for all that must be true of any."""
    text = before.encode()
    edits = rewrite(text, reference=reference, parts=pieces)
    result = apply_edits(text, edits)
    span = reference.span if reference.statement is None else reference.statement
    assert all(span.contains(edit.span) for edit in edits)

    after = result.decode()
    if not parse(text, path).tree.root_node.has_error:
        assert not parse(result, path).tree.root_node.has_error, after
    specifiers = [piece.specifier for piece in pieces]
    assert asked(after, path, specifiers) == expected(before, reference, pieces, path), after
    assert Counter(comments(after, path)) == Counter(comments(before, path)), after
    breaks = set(LINE_BREAK.findall(before))
    assert set(LINE_BREAK.findall(after)) <= (breaks or {"\n"})
    return after


def only_reference(text: str, path: str = "a.ts") -> Reference:
    references = find_references(parse(text.encode(), path), needles=("ol",))
    (reference,) = (reference for reference in references if reference.specifier == OLD)
    return reference


def pieces_of(reference: Reference, plan: str) -> tuple[ImportPart, ...]:
    left, pieces = list(reference.names), []
    for part in plan.split("|"):
        specifier, _, listed = part.strip().partition(": ")
        names = []
        for wanted in filter(None, map(str.strip, listed.split(","))):
            old, _, new = wanted.partition(" -> ")
            name = next(name for name in left if name.name == old)
            left.remove(name)
            names.append((name, new or old))
        pieces.append(ImportPart(specifier, tuple(names)))
    assert not left or not any(piece.names for piece in pieces), f"the plan leaves {left}"
    return tuple(pieces)


def asked(text: str, path: str, specifiers: Sequence[str]) -> Asked:
    source, found = parse(text.encode(), path), Counter[tuple[str, str, str | None, bool]]()
    references = {*find_references(source), *find_references(source, needles=specifiers)}
    for reference in references:
        found.update(_asked_by(reference, reference.specifier))
    return found


def expected(before: str, reference: Reference, pieces: tuple[ImportPart, ...], path: str) -> Asked:
    found = asked(before, path, [OLD])
    found.subtract(_asked_by(reference, reference.specifier))
    for piece in pieces:
        if not piece.names:
            found.update(_asked_by(reference, piece.specifier))
        found.update((piece.specifier, new_name, name.local, name.type_only) for name, new_name in piece.names)
    return +found


def comments(text: str, path: str) -> list[str]:
    stack: list[Node] = [parse(text.encode(), path).tree.root_node]
    found = []
    while stack:
        node = stack.pop()
        if node.type == "comment":
            found.append(text.encode()[node.start_byte : node.end_byte].decode())
        stack += node.children
    return found


def _asked_by(reference: Reference, specifier: str) -> Asked:
    if not reference.names:
        return Counter([(specifier, "*", None, reference.type_only)])
    return Counter((specifier, name.name, name.local, name.type_only) for name in reference.names)
