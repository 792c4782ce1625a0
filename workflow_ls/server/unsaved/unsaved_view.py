"""What can be known of a document that was never saved: where its specifiers lead, whatever file it becomes.

It is looked at in a fork of the first opened folder, as a file in no package: the workspace itself has no such file, so
that no count, fix or report has it.  What depends on the place stays unsaid: dependencies, relative paths, tests.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import TypeVar

from lsprotocol import types

from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.printable import visible
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.server.file_diagnostics import related_information
from workflow_ls.server.protocol.convert import Mapper, to_diagnostic, to_workspace_edit
from workflow_ls.server.session.documents import DocumentSnapshot
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder

T = TypeVar("T")
RULES = ("deprecated-import", "missing-name", "unexported-subpath")
"""The rules about what a specifier leads to; the others are about the place of a file."""


class UnsavedView:
    """An unsaved document, and the fork of a folder that has it.  On the analysis thread only."""

    def __init__(self, snapshot: SessionSnapshot, folder: WorkspaceFolder, document: DocumentSnapshot) -> None:
        self.snapshot = snapshot
        self.document = document
        self.mapper = Mapper(document.text, snapshot.encoding, document.lines)
        self.folder = copy.copy(folder)
        forked = folder.workspace.fork({document.path: document.text})
        self.folder.analysis = Analysis(forked, folder.analysis.codes)

    @property
    def facts(self) -> FileFacts | None:
        """What the document says."""
        return self.folder.workspace.sources.facts(self.document.path)

    def findings(self) -> Iterator[Diagnostic]:
        """The findings that hold wherever it is saved."""
        for finding in self.folder.analysis.check_file(self.document.path):
            if finding.rule in RULES and not finding.failure:
                yield finding

    def diagnostic(self, finding: Diagnostic) -> types.Diagnostic:
        """A finding as the client gets it."""
        related = related_information(self.snapshot, self.folder, finding)
        return to_diagnostic(finding, self.mapper, self.snapshot.client, related)

    def actions(self, selected: types.Range) -> Iterator[types.CodeAction]:
        """The rewrites at a range: of the text alone, since a manifest is changed once there is a package."""
        span, client = self.mapper.span(selected), self.snapshot.client
        for finding in self.findings():
            if finding.fix is None or not finding.span.touches(span):
                continue
            edits = [edit for file in finding.fix.files if file.path == self.document.path for edit in file.edits]
            if not edits:
                continue
            change = self.document.uri, self.document.version, self.mapper.text_edits(edits)
            yield types.CodeAction(
                visible(finding.fix.title),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[self.diagnostic(finding)],
                is_preferred=True if client.preferred_actions else None,
                edit=to_workspace_edit([change], client),
            )


async def with_unsaved(session: Session, uri: str, work: Callable[[UnsavedView], T]) -> T | None:
    """Run `work` on an unsaved document; None for another one, and where no folder is open."""
    document, directories = session.unsaved.get(uri), session.root_directories()
    if document is None or not directories:
        return None

    def job(snapshot: SessionSnapshot) -> T:
        return work(UnsavedView(snapshot, snapshot.folder(directories[0]), document))

    return await session.run(job)


async def unsaved_diagnostics(session: Session, uri: str) -> list[types.Diagnostic]:
    """The diagnostics of an unsaved document; none for another one."""
    return await with_unsaved(session, uri, lambda view: [view.diagnostic(each) for each in view.findings()]) or []
