"""What the names of keys say of their values: a ban, a command, or a text for people."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workflow_ls.regular_expressions import compile_on_use

_PEOPLE = compile_on_use(
    r"^(?:\$?comments?|//|_|notes?|description|name|title|labels?|message|keywords?|summary|author|homepage|url|id"
    r"|displayName|reason|help|text)$",
    re.IGNORECASE,
)
_COMMAND = compile_on_use(
    r"scripts?|commands?|cmd|run|exec|tasks?|hooks?|args|lint-?staged|shell|before|after|watch", re.IGNORECASE
)
_BAN = compile_on_use(
    r"no-restricted|restricted[-_]?(?:imports|paths|modules)|no-internal-modules|forbidden|banned|disallow"
    r"|not-?DependOn|depend-ban|no-imports?-from",
    re.IGNORECASE,
)


def is_ban(name: str) -> bool:
    """Whether a key, a rule or an option forbids what its value names."""
    return _BAN.search(name) is not None


def is_guarded(key: str, keys: Iterable[str]) -> bool:
    """Whether a key says which files a ban is for, below the keys of the ban.

    { "zones": [{ "target": "./these", "from": "./those" }] }     import/no-restricted-paths
    { "forbidden": [{ "from": "^these", "to": "^those" }] }       dependency-cruiser
    """
    return key == "target" or (key == "from" and "forbidden" in keys)


def is_for_people(key: str) -> bool:
    """Whether a value is a name or a sentence."""
    return _PEOPLE.search(key) is not None


def is_command(keys: Iterable[str]) -> bool:
    """Whether a value with spaces, below some keys, is a command."""
    return any(map(_COMMAND.search, keys))
