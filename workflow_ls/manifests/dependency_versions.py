"""The version by which a manifest declares a package of the workspace: one that the package manager can install.

The style is that of the neighbours, as far as it fits the package at hand: its shape is copied, never its address.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.package_manager import Installer, PackageManager
from workflow_ls.project.configuration.packages import Packages
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use

_BY_PATH = compile_on_use(r"(file|link|portal):")
_RANGE = compile_on_use(r"(workspace:)?(\^|~|>=|)(?=\d)")
_RANGES = ("^", "~", ">=", "=")
_PROTOCOL = ("workspace:*", "workspace:^", "workspace:~")
_RELATIVE = "workspace:./"  # pnpm's path from the manifest; Yarn's is one from the root, such as `workspace:shared`
_INSTALLS: dict[Installer, tuple[str, ...]] = {
    Installer.NPM: ("file:",),
    Installer.PNPM: (*_PROTOCOL, _RELATIVE, "link:", "file:"),
    Installer.YARN: (*_PROTOCOL, "portal:", "link:", "file:"),
    Installer.YARN_CLASSIC: ("link:", "file:"),
    Installer.BUN: (*_PROTOCOL, "file:"),
}
_USUAL = {Installer.PNPM: "workspace:*", Installer.YARN: "workspace:*", Installer.BUN: "workspace:*"}
_APART = {Installer.PNPM: "link:", Installer.YARN: "portal:", Installer.YARN_CLASSIC: "link:"}


def version_for(workspace: Workspace, package: Package, target: Package, section: str, replaced: Iterable[str]) -> str:
    """The version by which the manifest of `package` declares `target` in a section.

    The models, the nearest first, are the declarations of the packages `replaced`, whose place it takes; those of the
    manifest's other packages of the workspace; what other manifests say of the target; and all of the workspace.
    """
    manager = workspace.packages.package_manager(package.directory)
    linked = _is_linked(workspace, package, target)
    for shapes, is_proof in _models(workspace, package, target, section, replaced):
        for shape, _ in shapes.most_common():
            by_path = _BY_PATH.fullmatch(shape) is not None or shape == _RELATIVE
            if (linked or by_path or is_proof) and _fits(manager, shape, target, section):
                return _spelled(shape, package, target)
    if section == "peerDependencies":
        return "*"
    installer = manager.installer
    if not linked:
        return _spelled(_APART.get(installer, "file:") if installer is not None else "file:", package, target)
    if installer is Installer.YARN_CLASSIC and target.version and not _fits(manager, "*", target, section):
        return target.version
    # Yarn 1 installs no package of the workspace without a version, whatever is written.
    return "*" if installer is None else _USUAL.get(installer, "*")


def _is_linked(workspace: Workspace, package: Package, target: Package) -> bool:
    """Whether an installation links two packages: they belong to one workspace, or no workspace is to be seen."""
    packages = workspace.packages
    root = packages.workspace_root(package.directory)
    if root is None:
        return not packages.has_workspaces(package.directory) and not packages.has_workspaces(target.directory)
    return packages.workspace_root(target.directory) == root


def _models(
    workspace: Workspace, package: Package, target: Package, section: str, replaced: Iterable[str]
) -> Iterator[tuple[Counter[str], bool]]:
    """The shapes of declarations, counted, the nearest model first; and whether they prove that the target installs."""
    packages = workspace.packages
    root, declared = packages.workspace_root(package.directory) or "", workspace.component(DeclaredShapes)
    own = package.sections.get(section, {})
    yield Counter(shape for name in replaced if (shape := _shape(own.get(name, "")))), False
    peers = section == "peerDependencies"
    here = _shapes(package, declared.names(root), peers=peers)
    yield here, False
    # To look at the others for each package would take time with the square of their number.
    is_member = declared.directories(root).get(package.name) == package.directory
    of_target = _shape(_declared(package, target.name, peers=peers)) if is_member else ""
    # Members of a workspace get what is in it; how they name it proves nothing for a package beside them.
    proves = _is_linked(workspace, package, target) or packages.workspace_root(package.directory) is not None
    yield declared.of_target(root, target.name, peers) - Counter([of_target] if of_target else []), proves
    yield declared.of_all(root, peers) - (here if is_member else Counter[str]()), False


class DeclaredShapes(Component):
    """How the members of a workspace declare each other, by shape; what is counted first comes first."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.packages = database.component(Packages)

    @query
    def directories(self, root: str) -> Mapping[str, str]:
        """The directories of the members of a workspace, by name."""
        return {name: member.directory for name, member in self.packages.members(root).items()}

    @query
    def names(self, root: str) -> frozenset[str]:
        """The names of the members of a workspace."""
        return frozenset(self.directories(root))

    @query
    def of_target(self, root: str, name: str, peers: bool) -> Counter[str]:
        """How the members declare one package."""
        found = (_shape(_declared(member, name, peers=peers)) for member in self.packages.members(root).values())
        return _Shapes(filter(None, found))

    @query
    def of_all(self, root: str, peers: bool) -> Counter[str]:
        """How the members declare each other."""
        found, names = _Shapes(), self.names(root)
        for member in self.packages.members(root).values():
            found.update(_shapes(member, names, peers=peers))
        return found


class _Shapes(Counter[str]):
    """Counted shapes that differ also where only their order does."""

    __hash__ = None  # type: ignore[assignment]  # as that of every counter

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shapes) and list(self.items()) == list(other.items())

    def __ne__(self, other: object) -> bool:
        return not self == other


def _declared(package: Package, name: str, *, peers: bool) -> str:
    found = (versions.get(name) for section, versions in package.sections.items() if _is_peer(section) == peers)
    return next((version for version in found if version is not None), "")


def _shapes(package: Package, members: Collection[str], *, peers: bool) -> Counter[str]:
    """How a manifest declares the packages of the workspace, by shape."""
    return Counter(
        shape
        for section, versions in package.sections.items()
        if _is_peer(section) == peers
        for name, version in versions.items()
        if name in members and (shape := _shape(version))
    )


def _is_peer(section: str) -> bool:
    return section == "peerDependencies"


def _shape(version: str) -> str:
    """What versions of one style have in common: `file:`, `workspace:^`, `^`, `=` for a bare version, `*`.

    "" for what is one package's own, and no model for another: an address, an alias, a tag, an entry of a catalog.
    """
    by_path = _BY_PATH.match(version)
    if by_path is not None:
        return by_path[0]
    exact = _RANGE.match(version)
    if exact is not None:
        if " " in version or "|" in version:
            return ""
        if exact[1]:
            return exact[1] + (exact[2] if exact[2] in ("^", "~") else "*")
        return exact[2] or "="
    if version.startswith(("workspace:./", "workspace:../")):
        return _RELATIVE
    return version if version in (*_PROTOCOL, "*") else ""


def _fits(manager: PackageManager, shape: str, target: Package, section: str) -> bool:
    """Whether the package manager finds the target by a version of a shape."""
    if shape in _RANGES and not target.version:
        return False
    installer = manager.installer
    if installer is None or section == "peerDependencies":
        return installer is None or shape in (*_RANGES, "*") or shape in _INSTALLS[installer]
    if shape not in (*_RANGES, "*"):
        return shape in _INSTALLS[installer]
    if installer is Installer.PNPM:
        return manager.links_ranges and bool(target.version)
    if shape != "*" or installer is Installer.NPM:
        return True
    # Without a version no range matches, and `*` matches no prerelease.
    return bool(target.version) and not (
        "-" in target.version and installer in (Installer.YARN, Installer.YARN_CLASSIC)
    )


def _spelled(shape: str, package: Package, target: Package) -> str:
    if _BY_PATH.fullmatch(shape) or shape == _RELATIVE:
        path = posixpath.relpath(target.directory or ".", package.directory or ".")
        return shape.removesuffix("./") + (path if path.startswith("..") else f"./{path}")
    if shape in _RANGES:
        return shape.removeprefix("=") + target.version
    return shape
