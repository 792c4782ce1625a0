"""What is legacy: from what a user names, or from what resolves nowhere, to roots and a folder."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from workflow_ls.config.module_names import package_name
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.initial.workspace_facts import UnresolvedPackage, WorkspaceFacts
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.members import target_package
from workflow_ls.project.resolution.bare_specifiers import TYPES_CONDITIONS
from workflow_ls.records import record, replace
from workflow_ls.vfs.files import is_within


@record
class LegacySource:
    """A part of what is legacy: its specifiers, its folder or file (None if it is gone), and the package around it.

    `why` says what shows it.  `elsewhere` are other folders that the same specifier leads to, in other applications.
    """

    roots: tuple[str, ...]
    tree: str | None
    package: TargetPackage | None
    why: str
    elsewhere: tuple[str, ...] = ()


class UnknownSourceError(ValueError):
    """What a user named is neither a specifier nor a folder of the workspace."""


def given_sources(facts: WorkspaceFacts, given: Sequence[str]) -> tuple[LegacySource, ...]:
    """The sources that a user names by specifiers and folders; those that share a folder are one.

    Raises UnknownSourceError.
    """
    sources = dict[str, LegacySource]()
    for name in given:
        source = _of_folder(facts, name) if _is_path(facts, name) else _of_specifier(facts, name)
        key = source.tree or source.roots[0]
        known = sources.get(key)
        if known is not None:
            source = LegacySource(
                tuple(dict.fromkeys((*known.roots, *source.roots))),
                known.tree,
                known.package,
                known.why,
                tuple(dict.fromkeys((*known.elsewhere, *source.elsewhere))),
            )
        sources[key] = source
    taken = {source.tree for source in sources.values()}
    return tuple(
        replace(source, elsewhere=tuple(path for path in source.elsewhere if path not in taken))
        for source in sources.values()
    )


FormerPackages = Callable[[Sequence[str]], Collection[str]]
"""Those of some names that packages of the workspace had once, as its history shows."""


def no_history(names: Sequence[str]) -> Collection[str]:  # noqa: ARG001 - one of the lookups
    """The former packages of a workspace whose history is not known."""
    return ()


def missing_sources(facts: WorkspaceFacts, former: FormerPackages = no_history) -> tuple[LegacySource, ...]:
    """The sources that nobody has to name: packages of the workspace that several files import, and that are gone.

    A scope of the workspace shows it, or a dependency that only a package of the workspace can serve, or the history.
    Other packages that are nowhere may be virtual modules, or be installed later.
    """
    scopes = {name.partition("/")[0] for name in facts.members if name.startswith("@")}
    several = [each for each in facts.unresolved() if each.files >= _SEVERAL]
    shown = {each.name for each in several if each.linked or each.name.partition("/")[0] in scopes}
    known = former([each.name for each in several if each.name not in shown][:_MOST_ASKED])
    gone = (each for each in several if each.name in shown or each.name in known)
    return tuple(LegacySource((each.name,), None, None, _gone(each)) for each in gone)


_MOST_ASKED = 20  # names, the most imported first: each costs a search of the history
_SEVERAL = 2  # one file may hold a text that looks like an import


def _gone(package: UnresolvedPackage) -> str:
    return f"imported {package.imports} times in {package.files} files, and not in the workspace"


def _is_path(facts: WorkspaceFacts, name: str) -> bool:
    if name.startswith(("./", "../", "/")):
        return True
    if name in facts.members or name.startswith("@"):
        return False
    inside = (each.directory for each in facts.members.values() if each.directory)
    return facts.files.kind(name.rstrip("/")) is not None or any(is_within(name, each) for each in inside)


def _of_folder(facts: WorkspaceFacts, name: str) -> LegacySource:
    """A folder or file: the specifiers that lead to it are aliases, and those of the package around it."""
    path = posixpath.normpath(name).removeprefix("./")
    around = None if path.startswith(("..", "/")) else facts.packages.package_of(posixpath.join(path, "package.json"))
    is_there = around is not None and facts.files.kind(path) is not None
    if around is None or not (is_there or around.directory):
        raise UnknownSourceError(f"{name}: no such file or folder in the workspace")
    package = around if around.directory else None
    tree, roots = path, dict[str, None]()
    if package is not None and package.name:
        known = target_package(facts.files, package)
        sources = posixpath.join(package.directory, known.sources).rstrip("/")
        if path == package.directory:
            tree = sources
        if is_within(tree, sources):
            roots[posixpath.join(package.name, _module(tree[len(sources) + 1 :])).rstrip("/")] = None
        else:
            roots[posixpath.join(package.name, _module(tree[len(package.directory) + 1 :])).rstrip("/")] = None
    roots.update(dict.fromkeys((*_aliases_of(facts, _module(tree)), *_below_base_urls(facts, _module(tree)))))
    if not roots:
        roots[_module(tree)] = None  # nothing but paths leads there
    known_package = None if package is None or not package.name else target_package(facts.files, package)
    why = f"the folder {path}" if is_there else f"the folder {path}, which is gone"
    return LegacySource(tuple(roots), tree, known_package, why)


def _of_specifier(facts: WorkspaceFacts, name: str) -> LegacySource:
    """A specifier: the folder behind it, by an alias or by a package of the workspace; none if it is gone."""
    specifier = name.rstrip("/").removesuffix("/*")
    if not specifier:
        raise UnknownSourceError(f"{name}: not a specifier")
    paths = [path for aliases in facts.aliases().values() for path in _paths_of(aliases, specifier)]
    trees = dict.fromkeys(path for path in paths if facts.files.kind(path) is not None)
    tree = next(iter(trees), None)
    package = facts.members.get(package_name(specifier))
    if tree is None and package is not None:
        tree = _folder_of(facts, package, specifier[len(package.name) :].lstrip("/"))
    around = None if tree is None else facts.packages.package_of(posixpath.join(tree, "package.json"))
    inside = around if around is not None and around.directory and around.name else package
    roots = (specifier, *_aliases_of(facts, tree)) if tree is not None and package is None else (specifier,)
    why = "named by --from" if tree is not None else "named by --from; it resolves to nothing in the workspace"
    known = None if inside is None or tree is None else target_package(facts.files, inside)
    others = tuple(path for path in trees if path != tree)
    return LegacySource(tuple(dict.fromkeys(roots)), tree, known, why, others)


def _folder_of(facts: WorkspaceFacts, package: Package, below: str) -> str:
    """The folder of a package of the workspace, or of a part of it, as its `exports` or its folders show it."""
    known = target_package(facts.files, package)
    sources = posixpath.join(package.directory, known.sources).rstrip("/")
    if not below:
        return sources
    found = facts.workspace.resolver.look_up(package, f"./{below}", TYPES_CONDITIONS).path
    if found is not None:
        return _folder(found)
    inside = (posixpath.join(directory, below) for directory in (sources, package.directory))
    return next((path for path in inside if facts.files.kind(path) is not None), posixpath.join(sources, below))


def _paths_of(aliases: Mapping[str, tuple[str, ...]], specifier: str) -> Iterator[str]:
    """Where aliases lead a specifier: those for it and for what is below it, and patterns that match it."""
    for key, paths in aliases.items():
        before, star, after = key.partition("*")
        for path in paths:
            if key in (specifier, f"{specifier}/*"):
                yield _folder(path.removesuffix("/*"))
            elif star and not after and specifier.startswith(before) and len(specifier) > len(before):
                yield _folder(path.replace("*", specifier[len(before) :], 1))


def _aliases_of(facts: WorkspaceFacts, tree: str) -> Iterable[str]:
    """The specifiers by which aliases lead to a folder or file, or to what is below it."""
    found = dict[str, None]()
    for aliases in facts.aliases().values():
        for key, paths in aliases.items():
            for path in paths:
                before, star, after = path.partition("*")
                if _folder(path.removesuffix("/*")) == tree:
                    found[key.removesuffix("/*")] = None
                elif star and not after and tree.startswith(before) and len(tree) > len(before):
                    found[key.replace("*", tree[len(before) :], 1)] = None
    return [key for key in found if key and "*" not in key]


def _below_base_urls(facts: WorkspaceFacts, tree: str) -> Iterator[str]:
    """The paths below a `baseUrl` by which files import a folder or file.

    Not one that is a package elsewhere: its other importers would be taken for importers of the folder.
    """
    for base, directory in dict.fromkeys(facts.base_urls()):
        specifier = tree[len(base) + 1 :] if base else tree
        below = is_within(tree, base) and specifier and not facts.is_package(specifier)
        if below and any(is_within(path, directory) for path in facts.importing(specifier)):
            yield specifier


def _folder(path: str) -> str:
    """The folder of an index file; any other path as it is."""
    return posixpath.dirname(path) if posixpath.basename(path).startswith("index.") else path


def _module(path: str) -> str:
    """A path without the ending of a source file."""
    stem, dot, ending = path.rpartition(".")
    return stem if dot and ending in ("ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs") else path
