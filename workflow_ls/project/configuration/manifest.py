"""Reads `package.json`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from workflow_ls.diagnostics import Notice
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.notices import first_mistake
from workflow_ls.records import field, record

DEPENDENCY_SECTIONS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
"""The fields of a manifest that declare packages, by name and version."""


@record(eq=False)
class Package:
    """The fields of a manifest.

    `directory` is relative to the workspace root.  `exports`, `imports` and `browser` are the raw fields, None if
    absent.  `dependencies` joins all four kinds, and `sections` has each kind that is there.  `types` (or `typings`)
    and `main` (or `module`, which bundlers read) are the files of the bare name if `exports` is absent, "" if they are
    absent too.  `type` is the module format of its JavaScript: "module", "commonjs", or "" if absent.
    `side_effects` are the patterns of the files that bundlers keep for their effects, or whether they keep all.
    `package_manager` is the one that the manifest names, with its version ("pnpm@9.1.0"), or "".  `broken` is the
    problem of a malformed manifest, whose other fields are empty.
    """

    directory: str
    name: str = ""
    exports: Any = None
    imports: Any = None
    browser: Any = None
    dependencies: Mapping[str, str] | None = None
    types: str = ""
    main: str = ""
    version: str = ""
    workspaces: tuple[str, ...] = ()
    type: str = ""
    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    package_manager: str = ""
    side_effects: bool | tuple[str, ...] | None = None
    broken: Notice | None = None

    def __eq__(self, other: object) -> bool:
        # The order of the conditions in `exports` matters, and the comparison of dictionaries ignores it.
        return self is other or (isinstance(other, Package) and repr(self) == repr(other))

    def __hash__(self) -> int:
        return hash(self.directory)

    @property
    def path(self) -> str:
        """The path of the manifest."""
        return f"{self.directory}/package.json" if self.directory else "package.json"


def read_package(text: bytes, directory: str) -> Package:
    """Read a manifest; never raises: fields of the wrong type count as absent, as npm and Node treat them."""
    document = parse_json(text)
    data = document.value
    broken = first_mistake(document, posixpath.join(directory, "package.json"))
    if broken is not None:
        return Package(directory, broken=broken)
    if not isinstance(data, dict):
        return Package(
            directory, broken=Notice(posixpath.join(directory, "package.json"), "This is not a JSON object.")
        )
    sections = {kind: found for kind in DEPENDENCY_SECTIONS if (found := _versions(data.get(kind)))}
    return Package(
        directory,
        name=_string(data.get("name")),
        exports=data.get("exports"),
        imports=data.get("imports"),
        browser=data.get("browser"),
        dependencies={name: version for versions in sections.values() for name, version in versions.items()},
        types=_string(data.get("typings")) or _string(data.get("types")),
        main=_string(data.get("main")) or _string(data.get("module")),
        version=_string(data.get("version")),
        workspaces=_workspaces(data.get("workspaces")),
        type=_string(data.get("type")),
        sections=sections,
        package_manager=_package_manager(data),
        side_effects=_side_effects(data.get("sideEffects")),
    )


def _side_effects(value: object) -> bool | tuple[str, ...] | None:
    """Whether bundlers keep files for their effects, or the patterns of those; None if nothing is said."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str))
    return value if isinstance(value, bool) else None


def _versions(value: object) -> Mapping[str, str]:
    found = value.items() if isinstance(value, dict) else ()
    return {name: version for name, version in found if isinstance(version, str)}


def _package_manager(data: Mapping[str, Any]) -> str:
    """Corepack's `packageManager`, or npm's `devEngines.packageManager`."""
    engines = data.get("devEngines")
    named = engines.get("packageManager") if isinstance(engines, dict) else None
    if isinstance(named, list):
        named = next(iter(named), None)
    if _string(data.get("packageManager")) or not isinstance(named, dict):
        return _string(data.get("packageManager"))
    version = re.search(r"\d[\w.-]*", _string(named.get("version")))
    return _string(named.get("name")) + ("" if version is None else f"@{version[0]}")


def _workspaces(value: object) -> tuple[str, ...]:
    """The patterns of `workspaces`: npm and yarn accept a list, yarn also `{"packages": […]}`."""
    if isinstance(value, dict):
        value = value.get("packages")
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
