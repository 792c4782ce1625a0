"""Plain data as bytes and back: records, named tuples, enumerations, and what Python has for the rest.

`pickle` writes and reads, which is several times faster than anything in Python.  What is read may come from a file
that somebody else wrote, so that nothing but the plain data of this package is ever made of it: no other class or
function is found by name, and none is handed out as an object, but only as a call of it.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from io import BytesIO
from operator import attrgetter
from typing import Any

from workflow_ls.records import OrderedMapping

_PACKAGE = __name__.partition(".")[0]
_FAILURES = (
    *(pickle.PickleError, EOFError, AttributeError, LookupError, TypeError, ValueError),
    *(ArithmeticError, MemoryError, RecursionError, ImportError),
)
_SIMPLE = frozenset((str, int, bool, bytes, type(None)))
_reducers: dict[type, Callable[[Any], Any]] = {}
_makers: dict[tuple[str, str], Callable[..., Any]] = {}


class UnpackableError(TypeError):
    """A value is no plain data."""


def pack(value: Any) -> bytes:
    """The bytes of a value; raises UnpackableError for one that is no plain data."""
    kind = type(value)
    if kind in _SIMPLE or (kind is tuple and all(type(each) in _SIMPLE for each in value)):
        return pickle.dumps(value, protocol=4)  # the same, in a tenth of the time
    buffer = BytesIO()
    try:
        _Packer(buffer, protocol=4).dump(value)
    except (pickle.PicklingError, RecursionError) as error:
        raise UnpackableError(str(error)) from None
    return buffer.getvalue()


def unpack(data: bytes) -> Any:
    """The value of bytes that `pack` wrote; raises ValueError for others."""
    try:
        return _Unpacker(BytesIO(data)).load()
    except _FAILURES as error:
        raise ValueError(f"no plain data: {error}") from None


def canonical(value: object) -> str:
    """A text that differs for values that differ, and is the same in every process; raises UnpackableError as above."""
    if value is None or (isinstance(value, (bool, int, str, bytes, float)) and not isinstance(value, Enum)):
        return repr(value)
    kind: Any = type(value)
    if isinstance(value, Enum):
        return f"{kind.__qualname__}.{value.name}"
    if isinstance(value, (tuple, list)):
        return f"{kind.__qualname__}({','.join(map(canonical, value))})"
    if isinstance(value, (set, frozenset)):
        return f"{{{','.join(sorted(map(canonical, value)))}}}"
    if isinstance(value, Mapping):
        return f"{kind.__qualname__}[{','.join(f'{canonical(key)}:{canonical(each)}' for key, each in value.items())}]"
    if _is_record(kind):
        return f"{kind.__qualname__}({','.join(canonical(getattr(value, name)) for name in kind.__match_args__)})"
    raise UnpackableError(f"{kind.__qualname__} is no plain data")


class _Packer(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        kind = type(obj)
        return (_reducers.get(kind) or _reducer_of(kind))(obj)


def _reducer_of(kind: Any) -> Callable[[Any], Any]:
    """What gives the class of an object of some class, and what it is called with to make another one."""
    reducer: Callable[[Any], Any]
    if issubclass(kind, type):
        reducer = _by_name
    elif issubclass(kind, Enum):
        reducer = _value_of
    elif _is_record(kind):
        reducer = _reducer_of_record(kind)
    elif issubclass(kind, tuple) and _is_plain(kind):
        reducer = _items_of
    elif kind is OrderedMapping:
        reducer = _mapping_of
    else:
        raise pickle.PicklingError(f"{kind.__qualname__} is no plain data")
    return _reducers.setdefault(kind, reducer)


def _reducer_of_record(kind: Any) -> Callable[[Any], Any]:
    names = kind.__match_args__
    if len(names) > 1:
        fields = attrgetter(*names)
        return lambda record: (kind, fields(record))
    return lambda record: (kind, tuple(getattr(record, name) for name in names))


def _by_name(_: type) -> Any:
    return NotImplemented


def _value_of(member: Any) -> Any:
    return type(member), (member.value,)


def _items_of(named: Any) -> Any:
    return type(named), tuple(named)


def _mapping_of(mapping: Any) -> Any:
    return OrderedMapping, (dict(mapping),)


class _Unpacker(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> Any:
        maker = _makers.get((module_name, global_name))
        if maker is None:
            # The reader of the data has imported the classes that it consists of.
            module = sys.modules.get(module_name) if module_name.partition(".")[0] == _PACKAGE else None
            kind = None if module is None else vars(module).get(global_name)
            if not isinstance(kind, type) or kind.__module__ != module_name or not _is_plain(kind):
                raise pickle.UnpicklingError(f"{module_name}.{global_name} is no plain data")
            # Data could change the attributes of a class; this has none.
            maker = _makers[module_name, global_name] = type(kind).__call__.__get__(kind)
        return maker


def _is_record(kind: Any) -> bool:
    return "_repr_names" in kind.__dict__


def _is_plain(kind: type) -> bool:
    is_named_tuple = issubclass(kind, tuple) and hasattr(kind, "_fields")
    return _is_record(kind) or is_named_tuple or issubclass(kind, (Enum, OrderedMapping))
