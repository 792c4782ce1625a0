"""How a file will name another one after the moves: by the package that holds it, or by path."""

from __future__ import annotations

import posixpath
import re

from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.move_set import Cut
from workflow_ls.project.build_outputs import split_extension
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace
from workflow_ls.rewrite.package_lookup import Conditions, Location, conditions_of, loader_failure, locate
from workflow_ls.rewrite.relative_specifier import relative_specifier, way_to
from workflow_ls.rewrite.specifier_style import spelling, stem_of
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.vfs.files import is_source, is_within

_BUILT = "give the package a built entry, or turn this file into TypeScript"
RELATIVE = re.compile(r"\.\.?(/|$)")


@record
class Stuck:
    """A reference that would break: why.

    `wanted` is a package, its subpath that would help, and the views that ask for it.  `fallback` is a specifier that
    the compiler resolves all the same.
    """

    reason: str
    wanted: tuple[str, str, tuple[Conditions, ...]] | None = None
    fallback: str | None = None

    @property
    def way_out(self) -> str:
        """The reason, with what to do about it."""
        return self.reason if ";" in self.reason else f"{self.reason}; settle that by hand first"


def specifier_to(cut: Cut, reference: Reference, path: str, target: str) -> str | Stuck:
    """How a reference of the file `path` names the file `target`, both as they lie now, after the moves."""
    table, importer, new = cut.before.table, cut.moved(path), cut.moved(target)
    relative = RELATIVE.match(reference.specifier) is not None
    package = cut.package_of(new)
    inside = package is not None and is_within(importer, package.directory)
    leaving = importer != path and new == target
    by_path = is_file_reference(cut, reference) or leaving or package is None
    if inside and not _is_types_reference(cut, reference):
        circular = new == importer or cut.targets.index.reaches(target, path)
        by_path = by_path or relative or is_within(path, table.tree) or circular
    wanted: Stuck | None = None
    if not by_path:
        found = _by_package(cut, reference, importer, new)
        failure = _loader_failure(cut, reference, found, importer) if isinstance(found, str) else None
        if isinstance(found, str) and (failure is None or not (relative or _could_load(cut, reference, path))):
            return found
        wanted = found if isinstance(found, Stuck) else Stuck(f"{failure}; {_BUILT}")
    if _is_types_reference(cut, reference):
        return wanted or Stuck("`/// <reference types>` takes no path; use an import by hand")
    if leaving and is_installed(new):
        return Stuck(f"`{reference.specifier}` would lead nowhere from {importer}")
    specifier = _by_path(cut, reference, importer, target)
    for trial in dict.fromkeys((specifier, _relative("./index", importer, target, new))):
        if cut.leads_to(reference.form, trial, importer) == new:
            # What could not load it before is none the worse for it, but code may not turn into TypeScript.
            same = relative and _code_ending(cut.before, target) == _code_ending(cut.after, new)
            return trial if wanted is None else replace(wanted, fallback=trial if wanted.wanted or same else None)
    return wanted or Stuck(f"`{specifier}` would not lead to {new}")


def _code_ending(workspace: Workspace, path: str) -> str:
    """The ending of the file that is loaded for a module: beside declarations lies the code that they are about."""
    stem, ending = split_extension(path)
    if ending.startswith(".d."):
        code = ending.replace(".d.", ".").replace("ts", "js")
        return code if workspace.files.kind(stem + code) == "file" else ending
    return ending


def is_installed(path: str) -> bool:
    """Whether a file belongs to an installed package."""
    return "node_modules" in path.split("/")


def is_file_reference(cut: Cut, reference: Reference) -> bool:
    """Whether a reference is a `/// <reference path>`, which names a file whether it starts with a dot or not."""
    return reference.form is Form.REFERENCE and not _is_types_reference(cut, reference)


def _is_types_reference(cut: Cut, reference: Reference) -> bool:
    """Whether a reference is a `/// <reference types>` of a legacy module."""
    return reference.form is Form.REFERENCE and cut.before.table.module_of(reference.specifier) is not None


def _by_path(cut: Cut, reference: Reference, importer: str, target: str) -> str:
    """A path to the new place of a file, with the ending and the `index` that the reference writes now."""
    specifier, new = reference.specifier, cut.moved(target)
    if RELATIVE.match(specifier) or is_file_reference(cut, reference):
        return _relative(specifier, importer, target, new)
    legacy = cut.before.table.module_of(specifier) is not None
    written = spelling(specifier if legacy else stem_of(posixpath.basename(target)), target)(new)
    return relative_specifier(cut.after, importer, written, new)


def _relative(specifier: str, importer: str, target: str, new: str) -> str:
    written = spelling(specifier, target)(new)
    relative = way_to(importer, written, new)
    if relative.startswith("../") or relative == ".." or not RELATIVE.match(specifier):
        return relative
    return "." if relative == "." else f"./{relative}"


def _by_package(cut: Cut, reference: Reference, importer: str, new: str) -> str | Stuck:
    """The specifier by the name of the package that holds a module, which all views must find."""
    package = cut.package_of(new)
    sources = "" if package is None else posixpath.join(package.directory, package.sources).rstrip("/")
    if package is None or not is_within(new, sources):
        where = f"outside of {sources}" if sources else "in no package of the table"
        return Stuck(f"{new} is {where}, so no specifier leads there")
    stem, views = stem_of(new)[len(sources) :], conditions_of(reference)
    plain = "" if stem == "/index" else stem.removesuffix("/index")
    ending = posixpath.splitext(reference.specifier)[1] if is_source(reference.specifier) else ""
    reason = ""
    # As long as entries can be added, the plain subpath is what they are added for.
    for subpath in dict.fromkeys((plain, stem, stem + ending) if cut.settled else (plain,)):
        specifier = package.name + subpath
        location = locate(cut.after, specifier, importer, views)
        if isinstance(location, Location):
            if location.path == new and cut.leads_to(reference.form, specifier, importer) == new:
                return specifier
            reason = reason or f"`{specifier}` leads to {location.path}"
        else:
            reason = reason or (location.reason if isinstance(location, Blocked) else location.cause.reason)
    return Stuck(f"{new} can't be named by its package: {reason}", (package.name, f".{plain}", views))


def _loader_failure(cut: Cut, reference: Reference, specifier: str, importer: str) -> str | None:
    location = locate(cut.after, specifier, importer, conditions_of(reference))
    blocked = loader_failure(cut.after, location, importer) if isinstance(location, Location) else None
    return None if blocked is None else blocked.reason


def _could_load(cut: Cut, reference: Reference, path: str) -> bool:
    """Whether Node finds what a specifier names now, in a package, and can load it."""
    location = locate(cut.before, reference.specifier, path, conditions_of(reference))
    return isinstance(location, Location) and loader_failure(cut.before, location, path) is None
