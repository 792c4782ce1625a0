"""JSON and JSON with comments: the data, the place of every value, and what is wrong where.

Manifests are read by the dozen at every start, while places and mistakes are wanted of few.  So well-formed text goes
through the standard library alone, and the scanner is loaded when something else is asked for.
"""

from __future__ import annotations

import json
import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.jsonc.model import MAX_DEPTH, Node, ParseProblem

if TYPE_CHECKING:
    from workflow_ls.jsonc.scanner import Scanned


class Document:
    """A JSON text.  Everything is worked out when it is first asked for; nothing raises."""

    def __init__(self, text: bytes, *, comments: bool = False) -> None:
        """`comments`: comments and commas before a closing bracket are part of the language."""
        self.text = text
        self.comments = comments

    @property
    def value(self) -> object:
        """The data, as far as it can be read; None where there is none, which is also what `null` means."""
        if self._strict is not None:
            return self._strict.data
        return None if self.root is None else self.root.data

    @property
    def problems(self) -> tuple[ParseProblem, ...]:
        """What is wrong, in file order: one entry for each mistake, none for what merely follows from it."""
        return () if self._strict is not None else self._scanned.problems

    @property
    def root(self) -> Node | None:
        """The value with the place of all that is in it; what cannot be read is missing from it."""
        return self._scanned.root

    @cached_property
    def _strict(self) -> _Strict | None:
        text = self.text
        if self.comments and b"//" in text:
            # No string spans lines, so a line that starts with `//` is a comment, or inside of one that is refused.
            text = _COMMENT_LINE.sub(b"", text)
        try:
            data = _DECODER.decode(text.decode("utf-8-sig"))
            # Counting what is opened is quick, and tells of nearly all texts that they are shallow.
            shallow = text.count(b"{") + text.count(b"[") <= MAX_DEPTH or _is_shallow(data)
            return _Strict(data) if shallow else None
        except (ValueError, RecursionError):
            return None

    @cached_property
    def _scanned(self) -> Scanned:
        from workflow_ls.jsonc.scanner import scan

        return scan(self.text, comments=self.comments)


@lru_cache(maxsize=16)
def parse_json(text: bytes, *, comments: bool = False) -> Document:
    """A JSON text (RFC 8259, byte order mark allowed), or one with comments and trailing commas as in tsconfig.json."""
    # Who edits a manifest asks for it again and again; a document does not change.
    return Document(text, comments=comments)


class _Strict(NamedTuple):
    data: object


def _is_shallow(data: object) -> bool:
    level: list[object] = [data]
    for _ in range(MAX_DEPTH + 1):
        held = (value for value in level if isinstance(value, (dict, list)))
        lists = [value.values() if isinstance(value, dict) else value for value in held]
        if not lists:
            return True
        level = [inner for values in lists for inner in values]
    return False


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


_COMMENT_LINE = re.compile(rb"^[ \t]*//[^\r\n]*", re.MULTILINE)
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
