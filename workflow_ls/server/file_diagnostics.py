"""The findings of a file as LSP diagnostics, for clients that pull them and for those that get them pushed.

`in_slices` runs on the loop, all else on the analysis thread.
"""

from __future__ import annotations

import hashlib
import logging
import posixpath
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from lsprotocol import types

from workflow_ls.config.problems import repeated_keys, span_of
from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.diagnostics import Diagnostic, Notice, Related, Severity
from workflow_ls.jsonc.document import parse_json
from workflow_ls.mapping.checking.table_report import RowFinding
from workflow_ls.printable import visible
from workflow_ls.server.protocol.convert import Mapper, to_diagnostic
from workflow_ls.server.session import garbage
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.text import Span
from workflow_ls.vfs.files import holds_code

log = logging.getLogger(__name__)
T = TypeVar("T")
_ERROR = types.DiagnosticSeverity.Error
SLICE_SECONDS = 0.004  # after which a long job lets other jobs run


class FileDiagnostics(NamedTuple):
    """The diagnostics of a file, and the version of its document, None for a closed file."""

    uri: str
    version: int | None
    items: list[types.Diagnostic]


async def in_slices(
    session: Session,
    directory: Path,
    within: Sequence[str],
    visit: Callable[[SessionSnapshot, WorkspaceFolder, str], T],
) -> AsyncIterator[T]:
    """Visit the files below some directories of a root that may have diagnostics, in slices between other jobs.

    Visiting a file may read a broken configuration, which is then visited as well.
    """
    done = set[str]()
    while paths := await session.run(partial(_unvisited, directory, within, frozenset(done))):
        done.update(paths)
        while paths:
            results = await session.run(partial(_visit_slice, directory, paths, visit))
            paths = paths[len(results) :]
            for result in results:
                yield result
    session.send(partial(_keep, directory))


def _keep(directory: Path, snapshot: SessionSnapshot) -> None:
    """Keep what was found out for the next process, and leave it out of the search for garbage."""
    snapshot.folder(directory).keep_facts()
    garbage.collect()


def _unvisited(
    directory: Path, within: Sequence[str], done: frozenset[str], snapshot: SessionSnapshot
) -> Sequence[str]:
    return [path for path in snapshot.folder(directory).reported_paths(within) if path not in done]


def _visit_slice(
    directory: Path,
    paths: Sequence[str],
    visit: Callable[[SessionSnapshot, WorkspaceFolder, str], T],
    snapshot: SessionSnapshot,
) -> list[T]:
    """Visit files from the start of `paths`, at least one, until the slice is over."""
    folder, results, end = snapshot.folder(directory), list[T](), time.perf_counter() + SLICE_SECONDS
    for path in paths:
        results.append(visit(snapshot, folder, path))
        if time.perf_counter() >= end:
            break
    return results


def look_unwatched(snapshot: SessionSnapshot, folder: WorkspaceFolder, *, often: bool = False) -> None:
    """Look at what changed on disk before an answer, where the client watches no files."""
    if not snapshot.client.watches:
        folder.look_for_answer(often=often)


async def look_in_slices(session: Session, directory: Path) -> None:
    """Look at what changed on disk, where the client watches no files, in slices, between which other jobs run."""

    def look_at(places: Sequence[tuple[bool, str]], snapshot: SessionSnapshot) -> None:
        snapshot.folder(directory).look_at(places)

    if not session.client.watches:
        for places in await session.run(lambda snapshot: snapshot.folder(directory).slices()):
            await session.run(partial(look_at, places))


def check_file(
    snapshot: SessionSnapshot, folder: WorkspaceFolder, path: str, *, is_proved: bool = True
) -> FileDiagnostics:
    """The diagnostics of a file: its findings, and the errors in it where it is a manifest or a configuration.

    Without `is_proved`, they are what can be said before the first proof of a large workspace.
    """
    if path.endswith(".json"):
        # The errors in a manifest or a configuration are found when it is read.
        directory = posixpath.dirname(path)
        folder.workspace.packages.package_at(directory)
        folder.workspace.packages.tsconfig_at(directory)
    findings = folder.findings_of_text(path, is_proved=is_proved)
    mapper = snapshot.mapper(folder, path)
    if findings and holds_code(path):
        # The configuration decides how its specifiers resolve, so the errors in it are reported as well.
        folder.workspace.packages.tsconfig_for(path)
    log_failures(folder, findings)
    accepted = folder.accepted(path, findings)
    items = []
    for finding in findings:
        item = to_diagnostic(finding, mapper, snapshot.client, related_information(snapshot, folder, finding))
        if finding in accepted:
            # It does not fail a check, but the place is still to be migrated.
            item.severity = types.DiagnosticSeverity.Hint
        items.append(item)
    items += [_to_error(mapper, notice) for notice in (*_notices(snapshot, folder, path), *_skipped(folder, path))]
    if path == CONFIG_FILE:
        items += table_diagnostics(folder, mapper)
    return FileDiagnostics(snapshot.uri(folder, path), snapshot.version(folder, path), items)


def _notices(snapshot: SessionSnapshot, folder: WorkspaceFolder, path: str) -> Iterator[Notice]:
    """What is wrong with a file itself, without what a client that checks JSON reports of an open one."""
    notices = folder.notices_of(path)
    text = folder.files.read(path)
    is_checked = snapshot.options.checks_json and snapshot.version(folder, path) is not None and path.endswith(".json")
    if not notices or not is_checked or text is None:
        yield from notices
        return
    document = parse_json(text, comments=posixpath.basename(path) != "package.json")
    if document.root is None or document.problems:
        return
    repeated = {span_of(document.root, problem) for problem in repeated_keys(document.root)}
    yield from (notice for notice in notices if notice.span not in repeated)


def _skipped(folder: WorkspaceFolder, path: str) -> Iterator[Notice]:
    """Why the text of a file that may have findings is not looked at, where it is there."""
    if folder.files.read(path) is not None and not folder.workspace.is_exempt(path):
        notice = folder.analysis.unreadable(path)
        if notice is not None and (notice.fatal or holds_code(path)):
            yield notice


def table_diagnostics(folder: WorkspaceFolder, mapper: Mapper) -> list[types.Diagnostic]:
    """What the workspace does not bear out of the rows in workflow-ls.json."""
    report = folder.table_report()
    return [
        to_table_diagnostic(mapper, finding)
        for finding in (() if report is None else report.findings)
        if finding.span is not None
    ]


def to_table_diagnostic(mapper: Mapper, finding: RowFinding) -> types.Diagnostic:
    """A finding about a row in LSP's form."""
    warns = finding.severity >= Severity.WARNING
    severity = types.DiagnosticSeverity.Warning if warns else types.DiagnosticSeverity.Information
    tags = [types.DiagnosticTag.Unnecessary] if finding.is_removable and not warns else None
    span = finding.span or Span(0, 0)
    return types.Diagnostic(
        mapper.range(span), visible(finding.message), severity=severity, code="mapping", source="workflow-ls", tags=tags
    )


def log_failures(folder: WorkspaceFolder, findings: Sequence[Diagnostic]) -> None:
    """Log the tracebacks of rules that failed, each once."""
    for finding in findings:
        if finding.failure and finding.failure not in folder.logged:
            folder.logged.add(finding.failure)
            log.error("%s: %s\n%s", visible(finding.path), finding.message, finding.failure)


def related_information(
    snapshot: SessionSnapshot, folder: WorkspaceFolder, finding: Diagnostic
) -> list[types.DiagnosticRelatedInformation]:
    """The locations that explain a finding."""
    return [
        types.DiagnosticRelatedInformation(location_of(snapshot, folder, related), visible(related.message))
        for related in finding.related
    ]


def location_of(snapshot: SessionSnapshot, folder: WorkspaceFolder, related: Related) -> types.Location:
    """Where a place that explains a finding is; the start of the file where it is the file as a whole."""
    uri = snapshot.uri(folder, related.path)
    if related.span is None:
        return types.Location(uri, types.Range(types.Position(0, 0), types.Position(0, 0)))
    return types.Location(uri, snapshot.mapper(folder, related.path).range(related.span))


def _to_error(mapper: Mapper, notice: Notice) -> types.Diagnostic:
    """What is wrong with a file, at its span, or on its line."""
    if notice.span is not None:
        range_ = mapper.range(notice.span)
    else:
        line = (notice.line or 1) - 1
        range_ = types.Range(types.Position(line, 0), mapper.end_of_line(line))
    severity = types.DiagnosticSeverity.Information if notice.skips and not notice.fatal else _ERROR
    return types.Diagnostic(range_, visible(notice.message), severity=severity, source="workflow-ls")


def result_id(items: list[types.Diagnostic]) -> str:
    """The identity of a report: equal for equal diagnostics."""
    return hashlib.blake2b(repr(items).encode(), digest_size=12).hexdigest()
