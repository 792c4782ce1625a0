"""Gathers what shows where legacy names went: from the workspace, and from its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Protocol

from workflow_ls.config.module_names import is_alias
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.mapping.demand import Demand
from workflow_ls.mapping.evidence.copies import SHARE, declaration_text, shared_lines, with_own_name
from workflow_ls.mapping.evidence.migrated_imports import ReplacedLines, count_migrations
from workflow_ls.mapping.evidence.passed_on import passed_on
from workflow_ls.mapping.homes import Clues, Home
from workflow_ls.mapping.joined_frame import lost_packages
from workflow_ls.mapping.own_files import OwnFiles
from workflow_ls.mapping.program_aliases import ProgramAliases
from workflow_ls.mapping.public_names import PublicNames, find_public_names
from workflow_ls.mapping.rows.choice_of_rows import OWN, Surroundings, package_name
from workflow_ls.mapping.rows.usage import count_usage
from workflow_ls.project.configuration.members import is_declared
from workflow_ls.project.configuration.package_cycles import PackageCycles
from workflow_ls.project.exports.export_index import ExportIndex
from workflow_ls.project.exports.module_exports import Origin
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.packages.package_lookup import Conditions
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, is_source, is_within


class RenamedFile(Protocol):
    """Where a deleted file is now, and the commit that moved it."""

    @property
    def path(self) -> str:
        """Its present path."""

    @property
    def commit(self) -> str:
        """The commit, abbreviated."""


class History(Protocol):
    """What is remembered of files that are gone."""

    def renames(self, directories: Sequence[str]) -> Mapping[str, RenamedFile]:
        """Where the deleted files of directories are now, by their old path."""

    def text(self, path: str) -> bytes | None:
        """The last text of a deleted file."""

    def files_then(self, directory: str) -> tuple[str, ...]:
        """The deleted files of a directory."""

    def renamed_packages(self, names: Iterable[str]) -> Mapping[str, RenamedFile]:
        """The present name, as a path, of each package that got another one where it is."""

    def former_texts(self, directories: Sequence[str], names: Sequence[str]) -> Mapping[str, bytes]:
        """Of names that files in directories exported: the text of the file before it went from there."""

    def import_changes(self, texts: Sequence[str], endings: Iterable[str]) -> Sequence[ReplacedLines]:
        """The lines with one of `texts` that were replaced, with the lines that came for them."""

    @property
    def unread(self) -> Sequence[str]:
        """What could not be read so far, since git lacks objects that it should have, each in a few words."""


def gather(
    workspace: Workspace, packages: Sequence[TargetPackage], wanting: Sequence[Demand], history: History | None
) -> Clues:
    """Gather the evidence for the wanted modules."""
    table, index = workspace.table, workspace.component(ExportIndex)
    wanted = {name for demand in wanting for name in demand.names}
    origins = dict[str, Mapping[str, Origin]]()
    for demand in wanting:
        if demand.file is not None:
            origins[demand.module] = index.exports(demand.file).origins
    renamed, arrived, texts = _renames(workspace, wanting, origins, history)
    renamed = {**renamed, **_of_renamed_packages(workspace, wanting, history)}
    wanted |= {origin.name for found in origins.values() for name, origin in found.items() if name in wanted}
    homes = {path for path, _ in renamed.values()} | {
        origin.path for found in origins.values() for origin in found.values()
    }
    importers = tuple(dict.fromkeys(path for demand in wanting for path in demand.open))
    private = (
        *workspace.component(ProgramAliases).served(importers),
        *workspace.component(OwnFiles).served(importers),
    )
    public = find_public_names(workspace, packages, wanted, homes, private)
    changes = () if history is None else history.import_changes(table.roots, SOURCE_EXTENSIONS)
    migrations = count_migrations(changes, table.module_of)
    former = _former_texts(table, wanting, origins, history)
    left = {(each.module, name): former[name] for each in wanting for name in each.names if name in former}
    left.update(_deleted_declarations(table, wanting, texts, history))
    copies, pieces = _copies(workspace, wanting, public, origins, texts, left)
    members = workspace.packages.members()
    foreign = {
        module: tuple(each for each in passed_on(text) if package_name(each.specifier) not in members)
        for module, text in texts.items()
        if module not in renamed
    }
    return Clues(public, migrations, renamed, origins, copies, pieces, arrived, _served(public), foreign)


def _served(public: PublicNames) -> Mapping[str, tuple[str, ...]]:
    found = dict[str, dict[str, None]]()
    for names in public.by_name.values():
        for each in names:
            found.setdefault(each.path, {})[each.specifier] = None
    return {path: tuple(specifiers) for path, specifiers in found.items()}


def _renames(
    workspace: Workspace,
    wanting: Sequence[Demand],
    origins: Mapping[str, Mapping[str, Origin]],
    history: History | None,
) -> tuple[Mapping[str, tuple[str, str]], Mapping[str, str], Mapping[str, bytes]]:
    """Where the deleted modules are now, what else left the tree, and the last texts of the deleted, by module."""
    gone = {demand.module for demand in wanting if demand.file is None}
    is_partial = any(name not in origins.get(demand.module, {}) for demand in wanting for name in demand.names)
    if history is None or not (gone or is_partial):
        return {}, {}, {}
    table = workspace.table
    found, arrived, texts = dict[str, tuple[str, str]](), dict[str, str](), dict[str, bytes]()
    for old, move in history.renames(table.trees).items():
        module = table.module_at(old) if is_source(old) else None
        if module is None or table.in_tree(move.path):
            continue
        path = with_own_name(old, move.path, workspace.files.read, history.text)
        arrived[path] = move.commit
        if module in gone:
            found.setdefault(module, (path, move.commit))
    for old in (path for tree in table.trees for path in history.files_then(tree)):
        module = table.module_at(old) if is_source(old) else None
        if module in gone and module not in texts:
            text = history.text(old)
            if text is not None:
                texts[module] = text
    return found, arrived, texts


def _of_renamed_packages(
    workspace: Workspace, wanting: Sequence[Demand], history: History | None
) -> Mapping[str, tuple[str, str]]:
    """The file of each module of a package that got another name where it is, and the commit."""
    lost = lost_packages(workspace.table)
    found = dict[str, tuple[str, str]]()
    for old, renamed in (history.renamed_packages(lost) if history is not None and lost else {}).items():
        package = workspace.packages.package_named(renamed.path, "")
        for demand in wanting if package is not None else ():
            specifier = next(
                (each for each in workspace.table.specifiers_of(demand.module) if is_within(each, old)), ""
            )
            if demand.file is None and specifier and package is not None:
                path = workspace.resolver.look_up(package, f".{specifier[len(old) :]}", Conditions.TYPES.value).path
                if path is not None:
                    found[demand.module] = (path, renamed.commit)
    return found


def _former_texts(
    table: Table, wanting: Sequence[Demand], origins: Mapping[str, Mapping[str, Origin]], history: History | None
) -> Mapping[str, bytes]:
    """The texts of the files from which the names went that modules had and lack."""
    lost = {name for demand in wanting for name in demand.names if name not in origins.get(demand.module, {})}
    present = any(demand.file is not None for demand in wanting)
    names = tuple(sorted(lost - {"default"}))
    return history.former_texts(table.trees, names) if history is not None and present and names else {}


def _deleted_declarations(
    table: Table, wanting: Sequence[Demand], texts: Mapping[str, bytes], history: History | None
) -> Mapping[tuple[str, str], bytes]:
    """Of names that deleted barrels passed on: the last text of the file that declared the name, and is deleted too.

    By the module of the barrel and the name.
    """
    left = dict[str, dict[str, list[str]]]()  # the modules of each name, by tree
    for demand in wanting if history is not None else ():
        text = texts.get(demand.module) if demand.file is None else None
        for name in demand.names if text is not None else ():
            if name != "default" and declaration_text(text or b"", name) is None:
                left.setdefault(table.tree_of(demand.module), {}).setdefault(name, []).append(demand.module)
    found = dict[tuple[str, str], bytes]()
    for tree, modules in left.items():
        paths = filter(is_source, history.files_then(tree) if history is not None else ())
        for path in islice(paths, _MOST_DELETED):
            text = history.text(path) if history is not None and modules else None
            declared = [name for name in modules if text is not None and declaration_text(text, name) is not None]
            for name in declared:
                found.update({(module, name): text or b"" for module in modules.pop(name)})
    return found


_MOST_DELETED = 500  # files whose last text is read: each costs a call of git


def _copies(
    workspace: Workspace,
    wanting: Sequence[Demand],
    public: PublicNames,
    origins: Mapping[str, Mapping[str, Origin]],
    texts: Mapping[str, bytes],
    left: Mapping[tuple[str, str], bytes],
) -> tuple[Mapping[tuple[str, str], int], Mapping[tuple[str, str, Origin], int]]:
    """The share of lines that the declaring files of the wanted names have in common with the modules.

    Where a file as a whole is no copy, a declaration in it may be one.  `left` has the text of the file from which a
    name went, by the module and the name.
    """
    found, pieces = dict[tuple[str, str], int](), dict[tuple[str, str, Origin], int]()
    table = workspace.table
    for demand in wanting:
        text = texts.get(demand.module) if demand.file is None else workspace.files.read(demand.file)
        if text is None:
            continue
        paths = {each.origin.path for name in demand.names for each in public.declared_as(name)}
        for path in sorted(paths):
            if table.in_tree(path) or path == demand.file:
                continue
            share = shared_lines(text, workspace.files.read(path) or b"")
            if share >= SHARE:
                found[demand.module, path] = share
        for name in demand.names:
            own = _declaration(workspace, origins.get(demand.module, {}).get(name), demand.file)
            ours = declaration_text(text, name) if own is None else own
            before = left.get((demand.module, name)) if ours is None else None
            ours = ours if before is None else declaration_text(before, name)
            for origin in dict.fromkeys(each.origin for each in public.declared_as(name)) if ours else ():
                theirs = None
                if not table.in_tree(origin.path) and (demand.module, origin.path) not in found:
                    theirs = declaration_text(workspace.files.read(origin.path) or b"", origin.name)
                share = 0 if theirs is None else shared_lines(ours or b"", theirs)
                if share >= SHARE:
                    pieces[demand.module, name, origin] = share
    return found, pieces


def _declaration(workspace: Workspace, origin: Origin | None, file: str | None) -> bytes | None:
    """The declaration behind a name that a module re-exports; None if it is in the module's own file."""
    if origin is None or origin.path == file:
        return None
    return declaration_text(workspace.files.read(origin.path) or b"", origin.name)


def surroundings_of(workspace: Workspace, clues: Clues) -> Surroundings:
    """What ranks homes with the same evidence in a workspace."""
    cycles, packages = workspace.component(PackageCycles), workspace.packages
    specifiers = {each.specifier for names in clues.public.by_name.values() for each in names}

    def owner(path: str) -> str:
        package = packages.package_of(path)
        return "" if package is None else package.name

    aliases = workspace.component(ProgramAliases)
    led = dict[tuple[str, str, str], bool]()  # what an alias leads to is the same in a whole directory

    def can_import(importer: str, home: Home) -> bool:
        if not home.path:
            owners = (packages.package_of(importer), packages.package_at(""))
            return any(each is not None and is_declared(each, package_name(home.specifier)) for each in owners)
        if is_alias(home.specifier):
            place = (importer.rpartition("/")[0], home.specifier, home.name)
            if place not in led:
                led[place] = aliases.leads(home.specifier, importer, home.path, home.name)
            return led[place]
        package = packages.package_of(importer)
        if home.specifier in clues.public.private:
            return package is not None and package.name == package_name(home.specifier)
        return package is None or not cycles.closed_by(package.directory, package_name(home.specifier))

    own = workspace.component(OwnFiles)
    table, index = workspace.table, workspace.component(ExportIndex)
    usage = count_usage(workspace, specifiers)
    deep = {package_name(specifier) for specifier in usage.specifiers if specifier != package_name(specifier)}

    def is_inner(specifier: str) -> bool:
        name = package_name(specifier)
        package = packages.package_named(name, "")
        if specifier == name or name in deep or package is None or package.exports is not None:
            return False
        return bool(package.main or package.types)

    def privacy(specifier: str) -> int:
        return 0 if specifier not in clues.public.private else 1 if is_alias(specifier) else OWN

    imported = {package_name(specifier) for specifier in usage.specifiers}

    def is_unshown(specifier: str) -> bool:
        package = packages.package_named(package_name(specifier), "")
        if privacy(specifier) or package is None or package.name in imported:
            return False
        return package.exports is None and not (package.main or package.types)

    return Surroundings(
        usage, owner, table.in_tree, can_import, own.by_path, index.reaches, is_inner, privacy, is_unshown
    )
