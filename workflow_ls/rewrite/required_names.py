"""The names that references ask of a legacy module."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from workflow_ls.project.export_index import Meaning, ModuleExports
from workflow_ls.project.file_facts import FileFacts
from workflow_ls.syntax.model import Form, Name, Reference

RequiredExports = Mapping[str, Meaning]
"""What a target must export: names, each with the meanings it must have at the least."""

ANY = Meaning(value=False, type=False)
"""The name must exist, whatever it means."""

_MODULE_FORMS = (Form.MOCK, Form.RESOLVE, Form.CALL, Form.DECLARE_MODULE, Form.REFERENCE)
"""Forms that stand for a module and use none of its names themselves: they go where the others go."""


class NameUse(NamedTuple):
    """How a reference takes one name: a span-free summary, equal for two texts that differ in places only.

    `type_only`: a type suffices.  `value` tells of an imported name that is bound whether the file uses it as a value,
    and is None for other names.
    """

    form: Form
    name: str
    type_only: bool
    value: bool | None


def use_of(facts: FileFacts, reference: Reference, name: Name) -> NameUse:
    """How a legacy reference of a file takes one of its names."""
    return name_use(reference, name, lambda local: local in facts.values)


def name_use(reference: Reference, name: Name, used_as_value: Callable[[str], bool]) -> NameUse:
    """How a reference takes one of its names; `used_as_value` says whether the file uses a local name as a value."""
    type_only = reference.type_only or name.type_only
    bound = reference.form is Form.IMPORT and name.local is not None and not type_only
    return NameUse(reference.form, name.name, type_only, used_as_value(name.local or "") if bound else None)


def uses_of_names(facts: FileFacts) -> Iterator[tuple[str, tuple[NameUse, ...]]]:
    """The legacy modules that a file takes names from, each with how it takes them."""
    for found in facts.legacy_references:
        if found.reference.form not in _MODULE_FORMS:
            yield found.module, tuple(use_of(facts, found.reference, name) for name in found.reference.names)


def required_by(
    facts: FileFacts, reference: Reference, legacy: ModuleExports | None, imported: RequiredExports
) -> RequiredExports:
    """What one reference needs of its target.

    A reference that may use any name (a namespace, a star) needs all that the legacy module exports; where that can't
    be read, what the workspace asks of that module.  A mock needs
    what the workspace asks of that module, since the mock must end where those imports end.
    """
    needs = {name.name: required_of(facts, reference, name, legacy) for name in reference.names}
    if reference.form in _MODULE_FORMS:
        return {**imported, **needs}
    if reference.whole:
        every = dict(imported) if legacy is None or legacy.opaque is not None else every_name(legacy)
        return {**({name: _as_type(every[name]) for name in every} if reference.type_only else every), **needs}
    return needs


def required_of(facts: FileFacts, reference: Reference, name: Name, legacy: ModuleExports | None) -> Meaning:
    """The meanings that one name of a legacy reference must have."""
    return required_meaning(use_of(facts, reference, name), legacy)


def required_meaning(use: NameUse, legacy: ModuleExports | None) -> Meaning:
    """The meanings that a name must have.

    What the legacy module gives must be kept, but for a value that this file never uses as one: TypeScript drops
    such an import.
    """
    if use.form in _MODULE_FORMS:
        return ANY
    known = legacy.names.get(use.name) if legacy is not None else None
    if use.type_only:
        return _as_type(known or ANY)
    if use.value is not None:
        return Meaning((known is None or known.value) and use.value, known is not None and known.type)
    if known is not None:
        return known
    return ANY if use.form is Form.EXPORT else Meaning(value=True, type=False)


def _as_type(known: Meaning) -> Meaning:
    """What must be kept of a name that is imported as a type; of a mere value, `typeof` only needs that it is there."""
    return Meaning(value=False, type=known.type)


def every_name(exports: ModuleExports) -> dict[str, Meaning]:
    """All names of a module, with all their meanings."""
    return dict(exports.names)


def collect_imported_names(uses: Iterable[NameUse], legacy: ModuleExports | None) -> RequiredExports:
    """What many uses of names, taken together, need of one legacy module."""
    imported: dict[str, Meaning] = {}
    for use in uses:
        required, before = required_meaning(use, legacy), imported.get(use.name, ANY)
        imported[use.name] = Meaning(before.value or required.value, before.type or required.type)
    return imported
