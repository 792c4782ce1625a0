"""A string that names legacy workflow code without being a module reference.

Tests that assert what a source file says, scripts that read a file that has moved, and tables of aliases hold the old
names in plain strings, which no compiler follows.  What is flagged is a legacy specifier in whole segments, and a path
that names a file or a folder of the legacy tree.

    expect(source).toContain("from '@shared/workflow/runtime'");          // flagged
    const text = readFileSync(join(root, 'shared/workflow/config.ts'));   // flagged

Comments, regular expressions and the text of JSX are left alone, and so are look-alikes such as `@shared/workflows`.

A string can be anything: the name of an old module in a test that it is gone, or a key of a stored value.  So the fix
is made on request only, and "fix all" leaves it out.  It replaces a specifier by the one that imports of that module
go to, and a path by that of the file which the module moved to, with the same beginning and the same kind of ending.
There is none where a part of the name is computed or stands for several, where the file has not moved yet, and in the
core, which must build without EE.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from workflow_ls.diagnostics import Applicability, Diagnostic, FileEdit, Fix, Related, Severity, Status
from workflow_ls.project.build_outputs import split_extension
from workflow_ls.project.file_facts import Area, LegacyReference, area_of
from workflow_ls.project.legacy_strings import Occurrence, find_occurrences, moved_directory, moved_file
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.rewrite.import_edits import escape
from workflow_ls.rewrite.resolution import BOUNDARY, ImportPart, Target, blocked
from workflow_ls.rules.base import FileContext, Rule
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.text import Edit
from workflow_ls.vfs.files import JAVASCRIPT_EXTENSIONS, is_source, is_within, join

CODE = "deprecated-reference"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each legacy specifier, and each path into the legacy tree, in a string."""
    for occurrence in find_occurrences(context.workspace, context.facts):
        target = _target(context, occurrence)
        replacement, fix = target.replacement, None
        if replacement is None:
            kind = "a legacy workflow module" if occurrence.path is None else "a part of the legacy tree"
            message = f"this string names `{occurrence.text}`, {kind}, and can't be rewritten yet"
        else:
            edit = Edit(occurrence.span, escape(replacement, occurrence.quote))
            files = (FileEdit(context.path, (edit,)),)
            fix = Fix(f"Replace with '{replacement}' in this string", files, Applicability.UNSAFE)
            message = f"this string names `{occurrence.text}`, which moved to `{replacement}`"
        there = () if target.path is None else (Related(target.path, None, "what it names now"),)
        yield Diagnostic(
            path=context.path,
            rule=CODE,
            severity=RULE.severity,
            message=message,
            span=occurrence.span,
            specifier=occurrence.text,
            replacement=replacement,
            status=target.status,
            reason=target.reason,
            fix=fix,
            related=(*there, *target.related),
            deprecated=True,
            statement=occurrence.literal,
        )


def _target(context: FileContext, occurrence: Occurrence) -> Target:
    table = context.workspace.table
    area = area_of(table, context.path)
    if area is Area.LEGACY:
        return blocked(f"this file is in {table.tree} and moves with it; correct the string when it has moved")
    if area is Area.CORE:
        return blocked(BOUNDARY)
    if occurrence.unfinished is not None:
        return blocked(f"{occurrence.unfinished}; correct the string by hand")
    return _of_specifier(context, occurrence) if occurrence.path is None else _of_path(context, occurrence)


def _of_specifier(context: FileContext, occurrence: Occurrence) -> Target:
    """Where the imports of a module go, wherever the string is."""
    # This form stands for a module, asks for none of its names, and never runs.
    reference = Reference(
        Form.DECLARE_MODULE, occurrence.text, occurrence.span, occurrence.quote, whole=True, type_only=True
    )
    anywhere = replace(context.facts, path="any-file.ts")
    return context.targets.find(anywhere, LegacyReference(reference, occurrence.module, relative=False))


def _of_path(context: FileContext, occurrence: Occurrence) -> Target:
    workspace, path = context.workspace, occurrence.path or ""
    is_directory = occurrence.text.endswith("/") or _names_directory(workspace, path, occurrence.module)
    found = (moved_directory if is_directory else moved_file)(workspace, occurrence.module)
    if found is None:
        kind = "folder" if is_directory else "file"
        canonical = workspace.table.canonical.name
        return blocked(f"no {kind} of {canonical} corresponds to {path}; move it there, or correct the string by hand")
    unmoved = _unmoved(workspace, path, found)
    if unmoved is not None:
        return blocked(f"{unmoved}; move the implementation first", related=(Related(found, None, "its new place"),))
    written = _written(workspace, context.path, occurrence, found, is_directory=is_directory)
    return Target(Status.VERIFIED, (ImportPart(written),), path=None if is_directory else found)


def _names_directory(workspace: Workspace, path: str, module: str) -> bool:
    kind = workspace.files.kind(path)
    if kind is not None:
        return kind == "directory"
    # Where the legacy tree is gone, the new one tells.
    return not split_extension(path)[1] and moved_directory(workspace, module) is not None


def _unmoved(workspace: Workspace, path: str, found: str) -> str | None:
    """Why what is found in the place of a legacy path does not stand for it yet, if it doesn't."""
    files = workspace.files
    if files.kind(path) == "directory" == files.kind(found):
        # A link may lead round in a circle, and what it leads to is found in its own place.
        names = files.entries(path) if files.real(path) == path else ()
        reasons = (_unmoved(workspace, posixpath.join(path, name), posixpath.join(found, name)) for name in names)
        return next((reason for reason in reasons if reason is not None), None)
    if files.kind(found) is None:
        return f"{path} has no counterpart in {posixpath.dirname(found)}"
    specifiers = workspace.sources.syntax(found).specifiers if is_source(found) else ()
    if any(_is_legacy(workspace, found, specifier) for specifier in specifiers):
        return f"{found} only passes the legacy tree through"
    return None


def _is_legacy(workspace: Workspace, importer: str, specifier: str) -> bool:
    landed = join(posixpath.dirname(importer), specifier) if specifier.startswith(".") else None
    in_tree = landed is not None and is_within(landed, workspace.table.tree)
    return in_tree or workspace.table.module_of(specifier) is not None


def _written(workspace: Workspace, importer: str, occurrence: Occurrence, found: str, *, is_directory: bool) -> str:
    """The path `found` in the way that the string writes the old one."""
    text = occurrence.text
    if is_directory:
        found += "/" if text.endswith("/") else ""
    else:
        stem, extension = split_extension(found)
        old = split_extension(text)[1] if is_source(text) else ""
        emitted = old in JAVASCRIPT_EXTENSIONS and workspace.files.kind(occurrence.path or "") is None
        if is_source(found):
            found = stem + (old if emitted else extension if old else "")
    if occurrence.prefix is not None:
        return occurrence.prefix + found
    relative = posixpath.relpath(found, posixpath.dirname(importer) or ".")
    return relative if relative.startswith("..") else f"./{relative}"


RULE = Rule(CODE, "A string names a legacy workflow module, or a file of it.", Severity.INFORMATION, check, __doc__)
