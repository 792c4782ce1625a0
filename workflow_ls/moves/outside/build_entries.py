"""What the builds of a package name of the files that leave it: entries go along, other lists lose them.

// packages/old/tsup.config.ts           // packages/new/tsup.config.ts
entry: {                                 entry: {
  'other': 'other.ts',                     'index': 'src/index.ts',
  'flow/a': 'flow/a.ts',    goes to        'a': 'src/a.ts',
},                                       },
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.outside.entry_lists import added_items, covers, outer_span, style_of
from workflow_ls.moves.plan_model import OtherMention, Rewrite
from workflow_ls.moves.updates.path_edits import destination_of
from workflow_ls.printable import listed
from workflow_ls.project.builds.build_paths import BuildList, BuildPath, build_lists
from workflow_ls.project.builds.evaluation import Configurations
from workflow_ls.project.builds.kinds.configuration_names import tool_of
from workflow_ls.project.builds.tree_entries import TreeEntries
from workflow_ls.project.builds.values import ObjectValue, PlainValue
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.records import field, record
from workflow_ls.rewrite.specifiers.specifier_style import stem_of
from workflow_ls.rewrite.text_edits.item_removal import remove_items
from workflow_ls.rewrite.text_edits.part_removal import can_be_removed, remove_parts
from workflow_ls.syntax.parser import parse
from workflow_ls.text import Edit, LineIndex, Span
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, is_source, is_within

_RULE = "deprecated-reference"
_KIND = "build configuration"
_UNBUNDLED = "`bundle` is false, so that what these import is built only if it is an entry, too. Add it, or a glob."


@record(slots=False)
class FollowedBuilds:
    """What changes in the configurations of builds, by path; `taken` are the places of the old entries."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    taken: dict[str, list[Span]] = field(default_factory=dict)
    rewrites: list[Rewrite] = field(default_factory=list)
    left: list[OtherMention] = field(default_factory=list)

    def takes(self, path: str, offset: int) -> bool:
        """Whether a place is in an entry that is handled."""
        return any(span.start <= offset < span.end for span in self.taken.get(path, ()))


_Wanted = dict[str, tuple[str, Span]]
"""Moved files, each with the configuration in which it was an entry, and the place there."""


@record
class _Leaving:
    """An item of a list that names what leaves the package: `to` is its new path, None for what is gone."""

    item: BuildPath
    to: str | None


def follow_builds(move_set: MoveSet) -> FollowedBuilds:
    """Find what becomes of the entries and globs that name moved files in the builds of their package."""
    follower = _BuildFollower(move_set)
    entries_of_tree = move_set.before.component(TreeEntries)
    for path in entries_of_tree.paths():
        home, seen = entries_of_tree.builds.directory_of(path), set[Span]()
        for entries, items in entries_of_tree.of_file(path):
            leaving = [each for each in _leaving(move_set, items, home) if each.item.at.span not in seen]
            seen.update(each.item.at.span for each in leaving)
            if leaving:
                follower.take_out(path, entries, leaving)
    follower.add_wanted()
    return follower.found


class _BuildFollower:
    """Takes entries out of the builds whose package files leave, and adds entries to those of their new packages.

    `_wanted` has the moved files that were entries, by the tool of their build and their new package.
    """

    def __init__(self, move_set: MoveSet) -> None:
        self._move_set = move_set
        self._wanted: dict[tuple[str, str], _Wanted] = {}
        self.found = FollowedBuilds()

    def take_out(self, path: str, entries: BuildList, leaving: list[_Leaving]) -> None:
        """Take the items that leave out of a list in the configuration at `path`."""
        move_set, found = self._move_set, self.found
        text = move_set.text(path)
        lines = LineIndex(text)
        spans = [outer_span(text, each.item.at.span) for each in leaving]
        found.taken.setdefault(path, []).extend(spans)
        source = parse(text, path) if is_source(path) else None
        is_listed = source is None or all(can_be_removed(source, span) for span in spans)
        if not is_listed or not all(each.item.at.path == path and _is_literal(each) for each in leaving):
            for each, span in zip(leaving, spans):
                if each.item.at.path == path:
                    found.left.append(_listed(lines, path, span, each, f"it is computed. {_remedy(entries, each)}"))
        elif entries.size > len(leaving):
            found.edits.setdefault(path, []).extend(
                remove_items(text, spans) if source is None else remove_parts(source, spans)
            )
            for each, span in zip(leaving, spans):
                where = f"{each.to or 'nothing'}, no longer in `{entries.name}` here"
                line = lines.line_at(span.start) + 1
                found.rewrites.append(Rewrite(path, line, _RULE, each.item.text.shown, where))
                package = None if each.to is None else move_set.after.packages.package_of(each.to)
                if entries.is_entry and not each.item.rest and package is not None and each.to is not None:
                    self._wanted.setdefault((tool_of(path), package.directory), {})[each.to] = (path, span)
        else:
            for each, span in zip(leaving, spans):
                self._follow_in_place(path, entries, each, span, lines)

    def _follow_in_place(self, path: str, entries: BuildList, each: _Leaving, span: Span, lines: LineIndex) -> None:
        """Let an entry name the new path, where the build would have none without it."""
        found, piece = self.found, each.item.text.pieces[0]
        if each.to is None or not entries.is_entry or each.item.text.pieces != (each.item.text.at,):
            found.left.append(
                _listed(lines, path, span, each, f"nothing else is in this list. {_remedy(entries, each)}")
            )
            return
        written = posixpath.relpath(each.to, posixpath.dirname(path) or ".") + (
            f"/{each.item.rest}" if each.item.rest else ""
        )
        written = "!" * each.item.text.value.startswith("!") + written
        found.edits.setdefault(path, []).append(Edit(piece.span, written))
        place = lines.position(span.start, "utf-32")
        found.rewrites.append(Rewrite(path, place.line + 1, _RULE, each.item.text.shown, written))
        text = (
            f"{written}: this build has no other entry, and starts from another package now. {_remedy(entries, each)}."
        )
        found.left.append(OtherMention(path, place.line + 1, _KIND, text, place.column + 1))

    def add_wanted(self) -> None:
        """Add entries for the files that were taken out to the builds of their new packages."""
        for (tool, directory), files in self._wanted.items():
            self._add(tool, directory, files)

    def _add(self, tool: str, directory: str, files: _Wanted) -> None:
        """Add entries for moved files to the build of their new package."""
        candidates = list(_entry_lists(self._move_set, tool, directory))
        files = {file: at for file, at in files.items() if not any(covers(entries, file) for _, entries in candidates)}
        if files and len(candidates) == 1:
            files = self._add_to(*candidates[0], files)
        if len(candidates) == 1:
            state = f"the entries of {candidates[0][0]} have no style to follow"
        else:
            state = f"{directory} has {'no' if not candidates else 'more than one'} list of entries for {tool}"
        remedy = f"Let {directory} build it, if its output is used."
        for (path, span), names in _by_place(files).items():
            place = LineIndex(self._move_set.text(path)).position(span.start, "utf-32")
            left = f"{listed(names)} left this list, and {state}. {remedy}"
            self.found.left.append(OtherMention(path, place.line + 1, _KIND, left, place.column + 1))

    def _add_to(self, path: str, entries: BuildList, files: _Wanted) -> _Wanted:
        """Add files to a list of the configuration at `path`; returns those for which it shows no style."""
        text, found = self._move_set.text(path), self.found
        style = style_of(text, entries) if entries.at.path == path else None
        items = {file: None if style is None else style.item(file) for file in files}
        written = [item for item in items.values() if item is not None]
        if written:
            found.edits.setdefault(path, []).extend(added_items(text, entries, written))
            line = LineIndex(text).line_at(entries.at.span.start) + 1
            name = f"`{entries.name}`"
            found.rewrites.extend(Rewrite(path, line, _RULE, name, f"with {item}") for item in written)
            if _never_bundles(self._move_set, path):
                found.left.append(OtherMention(path, line, _KIND, f"{listed(written)}: {_UNBUNDLED}"))
        return {file: at for file, at in files.items() if items[file] is None}


def _leaving(move_set: MoveSet, items: Iterable[BuildPath], home: str) -> Iterator[_Leaving]:
    files = move_set.before.files
    for item in items:
        file = item.path if files.kind(item.path) is not None else module_file(files, stem_of(item.path), "") or ""
        to = None if file in move_set.inlined else destination_of(move_set, file)
        if to is None or not is_within(to, home):
            yield _Leaving(item, to)


def _is_literal(each: _Leaving) -> bool:
    pieces = each.item.text.pieces
    return bool(pieces) and all(piece.path == each.item.at.path for piece in pieces)


def _remedy(entries: BuildList, each: _Leaving) -> str:
    if each.to is None:
        return "Remove it"
    if entries.is_entry:
        return f"Let the package of {each.to} build it, and remove this entry, or the build"
    return f"Name {each.to} in the configuration that applies there, and remove this"


def _listed(lines: LineIndex, path: str, span: Span, each: _Leaving, why: str) -> OtherMention:
    place = lines.position(span.start, "utf-32")
    where = "is removed" if each.to is None else f"moves to {each.to}"
    shown = each.item.text.shown
    what = each.item.path if shown == each.item.path else f"{shown}: {each.item.path}"
    text = f"{what} {where}, and this can't follow: {why}."
    return OtherMention(path, place.line + 1, _KIND, text, place.column + 1)


def _never_bundles(move_set: MoveSet, path: str) -> bool:
    value = move_set.before.component(Configurations).value(path)
    option = value.get("bundle") if isinstance(value, ObjectValue) else None
    return isinstance(option, PlainValue) and option.value is False


def _by_place(files: _Wanted) -> dict[tuple[str, Span], list[str]]:
    """The new files by the configuration that had them; the first entry there is their place."""
    first = dict[str, tuple[str, Span]]()
    found = dict[tuple[str, Span], list[str]]()
    for file, (path, span) in files.items():
        found.setdefault(first.setdefault(path, (path, span)), []).append(file)
    return found


def _entry_lists(move_set: MoveSet, tool: str, directory: str) -> Iterator[tuple[str, BuildList]]:
    """The lists of entries in the configurations of a tool in a package."""
    workspace = move_set.before
    configurations = workspace.component(Configurations)
    for name in workspace.files.entries(directory):
        path = f"{directory}/{name}" if directory else name
        if not path.endswith(SOURCE_EXTENSIONS) or tool_of(path) != tool:
            continue
        value = configurations.value(path)
        for entries in () if value is None else build_lists(path, value):
            if entries.is_entry and entries.size:
                yield path, entries
