"""Messages that a client may send, made at random from the types that lsprotocol has of LSP's meta model.

What the model leaves open is: optional properties are there or not, or null; sets hold values of a later version;
numbers and texts are small, empty or extreme.
"""

from __future__ import annotations

import enum
import random
from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any, Literal, Union, get_args, get_origin

import attrs
from lsprotocol import types, validators
from lsprotocol.converters import get_converter

get_converter()  # resolves the names in the types of attributes

DEEPEST = 7
UNKNOWN = ("from-a-later-version", 99, 2**31 - 1)
TEXTS = ("", "x", "é😀\u2028\r\n", "\0", "a" * 5_000, "..", "**/*", "source.fixAll", "quickfix", "workflow-ls")
NUMBERS = (0, 1, 2, 7, 100, 2**31 - 1)
REQUESTS = tuple(
    method
    for method, (kind, answer, _, _) in types.METHOD_TO_TYPES.items()
    if types.message_direction(method) != "serverToClient"
    and answer is not None
    and method not in ("initialize", "shutdown")
)
NOTIFICATIONS = tuple(
    method
    for method, (kind, answer, _, _) in types.METHOD_TO_TYPES.items()
    if types.message_direction(method) != "serverToClient" and answer is None and method != "exit"
)


class Messages:
    """Makes messages; `pools` has the values of strings by the name of their property, which may be its end."""

    def __init__(self, randomness: random.Random, pools: Mapping[str, Sequence[str]]) -> None:
        self._random = randomness
        self._pools = pools

    def params(self, method: str) -> Any:
        """Parameters of a request or notification."""
        return self._property(types.METHOD_TO_TYPES[method][0], "params")

    def result(self, method: str) -> Any:
        """What a client may answer to a request of the server."""
        return self._property(types.METHOD_TO_TYPES[method][1], "result")

    def _property(self, message: Any, name: str) -> Any:
        found = {attribute.name: attribute for attribute in attrs.fields(message)}.get(name)
        return None if found is None else self._of(found.type, name, 0)

    def _of(self, type_: Any, name: str, depth: int) -> Any:
        origin, arguments = get_origin(type_), get_args(type_)
        if _is_any(type_):
            return self._anything(depth)
        if origin is Union:
            return self._of(self._random.choice([each for each in arguments if each is not NoneType]), name, depth)
        if origin is Literal:
            return arguments[0]
        if origin is tuple:
            return [self._of(each, name, depth + 1) for each in arguments]
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {self._string(name): self._of(arguments[1], name, depth + 1) for _ in range(self._length(depth))}
        if origin is not None:
            return [self._of(arguments[0], name, depth + 1) for _ in range(self._length(depth))]
        if attrs.has(type_):
            return self._object(type_, depth)
        if issubclass(type_, enum.Enum):
            values = [member.value for member in type_]
            later = [value for value in UNKNOWN if isinstance(value, type(values[0]))]
            return self._random.choice(later if self._random.random() < 0.3 else values)
        return self._plain(type_, name)

    def _plain(self, type_: type, name: str) -> Any:
        if type_ is bool:
            return self._random.random() < 0.7
        if type_ is int:
            return self._random.choice(NUMBERS)
        return self._random.random() if type_ is float else self._string(name)

    def _object(self, type_: type, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for attribute in attrs.fields(type_):
            key, chance = _key(attribute.name), self._random.random()
            if attribute.default is not attrs.NOTHING and (depth >= DEEPEST or chance < 0.4):
                if chance < 0.08:
                    made[key] = None
                continue
            made[key] = self._value(attribute, depth)
        return made

    def _value(self, attribute: attrs.Attribute[Any], depth: int) -> Any:
        if isinstance(attribute.default, str):
            return attribute.default  # by it one type of a union differs from another
        validator = getattr(attribute.validator, "validator", attribute.validator)
        if attribute.name in ("line", "character") and self._random.random() < 0.2:
            return 2**32 - 1
        if validator is validators.integer_validator and self._random.random() < 0.3:
            return self._random.choice((-1, -(2**31)))
        return self._of(attribute.type, attribute.name, depth + 1)

    def _length(self, depth: int) -> int:
        return 0 if depth >= DEEPEST else self._random.choice((0, 1, 1, 2, 3, 20 if depth < 4 else 4))

    def _string(self, name: str) -> str:
        pool = next((pool for end, pool in self._pools.items() if name.endswith(end)), None)
        return self._random.choice(pool or TEXTS)

    def _anything(self, depth: int) -> Any:
        kind = self._random.randrange(8 if depth < DEEPEST else 5)
        if kind < 5:
            return (None, True, self._random.choice(NUMBERS), 1.5, self._string("settings"))[kind]
        if kind == 5:
            return [self._anything(depth + 2) for _ in range(self._length(depth + 2))]
        return {self._string("settings"): self._anything(depth + 2) for _ in range(self._length(depth + 2))}


def _is_any(type_: Any) -> bool:
    """Whether a type is LSPAny, or an object of any properties."""
    return type_ is Any or type_ is types.LSPObject or type_ == types.LSPAny or types.LSPObject in get_args(type_)


def _key(name: str) -> str:
    first, *others = name.rstrip("_").split("_")
    return first + "".join(other.title() for other in others)
