"""The command behind a link in a hover: apply the fix of one reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from lsprotocol import types

from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Diagnostic, Fix
from workflow_ls.printable import visible, visible_path
from workflow_ls.proof.joined_fixes import FixOptions, applies
from workflow_ls.proof.regression import key_of
from workflow_ls.server.edits.apply_edit import apply_edit
from workflow_ls.server.edits.workspace_edit import PendingEdit, build_edit, make_present, obstacle, to_pending_edits
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.snapshot import FileLocation, SessionSnapshot
from workflow_ls.vfs.files import holds_code

FIX_REFERENCE = "workflow-ls.fixReference"


class _Link(NamedTuple):
    """The arguments of a link: a position in a text, and the title of the fix that the link showed, if it did."""

    uri: str
    position: types.Position
    title: str | None


class _Found(NamedTuple):
    """The edits of a fix, or the reason why there are none; None where nothing was found to fix."""

    edits: Sequence[PendingEdit] = ()
    reason: str | None = None


def link_arguments(uri: str, position: types.Position, fix: Fix) -> list[object]:
    """The arguments of the command for a fix at a position."""
    return [uri, position.line, position.character, fix.title]


async def fix_reference(ls: WorkflowServer, *arguments: Any) -> bool:
    """The command of a hover's link: apply the fix of the finding at (URI, line, character), if it has one.

    With a title as the fourth argument, only a fix of that title: the text may have changed since the hover was shown,
    and the nearest such finding counts then.
    """
    link, session = _read(arguments), ls.session
    location = None if link is None else session.locate(link.uri)
    if link is None or location is None or not holds_code(location.path) or not session.client.applies_edits:
        return False
    found = await session.run(partial(_find, location, link))
    edit = build_edit(session, found.edits, within=link.uri) if found.edits else None
    reason = found.reason
    if edit is not None:
        refused = await apply_edit(ls, edit, found.edits, "Rewrite a workflow import")
        return refused is None
    if found.edits:
        reason = f"{visible_path(location.path)} changed meanwhile"
    if reason is not None:
        message = f"Nothing was changed: {visible(reason)}."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
    return False


def _read(arguments: Sequence[Any]) -> _Link | None:
    if len(arguments) not in (3, 4) or not isinstance(arguments[0], str) or not _are_counts(arguments[1:3]):
        return None
    title = arguments[3] if len(arguments) > 3 else None
    if not (title is None or isinstance(title, str)):
        return None
    return _Link(arguments[0], types.Position(*arguments[1:3]), title)


def _are_counts(values: Sequence[object]) -> bool:
    return all(isinstance(value, int) and not isinstance(value, bool) and value >= 0 for value in values)


def _find(location: FileLocation, link: _Link, snapshot: SessionSnapshot) -> _Found:
    """The edits of the fix that a link means, for the present texts.  On the analysis thread only."""
    folder, path = snapshot.folder(location.directory), location.path
    folder.look()

    def make() -> _Found:
        folder.findings_now(path)
        offset = snapshot.mapper(folder, path).offset(link.position)
        finding = fixable(folder.analysis, path, offset, link.title)
        if finding is None or finding.fix is None:
            return _Found(reason=link.title and f"{visible_path(path)} changed, and '{link.title}' no longer applies")
        refused = folder.prove((finding,), FixOptions()).refused.get(key_of(finding))
        if refused is not None:
            return _Found(reason=refused.message.rstrip("."))
        return _Found(to_pending_edits(snapshot, folder, finding.fix))

    found, changing = make_present(snapshot, make, lambda found: found.edits)
    reason = obstacle(found.edits, changing)
    return found if reason is None else _Found(reason=reason)


def fixable(analysis: Analysis, path: str, offset: int, title: str | None = None) -> Diagnostic | None:
    """The finding at an offset whose fix "fix all" applies as well; with a title, the nearest one with such a fix."""
    fixable_ones = (finding for finding in analysis.check_file(path) if applies(finding, FixOptions()))
    findings = [finding for finding in fixable_ones if finding.deprecated]
    at_place = [finding for finding in findings if finding.span.start <= offset <= finding.span.end]
    if title is None:
        return next(iter(at_place), None)
    titled = [finding for finding in findings if finding.fix is not None and finding.fix.title == title]
    return min(titled, key=lambda finding: abs(finding.span.start - offset), default=None)


HANDLERS: tuple[tuple[str, Callable[..., Any], object], ...] = ()
COMMANDS = ((FIX_REFERENCE, fix_reference),)
