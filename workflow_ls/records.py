"""Records: data classes that are cheap to define, with the interface of `dataclasses`.

The standard library's `dataclass` imports `inspect` and compiles about six methods for each class, which adds a
quarter to the run time of a short command.  `record` compiles `__init__` only, for the first instance of a class; all
records share the other methods.
`dataclasses.replace`, `fields` and `asdict` accept records.

Which one to use:

- NamedTuple for a small value that is unpacked, or compared or sorted by position (`Span`, `Edit`, `Position`).
- `record` for all other data.  A record has names, defaults and properties, but no order and no length.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import field as field
    from dataclasses import replace as replace

    from typing_extensions import dataclass_transform  # type checkers bring it along

    _T = TypeVar("_T")

    @overload
    def record(cls: type[_T], /) -> type[_T]: ...

    @overload
    def record(*, frozen: bool = True, slots: bool = True, eq: bool = True) -> Callable[[type[_T]], type[_T]]: ...

    @dataclass_transform(frozen_default=True, field_specifiers=(field,))
    def record(cls: Any = None, /, *, frozen: bool = True, slots: bool = True, eq: bool = True) -> Any: ...  # noqa: D103 - below

else:

    def record(cls=None, /, *, frozen=True, slots=True, eq=True):  # noqa: ARG001 - `frozen` is for type checkers
        """Turn a class into a record; none of its bases may be one.

        `frozen` is enforced by type checkers only, not at run time.  `slots=False` gives each instance a `__dict__`,
        as `cached_property` needs.  With `eq=False` two records are equal only if they are the same object.
        """
        if cls is None:
            return lambda cls: _make_record(cls, slots=slots, eq=eq)
        return _make_record(cls, slots=slots, eq=eq)

    def field(**options):
        """Describe a field: `default`, `default_factory`, `init`, `repr`, `compare`, `hash`, as in `dataclasses`."""
        return _Field(**options)

    def replace(record, /, **changes):
        """Copy a record, with other values for some of its fields."""
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
    default: Any = ...  # means "no default": no field has Ellipsis as its value
    default_factory: Any = None
    init: bool = True
    repr: bool = True
    compare: bool = True
    hash: bool = True


class _DataclassFields:
    """`__dataclass_fields__`, made on first use: only the functions of `dataclasses` read it."""

    def __init__(self, fields: dict[str, _Field]) -> None:
        self._fields = fields

    def __get__(self, instance: object, owner: type) -> Any:
        from dataclasses import field, make_dataclass

        fields = [
            (name, Any, field(default=None, init=each.init, repr=each.repr, compare=each.compare, hash=each.hash))
            for name, each in self._fields.items()
        ]
        standard: Any = make_dataclass(owner.__name__, fields)
        owner.__dataclass_fields__ = standard.__dataclass_fields__  # type: ignore[attr-defined] # it is made up
        return standard.__dataclass_fields__


def _make_record(cls: Any, *, slots: bool, eq: bool) -> Any:
    values = ((name, cls.__dict__.get(name, ...)) for name in cls.__annotations__)
    fields = {name: value if isinstance(value, _Field) else _Field(value) for name, value in values}
    body: dict[str, Any] = {
        "__init__": _initializer(fields),
        "__repr__": _repr,
        "__match_args__": tuple(name for name, each in fields.items() if each.init),
        "__dataclass_fields__": _DataclassFields(fields),
        "_repr_names": tuple(name for name, each in fields.items() if each.repr),
    }
    if eq:
        compared = attrgetter(*(name for name, each in fields.items() if each.compare))
        hashed = attrgetter(*(name for name, each in fields.items() if each.compare and each.hash))
        body |= {"__eq__": _eq, "__hash__": _hash, "_compared": staticmethod(compared), "_hashed": staticmethod(hashed)}
    if slots:
        # Slots can't be added to a class, so a new one is made of its members.
        kept = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__", *fields)}
        return type(cls)(cls.__name__, cls.__bases__, {**kept, **body, "__slots__": tuple(fields)})
    for name, value in body.items():
        setattr(cls, name, value)
    return cls


def _initializer(fields: dict[str, _Field]) -> Any:
    """An `__init__` that is compiled when it is called first: a command uses a part of the records."""
    parameters, lines, names = ["self"], list[str](), dict[str, Any]()
    for name, each in fields.items():
        names[f"_{name}"] = each.default_factory or each.default
        if not each.init:
            lines.append(f"self.{name} = _{name}()")
        elif each.default_factory is not None:
            parameters.append(f"{name}=None")
            lines.append(f"self.{name} = _{name}() if {name} is None else {name}")
        else:
            parameters.append(name if each.default is ... else f"{name}=_{name}")
            lines.append(f"self.{name} = {name}")

    def first(self: object, *values: Any, **named: Any) -> None:
        source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines)
        exec(source, names)  # noqa: S102 - the fields' names only
        owner: Any = next(each for each in type(self).__mro__ if each.__dict__.get("__init__") is first)
        owner.__init__ = names["__init__"]
        names["__init__"](self, *values, **named)

    return first


def _repr(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._repr_names)
    return f"{type(self).__qualname__}({fields})"


def _eq(self: Any, other: Any) -> bool:
    return self._compared(self) == self._compared(other) if self.__class__ is other.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._hashed(self))
