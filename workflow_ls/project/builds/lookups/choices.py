"""The configurations that one program may give: a condition that is not evaluated has a value for each outcome.

alias: { '@a': process.env.CI ? './built' : './src' }     two configurations, with an alias each
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.project.builds.values import ArrayValue, ObjectValue, PossibleValue, Value
from workflow_ls.records import replace

_MOST = 4
_DEEPEST = 60


def outcomes(value: Value) -> Iterator[Value]:
    """The values that all conditions give by their first outcome, by their second one, and so on; none without one.

    What depends on one condition changes together.
    """
    count = min(_options(value, 0), _MOST)
    for number in range(count if count > 1 else 0):
        yield _chosen(value, number, 0)


def _options(value: Value, depth: int) -> int:
    """The number of options of the condition that has most."""
    if depth > _DEEPEST:
        return 0
    own = len(value.values) if isinstance(value, PossibleValue) else 0
    return max((own, *(_options(each, depth + 1) for each in _parts(value))))


def _parts(value: Value) -> Iterator[Value]:
    if isinstance(value, PossibleValue):
        yield from value.values
    elif isinstance(value, ArrayValue):
        yield from value.items
    elif isinstance(value, ObjectValue):
        yield from (entry.value for entry in value.entries)


def _chosen(value: Value, number: int, depth: int) -> Value:
    if depth > _DEEPEST:
        return value
    if isinstance(value, PossibleValue):
        return _chosen(value.values[min(number, len(value.values) - 1)], number, depth + 1)
    if isinstance(value, ArrayValue):
        return replace(value, items=tuple(_chosen(each, number, depth + 1) for each in value.items))
    if isinstance(value, ObjectValue):
        entries = (replace(entry, value=_chosen(entry.value, number, depth + 1)) for entry in value.entries)
        return replace(value, entries=tuple(entries))
    return value
