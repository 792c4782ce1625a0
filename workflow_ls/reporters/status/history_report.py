"""The formats of `workflow-ls status --history`: the progress over the commits as one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from workflow_ls.printable import visible
from workflow_ls.reporters.json_ import dumps

if TYPE_CHECKING:
    from workflow_ls.status.history import HistoryPoint

HistoryReporter = Callable[[Sequence["HistoryPoint"], bool], str]

_WIDTH = 100
_BAR = 40
_RED, _GREEN, _DIM = "31", "32", "2"
_SHOWN_PACKAGES = 10


def render_text(points: Sequence[HistoryPoint], color: bool) -> str:
    """For people: a line with a bar for each commit, the oldest first, and what changed from the first to the last.

    The bar has the legacy references, then the canonical ones.
    """
    most = max((point.left + point.done for point in points), default=0)
    width = max((len(str(point.left)) for point in points), default=1)
    lines = [f"{'commit':<9}  {'date':<10}  {'left':>{max(width, 4)}}"]
    for point in points:
        left, done = (round(number * _BAR / most) if most else 0 for number in (point.left, point.done))
        left = max(left, 1) if point.left else 0
        bar = _paint("\N{FULL BLOCK}" * left, _RED, color) + _paint("\N{LIGHT SHADE}" * done, _GREEN, color)
        start = f"{point.commit.name[:9]}  {point.commit.date}  {point.left:>{max(width, 4)}}  "
        room = max(_WIDTH - len(start) - _BAR - 2, 0)
        summary = visible(point.commit.summary)[:room]
        lines.append(f"{start}{bar}{' ' * (_BAR - left - done)}  {_paint(summary, _DIM, color)}".rstrip())
    paragraphs = ["\n".join(lines)]
    if points:
        first, last = points[0], points[-1]
        paragraphs += [
            "\n".join(changed)
            for heading, old, new in (
                ("By surface", first.surfaces, last.surfaces),
                ("By package", first.packages, last.packages),
            )
            if (
                changed := [
                    *_changes(heading, {each.name: each.left for each in old}, {each.name: each.left for each in new})
                ]
            )
        ]
        paragraphs.append(f"{_summary(first, last)}")
    return "\n\n".join(paragraphs) + "\n"


def render_json(points: Sequence[HistoryPoint], color: bool) -> str:  # noqa: ARG001 - all formats are called alike
    """One object, of version 1, with `history`: a list of points, the oldest first.

    A point has `commit` (its full name), `date` (UTC), `summary`, `left` (legacy references), `done` (canonical ones),
    and `surfaces` and `packages`, lists of `name`, `left` and `done`.
    """
    from workflow_ls.status.history import point_to_data

    return dumps({"version": 1, "history": [point_to_data(point) for point in points]})


def _changes(heading: str, old: dict[str, int], new: dict[str, int]) -> Iterator[str]:
    rows = [(name, old.get(name, 0), new.get(name, 0)) for name in {**old, **new}]
    rows = sorted((row for row in rows if row[1] or row[2]), key=lambda row: (-row[2], -row[1], row[0]))
    if not rows:
        return
    width = max(len(visible(name)) for name, _, _ in rows[:_SHOWN_PACKAGES])
    yield heading
    for name, before, after in rows[:_SHOWN_PACKAGES]:
        yield f"  {visible(name):<{width}}  {before:>5} \N{RIGHTWARDS ARROW} {after}"
    if rows[_SHOWN_PACKAGES:]:
        yield f"  and {len(rows) - _SHOWN_PACKAGES} more"


def _summary(first: HistoryPoint, last: HistoryPoint) -> str:
    if first is last:
        return f"{last.left} legacy references on {last.commit.date}, and {last.done} canonical ones."
    left = f"{first.left} legacy references on {first.commit.date}, {last.left} on {last.commit.date}"
    return f"{left}; canonical ones went from {first.done} to {last.done}."


def _paint(text: str, style: str, color: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if color and text else text
