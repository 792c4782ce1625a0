"""Updates the files that are no sources, and lists what is left in them for a person."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.outside.mention_edits import mention_changes, mentioning_files
from workflow_ls.moves.plan_model import OtherMention, Rewrite
from workflow_ls.project.mentions.mention_model import Role
from workflow_ls.text import LineIndex, apply_edits, sort_edits


def follow_other_files(move_set: MoveSet, texts: dict[str, bytes]) -> Iterator[Rewrite | OtherMention]:
    """What changes in files that are no sources, and what a person has to change.

    `texts` are the new texts so far, by path, and get those of these files.
    """
    for path in mentioning_files(move_set):
        text = texts.get(path, move_set.text(path))
        lines = LineIndex(text)
        changes = mention_changes(move_set, path, text)
        for change in changes:
            mention = change.mention
            place = lines.position(mention.span.start, "utf-32")
            line, column = place.line + 1, place.column + 1
            if change.new:
                yield Rewrite(path, line, "deprecated-reference", mention.text, change.new)
            elif change.left:
                is_prose = mention.role in (Role.COMMENT, Role.TEXT)
                kind = f"{mention.role.value} in a {mention.kind}" if is_prose else mention.kind
                yield OtherMention(path, line, kind, f"{mention.text}: {change.left.removesuffix('.')}.", column)
        edited = apply_edits(text, sort_edits(edit for change in changes for edit in change.edits))
        if edited != text:
            texts[path] = edited
