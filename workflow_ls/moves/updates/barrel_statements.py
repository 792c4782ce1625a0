"""What a removed barrel re-exports: as statements of another file, and name by name."""

from __future__ import annotations

import re

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.updates.new_specifiers import BlockedReference, blocked_reference, specifier_to
from workflow_ls.project.resolution.bare_specifiers import split_package
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.rewrite.text_edits.import_edits import escape, split_statement
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.text import BOM, Edit, Span, apply_edits
from workflow_ls.vfs.files import is_within


def inline(
    move_set: MoveSet, path: str, barrel: str, exported: set[str], stars: frozenset[str] = frozenset()
) -> str | BlockedReference:
    """The re-exports of a barrel as statements of the file `path`; both paths are old ones.

    Names in `exported` are left out, since the file exports them itself, and so is `export *` from the files `stars`.
    """
    references = move_set.references(barrel)
    if references is None:
        return blocked_reference(f"{barrel} can't be read")
    source, edits = move_set.text(barrel), list[Edit]()
    for reference in references:
        target = move_set.target(barrel, reference)
        if reference.statement is None:
            return blocked_reference(f"{barrel} holds more than re-exports")
        if is_star(source, reference) and target is not None and target in stars:
            edits.append(Edit(whole_line(source, reference.statement), ""))
            continue
        kept = [name for name in reference.names if (name.local or name.name) not in exported]
        if reference.names and not kept:
            edits.append(Edit(whole_line(source, reference.statement), ""))
            continue
        specifier = specifier_of(move_set, path, barrel, reference)
        if isinstance(specifier, BlockedReference):
            return specifier
        if len(kept) == len(reference.names):
            edits.append(Edit(reference.span, escape(specifier, reference.quote)))
        else:
            piece = ImportPart(specifier, tuple((name, name.name) for name in kept))
            edits += split_statement(source, reference=reference, parts=[piece])
    text = apply_edits(source, edits).removeprefix(BOM).decode().strip()
    return re.sub(r"\r\n|\r|\n", "\r\n" if b"\r\n" in move_set.text(path) else "\n", text)


def is_star(text: bytes, reference: Reference) -> bool:
    """Whether a reference is an `export * from` without a name."""
    if reference.form is not Form.EXPORT or reference.names or reference.statement is None:
        return False
    return re.match(rb"export\s+(type\s+)?\*\s*from\b", text[slice(*reference.statement)]) is not None


def provider(move_set: MoveSet, barrel: str, name: str) -> tuple[Reference, str] | None:
    """The re-export of a barrel that provides a name, and the name in the module that it re-exports."""
    references = move_set.references(barrel) or ()
    for reference in references:
        for exported in reference.names:
            if (exported.local or exported.name) == name:
                return reference, exported.name
    for reference in references:
        target = None if reference.names else move_set.target(barrel, reference)
        if target is not None and name != "default" and name in move_set.targets.index.exports(target).names:
            return reference, name
    return None


def specifier_of(
    move_set: MoveSet, path: str, barrel: str, reference: Reference, *, replaced: Reference | None = None
) -> str | BlockedReference:
    """The specifier by which the file `path` names the target of a re-export of a barrel.

    `replaced` is the reference to the barrel that it replaces, None for a re-export that is inlined.
    """
    target = move_set.target(barrel, reference)
    bare = split_package(reference.specifier) is not None
    bare = bare and move_set.before.table.module_of(reference.specifier) is None
    if bare and (target is None or move_set.destination(target) == target):
        return reference.specifier
    if target is None:
        return blocked_reference(f"`{reference.specifier}` in {barrel} leads nowhere", "correct it first")
    package = move_set.package_of(move_set.destination(target))
    inside = package is None or is_within(move_set.destination(path), package.directory)
    # Where the result is a path, too, the barrel's specifier is respelled.
    present = reference.specifier
    if replaced is not None and not inside:
        present = replaced.specifier
    elif not inside:
        present = move_set.before.table.roots[0]
    model = replaced or reference
    trial = Reference(model.form, present, reference.span, reference.quote, type_only=model.type_only)
    return specifier_to(move_set, trial, path, target)


def whole_line(text: bytes, span: Span) -> Span:
    """The span of a statement with the line break after it."""
    match = re.compile(rb"[ \t]*(\r\n|\n|\r)?").match(text, span.end)
    return Span(span.start, span.end if match is None else match.end())


def as_types(statements: str) -> str:
    """Re-exports that pass on types only."""
    typed = re.sub(r"^export\s+(?=[*{])", "export type ", statements, flags=re.MULTILINE)
    return re.sub(r"(?<=[{,])(\s*)type\s+(?!as\b)(?=[\w$])", r"\1", typed)
