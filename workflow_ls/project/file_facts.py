"""The facts of one source file for the rules: its legacy, canonical and EE references, strings and suppressions.

They are those that its text shows; `resolved_facts.py` keeps the ones that hold where the file is.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator
from enum import Enum
from typing import cast

from workflow_ls.config.module_names import without_ending
from workflow_ls.config.table import Table
from workflow_ls.project.candidate_search import below, ee_needles
from workflow_ls.project.configuration.alias_index import Aliases
from workflow_ls.records import record
from workflow_ls.syntax.model import Form, Name, Reference, Suppression
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.references.callees import mock_uses
from workflow_ls.syntax.references.flows.mock_flows import NO_FLOWS, RelativeStub
from workflow_ls.syntax.references.names.passed_namespaces import exported_namespace
from workflow_ls.syntax.references.names.taken_names import taken_names, takes_star
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.syntax.resource_requests import split_request, without_request
from workflow_ls.syntax.strings.string_literals import StringMatch, find_string_matches
from workflow_ls.syntax.suppressions import find_suppressions
from workflow_ls.syntax.value_usage import is_used_as_value
from workflow_ls.text import Span
from workflow_ls.vfs.files import is_within, join, parents

_NO_ALIASES = Aliases()


class Area(Enum):
    """The part of the workspace that contains a file, which decides how the file may import workflow code."""

    LEGACY = "legacy"  # in the legacy tree
    CORE = "core"  # elsewhere in the code that ships without EE
    CANONICAL = "canonical"  # in the canonical package
    ELSEWHERE = "elsewhere"


@record
class LegacyReference:
    """A reference to a module of the legacy tree.

    `module` is the module's path below the tree ("" for the tree itself).  `relative` is set for a relative path.
    `request` are the query and the loaders by which a bundler makes something else of the file, "" without any; the
    reference then is the module alone.
    `taken` are the names that the reference takes of the module as a whole, such as the members of a namespace that the
    file uses; None if it may take any.  `star` is set for `export *`, which takes all but `default`.
    `exported` is the name under which the file exports the whole module, if it does nothing else with it.
    """

    reference: Reference
    module: str
    relative: bool
    request: str = ""
    taken: tuple[Name, ...] | None = None
    star: bool = False
    exported: str | None = None

    @property
    def names(self) -> tuple[Name, ...]:
        """The names that the reference is known to take, bound in its clause or not."""
        return (*self.reference.names, *(self.taken or ()))

    @property
    def takes_any(self) -> bool:
        """Whether the reference may take names that are not known."""
        return self.reference.whole and self.taken is None

    @property
    def place(self) -> Span:
        """Where the file names the module, with the loaders and the query."""
        loaders, query = split_request(self.request)
        start, end = self.reference.span
        return Span(start - len(loaders.encode()), end + len(query.encode()))

    def with_request(self, specifier: str) -> str:
        """A specifier in the place of that of the reference, with its loaders and its query."""
        loaders, query = split_request(self.request)
        return f"{loaders}{specifier}{query}"


LEFT_OUT = cast("bytes", None)
"""What is in the place of a text that was left out: who reads it fails, rather than finds nothing in it."""


@record
class FileFacts:
    """The facts of one source file that the rules use.

    `text` is what they are about.  Where the facts of many files are kept, it is `LEFT_OUT`, and `text_hash` is its
    hash in this process, so that the facts of two texts differ.
    `canonical_references` are its references to the packages that legacy modules moved to.  `ee_references` are the
    references of a core file to EE code, the canonical package included.  `string_matches` are strings
    that may name a part of the legacy tree, without references.  `values` are the local names of imported legacy names
    that are used as values, or that the compiler keeps as values; `decorated` are those of them that it keeps for the
    sake of decorators only, and only where they are classes.
    """

    path: str
    text: bytes
    legacy_references: tuple[LegacyReference, ...]
    canonical_references: tuple[Reference, ...] = ()
    ee_references: tuple[Reference, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    string_matches: tuple[StringMatch, ...] = ()
    values: frozenset[str] = frozenset()
    opaque_mocks: tuple[Span, ...] = ()
    relative_stubs: tuple[RelativeStub, ...] = ()
    decorated: frozenset[str] = frozenset()
    text_hash: int = 0


def area_of(table: Table, path: str) -> Area:
    """The area of the file at `path`."""
    if table.in_tree(path):
        return Area.LEGACY
    if is_within(path, table.canonical.directory):
        return Area.CANONICAL
    return Area.CORE if table.is_core(path) else Area.ELSEWHERE


def is_proxy(table: Table, path: str, legacy: LegacyReference) -> bool:
    """Whether a reference of the file `path` is a re-export of the legacy tree, by path, in the canonical package."""
    return legacy.relative and legacy.reference.form is Form.EXPORT and area_of(table, path) is Area.CANONICAL


def describe(source: Source, table: Table, callees: Collection[str], aliases: Aliases = _NO_ALIASES) -> FileFacts:
    """The facts of a file without resolution: a pure function of its path, its text, the table and these settings.

    `ee_references` contains all references of a core file, until `keep_ee_references` resolves them.
    """
    path = source.path
    in_tree, in_core = table.in_tree(path), table.is_core(path)
    of_tree = {*table.needles, *(() if in_tree else _paths_into_tree(table, path))}
    targets = tuple(package.name for package in table.packages)
    needles = {*of_tree, *targets, *_paths_beside(table, path), *(() if in_tree else aliases.needles(table))}
    if in_core:
        needles |= {*ee_needles(table), *(f"{directory}/" for directory in table.ee)}
    legacy, canonical, other = list[LegacyReference](), list[Reference](), list[Reference]()
    references = find_references(source, callees=callees, needles=needles)
    for written in references:
        reference = without_request(source.text, written)
        specifier = reference.specifier
        request = "" if reference is written else written.specifier.replace(specifier, "", 1)
        module = table.module_of(specifier)
        is_relative = module is None and specifier.startswith(".")
        is_target = module is None and any(specifier == name or specifier.startswith(f"{name}/") for name in targets)
        if is_relative and (not in_tree or table.may_be_left):
            module = _module_by_path(table, aliases, path, specifier)
        elif module is None and not in_tree and not is_target:
            module = aliases.module_of(specifier, table)
        if module is not None:
            legacy.append(legacy_reference(source, reference, module, relative=is_relative, request=request))
        elif is_target:
            canonical.append(reference)
        if in_core and module is None:
            other.append(reference)
    legacy = [found for found in legacy if not table.stays(found.module) or _takes_moved(table, found)]
    spans = [reference.span for reference in references]
    strings = find_string_matches(source, of_tree, spans, with_use=True)
    flows = mock_uses(source)[1] if strings else NO_FLOWS
    return FileFacts(
        path,
        source.raw,
        tuple(legacy),
        tuple(canonical),
        tuple(other),
        find_suppressions(source),
        strings,
        frozenset(_values(source, legacy)),
        flows.opaque,
        flows.relative,
    )


def _module_by_path(table: Table, aliases: Aliases, path: str, specifier: str) -> str | None:
    """The legacy module that a relative specifier of the file at `path` names; None for any other."""
    target = join(posixpath.dirname(path), specifier)
    if target is None:
        return None
    module = table.module_at(target)
    return aliases.module_at(target, table) if module is None else module


def _paths_into_tree(table: Table, path: str) -> set[str]:
    """The texts of which each relative path from a file into the legacy tree contains one."""
    around = ((tree, directory) for tree in map(without_ending, table.trees) for directory in parents(tree))
    return {below(tree, directory) for tree, directory in around if is_within(path, directory)}


def _paths_beside(table: Table, path: str) -> tuple[str, ...]:
    """The texts of relative paths from a file that is still in a legacy folder to what moves from beside it."""
    return ("./",) if table.may_be_left and any(is_within(path, tree) for tree in table.trees) else ()


def _takes_moved(table: Table, found: LegacyReference) -> bool:
    """Whether a reference to a module that stays takes a name that moved."""
    moved = table.moved_names(found.module)
    return any(name.name in moved for name in found.names)


def legacy_reference(
    source: Source, reference: Reference, module: str, *, relative: bool, request: str = ""
) -> LegacyReference:
    """A reference of a file to a legacy module, with what it takes of the module."""
    if not reference.whole or request:
        return LegacyReference(reference, module, relative, request)
    taken, star = taken_names(source, reference), takes_star(source, reference)
    exported = exported_namespace(source, reference) if taken is None else None
    return LegacyReference(reference, module, relative, request, taken, star, exported)


def _values(source: Source, legacy: Iterable[LegacyReference]) -> Iterator[str]:
    """The local names of imported legacy names that the file uses as values."""
    return (name for name in unmarked_names(legacy) if is_used_as_value(source, name))


def unmarked_names(legacy: Iterable[LegacyReference]) -> frozenset[str]:
    """The local names of imported legacy names that are not marked with `type`."""
    imported = (found.reference for found in legacy if found.reference.form is Form.IMPORT)
    names = (n for reference in imported if not reference.type_only for n in reference.names)
    return frozenset(name.local for name in names if name.local is not None and not name.type_only)
