"""The module that replaces a removed barrel where a reference needs it whole: in a type, a call, a namespace."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.project.file_facts import legacy_reference
from workflow_ls.rewrite.required_names import required_by
from workflow_ls.syntax.model import Form, Reference

_BY_IDENTITY = (Form.MOCK, Form.CALL, Form.DECLARE_MODULE, Form.REFERENCE)
"""Forms that are about the module itself, whichever names they take: no other module replaces it."""


def substitutes(move_set: MoveSet, path: str, reference: Reference, barrel: str) -> Iterator[str]:
    """The modules that export all that a reference of the file `path` takes of a barrel, declared by the same files.

    The paths are old ones.  A module that the barrel re-exports comes first, then those that the table names.
    """
    if reference.form in _BY_IDENTITY:
        return
    legacy, facts = move_set.targets.index.exports(barrel), move_set.before.sources.facts(path)
    if facts is None or legacy.opaque is not None:
        return
    source = move_set.before.sources.source(path)
    if source is None:
        return
    taking = legacy_reference(source, reference, "", relative=False)
    # A side effect takes no name, but runs all that the barrel loads.
    names = set(required_by(facts, taking, legacy, {})) or set(legacy.names)
    for module in _modules(move_set, reference, barrel):
        if module != barrel and _declares_the_same(move_set, module, barrel, names):
            yield module


def _modules(move_set: MoveSet, reference: Reference, barrel: str) -> Iterator[str]:
    table, resolver = move_set.before.table, move_set.before.resolver
    found = dict[str, None]()
    for re_export in move_set.references(barrel) or () if reference.names else ():
        target = move_set.target(barrel, re_export)
        if target is not None:
            found[target] = None
    for specifier in table.candidates(table.module_at(barrel) or ""):
        known = table.split(specifier)
        package = None if known is None else move_set.before.packages.package_at(known[0].directory)
        target = None if package is None else resolver.resolve(specifier, package.path)
        if target is not None:
            found[target] = None
    yield from found


def _declares_the_same(move_set: MoveSet, module: str, barrel: str, names: Collection[str]) -> bool:
    ours, theirs = (move_set.targets.index.exports(path).origins for path in (barrel, module))
    return all(name in theirs and theirs[name] == ours.get(name) for name in names)
