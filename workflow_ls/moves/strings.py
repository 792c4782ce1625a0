"""What the moves ask of strings: those that name a moved file, and paths that a program builds."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.moves.move_set import Cut
from workflow_ls.moves.path_expressions import find_climbing, follow_paths, new_directory
from workflow_ls.moves.references import Change
from workflow_ls.moves.specifiers import Stuck, specifier_to
from workflow_ls.project.legacy_strings import Occurrence, find_occurrences
from workflow_ls.rewrite.import_edits import escape
from workflow_ls.rewrite.specifier_style import spelling
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.text import Edit
from workflow_ls.vfs.files import is_source, is_within, join


def follow_strings(cut: Cut, path: str) -> Iterator[tuple[str, int, Change | Stuck]]:
    """The strings of the file `path` (where it lies now) that have to change, with what they say and their offset."""
    facts, read = cut.before.sources.facts(path), cut.references(path)
    if facts is None or read is None:
        return
    built = list(follow_paths(cut, path, read[0]))
    for text, span, found in built:
        if found is not None:
            yield text, span.start, found
    taken = [span for _, span, _ in built]
    for occurrence in find_occurrences(cut.before, facts):
        if any(span.start <= occurrence.span.start < span.end for span in taken):
            continue
        taken.append(occurrence.span)
        new = _renamed(cut, path, occurrence)
        if isinstance(new, Stuck):
            yield occurrence.text, occurrence.span.start, new
        elif new != occurrence.text:
            edit = Edit(occurrence.span, escape(new, occurrence.quote))
            yield occurrence.text, occurrence.span.start, Change((edit,), "deprecated-reference", new)
    if cut.moved(path) != path:
        yield from find_climbing(cut, path, read[0], [*taken, *(reference.span for reference in read[1])])


def _renamed(cut: Cut, path: str, occurrence: Occurrence) -> str | Stuck:
    """What a string names a moved file or folder by, afterwards."""
    if occurrence.unfinished is not None:
        return Stuck(occurrence.unfinished)
    if occurrence.path is None:
        return _specifier(cut, path, occurrence)
    files, old = cut.before.files, occurrence.path
    if occurrence.text.endswith("/") or files.kind(old) == "directory":
        new = new_directory(cut, old)
        if new is None:
            return Stuck(f"the files of {old} do not stay together")
        return _written(cut, path, occurrence, new + "/" * occurrence.text.endswith("/"))
    target = old if files.kind(old) == "file" else cut.tree_of(occurrence.module)
    if target is None:
        return Stuck(f"{old} is not there")
    if target in cut.dissolved:
        return Stuck(f"{target} is dissolved")
    if target not in cut.follows:
        return Stuck(f"{target} does not move")
    new = cut.moved(target)
    if is_source(target):
        new = (
            spelling(occurrence.text, target)(new)
            if is_source(occurrence.text)
            else new[: len(new) - _cut(target, old)]
        )
    return _written(cut, path, occurrence, new)


def _cut(target: str, old: str) -> int:
    """How many characters of a file's path a string leaves out at the end."""
    return len(target) - len(old)


def _specifier(cut: Cut, path: str, occurrence: Occurrence) -> str | Stuck:
    """What imports of a module say afterwards, wherever the string is."""
    target = cut.tree_of(occurrence.module)
    if target is None:
        return Stuck(f"`{occurrence.text}` names no file")
    if target in cut.dissolved:
        return Stuck(f"{target} is dissolved")
    if target not in cut.follows:
        return Stuck(f"{target} does not move")
    reference = Reference(Form.DECLARE_MODULE, occurrence.text, occurrence.span, occurrence.quote, type_only=True)
    outside = "any-file.ts" if is_within(path, cut.before.table.tree) else path
    return specifier_to(cut, reference, outside, target)


def _written(cut: Cut, path: str, occurrence: Occurrence, new: str) -> str:
    """A new path in the way that a string writes the old one."""
    importer, slash = cut.moved(path), "/" * new.endswith("/")
    if occurrence.prefix is not None:
        landed = join(posixpath.dirname(path), occurrence.text)
        by_file = importer != path and occurrence.text.startswith(".") and landed == occurrence.path
        if not by_file:
            return occurrence.prefix + new
    relative = posixpath.relpath(new, posixpath.dirname(importer) or ".") + slash
    return relative if relative.startswith("..") else f"./{relative}"
