"""The recording of a terminal: it shows what the commands print today."""

from __future__ import annotations

import html
import importlib.util
import re
import shutil

import pytest

from tools.recording.terminal import OUT, STEPS, Frame, animated, record


def texts(svg: str) -> list[str]:
    """The text of each frame, without typed parts of a command, which begin the text of a later frame."""
    frames = re.findall(r'<g class="screen-matrix frame"[^>]*>(.*?)</g>', svg, re.DOTALL)
    return [html.unescape("".join(re.findall(r">([^<]+)</text>", frame))).replace("\xa0", " ") for frame in frames]


@pytest.mark.slow
def test_it_is_what_the_commands_print() -> None:
    if shutil.which("tmux") is None or importlib.util.find_spec("rich") is None:
        pytest.skip("the recording needs tmux, and rich from PyPI")
    assert texts(OUT.read_text(encoding="utf-8")) == texts(record()), "run `make recording`"


def test_it_has_each_step_once() -> None:
    shown = texts(OUT.read_text(encoding="utf-8"))
    assert all(sum(expected in text for text in shown) == 1 for _, expected, _ in STEPS)


def screen(text: str) -> str:
    return (
        f"<svg><style>.screen-r1 {{ fill: {text} }}</style>"
        f'<g class="screen-matrix"><text class="screen-r1">{text}</text></g></svg>'
    )


def test_frames_follow_each_other_for_ever() -> None:
    svg = animated([Frame(screen("red"), 1), Frame(screen("blue"), 3), Frame(screen("red"), 4)])
    assert texts(svg) == ["red", "blue", "red"]
    assert "@keyframes f0{0%{visibility:visible}12.500%{visibility:hidden}}" in svg
    assert "@keyframes f1{0%{visibility:hidden}12.500%{visibility:visible}50.000%{visibility:hidden}}" in svg
    assert "animation:8.00s step-end infinite" in svg
    assert re.findall(r'<text class="(s\d)">', svg) == ["s0", "s1", "s0"]
