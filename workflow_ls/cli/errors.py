"""Errors of the user that end a run: one line with what is wrong and the remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterable


class UsageError(Exception):
    """The input is invalid; the message is one line for the user."""


def unknown(kind: str, given: str, valid: Iterable[str], others: Iterable[str] = ()) -> UsageError:
    """The error for a name that is not among the valid ones, with the closest of those, and of `others`."""
    choices = list(valid)
    meant = closest(given, [*choices, *others])
    hint = f"Valid: {', '.join(choices)}." if meant is None else f"Did you mean `{meant}`?"
    return UsageError(f"unknown {kind} `{given}`. {hint}")


def closest(given: str, valid: Collection[str]) -> str | None:
    """The valid name that somebody meant who wrote another one; None if none is like it."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(given, valid, n=1, cutoff=0.5)), None)
