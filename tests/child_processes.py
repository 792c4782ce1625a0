"""Processes that tests start."""

from __future__ import annotations

import os
import subprocess
import sys


def printed_by(script: str) -> str:
    """What a Python script prints in a process of its own, without the last line end; it must end with exit code 0."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.removesuffix("\n")


def is_gone(process: int) -> bool:
    """Whether a process has ended, and was waited for by the one that started it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False
