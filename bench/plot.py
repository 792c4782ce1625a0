"""Charts as SVG, drawn by matplotlib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

from growth import Panel

COLORS = ("#0b6e4f", "#7fb800", "#d1495b", "#5b5f97", "#888888")
PARTS = mpl.colormaps["tab20"]
WIDTH, HEIGHT = 4.6, 3.0
# Text stays text, and two runs with the same figures draw the same file.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "workflow-ls", "font.size": 8, "axes.grid": True})


def draw_lines(panels: Sequence[Panel], path: Path) -> None:
    """Draw charts side by side, both axes to a logarithmic scale: what grows as its input is a line at 45 degrees."""
    figure, all_axes = plt.subplots(1, len(panels), figsize=(WIDTH * len(panels), HEIGHT), squeeze=False)
    for panel, axes in zip(panels, all_axes[0]):
        for (name, points), color in zip(panel.series.items(), COLORS):
            axes.plot(*zip(*points), marker="o", markersize=3, label=name, color=color)
        axes.set(title=panel.title, xlabel=panel.unit, ylabel="processor ms", xscale="log", yscale="log")
        axes.legend()
    _save(figure, path)


def draw_parts(bars: Mapping[str, Mapping[str, float]], path: Path) -> None:
    """Draw a bar for each name, divided into its parts."""
    figure, axes = plt.subplots(figsize=(2 * WIDTH, 1 + 0.5 * len(bars)))
    parts = dict.fromkeys(part for each in bars.values() for part in each)
    left = dict.fromkeys(bars, 0.0)
    for number, part in enumerate(parts):
        widths = [each.get(part, 0.0) for each in bars.values()]
        axes.barh(list(bars), widths, left=list(left.values()), label=part, color=PARTS(number % PARTS.N))
        left = {name: start + width for (name, start), width in zip(left.items(), widths)}
    axes.invert_yaxis()
    axes.set(xlabel="processor ms")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    _save(figure, path)


def _save(figure: plt.Figure, path: Path) -> None:
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
