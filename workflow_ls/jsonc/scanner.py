"""Parses JSON that may be broken into a syntax tree, and reports each mistake once.

Written by hand, because its reports name the missing comma, colon, value or bracket, and the properties around a
mistake are kept; tree-sitter's error recovery does neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from workflow_ls.jsonc.tree import MAX_DEPTH, Kind, Node, ParseProblem, Property
from workflow_ls.records import field, record
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Span, bom_length

MAX_PROBLEMS = 20  # a file with more is probably not JSON at all


class Scanned(NamedTuple):
    """The syntax tree of a text, and the mistakes in it, in file order."""

    root: Node | None
    problems: tuple[ParseProblem, ...]


def scan(text: bytes, *, comments: bool) -> Scanned:
    """Scan a JSON text; `comments` allows comments, and commas before a closing bracket.  Nothing raises."""
    scanner = _Scanner(text, comments=comments)
    scanner.run()
    values = scanner.frames[0].items
    problems = sorted(scanner.problems, key=lambda problem: problem.span)
    return Scanned(values[0] if values else None, tuple(problems[:MAX_PROBLEMS]))


# An unclosed string ends with its line, so that the following lines can be parsed.  The repetitions in strings never
# match a byte in two ways, which keeps the search linear.
_TOKEN = compile_on_use(
    rb"""
      (?P<space> [ \t\r\n]+ )
    | (?P<comment> //[^\r\n]* | /\*.*?\*/ )
    | (?P<open_comment> /\*.* )
    | (?P<string> "[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*" )
    | (?P<open_string> "[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*\\? )
    | (?P<single> '[^'\r\n]*'? )
    | (?P<mark> [{}\[\],:] )
    | (?P<word> (?:[^\x00-\x20{}\[\],:"'/]|/(?![/*]))+ )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_NUMBER = compile_on_use(rb"-?(?:0|[1-9][0-9]*)(?P<real>(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
_ESCAPE = compile_on_use(r'\\(?:(["\\/bfnrt])|u([0-9a-fA-F]{4}))')
_ESCAPES: Mapping[str, str] = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: Mapping[bytes, tuple[Kind, object]] = {
    b"true": ("true", True),
    b"false": ("false", False),
    b"null": ("null", None),
}
_NOWHERE = Span(0, 0)


class _Token(NamedTuple):
    kind: str  # a group of _TOKEN, or the bracket, comma or colon itself
    span: Span


@record(frozen=False)
class _Frame:
    """An object or array that is not yet closed, or the document itself.

    `expects` is what the grammar allows next: "first" (a property or value, or the end), "entry" (the same after a
    comma, so that an end makes it a trailing comma), "colon", "value", or "comma" (a comma or the end).
    """

    kind: Literal["object", "array", "document"]
    start: int
    expects: Literal["first", "entry", "colon", "value", "comma"] = "first"
    key: str | None = None
    key_span: Span = _NOWHERE
    properties: list[Property] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    def finish(self, end: int) -> Node:
        span = Span(self.start, end)
        if self.kind == "object":
            return Node(
                "object",
                span,
                {each.key: each.value.data for each in self.properties},
                properties=tuple(self.properties),
            )
        return Node("array", span, [item.data for item in self.items], items=tuple(self.items))

    def add(self, value: Node) -> None:
        if self.kind != "object":
            self.items.append(value)
        elif self.key is not None:
            self.properties.append(Property(self.key, self.key_span, value))
        self.expects, self.key = "comma", None


class _Scanner:
    """One pass over the tokens, with a list of the open objects and arrays instead of recursion."""

    def __init__(self, text: bytes, *, comments: bool) -> None:
        self.text = text
        self.comments = comments
        self.problems: list[ParseProblem] = []
        self.frames = [_Frame("document", 0)]
        self.index = 0  # of the current token
        self.reported_index = -2  # the last token that a problem was reported at

    def run(self) -> None:
        self._check_encoding()
        tokens = self._tokens()
        for self.index, token in enumerate(tokens):
            if len(self.frames) > MAX_DEPTH + 1:
                self._report(token.span, f"This is nested more than {MAX_DEPTH} levels deep.")
                while len(self.frames) > 1:
                    self._pop(token.span.start)
                return
            following = tokens[self.index + 1].kind if self.index + 1 < len(tokens) else ""
            if token.kind == ",":
                self._comma(token)
            elif token.kind == ":":
                self._colon(token)
            elif token.kind in ("]", "}"):
                self._close(token)
            elif token.kind == "open_comment":
                self._report(Span(token.span.start, token.span.start + 2), "This comment is never closed.")
            elif token.kind == "other":
                self._report(token.span, f"{self._shown(token.span)} has no place in JSON.")
            else:
                self._entry(token, followed_by_colon=following == ":")
        self._end()

    def _check_encoding(self) -> None:
        try:
            self.text.decode()
        except UnicodeDecodeError as error:
            self.problems.append(ParseProblem(Span(error.start, error.end), "This is not UTF-8."))

    def _tokens(self) -> list[_Token]:
        tokens: list[_Token] = []
        for match in _TOKEN.finditer(self.text, bom_length(self.text)):
            kind, span = match.lastgroup or "other", Span(*match.span())
            if kind == "mark":
                tokens.append(_Token(match[0].decode(), span))
            elif kind == "comment":
                if not self.comments:
                    self.problems.append(ParseProblem(span, "Comments are not allowed in this file."))
            elif kind != "space":
                tokens.append(_Token(kind, span))
        return tokens

    def _report(self, span: Span, message: str) -> None:
        # A mistake right after another one is most likely its consequence.
        if self.index - self.reported_index > 1:
            self.problems.append(ParseProblem(span, message))
        self.reported_index = self.index

    def _shown(self, span: Span) -> str:
        shown = self.text[span.start : span.end].decode("utf-8", "replace")
        return repr(shown if len(shown) <= 30 else shown[:29] + "…")

    def _entry(self, token: _Token, *, followed_by_colon: bool) -> None:
        frame = self.frames[-1]
        if frame.kind == "document" and frame.expects == "comma":
            self._report(token.span, "The value is complete before this; nothing may follow it.")
            return
        if frame.expects == "comma":
            self._report(token.span, "A comma is missing before this.")
        elif frame.expects == "colon" and not followed_by_colon:
            self._report(token.span, "A colon is missing before this.")
        elif frame.expects in ("colon", "value") and frame.kind == "object" and followed_by_colon:
            self._report(frame.key_span, "A value is missing after this key.")
            frame.expects = "entry"
        if frame.kind == "object" and frame.expects in ("first", "entry", "comma"):
            self._key(frame, token)
        elif token.kind in ("[", "{"):
            self.frames.append(_Frame("object" if token.kind == "{" else "array", token.span.start))
        else:
            value = self._scalar(token)
            if value is not None:
                frame.add(value)
            elif frame.kind != "document":
                frame.expects, frame.key = "comma", None

    def _key(self, frame: _Frame, token: _Token) -> None:
        if token.kind in ("[", "{"):
            self._report(token.span, "A key in double quotes is missing before this.")
            self.frames.append(_Frame("object" if token.kind == "{" else "array", token.span.start))
            return
        if token.kind in ("string", "open_string"):
            frame.key = self._string(token)
        else:
            frame.key = self.text[token.span.start : token.span.end].decode("utf-8", "replace").strip("'")
            self._report(token.span, "This key needs double quotes.")
        frame.key_span, frame.expects = token.span, "colon"

    def _scalar(self, token: _Token) -> Node | None:
        raw = self.text[token.span.start : token.span.end]
        if token.kind in ("string", "open_string"):
            return Node("string", token.span, self._string(token))
        if token.kind == "single":
            self._report(token.span, "A string needs double quotes.")
            return Node("string", token.span, raw.decode("utf-8", "replace").strip("'"))
        if raw in _WORDS:
            kind, data = _WORDS[raw]
            return Node(kind, token.span, data)
        number = _NUMBER.fullmatch(raw)
        if number:
            return Node("number", token.span, _number(raw, whole=not number["real"]))
        self._report(token.span, f"{self._shown(token.span)} is not a JSON value.")
        return None

    def _string(self, token: _Token) -> str:
        end = token.span.end
        if token.kind == "string":
            end -= 1
        else:
            self._report(token.span, "This string is not closed on its line.")
        raw = self.text[token.span.start + 1 : end].decode("utf-8", "replace")
        if any(character < " " for character in raw):
            self._report(token.span, "This string has a control character that must be escaped.")
        if "\\" not in raw:
            return raw
        if "\\" in _ESCAPE.sub("", raw):
            self._report(token.span, "This string has a backslash that begins no JSON escape.")
        # Two escapes may be the surrogates of one character.
        return _ESCAPE.sub(_unescape, raw).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")

    def _comma(self, token: _Token) -> None:
        frame = self.frames[-1]
        if frame.kind == "document":
            self._report(token.span, "A comma has no place outside an object or array.")
            return
        if frame.expects in ("first", "entry"):
            self._report(token.span, f"Nothing precedes this comma in the {frame.kind}.")
        elif frame.expects in ("colon", "value"):
            self._report(frame.key_span, "A value is missing after this key.")
        frame.expects, frame.key = "entry", None

    def _colon(self, token: _Token) -> None:
        frame = self.frames[-1]
        if frame.expects == "colon":
            frame.expects = "value"
        else:
            self._report(token.span, "A colon belongs between a key and its value.")

    def _close(self, token: _Token) -> None:
        kind = "object" if token.kind == "}" else "array"
        if not any(frame.kind == kind for frame in self.frames):
            self._report(token.span, f"Nothing is open that this {token.kind} could close.")
            return
        while self.frames[-1].kind != kind:
            self._report_unclosed(self.frames[-1])
            self._pop(token.span.start)
        frame = self.frames[-1]
        if frame.expects == "entry" and not self.comments:
            self._report(token.span, "A trailing comma is not allowed in this file.")
        elif frame.expects in ("colon", "value"):
            self._report(frame.key_span, "A value is missing after this key.")
        self._pop(token.span.end)

    def _pop(self, end: int) -> None:
        frame = self.frames.pop()
        self.frames[-1].add(frame.finish(end))

    def _report_unclosed(self, frame: _Frame) -> None:
        bracket = Span(frame.start, frame.start + 1)
        self._report(bracket, f"This {'{' if frame.kind == 'object' else '['} is never closed.")

    def _end(self) -> None:
        self.index += 1
        if len(self.frames) > 1:
            self._report_unclosed(self.frames[-1])
        while len(self.frames) > 1:
            self._pop(len(self.text))
        if not self.frames[0].items and not self.problems:
            self._report(Span(len(self.text), len(self.text)), "The file is empty: a JSON value is missing.")


def _number(raw: bytes, *, whole: bool) -> float:
    try:
        return int(raw) if whole else float(raw)
    except ValueError:  # more digits than int() takes: JavaScript's value for it
        return float(raw)


def _unescape(match: re.Match[str]) -> str:
    return _ESCAPES[match[1]] if match[1] else chr(int(match[2], 16))
