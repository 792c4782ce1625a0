"""The package manager of a workspace: which one it is, and what it can link.

The root manifest names it (`packageManager`, `devEngines`), or else the files show it that it writes or reads.
"""

from __future__ import annotations

import re
from enum import Enum

from workflow_ls.jsonc.document import parse_json
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.project.configuration.pnpm_workspace import PNPM_WORKSPACE
from workflow_ls.records import record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import Files, join


class Installer(Enum):
    """A package manager; those of one name that read versions differently are two."""

    NPM = "npm"
    PNPM = "pnpm"
    YARN = "Yarn"
    YARN_CLASSIC = "Yarn 1"
    BUN = "Bun"


@record
class PackageManager:
    """How the packages of a workspace are installed.

    `installer` is None if nothing shows it.  `links_ranges` says whether a version or range, such as `^1.2.0`, finds a
    package of the workspace; without it, only the `workspace:` protocol and paths do.
    """

    installer: Installer | None = None
    links_ranges: bool = True


_PNPM_LOCK, _YARN_LOCK, _YARN_SETTINGS = "pnpm-lock.yaml", "yarn.lock", ".yarnrc.yml"
_PNPM_SETTINGS = (".npmrc", PNPM_WORKSPACE)  # the later one counts
_BY_FILE = {
    Installer.YARN_CLASSIC: {_YARN_LOCK},
    Installer.BUN: {"bun.lock", "bun.lockb"},
    Installer.NPM: {"package-lock.json", "npm-shrinkwrap.json"},
}
LOCK_FILES = frozenset({_PNPM_LOCK}.union(*_BY_FILE.values()))
"""The names of the files that package managers write, and nobody edits."""
MANAGER_FILES = frozenset({_PNPM_LOCK, _YARN_SETTINGS, ".pnp.cjs", *_PNPM_SETTINGS}.union(*_BY_FILE.values()))
"""The names of the files that show a package manager, or set how it links packages, besides the manifest."""
_MAJOR = compile_on_use(r"@(\d+)")
_LINKS = compile_on_use(
    rb"^[ \t]*(?:link-workspace-packages[ \t]*=|linkWorkspacePackages:)[ \t]*[\"']?(\w+)", re.MULTILINE
)
_LAST_PNPM_THAT_LINKS = 8  # pnpm 9 changed the default of link-workspace-packages
_BERRY_LOCK = compile_on_use(rb"^__metadata:", re.MULTILINE)


def find_package_manager(files: Files, directory: str, manifest: Package | None) -> PackageManager | None:
    """The package manager that a directory shows, with its manifest; None if it shows none."""
    names = files.listing(directory).keys()
    named = "" if manifest is None else manifest.package_manager
    name, major = named.partition("@")[0], _MAJOR.search(named)
    if name == "yarn":
        classic = major is not None and major[1] == "1"
        return PackageManager(Installer.YARN_CLASSIC if classic else Installer.YARN)
    if name in ("npm", "bun"):
        return PackageManager(Installer(name if name == "npm" else "Bun"))
    if name == "pnpm" or names & {PNPM_WORKSPACE, _PNPM_LOCK}:
        links = major is not None and int(major[1]) <= _LAST_PNPM_THAT_LINKS
        for setting in _PNPM_SETTINGS:
            found = _LINKS.search(_text(files, directory, setting)) if setting in names else None
            links = links if found is None else found[1] != b"false"
        return PackageManager(Installer.PNPM, links)
    if _YARN_SETTINGS in names or _BERRY_LOCK.search(_text(files, directory, _YARN_LOCK)):
        return PackageManager(Installer.YARN)
    return next((PackageManager(installer) for installer, shown in _BY_FILE.items() if shown & names), None)


def lerna_packages(text: bytes) -> tuple[str, ...]:
    """The patterns of `packages` in a `lerna.json`, which count where no package manager has any."""
    data = parse_json(text, comments=True).value
    packages = data.get("packages", ["packages/*"]) if isinstance(data, dict) else ()
    return tuple(item for item in packages if isinstance(item, str)) if isinstance(packages, list) else ()


def plug_and_play(files: Files, directory: str) -> str | None:
    """The file by which Yarn's Plug'n'Play resolves packages in a directory, which then has no `node_modules`.

    It is written by an installation, or else `.yarnrc.yml` sets `nodeLinker: pnp`.
    """
    names = files.listing(directory).keys()
    found = next((name for name in _PNP_FILES if name in names), None)
    if found is None and _YARN_SETTINGS in names and _PNP_LINKER.search(_text(files, directory, _YARN_SETTINGS)):
        found = _YARN_SETTINGS
    return None if found is None else f"{directory}/{found}" if directory else found


_PNP_FILES = (".pnp.cjs", ".pnp.js", ".pnp.loader.mjs")
_PNP_LINKER = compile_on_use(rb"^nodeLinker:[ \t]*[\"']?pnp\b", re.MULTILINE)


def _text(files: Files, directory: str, name: str) -> bytes:
    path = join(directory, name)
    return b"" if path is None else files.read(path) or b""
