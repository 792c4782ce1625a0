"""The names that references import from a legacy module, and that its replacement must export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from workflow_ls.project.exports.module_exports import Meaning, ModuleExports
from workflow_ls.project.file_facts import FileFacts, LegacyReference
from workflow_ls.syntax.model import Form, Name, Reference

RequiredExports = Mapping[str, Meaning]
"""What a target must export: names, each with the meanings (value, type) that it must have at least."""

ANY = Meaning(value=False, type=False)
"""The name must exist, whatever it means."""

_MODULE_FORMS = (Form.MOCK, Form.RESOLVE, Form.CALL, Form.DECLARE_MODULE, Form.REFERENCE)
"""Forms that name a module and import nothing from it: they follow the imports of that module."""

_VALUE_NAMESPACES = (Form.DYNAMIC_IMPORT, Form.REQUIRE, Form.IMPORT_TYPE)
"""Forms whose namespace is an object, which has no types in it."""


class NameUse(NamedTuple):
    """How a reference imports one name, without spans: equal for two texts that differ in places only.

    `type_only` says that a type suffices.  `value` says whether the file uses the name as a value; it is None for a
    name that the reference does not bind.  `decorated`: only since decorators keep the name, if it is a class.
    """

    form: Form
    name: str
    type_only: bool
    value: bool | None
    decorated: bool = False


def use_of(facts: FileFacts, reference: Reference, name: Name) -> NameUse:
    """How a legacy reference of a file imports one of its names."""
    use = name_use(reference, name, lambda local: local in facts.values)
    return use._replace(decorated=True) if use.value and name.local in facts.decorated else use


def name_use(reference: Reference, name: Name, used_as_value: Callable[[str], bool]) -> NameUse:
    """How a reference imports one of its names; `used_as_value` says whether the file uses a local name as a value."""
    type_only = reference.type_only or name.type_only
    bound = reference.form is Form.IMPORT and name.local is not None and not type_only
    return NameUse(reference.form, name.name, type_only, used_as_value(name.local or "") if bound else None)


def uses_of_names(facts: FileFacts) -> Iterator[tuple[str, tuple[NameUse, ...]]]:
    """The legacy modules that a file takes names from, each with how it takes them."""
    for found in facts.legacy_references:
        if found.reference.form not in _MODULE_FORMS or (found.reference.form is Form.DECLARE_MODULE and found.taken):
            yield found.module, tuple(use_of(facts, found.reference, name) for name in found.names)


def required_by(
    facts: FileFacts, found: LegacyReference, legacy: ModuleExports | None, imported: RequiredExports
) -> RequiredExports:
    """What the target of one reference must export, as far as it can take it.

    `legacy` are the exports of the legacy module, None if its file is deleted; `imported` are the names that the
    workspace imports from it.  A reference that may take any name (a namespace that is passed on, a star) needs all
    that the legacy module exports, or `imported` if those exports can't be read.  A mock needs `imported`, since it
    must lead to the module that those imports lead to; so does the type of the original in its factory.
    """
    reference = found.reference
    required = {name.name: required_of(facts, reference, name, legacy) for name in found.names}
    follows = reference.form in _MODULE_FORMS or (reference.form is Form.IMPORT_TYPE and not required)
    if follows and not (reference.form is Form.IMPORT_TYPE and found.takes_any):
        # Of a deleted module, a key that nothing imports may be one that the module did not have either.
        is_idle = reference.form is Form.MOCK and legacy is None and bool(imported)
        return {**imported, **(required if not is_idle else {n: m for n, m in required.items() if n in imported})}
    if found.takes_any:
        every = dict(imported) if legacy is None or legacy.opaque is not None else every_name(legacy)
        return {**_takeable(found, every), **required}
    return required


def _takeable(found: LegacyReference, every: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """The names that a reference can take, with the meanings that it can take of each."""
    form = found.reference.form
    if form in _VALUE_NAMESPACES:
        return {name: Meaning(value=True, type=False) for name, known in every.items() if known.value}
    names = (name for name in every if name != "default" or not found.star)
    return {name: _as_type(every[name]) if found.reference.type_only else every[name] for name in names}


def follows_imports(reference: Reference) -> bool:
    """Whether a reference names a module for the sake of its imports, and takes nothing from it."""
    return reference.form in _MODULE_FORMS


def known_names(required: RequiredExports, legacy: ModuleExports | None) -> RequiredExports:
    """The required names without those that the legacy module does not export either: nothing gets worse by them.

    All, if its exports can't be read in full.
    """
    if legacy is None or legacy.opaque is not None or legacy.unresolved or required.keys() <= legacy.names.keys():
        return required
    return {name: meaning for name, meaning in required.items() if name in legacy.names}


def required_of(facts: FileFacts, reference: Reference, name: Name, legacy: ModuleExports | None) -> Meaning:
    """The meanings that the target must export for one name of a legacy reference."""
    return required_meaning(use_of(facts, reference, name), legacy)


def required_meaning(use: NameUse, legacy: ModuleExports | None) -> Meaning:
    """The meanings that the target must export for a name.

    They are those that the legacy module exports, without a value that the file never uses as one: TypeScript removes
    such an import.
    """
    known = legacy.names.get(use.name) if legacy is not None else None
    if use.form in _MODULE_FORMS and use.form is not Form.DECLARE_MODULE:
        return ANY
    if use.type_only:
        return _as_type(known or ANY)
    if use.value is not None:
        # Decorators keep classes only, and nothing says that a name of a deleted module was one.
        is_value = not use.decorated if known is None else known.value
        return Meaning(is_value and use.value, known is not None and known.type)
    if known is not None:
        return known
    return ANY if use.form in (Form.EXPORT, Form.DECLARE_MODULE) else Meaning(value=True, type=False)


def _as_type(known: Meaning) -> Meaning:
    """The meanings that a type import needs; for a value, which only `typeof` uses, the name must merely exist."""
    return Meaning(value=False, type=known.type)


def every_name(exports: ModuleExports) -> dict[str, Meaning]:
    """All names of a module, with all their meanings."""
    return dict(exports.names)


def collect_imported_names(uses: Iterable[NameUse], legacy: ModuleExports | None) -> RequiredExports:
    """The names that many uses import from one legacy module, each with all meanings that some use needs."""
    imported: dict[str, Meaning] = {}
    for use in uses:
        required, before = required_meaning(use, legacy), imported.get(use.name, ANY)
        imported[use.name] = Meaning(before.value or required.value, before.type or required.type)
    return imported
