"""Relative specifiers in the spelling of the specifiers that they replace."""

from __future__ import annotations

import posixpath

from workflow_ls.project.resolution.build_outputs import split_extension
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.vfs.files import EMITTED_EXTENSIONS, is_within

_ENDING = compile_on_use(r"(\.d)?\.[mc]?[jt]sx?")
_FORMAT = compile_on_use(r"\.([mc])[jt]s$")


def relative_specifier(workspace: Workspace, importer: str, written: str, path: str) -> str:
    """A relative specifier from the file `importer` to the module file `path`.

    `written` is the path below the root that the old specifier spells out: its `/index` is kept, and so is its ending
    if it is that of the file and not of the folder.  Under moduleResolution node16 and nodenext an ES module needs the
    whole file name (TypeScript, "Modules - Reference"), so the ending that the compiler emits is added.  It is also
    added, everywhere, for a module whose ending sets its format.
    """
    stem, extension = split_extension(path)
    spelled, ending = split_extension(written)
    ended = _ENDING.fullmatch(ending) is not None
    if ended and (spelled != stem or _format(ending) != _format(extension)) and written != path:
        written, ended = spelled, False
    is_module_path = stem in (written, posixpath.join(written, "index"))
    if not ended and (_needs_extension(workspace, importer) or (is_module_path and _format(extension))):
        written = stem + EMITTED_EXTENSIONS.get(extension, extension)
    relative = relative_path(importer, written, path)
    if relative == ".":
        return "./index"
    return relative if relative.startswith("..") else f"./{relative}"


def _format(ending: str) -> str:
    """The letter of an ending that sets the module format, "m" or "c"; "" where there is none."""
    found = _FORMAT.search(ending)
    return "" if found is None else found[1]


def relative_path(importer: str, written: str, path: str) -> str:
    """The path from the directory of the file `importer` to the file `path`, as `written`: with or without its ending.

    Dots alone name a directory.  So the path to a module `x.ts` from within the folder `x/` beside it ends in `/x`.
    """
    directory = posixpath.dirname(importer)
    if is_within(path, written):
        return posixpath.relpath(written or ".", directory)
    above = posixpath.relpath(posixpath.dirname(written) or ".", directory)
    return posixpath.normpath(posixpath.join(above, posixpath.basename(written)))


def _needs_extension(workspace: Workspace, importer: str) -> bool:
    config = workspace.packages.tsconfig_for(importer)
    if config is None or not config.module_resolution.startswith(("node1", "nodenext")):
        return False
    package = workspace.packages.package_of(importer)
    return importer.endswith((".mts", ".mjs")) or (package is not None and package.type == "module")
