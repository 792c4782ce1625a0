"""Bytes to syntax tree.  Every text gets a tree, however broken it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache

from tree_sitter import Language, Parser, Tree

from workflow_ls.vfs.files import JAVASCRIPT_EXTENSIONS

# The others are JavaScript and TSX: the TSX grammar reads both, while `<T>x` casts exist in plain TypeScript only.
_TYPESCRIPT = (".ts", ".mts", ".cts")
_ESCAPED_BACKQUOTE = re.compile(rb"((?<!\\)(?:\\\\)*)\\`")
# It starts with a word that the search can look for; what may stand before it is looked for then.
_IMPORT_TYPE = re.compile(rb"import\s*\(\s*(?:'[^'\r\n]*'|\"[^\"\r\n]*\")[^()]*\)(?:\s*\.\s*[\w$]+)+")
_KEYOF = re.compile(rb"\bkeyof(?=\s+\Z)")
_FAR_BEFORE = 200
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

    @cached_property
    def tree(self) -> Tree:
        """The tree, made when it is first asked for.  Stays inside this package."""
        # A parser costs less than a microsecond to make; a shared one would need a lock.
        parser = Parser(_language(typescript=self._typescript))
        base = self._base
        if base is None:
            return parser.parse(self._readable)
        old = base.tree.copy()
        old.edit(*_difference(base._readable, self._readable))
        tree = parser.parse(self._readable, old)
        self._base = None  # else all versions of a text would stay in memory
        return tree

    def edited(self, text: bytes) -> Source:
        """The source with another text; its tree reuses that of this one, where that was made."""
        source = Source(text, self.path)
        # Read first: another thread may make the tree meanwhile, and takes the base away.
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
    def _readable(self) -> bytes:
        return _readable(self.text)


def parse(text: bytes, path: str) -> Source:
    """The source file `path` with the content `text`.  Never fails; a text that is not UTF-8 gets a tree as well."""
    return Source(text, path)


def _difference(before: bytes, after: bytes) -> tuple[int, int, int, _Point, _Point, _Point]:
    """Where two texts differ, as `Tree.edit` takes it: byte offsets, then (row, byte column) points."""
    old, new = len(before), len(after)
    start = _shared(min(old, new), lambda low, high: before[low:high] == after[low:high])

    def same_behind(low: int, high: int) -> bool:
        return before[old - high : old - low] == after[new - high : new - low]

    behind = _shared(min(old, new) - start, same_behind)
    ends = _point(before, old - behind), _point(after, new - behind)
    return start, old - behind, new - behind, _point(before, start), *ends


def _shared(most: int, same: Callable[[int, int], bool]) -> int:
    """How many bytes are the same, of `most`; `same` compares a slice of them, which is faster than byte by byte."""
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
    """The text as the grammar can read it, byte for byte as long.

    The grammar knows no escape sequences in template literal types: it takes an escaped backquote for the closing one,
    and from there on text for code and code for text.  In `import('a').B<C, D>`, the TSX grammar takes `<C` for an
    element that never closes, and the rest of the file for its text; the other one gets lost in declarations that
    have many of these, or `import('a').B[C]`, or `keyof import('a').B`.  What is put in their place matters to nobody
    who reads the tree.
    """
    if b"\\`" in text:
        text = _ESCAPED_BACKQUOTE.sub(rb"\1__", text)
    changed: bytearray | None = None
    for match in _IMPORT_TYPE.finditer(text):
        keyof = _KEYOF.search(text, max(0, match.start() - _FAR_BEFORE), match.start())
        arguments = _ARGUMENTS.match(text, match.end())
        if keyof is None and arguments is None:
            continue
        changed = changed or bytearray(text)
        if keyof is not None:
            changed[slice(*keyof.span())] = b" " * len(keyof[0])
        end = arguments.end() if arguments is not None else None
        while end is not None and text[end : end + 1] in (b"<", b"["):
            end = _unite(changed, text, end)
    return text if changed is None else bytes(changed)


def _unite(changed: bytearray, text: bytes, start: int) -> int | None:
    """Make a union, `|C| D `, of the `<C, D>` or `[C]` at `start`: it may stand wherever they may.

    Returns where they end; None, with nothing changed, where that is not found.
    """
    edits: list[int] = []
    depth = 0
    for match in _TYPE_TOKEN.finditer(text, start, start + _MAX_TYPE_ARGUMENTS):
        depth += _DEPTHS.get(match[0], 0)
        if depth == 0:
            for at in edits:
                changed[at] = ord("|")
            if match.start() == start + 1:
                changed[start] = ord(" ")  # of an array
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
