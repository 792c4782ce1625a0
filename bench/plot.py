"""Line charts as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

WIDTH, HEIGHT, MARGIN = 380, 240, 50
COLORS = ("#0b6e4f", "#7fb800", "#888888")
Series = Mapping[str, Sequence[tuple[float, float]]]


class Panel(NamedTuple):
    """One chart: lines of (x, y) points by name; x is drawn to a logarithmic scale by its place in the list."""

    title: str
    unit: str
    series: Series


def draw(panels: Sequence[Panel]) -> str:
    """The charts side by side; y starts at 0, and the points of x are at equal distances."""
    size = f'width="{len(panels) * WIDTH}" height="{HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for number, panel in enumerate(panels):
        parts += [f'<g transform="translate({number * WIDTH},0)">', *_panel(panel), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel) -> list[str]:
    xs = [x for x, _ in next(iter(panel.series.values()))]
    highest = max(y for points in panel.series.values() for _, y in points)
    unit = 10 ** (len(str(int(highest))) - 1)
    top = 4 * unit * next(part for part in (0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 5) if 4 * unit * part > highest)
    step = (WIDTH - 2 * MARGIN - 50) / max(1, len(xs) - 1)
    bottom = HEIGHT - MARGIN

    def y_of(value: float) -> float:
        return bottom - value / top * (bottom - 30)

    parts = [f'<text x="{MARGIN}" y="16" font-weight="bold">{panel.title}</text>']
    for tick in range(5):
        value = top * tick / 4
        y = y_of(value)
        parts.append(f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN - 50}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{MARGIN - 5}" y="{y + 4:.0f}" text-anchor="end">{value:,.0f}</text>')
    for place, x in enumerate(xs):
        parts.append(f'<text x="{MARGIN + place * step:.0f}" y="{bottom + 16}" text-anchor="middle">{x:,.0f}</text>')
    parts.append(f'<text x="{MARGIN}" y="{bottom + 34}">{panel.unit}</text>')
    labelled = list[float]()
    for (name, points), color in zip(panel.series.items(), COLORS):
        line = " ".join(f"{MARGIN + place * step:.1f},{y_of(y):.1f}" for place, (_, y) in enumerate(points))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        end = y_of(points[-1][1])
        end = max([end, *(other + 12 for other in labelled if abs(other - end) < 12)])  # names stay apart
        labelled.append(end)
        parts.append(f'<text x="{WIDTH - MARGIN - 45}" y="{end + 4:.0f}" fill="{color}">{name}</text>')
    return parts
