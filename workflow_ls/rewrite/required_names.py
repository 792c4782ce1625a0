"""The names that references ask of a legacy module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_ls.project.export_index import Meaning, ModuleExports
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.value_usage import is_used_as_value

Needs = Mapping[str, Meaning]
"""What a target must export: names, each with the meanings it must have at the least."""

ANY = Meaning(value=False, type=False)
"""The name must exist, whatever it means."""

_BY_DEMAND = (Form.MOCK, Form.RESOLVE, Form.CALL, Form.DECLARE_MODULE, Form.REFERENCE)
"""Forms that stand for a module and use none of its names themselves: they go where the others go."""


def at_hand(source: Source, reference: Reference, legacy: ModuleExports | None, demand: Needs) -> Needs:
    """What one reference needs of its target.

    A reference that may use any name (a namespace, a star) needs all that the legacy module exports; where that can't
    be read, what the workspace asks of that module.  A mock needs
    what the workspace asks of that module, since the mock must end where those imports end.
    """
    needs = {name.name: need(source, reference, name, legacy) for name in reference.names}
    if reference.form in _BY_DEMAND:
        return {**demand, **needs}
    if reference.whole:
        every = dict(demand) if legacy is None or legacy.opaque is not None else every_name(legacy)
        return {**({name: _as_type(every[name]) for name in every} if reference.type_only else every), **needs}
    return needs


def need(source: Source, reference: Reference, name: Name, legacy: ModuleExports | None) -> Meaning:
    """The meanings that one imported name must have.

    What the legacy module gives must be kept, but for a value that this file never uses as one: TypeScript drops
    such an import.
    """
    if reference.form in _BY_DEMAND:
        return ANY
    known = legacy.names.get(name.name) if legacy is not None else None
    if reference.type_only or name.type_only:
        return _as_type(known or ANY)
    if reference.form is Form.IMPORT and name.local is not None:
        value = (known is None or known.value) and is_used_as_value(source, name.local)
        return Meaning(value, known is not None and known.type)
    if known is not None:
        return known
    return ANY if reference.form is Form.EXPORT else Meaning(value=True, type=False)


def _as_type(known: Meaning) -> Meaning:
    """What must be kept of a name that is imported as a type; of a mere value, `typeof` only needs that it is there."""
    return Meaning(value=False, type=known.type)


def every_name(exports: ModuleExports) -> dict[str, Meaning]:
    """All names of a module, with all their meanings."""
    return dict(exports.names)


def collect_demand(facts: Iterable[FileFacts], module: str, legacy: ModuleExports | None) -> Needs:
    """What the references of many files, taken together, ask of one legacy module by name."""
    demand: dict[str, Meaning] = {}
    for file in facts:
        for found in file.legacy:
            if found.module == module and found.reference.form not in _BY_DEMAND:
                for name in found.reference.names:
                    asked = need(file.source, found.reference, name, legacy)
                    before = demand.get(name.name, ANY)
                    demand[name.name] = Meaning(before.value or asked.value, before.type or asked.type)
    return demand
