"""Records the tour of the example in a real terminal, as an animated SVG: docs/images/terminal.svg.

    python -m tools.recording.terminal [OUT]

The commands run for real, in a shell in tmux on a copy of the example; their screens are the frames.  Code hosts show
an animated SVG as they show any picture, and its text stays sharp.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.editors.terminal import Terminal, picture, terminal

ROOT = Path(__file__).parent.parent.parent
OUT = ROOT / "docs" / "images" / "terminal.svg"
HEIGHT = 22
# What is typed, what has to be on the screen then, and for how many seconds it is shown.
STEPS = (
    ("workflow-ls check packages/notifications/src/undeclared-package.ts", "can be fixed with", 5.0),
    ("workflow-ls check scripts", "1 blocked", 6.0),
    ("workflow-ls fix --diff packages/notifications/src/undeclared-package.ts", "would be fixed", 5.0),
    ("workflow-ls fix packages/notifications", "findings fixed", 3.0),
    ("workflow-ls status | tail -n 3", "Source files left", 5.0),
)
PROMPT = "ledgerline $"


class Frame(NamedTuple):
    """A screen, as SVG, and how long it is shown."""

    svg: str
    seconds: float


def frames(shown: Terminal) -> Iterator[Frame]:
    """Type each step, and yield what the screen shows: each few keys, and the output."""
    for line, expected, seconds in STEPS:
        _wait(shown, lambda screen: screen.endswith(PROMPT))
        shown.type("C-l")
        _wait(shown, lambda screen: screen == PROMPT)
        for end in range(6, len(line) + 6, 6):
            typed = f"{PROMPT} {line[:end].rstrip()}"
            shown.type("-l", "--", line[end - 6 : end])
            _wait(shown, typed.__eq__)
            yield Frame(_draw(shown), 0.12)
        shown.type("Enter")
        _wait(shown, partial(_has_printed, expected))
        yield Frame(_draw(shown), seconds)


def _has_printed(expected: str, screen: str) -> bool:
    return expected in screen and screen.endswith(f"\n{PROMPT}")


def _wait(shown: Terminal, holds: Callable[[str], bool]) -> None:
    end = time.monotonic() + 60
    while not holds(screen := shown.screen().rstrip()):
        assert time.monotonic() < end, screen
        time.sleep(0.05)


def _draw(shown: Terminal) -> str:
    return picture(shown.screen(colours=True), "workflow-ls")


def animated(parts: list[Frame]) -> str:
    """Frames as one SVG that shows one after another, for ever."""
    total = sum(part.seconds for part in parts)
    body, rules, names = list[str](), dict[str, str](), dict[str, str]()
    begun = 0.0
    for number, part in enumerate(parts):
        [rows] = re.findall(r'<g class="screen-matrix">(.*?)</g>', part.svg, re.DOTALL)
        start, begun = 100 * begun / total, begun + part.seconds
        end = 100 * begun / total
        named = _named(rows, part.svg, names)
        body.append(f'<g class="screen-matrix frame" style="animation-name:f{number}">{named}</g>')
        hidden = f"0%{{visibility:hidden}}{start:.3f}%{{visibility:visible}}{end:.3f}%{{visibility:hidden}}"
        shown = hidden if number else f"0%{{visibility:visible}}{end:.3f}%{{visibility:hidden}}"
        rules[f"@keyframes f{number}"] = shown
    style = f".frame{{visibility:hidden;animation:{total:.2f}s step-end infinite}}"
    style += "".join(f"{name}{{{rule}}}" for name, rule in rules.items())
    style += "".join(f".{name}{look}" for look, name in names.items())
    still = "@media (prefers-reduced-motion){.frame{animation:none}.frame:last-of-type{visibility:visible}}"
    around = parts[-1].svg
    around = re.sub(r'<g class="screen-matrix">.*?</g>', lambda _: "\n".join(body), around, count=1, flags=re.DOTALL)
    return around.replace("</style>", f"{style}{still}</style>", 1)


def _named(rows: str, svg: str, names: dict[str, str]) -> str:
    """The rows of a frame; `names` has the class of each style, the same in all frames."""
    styles = dict(re.findall(r"\.(screen-r\d+) (\{[^}]*\})", svg))
    return re.sub(
        r'class="(screen-r\d+)"', lambda found: f'class="{names.setdefault(styles[found[1]], f"s{len(names)}")}"', rows
    )


def record() -> str:
    """The recording, as SVG; needs tmux."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(shutil.copytree(ROOT / "examples" / "monorepo", Path(folder) / "ledgerline"))
        environment = {
            **os.environ,
            "PS1": f"{PROMPT} ",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "WORKFLOW_LS_NO_CACHE": "1",
        }
        with terminal(
            ["bash", "--norc", "--noprofile"], workspace, environment, Path(folder) / "tmux", HEIGHT
        ) as shown:
            return animated(list(frames(shown)))


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else OUT).write_text(record(), encoding="utf-8", newline="\n")
