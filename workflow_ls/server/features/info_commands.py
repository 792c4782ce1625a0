"""workspace/executeCommand: tell how things stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from lsprotocol import types

from workflow_ls import config
from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.config.table_json import table_to_json
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.reporters.status import to_data
from workflow_ls.server.arguments import no_more, only_text
from workflow_ls.server.convert import message_of, to_uri
from workflow_ls.server.debug import debug_information
from workflow_ls.server.progress import StoppedError, progress
from workflow_ls.server.session import Session
from workflow_ls.server.workspace_folder import Root
from workflow_ls.server.workspace_walk import find_places, walk
from workflow_ls.status import StatusReport, joined, status_of

STATUS = "workflow-ls.status"
SHOW_MAPPING = "workflow-ls.showMapping"
DEBUG = "workflow-ls.debugInformation"


class _Seen(NamedTuple):
    """One file as the status saw it: what the client is told of its findings, and what the core is."""

    directory: Path
    path: str
    package: str
    told: list[dict[str, Any]]
    findings: tuple[Diagnostic, ...]


async def status(ls: Any, *args: Any) -> dict[str, Any]:
    """Count the findings and list them; tell the requirements and the progress, as `status --format json` does.

    A place of a requirement has a `uri` in place of the path, and its line counts from 0.
    """
    no_more(args)
    session = ls.session

    def look(_: Session, root: Root, path: str) -> _Seen:
        package = root.workspace.package_of(path)
        owner = "" if package is None else package.name or package.directory
        findings = root.analysis.check_file(path)
        return _Seen(root.directory, path, owner, [_told(session, root, finding) for finding in findings], findings)

    places = find_places(session, None)
    try:
        async with progress(ls, "Look for legacy workflow imports") as told:
            seen = await walk(session, places, told, look)
    except StoppedError:
        return {"stopped": True}
    findings = [finding for file in seen for finding in file.told]
    return {
        "total": len(findings),
        "files": sum(bool(file.told) for file in seen),
        "by_rule": _count(finding["rule"] for finding in findings),
        "by_status": _count(finding["status"] or "none" for finding in findings),
        "by_severity": _count(finding["severity"] for finding in findings),
        "by_package": _count(file.package for file in seen for _ in file.told),
        "findings": findings,
        **await session.run(partial(_criteria, session, [directory for directory, _ in places], seen)),
    }


async def show_mapping(ls: Any, *args: Any) -> dict[str, Any]:
    """Tell the table in force, and open the file that it is kept in, or that the workspace changes it by.

    Of several roots, it is that of the file with a URI, if one is given, else of the first folder.
    """
    session = ls.session
    place = session.place(only_text(args)) if args else None
    directory = place[0] if place is not None else next((place[0] for place in find_places(session, None)), None)

    def look() -> dict[str, Any]:
        root = None if directory is None else session.root(directory)
        table = builtin_table() if root is None else root.workspace.table
        configured = root is not None and root.files.kind(CONFIG_FILE) == "file"
        return {
            "root": None if directory is None else to_uri(directory),
            "table": to_uri(_table_file()),
            "config": session.uri(root, CONFIG_FILE) if root is not None and configured else None,
            "problems": [] if root is None else [f"{CONFIG_FILE}:{p.line}: {p.message}" for p in root.problems],
            "mapping": table_to_json(table),
        }

    told: dict[str, Any] = await session.run(look)
    if session.client.shows_documents:
        shown = types.ShowDocumentParams(told["config"] or told["table"], take_focus=True)
        await ls.window_show_document_async(shown)
    return told


async def debug(ls: Any, *args: Any) -> dict[str, Any]:
    """Tell what a bug report needs."""
    no_more(args)
    return await debug_information(ls)


def _criteria(session: Session, directories: Sequence[Path], seen: Sequence[_Seen]) -> dict[str, Any]:
    """The requirements and the progress of all roots together.  On the thread of the analysis only."""
    reports = []
    for directory in directories:
        root = session.root(directory)
        files = [file for file in seen if file.directory == directory]
        findings = [finding for file in files for finding in file.findings]
        report = status_of(root.analysis, findings, [file.path for file in files])
        reports.append(_with_uris(session, root, report))
    if not reports:
        return {"requirements": [], "surfaces": [], "packages": [], "summary": None}
    data: dict[str, Any] = to_data(joined(reports))
    for requirement in data["requirements"]:
        requirement["places"] = [{"uri": place["path"], "line": place["line"] - 1} for place in requirement["places"]]
    return data


def _with_uris(session: Session, root: Root, report: StatusReport) -> StatusReport:
    """The report with URIs as the paths of its places, which tell the roots apart."""
    requirements = (
        replace(criterion, places=tuple(p._replace(path=session.uri(root, p.path)) for p in criterion.places))
        for criterion in report.requirements
    )
    return replace(report, requirements=tuple(requirements))


def _told(session: Session, root: Root, finding: Diagnostic) -> dict[str, Any]:
    place = session.mapper(root, finding.path).range(finding.span)
    return {
        "uri": session.uri(root, finding.path),
        "range": {
            "start": {"line": place.start.line, "character": place.start.character},
            "end": {"line": place.end.line, "character": place.end.character},
        },
        "rule": finding.rule,
        "severity": finding.severity.label,
        "status": None if finding.status is None else finding.status.value,
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
    (DEBUG, debug),
)
