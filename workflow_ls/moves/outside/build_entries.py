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
from workflow_ls.text import Edit, LineIndex, Span
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, is_within

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


@record
class _Leaving:
    """An item of a list that names what leaves the package: `to` is its new path, None for what is gone."""

    item: BuildPath
    to: str | None


def follow_builds(move_set: MoveSet) -> FollowedBuilds:
    """Find what becomes of the entries and globs that name moved files in the builds of their package."""
    found, wanted = FollowedBuilds(), dict[tuple[str, str], dict[str, tuple[str, Span]]]()
    entries_of_tree = move_set.before.component(TreeEntries)
    for path in entries_of_tree.paths():
        home, seen = entries_of_tree.builds.directory_of(path), set[Span]()
        for entries, items in entries_of_tree.of_file(path):
            leaving = [each for each in _leaving(move_set, items, home) if each.item.at.span not in seen]
            seen.update(each.item.at.span for each in leaving)
            if leaving:
                _take_out(move_set, path, entries, leaving, found, tool_of(path), wanted)
    for (tool, directory), files in wanted.items():
        _add(move_set, tool, directory, files, found)
    return found


def _leaving(move_set: MoveSet, items: Iterable[BuildPath], home: str) -> Iterator[_Leaving]:
    files = move_set.before.files
    for item in items:
        file = item.path if files.kind(item.path) is not None else module_file(files, stem_of(item.path), "") or ""
        to = None if file in move_set.inlined else destination_of(move_set, file)
        if to is None or not is_within(to, home):
            yield _Leaving(item, to)


def _take_out(
    move_set: MoveSet,
    path: str,
    entries: BuildList,
    leaving: list[_Leaving],
    found: FollowedBuilds,
    tool: str,
    wanted: dict[tuple[str, str], dict[str, tuple[str, Span]]],
) -> None:
    text = move_set.text(path)
    lines = LineIndex(text)
    spans = [outer_span(text, each.item.at.span) for each in leaving]
    found.taken.setdefault(path, []).extend(spans)
    if not all(each.item.at.path == path and _is_literal(each) for each in leaving):
        for each, span in zip(leaving, spans):
            if each.item.at.path == path:
                found.left.append(_listed(lines, path, span, each, f"it is computed. {_remedy(entries, each)}"))
    elif entries.size > len(leaving):
        found.edits.setdefault(path, []).extend(remove_items(text, spans))
        for each, span in zip(leaving, spans):
            where = f"{each.to or 'nothing'}, no longer in `{entries.name}` here"
            line = lines.line_at(span.start) + 1
            found.rewrites.append(Rewrite(path, line, _RULE, each.item.text.value, where))
            package = None if each.to is None else move_set.after.packages.package_of(each.to)
            if entries.is_entry and not each.item.rest and package is not None and each.to is not None:
                wanted.setdefault((tool, package.directory), {})[each.to] = (path, span)
    else:
        for each, span in zip(leaving, spans):
            _follow_in_place(path, entries, each, span, lines, found)


def _follow_in_place(
    path: str, entries: BuildList, each: _Leaving, span: Span, lines: LineIndex, found: FollowedBuilds
) -> None:
    """Let an entry name the new path, where the build would have none without it."""
    piece = each.item.text.pieces[0]
    if each.to is None or not entries.is_entry or each.item.text.pieces != (each.item.text.at,):
        found.left.append(_listed(lines, path, span, each, f"nothing else is in this list. {_remedy(entries, each)}"))
        return
    written = posixpath.relpath(each.to, posixpath.dirname(path) or ".") + (
        f"/{each.item.rest}" if each.item.rest else ""
    )
    written = "!" * each.item.text.value.startswith("!") + written
    found.edits.setdefault(path, []).append(Edit(piece.span, written))
    place = lines.position(span.start, "utf-32")
    found.rewrites.append(Rewrite(path, place.line + 1, _RULE, each.item.text.value, written))
    text = f"{written}: this build has no other entry, and starts from another package now. {_remedy(entries, each)}."
    found.left.append(OtherMention(path, place.line + 1, _KIND, text, place.column + 1))


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
    text = f"{each.item.text.value}: {each.item.path} {where}, and this can't follow: {why}."
    return OtherMention(path, place.line + 1, _KIND, text, place.column + 1)


def _add(
    move_set: MoveSet, tool: str, directory: str, files: dict[str, tuple[str, Span]], found: FollowedBuilds
) -> None:
    """Add entries for moved files to the build of their new package."""
    candidates = list(_entry_lists(move_set, tool, directory))
    if any(covers(entries, path) for _, entries in candidates for path in files):
        files = {path: at for path, at in files.items() if not any(covers(entries, path) for _, entries in candidates)}
    if not files:
        return
    items: list[str | None] = []
    if len(candidates) == 1:
        path, entries = candidates[0]
        text = move_set.text(path)
        style = style_of(text, entries) if entries.at.path == path else None
        items = [None if style is None else style.item(file) for file in files]
        written = [item for item in items if item is not None]
        if written:
            found.edits.setdefault(path, []).extend(added_items(text, entries, written))
            line = LineIndex(text).line_at(entries.at.span.start) + 1
            found.rewrites.extend(Rewrite(path, line, _RULE, f"`{entries.name}`", f"with {item}") for item in written)
            if _never_bundles(move_set, path):
                found.left.append(OtherMention(path, line, _KIND, f"{listed(written)}: {_UNBUNDLED}"))
        files = {file: at for (file, at), item in zip(files.items(), items) if item is None}
    for (path, span), names in _by_place(files).items():
        lines = LineIndex(move_set.text(path))
        place = lines.position(span.start, "utf-32")
        if len(candidates) == 1:
            state = f"the entries of {candidates[0][0]} have no style to follow"
        else:
            state = f"{directory} has {'no' if not candidates else 'more than one'} list of entries for {tool}"
        remedy = f"Let {directory} build it, if its output is used."
        left = f"{listed(names)} left this list, and {state}. {remedy}"
        found.left.append(OtherMention(path, place.line + 1, _KIND, left, place.column + 1))


def _never_bundles(move_set: MoveSet, path: str) -> bool:
    value = move_set.before.component(Configurations).value(path)
    option = value.get("bundle") if isinstance(value, ObjectValue) else None
    return isinstance(option, PlainValue) and option.value is False


def _by_place(files: dict[str, tuple[str, Span]]) -> dict[tuple[str, Span], list[str]]:
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
