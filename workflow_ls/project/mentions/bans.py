"""The names under which configurations of linters forbid what they list."""

from __future__ import annotations

import re

_BAN = re.compile(
    r"no-restricted|restricted[-_]?(?:imports|paths|modules)|no-internal-modules|forbidden|banned|disallow"
    r"|not-?DependOn|depend-ban|no-imports?-from",
    re.IGNORECASE,
)


def is_ban(name: str) -> bool:
    """Whether a key, a rule or an option forbids what its value names."""
    return _BAN.search(name) is not None
