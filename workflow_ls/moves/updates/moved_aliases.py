"""Updates the aliases of bundlers and test runners that lead into the tree that moves, and the `imports` of manifests.

Paths that a program builds from the directory of its file follow in `path_edits`; here is what only the tool makes a
path of: `<rootDir>/../shared/workflow/$1`, a path relative to the root of the tool, a constant that others go on from.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from workflow_ls.diagnostics import Blocked
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.tree import Node
from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.updates.new_specifiers import BlockedReference
from workflow_ls.moves.updates.path_edits import destination_of
from workflow_ls.moves.updates.references import Change
from workflow_ls.moves.updates.strings import renamed_specifier
from workflow_ls.project.builds.aliases.alias_rules import AliasRule
from workflow_ls.project.builds.aliases.build_resolution import FROM_ROOT, BuildResolution
from workflow_ls.project.builds.aliases.table_parts import AliasTable
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.builds.values import ValuePlace, workspace_path
from workflow_ls.project.legacy_strings import LegacyString
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Edit, Span, sort_edits
from workflow_ls.vfs.files import Query, is_source, is_within, join

_PATTERN = compile_on_use(r"[*$\\]")
_ROOT_DIR = "<rootDir>"


def follow_build_aliases(move_set: MoveSet, path: str) -> Iterator[tuple[str, Span, Change | BlockedReference]]:
    """The targets of aliases in the configuration `path` that lead into the tree: the text, its span, its change."""
    builds = move_set.before.component(BuildResolution)
    if path not in move_set.before.component(BuildFiles).with_aliases():
        return
    seen = set[Span]()
    for table in builds.tables(path):
        for rule in table.rules:
            for whole, pieces in zip(rule.targets, rule.literals):
                target, literal = _deciding(move_set, table, whole, pieces)
                if literal is None or literal.path != path or literal.span in seen:
                    continue
                found = _change(move_set, table, rule, target, literal)
                if found is not None:
                    seen.add(literal.span)
                    yield found


def _deciding(
    move_set: MoveSet, table: AliasTable, target: str, pieces: tuple[ValuePlace, ...]
) -> tuple[str, ValuePlace | None]:
    """The literal by which a target enters the tree, and the target up to its end.

    What is written behind a path in the tree, as in `${flow}/$1` and `path.join(flow, 'runtime')`, moves along.
    """
    while len(pieces) > 1:
        *_, last = pieces
        written = move_set.text(last.path)[last.span.start : last.span.end].decode(errors="replace")
        before = target.removesuffix(written)
        place = workspace_path(before, table.root)
        if before == target or place is None or not is_within(place.rstrip("/"), move_set.before.table.tree):
            break
        target, pieces = before.rstrip("/"), pieces[:-1]
    return target, pieces[-1] if pieces else None


def _change(
    move_set: MoveSet, table: AliasTable, rule: AliasRule, target: str, literal: ValuePlace
) -> tuple[str, Span, Change | BlockedReference] | None:
    table_of_moves, text = move_set.before.table, move_set.text(literal.path)
    written = text[literal.span.start : literal.span.end].decode(errors="replace")
    whole = workspace_path(target, table.root)
    fixed = None if whole is None else _fixed(whole)
    root = (table.root, _moved(move_set, table.root))
    if fixed is None or not is_within(fixed, table_of_moves.tree):
        # What leads out of a root that moves leads elsewhere from its new place.
        starts_at_root = written.startswith(_ROOT_DIR) or table.family in FROM_ROOT
        leaves = fixed is not None and len(set(root)) > 1 and starts_at_root
        made = _written(written, fixed, fixed, (root,)) if fixed is not None and leaves else None
        if made is None or made == written:
            return _specifier(move_set, target, written, literal.span)
        return written, literal.span, Change((Edit(literal.span, made),), "moved", made)
    old = module_file(move_set.before.files, posixpath.dirname(fixed), posixpath.basename(fixed)) or fixed
    if move_set.before.files.kind(fixed) == "directory":
        old = fixed
    if old in move_set.inlined:
        return written, literal.span, BlockedReference(Blocked(f"the barrel {old} is removed"))
    new = destination_of(move_set, old)
    if new is None:
        return written, literal.span, BlockedReference(Blocked(f"the files of {old} do not stay together"))
    if new == old:
        return None
    if old != fixed:
        # The alias leaves the ending out, or the index of a folder.
        new = split_extension(new)[0] if split_extension(old)[0] == fixed else posixpath.dirname(new)
    directory = posixpath.dirname(literal.path)
    if _is_in_name(move_set, rule, written, literal):
        reason = f"the name of the alias `{rule.key}` is made of this, too, and it leads to {new} then"
        return written, literal.span, BlockedReference(Blocked(reason, "change it by hand"))
    made = _written(written, fixed, new, ((directory, _moved(move_set, directory)), root))
    if made == written:
        return None
    if made is None:
        reason = f"the alias `{rule.key}` leads to {old}, which moves to {new}, by a path that is put together"
        return written, literal.span, BlockedReference(Blocked(reason, "change it by hand"))
    return written, literal.span, Change((Edit(literal.span, made),), "moved", made)


def _is_in_name(move_set: MoveSet, rule: AliasRule, written: str, literal: ValuePlace) -> bool:
    """Whether a literal of a target is a part of the name of the alias, too."""
    at, key_at = rule.at, rule.key_at
    if literal == key_at:
        return True
    if literal.path == at.path and at.span.start <= literal.span.start and literal.span.end <= at.span.end:
        return False
    name = move_set.text(key_at.path)[key_at.span.start : key_at.span.end].decode(errors="replace")
    return written in rule.key and rule.key not in name


def _specifier(move_set: MoveSet, target: str, written: str, span: Span) -> tuple[str, Span, Change] | None:
    """The change of a target that is a legacy specifier."""
    legacy = move_set.before.table
    module = legacy.module_of(target) if target == written and not _PATTERN.search(target) else None
    candidates = () if module is None else tuple(legacy.candidates(module))
    if not candidates:
        return None
    return written, span, Change((Edit(span, candidates[0]),), "moved", candidates[0])


def _fixed(path: str) -> str:
    """The part of a target before what a match fills in."""
    pattern = _PATTERN.search(path)
    return path if pattern is None else path[: pattern.start()].rpartition("/")[0]


def _moved(move_set: MoveSet, directory: str) -> str:
    """Where a directory is after the moves."""
    return destination_of(move_set, directory) or directory


def _written(written: str, old: str, new: str, bases: Iterable[tuple[str, str]]) -> str | None:
    """A literal that leads to `new` where it leads to `old` now; None if it is not known from where it starts.

    `bases` are the directories from which it may start, each with its new place.
    """
    lead = _ROOT_DIR if written.startswith(_ROOT_DIR) else ""
    path = written[len(lead) :]
    pattern = _PATTERN.search(path)
    start = path if pattern is None else path[: pattern.start()].rpartition("/")[0]
    rest = path[len(start) :]
    slash = "/" if start.startswith("/") else ""
    relative = start.lstrip("/")
    end = "/" if relative.endswith("/") else ""
    relative = relative.rstrip("/")
    known = [place for base, place in bases if posixpath.normpath(posixpath.join(base, relative)) == old]
    if not known and relative and f"/{old}".endswith(f"/{relative}"):
        known = [old[: -len(relative)].rstrip("/")]
    if not known:
        return None
    made = posixpath.relpath(new, known[0] or ".")
    if relative.startswith("./") and not made.startswith("../"):
        made = f"./{made}"
    elif not relative:
        made = "" if made == "." else f"/{made}"
    return f"{lead}{slash}{made}{end}{rest}"


def json_with_aliases(move_set: MoveSet) -> tuple[str, ...]:
    """The manifests with `imports` or `browser`, and configurations in JSON, that may lead into the tree; sorted."""
    workspace = move_set.before
    manifests = workspace.files.search((Query(("package.json",), ('"imports"', '"browser"')),))
    configurations = workspace.component(BuildFiles).with_aliases()
    found = {path for path in manifests if posixpath.basename(path) == "package.json"}
    found.update(path for path in configurations if not is_source(path))
    return tuple(sorted(path for path in found if not workspace.is_exempt(path)))


def follow_json_aliases(move_set: MoveSet, path: str, text: bytes) -> tuple[Edit, ...]:
    """The edits of what leads into the tree in a file in JSON: its aliases, and `imports` and `browser` of a manifest.

    `text` is its present text.
    """
    edits = [*_private_names(move_set, path, text), *_swapped_modules(move_set, path, text)]
    if text == move_set.text(path):
        found = [change for _, _, change in follow_build_aliases(move_set, path)]
        edits += (edit for change in found if isinstance(change, Change) for edit in change.edits)
    return sort_edits(edits)


def _private_names(move_set: MoveSet, path: str, text: bytes) -> Iterator[Edit]:
    """The edits of the `imports` of a manifest, whose targets are inside its package, or names of others."""
    root = parse_json(text).root
    imports = None if root is None or posixpath.basename(path) != "package.json" else root.at("imports")
    for leaf in () if imports is None else _leaves(imports):
        written = str(leaf.data)
        target = join(posixpath.dirname(path), written) if written.startswith("./") else None
        if target is None:
            name = _new_specifier(move_set, written)
        elif is_within(_fixed(target), move_set.before.table.tree):
            name = _new_name(move_set, target)
        else:
            continue
        if name is not None:
            yield Edit(Span(leaf.span.start + 1, leaf.span.end - 1), name)


def _swapped_modules(move_set: MoveSet, path: str, text: bytes) -> Iterator[Edit]:
    """The edits of the specifiers in the `browser` of a manifest: what is swapped is called by its new name.

    An entry whose new name is there, or is that of another, stays.
    """
    root = parse_json(text).root if posixpath.basename(path) == "package.json" else None
    swaps = None if root is None else root.at("browser")
    taken = set[str]() if swaps is None else {member.key for member in swaps.properties}
    for member in () if swaps is None else swaps.properties:
        name = _renamed(move_set, path, member.key, member.key_span)
        if name is not None and name not in taken:
            taken.add(name)
            yield Edit(Span(member.key_span.start + 1, member.key_span.end - 1), name)
        value = member.value
        given = _renamed(move_set, path, value.data, value.span) if isinstance(value.data, str) else None
        if given is not None:
            yield Edit(Span(value.span.start + 1, value.span.end - 1), given)


def _renamed(move_set: MoveSet, path: str, text: str, span: Span) -> str | None:
    """The new specifier of the legacy module that a text names; None if it names none, or none that moves."""
    module = move_set.before.table.module_of(text)
    if module is None:
        return None
    found = renamed_specifier(move_set, path, LegacyString(text, span, '"', 0, module))
    return found if isinstance(found, str) and found != text else None


def _new_name(move_set: MoveSet, target: str) -> str | None:
    """The specifier by which a moved file, or what a pattern matches, is found in its new package."""
    fixed = _fixed(target)
    return _canonical(move_set, move_set.before.table.module_at(fixed), target[len(fixed) :])


def _new_specifier(move_set: MoveSet, target: str) -> str | None:
    """The specifier of what a legacy one names, which may be a pattern."""
    fixed = _fixed(target)
    return _canonical(move_set, move_set.before.table.module_of(fixed), target[len(fixed) :])


def _canonical(move_set: MoveSet, module: str | None, star: str) -> str | None:
    candidates = () if module is None else tuple(move_set.before.table.candidates(module))
    return f"{candidates[0]}{split_extension(star)[0] if star else ''}" if candidates else None


def _leaves(node: Node) -> Iterator[Node]:
    if isinstance(node.data, str):
        yield node
    for member in node.properties:
        yield from _leaves(member.value)
    for item in node.items if isinstance(node.data, list) else ():
        yield from _leaves(item)
