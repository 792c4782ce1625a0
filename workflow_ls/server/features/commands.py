"""workspace/executeCommand: fix a file or the workspace, and tell how things stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from workflow_ls.analysis import FixOptions
from workflow_ls.config import CONFIG_FILE
from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.mapping.describe import describe_table
from workflow_ls.reporters.base import counted
from workflow_ls.server.convert import message_of, to_path, to_uri
from workflow_ls.server.debug import debug_information
from workflow_ls.server.features.actions import FIX_FILE
from workflow_ls.server.fixing import Change, build_edit, fixable_paths, is_on_disk, to_change
from workflow_ls.server.progress import Progress, StoppedError, progress
from workflow_ls.server.roots import Root
from workflow_ls.server.session import Session
from workflow_ls.workspace.files import is_within
from workflow_ls.workspace.root import find_root

if TYPE_CHECKING:
    from workflow_ls.server.app import WorkflowServer

T = TypeVar("T")
Place = tuple[Path, str]
"""A root directory, and a path below it."""

FIX_WORKSPACE = "workflow-ls.fixWorkspace"
STATUS = "workflow-ls.status"
SHOW_MAPPING = "workflow-ls.showMapping"
DEBUG = "workflow-ls.debugInformation"
_LABEL = "Fix workflow imports"
_BATCH = 16  # files between which other work gets its turn
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What fixing a file comes to: its change, if any, how many findings that settles, and how many are left."""

    change: Change | None
    settled: int
    left: int


async def fix_file(ls: Any, *args: Any) -> dict[str, Any]:
    """Fix all that can be fixed in the file with a URI."""
    place = ls.session.place(_only_text(args))
    if place is None:
        return _outcome((), reason="it is not a file of a workspace")
    directory, path = place

    async def find() -> list[_Fixed]:
        return [await ls.session.run(lambda: _fix(ls.session, ls.session.root(directory), path))]

    return await _apply(ls, find, [directory])


async def fix_workspace(ls: Any, *args: Any) -> dict[str, Any]:
    """Fix all that can be fixed in the open folders, or in the folder with a URI, by one edit."""
    places = _places(ls.session, _only_text(args) if args else None)
    roots = [directory for directory, _ in places]
    if not _can_apply(ls):
        return _outcome((), reason=_CANNOT_APPLY)
    try:
        async with progress(ls, _LABEL) as told:
            # What is changed must be what is there now, also where the client watches no files.
            await ls.session.run(lambda: [ls.session.root(directory).changed_on_disk([""]) for directory in roots])

            async def find() -> list[_Fixed]:
                return await _walk(ls, places, told, _fix)

            outcome = await _apply(ls, find, roots, stopped=told.check)
    except StoppedError:
        return _outcome((), reason="stopped; nothing was changed")
    if outcome["applied"] and outcome["fixed"]:
        left = f"; {outcome['left']} left" if outcome["left"] else ""
        done = f"{counted(outcome['fixed'], 'finding')} fixed in {counted(outcome['files'], 'file')}{left}."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, done))
    return outcome


async def status(ls: Any, *args: Any) -> dict[str, Any]:
    """Count the findings, and list them."""
    _no_more(args)
    session = ls.session

    def look(_: Session, root: Root, path: str) -> list[tuple[dict[str, Any], str]]:
        package = root.workspace.package_of(path)
        owner = "" if package is None else package.name or package.directory
        return [(_told(session, root, finding), owner) for finding in root.analysis.check_file(path)]

    try:
        async with progress(ls, "Look for legacy workflow imports") as told:
            found = await _walk(ls, _places(session, None), told, look)
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
    place = session.place(_only_text(args)) if args else None
    directory = place[0] if place is not None else next((place[0] for place in _places(session, None)), None)

    def look() -> dict[str, Any]:
        from workflow_ls.mapping.table import builtin_table

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

    mapping: dict[str, Any] = await session.run(look)
    if session.client.shows_documents:
        shown = types.ShowDocumentParams(mapping["config"] or mapping["table"], take_focus=True)
        await ls.window_show_document_async(shown)
    return mapping


async def debug(ls: Any, *args: Any) -> dict[str, Any]:
    """Tell what a bug report needs."""
    _no_more(args)
    return await debug_information(ls)


async def _apply(
    ls: WorkflowServer,
    find: Callable[[], Any],
    roots: Sequence[Path],
    *,
    stopped: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Have the client make the changes that `find` finds, as one edit for the texts that are in force then."""
    session = ls.session
    if not _can_apply(ls):
        return _outcome((), reason=_CANNOT_APPLY)
    for _ in range(_ATTEMPTS):
        generations = await _generations(session, roots)
        found: list[_Fixed] = await find()
        changes = list({fixed.change.uri: fixed.change for fixed in found if fixed.change is not None}.values())
        if not changes:
            return _outcome(found, applied=True)
        closed = [change for change in changes if change.uri not in session.documents]
        unchanged = await session.run(partial(_are_on_disk, closed))
        same = unchanged and generations == await _generations(session, roots)
        stopped()
        # From here to the request nothing waits, so that no document can change in between.
        edit = build_edit(session, changes, here=changes[0].uri if len(changes) == 1 else None) if same else None
        if edit is not None:
            return await _send(ls, edit, found)
    return _outcome((), reason="the files keep changing")


async def _send(ls: WorkflowServer, edit: types.WorkspaceEdit, found: Sequence[_Fixed]) -> dict[str, Any]:
    metadata = types.WorkspaceEditMetadata(is_refactoring=True) if ls.session.client.edit_metadata else None
    params = types.ApplyWorkspaceEditParams(edit, label=_LABEL, metadata=metadata)
    try:
        answer = await ls.workspace_apply_edit_async(params)
    except JsonRpcException as error:
        reason = str(error)
    else:
        if answer.applied:
            return _outcome(found, applied=True)
        reason = answer.failure_reason or "the editor refused the edit"
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"Nothing was changed: {reason}."))
    return _outcome((), reason=reason)


_CANNOT_APPLY = "this editor applies no edits that a server sends; `workflow-ls fix` does the same"


def _can_apply(ls: WorkflowServer) -> bool:
    if not ls.session.client.applies_edits:
        told = f"Nothing was changed: {_CANNOT_APPLY}."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, told))
    return ls.session.client.applies_edits


def _outcome(found: Iterable[_Fixed], *, applied: bool = False, reason: str | None = None) -> dict[str, Any]:
    found = list(found)
    return {
        "fixed": sum(fixed.settled for fixed in found),
        "files": sum(fixed.change is not None for fixed in found),
        "left": sum(fixed.left for fixed in found),
        "applied": applied,
        "reason": reason,
    }


def _fix(session: Session, root: Root, path: str) -> _Fixed:
    findings = root.analysis.check_file(path)
    fix = root.analysis.fix_findings(path, findings, FixOptions())
    settled = set() if fix is None else set(fix.settled)
    left = sum(finding.severity >= Severity.WARNING and finding not in settled for finding in findings)
    change = None if fix is None else to_change(session, root, path, fix.edits)
    return _Fixed(change, len(settled), left)


async def _walk(
    ls: WorkflowServer, places: Sequence[Place], told: Progress, look: Callable[[Session, Root, str], T]
) -> list[T]:
    """Look at every file of the places, a few at a time, so that typing and stopping get their turn."""
    session, files = ls.session, dict[str, Place]()
    for directory, within in places:
        for uri, path in await session.run(partial(_files, session, directory, within)):
            files.setdefault(uri, (directory, path))
    paths, results = list(files.values()), list[T]()
    for start in range(0, len(paths), _BATCH):
        told.report(start, len(paths))
        batch = paths[start : start + _BATCH]
        results += await session.run(partial(_look_at, session, batch, look))
    told.check()
    return results


def _look_at(session: Session, files: Sequence[Place], look: Callable[[Session, Root, str], T]) -> list[T]:
    return [look(session, session.root(directory), path) for directory, path in files]


def _files(session: Session, directory: Path, within: str) -> list[tuple[str, str]]:
    root = session.root(directory)
    return [(session.uri(root, path), path) for path in fixable_paths(root) if is_within(path, within)]


def _are_on_disk(changes: Iterable[Change]) -> bool:
    return all(map(is_on_disk, changes))


async def _generations(session: Session, roots: Sequence[Path]) -> list[int]:
    return await session.run(lambda: [session.root(directory).generation for directory in roots])


def _places(session: Session, folder: str | None) -> list[Place]:
    """The roots of the open folders, the deepest first, or of the open files; or the one folder that is asked for."""
    if folder is not None:
        path = to_path(folder)
        if path is None or not path.is_dir():
            raise JsonRpcInvalidParams(f"{folder} is not a folder")
        inside = [root for root in session.folder_roots() if path.is_relative_to(root)]
        root = max(inside, key=lambda root: len(root.parts), default=None) or find_root(path)
        within = path.relative_to(root).as_posix()
        return [(root, "" if within == "." else within)]
    opened = (place[0] for uri in session.documents if (place := session.place(uri)) is not None)
    roots = session.folder_roots() or list(dict.fromkeys(opened))
    return [(root, "") for root in sorted(roots, key=lambda root: -len(root.parts))]


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


def _only_text(args: Sequence[Any]) -> str:
    if len(args) != 1 or not isinstance(args[0], str):
        raise JsonRpcInvalidParams("the argument must be one URI")
    return args[0]


def _no_more(args: Sequence[Any]) -> None:
    if args:
        raise JsonRpcInvalidParams("the command takes no arguments")


def _table_file() -> Path:
    from workflow_ls import mapping

    return Path(mapping.__file__).with_name("table.json")


HANDLERS: tuple[tuple[str, Callable[..., Any], object], ...] = ()
COMMANDS = (
    (FIX_FILE, fix_file),
    (FIX_WORKSPACE, fix_workspace),
    (STATUS, status),
    (SHOW_MAPPING, show_mapping),
    (DEBUG, debug),
)
