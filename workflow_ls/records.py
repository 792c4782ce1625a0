"""Data classes that are made quickly, with the interface of `dataclasses`, which type checkers see in their place.

The standard library's import `inspect` and compile half a dozen methods for each class: for the classes that a check
loads, that takes as long as all else that is imported.  Here only `__init__` is compiled, and the other methods are
shared.  That nobody writes to a frozen one is left to the type checker.  `dataclasses.replace` takes them, too.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

K = TypeVar("K")
V = TypeVar("V")

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True):  # noqa: ARG001 - `frozen` is for type checkers
        """Make a class a data class; none of its bases may be one."""
        if cls is None:
            return lambda cls: _made(cls, slots=slots, eq=eq)
        return _made(cls, slots=slots, eq=eq)

    def field(**given):
        """Say what is special about a field: `default`, `default_factory`, `init`, `repr`, `compare`."""
        return _Field(**given)

    def replace(record, /, **changes):
        """Make a record with other values for some fields."""
        for name in record.__match_args__:
            if name not in changes:
                changes[name] = getattr(record, name)
        return record.__class__(**changes)


class OrderedMapping(dict[K, V]):
    """A dictionary that differs from another of its kind also where only the order does.

    It is for values that are kept while they are equal, and whose order shows: in messages, or in what is found first.
    """

    __slots__ = ()
    __hash__ = None

    def __eq__(self, other: object) -> bool:
        if isinstance(other, OrderedMapping) and list(self) != list(other):
            return False
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal


class _Field(NamedTuple):
    default: Any = ...  # stands for none: no field has it for its value
    default_factory: Any = None
    init: bool = True
    repr: bool = True
    compare: bool = True


class _Fields:
    """The fields as `dataclasses` wants to see them, made when it does."""

    def __init__(self, fields: dict[str, _Field]) -> None:
        self._fields = fields

    def __get__(self, instance: object, owner: type) -> Any:
        from dataclasses import field, make_dataclass

        fields = [
            (name, Any, field(default=None, init=given.init, repr=given.repr, compare=given.compare))
            for name, given in self._fields.items()
        ]
        made: Any = make_dataclass(owner.__name__, fields)
        owner.__dataclass_fields__ = made.__dataclass_fields__  # type: ignore[attr-defined]
        return made.__dataclass_fields__


def _made(cls: Any, *, slots: bool, eq: bool) -> Any:
    said = ((name, cls.__dict__.get(name, ...)) for name in cls.__annotations__)
    fields = {name: given if isinstance(given, _Field) else _Field(given) for name, given in said}
    body: dict[str, Any] = {
        "__init__": _initializer(fields),
        "__repr__": _repr,
        "__match_args__": tuple(name for name, given in fields.items() if given.init),
        "__dataclass_fields__": _Fields(fields),
        "_shown": tuple(name for name, given in fields.items() if given.repr),
    }
    if eq:
        compared = attrgetter(*(name for name, given in fields.items() if given.compare))
        body |= {"__eq__": _eq, "__hash__": _hash, "_compared": staticmethod(compared)}
    if slots:
        # Slots come with a class or not at all.
        kept = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__", *fields)}
        return type(cls)(cls.__name__, cls.__bases__, {**kept, **body, "__slots__": tuple(fields)})
    for name, value in body.items():
        setattr(cls, name, value)
    return cls


def _initializer(fields: dict[str, _Field]) -> Any:
    parameters, lines, names = ["self"], list[str](), dict[str, Any]()
    for name, given in fields.items():
        names[f"_{name}"] = given.default_factory or given.default
        if not given.init:
            lines.append(f"self.{name} = _{name}()")
        elif given.default_factory is not None:
            parameters.append(f"{name}=None")
            lines.append(f"self.{name} = _{name}() if {name} is None else {name}")
        else:
            parameters.append(name if given.default is ... else f"{name}=_{name}")
            lines.append(f"self.{name} = {name}")
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines), names)  # noqa: S102 - the fields' names only
    return names["__init__"]


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._shown)
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: Any) -> bool:
    return self._compared(self) == self._compared(other) if self.__class__ is other.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._compared(self))
