"""What methods of strings and arrays make of known values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workflow_ls.project.builds.programs.heap import Closure, External, HeapArray, HeapObject, HeapValue
from workflow_ls.project.builds.programs.standard_library import Interpreter, of_texts
from workflow_ls.project.builds.values import PlainValue, TextValue, UnknownValue, ValuePlace
from workflow_ls.syntax.values.expression_model import NameExpression, ReturnStatement

_TEXTS: dict[str, Callable[[str], str]] = {
    "toString": str,
    "normalize": str,
    "trim": str.strip,
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
}


def call_method(
    machine: Interpreter, owner: TextValue | HeapArray, name: str, arguments: Sequence[HeapValue], at: ValuePlace
) -> HeapValue | None:
    """What a method of a string or an array returns; None if nothing is known of it."""
    if isinstance(owner, TextValue):
        return _of_text(owner, name, arguments, at)
    first = arguments[0] if arguments else None
    if name in ("push", "unshift"):
        owner.values[len(owner.values) if name == "push" else 0 : 0] = arguments
        return owner
    if name in ("map", "flatMap", "forEach") and isinstance(first, Closure):
        made = [machine.apply(first, (value,), at) for value in list(owner.values)]
        return HeapArray(at, _flat(made) if name == "flatMap" else made)
    if name == "reduce" and isinstance(first, Closure) and len(arguments) > 1 and not owner.possible:
        reduced = arguments[1]
        for value in list(owner.values):
            reduced = machine.apply(first, (reduced, value), at)
        return reduced
    if name in _SELECTING:
        return _SELECTING[name](owner, arguments, at)
    if name in ("concat", "flat"):
        return HeapArray(at, _flat([*owner.values, *arguments]))
    if name == "join":
        separator = first.value if isinstance(first, TextValue) else ","
        return of_texts(owner.values, at, separator.join)
    return None


def call_of_list(owner: HeapObject, name: str, arguments: Sequence[HeapValue]) -> HeapValue | None:
    """What a method of a list that the caller of a program makes returns; None if nothing is known of it."""
    if not owner.is_open:
        return None
    if name == "push":
        owner.last += arguments
        return owner
    if name == "unshift":
        owner.first[:0] = arguments
        return owner
    if name == "concat":
        return HeapArray(owner.at, [owner, *_flat(arguments)])
    return owner if name == "filter" else None


def _of_text(owner: TextValue, name: str, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapValue | None:
    first = arguments[0] if arguments else None
    if name in ("replace", "replaceAll"):
        count = 1 if name == "replace" else -1
        return of_texts((owner, *arguments), at, lambda texts: _replaced(texts, count))
    if name == "concat":
        return of_texts((owner, *arguments), at, "".join)
    if name == "split" and isinstance(first, TextValue) and first.value:
        return HeapArray(at, [TextValue(part, at) for part in owner.value.split(first.value)])
    change = _TEXTS.get(name)
    if change is None:
        return None
    made = change(owner.value)
    return owner if made == owner.value else TextValue(made, at)


def _replaced(texts: Sequence[str], count: int) -> str | None:
    return texts[0].replace(texts[1], texts[2], count) if len(texts) == 3 else None


def _flat(values: Sequence[HeapValue]) -> list[HeapValue]:
    return [item for value in values for item in (value.values if isinstance(value, HeapArray) else [value])]


def _filtered(owner: HeapArray, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapArray:
    """An array without what is absent; which others are left is known only to the program."""
    by = arguments[0] if arguments else None
    if isinstance(by, External) or (isinstance(by, Closure) and _is_identity(by)):
        return HeapArray(at, [each for each in owner.values if not isinstance(each, PlainValue) or each.value])
    return _with_unknown(owner, "which of these are left is computed", at)


def _is_identity(closure: Closure) -> bool:
    function = closure.function
    names = [parameter.name for parameter in function.parameters]
    returned = function.body[0] if len(function.body) == 1 else None
    is_name = isinstance(returned, ReturnStatement) and isinstance(returned.value, NameExpression)
    return is_name and isinstance(returned, ReturnStatement) and [getattr(returned.value, "name", "")] == names


def _sliced(owner: HeapArray, arguments: Sequence[HeapValue], at: ValuePlace) -> HeapArray:
    bounds = [int(each.value) for each in arguments if isinstance(each, PlainValue) and each.value is not None]
    if len(bounds) != len(arguments) or owner.possible:
        return _with_unknown(owner, "which of these are left is computed", at)
    return HeapArray(at, owner.values[slice(*bounds)] if len(bounds) == 2 else owner.values[(bounds or [0])[0] :])


def _reversed(owner: HeapArray, _arguments: Sequence[HeapValue], _at: ValuePlace) -> HeapArray:
    owner.values.reverse()
    return owner


def _sorted(owner: HeapArray, _arguments: Sequence[HeapValue], at: ValuePlace) -> HeapArray:
    return _with_unknown(owner, "the order of these is computed", at) if len(owner.values) > 1 else owner


def _with_unknown(owner: HeapArray, reason: str, at: ValuePlace) -> HeapArray:
    return HeapArray(at, [*owner.values, UnknownValue(reason, at)], possible=owner.possible)


_SELECTING: dict[str, Callable[[HeapArray, Sequence[HeapValue], ValuePlace], HeapArray]] = {
    "filter": _filtered,
    "slice": _sliced,
    "reverse": _reversed,
    "sort": _sorted,
    "values": lambda owner, _arguments, _at: owner,
}
