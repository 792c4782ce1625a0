"""The code actions of one file, before they are built: each fix, or the reason why there is none."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from lsprotocol import types

from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.diagnostics import Applicability, Blocked, Diagnostic, FileEdit, Fix, Related, Status
from workflow_ls.proof.joined_fixes import FixOptions, applies, resolved_by
from workflow_ls.proof.regression import key_of
from workflow_ls.proof.taking_back import Refused
from workflow_ls.server.edits.workspace_edit import (
    PendingEdit,
    make_present,
    obstacle,
    to_pending_edit,
    to_pending_edits,
)
from workflow_ls.server.file_diagnostics import location_of, related_information, to_table_diagnostic
from workflow_ls.server.protocol.convert import Mapper, to_diagnostic
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.server.table_offers import rows_for, table_fixes
from workflow_ls.text import Span

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.workflow-ls"
REASON = "reason"
_WORKSPACE_ONLY = "other files still need this; fix all in the workspace to rewrite them as well"
MAX_PLACES = 3  # places behind one finding that can be opened
MAX_SUPPRESSED = 8  # findings in a range for which comments are offered; more would fill the menu
MAX_PROVED = 8  # findings in a range whose fixes are proved one by one; more would take too long


@dataclass(frozen=True, slots=True)
class Offer:
    """A code action before its edit is built.  `fixes` are the findings that it resolves, as the client has them."""

    title: str
    kind: str
    fixes: list[types.Diagnostic]
    edits: list[PendingEdit] = field(default_factory=list)
    preferred: bool = False
    disabled: str | None = None
    place: types.Location | None = None  # what it opens instead of an edit


def present_offers(
    snapshot: SessionSnapshot,
    folder: WorkspaceFolder,
    path: str,
    selected: types.Range,
    kinds: Collection[str],
    *,
    everywhere: bool = False,
) -> list[Offer]:
    """The actions of these kinds for the findings that a range touches, for the texts as they are now.

    "Fix all" is for the whole file; unless it is wanted `everywhere`, it is offered at findings only, and not on every
    line.  On the analysis thread only.
    """

    def make() -> list[Offer]:
        return _offers(_Menu(snapshot, folder, path), selected, kinds, everywhere=everywhere)

    offers, changing = make_present(snapshot, make, lambda offers: (edit for offer in offers for edit in offer.edits))
    reasons = [obstacle(offer.edits, changing) for offer in offers]
    return [
        offer if reason is None else replace(offer, edits=[], preferred=False, disabled=reason)
        for offer, reason in zip(offers, reasons, strict=True)
    ]


class _Menu:
    """The actions for one file.  On the analysis thread only."""

    def __init__(self, snapshot: SessionSnapshot, folder: WorkspaceFolder, path: str) -> None:
        self.findings = [finding for finding in folder.findings_now(path) if not finding.failure]
        self._snapshot = snapshot
        self._folder = folder
        self._path = path
        self.moving_import = folder.workspace.table.moving_import

    @cached_property
    def _mapper(self) -> Mapper:
        return self._snapshot.mapper(self._folder, self._path)

    def touched(self, range_: types.Range) -> list[Diagnostic]:
        """The findings that a range touches."""
        if not self.findings:
            return []
        selected = self._mapper.span(range_)
        return [finding for finding in self.findings if finding.span.touches(selected)]

    @property
    def is_table(self) -> bool:
        """Whether the file is the one with the rows of the table."""
        return self._path == CONFIG_FILE

    def fixes_of_table(self, range_: types.Range) -> Iterator[Offer]:
        """The fixes of the findings about rows that a range touches."""
        for finding, fix in table_fixes(self._folder, self._mapper.span(range_)):
            edits = to_pending_edits(self._snapshot, self._folder, fix)
            shown = [to_table_diagnostic(self._mapper, finding)]
            yield Offer(fix.title, QUICK_FIX, shown, edits, preferred=finding.replacement is not None)

    def rows(self, findings: Sequence[Diagnostic]) -> Iterator[Offer]:
        """For blocked references whose names are public elsewhere: the row of workflow-ls.json that says so."""
        for finding, fix in rows_for(self._folder, self._path, findings):
            yield self._offer(fix.title, (finding,), fix)

    def fixes(self, findings: Sequence[Diagnostic]) -> Iterator[Offer]:
        """The fix of each finding, or the reason why there is none."""
        options = FixOptions(unsafe=True)
        together = self._folder.prove(findings, options).refused if len(findings) > MAX_PROVED else None
        for finding in findings:
            fix, status = finding.fix, finding.status
            if fix is not None and fix.applicability is Applicability.WORKSPACE_FIX:
                yield Offer(fix.title, QUICK_FIX, [self._to_diagnostic(finding)], disabled=_WORKSPACE_ONLY)
            elif fix is not None and (refusal := self._refusal(finding, together)) is not None:
                yield Offer(fix.title, QUICK_FIX, [self._to_diagnostic(finding)], disabled=refusal.message)
            elif fix is not None:
                title = f"{fix.title} (not checked)" if status is Status.UNVERIFIED else fix.title
                preferred = status is not Status.UNVERIFIED and applies(finding, FixOptions())
                yield self._offer(title, (finding,), fix, preferred=preferred)
            elif status is Status.BLOCKED and finding.reason is not None:
                title = f"Replace '{finding.specifier}'" if finding.deprecated else f"Fix {finding.rule}"
                yield Offer(title, QUICK_FIX, [self._to_diagnostic(finding)], disabled=finding.reason)

    def _refusal(self, finding: Diagnostic, together: Refused | None) -> Blocked | None:
        """Why the fix of a finding would make something worse: by itself, or `together` with those of others."""
        refused = self._folder.prove((finding,), FixOptions(unsafe=True)).refused if together is None else together
        return refused.get(key_of(finding))

    def fixes_of_rules(self, findings: Iterable[Diagnostic]) -> Iterator[Offer]:
        """For each rule of the findings, the fix of all its findings in the file, where it has several."""
        for rule in dict.fromkeys(finding.rule for finding in findings):
            offer = self.fix_all(FixOptions(rule=rule), f"Fix all {rule} in this file", QUICK_FIX)
            if offer is not None and len(offer.fixes) > 1:
                yield offer

    def fix_all(self, options: FixOptions, title: str, kind: str) -> Offer | None:
        """The fix of all findings in the file; None where there is nothing to fix."""
        files = self._folder.prove(self.findings, options).changes
        if not files:
            return None
        fixed = resolved_by(files)
        unchecked = sum(finding.status is Status.UNVERIFIED for finding in fixed)
        title += f" ({unchecked} not checked)" if unchecked else ""
        edits = [to_pending_edit(self._snapshot, self._folder, file) for file in files]
        return Offer(title, kind, [self._to_diagnostic(finding) for finding in fixed], edits)

    def places(self, findings: Sequence[Diagnostic]) -> Iterator[Offer]:
        """The keys, barrels and files that stand in the way of blocked findings, each once, to open them."""
        places = dict[tuple[str, Span | None], tuple[Related, Diagnostic]]()
        for finding in findings if len(findings) <= MAX_PROVED else ():
            for related in finding.related[:MAX_PLACES] if finding.status is Status.BLOCKED else ():
                places.setdefault((related.path, related.span), (related, finding))
        for related, finding in places.values():
            title = f"Open {posixpath.basename(related.path)}: {related.message}"
            place = location_of(self._snapshot, self._folder, related)
            yield Offer(title, QUICK_FIX, [self._to_diagnostic(finding)], place=place)

    def suppressions(self, findings: Sequence[Diagnostic]) -> Iterator[Offer]:
        """Comments that suppress the findings, each comment once."""
        seen: set[FileEdit] = set()
        for finding in findings if len(findings) <= MAX_SUPPRESSED else ():
            for fix in self._folder.analysis.suppressions(finding, REASON):
                if seen.isdisjoint(fix.files):
                    seen.update(fix.files)
                    yield self._offer(fix.title, (finding,), fix)

    def _offer(self, title: str, findings: Iterable[Diagnostic], fix: Fix, *, preferred: bool = False) -> Offer:
        fixed = [self._to_diagnostic(finding) for finding in findings]
        edits = to_pending_edits(self._snapshot, self._folder, fix)
        return Offer(title, QUICK_FIX, fixed, edits, preferred=preferred)

    def _to_diagnostic(self, finding: Diagnostic) -> types.Diagnostic:
        """A finding as it is reported, for a client to match; a diagnostic that it passed along may be outdated."""
        related = related_information(self._snapshot, self._folder, finding)
        return to_diagnostic(finding, self._mapper, self._snapshot.client, related)


def _offers(menu: _Menu, selected: types.Range, kinds: Collection[str], *, everywhere: bool) -> list[Offer]:
    if menu.is_table:
        return [*menu.fixes_of_table(selected)] if QUICK_FIX in kinds else []
    touched = menu.touched(selected)
    offers: list[Offer] = []
    if QUICK_FIX in kinds:
        offers += menu.fixes(touched)
        offers += menu.rows(touched)
        offers += menu.fixes_of_rules(touched)
        offers += menu.places(touched)
        offers += menu.suppressions(touched)
    if FIX_ALL in kinds and (touched or everywhere):
        offer = menu.fix_all(FixOptions(), f"Fix all {menu.moving_import}s in this file", FIX_ALL)
        offers += () if offer is None else (offer,)
    return offers
