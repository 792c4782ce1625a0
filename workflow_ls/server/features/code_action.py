"""textDocument/codeAction: fixes for a finding, a rule or a file, and suppression comments.

Actions are made for the present document, never from the diagnostics that a client passes along.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from lsprotocol import types

from workflow_ls.diagnostics import Applicability, Blocked, Diagnostic, FileEdit, Fix, Related, Status
from workflow_ls.printable import visible
from workflow_ls.proof.joined_fixes import FixOptions, applies, resolved_by
from workflow_ls.proof.regression import key_of
from workflow_ls.proof.taking_back import Refused
from workflow_ls.server.file_diagnostics import location_of, related_information
from workflow_ls.server.protocol.convert import Mapper, to_diagnostic
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.server.workspace_edit import (
    Changed,
    PendingEdit,
    build_edit,
    make_present,
    obstacle,
    to_pending_edit,
    to_pending_edits,
)
from workflow_ls.text import Span

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.workflow-ls"
FIX_FILE = "workflow-ls.fixFile"
SHOW_PLACE = "workflow-ls.showPlace"
REASON = "reason"
_WORKSPACE_ONLY = "other files still need this; fix all in the workspace to rewrite them as well"
MAX_PLACES = 3  # places behind one finding that can be opened
MAX_SUPPRESSED = 8  # findings in a range for which comments are offered; more would fill the menu
MAX_PROVED = 8  # findings in a range whose fixes are proved one by one; more would take too long


@dataclass(frozen=True, slots=True)
class _Offer:
    """A code action before its edit is built."""

    title: str
    kind: str
    fixes: list[types.Diagnostic]
    edits: list[PendingEdit] = field(default_factory=list)
    preferred: bool = False
    disabled: str | None = None
    place: types.Location | None = None


async def code_action(ls: WorkflowServer, params: types.CodeActionParams) -> Sequence[types.CodeAction | types.Command]:
    """The actions for the findings that touch the range; "fix all" is for the whole file."""
    session, uri = ls.session, params.text_document.uri
    location = session.locate(uri)
    kinds = [kind for kind in (QUICK_FIX, FIX_ALL) if is_wanted(kind, params.context.only)]
    if location is None or not kinds:
        return []
    directory, path = location

    def job(snapshot: SessionSnapshot) -> list[_Offer]:
        folder = snapshot.folder(directory)
        folder.look_for_answer()

        def make() -> list[_Offer]:
            return _offers(_Menu(snapshot, folder, path), params, kinds)

        offers, changing = make_present(
            snapshot, make, lambda offers: (edit for offer in offers for edit in offer.edits)
        )
        return [_without_changing(offer, changing) for offer in offers]

    offers = await session.run(job)
    if not session.client.literal_actions:
        fixable = session.client.applies_edits and any(offer.kind == FIX_ALL for offer in offers)
        return [types.Command("Fix all workflow imports in this file", FIX_FILE, arguments=[uri])] if fixable else []
    built = (_build(session, uri, offer) for offer in offers)
    return [action for action in built if action is not None]


def _without_changing(offer: _Offer, changing: Changed) -> _Offer:
    """An offer, without its edits where one of its files keeps changing."""
    reason = obstacle(offer.edits, changing)
    return offer if reason is None else replace(offer, edits=[], preferred=False, disabled=reason)


def is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a client requests a kind of action: that kind, or one that contains it (LSP 3.17, CodeActionKind).

    An empty list means any kind, as some clients send it.
    """
    if not only:
        return True
    wanted = [value.value if isinstance(value, types.CodeActionKind) else value for value in only]
    return any(not value or kind == value or kind.startswith(f"{value}.") for value in wanted)


class _Menu:
    """The actions for one file.  On the analysis thread only."""

    def __init__(self, snapshot: SessionSnapshot, folder: WorkspaceFolder, path: str) -> None:
        self.findings = folder.findings_now(path)
        self._snapshot = snapshot
        self._folder = folder
        self._path = path

    @cached_property
    def _mapper(self) -> Mapper:
        return self._snapshot.mapper(self._folder, self._path)

    def touched(self, range_: types.Range) -> list[Diagnostic]:
        """The findings that a range touches."""
        if not self.findings:
            return []
        selected = self._mapper.span(range_)
        return [finding for finding in self.findings if finding.span.touches(selected)]

    def fixes(self, findings: Sequence[Diagnostic]) -> Iterator[_Offer]:
        """The fix of each finding, or the reason why there is none."""
        options = FixOptions(unsafe=True)
        together = self._folder.prove(findings, options).refused if len(findings) > MAX_PROVED else None
        for finding in findings:
            fix, status = finding.fix, finding.status
            if fix is not None and fix.applicability is Applicability.WORKSPACE_FIX:
                yield _Offer(fix.title, QUICK_FIX, [self._to_diagnostic(finding)], disabled=_WORKSPACE_ONLY)
            elif fix is not None and (refusal := self._refusal(finding, together)) is not None:
                yield _Offer(fix.title, QUICK_FIX, [self._to_diagnostic(finding)], disabled=refusal.message)
            elif fix is not None:
                title = f"{fix.title} (not checked)" if status is Status.UNVERIFIED else fix.title
                preferred = status is not Status.UNVERIFIED and applies(finding, FixOptions())
                yield self._offer(title, (finding,), fix, preferred=preferred)
            elif status is Status.BLOCKED and finding.reason is not None:
                title = f"Replace '{finding.specifier}'" if finding.deprecated else f"Fix {finding.rule}"
                yield _Offer(title, QUICK_FIX, [self._to_diagnostic(finding)], disabled=finding.reason)

    def _refusal(self, finding: Diagnostic, together: Refused | None) -> Blocked | None:
        """Why the fix of a finding would make something worse: by itself, or `together` with those of others."""
        refused = self._folder.prove((finding,), FixOptions(unsafe=True)).refused if together is None else together
        return refused.get(key_of(finding))

    def fixes_of_rules(self, findings: Iterable[Diagnostic]) -> Iterator[_Offer]:
        """For each rule of the findings, the fix of all its findings in the file, where it has several."""
        for rule in dict.fromkeys(finding.rule for finding in findings):
            offer = self.fix_all(FixOptions(rule=rule), f"Fix all {rule} in this file", QUICK_FIX)
            if offer is not None and len(offer.fixes) > 1:
                yield offer

    def fix_all(self, options: FixOptions, title: str, kind: str) -> _Offer | None:
        """The fix of all findings in the file; None where there is nothing to fix."""
        files = self._folder.prove(self.findings, options).changes
        if not files:
            return None
        fixed = resolved_by(files)
        unchecked = sum(finding.status is Status.UNVERIFIED for finding in fixed)
        title += f" ({unchecked} not checked)" if unchecked else ""
        edits = [to_pending_edit(self._snapshot, self._folder, file) for file in files]
        return _Offer(title, kind, [self._to_diagnostic(finding) for finding in fixed], edits)

    def places(self, findings: Sequence[Diagnostic]) -> Iterator[_Offer]:
        """The keys, barrels and files that stand in the way of blocked findings, each once, to open them."""
        places = dict[tuple[str, Span | None], tuple[Related, Diagnostic]]()
        for finding in findings if len(findings) <= MAX_PROVED else ():
            for related in finding.related[:MAX_PLACES] if finding.status is Status.BLOCKED else ():
                places.setdefault((related.path, related.span), (related, finding))
        for related, finding in places.values():
            title = f"Open {posixpath.basename(related.path)}: {related.message}"
            place = location_of(self._snapshot, self._folder, related)
            yield _Offer(title, QUICK_FIX, [self._to_diagnostic(finding)], place=place)

    def suppressions(self, findings: Sequence[Diagnostic]) -> Iterator[_Offer]:
        """Comments that suppress the findings, each comment once."""
        seen: set[FileEdit] = set()
        for finding in findings if len(findings) <= MAX_SUPPRESSED else ():
            for fix in self._folder.analysis.suppressions(finding, REASON):
                if seen.isdisjoint(fix.files):
                    seen.update(fix.files)
                    yield self._offer(fix.title, (finding,), fix)

    def _offer(self, title: str, findings: Iterable[Diagnostic], fix: Fix, *, preferred: bool = False) -> _Offer:
        fixed = [self._to_diagnostic(finding) for finding in findings]
        edits = to_pending_edits(self._snapshot, self._folder, fix)
        return _Offer(title, QUICK_FIX, fixed, edits, preferred=preferred)

    def _to_diagnostic(self, finding: Diagnostic) -> types.Diagnostic:
        """A finding as it is reported, for a client to match; a diagnostic that it passed along may be outdated."""
        related = related_information(self._snapshot, self._folder, finding)
        return to_diagnostic(finding, self._mapper, self._snapshot.client, related)


def _offers(menu: _Menu, params: types.CodeActionParams, kinds: Collection[str]) -> list[_Offer]:
    touched = menu.touched(params.range)
    offers: list[_Offer] = []
    if QUICK_FIX in kinds:
        offers += menu.fixes(touched)
        offers += menu.fixes_of_rules(touched)
        offers += menu.places(touched)
        offers += menu.suppressions(touched)
    # Without a request for its kind, it is offered at findings only, and not on every line.
    if FIX_ALL in kinds and (touched or params.context.only):
        offer = menu.fix_all(FixOptions(), "Fix all workflow imports in this file", FIX_ALL)
        offers += () if offer is None else (offer,)
    return offers


def _build(session: Session, uri: str, offer: _Offer) -> types.CodeAction | None:
    action = types.CodeAction(visible(offer.title), kind=offer.kind, diagnostics=offer.fixes)
    if offer.disabled is not None:
        action.disabled = types.CodeActionDisabled(visible(offer.disabled))
        return action if session.client.disabled_actions else None
    if offer.place is not None:
        start, end = offer.place.range.start, offer.place.range.end
        where = [offer.place.uri, start.line, start.character, end.line, end.character]
        action.command = types.Command(action.title, SHOW_PLACE, arguments=where)
        return action if session.client.shows_documents else None
    action.edit = build_edit(session, offer.edits, within=uri)
    if offer.preferred and session.client.preferred_actions:
        action.is_preferred = True
    return action if action.edit is not None else None


HANDLERS = (
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        code_action,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=False),
    ),
)
