"""Looks a specifier up in its package: the package must export the subpath, and the file behind it must exist."""

from __future__ import annotations

import posixpath
from collections.abc import Collection
from enum import Enum

from workflow_ls.config.module_names import is_alias
from workflow_ls.diagnostics import Blocked, Obstacle, Related
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.resolution.bare_specifiers import (
    IMPORT_CONDITIONS,
    REQUIRE_CONDITIONS,
    TYPES_CONDITIONS,
    TYPES_OF_REQUIRE_CONDITIONS,
    split_package,
)
from workflow_ls.project.resolution.build_outputs import expected_source
from workflow_ls.project.resolution.resolver import PackageTarget
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.vfs.files import in_other_case


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
            return _refusal(workspace, package, subpath, each, found, importer)
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
    remedy = "set `nodeLinker: node-modules` in .yarnrc.yml and install again, to have it looked into"
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


def _refusal(
    workspace: Workspace,
    package: Package,
    subpath: str,
    conditions: Conditions,
    found: PackageTarget,
    importer: str,
) -> Blocked:
    match, manifest = found.match, package.path
    if match is None:
        shared = Obstacle(
            "no-file",
            manifest,
            f"{package.name} has no file for {{}}",
            f"add the files, or `exports` to {manifest}",
            (subpath,),
        )
        reason = f"{package.name} has no file for `{subpath}`"
        return Blocked(reason, f"add the file, or `exports` to {manifest}", obstacle=shared)
    related = (_exports_key(workspace, package, match.key),)
    key = f"the key `{match.key}` in the `exports` of {manifest}"
    if match.outcome == "found":
        target = posixpath.normpath(match.target or "")
        path = posixpath.join(package.directory, target)
        source = expected_source(workspace.packages, package, path)
        reason = f"{key} points to {'a missing file' if source is None else 'an output without a source'} ({target})"
        other = in_other_case(workspace.files, source or path)
        if other is not None:
            reason = f"{key} leads to {source or path}, and there is only {other}, in another letter case"
            return Blocked(reason, "write the import in the letter case of the file, or rename the file", related)
        alias = _alias(workspace, package, subpath, importer)
        addition = f"add {source or path}"
        if match.key is not None and "*" in match.key:
            remedy = addition  # the pattern is right for other subpaths
        else:
            remedy = f"correct that key, or {addition}" if alias is None else "correct that key"
        shared = Obstacle(
            "key",
            f"{manifest}#{match.key}",
            f"{key} points to missing files ({{}})",
            "add these files, or export the modules that are there",
            (target,),
        )
        if alias is not None:
            reason = f"{reason}, while a tsconfig alias leads to {alias}"
        return Blocked(reason, remedy, related, obstacle=shared)
    if match.outcome == "excluded":
        shared = Obstacle("key", f"{manifest}#{match.key}", f"{key} excludes {{}} (null)", "", (subpath,))
        return Blocked(f"{key} excludes `{subpath}` (null)", "choose another module", related, obstacle=shared)
    if match.outcome == "no-condition":
        wanted = "/".join(conditions.keys)
        return Blocked(f"{key} has no `{wanted}` condition", "add that condition, or `default`", related)
    if match.outcome == "invalid":
        return Blocked(f"the `exports` of {manifest} are invalid: {match.detail}", "correct them", related)
    # A surface is exported as a whole, in one entry or in a few beside each other.
    head = "/".join(subpath.split("/")[:2])
    remedy = f"add {{}} to the `exports` of {manifest}"
    shared = Obstacle("subpath", f"{manifest}#{head}", f"`{package.name}` does not export {{}}", remedy, (subpath,))
    reason = f"{package.name} does not export `{subpath}`"
    return Blocked(reason, f"add it to the `exports` of {manifest}", related, obstacle=shared)


def _alias(workspace: Workspace, package: Package, subpath: str, importer: str) -> str | None:
    specifier = posixpath.join(package.name, subpath) if subpath != "." else package.name
    return next(iter(workspace.resolver.resolve_alias(posixpath.normpath(specifier), importer)), None)


def _exports_key(workspace: Workspace, package: Package, key: str | None) -> Related:
    """The place of a key in the manifest, or of the `exports` field where no key matched."""
    root = workspace.packages.json_root(package.path)
    value = None if root is None else root.at("exports")
    members = () if value is None else value.properties
    span = next((member.key_span for member in members if member.key == key), None if value is None else value.span)
    return Related(package.path, span, "this key matches the subpath" if key is not None else "no key matches it")
