"""A string that names legacy workflow code without being a module reference.

Tests that check the text of a source file, scripts that read a moved file, and tables of aliases contain the old names
in plain strings, which no compiler resolves.  A legacy specifier is flagged if it ends in whole segments, a path if it
names a file or a folder of the legacy tree.

    expect(source).toContain("from '@shared/workflow/runtime'");          // flagged
    const text = readFileSync(join(root, 'shared/workflow/config.ts'));   // flagged

In a configuration of a build, an entry or glob that leads into the tree from the package's directory is flagged, too
(`entry: ['workflow/runtime/index.ts']`).

Comments, regular expressions and the text of JSX are not flagged, nor are look-alikes such as `@shared/workflows`.  In
the configuration of a build or a linter, a regular expression with the old name is flagged, such as one in `external`.

A string may have any purpose.  There is a fix only if its use shows that it is a path or a specifier: the argument of
a function that reads, finds or joins paths; an alias, an entry or a list of packages in a configuration; or code that a
test expects in a source file.  Variables, tables and helpers of the same file are followed.  A person must decide about
strings that ban or compare the old name (`no-restricted-imports`, `not.toContain`, `specifier === '…'`), and about any
other use.  URLs, keys with a scheme, and paths through folders that do not exist are not flagged.

Paths and specifiers in files that are no sources are flagged, too: in Dockerfiles, compose files, CI workflows,
CODEOWNERS, ignore files, lint configurations, `include` and `scripts` of manifests and configurations, and any other
file.  Comments, documentation, and what a lint rule forbids are left out.  These findings have no fix here: `cutover`
changes those whose meaning is plain, and lists the others.

The fix is applied on request only (`fix --unsafe`), and "fix all" leaves it out.  It replaces a specifier by the target
of the imports of that module, and a path by that of the moved file, with the same beginning and the same kind of
ending.  There is no fix if a part of the name is computed or matches several files, if the file has not moved yet, if a
mock of the same file computes its specifier and so may use the string, or in the core, which must build without EE.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from workflow_ls.diagnostics import (
    Applicability,
    Blocked,
    Diagnostic,
    FileEdit,
    Fix,
    Obstacle,
    Related,
    Severity,
    Status,
)
from workflow_ls.manifests.configured_aliases import legacy_build_aliases
from workflow_ls.printable import listed
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.builds.tree_entries import TreeEntries
from workflow_ls.project.file_facts import Area, LegacyReference, area_of
from workflow_ls.project.legacy_patterns import legacy_patterns
from workflow_ls.project.legacy_strings import LegacyString, find_legacy_strings, moved_directory, moved_file
from workflow_ls.project.mentions.mentions import to_change
from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.rewrite.target import ImportPart, Target, boundary, cause_of
from workflow_ls.rewrite.text_edits.import_edits import escape
from workflow_ls.rules.shared.mention_message import mention_message
from workflow_ls.rules.shared.rule import FileContext, MentionContext, Rule
from workflow_ls.syntax.model import Form, Reference, StringUse
from workflow_ls.text import Edit, Span
from workflow_ls.vfs.files import JAVASCRIPT_EXTENSIONS, is_source, join

CODE = "deprecated-reference"
_PART = "a part of the legacy tree"


def check(context: FileContext) -> Iterator[Diagnostic]:
    """Yield a finding for each legacy specifier, and each path into the legacy tree, in a string."""
    occurrences = tuple(find_legacy_strings(context.workspace, context.facts))
    # An alias is one finding, of its own rule, with its key and its target.
    aliases = [a.at.span for a in legacy_build_aliases(context.workspace, context.path)] if occurrences else []
    for occurrence in occurrences:
        if any(span.start <= occurrence.span.start < span.end for span in aliases):
            continue
        target = _target(context, occurrence)
        fix, related = None, tuple[Related, ...]()
        if isinstance(target, Blocked):
            module = f"a {context.workspace.table.legacy_module}"
            kind = module if occurrence.path is None else _PART
            outcome = "" if target == occurrence.obstacle else ", and can't be rewritten yet"
            message = f"this string names `{occurrence.text}`, {kind}{outcome}"
            related = target.related
        else:
            replacement = ", ".join(target.replacements)
            edit = Edit(occurrence.span, escape(replacement, occurrence.quote))
            files = (FileEdit(context.path, (edit,), context.facts.text),)
            fix = Fix(f"Replace with '{replacement}' in this string", files, Applicability.UNSAFE)
            message = f"this string names `{occurrence.text}`, which moved to `{replacement}`"
            related = () if target.path is None else (Related(target.path, None, "the new file"),)
        yield RULE.finding(
            context.path,
            occurrence.span,
            message,
            specifier=occurrence.text,
            replacements=() if isinstance(target, Blocked) else target.replacements,
            status=target.status,
            cause=cause_of(target),
            fix=fix,
            related=related,
            deprecated=True,
            statement=occurrence.literal,
        )
    yield from _entries(context, [*(occurrence.span for occurrence in occurrences), *aliases])
    yield from _patterns(context)


def _patterns(context: FileContext) -> Iterator[Diagnostic]:
    """The findings for regular expressions of a configuration, without those of aliases."""
    workspace = context.workspace
    found = list(legacy_patterns(workspace, context.path))
    builds = workspace.component(BuildFiles)
    is_read = bool(found) and context.path in builds.with_aliases()
    aliases = [alias.at for alias in (builds.aliases(context.path) if is_read else ())]
    for text, span in found:
        if any(at.path == context.path and at.span.contains(span) for at in aliases):
            continue
        kind = f"a {workspace.table.legacy_module}" if workspace.table.module_of(text) is not None else _PART
        message = f"this regular expression names `{text}`, {kind}"
        cause = Blocked(
            "only a person can decide what it is to match", "add the new name to it, or replace the old name"
        )
        yield RULE.finding(context.path, span, message, specifier=text, status=Status.BLOCKED, cause=cause_of(cause))


def _entries(context: FileContext, taken: Sequence[Span]) -> Iterator[Diagnostic]:
    """The findings for paths in a build's configuration that lead into the tree without its whole name."""
    seen = set[Span]()
    for entries, items in context.workspace.component(TreeEntries).of_file(context.path):
        for item in items:
            pieces = [piece.span for piece in item.text.pieces if piece.path == context.path]
            is_known = not pieces or any(known.touches(span) for known in taken for span in pieces)
            if is_known or seen.intersection(pieces):
                continue
            seen.update(pieces)
            what = "this entry" if entries.is_entry else f"`{entries.name}`"
            message = f"{what} names `{item.text.shown}`, {_PART}, without which it leads nowhere"
            yield RULE.finding(context.path, pieces[-1], message, specifier=item.text.shown)


def check_mentions(context: MentionContext) -> Iterator[Diagnostic]:
    """Yield a finding for each specifier and path in a file that is no source, without bans and comments."""
    mentions = to_change(context.mentions)
    # What an alias means is said by the rule for aliases.
    aliases = [a.at.span for a in legacy_build_aliases(context.workspace, context.path)] if mentions else []
    for mention in mentions:
        if any(span.contains(mention.span) for span in aliases):
            continue
        yield RULE.finding(
            context.path, mention.span, mention_message(context.workspace, mention), specifier=mention.text
        )


def _target(context: FileContext, occurrence: LegacyString) -> Target | Blocked:
    table = context.workspace.table
    area = area_of(table, context.path)
    if area is Area.LEGACY:
        return Blocked(f"this file is in {listed(table.trees)} and moves with it", "correct the string after the move")
    if area is Area.CORE:
        return boundary(table)
    if occurrence.obstacle is not None:
        return occurrence.obstacle
    if occurrence.use is StringUse.CODE and occurrence.text.startswith("."):
        return Blocked("it is relative to the file whose text is tested", "correct it after the import there")
    if occurrence.path is None and context.facts.opaque_mocks:
        related = (Related(context.path, context.facts.opaque_mocks[0], "this mock"),)
        reason = "a mock of this file, which computes its specifier, may use the string"
        return Blocked(reason, "write it into the mocking call", related)
    return _of_specifier(context, occurrence) if occurrence.path is None else _of_path(context, occurrence)


def _of_specifier(context: FileContext, occurrence: LegacyString) -> Target | Blocked:
    """The target of the imports of a module, whatever file the string is in."""
    # This form names a module, imports nothing from it, and never runs.
    reference = Reference(
        Form.DECLARE_MODULE, occurrence.text, occurrence.span, occurrence.quote, whole=True, type_only=True
    )
    anywhere = replace(context.facts, path="any-file.ts")
    return context.targets.find(anywhere, LegacyReference(reference, occurrence.module, relative=False)).target


def _of_path(context: FileContext, occurrence: LegacyString) -> Target | Blocked:
    workspace, path = context.workspace, occurrence.path or ""
    is_directory = occurrence.text.endswith("/") or _names_directory(workspace, path, occurrence.module)
    found = (moved_directory if is_directory else moved_file)(workspace, occurrence.module)
    if found is None:
        kind = "folder" if is_directory else "file"
        canonical = workspace.table.canonical.name or "the target packages"
        reason = f"no {kind} of {canonical} corresponds to {path}"
        summary = f"no files of {canonical} correspond to {{}}"
        remedy = "move them there, or correct the strings by hand"
        shared = Obstacle("no-counterpart", canonical, summary, remedy, (path,))
        return Blocked(reason, "move it there, or correct the string by hand", obstacle=shared)
    unmoved = _unmoved(workspace, path, found)
    if unmoved is not None:
        summary = "the implementations of {} are still in the legacy tree"
        shared = Obstacle("unmoved", workspace.table.tree, summary, "move the implementations first", (found,))
        return Blocked(
            unmoved, "move the implementation first", (Related(found, None, "the new path"),), obstacle=shared
        )
    written = _written(workspace, context.path, occurrence, found, is_directory=is_directory)
    return Target((ImportPart(written),), None if is_directory else found)


def _names_directory(workspace: Workspace, path: str, module: str) -> bool:
    kind = workspace.files.kind(path)
    if kind is not None:
        return kind == "directory"
    # After the legacy tree is deleted, the new one decides.
    return not split_extension(path)[1] and moved_directory(workspace, module) is not None


def _unmoved(workspace: Workspace, path: str, found: str) -> str | None:
    """Why the file or directory `found` does not replace a legacy path yet; None if it does."""
    files = workspace.files
    if files.kind(path) == "directory" == files.kind(found):
        # Links are not followed: they may form a circle, and their targets have paths of their own.
        names = files.entries(path) if files.real(path) == path else ()
        reasons = (_unmoved(workspace, posixpath.join(path, name), posixpath.join(found, name)) for name in names)
        return next((reason for reason in reasons if reason is not None), None)
    if files.kind(found) is None:
        return f"{path} has no counterpart in {posixpath.dirname(found)}"
    specifiers = workspace.sources.syntax(found).specifiers if is_source(found) else ()
    if any(_is_legacy(workspace, found, specifier) for specifier in specifiers):
        return f"{found} only re-exports the legacy tree"
    return None


def _is_legacy(workspace: Workspace, importer: str, specifier: str) -> bool:
    path = join(posixpath.dirname(importer), specifier) if specifier.startswith(".") else None
    in_tree = path is not None and workspace.table.in_tree(path)
    return in_tree or workspace.table.module_of(specifier) is not None


def _written(workspace: Workspace, importer: str, occurrence: LegacyString, found: str, *, is_directory: bool) -> str:
    """The path `found`, written as the string writes the old one."""
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


RULE = Rule(
    CODE,
    "A string or a file names a legacy workflow module, or a file of it.",
    Severity.INFORMATION,
    check,
    __doc__,
    check_mentions=check_mentions,
)
