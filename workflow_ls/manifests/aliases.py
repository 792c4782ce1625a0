"""Path aliases of TypeScript: those for the legacy modules, and those for the canonical package."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence, Set

from workflow_ls.config.table import Table
from workflow_ls.diagnostics import Blocked, FileEdit, Related
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.property_edits import insert_before, replace_value, set_properties, set_properties_at
from workflow_ls.jsonc.tree import Node, Property
from workflow_ls.manifests.removal import first_broken_reference, with_edits
from workflow_ls.project.configuration.tsconfig import TsConfig
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.text import Edit, Span, apply_edits, line_of

_PATHS = ("compilerOptions", "paths")
_BY_HAND = "add the aliases by hand"


@record
class MissingAlias:
    """A key of `paths` for the canonical package that is missing or wrong.

    `actual` is its first target now, None if no alias covers the specifier; `expected` is the right target.  Both are
    paths from the root, with the `*` of the key.
    """

    key: str
    actual: str | None
    expected: str


def paths_of(root: Node) -> Node | None:
    """The `paths` in the text of a configuration, which may be no object; None without any."""
    return root.at(*_PATHS)


def legacy_aliases(table: Table, paths: Node, config: TsConfig) -> list[Property]:
    """The keys of `paths` for a legacy root, for all below it, or for a module below it that has moved.

    A key of any other name counts if all its targets are such modules.  `config` is the configuration with these
    `paths`.
    """
    members = paths.properties
    return [member for member in members if is_legacy_key(table, member.key, config.path_targets(member.key))]


def is_legacy_key(table: Table, key: str, targets: Sequence[str]) -> bool:
    """Whether an alias is for legacy modules that have moved, by its key or all its targets (paths from the root)."""
    module = table.module_of(key)
    if module is not None:
        return table.has_moved(module)
    if table.split(key) is not None:
        return False  # its targets are wrong, which is another finding
    modules = [table.module_at(target) for target in targets]
    return bool(modules) and all(module is not None and table.has_moved(module) for module in modules)


def read_config(workspace: Workspace, path: str) -> TsConfig:
    """The options of the configuration at `path`, which need not be the one that applies to its directory."""
    nearest = workspace.packages.tsconfig_at(posixpath.dirname(path))
    if nearest is not None and nearest.path == path:
        return nearest
    return workspace.packages.tsconfig(path)


def missing_aliases(workspace: Workspace, config: TsConfig) -> tuple[MissingAlias, ...]:
    """The aliases for the canonical package that a configuration lacks, or that have a wrong target."""
    canonical = workspace.table.canonical
    sources = posixpath.normpath(posixpath.join(canonical.directory, canonical.sources))
    found = []
    for key, expected in ((canonical.name, sources), (f"{canonical.name}/*", f"{sources}/*")):
        # A specifier may contain a literal `*`, so this yields the targets of all specifiers below the name.
        targets = config.path_targets(key)
        if not any(_is_same(workspace, target, expected) for target in targets):
            found.append(MissingAlias(key, next(iter(targets), None), expected))
    return tuple(found)


def add_aliases(workspace: Workspace, config: TsConfig, missing: Sequence[MissingAlias]) -> FileEdit | Blocked:
    """The edit that adds missing aliases to a configuration, or corrects them.

    The edited file is the one whose `paths` apply to the configuration.  Without any `paths`, it is the listed file
    that is farthest up the chain of `extends`, since one edit serves all that extend it, or else this one.

    The edit is verified: in this and the other listed configurations, the aliases then have the right targets and those
    of other modules keep theirs, and no import of the canonical package breaks.
    """
    if config.problems and config.paths_from != config.path:
        mistake = config.problems[0]
        reason = "the configuration that it extends can't be read, and may have `paths`"
        related = (Related(mistake.path, mistake.span, mistake.message),)
        return Blocked(reason, f"correct {mistake.path} first", related)
    if config.paths_from is not None:
        return _add_to(workspace, config, missing, config.paths_from, config.base)
    listed = workspace.packages.listed_tsconfigs()
    for path in reversed([path for path in config.chain[1:] if path in listed]):
        edit = _add_to(workspace, config, missing, path, _own_base(read_config(workspace, path)))
        if isinstance(edit, FileEdit):
            return edit
    return _add_to(workspace, config, missing, config.path, _own_base(config))


def _add_to(
    workspace: Workspace, config: TsConfig, missing: Sequence[MissingAlias], path: str, base: str | None
) -> FileEdit | Blocked:
    """The edit of the file at `path`, in the chain of `config`; targets are relative to `base`."""
    text = workspace.files.read(path) or b""
    root = parse_json(text, comments=True).root
    if "node_modules" in path.split("/"):
        return Blocked(f"its `paths` come from {path}, which is installed", "add `paths` to a file of the workspace")
    if base is None:
        return Blocked("`baseUrl` is outside the workspace", _BY_HAND)
    writer = read_config(workspace, path)
    members = [(alias.key, _written(writer, alias, base)) for alias in missing]
    edits = () if root is None else _edits(workspace.table, text, root, members, writer)
    if not edits:
        return Blocked(f"{path} can't be edited as it is written", _BY_HAND)
    edit = FileEdit(path, edits, text)
    return _side_effect(workspace, config, edit) or edit


def _own_base(config: TsConfig) -> str | None:
    """The base of `paths` that the file itself would have; None if that is outside the root."""
    return posixpath.dirname(config.path) if config.base is not None and config.base_url is None else config.base_url


def _is_same(workspace: Workspace, target: str, expected: str) -> bool:
    """Whether a target is right: the folder of the sources, its index, or the package around it."""
    if target == expected or (expected.endswith("/*") and target.startswith(expected)):
        return True
    found = workspace.resolver.resolve(f"./{expected}", "package.json")
    return found is not None and workspace.resolver.resolve(f"./{target}", "package.json") == found


def _written(config: TsConfig, alias: MissingAlias, base: str) -> list[str]:
    """A target relative to the base, with `./` if TypeScript requires it or the neighbours have it.

    Without `baseUrl` a target must be relative (TypeScript, "Path mapping").
    """
    relative = posixpath.relpath(alias.expected, base)
    if relative.startswith("../"):
        return [relative]
    beside = [target for targets in config.paths.values() for target in targets if target[:1] not in (".", "/", "$")]
    dotted = [target for targets in config.paths.values() for target in targets if target.startswith("./")]
    return [f"./{relative}" if config.base_url is None or len(dotted) > len(beside) else relative]


def _edits(
    table: Table, text: bytes, root: Node, members: Sequence[tuple[str, list[str]]], config: TsConfig
) -> tuple[Edit, ...]:
    paths = paths_of(root)
    if paths is None:
        return set_properties_at(text, root, _PATHS, members)
    present = {member.key: member.value for member in paths.properties}
    edits = [edit for key, targets in members if key in present for edit in replace_value(text, present[key], targets)]
    new = [(key, targets) for key, targets in members if key not in present]
    legacy = {member.key for member in legacy_aliases(table, paths, config)}
    return (*edits, *_added(legacy, text, paths, new))


def _added(legacy: Set[str], text: bytes, paths: Node, new: Sequence[tuple[str, list[str]]]) -> tuple[Edit, ...]:
    """New members, inserted where they are valid both with the legacy ones and without them.

    If all members are legacy, there is no such place: then the edit overlaps that of their removal, so that the two are
    made one after the other.
    """
    edits = set_properties(text, paths, new)
    kept = [index for index, member in enumerate(paths.properties) if member.key not in legacy]
    if legacy and edits and not kept:
        return (_widened(text, edits, paths.properties[0].key_span),)
    if edits == set_properties(text, paths, new, removed=legacy):
        return edits
    # Before a property that stays, no comma depends on what else is removed.
    return insert_before(text, paths, kept[-1], new)


def _widened(text: bytes, edits: Sequence[Edit], span: Span) -> Edit:
    """The edits as one edit that also covers a span."""
    start = min(span.start, *(edit.span.start for edit in edits))
    end = max(span.end, *(edit.span.end for edit in edits))
    shifted = [Edit(Span(edit.span.start - start, edit.span.end - start), edit.new) for edit in edits]
    return Edit(Span(start, end), apply_edits(text[start:end], shifted).decode())


def _side_effect(workspace: Workspace, config: TsConfig, edit: FileEdit) -> Blocked | None:
    """What an edit would break; None if nothing."""
    path, after = edit.path, with_edits(workspace, edit)
    for other in dict.fromkeys((config.path, *workspace.packages.listed_tsconfigs())):
        old, new = read_config(workspace, other), read_config(after, other)
        allowed = set() if old.paths_from == path else {alias.key for alias in missing_aliases(workspace, old)}
        left = {alias.key for alias in missing_aliases(after, new)} - (allowed if other != config.path else set())
        if left or _others(workspace, old) != _others(workspace, new):
            if other == config.path:
                reason = f"the targets would still be wrong for {other}"
            else:
                reason = f"no targets in {path} are right for both {config.path} and {other}"
            return Blocked(reason, "edit both files by hand", (Related(other, None, "resolves them differently"),))
    broken = first_broken_reference(workspace, edit)
    if broken is None:
        return None
    file, span = broken
    line = line_of(workspace.files.read(file) or b"", span.start)
    reason = f"the import in {file}:{line} would no longer find its module"
    return Blocked(reason, "fix that import first", (Related(file, span, "this import depends on the alias as it is"),))


def _others(workspace: Workspace, config: TsConfig) -> Mapping[str, tuple[str, ...]]:
    """The targets of the aliases that are not for the canonical package."""
    name = workspace.table.canonical.name
    return {key: config.path_targets(key) for key in config.paths if key not in (name, f"{name}/*")}
