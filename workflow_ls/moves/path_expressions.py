"""What the moves ask of paths that a program puts together: from its own place, or from several strings."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_ls.moves.move_set import Cut
from workflow_ls.moves.references import Change
from workflow_ls.moves.specifiers import Stuck
from workflow_ls.project.resolver import module_file
from workflow_ls.rewrite.import_edits import escape
from workflow_ls.rewrite.specifier_style import spelling, stem_of
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.path_expressions import PathExpression, find_path_expressions, join_arguments
from workflow_ls.syntax.string_literals import find_string_matches
from workflow_ls.text import Edit, Span
from workflow_ls.vfs.files import is_source, is_within, join

_PATTERN = re.compile(r"[*?{\[(!]")
_CLIMBING = re.compile(r"\.\.(/[\w@.-]+)*/?")


def follow_paths(cut: Cut, path: str, source: Source) -> Iterator[tuple[str, Span, Change | Stuck | None]]:
    """The built paths of the file `path` (where it lies now) that are about moved files, or that it takes along.

    With what each says and where; the last is None where it says the right thing already.
    """
    for built in find_path_expressions(source, cut.before.table.tree):
        found = _anchored(cut, path, source, built) if built.anchored else _from_root(cut, built)
        if found is not None:
            yield built.text, built.span, found[0]


def find_climbing(cut: Cut, path: str, source: Source, taken: list[Span]) -> Iterator[tuple[str, int, Stuck]]:
    """The strings of a moved file that would be paths to something else, if they were read from where it lies.

    Whether they are is not to be seen from them; those that reach into `taken` are known.
    """
    if b".." not in source.text:
        return
    for mention in find_string_matches(source, {".."}, taken):
        old = join(posixpath.dirname(path), mention.text) if _CLIMBING.fullmatch(mention.text) else None
        if old is None or any(span.start <= mention.span.start < span.end for span in taken):
            continue
        new = new_place_of(cut, old)
        if cut.before.files.kind(old) is not None and new is not None:
            importer = cut.moved(path)
            if join(posixpath.dirname(importer), mention.text) != new:
                written = _relative(new, importer, mention.text)
                reason = f"if it starts at the directory of this file, where it led to {old}, it has to be `{written}`"
                yield mention.text, mention.span.start, Stuck(reason)


def new_place_of(cut: Cut, path: str) -> str | None:
    """Where a file or directory is afterwards; None for a directory of the legacy tree whose files part."""
    if path in cut.follows or not is_within(path, cut.before.table.tree) or cut.before.files.kind(path) == "file":
        return cut.moved(path)
    return new_directory(cut, path)


def new_directory(cut: Cut, directory: str) -> str | None:
    """Where a directory of the legacy tree goes as a whole; None where its files part, or stay."""
    found: str | None = None
    for placement in cut.placements:
        if is_within(placement.old, directory) and placement.new is not None:
            below = placement.old[len(directory) :]
            place = placement.new[: -len(below)] if placement.new.endswith(below) else None
            if place is None or found not in (None, place):
                return None
            found = place
    return None if any(is_within(path, directory) for path in cut.staying) else found


def _anchored(cut: Cut, path: str, source: Source, built: PathExpression) -> tuple[Change | Stuck | None] | None:
    """What becomes of a path that starts at the directory of its file; None where that is of no concern."""
    text = built.text.lstrip("/") if built.quote == "`" or len(built.strings) == 1 else built.text
    lead = built.text[: len(built.text) - len(text)]
    written, rest = _fixed_part(source, built, text)
    old = join(posixpath.dirname(path), written)
    if old is None:
        return None
    target, moves = _file_at(cut, old), cut.moved(path) != path
    in_tree = is_within(target, cut.before.table.tree)
    if not moves and not in_tree:
        return None
    importer = cut.moved(path)
    if cut.before.files.kind(target) is None:
        # What a build makes in the tree, it makes in its new place then; of others nobody can tell.
        told = moves and not in_tree and join(posixpath.dirname(importer), written) != old
        return (Stuck(f"{old} is not there") if told else None,)
    if target in cut.dissolved:
        return (Stuck(f"{target} is dissolved"),)
    new = new_place_of(cut, target)
    if new is None:
        return (Stuck(f"the files of {target} do not stay together"),)
    spelled = _spelled(written, old, target, new)
    if join(posixpath.dirname(importer), written) == spelled:
        return (None,)
    relative = _relative(spelled, importer, written)
    new_text = lead + relative + rest
    rule = "moved" if new == target or is_within(path, cut.before.table.tree) else "deprecated-reference"
    return (Change((Edit(built.span, escape(new_text, built.quote)),), rule, new_text),)


def _from_root(cut: Cut, built: PathExpression) -> tuple[Change | Stuck] | None:
    """What becomes of a path that names the legacy tree in several strings, from the root or from who knows where."""
    tree = cut.before.table.tree
    at = f"/{built.text}/".find(f"/{tree}/")
    old = built.text[at:].rstrip("/")
    target = _file_at(cut, old)
    if cut.before.files.kind(target) is None:
        return None
    if target in cut.dissolved:
        return (Stuck(f"{target} is dissolved"),)
    new = new_place_of(cut, target)
    if new is None:
        return (Stuck(f"the files of {target} do not stay together"),)
    if new == target:
        return None
    spelled = _spelled(old, old, target, new)
    prefix, segments = built.text[:at], [string.strip("/") for string in built.strings]
    alone = segments[segments.index(tree.partition("/")[0]) :] if tree.partition("/")[0] in segments else [""]
    if all("/" not in segment for segment in alone) and "/".join(alone) == old:
        before = built.strings[: len(built.strings) - len(alone)]
        written = join_arguments([*(escape(part, built.quote) for part in (*before, *spelled.split("/")))], built.quote)
    else:
        written = escape(prefix + spelled, built.quote)
    return (Change((Edit(built.span, written),), "deprecated-reference", prefix + spelled),)


def _fixed_part(source: Source, built: PathExpression, text: str) -> tuple[str, str]:
    """A path up to where it stands for several, or goes on with what is computed; and the rest of it."""
    pattern = _PATTERN.search(text)
    computed = source.text.startswith(b"${", built.span.end)
    if pattern is None and not computed:
        return text, ""
    end = text.rfind("/", 0, pattern.start() if pattern is not None else len(text)) + 1
    return text[:end], text[end:]


def _file_at(cut: Cut, path: str) -> str:
    """The file that a path names, with or without its ending, or else the path itself."""
    if cut.before.files.kind(path) is not None:
        return path
    stem = stem_of(path)
    return module_file(cut.before.files, stem, "") or path


def _spelled(written: str, old: str, target: str, new: str) -> str:
    """A new path with the ending that the old one was written with."""
    if old == target or not is_source(target):
        return new
    return spelling(written, target)(new) if is_source(written) else new[: len(new) - (len(target) - len(old))]


def _relative(new: str, importer: str, written: str) -> str:
    relative = posixpath.relpath(new or ".", posixpath.dirname(importer) or ".")
    dotted = relative if relative.startswith("..") or not written.startswith(".") else f"./{relative}"
    dotted = "." if dotted == "./." else dotted
    return dotted + "/" * (written.endswith("/") and not dotted.endswith("/"))
