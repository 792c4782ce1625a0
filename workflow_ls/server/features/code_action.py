"""textDocument/codeAction and codeAction/resolve: fixes for a finding, a rule or a file, and suppression comments.

Actions are made for the present document, never from the diagnostics that a client passes along.  An edit of open
documents comes with its action, and the versions of the documents say what it is for.  A closed file has no version,
and may change until the action is chosen; so its edit is made then, where the client can request it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from lsprotocol import types

from workflow_ls.printable import visible, visible_path
from workflow_ls.server.action_menu import FIX_ALL, QUICK_FIX, Offer, present_offers
from workflow_ls.server.edits.workspace_edit import build_edit, document_of
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.session import Session
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.unsaved.unsaved_view import with_unsaved

FIX_FILE = "workflow-ls.fixFile"
SHOW_PLACE = "workflow-ls.showPlace"


async def code_action(ls: WorkflowServer, params: types.CodeActionParams) -> Sequence[types.CodeAction | types.Command]:
    """The actions for the findings that touch the range; "fix all" is for the whole file."""
    session, uri, only = ls.session, params.text_document.uri, params.context.only
    location = session.locate(uri)
    kinds = [kind for kind in (QUICK_FIX, FIX_ALL) if is_wanted(kind, only)]
    if location is None and QUICK_FIX in kinds and session.client.literal_actions:
        return await with_unsaved(session, uri, lambda view: list(view.actions(params.range))) or []
    if location is None or not kinds:
        return []
    directory, path = location

    def job(snapshot: SessionSnapshot) -> tuple[list[Offer], str]:
        folder = snapshot.folder(directory)
        folder.look_for_answer()
        offers = present_offers(snapshot, folder, path, params.range, kinds, everywhere=bool(only))
        return offers, _digest(folder.files.read(path))

    offers, digest = await session.run(job)
    if not session.client.literal_actions:
        fixable = (offer.title for offer in offers if session.client.applies_edits and offer.kind == FIX_ALL)
        return [types.Command(visible(title), FIX_FILE, arguments=[uri]) for title in list(fixable)[:1]]
    built = (_build(session, uri, offer, digest) for offer in offers)
    return [action for action in built if action is not None]


def is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a client requests a kind of action: that kind, or one that contains it (LSP 3.17, CodeActionKind).

    An empty list means any kind, as some clients send it.
    """
    if not only:
        return True
    wanted = [value.value if isinstance(value, types.CodeActionKind) else value for value in only]
    return any(not value or kind == value or kind.startswith(f"{value}.") for value in wanted)


def _build(session: Session, uri: str, offer: Offer, digest: str) -> types.CodeAction | None:
    action = types.CodeAction(visible(offer.title), kind=offer.kind, diagnostics=offer.fixes)
    if offer.disabled is not None:
        action.disabled = types.CodeActionDisabled(visible(offer.disabled))
        return action if session.client.disabled_actions else None
    if offer.place is not None:
        start, end = offer.place.range.start, offer.place.range.end
        where = [offer.place.uri, start.line, start.character, end.line, end.character]
        action.command = types.Command(action.title, SHOW_PLACE, arguments=where)
        return action if session.client.shows_documents else None
    if offer.preferred and session.client.preferred_actions:
        action.is_preferred = True
    resolves = session.client.resolves_edits and session.options.resolve_edits
    if resolves and any(document_of(session, edit) is None for edit in offer.edits):
        finding = offer.fixes[0]
        ends = (finding.range.start, finding.range.end)
        place = [count for end in ends for count in (end.line, end.character)]
        action.data = {"uri": uri, "text": digest, "rule": finding.code, "place": place}
        return action
    action.edit = build_edit(session, offer.edits, within=uri)
    return action if action.edit is not None else None


class _Chosen(NamedTuple):
    """What the data of an action says: the file, its text then, and the rule and the place of its first finding."""

    uri: str
    digest: str
    rule: str
    range: types.Range


async def resolve(ls: WorkflowServer, action: types.CodeAction) -> types.CodeAction:
    """Add the edit of an action that was offered without one, for the texts as they are now.

    Where the action is of no use by now, it stays without an edit, and a message says why.
    """
    session, chosen = ls.session, _read(action.data)
    location = None if chosen is None else session.locate(chosen.uri)
    if action.edit is not None or chosen is None or location is None:
        return action
    directory, path = location
    outdated = f"{visible_path(path)} changed since this was offered"

    def job(snapshot: SessionSnapshot) -> Offer | str:
        folder = snapshot.folder(directory)
        folder.look()
        if _digest(folder.files.read(path)) != chosen.digest:
            return outdated
        kinds = [kind for kind in (QUICK_FIX, FIX_ALL) if kind == action.kind]
        offers = present_offers(snapshot, folder, path, chosen.range, kinds, everywhere=True)
        offer = next((offer for offer in offers if _is_chosen(offer, action, chosen)), None)
        if offer is None:
            return f"'{action.title}' no longer applies, since other files changed"
        return offer if offer.disabled is None else offer.disabled.rstrip(".")

    found = await session.run(job)
    reason = found if isinstance(found, str) else None
    if isinstance(found, Offer):
        action.edit = build_edit(session, found.edits, within=chosen.uri)
        reason = outdated if action.edit is None else None
    if reason is not None:
        message = f"Nothing was changed: {reason}."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
    return action


def _is_chosen(offer: Offer, action: types.CodeAction, chosen: _Chosen) -> bool:
    first = offer.fixes[0]
    is_same_place = (first.code, first.range) == (chosen.rule, chosen.range)
    return visible(offer.title) == action.title and (offer.kind == FIX_ALL or is_same_place)


def _read(data: Any) -> _Chosen | None:
    """The data of an action; None where a client sends other data, or none."""
    names = ("uri", "text", "rule")
    if not isinstance(data, dict) or not all(isinstance(data.get(name), str) for name in names):
        return None
    place = data.get("place")
    if not isinstance(place, list) or [type(count) for count in place] != [int] * 4 or min(place) < 0:
        return None
    range_ = types.Range(types.Position(*place[:2]), types.Position(*place[2:]))
    return _Chosen(data["uri"], data["text"], data["rule"], range_)


def _digest(text: bytes | None) -> str:
    return "" if text is None else hashlib.blake2b(text, digest_size=16).hexdigest()


HANDLERS = (
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        code_action,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=False),
    ),
    (types.CODE_ACTION_RESOLVE, resolve, None),
)
