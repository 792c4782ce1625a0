"""Updates the code that tests expect in source files whose text changes.

    expect(source).toContain("from '@shared/workflow/runtime'")

The string follows the edits of the files that contain its text, so that it stays true whatever they become.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.updates.new_specifiers import BlockedReference
from workflow_ls.moves.updates.references import Change
from workflow_ls.moves.updates.strings import is_relative_code, renamed_string
from workflow_ls.project.legacy_strings import LegacyString, find_legacy_strings
from workflow_ls.rewrite.text_edits.import_edits import escape
from workflow_ls.syntax.model import StringUse
from workflow_ls.syntax.strings.string_literals import StringMatch, character_offsets
from workflow_ls.text import Edit, Span, apply_edits
from workflow_ls.vfs.files import Query

EditsByPath = Mapping[str, Sequence[Edit]]
"""The edits of each file that changes, sorted, by old path."""

_STAYS = Blocked("no file that changes contains this text", "change it by hand if the text that is tested changes")
_SEVERAL = Blocked("the files that contain this text change in another way", "change it by hand")


def follow_expected_code(
    move_set: MoveSet, path: str, edits: EditsByPath
) -> Iterator[tuple[str, int, Change | BlockedReference]]:
    """The expected code in the file `path` (its old path) that names the tree, with its text and offset."""
    facts = move_set.before.sources.facts(path)
    if facts is None:
        return
    done = set[Span]()
    for occurrence in find_legacy_strings(move_set.before, facts):
        match = occurrence.match
        if match is None or match.use is not StringUse.CODE or match.span in done:
            continue
        done.add(match.span)
        change = _change(match, facts.text, path, move_set, edits)
        if change is None:
            # The text ends inside a specifier that changes, or is nowhere: its own name counts.
            done.remove(match.span)
            yield occurrence.text, occurrence.span.start, _by_name(move_set, path, occurrence, edits)
        elif isinstance(change, Blocked):
            yield occurrence.text, occurrence.span.start, BlockedReference(change)
        else:
            new = apply_edits(facts.text, change)[match.span.start : match.span.end + _growth(change)]
            yield match.text, match.span.start, Change(change, "deprecated-reference", new.decode())


def _by_name(move_set: MoveSet, path: str, occurrence: LegacyString, edits: EditsByPath) -> Change | BlockedReference:
    """The new name of what a string names, if a file that contains the old one contains the new one afterwards."""
    if is_relative_code(occurrence):
        return BlockedReference(_STAYS)
    renamed = renamed_string(move_set, path, occurrence)
    if isinstance(renamed, BlockedReference):
        return renamed
    before, after = occurrence.text.encode(), renamed.encode()
    holding = [other for other in edits if other != path and before in move_set.text(other)]
    if holding and not any(after in apply_edits(move_set.text(other), edits[other]) for other in holding):
        return BlockedReference(_SEVERAL)
    return Change((Edit(occurrence.span, escape(renamed, occurrence.quote)),), "deprecated-reference", renamed)


def _change(
    match: StringMatch, text: bytes, path: str, move_set: MoveSet, edits: EditsByPath
) -> tuple[Edit, ...] | Blocked | None:
    """The edits of a string, which are those that the files make in its text.

    None where no file contains it, or where a file changes more than the string.
    """
    offsets, needle = character_offsets(text, match), match.text.encode()
    found = set[tuple[Edit, ...]]()
    for other, others in edits.items():
        if other != path and others:
            found.update(_within(move_set.text(other), match, others, offsets))
    if not found:
        holding = set(move_set.before.files.search((Query(("",), (match.text,)),))) - {path}
        touched = any(_touching(move_set.text(other), needle, edits.get(other, ())) for other in holding)
        return _STAYS if holding and not touched else None
    return found.pop() if len(found) == 1 else _SEVERAL


def _within(
    text: bytes, match: StringMatch, edits: Sequence[Edit], offsets: Sequence[int]
) -> Iterator[tuple[Edit, ...]]:
    """The edits inside each place of a text at which a string occurs, moved to the place of the string."""
    needle = match.text.encode()
    start = text.find(needle)
    while start >= 0:
        end = start + len(needle)
        touching = [edit for edit in edits if edit.span.start < end and start < edit.span.end]
        if touching and all(start <= edit.span.start and edit.span.end <= end for edit in touching):
            places = ([len(needle[: at - start].decode("utf-8", "replace")) for at in edit.span] for edit in touching)
            yield tuple(
                Edit(Span(offsets[first], offsets[last]), escape(edit.new, match.quote))
                for edit, (first, last) in zip(touching, places)
            )
        start = text.find(needle, end)


def _touching(text: bytes, needle: bytes, edits: Sequence[Edit]) -> bool:
    """Whether edits change a part of some place of a text at which a string occurs."""
    places = (match.start() for match in re.finditer(re.escape(needle), text))
    return any(e.span.start < at + len(needle) and at < e.span.end for at in places for e in edits)


def _growth(edits: Sequence[Edit]) -> int:
    return sum(len(edit.new.encode()) - (edit.span.end - edit.span.start) for edit in edits)
