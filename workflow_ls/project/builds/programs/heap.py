"""The values of a program while it is evaluated; `freeze` makes plain values of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workflow_ls.project.builds.values import (
    ArrayValue,
    ObjectEntry,
    ObjectValue,
    PatternValue,
    PlainValue,
    PossibleValue,
    TextValue,
    UnknownValue,
    Value,
    ValuePlace,
)
from workflow_ls.records import record
from workflow_ls.syntax.values.expression_model import FunctionExpression

_MOST_VALUES = 20_000
_MOST_ALTERNATIVES = 500


class HeapObject:
    """An object.  `is_open`: its caller makes it, so that it may have keys that are not known.

    `maker` is the function of a package that was given it.  `first` and `last` are what a program adds to an open
    object, which is a list then.
    """

    def __init__(self, at: ValuePlace, *, is_open: bool = False, maker: str = "") -> None:
        self.at = at
        self.is_open = is_open
        self.maker = maker
        self.members: dict[str, tuple[HeapValue, ValuePlace, ValuePlace]] = {}
        self.unknown: list[UnknownValue] = []
        self.first: list[HeapValue] = []
        self.last: list[HeapValue] = []

    @property
    def is_filled(self) -> bool:
        """Whether the program sets a key of an open object, or of one in it."""
        seen, todo = set[int](), [self]
        while todo:
            current = todo.pop()
            seen.add(id(current))
            if current.first or current.last:
                return True
            for value, _key_at, _at in current.members.values():
                if not isinstance(value, HeapObject) or not value.is_open:
                    return True
                if id(value) not in seen:
                    todo.append(value)
        return False

    def get(self, key: str) -> HeapValue | None:
        """The value of a key."""
        found = self.members.get(key)
        return None if found is None else found[0]

    def set(self, key: str, value: HeapValue, key_at: ValuePlace, at: ValuePlace) -> None:
        """Set a key; the last one wins, in the place of the first."""
        self.members[key] = (value, key_at, at)

    def remove(self, key: HeapValue) -> None:
        """Remove a key."""
        if isinstance(key, TextValue):
            self.members.pop(key.value, None)

    def made_by(self, maker: str) -> HeapObject:
        """The same object, as a function of a package hands it on."""
        made = HeapObject(self.at, is_open=self.is_open, maker=maker)
        made.members, made.unknown = self.members, self.unknown
        return made

    def update(self, other: HeapObject) -> None:
        """Take all keys of another object over."""
        for key, (value, key_at, at) in list(other.members.items()):
            if key != "default" or "default" not in self.members:
                self.set(key, value, key_at, at)
        self.unknown += other.unknown


class HeapArray:
    """An array, or if `possible`, several values of which one is meant."""

    def __init__(self, at: ValuePlace, values: list[HeapValue], *, possible: bool = False) -> None:
        self.at = at
        self.values = values
        self.possible = possible


class Scope:
    """The names of a function or module."""

    def __init__(self, path: str, parent: Scope | None) -> None:
        self.path = path
        self.parent = parent
        self.names: dict[str, HeapValue] = {}

    def get(self, name: str) -> HeapValue | None:
        """The value of a name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def assign(self, name: str, value: HeapValue) -> None:
        """Assign to a name where it is declared."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.parent
        (scope or self).names[name] = value


@record(eq=False)
class Closure:
    """A function with the names that it sees."""

    function: FunctionExpression
    scope: Scope


@record
class External:
    """Something of a package, of Node or of the language, by its dotted name."""

    name: str


HeapValue = TextValue | PlainValue | PatternValue | UnknownValue | HeapObject | HeapArray | Closure | External
Apply = Callable[[Closure, Sequence[HeapValue], ValuePlace], HeapValue]


def alternatives(values: Sequence[HeapValue], at: ValuePlace) -> HeapValue:
    """One of several values, each of which may be one of several itself; too many are one that is not known."""
    different = dict[HeapValue, None]()
    for value in values:
        different.update(dict.fromkeys(value.values if isinstance(value, HeapArray) and value.possible else (value,)))
    if len(different) > _MOST_ALTERNATIVES:
        return UnknownValue("it may have too many values", at)
    return next(iter(different)) if len(different) == 1 else HeapArray(at, list(different), possible=True)


def merged(values: Sequence[HeapValue], at: ValuePlace, *, maker: str = "") -> HeapValue:
    """Objects laid over each other, as configurations are; arrays are joined.

    `maker` is the function that does it: `mergeConfig` of Vite puts the later list of aliases before the earlier one.
    """
    objects = [value for value in values if isinstance(value, HeapObject)]
    if not objects:
        joined = [item for value in values if isinstance(value, HeapArray) for item in value.values]
        return HeapArray(at, joined)
    made = HeapObject(at)
    for each in objects:
        made.unknown += each.unknown
        for key, (value, key_at, place) in list(each.members.items()):
            known = made.get(key)
            both = (known, value)
            if key == "alias" and maker.endswith(".mergeConfig") and HeapArray in (type(known), type(value)):
                made.set(key, HeapArray(place, [*_listed(value), *_listed(known)]), key_at, place)
            elif isinstance(known, HeapObject) and isinstance(value, HeapObject):
                made.set(key, merged(both, place, maker=maker), key_at, place)  # type: ignore[arg-type]
            elif isinstance(known, HeapArray) and isinstance(value, HeapArray):
                made.set(key, HeapArray(place, [*known.values, *value.values]), key_at, place)
            else:
                made.set(key, value, key_at, place)
    return made


def _listed(value: HeapValue | None) -> list[HeapValue]:
    """Aliases as a list of `find` and `replacement`."""
    if isinstance(value, HeapArray):
        return value.values
    found = list[HeapValue]()
    for key, (target, key_at, at) in value.members.items() if isinstance(value, HeapObject) else ():
        item = HeapObject(at)
        item.set("find", TextValue(key, key_at, (key_at,)), key_at, at)
        item.set("replacement", target, key_at, at)
        found.append(item)
    return found


def freeze(value: HeapValue, apply: Apply, at: ValuePlace) -> Value:
    """The plain value of a value; a function has that of what it returns."""
    return _Freezer(apply).freeze(value, at, ())


class _Freezer:
    def __init__(self, apply: Apply) -> None:
        self.apply = apply
        self.count = 0

    def freeze(self, value: HeapValue, at: ValuePlace, above: tuple[HeapValue, ...]) -> Value:
        self.count += 1
        if any(value is each for each in above) or self.count > _MOST_VALUES or len(above) > 60:
            return UnknownValue("it contains itself, or is too large", at)
        inside = (*above, value)
        if isinstance(value, HeapObject):
            entries = tuple(
                ObjectEntry(key, key_at, self.freeze(each, place, inside), place)
                for key, (each, key_at, place) in value.members.items()
            )
            whole = ObjectValue(entries, value.at, tuple(value.unknown), value.maker)
            if not value.first and not value.last:
                return whole
            first, last = (
                tuple(self.freeze(each, value.at, inside) for each in added) for added in (value.first, value.last)
            )
            return ArrayValue((*first, whole, *last), value.at)
        if isinstance(value, HeapArray):
            values = tuple(self.freeze(each, value.at, inside) for each in value.values)
            return PossibleValue(values, value.at) if value.possible else ArrayValue(values, value.at)
        if isinstance(value, Closure):
            if any(isinstance(each, Closure) and each.function is value.function for each in above):
                return UnknownValue("it calls itself", at)
            return self.freeze(self.apply(value, (), at), at, inside)
        if isinstance(value, External):
            maker = value.name if value.name.startswith("package ") else ""
            return UnknownValue(f"`{value.name}` is not in this file", at, maker)
        return value
