"""Notices for the user about mistakes in JSON files."""

from __future__ import annotations

from workflow_ls.diagnostics import Notice
from workflow_ls.jsonc.document import Document
from workflow_ls.text import Span, line_of


def first_mistake(document: Document, path: str) -> Notice | None:
    """A notice of the first mistake in the file at `path`; None if there is none."""
    if not document.problems:
        return None
    return notice_at(document, path, document.problems[0].span, document.problems[0].message)


def notice_at(document: Document, path: str, span: Span | None, message: str) -> Notice:
    """A notice about a place in the file at `path`, or about the file as a whole."""
    line = None if span is None else line_of(document.text, span.start)
    return Notice(path, message, line, span=span)
