"""Updates strings that name a moved file, and paths that a program builds."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.updates.new_specifiers import BlockedReference, specifier_to
from workflow_ls.moves.updates.path_edits import find_climbing, follow_paths, new_directory
from workflow_ls.moves.updates.references import Change
from workflow_ls.project.legacy_strings import LegacyString, find_legacy_strings
from workflow_ls.rewrite.specifiers.specifier_style import spelling
from workflow_ls.rewrite.text_edits.import_edits import escape
from workflow_ls.syntax.model import Form, Reference, StringUse
from workflow_ls.text import Edit
from workflow_ls.vfs.files import is_source, join


def follow_strings(move_set: MoveSet, path: str) -> Iterator[tuple[str, int, Change | BlockedReference]]:
    """The strings of the file `path` (its old path) that have to change, with their text and offset.

    Code that a test expects in another file is left out, unless the move set is partial: see `expected_code`.
    """
    facts = move_set.before.sources.facts(path)
    if facts is None:
        return
    built = list(follow_paths(move_set, path))
    for text, span, found in built:
        if found is not None:
            yield text, span.start, found
    taken = [span for _, span, _ in built]
    for occurrence in find_legacy_strings(move_set.before, facts):
        if any(span.start <= occurrence.span.start < span.end for span in taken):
            continue
        taken.append(occurrence.span)
        if occurrence.use is StringUse.CODE and (not move_set.partial or is_relative_code(occurrence)):
            continue
        new = renamed_string(move_set, path, occurrence)
        if isinstance(new, BlockedReference):
            yield occurrence.text, occurrence.span.start, new
        elif new != occurrence.text:
            edit = Edit(occurrence.span, escape(new, occurrence.quote))
            yield occurrence.text, occurrence.span.start, Change((edit,), "deprecated-reference", new)
    if move_set.destination(path) != path:
        yield from find_climbing(move_set, path, taken)


def is_relative_code(occurrence: LegacyString) -> bool:
    """Whether a string is code with a path that is relative to the file that holds this code."""
    return occurrence.use is StringUse.CODE and occurrence.text.startswith(".")


def renamed_string(move_set: MoveSet, path: str, occurrence: LegacyString) -> str | BlockedReference:
    """The new text of a string that names a moved file or folder."""
    if occurrence.obstacle is not None:
        return BlockedReference(occurrence.obstacle)
    if occurrence.path is None:
        return renamed_specifier(move_set, path, occurrence)
    files, old = move_set.before.files, occurrence.path
    if occurrence.text.endswith("/") or files.kind(old) == "directory":
        new = new_directory(move_set, old)
        if new is None:
            return BlockedReference(Blocked(f"the files of {old} do not stay together"))
        return _written(move_set, path, occurrence, new + "/" * occurrence.text.endswith("/"))
    target = old if files.kind(old) == "file" else move_set.before.resolver.legacy_file(occurrence.module)
    if target is None:
        return BlockedReference(Blocked(f"{old} does not exist"))
    obstacle = _obstacle(move_set, target)
    if obstacle is not None:
        return obstacle
    new = move_set.destination(target)
    if is_source(target):
        new = (
            spelling(occurrence.text, target)(new)
            if is_source(occurrence.text)
            else new[: len(new) - (len(target) - len(old))]
        )
    return _written(move_set, path, occurrence, new)


def _obstacle(move_set: MoveSet, target: str) -> BlockedReference | None:
    """Why a string that names the file `target` cannot follow it; None where it can."""
    if target in move_set.inlined:
        return BlockedReference(Blocked(f"the barrel {target} is removed"))
    if not move_set.moves_file(target):
        return BlockedReference(Blocked(f"{target} does not move"))
    return None


def renamed_specifier(move_set: MoveSet, path: str, occurrence: LegacyString) -> str | BlockedReference:
    """The new specifier of a module, for a string of the file `path`."""
    target = move_set.before.resolver.legacy_file(occurrence.module)
    if target is None:
        return BlockedReference(Blocked(f"`{occurrence.text}` names no file"))
    obstacle = _obstacle(move_set, target)
    if obstacle is not None:
        return obstacle
    reference = Reference(Form.DECLARE_MODULE, occurrence.text, occurrence.span, occurrence.quote, type_only=True)
    outside = "any-file.ts" if move_set.before.table.in_tree(path) else path
    return specifier_to(move_set, reference, outside, target)


def _written(move_set: MoveSet, path: str, occurrence: LegacyString, new: str) -> str:
    """The new path as the string writes the old one: from the root, or relative to its file."""
    importer, slash = move_set.destination(path), "/" * new.endswith("/")
    if occurrence.prefix is not None:
        landed = join(posixpath.dirname(path), occurrence.text)
        by_file = importer != path and occurrence.text.startswith(".") and landed == occurrence.path
        if not by_file:
            return occurrence.prefix + new
    relative = posixpath.relpath(new, posixpath.dirname(importer) or ".") + slash
    return relative if relative.startswith("..") else f"./{relative}"
