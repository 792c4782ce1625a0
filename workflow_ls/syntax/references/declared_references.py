"""The references of import and export declarations, kept where an edit leaves their statement as it was."""

from __future__ import annotations

from bisect import bisect_right

from workflow_ls.records import replace
from workflow_ls.syntax.indices.earlier_text import COMMENTS
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.text import Span


class DeclaredReferences:
    """The references of a file that nothing but their own statement decides."""

    def __init__(self, source: Source) -> None:
        is_sound = not source.tree.root_node.has_error
        self._source = source if is_sound else None
        self._found: dict[int, Reference] = source.found.setdefault(DeclaredReferences, {}) if is_sound else {}
        earlier = None if source.earlier is None else source.earlier.found.get(DeclaredReferences)
        self._before: dict[int, Reference] = earlier or {}

    def at(self, offset: int) -> Reference | None:
        """The reference at an offset of its specifier; None where it must be looked for."""
        known = self._found.get(offset)
        if known is not None or self._source is None or not self._before:
            return known
        moved = self._moved_by(offset)
        known = None if moved is None else self._before.get(offset - moved)
        if known is not None and moved is not None:
            known = self._found[offset] = _moved(known, moved)
        return known

    def _moved_by(self, offset: int) -> int | None:
        """How far an unchanged statement was moved; so must the next one be, up to which its end is looked for."""
        if self._source is None:
            return None
        nodes, starts, _, old_starts = self._source.top_level
        index = bisect_right(starts, offset) - 1
        following = index + 1
        while following < len(nodes) and nodes[following].type in COMMENTS:
            following += 1
        if index < 0 or following == len(nodes):
            return None
        old, old_next = old_starts[index], old_starts[following]
        if old is None or old_next is None or starts[following] - old_next != starts[index] - old:
            return None
        return starts[index] - old

    def keep(self, offset: int, reference: Reference) -> None:
        """Keep a reference that was found at an offset of its specifier."""
        if reference.form not in (Form.IMPORT, Form.EXPORT) or self._source is None:
            return
        starts = self._source.top_level.starts
        # Others may be read off the statements before their own.
        if reference.statement_start == starts[bisect_right(starts, reference.span.start) - 1]:
            self._found[offset] = reference


def _moved(reference: Reference, by: int) -> Reference:
    """The same reference elsewhere."""
    if not by:
        return reference
    names = tuple(replace(name, span=_moved_span(name.span, by)) for name in reference.names)
    statement = None if reference.statement is None else _moved_span(reference.statement, by)
    return replace(reference, span=_moved_span(reference.span, by), names=names, statement=statement)


def _moved_span(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
