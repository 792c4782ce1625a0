"""A real terminal: a program in tmux, its keys and its screen, and the screen as a picture."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT = 120, 30
# Black, red, green, yellow, blue, magenta, cyan and white, each as red, green and blue.
COLOURS = [
    *[(20, 22, 27), (255, 123, 114), (126, 231, 135), (242, 204, 96)],
    *[(121, 192, 255), (210, 168, 255), (118, 227, 234), (224, 226, 234)],
]


@dataclass(frozen=True)
class Terminal:
    """A terminal of a tmux server of its own."""

    tmux: Sequence[str]

    def type(self, *keys: str) -> None:
        """Type keys, by tmux's names."""
        subprocess.run([*self.tmux, "send-keys", *keys], check=True)

    def screen(self, *, colours: bool = False) -> str:
        """What is on the screen; with escape sequences, if colours are wanted."""
        capture = [*self.tmux, "capture-pane", "-p", *(["-e"] if colours else [])]
        return subprocess.run(capture, check=True, capture_output=True, text=True).stdout

    def wait(self, *texts: str) -> None:
        """Wait until all of these are on the screen."""
        end = time.monotonic() + 60
        while not all(text in (screen := self.screen()) for text in texts):
            assert time.monotonic() < end, f"never on the screen: {texts}\n{screen}"
            time.sleep(0.05)


@contextmanager
def terminal(
    command: Sequence[str], workspace: Path, environment: Mapping[str, str], socket: Path, height: int = HEIGHT
) -> Iterator[Terminal]:
    """Run a program in a terminal of `WIDTH` columns."""
    tmux = [shutil.which("tmux") or "tmux", "-S", str(socket), "-f", "/dev/null"]
    variables = [part for name, value in environment.items() for part in ("-e", f"{name}={value}")]
    size = ["-x", str(WIDTH), "-y", str(height)]
    options = ["set", "-g", "default-terminal", "tmux-256color", ";", "set", "-g", "status", "off", ";"]
    new = ["new-session", "-d", *size, *variables, *command]
    subprocess.run([*tmux, *options, *new], cwd=workspace, env={**environment, "LANG": "C.UTF-8"}, check=True)
    try:
        yield Terminal(tmux)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)


def picture(screen: str, title: str) -> str:
    """A screen with escape sequences as an SVG."""
    from rich.console import Console
    from rich.terminal_theme import TerminalTheme
    from rich.text import Text

    # The colours of Neovim's default scheme, for cells that name none, or one of a terminal's own.
    theme = TerminalTheme((20, 22, 27), (224, 226, 234), COLOURS)
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(screen), no_wrap=True, crop=True, end="")
    svg = console.export_svg(title=title, theme=theme, unique_id="screen")
    # Without the fonts that it would load from elsewhere; the viewer's own do.
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
