"""The package manager of a workspace: which one it is, and what it can link.

The root manifest names it (`packageManager`, `devEngines`), or else the files show it that it writes or reads.
"""

from __future__ import annotations

import re
from enum import Enum

from workflow_ls.jsonc.document import parse_json
from workflow_ls.project.configuration.manifest import Package
from workflow_ls.records import record
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


PNPM_WORKSPACE = "pnpm-workspace.yaml"
_PNPM_LOCK, _YARN_LOCK, _YARN_SETTINGS = "pnpm-lock.yaml", "yarn.lock", ".yarnrc.yml"
_PNPM_SETTINGS = (".npmrc", PNPM_WORKSPACE)  # the later one counts
_BY_FILE = {
    Installer.YARN_CLASSIC: {_YARN_LOCK},
    Installer.BUN: {"bun.lock", "bun.lockb"},
    Installer.NPM: {"package-lock.json", "npm-shrinkwrap.json"},
}
MANAGER_FILES = frozenset({_PNPM_LOCK, _YARN_SETTINGS, *_PNPM_SETTINGS}.union(*_BY_FILE.values()))
"""The names of the files that show a package manager, or set how it links packages, besides the manifest."""
_MAJOR = re.compile(r"@(\d+)")
_LINKS = re.compile(rb"^[ \t]*(?:link-workspace-packages[ \t]*=|linkWorkspacePackages:)[ \t]*[\"']?(\w+)", re.MULTILINE)
_LAST_PNPM_THAT_LINKS = 8  # pnpm 9 changed the default of link-workspace-packages
_BERRY_LOCK = re.compile(rb"^__metadata:", re.MULTILINE)


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


def pnpm_packages(text: bytes) -> tuple[str, ...]:
    """The patterns of `packages` in a `pnpm-workspace.yaml`.

    They are read line by line, as plain or quoted strings in a list of either style.  That is all of YAML that such a
    list needs, and a library for the rest would take a fifth of the time of a short command to import.
    """
    found, inside, flow = list[str](), False, ""
    for line in text.decode("utf-8", "replace").splitlines():
        if flow:
            flow += f" {_COMMENT.sub('', line)}"
        elif (key := _PACKAGES.match(line)) is not None:
            inside, flow = True, _COMMENT.sub("", key["rest"])
        elif inside and (item := _ITEM.match(line)) is not None:
            found.append(_scalar(item))
        elif inside and line.strip() and not line.lstrip().startswith("#"):
            inside = False
        if flow and ("]" in flow or not flow.startswith("[")):
            found += [_scalar(item) for item in _FLOW_ITEM.finditer(flow)] if flow.startswith("[") else []
            flow = ""
    return tuple(found)


_SCALAR = r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<plain>[^\s'\",\[\]#&*|>][^\s,\[\]]*|\*[^\s,\[\]]*))"
_PACKAGES = re.compile(r"(?:packages|\"packages\"|'packages')[ \t]*:[ \t]*(?P<rest>.*)$")
_ITEM = re.compile(rf"[ \t]*-[ \t]+{_SCALAR}")
_FLOW_ITEM = re.compile(_SCALAR)
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")


def _scalar(item: re.Match[str]) -> str:
    return item["double"] or item["single"] or item["plain"] or ""


def _text(files: Files, directory: str, name: str) -> bytes:
    path = join(directory, name)
    return b"" if path is None else files.read(path) or b""
