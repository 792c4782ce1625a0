"""textDocument/hover: the target of a specifier, whether it is verified, and why it is blocked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from lsprotocol import types

from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.diagnostics import Blocked, Diagnostic, Status
from workflow_ls.ide.navigation import CanonicalSymbol, LegacySymbol, symbol_at
from workflow_ls.printable import visible
from workflow_ls.reporters.markdown import code, destination, plain, prose
from workflow_ls.rewrite.target import cause_of
from workflow_ls.rules import unused_suppression
from workflow_ls.server.features.fix_reference import FIX_REFERENCE, fixable, link_arguments
from workflow_ls.server.file_view import FileView, with_file
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.table_file import hover_row
from workflow_ls.syntax.model import Reference, Suppression

MAX_NAMES = 12


async def hover(ls: WorkflowServer, params: types.HoverParams) -> types.Hover | None:
    """The hover of the specifier or suppression comment at a position; None anywhere else."""
    client, options, uri = ls.session.client, ls.session.options, params.text_document.uri
    if uri.endswith(f"/{CONFIG_FILE}"):
        return await hover_row(ls, params)
    is_saved = ls.session.unsaved.get(uri) is None

    def job(file: FileView) -> types.Hover | None:
        reading = symbol_at(file.folder.analysis.targets, file.facts, file.mapper.offset(params.position))
        if reading is None:
            return None
        page = _Page(file, markdown=client.markdown_hover)
        if isinstance(reading, Suppression):
            lines, span = _suppression(page, file, reading), reading.span
        elif isinstance(reading, CanonicalSymbol):
            lines, span = _canonical(page, reading), reading.reference.span
        else:
            span = reading.reference.span
            findings = file.folder.analysis.check_file(file.path) if options.hover_below_findings else ()
            above = next((finding for finding in findings if finding.span == span and finding.deprecated), None)
            lines = [*_legacy(page, reading, above)]
            if client.markdown_hover and client.applies_edits and options.hover_command_links and is_saved:
                lines += _command(file, uri, reading)
        kind = types.MarkupKind.Markdown if client.markdown_hover else types.MarkupKind.PlainText
        return types.Hover(types.MarkupContent(kind, page.join(lines)), file.mapper.range(span))

    return await with_file(ls, uri, job, unsaved=True)


@dataclass(frozen=True, slots=True)
class _Page:
    """Formats text as Markdown, or as plain text for a client without it."""

    file: FileView
    markdown: bool

    def code(self, text: str) -> str:
        return code(text) if self.markdown else visible(text)

    def strong(self, text: str) -> str:
        return f"**{text}**" if self.markdown else text

    def prose(self, text: str) -> str:
        """A sentence of the core: code is in backquotes, all else is literal."""
        return prose(text) if self.markdown else visible(text)

    def link(self, path: str) -> str:
        if not self.markdown:
            return visible(path)
        return f"[{plain(path)}]({destination(self.file.uri(path))})"

    def join(self, lines: Sequence[str]) -> str:
        return ("\n\n" if self.markdown else "\n").join(lines)


def _legacy(page: _Page, reading: LegacySymbol, above: Diagnostic | None) -> Iterator[str]:
    """A legacy specifier, without what its finding says, where the client shows that above it."""
    target, reference = reading.outcome.target, reading.reference
    specifiers = [page.code(specifier) for specifier, _, _ in reading.targets]
    target_text = f" → {', '.join(specifiers)}" if specifiers else ""
    status = page.strong(_LABELS[target.status])
    if above is not None:
        yield f"{_imports(page, reference)}: {status}"
    else:
        yield f"{page.code(reference.specifier)}{target_text}: {status}"
        yield _imports(page, reference)
    cause = cause_of(target)
    if cause is not None and (above is None or above.cause != cause):
        yield page.prose(cause.sentences)
    for note in reading.notes:
        yield page.prose(f"Note: {note}")
    yield f"From: {page.link(reading.source)}" if reading.source is not None else "From: (file deleted)"
    parts = () if isinstance(target, Blocked) else target.parts
    names_of = {part.specifier: [page.code(name.name) for name, _ in part.names] for part in parts}
    shown = {related.path for related in above.related} if above is not None and len(names_of) < 2 else set()
    for specifier, key, path in reading.targets:
        if path is not None and path not in shown:
            by = f" (exports key {page.code(key)})" if key is not None else ""
            names = f": {', '.join(names_of[specifier])}" if len(names_of) > 1 else ""
            yield f"To: {page.link(path)}{by}{names}"


_LABELS = {Status.VERIFIED: "verified", Status.UNVERIFIED: "not checked", Status.BLOCKED: "blocked"}


def _imports(page: _Page, reference: Reference) -> str:
    names = [f"{'type ' if name.type_only and not reference.type_only else ''}{name.name}" for name in reference.names]
    shown = [page.code(name) for name in dict.fromkeys(names)]
    more = [f"{len(shown) - MAX_NAMES} more"] if len(shown) > MAX_NAMES else []
    whole = ["all names"] if reference.whole else []
    listed = ", ".join((*shown[:MAX_NAMES], *more, *whole)) or "no names"
    return f"Imports {listed}{' (types only)' if reference.type_only else ''}"


def _canonical(page: _Page, reading: CanonicalSymbol) -> list[str]:
    lines = [page.code(reading.reference.specifier), _imports(page, reading.reference)]
    if reading.source is not None:
        by = f" (exports key {page.code(reading.key)})" if reading.key is not None else ""
        lines.append(f"Resolves to {page.link(reading.source)}{by}")
    if reading.blocked is not None:
        lines.append(page.prose(f"Not exported by the package: {reading.blocked.message}"))
    elif reading.hidden is not None:
        lines.append(page.prose(f"Exports not checked: {reading.hidden}."))
    elif reading.missing:
        missing = ", ".join(page.code(name) for name in reading.missing)
        lines.append(f"{page.strong('Missing exports')}: {missing}")
    elif reading.reference.names:
        lines.append("All names are exported")
    return lines


def _suppression(page: _Page, file: FileView, suppression: Suppression) -> list[str]:
    scope = "this file" if suppression.line is None else f"line {suppression.line + 1}"
    rules = ", ".join(page.code(rule) for rule in suppression.rules)
    lines = [f"Suppresses {rules} in {scope}" if rules else "Suppresses nothing. Name the rules to suppress."]
    if file.folder.workspace.settings.severity(unused_suppression.CODE, unused_suppression.RULE.severity) is not None:
        findings = file.folder.analysis.check_file(file.path)
        matches = (f for f in findings if f.rule == unused_suppression.CODE and f.span == suppression.span)
        unused = next(matches, None)
        lines.append("Used" if unused is None else page.prose(f"Unused: {unused.message}"))
    lines.append(page.prose(f"Reason: {suppression.reason}") if suppression.reason else "No reason given")
    return lines


def _command(file: FileView, uri: str, reading: LegacySymbol) -> Iterator[str]:
    """A link that applies the fix, for a client that runs command URIs, such as VS Code."""
    finding = fixable(file.folder.analysis, file.path, reading.reference.span.start)
    if finding is not None and finding.fix is not None:
        position = file.mapper.position(reading.reference.span.start)
        arguments = quote(json.dumps(link_arguments(uri, position, finding.fix)), safe="")
        yield f"[{plain(finding.fix.title)}](command:{FIX_REFERENCE}?{arguments})"


HANDLERS = ((types.TEXT_DOCUMENT_HOVER, hover, None),)
