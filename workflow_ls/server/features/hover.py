"""textDocument/hover: where a specifier goes, whether that was checked, and what stands in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from lsprotocol import types

from workflow_ls.analysis import Analysis, FixOptions, applies
from workflow_ls.diagnostics import Diagnostic, Status
from workflow_ls.ide.navigation import CanonicalReading, LegacyReading, read_at
from workflow_ls.printable import visible
from workflow_ls.reporters.markdown import code, plain, prose
from workflow_ls.rules import unused_suppression
from workflow_ls.server.file_view import View, look
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.workspace_edit import Change, build_edit, to_changes
from workflow_ls.syntax.model import Reference, Suppression

FIX_REFERENCE = "workflow-ls.fixReference"
_MOST_NAMES = 12


async def hover(ls: WorkflowServer, params: types.HoverParams) -> types.Hover | None:
    """What there is to say of the specifier, or suppression comment, at a place; None anywhere else."""
    client, options, uri = ls.session.client, ls.session.options, params.text_document.uri

    def find(view: View) -> types.Hover | None:
        reading = read_at(view.folder.analysis.targets, view.facts, view.mapper.offset(params.position))
        if reading is None:
            return None
        page = _Page(view, markdown=client.markdown_hover)
        if isinstance(reading, Suppression):
            lines, span = _suppression(page, view, reading), reading.span
        elif isinstance(reading, CanonicalReading):
            lines, span = _canonical(page, reading), reading.reference.span
        else:
            span = reading.reference.span
            lines = [*_legacy(page, reading)]
            if client.markdown_hover and client.applies_edits and options.hover_command_links:
                lines += _command(view, uri, reading)
        kind = types.MarkupKind.Markdown if client.markdown_hover else types.MarkupKind.PlainText
        return types.Hover(types.MarkupContent(kind, page.join(lines)), view.mapper.range(span))

    return await look(ls, uri, find)


async def fix_reference(ls: Any, *arguments: Any) -> bool:
    """The command behind a hover's link: apply the fix of the finding at (URI, line, character), if there is one."""
    if len(arguments) != 3 or not isinstance(arguments[0], str) or not _are_counts(arguments[1:]):
        return False
    uri, position = arguments[0], types.Position(*arguments[1:])

    def find(view: View) -> list[Change]:
        offset = view.mapper.offset(position)
        finding = _fixable(view.folder.analysis, view.path, offset)
        return [] if finding is None or finding.fix is None else to_changes(view.session, view.folder, finding.fix)

    changes = await look(ls, uri, find)
    edit = build_edit(ls.session, changes, here=uri) if changes else None
    if edit is None or not ls.session.client.applies_edits:
        return False
    params = types.ApplyWorkspaceEditParams(edit, label="Rewrite a workflow import")
    return bool((await ls.workspace_apply_edit_async(params)).applied)


def _are_counts(values: Sequence[object]) -> bool:
    return all(isinstance(value, int) and not isinstance(value, bool) and value >= 0 for value in values)


def _fixable(analysis: Analysis, path: str, offset: int) -> Diagnostic | None:
    """The finding at an offset whose fix "fix all" would apply, too."""
    return next(
        (
            finding
            for finding in analysis.check_file(path)
            if finding.deprecated
            and finding.span.start <= offset <= finding.span.end
            and applies(finding, FixOptions())
        ),
        None,
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """Writes for a client that reads Markdown, or for one that does not."""

    view: View
    markdown: bool

    def code(self, text: str) -> str:
        return code(text) if self.markdown else visible(text)

    def strong(self, text: str) -> str:
        return f"**{text}**" if self.markdown else text

    def prose(self, text: str) -> str:
        """A sentence of the core, which quotes code with backquotes and means all else as it stands."""
        return prose(text) if self.markdown else visible(text)

    def link(self, path: str) -> str:
        if not self.markdown:
            return visible(path)
        uri = self.view.uri(path).replace("(", "%28").replace(")", "%29")  # which would end the link
        return f"[{plain(path)}]({uri})"

    def join(self, lines: Sequence[str]) -> str:
        return ("\n\n" if self.markdown else "\n").join(lines)


def _legacy(page: _Page, reading: LegacyReading) -> Iterator[str]:
    target, reference = reading.outcome.target, reading.reference
    specifiers = [page.code(specifier) for specifier, _, _ in reading.targets]
    goes = f" → {', '.join(specifiers)}" if specifiers else ""
    yield f"{page.code(reference.specifier)}{goes}: {page.strong(_LABELS[target.status])}"
    yield _asked(page, reference)
    if target.reason is not None:
        yield page.prose(f"{target.reason[0].upper()}{target.reason[1:]}.")
    for note in reading.notes:
        yield page.prose(f"Note: {note}")
    yield f"From: {page.link(reading.source)}" if reading.source is not None else "From: a file that is gone"
    parts = {piece.specifier: [page.code(name.name) for name, _ in piece.names] for piece in target.pieces}
    for specifier, key, path in reading.targets:
        if path is not None:
            by = f", by the exports key {page.code(key)}" if key is not None else ""
            names = f": {', '.join(parts[specifier])}" if len(parts) > 1 else ""
            yield f"To: {page.link(path)}{by}{names}"


_LABELS = {Status.VERIFIED: "verified", Status.UNVERIFIED: "not checked", Status.BLOCKED: "blocked"}


def _asked(page: _Page, reference: Reference) -> str:
    names = [f"{'type ' if name.type_only and not reference.type_only else ''}{name.name}" for name in reference.names]
    shown = [page.code(name) for name in dict.fromkeys(names)]
    more = [f"{len(shown) - _MOST_NAMES} more"] if len(shown) > _MOST_NAMES else []
    whole = ["any name"] if reference.whole else []
    listed = ", ".join((*shown[:_MOST_NAMES], *more, *whole)) or "no name"
    return f"Asks for {listed}{' (types only)' if reference.type_only else ''}"


def _canonical(page: _Page, reading: CanonicalReading) -> list[str]:
    lines = [page.code(reading.reference.specifier), _asked(page, reading.reference)]
    if reading.source is not None:
        by = f", by the exports key {page.code(reading.key)}" if reading.key is not None else ""
        lines.append(f"Is {page.link(reading.source)}{by}")
    if reading.failure is not None:
        action = f"; {reading.unblock}" if reading.unblock else ""
        lines.append(page.prose(f"The package does not serve it: {reading.failure}{action}."))
    elif reading.hidden is not None:
        lines.append(page.prose(f"Whether it exports the names can't be told: {reading.hidden}."))
    elif reading.missing:
        missing = ", ".join(page.code(name) for name in reading.missing)
        lines.append(f"{page.strong('Not exported there')}: {missing}")
    elif reading.reference.names:
        lines.append("All of them are exported there")
    return lines


def _suppression(page: _Page, view: View, suppression: Suppression) -> list[str]:
    place = "this file" if suppression.line is None else f"line {suppression.line + 1}"
    rules = ", ".join(page.code(rule) for rule in suppression.rules)
    lines = [f"Suppresses {rules} in {place}" if rules else "Suppresses nothing: it names no rule"]
    if view.folder.workspace.settings.severity(unused_suppression.CODE, unused_suppression.RULE.severity) is not None:
        findings = view.folder.analysis.check_file(view.path)
        here = (f for f in findings if f.rule == unused_suppression.CODE and f.span == suppression.span)
        unused = next(here, None)
        lines.append("It is used" if unused is None else page.prose(f"Unused: {unused.message}"))
    lines.append(page.prose(f"Reason: {suppression.reason}") if suppression.reason else "No reason is given")
    return lines


def _command(view: View, uri: str, reading: LegacyReading) -> Iterator[str]:
    """A link that applies the fix: what a client runs for it is up to the client (VS Code, command URIs)."""
    finding = _fixable(view.folder.analysis, view.path, reading.reference.span.start)
    if finding is not None and finding.fix is not None:
        position = view.mapper.position(reading.reference.span.start)
        arguments = quote(json.dumps([uri, position.line, position.character]), safe="")
        yield f"[{plain(finding.fix.title)}](command:{FIX_REFERENCE}?{arguments})"


HANDLERS = ((types.TEXT_DOCUMENT_HOVER, hover, None),)
COMMANDS = ((FIX_REFERENCE, fix_reference),)
