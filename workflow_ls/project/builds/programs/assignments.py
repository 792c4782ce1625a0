"""What assignments and loops make of values."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.builds.programs.heap import HeapArray, HeapObject, HeapValue, alternatives
from workflow_ls.project.builds.values import PlainValue, TextValue, UnknownValue, ValuePlace, not_known


def either(before: HeapValue | None, value: HeapValue) -> HeapValue:
    """The value of a name that a condition may give another one; an empty value gives way to it."""
    is_empty = isinstance(before, HeapObject) and (before.is_open or not before.members)
    if before is None or is_empty or (isinstance(before, PlainValue) and before.value is None) or before == value:
        return value
    known = before.values if isinstance(before, HeapArray) and before.possible else [before]
    at = value.at if isinstance(value, (TextValue, HeapObject, HeapArray, UnknownValue, PlainValue)) else None
    return value if at is None else alternatives([*known, value], at)


def set_member(owner: HeapObject, key: HeapValue, value: HeapValue, at: ValuePlace, *, certain: bool) -> None:
    """Set a key of an object; one that is computed may be any."""
    if isinstance(key, TextValue):
        before = None if certain else owner.get(key.value)
        is_choice = key.value == "exports" or (isinstance(before, TextValue) and isinstance(value, TextValue))
        owner.set(key.value, either(before, value) if is_choice else value, key.at, at)
    elif not isinstance(key, PlainValue):
        owner.unknown.append(UnknownValue("the name of this key is computed", at))


def items_of(values: HeapValue, at: ValuePlace, *, keys: bool) -> Iterator[HeapValue]:
    """The values that a loop runs over, or the keys; one that is not known if they are not."""
    if keys and isinstance(values, HeapObject) and not values.unknown and not values.is_open:
        yield from (TextValue(key, key_at, (key_at,)) for key, (_, key_at, _) in list(values.members.items()))
    elif not keys and isinstance(values, HeapArray) and not values.possible:
        yield from list(values.values)
    else:
        yield not_known(at)
