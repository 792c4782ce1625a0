"""When Python looks for garbage: what lives as long as the server is left out, so that it delays no key.

The index of a monorepo is some hundred thousand objects.  Python looks through all of them again and again, which takes
longer than ten keys do, at a moment of its own choice.
"""

from __future__ import annotations

import gc

_MANY = 50_000  # objects, which take some ten milliseconds


def begin() -> None:
    """Look for no garbage until the first `collect`: what is made at the start stays."""
    gc.disable()
    gc.freeze()


def collect() -> None:
    """Take out what is no longer used, and leave what is out of later looks; does nothing where little was made."""
    if len(gc.get_objects()) > _MANY:  # without what is left out
        gc.unfreeze()
        gc.collect()
        gc.freeze()
    gc.enable()
