"""Import and export clauses: the text between `import` or `export` and `from`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import Name
from workflow_ls.syntax.references.literals import identifier_name, string_value
from workflow_ls.syntax.spelling.trivia import WHITE_SPACE
from workflow_ls.text import Span

# Most names are ASCII and precede white space or punctuation; the other alternatives cover the rest.
_TOKEN = compile_on_use(
    rb"\s+|(?P<token>[\w$]+(?=[\s{},*])|[{},*]"
    rb"|'[^'\r\n]*'|\"[^\"\r\n]*\"|(?:\\u\{[0-9a-fA-F]+\}|(?!" + WHITE_SPACE + rb")[^{},*/'\"]|/(?![*/]))+)"
    rb"|" + WHITE_SPACE + rb"|/\*.*?\*/|//[^\r\n]*",
    re.DOTALL,
)
_TYPE_MODIFIERS = {"type", "typeof"}  # `typeof` is Flow's
_MODIFIERS = _TYPE_MODIFIERS | {"defer", "source"}
_QUOTES = ("'", '"')


class Clause(NamedTuple):
    """The names of a clause; `whole`: any other name may be used, too."""

    names: tuple[Name, ...]
    whole: bool
    type_only: bool


class _Token(NamedTuple):
    text: str
    start: int
    end: int


def parse_import_clause(text: bytes, start: int, end: int) -> Clause | None:
    """Parse the text between `import` and `from`; None if it is no clause.  An empty clause is a side-effect import."""
    return _parse_import_clause(text[start:end], start)


@lru_cache(maxsize=1024)
def _parse_import_clause(text: bytes, offset: int) -> Clause | None:
    # Below its imports, a file is edited most, and each is looked at for several reasons.
    tokens, type_only = _strip_modifier(_tokens(text, offset))
    if not tokens:
        return Clause((), True, type_only)
    names: list[Name] = []
    if _is_word(tokens[0]):
        names.append(Name("default", _value(tokens[0].text), type_only, Span(tokens[0].start, tokens[0].end)))
        if len(tokens) == 1:
            return Clause(tuple(names), False, type_only)
        if tokens[1].text != ",":
            return None
        tokens = tokens[2:]
    if [token.text for token in tokens[:2]] == ["*", "as"] and len(tokens) == 3 and _is_word(tokens[2]):
        return Clause(tuple(names), True, type_only)
    return _with_braces(names, tokens, type_only)


def parse_export_clause(text: bytes, start: int, end: int) -> Clause | None:
    """Parse the text between `export` and `from`; None if it is no clause."""
    tokens, type_only = _strip_modifier(_tokens(text[start:end], start))
    if tokens and tokens[0].text == "*" and (len(tokens) == 1 or (len(tokens) == 3 and tokens[1].text == "as")):
        return Clause((), True, type_only)
    clause = _with_braces([], tokens, type_only)
    if clause is None:
        return None
    # Without an alias, a name is exported unchanged.
    return clause._replace(
        names=tuple(
            Name(name.name, name.name if name.local is None else name.local, name.type_only, name.span)
            for name in clause.names
        )
    )


def _with_braces(names: list[Name], tokens: Sequence[_Token], type_only: bool) -> Clause | None:
    if len(tokens) < 2 or tokens[0].text != "{" or tokens[-1].text != "}":
        return None
    specifier: list[_Token] = []
    for token in (*tokens[1:-1], _Token(",", 0, 0)):
        if token.text != ",":
            specifier.append(token)
            continue
        if specifier:
            name = _name(specifier, type_only)
            if name is None:
                return None
            names.append(name)
        specifier = []
    return Clause(tuple(names), not names, type_only)


def _name(tokens: Sequence[_Token], type_only: bool) -> Name | None:
    span = Span(tokens[0].start, tokens[-1].end)
    words = [token.text for token in tokens]
    # `type` is a modifier unless it is the name itself: `type`, `type as x`, and `type as as`, while `type as` is a
    # type called "as" and `type as as x` one with an alias.
    if words[0] in _TYPE_MODIFIERS and (len(words) in {2, 4}):
        words, type_only = words[1:], True
    if len(words) == 3 and words[1] == "as":
        name, local = words[0], words[2]
    elif len(words) == 1:
        name = local = words[0]
    else:
        return None
    if not (_is_name(name) and _is_name(local)):
        return None
    bound = None if local.startswith(_QUOTES) and len(words) == 1 else _value(local)
    return Name(_value(name), bound, type_only, span)


def _strip_modifier(tokens: list[_Token]) -> tuple[list[_Token], bool]:
    """The tokens after a leading `type`, `defer` or `source`, and whether the clause is type-only."""
    # `import type from 'x'` and `import type, {…} from 'x'` import a default called "type".
    if len(tokens) > 1 and tokens[0].text in _MODIFIERS and tokens[1].text != ",":
        return tokens[1:], tokens[0].text in _TYPE_MODIFIERS
    return tokens, False


def _tokens(text: bytes, offset: int) -> list[_Token]:
    return [
        _Token(match["token"].decode("utf-8", "replace"), offset + match.start(), offset + match.end())
        for match in _TOKEN.finditer(text)
        if match["token"] is not None
    ]


def _is_word(token: _Token) -> bool:
    return _is_name(token.text) and not token.text.startswith(_QUOTES)


def _is_name(text: str) -> bool:
    return text not in {"{", "}", ",", "*"}


def _value(text: str) -> str:
    return string_value(text[1:-1].encode()) if text.startswith(_QUOTES) else identifier_name(text.encode())
