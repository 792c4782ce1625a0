"""Path aliases of TypeScript: those for the legacy modules, and those that the canonical package must have."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from workflow_ls.config.table import Table
from workflow_ls.diagnostics import FileEdit, Related
from workflow_ls.jsonc.edits import insert_before, replace_value, set_properties, set_properties_at
from workflow_ls.jsonc.model import Node, Property
from workflow_ls.jsonc.parser import parse_json
from workflow_ls.manifests.removal import first_broken_reference, with_edits
from workflow_ls.project.tsconfig import TsConfig
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.text import Edit, Span, apply_edits, line_of

_PLACE = ("compilerOptions", "paths")


@record
class MissingAlias:
    """A key of `paths` that the canonical package must have.

    `actual` is the first place that the specifier is sent to now, None where no alias covers it; `expected` is where it
    belongs.  Both are paths below the root, with the `*` of the key.
    """

    key: str
    actual: str | None
    expected: str


@record
class AliasEdit:
    """The edit that gives a configuration its aliases; without one, `reason` says what stands in the way."""

    edit: FileEdit | None
    reason: str | None = None
    related: tuple[Related, ...] = ()


def paths_of(root: Node) -> Node | None:
    """The `paths` that a configuration writes itself, which may be something else than an object; None without any."""
    return root.at(*_PLACE)


def legacy_aliases(table: Table, paths: Node) -> list[Property]:
    """The keys of `paths` for a legacy root, for all below it, or for a module below it."""
    return [member for member in paths.properties if table.module_of(member.key) is not None]


def read_config(workspace: Workspace, path: str) -> TsConfig:
    """The options of the configuration at `path`, which need not be the one that its directory goes by."""
    nearest = workspace.packages.tsconfig_at(posixpath.dirname(path))
    if nearest is not None and nearest.path == path:
        return nearest
    return workspace.packages.tsconfig(path)


def missing_aliases(workspace: Workspace, config: TsConfig) -> tuple[MissingAlias, ...]:
    """The aliases for the canonical package that a configuration lacks, or sends elsewhere."""
    canonical = workspace.table.canonical
    sources = posixpath.normpath(posixpath.join(canonical.directory, canonical.sources))
    found = []
    for key, expected in ((canonical.name, sources), (f"{canonical.name}/*", f"{sources}/*")):
        # A `*` in a specifier stands for itself, so that this asks where all specifiers below the name go.
        targets = config.path_targets(key)
        if not any(_is_same(workspace, target, expected) for target in targets):
            found.append(MissingAlias(key, next(iter(targets), None), expected))
    return tuple(found)


def add_aliases(workspace: Workspace, config: TsConfig, missing: Sequence[MissingAlias]) -> AliasEdit:
    """How to give a configuration the aliases that it lacks.

    They go to the file whose `paths` are in force for it.  Where there are no `paths` at all, they go to the listed
    file that is farthest up the chain, since one edit then serves all that extend it, or else to this one.

    The edit was tried: with it, the aliases lead where they belong, those of other modules lead where they did, here
    and in the other listed configurations, and no import of the canonical package is lost.
    """
    if config.problems and config.paths_from != config.path:
        mistake = config.problems[0]
        reason = f"what it extends can't be read, and may hold `paths`; correct {mistake.path} first"
        return AliasEdit(None, reason, (Related(mistake.path, mistake.span, mistake.message),))
    if config.paths_from is not None:
        return _add_to(workspace, config, missing, config.paths_from, config.base)
    listed = workspace.packages.listed_tsconfigs()
    for path in reversed([path for path in config.chain[1:] if path in listed]):
        addition = _add_to(workspace, config, missing, path, _own_base(read_config(workspace, path)))
        if addition.edit is not None:
            return addition
    return _add_to(workspace, config, missing, config.path, _own_base(config))


def _add_to(
    workspace: Workspace, config: TsConfig, missing: Sequence[MissingAlias], path: str, base: str | None
) -> AliasEdit:
    """The aliases written to the file at `path`, of the chain of `config`, with targets relative to `base`."""
    text = workspace.files.read(path) or b""
    root = parse_json(text, comments=True).root
    if "node_modules" in path.split("/"):
        reason = f"`paths` come from {path}, which is installed; write `paths` in a file of the workspace by hand"
        return AliasEdit(None, reason)
    if base is None:
        return AliasEdit(None, "`baseUrl` lies outside the workspace; add the aliases by hand")
    writer = read_config(workspace, path)
    members = [(alias.key, _written(writer, alias, base)) for alias in missing]
    edits = () if root is None else _edits(workspace.table, text, root, members)
    if not edits:
        return AliasEdit(None, f"{path} can't be edited as it is written; add the aliases by hand")
    return _failure(workspace, config, path, edits) or AliasEdit(FileEdit(path, edits))


def _own_base(config: TsConfig) -> str | None:
    """What the targets of `paths` in the file itself would be relative to; None where that lies outside the root."""
    return posixpath.dirname(config.path) if config.base is not None and config.base_url is None else config.base_url


def _is_same(workspace: Workspace, target: str, expected: str) -> bool:
    """Whether an alias leads where it belongs, be it to the folder, to its index, or to the package around it."""
    if target == expected or (expected.endswith("/*") and target.startswith(expected)):
        return True
    found = workspace.resolver.resolve(f"./{expected}", "package.json")
    return found is not None and workspace.resolver.resolve(f"./{target}", "package.json") == found


def _written(config: TsConfig, alias: MissingAlias, base: str) -> list[str]:
    """A target as `paths` holds it: relative to the base, with `./` where TypeScript or the neighbours want that.

    Without `baseUrl` a target must be relative (TypeScript, "Path mapping").
    """
    relative = posixpath.relpath(alias.expected, base)
    if relative.startswith("../"):
        return [relative]
    beside = [target for targets in config.paths.values() for target in targets if target[:1] not in (".", "/", "$")]
    dotted = [target for targets in config.paths.values() for target in targets if target.startswith("./")]
    return [f"./{relative}" if config.base_url is None or len(dotted) > len(beside) else relative]


def _edits(table: Table, text: bytes, root: Node, members: Sequence[tuple[str, list[str]]]) -> tuple[Edit, ...]:
    paths = paths_of(root)
    if paths is None:
        return set_properties_at(text, root, _PLACE, members)
    there = {member.key: member.value for member in paths.properties}
    edits = [edit for key, targets in members if key in there for edit in replace_value(there[key], targets, text)]
    new = [(key, targets) for key, targets in members if key not in there]
    return (*edits, *_added(table, text, paths, new))


def _added(table: Table, text: bytes, paths: Node, new: Sequence[tuple[str, list[str]]]) -> tuple[Edit, ...]:
    """New members at a place where they are right with the legacy ones and without them.

    Where only legacy ones are there, no such place is: then the edit overlaps that of their removal, so that of the two
    one is made after the other.
    """
    legacy = {member.key for member in legacy_aliases(table, paths)}
    edits = set_properties(text, paths, new)
    kept = [index for index, member in enumerate(paths.properties) if member.key not in legacy]
    if legacy and edits and not kept:
        return (_widened(text, edits, paths.properties[0].key_span),)
    if edits == set_properties(text, paths, new, removed=legacy):
        return edits
    # Before a property that stays, no comma depends on what else is removed.
    return insert_before(text, paths, kept[-1], new)


def _widened(text: bytes, edits: Sequence[Edit], span: Span) -> Edit:
    """The edits as one that covers a span, too."""
    start = min(span.start, *(edit.span.start for edit in edits))
    end = max(span.end, *(edit.span.end for edit in edits))
    shifted = [Edit(Span(edit.span.start - start, edit.span.end - start), edit.new) for edit in edits]
    return Edit(Span(start, end), apply_edits(text[start:end], shifted).decode())


def _failure(workspace: Workspace, config: TsConfig, path: str, edits: Sequence[Edit]) -> AliasEdit | None:
    """What goes wrong with an edit, if something does."""
    after = with_edits(workspace, path, edits)
    for other in dict.fromkeys((config.path, *workspace.packages.listed_tsconfigs())):
        before, then = read_config(workspace, other), read_config(after, other)
        allowed = set() if before.paths_from == path else {alias.key for alias in missing_aliases(workspace, before)}
        left = {alias.key for alias in missing_aliases(after, then)} - (allowed if other != config.path else set())
        if left or _others(workspace, before) != _others(workspace, then):
            reason = (
                f"no one edit of {path} is right for {other}, too, which reads it in its own way; edit both by hand"
            )
            return AliasEdit(None, reason, (Related(other, None, "reads it in its own way"),))
    lost = first_broken_reference(workspace, path, edits)
    if lost is None:
        return None
    file, span = lost
    line = line_of(workspace.files.read(file) or b"", span.start)
    reason = f"an import would no longer find its module, in {file}:{line}; settle that one first"
    return AliasEdit(None, reason, (Related(file, span, "finds its module by the alias as it is"),))


def _others(workspace: Workspace, config: TsConfig) -> Mapping[str, tuple[str, ...]]:
    """Where the aliases lead that are not the canonical package's."""
    name = workspace.table.canonical.name
    return {key: config.path_targets(key) for key in config.paths if key not in (name, f"{name}/*")}
