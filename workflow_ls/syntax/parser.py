"""Parses source files with tree-sitter.  Every text gets a tree, however broken it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache

from tree_sitter import Language, Parser, Tree

from workflow_ls.syntax.spelling.unknown_spellings import replace_unknown_spellings
from workflow_ls.vfs.files import JAVASCRIPT_EXTENSIONS

# The TSX grammar parses all other files; type assertions `<T>x` exist in plain TypeScript only.
_TYPESCRIPT = (".ts", ".mts", ".cts")
_ESCAPED_BACKQUOTE = re.compile(rb"((?<!\\)(?:\\\\)*)\\`")
# Starts with a fixed word, which makes the search fast; a `keyof` before it is searched separately.
_IMPORT_TYPE = re.compile(rb"import\s*\(\s*(?:'[^'\r\n]*'|\"[^\"\r\n]*\")[^()]*\)(?:\s*\.\s*[\w$]+)+")
_KEYOF = re.compile(rb"\bkeyof(?=\s+\Z)")
_MAX_BEFORE_IMPORT_TYPE = 200
_ARGUMENTS = re.compile(rb"\s*(?=<(?![=<])|\[)")
_TYPE_TOKEN = re.compile(rb"=>|[<>(){}\[\],]|'[^'\r\n]*'|\"[^\"\r\n]*\"")
_DEPTHS = {b"<": 1, b"(": 1, b"{": 1, b"[": 1, b">": -1, b")": -1, b"}": -1, b"]": -1}
_MAX_TYPE_ARGUMENTS = 4000

_Point = tuple[int, int]


class Source:
    """A source file and its tree.

    `text` is the file as it is on disk, byte order mark included; every offset counts its bytes.  `path` decides the
    grammar by its ending.
    """

    def __init__(self, text: bytes, path: str) -> None:
        self.text = text
        self.path = path
        self._base: Source | None = None
        self.value_uses: dict[str, bool] = {}
        """For each name that was looked up, whether the file uses them as values (`value_usage`)."""

    @cached_property
    def tree(self) -> Tree:
        """The tree, parsed on first use.  Only this package may use it."""
        # Creating a parser takes less than a microsecond; a shared one would need a lock.
        parser = Parser(_language(typescript=self._typescript))
        base = self._base
        if base is None:
            return parser.parse(self.readable)
        old = base.tree.copy()
        old.edit(*_difference(base.readable, self.readable))
        tree = parser.parse(self.readable, old)
        self._base = None  # otherwise all versions of a text would stay in memory
        return tree

    def edited(self, text: bytes) -> Source:
        """The source with another text; its tree reuses the tree of this one, if there is one."""
        source = Source(text, self.path)
        # Read the base first: another thread may parse meanwhile, which clears it.
        base = self._base
        source._base = self if "tree" in self.__dict__ else base
        return source

    @property
    def is_javascript(self) -> bool:
        """Whether JSDoc carries types in this file."""
        return self.path.endswith(JAVASCRIPT_EXTENSIONS)

    @property
    def _typescript(self) -> bool:
        return self.path.endswith(_TYPESCRIPT)

    @cached_property
    def readable(self) -> bytes:
        """The text that is parsed, of the same length: with replacements for what the grammars fail to parse."""
        return replace_unknown_spellings(_readable(self.text))


def parse(text: bytes, path: str) -> Source:
    """The source file `path` with the content `text`.  Never fails, not even on a text that is not UTF-8."""
    return Source(text, path)


def _difference(before: bytes, after: bytes) -> tuple[int, int, int, _Point, _Point, _Point]:
    """The difference of two texts as arguments of `Tree.edit`: byte offsets, then (row, byte column) points."""
    old, new = len(before), len(after)
    start = _shared(min(old, new), lambda low, high: before[low:high] == after[low:high])

    def same_before(low: int, high: int) -> bool:
        return before[old - high : old - low] == after[new - high : new - low]

    suffix = _shared(min(old, new) - start, same_before)
    ends = _point(before, old - suffix), _point(after, new - suffix)
    return start, old - suffix, new - suffix, _point(before, start), *ends


def _shared(most: int, same: Callable[[int, int], bool]) -> int:
    """How many of `most` bytes are equal; `same` compares a slice, which is faster than byte by byte."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if same(low, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _point(text: bytes, offset: int) -> _Point:
    r"""The point of an offset; a row ends at `\n` only, as tree-sitter counts them."""
    return text.count(b"\n", 0, offset), offset - (text.rfind(b"\n", 0, offset) + 1)


def _readable(text: bytes) -> bytes:
    """The text with replacements of the same length for what the grammars fail to parse.

    They know no escape sequences in template literal types: an escaped backquote ends the literal, and text and code
    are confused from that point on.  In `import('a').B<C, D>`, the TSX grammar takes `<C` for an element that is never
    closed, and the rest of the file for its text; the TypeScript grammar fails on declarations that have many of these,
    or `import('a').B[C]`, or `keyof import('a').B`.  No fact is read from the replaced parts of the tree.
    """
    if b"\\`" in text:
        text = _ESCAPED_BACKQUOTE.sub(rb"\1__", text)
    changed: bytearray | None = None
    for match in _IMPORT_TYPE.finditer(text):
        keyof = _KEYOF.search(text, max(0, match.start() - _MAX_BEFORE_IMPORT_TYPE), match.start())
        arguments = _ARGUMENTS.match(text, match.end())
        if keyof is None and arguments is None:
            continue
        changed = changed or bytearray(text)
        if keyof is not None:
            changed[slice(*keyof.span())] = b" " * len(keyof[0])
        end = arguments.end() if arguments is not None else None
        while end is not None and text[end : end + 1] in (b"<", b"["):
            end = _replace_arguments(changed, text, end)
    return text if changed is None else bytes(changed)


def _replace_arguments(changed: bytearray, text: bytes, start: int) -> int | None:
    """Replace the type arguments `<C, D>` or `[C]` at `start` by a union, `|C| D `, which is valid in the same places.

    Returns the end of the arguments, or None, without a change, if it is not found.
    """
    edits: list[int] = []
    depth = 0
    for match in _TYPE_TOKEN.finditer(text, start, start + _MAX_TYPE_ARGUMENTS):
        depth += _DEPTHS.get(match[0], 0)
        if depth == 0:
            for at in edits:
                changed[at] = ord("|")
            if match.start() == start + 1:
                changed[start] = ord(" ")  # `[]` is an array type
            changed[match.start()] = ord(" ")
            return match.end()
        if depth == 1 and match[0] in (b"<", b"[", b","):
            edits.append(match.start())
    return None


@lru_cache(maxsize=2)
def _language(*, typescript: bool) -> Language:
    import tree_sitter_typescript  # takes 6 ms, and a run without legacy references parses nothing

    return Language(
        tree_sitter_typescript.language_typescript() if typescript else tree_sitter_typescript.language_tsx()
    )
