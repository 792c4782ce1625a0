"""The first condition of a rewrite: the target package admits the subpath, and the file behind it exists."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

from workflow_ls.diagnostics import Related
from workflow_ls.project.manifest import Package
from workflow_ls.project.resolver import PackageTarget
from workflow_ls.project.specifiers import (
    IMPORT_CONDITIONS,
    REQUIRE_CONDITIONS,
    TYPES_CONDITIONS,
    TYPES_OF_REQUIRE_CONDITIONS,
    split_package,
)
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record
from workflow_ls.syntax.model import Form, Reference


@record
class Location:
    """What was found behind a candidate specifier.

    `path` is the source file, symbolic links resolved; None where `failure` says why there is none.  `unblock` is
    the action that would help.  `absent` marks a package that cannot be looked into at all.  `runtime` is the file
    that the running program loads, as the manifest names it; `key` is the exports key that led there.
    """

    path: str | None
    failure: str | None = None
    unblock: str = ""
    related: tuple[Related, ...] = ()
    absent: bool = False
    runtime: str | None = None
    key: str | None = None


def locate(workspace: Workspace, specifier: str, importer: str, views: Collection[str]) -> Location:
    """Look a candidate up in its package, once for each view ("types", "import", "require").

    All views must lead to a file: the compiler reads one condition of `exports`, the running program another.
    """
    parts = split_package(specifier)
    if parts is None:
        return Location(None, f"`{specifier}` is no package specifier", "correct the row of the mapping table")
    name, subpath = parts
    package = workspace.packages.package_named(name, importer)
    if package is None:
        return Location(None, f"the package {name} is neither in the workspace nor in node_modules", absent=True)
    if package.broken is not None:
        return Location(None, f"{package.path} can't be read ({package.broken.message})", absent=True)
    path, runtime, key = None, None, None
    for view in views:
        found = workspace.resolver.look_up(package, subpath, _CONDITIONS[view])
        if found.path is None:
            return _failure(workspace, package, subpath, view, found, importer)
        path = path or found.path
        key = found.match.key if found.match is not None else None
        if not view.startswith("types"):
            runtime = found.match.target if found.match is not None and found.match.target is not None else found.path
    real = None if path is None else workspace.files.real(path)
    return Location(real, runtime=runtime, key=key)


_CONDITIONS = {
    "types": TYPES_CONDITIONS,
    "types of require": TYPES_OF_REQUIRE_CONDITIONS,
    "import": IMPORT_CONDITIONS,
    "require": REQUIRE_CONDITIONS,
}


def views_of(reference: Reference) -> tuple[str, ...]:
    """The views that a reference needs: types alone, or also what the running program loads.

    `require` and `import x = require()` read the `require` condition, everything else `import` (TypeScript, "Modules
    - Reference", conditions).
    """
    resolved = reference.form is Form.RESOLVE and reference.callee != "import.meta.resolve"
    required = resolved or reference.form in _REQUIRES
    types = "types of require" if required else "types"
    if reference.type_only or reference.form in _TYPES_ONLY:
        return (types,)
    return (types, "require" if required else "import")


_REQUIRES = (Form.REQUIRE, Form.IMPORT_EQUALS)
_TYPES_ONLY = (Form.IMPORT_TYPE, Form.JSDOC_IMPORT, Form.DECLARE_MODULE, Form.REFERENCE)


def _failure(
    workspace: Workspace, package: Package, subpath: str, view: str, found: PackageTarget, importer: str
) -> Location:
    match, manifest = found.match, package.path
    if match is None:
        failure = f"{package.name} has no file for `{subpath}`"
        return Location(None, failure, f"add the file, or `exports` to {manifest}")
    related = (_key_place(workspace, package, match.key),)
    key = f"the `{match.key}` key in the `exports` of {manifest}"
    if match.outcome == "found":
        target = posixpath.normpath(match.target or "")
        failure = f"{key} maps to {target}, which is not there"
        alias = _alias(workspace, package, subpath, importer)
        if alias is not None:
            failure += f" (the tsconfig alias finds {alias})"
        return Location(None, failure, "correct that key or add the file", related)
    if match.outcome == "excluded":
        return Location(None, f"{key} excludes `{subpath}` (null)", "choose another module", related)
    if match.outcome == "no-condition":
        wanted = "/".join(name for name in _CONDITIONS[view] if name not in ("node", "module-sync"))
        return Location(None, f"{key} has no `{wanted}` condition", "add that condition, or `default`", related)
    if match.outcome == "invalid":
        return Location(None, f"`exports` of {manifest} is invalid: {match.detail}", "correct it", related)
    return Location(None, f"no key in the `exports` of {manifest} admits `{subpath}`", "add one", related)


def _alias(workspace: Workspace, package: Package, subpath: str, importer: str) -> str | None:
    specifier = posixpath.join(package.name, subpath) if subpath != "." else package.name
    return next(iter(workspace.resolver.resolve_alias(posixpath.normpath(specifier), importer)), None)


def _key_place(workspace: Workspace, package: Package, key: str | None) -> Related:
    """The key's own place in the manifest, or the `exports` field where no key matched."""
    root = workspace.packages.json_root(package.path)
    value = None if root is None else root.at("exports")
    members = () if value is None else value.properties
    span = next((member.key_span for member in members if member.key == key), None if value is None else value.span)
    return Related(package.path, span, "this key decides" if key is not None else "no key here admits it")


_NODE_RUNS = re.compile(r"\.[mc]?js$")
_TYPESCRIPT = re.compile(r"(?<!\.d)\.[mc]?tsx?$")
_TEST_FILE = re.compile(r"(^|/)(__tests__|__mocks__|tests?)/|\.(test|spec)\.")


def loader_failure(workspace: Workspace, location: Location, importer: str) -> str | None:
    """Why Node could not load a target from a JavaScript file that Node runs as it is; None where it could.

    A `.js` file that no `allowJs` takes into a TypeScript build, and no test runner transforms, reaches Node
    unchanged, and Node does not load a package's TypeScript sources.
    """
    if location.runtime is None or not _TYPESCRIPT.search(location.runtime):
        return None
    if not _NODE_RUNS.search(importer) or _TEST_FILE.search(importer):
        return None
    config = workspace.packages.tsconfig_for(importer)
    if config is not None and config.allow_js:
        return None
    return f"Node runs this file as it is, and can't load {posixpath.normpath(location.runtime)}, which is TypeScript"
