"""Parses JSON with or without comments into data, a syntax tree, and the mistakes in it.

A start reads dozens of manifests, but needs spans and mistakes of few.  Well-formed text is therefore parsed by the
standard library, and the scanner is imported only if the tree or the mistakes are used.
"""

from __future__ import annotations

import json
import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.jsonc.tree import MAX_DEPTH, Node, ParseProblem
from workflow_ls.regular_expressions import compile_on_use

if TYPE_CHECKING:
    from workflow_ls.jsonc.scanner import Scanned


class Document:
    """A JSON text, parsed on first use.  Nothing raises."""

    def __init__(self, text: bytes, *, comments: bool = False) -> None:
        """`comments` allows comments, and commas before a closing bracket."""
        self.text = text
        self.comments = comments

    @property
    def value(self) -> object:
        """The data that could be parsed; None if there is none, or for `null`."""
        if self._strict is not None:
            return self._strict.data
        return None if self.root is None else self.root.data

    @property
    def problems(self) -> tuple[ParseProblem, ...]:
        """The mistakes in file order, without those that are only a consequence of another."""
        return () if self._strict is not None else self._scanned.problems

    @property
    def root(self) -> Node | None:
        """The syntax tree, without the parts that could not be parsed."""
        return self._scanned.root

    @cached_property
    def _strict(self) -> _Strict | None:
        text = self.text
        if self.comments and b"//" in text:
            # No string spans lines, so a line that starts with `//` is a comment, or is in one and fails to decode.
            text = _COMMENT_LINE.sub(b"", text)
        try:
            data = _DECODER.decode(text.decode("utf-8-sig"))
            # Counting brackets is fast, and shows of nearly all texts that they are not nested too deeply.
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
    """Parse JSON (RFC 8259, byte order mark allowed), with `comments` and trailing commas as in tsconfig.json."""
    # Edits of one manifest parse it many times; a document is immutable.
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


_COMMENT_LINE = compile_on_use(rb"^[ \t]*//[^\r\n]*", re.MULTILINE)
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
