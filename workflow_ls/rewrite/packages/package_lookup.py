"""Looks a specifier up in its package: the package must export the subpath, and the file behind it must exist."""

from __future__ import annotations

import posixpath
from collections.abc import Collection
from enum import Enum

from workflow_ls.config.module_names import is_alias
from workflow_ls.diagnostics import Blocked, Related
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.resolution.bare_specifiers import (
    IMPORT_CONDITIONS,
    REQUIRE_CONDITIONS,
    TYPES_CONDITIONS,
    TYPES_OF_REQUIRE_CONDITIONS,
    split_package,
)
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.rewrite.packages.lookup_refusals import LookupRefusals
from workflow_ls.syntax.model import Form, Reference


class Conditions(Enum):
    """The conditions under which `exports` is read: by the compiler (TYPES), or by the running program.

    The value of each is its set of conditions, as TypeScript and Node apply them (TypeScript, "Modules - Reference").
    """

    TYPES = TYPES_CONDITIONS
    TYPES_REQUIRE = TYPES_OF_REQUIRE_CONDITIONS
    IMPORT = IMPORT_CONDITIONS
    REQUIRE = REQUIRE_CONDITIONS

    @property
    def for_types(self) -> bool:
        """Whether the compiler reads them."""
        return self in (Conditions.TYPES, Conditions.TYPES_REQUIRE)

    @property
    def keys(self) -> tuple[str, ...]:
        """The conditions that an entry of `exports` usually names."""
        return tuple(name for name in self.value if name not in ("node", "module-sync"))


@record
class PackageLocation:
    """What a package serves for a specifier.

    `path` is the source file, symbolic links resolved.  `runtime` is the file that the running program loads, as the
    manifest names it, None where only the compiler reads `exports`.  `key` is the key of `exports` that leads there.
    """

    path: str
    runtime: str | None = None
    key: str | None = None


@record
class UnavailablePackage:
    """A package that can't be looked into: it is not installed, or its manifest is broken."""

    cause: Blocked


def locate(
    workspace: Workspace, specifier: str, importer: str, conditions: Collection[Conditions]
) -> PackageLocation | Blocked | UnavailablePackage:
    """Look a specifier up in its package, as the file `importer` finds it, once for each of `conditions`.

    All must lead to a file: the compiler reads one condition of `exports`, the running program another.
    """
    parts = split_package(specifier)
    if parts is None and is_alias(specifier):
        parts = (specifier, ".")
    if parts is None:
        return Blocked(f"`{specifier}` is not a package specifier", "correct the row of the mapping table")
    name, subpath = parts
    package = workspace.packages.package_named(name, importer)
    if package is None:
        aliased = next(workspace.resolver.resolve_alias(specifier, importer), None)
        real = None if aliased is None else workspace.files.real(aliased)
        if real is not None:
            return PackageLocation(real)
        if is_alias(specifier):
            config = workspace.packages.tsconfig_for(importer)
            where = "no tsconfig.json governs this file" if config is None else f"{config.path} has no alias that does"
            reason = f"`{specifier}` leads to no file for this importer: {where}"
            return Blocked(reason, "import it from the application that has the alias, or add the alias")
        return UnavailablePackage(_unavailable(workspace, name, importer))
    if package.broken is not None:
        cause = Blocked(f"{package.path} can't be read ({package.broken.message})", "correct it, and check again")
        return UnavailablePackage(cause)
    path, runtime, key = None, None, None
    for each in conditions:
        found = workspace.resolver.look_up(package, subpath, each.value)
        if found.path is None:
            return LookupRefusals(workspace, package, subpath, importer).refusal(found, each.keys)
        path = path or found.path
        key = found.match.key if found.match is not None else None
        if not each.for_types:
            runtime = found.match.target if found.match is not None and found.match.target is not None else found.path
    real = None if path is None else workspace.files.real(path)
    if real is None:
        return Blocked(f"the file of `{specifier}` can't be read", "correct the link, or add the file")
    return PackageLocation(real, runtime, key)


def _unavailable(workspace: Workspace, name: str, importer: str) -> Blocked:
    archives = workspace.packages.plug_and_play(posixpath.dirname(importer))
    if archives is None:
        reason = f"the package {name} is neither in the workspace nor in node_modules"
        return Blocked(reason, "install it, and check again")
    reason = f"the package {name} is not in the workspace, and Yarn's Plug'n'Play ({archives}) keeps it in an archive"
    remedy = "set `nodeLinker: node-modules` in .yarnrc.yml and install again, so that it can be read"
    return Blocked(reason, remedy, (Related(archives, None, "Yarn resolves packages by this file"),))


def served_file(workspace: Workspace, package: Package, subpath: str, conditions: Collection[Conditions]) -> str | None:
    """The source file that a package serves for a subpath under all of `conditions`; None if one leads to no file."""
    path = None
    for each in conditions:
        found = workspace.resolver.look_up(package, subpath, each.value).path
        if found is None:
            return None
        path = path or found
    return None if path is None else workspace.files.real(path)


def locate_file(workspace: Workspace, specifier: str, importer: str, conditions: Collection[Conditions]) -> str | None:
    """The file that `locate` finds; None where it finds none."""
    location = locate(workspace, specifier, importer, conditions)
    return location.path if isinstance(location, PackageLocation) else None


def conditions_of(reference: Reference) -> tuple[Conditions, ...]:
    """The conditions that apply to a reference: those of the compiler, and of the program where it loads the module.

    `require`, `import x = require()` and what has that mode read the `require` condition, everything else `import`
    (TypeScript, "Modules - Reference", conditions).
    """
    resolved = reference.form is Form.RESOLVE and reference.callee != "import.meta.resolve"
    required = resolved or reference.form in _REQUIRES or reference.mode == "require"
    types = Conditions.TYPES_REQUIRE if required else Conditions.TYPES
    if reference.type_only or reference.form in _TYPES_ONLY:
        return (types,)
    return (types, Conditions.REQUIRE if required else Conditions.IMPORT)


_REQUIRES = (Form.REQUIRE, Form.IMPORT_EQUALS)
_TYPES_ONLY = (Form.IMPORT_TYPE, Form.JSDOC_IMPORT, Form.DECLARE_MODULE, Form.REFERENCE)
