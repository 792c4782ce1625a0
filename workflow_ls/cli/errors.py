"""Mistakes of the user that end a run: one line that names the thing and the way out."""

from __future__ import annotations

from collections.abc import Iterable


class UsageError(Exception):
    """The input can't be worked with; the message is one line for the user."""


def unknown(kind: str, given: str, valid: Iterable[str]) -> UsageError:
    """The error for a name that is none of the valid ones, with the nearest of those."""
    from difflib import get_close_matches

    choices = list(valid)
    near = get_close_matches(given, choices, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else f"valid: {', '.join(choices)}"
    return UsageError(f"unknown {kind} `{given}`; {hint}")
