"""Where a workspace still points at the legacy tree: the candidate files, and the references in each."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from workflow_ls.syntax.model import Reference, Suppression
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references import find_references
from workflow_ls.syntax.suppressions import find_suppressions
from workflow_ls.workspace.candidates import below
from workflow_ls.workspace.files import is_within, join, parents

if TYPE_CHECKING:
    from workflow_ls.mapping.table import Table
    from workflow_ls.workspace.model import Workspace


class Place(Enum):
    """Where a file stands, which decides how it may refer to workflow code."""

    LEGACY = "legacy"  # in the legacy tree
    CORE = "core"  # elsewhere in the code that ships without EE
    CANONICAL = "canonical"  # in the canonical package
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class LegacyReference:
    """A reference to a module of the legacy tree.

    `module` is the module's path below the tree ("" for the tree itself).  `relative` tells a path from a specifier.
    """

    reference: Reference
    module: str
    relative: bool


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one source file holds that the rules look at.

    `canonical` are its references to the packages that legacy modules went to.
    """

    path: str
    source: Source
    legacy: tuple[LegacyReference, ...]
    canonical: tuple[Reference, ...]
    suppressions: tuple[Suppression, ...]


def place_of(table: Table, path: str) -> Place:
    """Where the file at `path` stands."""
    if is_within(path, table.tree):
        return Place.LEGACY
    if is_within(path, table.canonical.directory):
        return Place.CANONICAL
    return Place.CORE if table.is_core(path) else Place.ELSEWHERE


def find_facts(workspace: Workspace, source: Source) -> FileFacts:
    """Find what the rules look at in one file; only its strings that can matter are looked into."""
    table = workspace.table
    path = source.path
    in_tree = is_within(path, table.tree)
    targets = tuple(package.name for package in table.packages)
    needles = {*table.needles, *targets}
    if not in_tree:
        needles |= {below(table.tree, directory) for directory in parents(table.tree) if is_within(path, directory)}
    legacy, canonical = list[LegacyReference](), list[Reference]()
    for reference in find_references(source, callees=workspace.settings.callees, needles=needles):
        specifier = reference.specifier
        module = table.module_of(specifier)
        if module is not None:
            legacy.append(LegacyReference(reference, module, relative=False))
        elif specifier.startswith((".", "..")):
            landed = None if in_tree else join(posixpath.dirname(path), specifier)
            module = None if landed is None else table.module_at(landed)
            if module is not None:
                legacy.append(LegacyReference(reference, module, relative=True))
        elif any(specifier == name or specifier.startswith(f"{name}/") for name in targets):
            canonical.append(reference)
    return FileFacts(path, source, tuple(legacy), tuple(canonical), find_suppressions(source))
