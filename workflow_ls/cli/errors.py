"""Errors of the user that end a run: one line with what is wrong and the remedy."""

from __future__ import annotations

from collections.abc import Iterable


class UsageError(Exception):
    """The input is invalid; the message is one line for the user."""


def unknown(kind: str, given: str, valid: Iterable[str]) -> UsageError:
    """The error for a name that is not among the valid ones, with the closest of those."""
    from difflib import get_close_matches

    choices = list(valid)
    closest = get_close_matches(given, choices, n=1, cutoff=0.5)
    hint = f"Did you mean `{closest[0]}`?" if closest else f"Valid: {', '.join(choices)}."
    return UsageError(f"unknown {kind} `{given}`. {hint}")
