"""Conversions between the core and LSP: the only place where offsets become positions, and findings messages."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from workflow_ls import rules
from workflow_ls.diagnostics import Diagnostic, Severity, Status
from workflow_ls.printable import visible
from workflow_ls.server.protocol.capabilities import Client
from workflow_ls.text import Edit, Encoding, LineIndex, Position, Span, bom_length

SOURCE = "workflow-ls"
_PREVIEW = "preview"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
}


class Mapper:
    """Converts between offsets of one text and positions of a client.

    A byte order mark on disk has no column, since editors do not show it.
    """

    def __init__(self, text: bytes, encoding: Encoding, lines: LineIndex | None = None) -> None:
        """`lines` is the index of `text` where an editor sent that text; a mark in such a text is a character."""
        self._hidden = bom_length(text) if lines is None else 0
        self._lines = LineIndex(text[self._hidden :]) if lines is None else lines
        self._encoding: Encoding = encoding

    def position(self, offset: int) -> types.Position:
        """The position of a byte offset."""
        return types.Position(*self._lines.position(max(0, offset - self._hidden), self._encoding))

    def range(self, span: Span) -> types.Range:
        """The range of a span."""
        return types.Range(self.position(span.start), self.position(span.end))

    def offset(self, position: types.Position) -> int:
        """The byte offset of a position; a column past the end of the line means the line's end."""
        return self._hidden + self._lines.offset(Position(position.line, position.character), self._encoding)

    def span(self, range_: types.Range) -> Span:
        """The span of a range, its ends in order."""
        start, end = self.offset(range_.start), self.offset(range_.end)
        return Span(min(start, end), max(start, end))

    def end_of_line(self, line: int) -> types.Position:
        """The end of a line (from 0), or of the text where there are fewer lines."""
        line = min(line, self._lines.line_count - 1)
        return types.Position(*self._lines.position(self._lines.line_span(line).end, self._encoding))

    def text_edits(self, edits: Iterable[Edit]) -> list[types.TextEdit]:
        """Edits in LSP's form."""
        return [types.TextEdit(self.range(edit.span), edit.new) for edit in edits]


def to_uri(path: Path) -> str:
    """The `file:` URI of an absolute path."""
    return path.as_uri()


def to_path(uri: str) -> Path | None:
    """The absolute path of a `file:` URI (RFC 8089); None for another scheme, or an invalid path."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    name = unquote(parts.path)
    if parts.netloc not in ("", "localhost"):
        name = f"//{parts.netloc}{name}"
    elif os.name == "nt":
        name = name.lstrip("/")
    path = Path(name)
    return path if path.is_absolute() and "\0" not in name else None


def to_directory(uri: str) -> Path | None:
    """As `to_path`, for a folder: without `..` and the like, so that the paths of its files start with it."""
    path = to_path(uri)
    return None if path is None else Path(os.path.normpath(path))


def page_path(rule: str) -> Path:
    """The file of a rule's documentation page."""
    return Path(rules.__file__).with_name("pages") / f"{rule}.md"


def message_of(finding: Diagnostic) -> str:
    """The message of a finding with its reason, safe to print; the command line shows the reason separately."""
    return visible(_message_of(finding))


def _message_of(finding: Diagnostic) -> str:
    if finding.failure:
        return f"{finding.message}. The server's log has the traceback; please report it."
    if finding.reason is None:
        return finding.message
    if finding.status is Status.UNVERIFIED:
        return f"{finding.message} (not checked: {finding.reason})"
    return f"{finding.message}: {finding.reason}"


def to_diagnostic(
    finding: Diagnostic, mapper: Mapper, client: Client, related: Sequence[types.DiagnosticRelatedInformation]
) -> types.Diagnostic:
    """A finding in LSP's form (3.17, Diagnostic), limited to the client's capabilities."""
    has_page = client.code_descriptions and finding.rule
    description = types.CodeDescription(to_uri(page_path(finding.rule))) if has_page else None
    data = {"specifier": finding.specifier, "replacement": finding.replacement} if client.diagnostic_data else None
    return types.Diagnostic(
        range=mapper.range(finding.span),
        message=message_of(finding),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule or None,
        code_description=description,
        source=SOURCE,
        tags=[types.DiagnosticTag.Deprecated] if finding.deprecated and client.tags else None,
        related_information=list(related) if related and client.related else None,
        data=data,
    )


def to_workspace_edit(
    files: Sequence[tuple[str, int | None, list[types.TextEdit]]],
    client: Client,
    *,
    annotate: Sequence[str] = (),
    preview: str | None = None,
) -> types.WorkspaceEdit:
    """The edit of several files, each with its URI, version (None for a closed file) and edits.

    It has versioned `documentChanges` where the client supports them, else `changes`.  The URIs in `annotate` get a
    change annotation, so that the client can list those files separately.  `preview` is a text that the client shows
    with a list of all edits, before it makes those that the user keeps.
    """
    if not client.document_changes:
        return types.WorkspaceEdit(changes={uri: edits for uri, _, edits in files})
    label = "workflow"
    changes = [
        types.TextDocumentEdit(
            types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version),
            [
                types.AnnotatedTextEdit(label, edit.range, edit.new_text)
                if client.annotations and uri in annotate
                else edit
                for edit in edits
            ],
        )
        for uri, version, edits in files
    ]
    annotations = dict[str, types.ChangeAnnotation]()
    if client.annotations and any(uri in annotate for uri, _, _ in files):
        annotations[label] = types.ChangeAnnotation("Other files", needs_confirmation=False)
    if client.annotations and preview is not None and changes:
        # One edit that needs to be confirmed opens the list.  It changes nothing, for clients leave out all such edits
        # until the user picks them one by one.
        start = types.Position(0, 0)
        annotations[_PREVIEW] = types.ChangeAnnotation(preview, needs_confirmation=True)
        nothing = types.AnnotatedTextEdit(_PREVIEW, types.Range(start, start), "")
        changes[0].edits = [nothing, *changes[0].edits]
    return types.WorkspaceEdit(document_changes=list(changes), change_annotations=annotations or None)
