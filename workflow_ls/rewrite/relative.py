"""Relative specifiers, as a developer would write them."""

from __future__ import annotations

import posixpath
import re

from workflow_ls.workspace.files import is_within
from workflow_ls.workspace.model import Workspace

_EMITTED = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs"}


def relative_specifier(workspace: Workspace, importer: str, written: str, path: str) -> str:
    """A relative specifier from the file `importer` to the module file `path`.

    `written` is the path that the old specifier spells out, below the root: its `/index` and its ending are kept.
    Under moduleResolution node16 and nodenext an ES module needs the whole file name (TypeScript, "Modules -
    Reference"), so there it is written out, with the ending that the compiler emits.
    """
    if _needs_extension(workspace, importer) and not re.search(r"\.[mc]?[jt]sx?$", written):
        stem, extension = posixpath.splitext(path)
        written = stem + _EMITTED.get(extension, extension)
    relative = way_to(importer, written, path)
    if relative == ".":
        return "./index"
    return relative if relative.startswith("..") else f"./{relative}"


def way_to(importer: str, written: str, path: str) -> str:
    """The way from the directory of the file `importer` to the file `path`, as `written`: with or without its ending.

    Dots alone name a directory.  So where a module has the name of a directory that holds the importer, `x.ts` beside
    `x/`, the way leads to beside it.
    """
    directory = posixpath.dirname(importer)
    if is_within(path, written):
        return posixpath.relpath(written or ".", directory)
    above = posixpath.relpath(posixpath.dirname(written) or ".", directory)
    return posixpath.normpath(posixpath.join(above, posixpath.basename(written)))


def _needs_extension(workspace: Workspace, importer: str) -> bool:
    config = workspace.tsconfig_for(importer)
    if config is None or not config.module_resolution.startswith(("node1", "nodenext")):
        return False
    package = workspace.package_of(importer)
    return importer.endswith((".mts", ".mjs")) or (package is not None and package.type == "module")
