"""Parses source files with tree-sitter.  Every text gets a tree, however broken it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tree_sitter import Parser, Tree

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.grammars import language
from workflow_ls.syntax.indices.ancestry import Ancestry
from workflow_ls.syntax.indices.bindings_by_name import BindingsByName
from workflow_ls.syntax.indices.earlier_text import EarlierText, Places, changed_words
from workflow_ls.syntax.indices.text_difference import difference_of, points_of
from workflow_ls.syntax.indices.text_parts import TextParts, ends_in, has_any, has_beyond_ascii
from workflow_ls.syntax.indices.words import Words
from workflow_ls.syntax.spelling.script_hosts import has_jsx, scripts_only
from workflow_ls.syntax.spelling.unknown_spellings import NAME, replace_unknown_spellings
from workflow_ls.text import is_utf8
from workflow_ls.vfs.files import JAVASCRIPT_EXTENSIONS, is_script_host

if TYPE_CHECKING:
    from tree_sitter import Node

T = TypeVar("T")

# The TSX grammar parses all other files; type assertions `<T>x` exist in plain TypeScript only.
_TYPESCRIPT = (".ts", ".mts", ".cts")
_ESCAPED_BACKQUOTE = compile_on_use(rb"((?<!\\)(?:\\\\)*)\\`")
# A `keyof` before it is searched separately.
_IMPORT_TYPE = compile_on_use(rb"import\s*\(\s*(?:'[^'\r\n]*'|\"[^\"\r\n]*\")[^()]*\)(?:\s*\.\s*[\w$]+)+")
_IMPORT_CALL = compile_on_use(rb"import(?=\s*(?:\(|\Z))")
_ESCAPED = compile_on_use(rb"(?<![\w$\\\x80-\xff])(?=[\w$\x80-\xff]*\\u)" + NAME)
_KEYOF = compile_on_use(rb"\bkeyof(?=\s+\Z)")
_MAX_BEFORE_IMPORT_TYPE = 200
_NEXT_LINE = "\x85".encode()
_LONE_RETURN = compile_on_use(rb"\r(?!\n)")
_SEPARATOR = compile_on_use(rb"\xe2\x80[\xa8\xa9]")
_SEPARATORS = ("\u2028".encode(), "\u2029".encode())
# Strings may contain U+2028 and U+2029 (ECMAScript 2019), which are then no line ends.
_VERBATIM = {"string", "string_fragment", "template_string", "template_literal_type", "regex", "regex_pattern"}
_ARGUMENTS = compile_on_use(rb"\s*(?=<(?![=<])|\[)")
_TYPE_TOKEN = compile_on_use(rb"=>|[<>(){}\[\],]|'[^'\r\n]*'|\"[^\"\r\n]*\"")
_DEPTHS = {b"<": 1, b"(": 1, b"{": 1, b"[": 1, b">": -1, b")": -1, b"}": -1, b"]": -1}
_MAX_TYPE_ARGUMENTS = 4000


class TopLevel(NamedTuple):
    """Nodes of a file in its order, where each starts and ends, and where it started in the version before.

    That is None for a node that differs.
    """

    nodes: Sequence[Node]
    starts: Sequence[int]
    ends: Sequence[int]
    old_starts: Sequence[int | None]


class Source:
    r"""A source file and its tree.

    `raw` is the file as it is on disk, byte order mark included.  `text` is the same with `\n` where a TypeScript line
    ends in another character, after spaces, and with nothing but the scripts of a component: every offset counts the
    bytes of both.  `path` decides the grammar by its
    ending.
    """

    def __init__(self, raw: bytes, path: str, *, is_open: bool = False) -> None:
        """`is_open`: whether an editor has it open, so that it is going to be edited."""
        self.raw = raw
        self.path = path
        self._base: Source | None = None
        self._is_open = is_open
        self._raw_parts_before: TextParts | None = None
        self._parts_before: TextParts | None = None
        self._earlier: EarlierText | None = None
        self.found: dict[Hashable, Any] = {}
        """Findings that several readers need in a row, by what was looked for."""
        self.local_functions: dict[bytes, Node | None] = {}
        """For each name that was looked up, the function of the file that it denotes (`scopes`)."""

    @cached_property
    def text(self) -> bytes:
        r"""The text with `\n` at the end of each line; of a component, its scripts."""
        text = scripts_only(self.raw, self.path)
        parts = self._raw_parts if text is self.raw else TextParts(text)
        return _with_line_feeds(parts, typescript=self._typescript)

    @cached_property
    def is_utf8(self) -> bool:
        """Whether the file is valid UTF-8."""
        return all(self._raw_parts.values(_is_utf8, None))

    @cached_property
    def tree(self) -> Tree:
        """The tree, parsed on first use.  Only this package may use it."""
        base = self._base
        if base is None or base._typescript is not self._typescript:  # as a component has it, by an attribute
            self._base = None
            return _parsed(self.readable, typescript=self._typescript)
        old = base.tree.copy()
        difference = difference_of(base.readable, self.readable)
        old.edit(*difference, *points_of(difference, base.readable, self.readable))
        tree = _parsed(self.readable, old, typescript=self._typescript)
        changed = None
        if base.tree.root_node.has_error or tree.root_node.has_error:
            changed = [(each.start_byte, each.end_byte) for each in old.changed_ranges(tree)]
        if base.readable is not base.text or self.readable is not self.text:
            # What is parsed is the same for texts that differ in what the grammars don't know.
            difference = difference.joined(difference_of(base.text, self.text))
        self._top_nodes = tree.root_node.named_children
        before, now = (base.tree, base._top_nodes, base.text), (tree, self._top_nodes, self.text)
        words = changed_words(difference, before, now, changed)
        self._earlier = EarlierText(base.found, difference, base.places, changed, words)
        self._base = None  # otherwise all versions of a text would stay in memory
        return tree

    @property
    def earlier(self) -> EarlierText | None:
        """The version of which the tree is the base of this tree; None where it was parsed as a whole."""
        _ = self.tree
        return self._earlier

    def of_word(self, what: Hashable, word: bytes, find: Callable[[], T]) -> T:
        """What `find` finds, under the key `what`: kept from the version before if it depends on one word.

        It depends on the innermost statements that have the word, in letters without escape sequences, and on no other.
        """
        if what not in self.found:
            earlier = self.earlier
            is_kept = earlier is not None and what in earlier.found and not earlier.has_changed(word)
            self.found[what] = earlier.found[what] if earlier is not None and is_kept else find()
        found: T = self.found[what]
        return found

    @cached_property
    def top_level(self) -> TopLevel:
        """The nodes right below the root.  Only this package may use it."""
        nodes, places, earlier = self._top_nodes, self.places, self.earlier
        return TopLevel(nodes, *places, [None] * len(nodes) if earlier is None else earlier.old_starts(nodes, places))

    @cached_property
    def places(self) -> Places:
        """Where the nodes right below the root are."""
        return Places.of(self._top_nodes)

    @cached_property
    def _top_nodes(self) -> list[Node]:
        return self.tree.root_node.named_children

    @cached_property
    def ancestry(self) -> Ancestry:
        """Where the nodes of the tree lie.  Only this package may use it."""
        return Ancestry(self.tree.root_node)

    @cached_property
    def words(self) -> Words:
        """Where the words of the text are."""
        return Words(self.text, self.parts)

    @cached_property
    def parts(self) -> TextParts:
        """The text in parts, which keep what was found in them in an earlier version."""
        before, self._parts_before = self._parts_before, None
        return self._raw_parts if self.text is self.raw else self._cut(self.text, before)

    @cached_property
    def _raw_parts(self) -> TextParts:
        before, self._raw_parts_before = self._raw_parts_before, None
        return self._cut(self.raw, before)

    def _cut(self, text: bytes, before: TextParts | None) -> TextParts:
        return TextParts(text, apart=self._is_open) if before is None else before.edited(text)

    @cached_property
    def escaped_words(self) -> tuple[tuple[int, int], ...]:
        r"""Where the words are that are written with `\u`, each with its start and end."""
        return tuple(match.span() for match in _ESCAPED.finditer(self.text)) if b"\\u" in self.text else ()

    @cached_property
    def bindings(self) -> BindingsByName:
        """Which occurrences of a name denote one variable.  Only this package may use it."""
        is_sound = not self.tree.root_node.has_error
        return BindingsByName(self.text, self.words, self.ancestry, is_sound=is_sound)

    def edited(self, text: bytes) -> Source:
        """The source with another text; its tree reuses the tree of this one, if there is one."""
        source = Source(text, self.path, is_open=True)
        source._raw_parts_before = self._raw_parts_before or self.__dict__.get("_raw_parts")
        source._parts_before = self._parts_before or self.__dict__.get("parts")
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
        return self.path.endswith(_TYPESCRIPT) or (is_script_host(self.path) and not has_jsx(self.raw))

    @cached_property
    def readable(self) -> bytes:
        """The text that is parsed, of the same length: with replacements for what the grammars fail to parse."""
        text = _readable(self.parts)
        return replace_unknown_spellings(self.parts if text is self.text else TextParts(text))


def _parsed(text: bytes, old: Tree | None = None, *, typescript: bool) -> Tree:
    # Creating a parser takes less than a microsecond; a shared one would need a lock.
    parser = Parser(language(typescript=typescript))
    return parser.parse(text) if old is None else parser.parse(text, old)


def _is_utf8(part: bytes, _: None) -> bool:
    return is_utf8(part)


def parse(text: bytes, path: str, *, is_open: bool = False) -> Source:
    """The source file `path` with the content `text`.  Never fails, not even on a text that is not UTF-8.

    `is_open`: whether an editor has it open, so that it is going to be edited.
    """
    return Source(text, path, is_open=is_open)


def _with_line_feeds(parts: TextParts, *, typescript: bool) -> bytes:
    r"""The text with `\n` where a line ends in CR, U+2028 or U+2029 alone, and spaces before it, in as many bytes.

    What reads source text knows lines that end in `\n`, and so do some comments of the grammars: to them, code would be
    a part of the comment before it.
    """
    text = parts.text
    if has_any(parts, (b"\r",)):
        text = _LONE_RETURN.sub(b"\n", text)
    if not has_beyond_ascii(parts, _SEPARATORS):
        return text
    root = _parsed(text, typescript=typescript).root_node
    changed = bytearray(text)
    for match in _SEPARATOR.finditer(text):
        node = root.descendant_for_byte_range(*match.span())
        if node is None or node.type not in _VERBATIM:
            changed[slice(*match.span())] = b"  \n"
    return bytes(changed)


def _readable(parts: TextParts) -> bytes:
    """The text with replacements of the same length for what the grammars fail to parse.

    They know no escape sequences in template literal types: an escaped backquote ends the literal, and text and code
    are confused from that point on.  In `import('a').B<C, D>`, the TSX grammar takes `<C` for an element that is never
    closed, and the rest of the file for its text; the TypeScript grammar fails on declarations that have many of these,
    or `import('a').B[C]`, or `keyof import('a').B`.  No fact is read from the replaced parts of the tree.
    U+0085 is white space for TypeScript, and no token for them.
    """
    text = parts.text
    if has_beyond_ascii(parts, (_NEXT_LINE,)):
        text = text.replace(_NEXT_LINE, b"  ")
    if has_any(parts, (b"\\`",)):
        text = _ESCAPED_BACKQUOTE.sub(rb"\1__", text)
    parts = parts if text is parts.text else TextParts(text)
    changed: bytearray | None = None
    for called in ends_in(parts, _IMPORT_CALL):
        match = _IMPORT_TYPE.match(text, called - len(b"import"))
        if match is None:
            continue
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
