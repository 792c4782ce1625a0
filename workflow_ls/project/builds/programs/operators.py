"""What operators, spreads and member accesses make of values, and what each file knows by itself."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from workflow_ls.project.builds.programs.heap import External, HeapArray, HeapObject, HeapValue, alternatives
from workflow_ls.project.builds.values import (
    PlainValue,
    TextValue,
    UnknownValue,
    ValuePlace,
    absolute,
    file_url,
    not_known,
)
from workflow_ls.text import Span


def own_names(path: str) -> dict[str, HeapValue]:
    """The names that a file has without declaring them: its directory, its own path, `import.meta`."""
    start = ValuePlace(path, Span(0, 0))
    directory, file = absolute(posixpath.dirname(path)), absolute(path)
    meta = HeapObject(start)
    for name, value in (("url", file_url(file)), ("dirname", directory), ("filename", file)):
        meta.set(name, TextValue(value, start), start, start)
    return {"__dirname": TextValue(directory, start), "__filename": TextValue(file, start), "import.meta": meta}


def lay_over(made: HeapObject, spread: HeapValue, at: ValuePlace) -> None:
    """Add what is spread into an object."""
    for each in spread.values if isinstance(spread, HeapArray) and spread.possible else (spread,):
        if isinstance(each, HeapObject):
            made.update(each)
        elif not isinstance(each, PlainValue):
            made.unknown.append(each if isinstance(each, UnknownValue) else opaque(each, at))


def joined(parts: Sequence[HeapValue], at: ValuePlace) -> HeapValue:
    """The text of a template or a sum of strings; unknown if a part is."""
    texts = list[str]()
    pieces = list[ValuePlace]()
    for part in parts:
        if isinstance(part, TextValue):
            texts.append(part.value)
            pieces += part.pieces
        elif isinstance(part, PlainValue) and part.value is not None:
            texts.append(f"{part.value:g}" if not isinstance(part.value, bool) else str(part.value).lower())
        else:
            return part if isinstance(part, UnknownValue) else opaque(part, at)
    return TextValue("".join(texts), at, tuple(pieces))


def opaque(value: HeapValue, at: ValuePlace) -> UnknownValue:
    """The reason why a value is not known."""
    if isinstance(value, External):
        return UnknownValue(f"`{value.name}` is not in this file", at)
    return not_known(at)


def member_of(owner: HeapValue, key: HeapValue, at: ValuePlace) -> HeapValue:
    """`owner[key]`; a key of an open object that is not known is an open object."""
    name = key.value if isinstance(key, (TextValue, PlainValue)) else None
    if isinstance(owner, External) and isinstance(name, str):
        return External(f"{owner.name}.{name}")
    if isinstance(owner, HeapObject) and isinstance(name, str):
        found = owner.get(name)
        if found is None and owner.is_open:
            found = HeapObject(at, is_open=True)
            owner.set(name, found, at, at)
        return PlainValue(None, at) if found is None else found
    if isinstance(owner, HeapArray) and owner.possible:
        return alternatives([member_of(value, key, at) for value in owner.values], at)
    if isinstance(owner, HeapArray) and isinstance(name, (int, float)):
        return owner.values[int(name)] if 0 <= name < len(owner.values) else PlainValue(None, at)
    if isinstance(owner, TextValue) and name in ("pathname", "href"):
        return TextValue(owner.value.removeprefix("file://") if name == "pathname" else owner.value, at, owner.pieces)
    return owner if isinstance(owner, UnknownValue) else not_known(at)
