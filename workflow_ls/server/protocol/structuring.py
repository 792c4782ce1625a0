"""From the JSON of a message to the types of lsprotocol, where a client sends more or less than these know.

A client may be of a later version of LSP, or leave out what this server has no use for: each such value costs itself at
the most, and the log names it.  What may be left out, and which values there are, is read off the types of lsprotocol,
which are generated from LSP's meta model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence, Set
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import BaseValidationError, StructureHandlerNotFoundError
from lsprotocol import types, validators

LeftOut = Callable[[str, object], None]
"""Takes the place of a value that was left out, and the value."""

# What cattrs and the hooks of lsprotocol raise for a value that does not fit its type.
_MISFITS = (
    BaseValidationError,
    StructureHandlerNotFoundError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
)

_LISTS = (list, Sequence)
_MAPS = (dict, Mapping)

# What this server makes no use of, or can do without, though LSP requires it.
_STAND_INS: Mapping[tuple[type, str], object] = {
    (types.WorkspaceFolder, "name"): "",
    (types.ClientInfo, "name"): "",
    (types.TextDocumentItem, "language_id"): "",
    (types.TextDocumentItem, "version"): 0,
    (types.VersionedTextDocumentIdentifier, "version"): 0,  # which was null in LSP 3.15
    (types.FileEvent, "type"): types.FileChangeType.Changed.value,
    (types.Diagnostic, "message"): "",
    (types.ResponseError, "code"): types.ErrorCodes.InternalError.value,
    (types.ResponseError, "message"): "",
}

# The items of these depend on each other, or are the subject of a request, so that none may be left out.
_WHOLE = {(types.DidChangeTextDocumentParams, "content_changes"), (types.RenameFilesParams, "files")}


class MisfitError(Exception):
    """A message does not fit its type, even without what may be left out; the text says where."""


class _Limits(NamedTuple):
    least: int
    most: int


def structure(converter: Converter, data: Any, type_: Any, left_out: LeftOut) -> Any:
    """The data as a value of a type of lsprotocol, without what does not fit; `left_out` gets each such value.

    Raises MisfitError where something does not fit that must not be left out.
    """
    try:
        return converter.structure(data, type_)
    except _MISFITS:
        return converter.structure(_Mending(converter, left_out).mended(data, type_, ""), type_)


class _Mending:
    """Takes out of the data of one message what does not fit."""

    def __init__(self, converter: Converter, left_out: LeftOut) -> None:
        self._converter = converter
        self._left_out = left_out

    def mended(self, value: Any, type_: Any, place: str) -> Any:
        """The value so that it fits a type; raises MisfitError."""
        if self._fits(value, type_):
            return value
        origin = get_origin(type_)
        mended: Any
        if origin in (Union, UnionType):
            mended = self._of_union(value, get_args(type_), place)
        elif isinstance(type_, type) and attrs.has(type_) and isinstance(value, dict):
            mended = self._object(value, type_, place)
        elif origin in _LISTS and isinstance(value, list):
            mended = self._list(value, get_args(type_)[0], place)
        elif origin in _MAPS and isinstance(value, dict):
            mended = self._map(value, get_args(type_)[1], place)
        else:
            raise MisfitError(place)
        if not self._fits(mended, type_):
            raise MisfitError(place)
        return mended

    def _fits(self, value: Any, type_: Any) -> bool:
        try:
            self._converter.structure(value, type_)
        except _MISFITS:
            return False
        return True

    def _of_union(self, value: Any, members: Sequence[Any], place: str) -> Any:
        """The value as one of several types; an object only as the one that its properties are those of."""
        objects = [member for member in members if isinstance(member, type) and attrs.has(member)]
        if isinstance(value, dict) and objects:
            # Null means the same as nothing, but the hooks of lsprotocol choose a type by the keys that are there.
            present = {name: item for name, item in value.items() if item is not None}
            return self.mended(present, max(objects, key=lambda member: _likeness(member, present.keys())), place)
        for member in members:
            if member is not NoneType:
                try:
                    return self.mended(value, member, place)
                except MisfitError:
                    continue
        raise MisfitError(place)

    def _object(self, value: dict[str, Any], type_: type, place: str) -> dict[str, Any]:
        known = {_property(attribute): attribute for attribute in attrs.fields(type_)}
        mended = {name: item for name, item in value.items() if name not in known}
        for name, attribute in known.items():
            item, below = value.get(name), f"{place}.{name}" if place else name
            if item is not None:
                try:
                    mended[name] = self._attribute(item, type_, attribute, below)
                    continue
                except MisfitError:
                    if attribute.default is attrs.NOTHING and (type_, attribute.name) not in _STAND_INS:
                        raise
                    self._left_out(below, item)
            if attribute.default is attrs.NOTHING:
                mended[name] = self._stand_in(type_, attribute, below)
        return mended

    def _attribute(self, value: Any, type_: type, attribute: attrs.Attribute[Any], place: str) -> Any:
        limits = _limits(attribute)
        if limits is not None:
            return _limited(value, limits, place)
        if (type_, attribute.name) in _WHOLE and isinstance(value, list):
            [item] = get_args(attribute.type)
            return [self.mended(each, item, f"{place}[]") for each in value]
        return self.mended(value, attribute.type, place)

    def _stand_in(self, type_: type, attribute: attrs.Attribute[Any], place: str) -> object:
        """The value for something that LSP requires and a client does not send; raises MisfitError."""
        needed: Any = attribute.type
        if (type_, attribute.name) in _STAND_INS:
            return _STAND_INS[type_, attribute.name]
        nothing: object = None
        if get_origin(needed) in _LISTS and (type_, attribute.name) not in _WHOLE:
            nothing = []
        elif isinstance(needed, type) and attrs.has(needed):
            nothing = self.mended({}, needed, place)
        if nothing is None and not (get_origin(needed) in (Union, UnionType) and self._fits(None, needed)):
            raise MisfitError(place)
        return nothing

    def _list(self, value: list[Any], item: Any, place: str) -> list[Any]:
        below = f"{place}[]"
        return [mended for each in value for mended in self._kept(each, item, below)]

    def _map(self, value: dict[str, Any], item: Any, place: str) -> dict[str, Any]:
        kept = {key: self._kept(each, item, f"{place}.{key}") for key, each in value.items()}
        return {key: each for key, found in kept.items() for each in found}

    def _kept(self, value: Any, type_: Any, place: str) -> list[Any]:
        """The only value so that it fits a type, or none."""
        try:
            return [self.mended(value, type_, place)]
        except MisfitError:
            self._left_out(place, value)
            return []


def _likeness(type_: type, named: Set[str]) -> tuple[bool, int]:
    """How well an object with some properties fits: whether it has all that it requires, and how much it knows."""
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(type_)
    is_whole = all(_property(each) in named for each in fields if each.default is attrs.NOTHING)
    return is_whole, sum(_property(each) in named for each in fields)


def _property(attribute: attrs.Attribute[Any]) -> str:
    """The name of an attribute in JSON."""
    first, *others = attribute.name.rstrip("_").split("_")
    return first + "".join(other.title() for other in others)


def _limits(attribute: attrs.Attribute[Any]) -> _Limits | None:
    """The least and the greatest number that an attribute may be; None for one that is no number."""
    validator = getattr(attribute.validator, "validator", attribute.validator)  # that of an optional attribute
    if validator is validators.uinteger_validator:
        return _Limits(validators.UINTEGER_MIN_VALUE, validators.UINTEGER_MAX_VALUE)
    if validator is validators.integer_validator:
        return _Limits(validators.INTEGER_MIN_VALUE, validators.INTEGER_MAX_VALUE)
    return None


def _limited(value: Any, limits: _Limits, place: str) -> int:
    """A number that LSP allows: for "the end of the line", clients write the greatest number that they know."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise MisfitError(place)
    if value < limits.least:
        raise MisfitError(place)
    return min(int(value), limits.most)
