"""Updates references to moved files, and references inside them.

A relative path is recomputed, a legacy specifier becomes a canonical one, and an import of an inlined barrel becomes
imports of the modules that it re-exports.  Every new specifier is resolved in the workspace after the moves.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.updates.barrel_statements import as_types, inline, is_star, provider, specifier_of, whole_line
from workflow_ls.moves.updates.barrel_substitutes import substitutes
from workflow_ls.moves.updates.new_specifiers import (
    BlockedReference,
    blocked_reference,
    is_installed,
    is_relative,
    renamed_specifier,
    specifier_to,
)
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.records import record
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.rewrite.text_edits.import_edits import escape, rewrite
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.text import Edit
from workflow_ls.vfs.files import is_within, join


@record
class Change:
    """The edits that update one reference, the rule that requires them, and the new specifiers in words.

    `note` is what a reader should know about the change, "" for nothing.
    """

    edits: tuple[Edit, ...]
    rule: str
    new: str
    note: str = ""


def follow(move_set: MoveSet, path: str, reference: Reference) -> Change | BlockedReference | None:
    """The change of a reference of the file `path` (its old path); None where nothing has to change."""
    target = move_set.target(path, reference)
    if target is None:
        return None if move_set.renames else _follow_unresolved(move_set, path, reference)
    if move_set.renames:
        return _follow_rename(move_set, path, reference, target)
    if _is_of_moved_names(move_set, reference):
        return None
    if target in move_set.inlined:
        return _bypass_barrel(move_set, path, reference, target)
    stays = not move_set.moves_file(target) and move_set.before.table.in_tree(target)
    if stays and not move_set.partial:
        return _stays_behind(move_set, target)
    importer, new = move_set.destination(path), move_set.destination(target)
    legacy = move_set.before.table.module_of(reference.specifier) is not None and not stays
    if importer == path and new == target and is_installed(new):
        return None
    # Even where neither file moves, a moved file may now be found before the target.
    after = None if legacy else move_set.target_after(reference.form, reference.specifier, importer)
    if after is not None and (after == new or is_installed(new)):
        return None
    if is_installed(new) and _is_declared(move_set, reference, importer):
        note = f"`{reference.specifier}` is installed for its old package only. Install the packages again."
        return Change((), "moved", reference.specifier, note)
    specifier, note = specifier_to(move_set, reference, path, target), ""
    if isinstance(specifier, BlockedReference):
        refused = specifier
        if refused.fallback is None or (refused.request is not None and not move_set.manifests_final):
            return refused
        specifier, note = (
            refused.fallback,
            f"`{refused.fallback}` is written as a path: {refused.blocked.message}",
        )
    return _replacement(move_set, path, reference, target, specifier, note)


def _follow_rename(move_set: MoveSet, path: str, reference: Reference, target: str) -> Change | BlockedReference | None:
    importer, new = move_set.destination(path), move_set.destination(target)
    if move_set.target_after(reference.form, reference.specifier, importer) == new:
        return None
    specifier = renamed_specifier(move_set, reference, path, target)
    if specifier is None or isinstance(specifier, BlockedReference):
        return specifier
    return _replacement(move_set, path, reference, target, specifier)


def _replacement(
    move_set: MoveSet, path: str, reference: Reference, target: str, specifier: str, note: str = ""
) -> Change:
    edit = Edit(reference.span, escape(specifier, reference.quote))
    return Change((edit,), _rule(move_set, path, reference, target), specifier, note)


def _stays_behind(move_set: MoveSet, target: str) -> BlockedReference | None:
    """Why a file of the tree does not move, unless another problem already says so."""
    if is_installed(target) or not any(is_within(target, path) for path in move_set.ignored):
        return None
    return blocked_reference(
        f".gitignore excludes {target}, so it does not move",
        "if a build writes it, change the build to write it to the new path, and delete this file; otherwise remove it "
        "from .gitignore",
    )


def _is_declared(move_set: MoveSet, reference: Reference, importer: str) -> bool:
    """Whether the package that a file will belong to declares the one that a reference names."""
    parts, package = split_package(reference.specifier), move_set.after.packages.package_of(importer)
    return parts is not None and package is not None and parts[0] in (package.dependencies or {})


def _follow_unresolved(move_set: MoveSet, path: str, reference: Reference) -> Change | None:
    """Update a path to a file that is missing today: a build may make it, or a bundler reads it by a `?query`."""
    specifier, mark, query = reference.specifier.partition("?")
    landed = join(posixpath.dirname(path), specifier) if is_relative(specifier) else None
    module = move_set.before.table.module_of(specifier) if mark else None
    landed = landed if module is None else move_set.before.resolver.legacy_file(module)
    importer = move_set.destination(path)
    if landed is None or (importer == path and not move_set.moves_file(landed)):
        return None
    new = move_set.destination(landed)
    if move_set.before.table.in_tree(landed):
        if new == landed and move_set.before.files.kind(landed) is None:
            return None  # a build will write it to the new place of the tree
        if module is None and join(posixpath.dirname(importer), specifier) == new:
            return None
    relative = posixpath.relpath(new or ".", posixpath.dirname(importer) or ".")
    relative = (relative if relative.startswith("..") else f"./{relative}") + mark + query
    return _replacement(move_set, path, reference, landed, relative)


def _rule(move_set: MoveSet, path: str, reference: Reference, target: str) -> str:
    table = move_set.before.table
    if table.module_of(reference.specifier) is not None:
        return "deprecated-import"
    if not table.in_tree(target) or table.in_tree(path):
        return "moved"
    # An alias that leads into the tree is a legacy specifier by another name.
    by_path = is_relative(reference.specifier) or reference.form is Form.REFERENCE
    return "deprecated-relative-import" if by_path else "deprecated-import"


def _is_of_moved_names(move_set: MoveSet, reference: Reference) -> bool:
    """Whether a reference imports names that the table maps to another module; the rules rewrite those."""
    module = move_set.before.table.module_of(reference.specifier)
    names = move_set.before.table.moved_names(module) if module is not None else {}
    return bool(names) and (reference.whole or any(name.name in names for name in reference.names))


def _bypass_barrel(move_set: MoveSet, path: str, reference: Reference, barrel: str) -> Change | BlockedReference:
    """Refer to the modules that an inlined barrel re-exports, in the place of the barrel."""
    if reference.form is Form.EXPORT and is_star(move_set.text(path), reference) and reference.statement is not None:
        exported = {export.name for export in move_set.before.sources.syntax(path).exports}
        statements = inline(move_set, path, barrel, exported)
        if isinstance(statements, BlockedReference):
            return statements
        edit = Edit(reference.statement, as_types(statements) if reference.type_only else statements)
        return Change((edit,), _rule(move_set, path, reference, barrel), f"what {barrel} re-exports")
    if reference.whole or reference.statement is None or not reference.names:
        return _refer_to_substitute(move_set, path, reference, barrel)
    return _import_from_origins(move_set, path, reference, barrel)


def _refer_to_substitute(move_set: MoveSet, path: str, reference: Reference, barrel: str) -> Change | BlockedReference:
    """Refer to one other module that has all that a reference takes of a barrel."""
    refused: BlockedReference | None = None
    for module in substitutes(move_set, path, reference, barrel):
        specifier = specifier_to(move_set, reference, path, module)
        if not isinstance(specifier, BlockedReference):
            return _replacement(move_set, path, reference, barrel, specifier)
        refused = refused or specifier
    if refused is not None:
        return refused
    names = ", ".join(f"`{name.name}`" for name in reference.names)
    partial = f"no single module has what this reference takes of it ({names})"
    needed = partial if names else "this reference needs all of it"
    return blocked_reference(
        f"the barrel {barrel} is removed, and {needed}",
        "import what it re-exports by name first",
    )


def _import_from_origins(move_set: MoveSet, path: str, reference: Reference, barrel: str) -> Change | BlockedReference:
    """Import each name of a declaration from the module that a barrel re-exports it from."""
    pieces: dict[str, list[tuple[Name, str]]] = {}
    for name in reference.names:
        found = provider(move_set, barrel, name.name)
        if found is None:
            return blocked_reference(f"{barrel} does not export `{name.name}`")
        specifier = specifier_of(move_set, path, barrel, found[0], replaced=reference)
        if isinstance(specifier, BlockedReference):
            return specifier
        pieces.setdefault(specifier, []).append((name, found[1]))
    parts = [ImportPart(specifier, tuple(names)) for specifier, names in pieces.items()]
    edits = rewrite(move_set.text(path), reference=reference, parts=parts)
    return Change(edits, _rule(move_set, path, reference, barrel), ", ".join(pieces))


def merge_into(move_set: MoveSet, barrel: str, legacy: str) -> Iterator[tuple[Reference, Change | BlockedReference]]:
    """The changes of the references of a canonical barrel to a legacy barrel that is merged into it."""
    source, references = move_set.text(barrel), move_set.references(barrel) or ()
    declared = {e.name for e in move_set.before.sources.syntax(barrel).exports if e.specifier is None}
    passed = {
        name.local or name.name
        for reference in references
        if reference.form is Form.EXPORT and move_set.target(barrel, reference) != legacy
        for name in reference.names
    }
    stars = frozenset(
        target
        for reference in references
        if is_star(source, reference) and (target := move_set.target(barrel, reference)) is not None
    )
    done = False
    for reference in references:
        if move_set.target(barrel, reference) != legacy:
            continue
        statement = reference.statement
        if reference.form is Form.IMPORT and reference.names and not reference.whole:
            yield reference, _import_from_origins(move_set, barrel, reference, legacy)
        elif statement is None or reference.form is not Form.EXPORT:
            yield reference, blocked_reference(f"{legacy} is merged into this file, and this reference needs all of it")
        elif not is_star(source, reference) or done:
            # The inlined statements export the names that it re-exports.
            yield reference, Change((Edit(whole_line(source, statement), ""),), "moved", "merged")
        else:
            done = True
            statements = inline(move_set, barrel, legacy, declared | passed, stars - {legacy})
            if isinstance(statements, BlockedReference):
                yield reference, statements
            else:
                yield reference, Change((Edit(statement, statements),), "legacy-proxy", f"what {legacy} re-exports")
