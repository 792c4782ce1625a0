"""References inside comments: JSDoc of JavaScript files, and `/// <reference>` directives.

JSDoc is parsed as TypeScript's `parseJSDocComment` does: tags start at `@` after white space, outside backquotes; types
are in braces after the tags that have one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import Form, Name, Reference
from workflow_ls.syntax.references.literals import string_value
from workflow_ls.syntax.references.names.clauses import parse_import_clause
from workflow_ls.text import Span

_TAG = compile_on_use(rb"(?<=[\s*])@(?P<tag>\w+)")
_BRACED = frozenset(
    b"arg argument enum exception param prop property return returns satisfies "
    b"template this throws type typedef".split()
)
_UNBRACED = frozenset({b"enum", b"this", b"type"})
_NAME_FIRST = frozenset({b"arg", b"argument", b"param", b"prop", b"property"})
_HERITAGE = frozenset({b"augments", b"extends", b"implements"})
_PARAMETER = compile_on_use(rb"(?:\[[^\]]*\]|[^\s{\[]+)?\s*")
_TEMPLATE_DEFAULT = compile_on_use(rb"\[[^\]=]*=(?P<type>[^\]]*)")
_STRING = rb"'[^'\r\n]*'|\"[^\"\r\n]*\""
_BRACE = compile_on_use(rb"[{}]|" + _STRING)
_TYPE_IMPORT = compile_on_use(
    rb"(?<![\w$.])import\s*\(\s*(?P<quote>['\"])(?P<raw>[^'\"\r\n]*)(?P=quote)\s*(?:,[^()]*)?\)"
    rb"(?:\s*\.\s*(?P<name>[\w$\x80-\xff]+))?|" + _STRING
)
_IMPORT_TAG = compile_on_use(
    rb"(?P<clause>(?:[^'\"@]|(?:" + _STRING + rb")\s*as\b)+?)(?<![\w$])from\s*"
    rb"(?P<quote>['\"])(?P<raw>[^'\"\r\n]*)(?P=quote)"
)
_CONTINUATION = compile_on_use(rb"(?<=[\r\n])[ \t]*\*(?!/)")

_HEADER_COMMENT = compile_on_use(rb"(?:\xef\xbb\xbf)?(?:#![^\r\n]*)?\s*(?P<comment>//[^\r\n]*|/\*.*?\*/)", re.DOTALL)
_DIRECTIVE = compile_on_use(rb"///\s*<reference\s[^\r\n]*?/>", re.IGNORECASE)
_DIRECTIVE_ATTRIBUTE = rb"\s%s\s*=\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\")"
_TYPES = compile_on_use(_DIRECTIVE_ATTRIBUTE % b"types", re.IGNORECASE)
_PATH = compile_on_use(_DIRECTIVE_ATTRIBUTE % b"path", re.IGNORECASE)
_OTHER = compile_on_use(rb"\s(?:no-default-lib|lib)\s*=", re.IGNORECASE)


def directive_references(text: bytes) -> Iterator[Reference]:
    """The `/// <reference types|path="…"/>` before the first token of a file (TypeScript, processCommentPragmas).

    A path is relative to the file, even if it does not start with a dot.
    """
    offset = 0
    while (match := _HEADER_COMMENT.match(text, offset)) is not None:
        offset = match.end()
        directive = _DIRECTIVE.match(text, *match.span("comment"))
        if directive is None:
            continue
        found = _TYPES.search(text, *directive.span())
        if found is None and _OTHER.search(text, *directive.span()) is None:
            found = _PATH.search(text, *directive.span())
        if found is not None:
            group = "single" if found["single"] is not None else "double"
            span = Span(*found.span(group))
            value = found[group].decode("utf-8", "replace")
            quote = "'" if group == "single" else '"'
            yield Reference(Form.REFERENCE, value, span, quote, whole=True, type_only=True)


def jsdoc_references(text: bytes, start: int, end: int) -> Iterator[Reference]:
    """The `import('…')` types and `@import` tags of the comment from `start` to `end`, in order."""
    if not text.startswith(b"/**", start) or text.startswith(b"/**/", start):
        return
    # Blanked out, the asterisk that starts a line is white space; offsets stay.
    comment = _CONTINUATION.sub(lambda match: b" " * len(match[0]), text[start : end - 2])
    for tag in _tags(comment):
        if tag["tag"] == b"import":
            yield from _import_tag(comment, tag.end(), start)
            continue
        for region in _type_regions(comment, tag["tag"], tag.end()):
            for match in _TYPE_IMPORT.finditer(comment, *region):
                if match["raw"] is not None:
                    yield _type_import(match, start)


def _tags(comment: bytes) -> Iterator[re.Match[bytes]]:
    previous = 0
    for match in _TAG.finditer(comment):
        line = max(previous, comment.rfind(b"\n", 0, match.start()), comment.rfind(b"\r", 0, match.start()))
        # Backquotes protect in the text of a tag, not in the description before the first one.
        if not previous or comment.count(b"`", line, match.start()) % 2 == 0:
            previous = match.end()
            yield match


def _type_regions(comment: bytes, tag: bytes, offset: int) -> Iterator[Span]:
    """The places of the types after a tag."""
    offset = _after_space(comment, offset)
    if tag in _HERITAGE:
        # `extends` takes a name; only what follows it in angle brackets is a type.
        heritage = _braces(comment, offset) or _line(comment, offset)
        angle = comment.find(b"<", *heritage)
        if angle >= 0:
            yield Span(angle, heritage.end)
    if tag not in _BRACED:
        return
    region = _braces(comment, offset)
    if region is None and tag in _UNBRACED:
        region = _line(comment, offset)
    if region is None and tag in _NAME_FIRST and (parameter := _PARAMETER.match(comment, offset)) is not None:
        region = _braces(comment, parameter.end())
    if region is not None:
        yield region
        offset = _after_space(comment, region.end + 1)
    if tag == b"template" and (default := _TEMPLATE_DEFAULT.match(comment, offset)) is not None:
        yield Span(*default.span("type"))


def _braces(comment: bytes, offset: int) -> Span | None:
    if comment[offset : offset + 1] != b"{":
        return None
    depth = 0
    for match in _BRACE.finditer(comment, offset):
        depth += {b"{": 1, b"}": -1}.get(match[0], 0)
        if depth == 0:
            return Span(offset + 1, match.start())
    return None


def _line(comment: bytes, offset: int) -> Span:
    end = comment.find(b"\n", offset)
    return Span(offset, len(comment) if end < 0 else end)


def _after_space(comment: bytes, offset: int) -> int:
    while comment[offset : offset + 1].isspace():
        offset += 1
    return offset


def _type_import(match: re.Match[bytes], base: int) -> Reference:
    names: tuple[Name, ...] = ()
    if match["name"] is not None:
        names = (Name(match["name"].decode("utf-8", "replace"), None, True, _shifted(match.span("name"), base)),)
    return _jsdoc(match, base, names, whole=not names)


def _import_tag(comment: bytes, offset: int, base: int) -> Iterator[Reference]:
    match = _IMPORT_TAG.match(comment, offset)
    if match is None:
        return
    clause = parse_import_clause(comment, *match.span("clause"))
    if clause is not None:
        names = tuple(Name(name.name, name.local, True, _shifted(name.span, base)) for name in clause.names)
        yield _jsdoc(match, base, names, whole=clause.whole)


def _jsdoc(match: re.Match[bytes], base: int, names: tuple[Name, ...], *, whole: bool) -> Reference:
    span = _shifted(match.span("raw"), base)
    quote = match["quote"].decode()
    return Reference(Form.JSDOC_IMPORT, string_value(match["raw"]), span, quote, names, whole=whole, type_only=True)


def _shifted(span: tuple[int, int], base: int) -> Span:
    return Span(span[0] + base, span[1] + base)
