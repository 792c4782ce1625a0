"""workspace/executeCommand: tell how things stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lsprotocol import types

from workflow_ls import mapping
from workflow_ls.config import CONFIG_FILE
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.mapping.describe import describe_table
from workflow_ls.mapping.table import builtin_table
from workflow_ls.server.arguments import no_more, only_text
from workflow_ls.server.convert import message_of, to_uri
from workflow_ls.server.debug import debug_information
from workflow_ls.server.progress import StoppedError, progress
from workflow_ls.server.roots import Root
from workflow_ls.server.session import Session
from workflow_ls.server.walking import find_places, walk

STATUS = "workflow-ls.status"
SHOW_MAPPING = "workflow-ls.showMapping"
DEBUG = "workflow-ls.debugInformation"


async def status(ls: Any, *args: Any) -> dict[str, Any]:
    """Count the findings, and list them."""
    no_more(args)
    session = ls.session

    def look(_: Session, root: Root, path: str) -> list[tuple[dict[str, Any], str]]:
        package = root.workspace.package_of(path)
        owner = "" if package is None else package.name or package.directory
        return [(_told(session, root, finding), owner) for finding in root.analysis.check_file(path)]

    try:
        async with progress(ls, "Look for legacy workflow imports") as told:
            found = await walk(session, find_places(session, None), told, look)
    except StoppedError:
        return {"stopped": True}
    findings = [finding for file in found for finding in file]
    return {
        "total": len(findings),
        "files": sum(bool(file) for file in found),
        "by_rule": _count(finding["rule"] for finding, _ in findings),
        "by_status": _count(finding["status"] or "none" for finding, _ in findings),
        "by_severity": _count(finding["severity"] for finding, _ in findings),
        "by_package": _count(package for _, package in findings),
        "findings": [finding for finding, _ in findings],
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
            "mapping": describe_table(table),
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
    return Path(mapping.__file__).with_name("table.json")


HANDLERS: tuple[tuple[str, Callable[..., Any], object], ...] = ()
COMMANDS = (
    (STATUS, status),
    (SHOW_MAPPING, show_mapping),
    (DEBUG, debug),
)
