"""Answers of tools that a table keeps: whether they answer the questions of today.

The digest in a table is that of its cases and of the files that ask the tools, the versions among them.  Where it is
right, a tool would say what it has said, and `make test` need not ask again; `make nightly` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

_LINE = re.compile(r"^# digest: .*$", re.MULTILINE)


def with_digest(table: str, cases: Iterable[object], *asking: Path) -> str:
    """A table with the digest of these cases, and of the files that ask the tools."""
    known = sha256()
    for part in (*(repr(case).encode() for case in cases), *(path.read_bytes() for path in asking)):
        known.update(sha256(part).digest())
    return _LINE.sub(f"# digest: {known.hexdigest()}", table)
