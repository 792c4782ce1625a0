"""workspace/executeCommand: read-only commands, for the status, the table and debug information."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from workflow_ls import config
from workflow_ls.causes import causes_of
from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.config.table_json import table_to_json
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.reporters.status.status_report import to_data
from workflow_ls.server.debug import debug_information
from workflow_ls.server.features.code_action import SHOW_PLACE
from workflow_ls.server.protocol.arguments import no_arguments, single_uri
from workflow_ls.server.protocol.convert import message_of, to_uri
from workflow_ls.server.protocol.work_done_progress import StoppedError, work_done_progress
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.server.workspace_walk import for_each_file, opened_folders, workspace_roots
from workflow_ls.status import SourceLine, StatusReport, combine_reports, status_of

STATUS = "workflow-ls.status"
SHOW_MAPPING = "workflow-ls.showMapping"
DEBUG = "workflow-ls.debugInformation"


class _CheckedFile(NamedTuple):
    """The findings of one file, and the same as plain JSON."""

    directory: Path
    path: str
    package: str
    findings: tuple[Diagnostic, ...]
    data: list[dict[str, Any]]


async def status(ls: WorkflowServer, *args: object) -> dict[str, Any]:
    """List and count the findings; add the requirements and the progress, as `status --format json` does.

    Each finding has its `package`, and as `cause` the index of what blocks it among `causes`, None where nothing does.

    A place of a requirement or of a cause has a `uri` instead of the path, and its line counts from 0.
    """
    no_arguments(args)
    session, roots = ls.session, opened_folders(ls.session)
    try:
        async with work_done_progress(ls, "Check workflow imports") as progress:
            files = await for_each_file(session, roots, progress, _check)
    except StoppedError:
        return {"stopped": True}
    findings = [finding for file in files for finding in file.data]
    further = await session.run(partial(_requirements, [root.directory for root in roots], files))
    return {
        "total": len(findings),
        "files": sum(bool(file.data) for file in files),
        "by_rule": _count(finding["rule"] for finding in findings),
        "by_status": _count(finding["status"] or "none" for finding in findings),
        "by_severity": _count(finding["severity"] for finding in findings),
        "by_package": _count(file.package for file in files for _ in file.data),
        "findings": findings,
        **further,
    }


def _check(snapshot: SessionSnapshot, folder: WorkspaceFolder, path: str) -> _CheckedFile:
    package = folder.workspace.packages.package_of(path)
    name = "" if package is None else package.name or package.directory
    findings = folder.analysis.check_file(path)
    data = [{**_to_data(snapshot, folder, finding), "package": name, "cause": None} for finding in findings]
    return _CheckedFile(folder.directory, path, name, findings, data)


async def show_mapping(ls: WorkflowServer, *args: object) -> dict[str, Any]:
    """Return the table in force, and open its file, or the configuration where that changes the table.

    It is the table of the file with a URI where one is given, else of the first folder.
    """
    session = ls.session
    location = session.locate(single_uri(args)) if args else None
    if location is not None:
        directory: Path | None = location.directory
    else:
        directory = next((root.directory for root in workspace_roots(session)), None)

    def job(snapshot: SessionSnapshot) -> dict[str, Any]:
        folder = None if directory is None else snapshot.folder(directory)
        table = builtin_table() if folder is None else folder.workspace.table
        configured = folder is not None and folder.files.kind(CONFIG_FILE) == "file"
        return {
            "root": None if directory is None else to_uri(directory),
            "table": to_uri(_table_file()),
            "config": snapshot.uri(folder, CONFIG_FILE) if folder is not None and configured else None,
            "problems": [] if folder is None else [f"{CONFIG_FILE}:{p.line}: {p.message}" for p in folder.problems],
            "mapping": table_to_json(table),
        }

    mapping: dict[str, Any] = await session.run(job)
    if session.client.shows_documents:
        params = types.ShowDocumentParams(mapping["config"] or mapping["table"], take_focus=True)
        await ls.window_show_document_async(params)
    return mapping


async def show_place(ls: WorkflowServer, *arguments: Any) -> bool:
    """Have the client show (URI, line, character, end line, end character); returns whether it did."""
    match arguments:
        case [str(uri), int(line), int(character), int(end_line), int(end_character)]:
            selection = types.Range(types.Position(line, character), types.Position(end_line, end_character))
        case _:
            raise JsonRpcInvalidParams("the arguments must be a URI, line, character, end line and end character")
    if not ls.session.client.shows_documents:
        return False
    shown = await ls.window_show_document_async(types.ShowDocumentParams(uri, take_focus=True, selection=selection))
    return shown.success


async def debug(ls: WorkflowServer, *args: object) -> dict[str, Any]:
    """Return the debug information for a bug report."""
    no_arguments(args)
    return await debug_information(ls)


def _requirements(
    directories: Sequence[Path], files: Sequence[_CheckedFile], snapshot: SessionSnapshot
) -> dict[str, Any]:
    """The requirements and the progress of all roots together.  On the analysis thread only."""
    reports = []
    for directory in directories:
        folder = snapshot.folder(directory)
        in_folder = [file for file in files if file.directory == directory]
        findings = [finding for file in in_folder for finding in file.findings]
        report = status_of(folder.analysis, findings, [file.path for file in in_folder])
        reports.append(_with_uris(snapshot, folder, report))
    if not reports:
        return {"requirements": [], "surfaces": [], "packages": [], "causes": [], "missing": "", "summary": None}
    data: dict[str, Any] = to_data(combine_reports(reports))
    numbers = {(cause["reason"], cause["remedy"]): number for number, cause in enumerate(data["causes"])}
    for directory in directories:
        _add_causes(numbers, [file for file in files if file.directory == directory])
    for entry in (*data["requirements"], *data["causes"]):
        entry["places"] = [{"uri": place["path"], "line": place["line"] - 1} for place in entry["places"]]
    return data


def _add_causes(numbers: Mapping[tuple[str, str], int], files: Sequence[_CheckedFile]) -> None:
    """Add to the findings of one root the number of the cause that blocks each."""
    pairs = [pair for file in files for pair in zip(file.findings, file.data, strict=True)]
    data_of = {id(finding): data for finding, data in pairs}
    for cause in causes_of(finding for finding, _ in pairs):
        for finding in cause.findings:
            data_of[id(finding)]["cause"] = numbers[cause.reason, cause.remedy]


def _with_uris(snapshot: SessionSnapshot, folder: WorkspaceFolder, report: StatusReport) -> StatusReport:
    """The report with URIs as the paths of its places: the same path may be in several roots."""

    def located(places: Iterable[SourceLine]) -> tuple[SourceLine, ...]:
        return tuple(place._replace(path=snapshot.uri(folder, place.path)) for place in places)

    requirements = (replace(each, places=located(each.places)) for each in report.requirements)
    causes = (replace(cause, places=located(cause.places)) for cause in report.causes)
    return replace(report, requirements=tuple(requirements), causes=tuple(causes))


def _to_data(snapshot: SessionSnapshot, folder: WorkspaceFolder, finding: Diagnostic) -> dict[str, Any]:
    range_ = snapshot.mapper(folder, finding.path).range(finding.span)
    return {
        "uri": snapshot.uri(folder, finding.path),
        "range": {
            "start": {"line": range_.start.line, "character": range_.start.character},
            "end": {"line": range_.end.line, "character": range_.end.character},
        },
        "rule": finding.rule,
        "severity": finding.severity.label,
        "status": None if finding.status is None else finding.status.value,
        "fix": None if finding.fix is None else finding.fix.applicability.value,
        "message": message_of(finding),
    }


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def _table_file() -> Path:
    return Path(config.__file__).with_name("table.json")


HANDLERS: tuple[tuple[str, Callable[..., Any], object], ...] = ()
COMMANDS = (
    (STATUS, status),
    (SHOW_MAPPING, show_mapping),
    (SHOW_PLACE, show_place),
    (DEBUG, debug),
)
