"""Follows moved files in what is no source: where the meaning of a path is plain, it is changed, else it is listed.

COPY shared/flow ./shared/flow       the source follows, and the destination where it mirrors the source
/shared/flow/ @owners                a path of CODEOWNERS, an ignore file, a CI workflow, a script
"include": ["flow/**", "lib"]        an item of a list of the package that the files leave goes, while others are left
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.updates.new_specifiers import BlockedReference
from workflow_ls.moves.updates.path_edits import destination_of, new_directory
from workflow_ls.moves.updates.strings import renamed_specifier
from workflow_ls.project.legacy_strings import LegacyString
from workflow_ls.project.mentions.mention_finder import find_mentions
from workflow_ls.project.mentions.mention_kinds import MentionKind, kind_of
from workflow_ls.project.mentions.mention_model import Mention, Role
from workflow_ls.project.mentions.mentions import Mentions
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.rewrite.specifiers.specifier_style import spelling, stem_of
from workflow_ls.rewrite.text_edits.item_removal import remove_items
from workflow_ls.text import Edit, is_utf8
from workflow_ls.vfs.files import is_source, is_within, parents

_WHOLE_CONTEXT = compile_on_use(
    rb"^[ \t]*(?:COPY|ADD)[ \t]+(?:--(?!from)\S+[ \t]+)*\.\/?[ \t]+\S+", re.IGNORECASE | re.MULTILINE
)


@record
class MentionChange:
    """What becomes of a mention: the edits that make it follow, with what they write; or why a person has to do it.

    `to` is the new path of what it names.  A mention that needs no change has neither.
    """

    mention: Mention
    edits: tuple[Edit, ...] = ()
    new: str = ""
    left: str = ""
    to: str = ""


def mentioning_files(move_set: MoveSet) -> tuple[str, ...]:
    """The files that are no sources and may name what moves."""
    return move_set.before.component(Mentions).files_with_names()


def mention_changes(move_set: MoveSet, path: str, text: bytes) -> tuple[MentionChange, ...]:
    """What becomes of the mentions in the file at `path`, whose content is `text`, in file order."""
    workspace = move_set.before
    if b"\0" in text or len(text) > workspace.settings.max_file_size or not is_utf8(text):
        return ()
    kind = kind_of(path)
    regions = kind.read(text)
    mentions = {m.span: m for m in find_mentions(workspace.files, workspace.table, path, text, kind, regions)}
    found = tuple(mentions[span] for span in sorted(mentions))
    mirrored = _is_mirrored(text, found)
    changes = [_change(move_set, kind, mention, mirrored=mirrored) for mention in found if mention.role is not Role.BAN]
    return tuple(_within_package(move_set, path, text, changes))


def _is_mirrored(text: bytes, mentions: Iterable[Mention]) -> bool:
    """Whether an image or container has the files at the same paths as the workspace, below some directory."""
    paths = {m.target for m in mentions if m.role is Role.PATH and m.target is not None and m.base is None}
    places = {m.target for m in mentions if m.role is Role.PLACE and m.target is not None}
    return bool(paths & places) or _WHOLE_CONTEXT.search(text) is not None


def _change(move_set: MoveSet, kind: MentionKind, mention: Mention, *, mirrored: bool) -> MentionChange:
    if mention.target is None:
        return MentionChange(mention, left=_told_specifier(move_set, mention))
    new = _new_path(move_set, mention)
    if isinstance(new, Blocked):
        return MentionChange(mention, left=new.message)
    if new is None:
        return MentionChange(mention)
    written = _written(kind, mention, new)
    shown = f"`{written or new}`"
    if mention.role in (Role.COMMENT, Role.TEXT):
        return MentionChange(mention, left=f"this {mention.role.value} names what moves to {shown}")
    if mention.role is Role.UNREAD:
        return MentionChange(mention, left=f"it is in a file that is not read. Write {shown} if it is a path")
    if mention.role is Role.PLACE and not mirrored:
        left = f"it is a place in an image, or elsewhere. Write {shown} if the files are to be there"
        return MentionChange(mention, left=left)
    if mention.role is Role.EXCLUSION and move_set.before.files.kind(new.rstrip("/")) == "directory":
        left = f"{new.rstrip('/')} has other files, too. Decide whether {shown} is to be left out"
        return MentionChange(mention, left=left, to=new)
    if mention.role is Role.GUARDED and move_set.before.files.kind(new.rstrip("/")) == "directory":
        left = f"{new.rstrip('/')} has other files, too. Decide whether this rule is for {shown}"
        return MentionChange(mention, left=left, to=new)
    if written is None:
        left = f"{new} is above this file's directory. Write it where that can be named, and remove this"
        return MentionChange(mention, left=left)
    return MentionChange(mention, (Edit(mention.span, written),), written, to=new)


def _told_specifier(move_set: MoveSet, mention: Mention) -> str:
    text = mention.text.rstrip("/")
    occurrence = LegacyString(text, mention.span, '"', 0, mention.module)
    new = renamed_specifier(move_set, mention.path, occurrence)
    if isinstance(new, BlockedReference):
        return f"it is a specifier, and {new.blocked.reason}. Change it by hand, if it is in use"
    return f"it is a specifier. Write `{new}{'/' * mention.text.endswith('/')}`, if it is in use"


def _new_path(move_set: MoveSet, mention: Mention) -> str | Blocked | None:
    """Where the file or folder that a mention names will be; None where it stays."""
    files, target = move_set.before.files, mention.target or ""
    if files.kind(target) is None:
        file = module_file(files, stem_of(target), "")
        if file is not None and not mention.is_directory:
            moved_to = move_set.destination(file)
            if file in move_set.inlined:
                return _gone(file)
            if moved_to == file:
                return None
            cut = len(file) - len(target)
            return spelling(target, file)(moved_to) if is_source(target) else moved_to[: len(moved_to) - cut]
        # A pattern may name what a build makes, or what is no longer there.
        above = next((parent for parent in parents(target) if files.kind(parent) == "directory"), "")
        place = new_directory(move_set, above) if is_within(above, move_set.before.table.tree) else None
        return None if place is None else place + target[len(above) :]
    if target in move_set.inlined:
        return _gone(target)
    new = destination_of(move_set, target)
    if new is None:
        return Blocked(f"the files of {target} do not stay together", "name their new folders by hand")
    return None if new == target else new


def _gone(path: str) -> Blocked:
    return Blocked(f"the barrel {path} is removed", "remove this, too")


def _written(kind: MentionKind, mention: Mention, new: str) -> str | None:
    """The new path as the old one is written; None where the file can't name it."""
    text = mention.text
    slash = "/" * text.endswith("/")
    if mention.base is None:
        return new + slash
    relative = posixpath.relpath(new, mention.base or ".") + slash
    if relative.startswith(".."):
        return None if kind.stays_below or (kind.at_root and not text.startswith(".")) else relative
    return f"./{relative}" if text.startswith("./") else relative


def _within_package(
    move_set: MoveSet, path: str, text: bytes, changes: Iterable[MentionChange]
) -> Iterator[MentionChange]:
    """The changes, without those by which a manifest or configuration would name what leaves its package.

    An item of a list goes while others are left; what else a configuration names there is for a person.  A script may
    run a file of another package.
    """
    changes = list(changes)
    package = move_set.before.packages.package_of(path)
    home = "" if package is None or not path.endswith((".json", "rc")) else package.directory
    leaving = {
        change.mention.span: change
        for change in changes
        if home and change.to and is_within(change.mention.target or "", home) and not is_within(change.to, home)
    }
    gone = {change.mention.item for change in leaving.values()}
    for change in changes:
        mention = change.mention
        if mention.span not in leaving or mention.target is None or not mention.whole:
            yield change
            continue
        items = [span for span in mention.siblings if span in gone]
        if items and len(items) < len(mention.siblings):
            edits = remove_items(text, items) if items[0] == mention.item else ()
            yield MentionChange(mention, edits, f"nothing: {change.to} is not in {home}", to=change.to)
        elif items:
            left = f"all that this list names leaves {home}. Change the list, or remove this configuration"
            yield MentionChange(mention, left=left)
        else:
            left = f"it moves to {change.to}, which is not in {home}. Remove this, or name another file"
            yield MentionChange(mention, left=left)
