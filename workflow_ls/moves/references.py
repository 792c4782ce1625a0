"""What the moves ask of the references to moved files, and of those that moved files hold.

A reference goes where its file goes: a relative path is written anew, a legacy specifier becomes a canonical one, and
a barrel that is dissolved gives way to what it re-exports.  Every new specifier is looked up in the workspace as it
will be.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_ls.moves.move_set import Cut
from workflow_ls.moves.specifiers import RELATIVE, Stuck, is_installed, specifier_to
from workflow_ls.project.specifiers import split_package
from workflow_ls.records import record
from workflow_ls.rewrite.import_edits import escape, rewrite, split_statement
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.text import BOM, Edit, Span, apply_edits
from workflow_ls.vfs.files import is_within, join


@record
class Change:
    """The edits that one reference takes, the rule that asks for them, and the new specifiers in words.

    `note` says what a reader should know of it, "" for nothing.
    """

    edits: tuple[Edit, ...]
    rule: str
    new: str
    note: str = ""


def follow(cut: Cut, path: str, reference: Reference) -> Change | Stuck | None:
    """What becomes of a reference of the file `path` (where it lies now); None where nothing has to change."""
    target = cut.target(path, reference)
    if target is None:
        return _lexical(cut, path, reference)
    if _is_of_names(cut, reference):
        return None
    if target in cut.dissolved:
        return _dissolve(cut, path, reference, target)
    stays = target not in cut.follows and is_within(target, cut.before.table.tree)
    if stays and not cut.partial:
        return _stays_behind(cut, target)
    importer, new = cut.moved(path), cut.moved(target)
    legacy = cut.before.table.module_of(reference.specifier) is not None and not stays
    if importer == path and new == target and not legacy:
        return None
    then = None if legacy else cut.leads_to(reference.form, reference.specifier, importer)
    if then is not None and (then == new or is_installed(new)):
        return None
    if is_installed(new) and _is_declared(cut, reference, importer):
        note = f"`{reference.specifier}` is installed for its old package only, so install the packages anew"
        return Change((), "moved", reference.specifier, note)
    specifier, note = specifier_to(cut, reference, path, target), ""
    if isinstance(specifier, Stuck):
        stuck = specifier
        if stuck.fallback is None or (stuck.wanted is not None and not cut.settled):
            return stuck
        specifier, note = stuck.fallback, f"`{stuck.fallback}` goes by path: {stuck.reason}"
    text = escape(specifier, reference.quote)
    return Change((Edit(reference.span, text),), _rule(cut, path, reference, target), specifier, note)


def _stays_behind(cut: Cut, target: str) -> Stuck | None:
    """Why a file of the tree does not move, unless that is told already."""
    if is_installed(target) or not any(is_within(target, path) for path in cut.ignored):
        return None
    return Stuck(
        f".gitignore excludes {target}, so it does not move; where a build makes it, let it be made in the new place "
        "and remove this one, else take it out of .gitignore"
    )


def _is_declared(cut: Cut, reference: Reference, importer: str) -> bool:
    """Whether the package that a file will belong to declares the one that a reference names."""
    parts, package = split_package(reference.specifier), cut.after.packages.package_of(importer)
    return parts is not None and package is not None and parts[0] in (package.dependencies or {})


def _lexical(cut: Cut, path: str, reference: Reference) -> Change | None:
    """A relative path that leads to nothing that is there now: a build may make it, or read what is behind a `?`."""
    specifier, mark, query = reference.specifier.partition("?")
    landed = join(posixpath.dirname(path), specifier) if RELATIVE.match(specifier) else None
    module = cut.before.table.module_of(specifier) if mark else None
    landed = landed if module is None else cut.tree_of(module)
    importer = cut.moved(path)
    if landed is None or (importer == path and landed not in cut.follows):
        return None
    new = cut.moved(landed)
    if is_within(landed, cut.before.table.tree):
        if new == landed and cut.before.files.kind(landed) is None:
            return None  # it is made in the new place of the tree then
        if module is None and join(posixpath.dirname(importer), specifier) == new:
            return None
    relative = posixpath.relpath(new or ".", posixpath.dirname(importer) or ".")
    relative = (relative if relative.startswith("..") else f"./{relative}") + mark + query
    return Change(
        (Edit(reference.span, escape(relative, reference.quote)),), _rule(cut, path, reference, landed), relative
    )


def _rule(cut: Cut, path: str, reference: Reference, target: str) -> str:
    table = cut.before.table
    if table.module_of(reference.specifier) is not None:
        return "deprecated-import"
    return (
        "deprecated-relative-import" if is_within(target, table.tree) and not is_within(path, table.tree) else "moved"
    )


def _is_of_names(cut: Cut, reference: Reference) -> bool:
    """Whether a reference asks a legacy module for names that the table sends elsewhere, which is the rules' work."""
    module = cut.before.table.module_of(reference.specifier)
    moved = cut.before.table.moved_names(module) if module is not None else {}
    return bool(moved) and (reference.whole or any(name.name in moved for name in reference.names))


def _dissolve(cut: Cut, path: str, reference: Reference, barrel: str) -> Change | Stuck:
    """Ask what a barrel re-exports in the place of the barrel."""
    read = cut.references(path)
    text = b"" if read is None else read[0].text
    rule = _rule(cut, path, reference, barrel)
    statement = reference.statement
    if reference.form is Form.EXPORT and is_star(text, reference) and statement is not None:
        taken = {export.name for export in cut.before.sources.syntax(path).exports}
        inlined = inline(cut, path, barrel, taken)
        if isinstance(inlined, Stuck):
            return inlined
        return Change((Edit(statement, inlined),), rule, f"what {barrel} re-exports")
    if reference.whole or statement is None or not reference.names:
        return Stuck(f"{barrel} is dissolved, and this form asks for it as a whole; ask what it re-exports by name")
    return _ask_instead(cut, path, reference, barrel)


def _ask_instead(cut: Cut, path: str, reference: Reference, barrel: str) -> Change | Stuck:
    """Ask for each name of a declaration where a barrel has it from."""
    read = cut.references(path)
    text = b"" if read is None else read[0].text
    pieces: dict[str, list[tuple[Name, str]]] = {}
    for name in reference.names:
        found = _provider(cut, barrel, name.name)
        if found is None:
            return Stuck(f"{barrel} does not export `{name.name}`")
        specifier = _specifier_of(cut, path, barrel, found[0], alike=reference)
        if isinstance(specifier, Stuck):
            return specifier
        pieces.setdefault(specifier, []).append((name, found[1]))
    listed = [ImportPart(specifier, tuple(names)) for specifier, names in pieces.items()]
    edits = rewrite(text, reference=reference, parts=listed)
    return Change(edits, _rule(cut, path, reference, barrel), ", ".join(pieces))


def _provider(cut: Cut, barrel: str, name: str) -> tuple[Reference, str] | None:
    """The re-export of a barrel that brings a name, and what the name is called there."""
    read = cut.references(barrel)
    references = () if read is None else read[1]
    for reference in references:
        for exported in reference.names:
            if (exported.local or exported.name) == name:
                return reference, exported.name
    for reference in references:
        target = None if reference.names else cut.target(barrel, reference)
        if target is not None and name != "default" and name in cut.targets.index.exports(target).names:
            return reference, name
    return None


def inline(cut: Cut, path: str, barrel: str, taken: set[str], stars: frozenset[str] = frozenset()) -> str | Stuck:
    """The re-exports of a barrel as statements of the file `path`, both as they lie now.

    Names in `taken` are left out, since the file exports them itself, and so are stars of the files `stars`.
    """
    read = cut.references(barrel)
    if read is None:
        return Stuck(f"{barrel} can't be read")
    source, edits = read[0], list[Edit]()
    for reference in read[1]:
        target = cut.target(barrel, reference)
        if reference.statement is None:
            return Stuck(f"{barrel} holds more than re-exports")
        if is_star(source.text, reference) and target is not None and target in stars:
            edits.append(Edit(_whole_line(source.text, reference.statement), ""))
            continue
        kept = [name for name in reference.names if (name.local or name.name) not in taken]
        if reference.names and not kept:
            edits.append(Edit(_whole_line(source.text, reference.statement), ""))
            continue
        specifier = _specifier_of(cut, path, barrel, reference)
        if isinstance(specifier, Stuck):
            return specifier
        if len(kept) == len(reference.names):
            edits.append(Edit(reference.span, escape(specifier, reference.quote)))
        else:
            piece = ImportPart(specifier, tuple((name, name.name) for name in kept))
            edits += split_statement(source.text, reference=reference, parts=[piece])
    text = apply_edits(source.text, edits).removeprefix(BOM).decode().strip()
    target_text = cut.before.files.read(path) or b""
    return re.sub(r"\r\n|\r|\n", "\r\n" if b"\r\n" in target_text else "\n", text)


def _specifier_of(
    cut: Cut, path: str, barrel: str, reference: Reference, *, alike: Reference | None = None
) -> str | Stuck:
    """How the file `path` names what a re-export of a barrel names; `alike` is the reference that it stands in for."""
    target = cut.target(barrel, reference)
    bare = split_package(reference.specifier) is not None and cut.before.table.module_of(reference.specifier) is None
    if target is None or (bare and cut.moved(target) == target):
        if bare:
            return reference.specifier
        return Stuck(f"`{reference.specifier}` in {barrel} leads nowhere")
    package = cut.package_of(cut.moved(target))
    near = package is not None and is_within(cut.moved(path), package.directory)
    # The spelling of the barrel's own specifier is kept where the new one is a path, too.
    written = reference.specifier if near or package is None or alike is None else alike.specifier
    if not near and package is not None:
        written = alike.specifier if alike is not None else cut.before.table.roots[0]
    form = reference.form if alike is None else alike.form
    type_only = reference.type_only if alike is None else alike.type_only
    trial = Reference(form, written, reference.span, reference.quote, type_only=type_only)
    return specifier_to(cut, trial, path, target)


def is_star(text: bytes, reference: Reference) -> bool:
    """Whether a reference is an `export * from` without a name."""
    if reference.form is not Form.EXPORT or reference.names or reference.statement is None:
        return False
    return re.match(rb"export\s+(type\s+)?\*\s*from\b", text[slice(*reference.statement)]) is not None


def _whole_line(text: bytes, span: Span) -> Span:
    """A statement with the line break behind it."""
    match = re.compile(rb"[ \t]*(\r\n|\n|\r)?").match(text, span.end)
    return Span(span.start, span.end if match is None else match.end())


def merge_into(cut: Cut, occupant: str, legacy: str) -> Iterator[tuple[Reference, Change | Stuck]]:
    """What the references of a canonical barrel to a legacy one become when that is merged into it."""
    read = cut.references(occupant)
    source, references = (b"", ()) if read is None else (read[0].text, read[1])
    own = {e.name for e in cut.before.sources.syntax(occupant).exports if e.specifier is None}
    passed = {
        name.local or name.name
        for reference in references
        if reference.form is Form.EXPORT and cut.target(occupant, reference) != legacy
        for name in reference.names
    }
    stars = frozenset(
        target
        for reference in references
        if is_star(source, reference) and (target := cut.target(occupant, reference)) is not None
    )
    done = False
    for reference in references:
        if cut.target(occupant, reference) != legacy:
            continue
        statement = reference.statement
        if reference.form is Form.IMPORT and reference.names and not reference.whole:
            yield reference, _ask_instead(cut, occupant, reference, legacy)
        elif statement is None or reference.form is not Form.EXPORT:
            yield reference, Stuck(f"{legacy} is merged into this file, which can't ask for it in this form")
        elif not is_star(source, reference) or done:
            # What it passes by name comes with the rest.
            yield reference, Change((Edit(_whole_line(source, statement), ""),), "moved", "merged")
        else:
            done = True
            inlined = inline(cut, occupant, legacy, own | passed, stars - {legacy})
            if isinstance(inlined, Stuck):
                yield reference, inlined
            else:
                yield reference, Change((Edit(statement, inlined),), "legacy-proxy", f"what {legacy} re-exports")
