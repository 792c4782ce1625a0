"""Spellings of declarations that the grammars do not know, replaced by known ones of the same length."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.indices.text_parts import TextParts, ends_in, places
from workflow_ls.syntax.spelling.trivia import COMMENT, TRIVIA, has_line_end, skip_trivia

NAME = rb"(?:[\w$\x80-\xff]|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\})+"
"""A pattern for an identifier, which may have escape sequences."""
STRING = rb"(?:'(?:[^'\\\r\n]|\\.)*'|\"(?:[^\"\\\r\n]|\\.)*\")"
# Not most of them, on which the grammars agree: a space and a word follow, which is another one than `type` alone.
_EXPORT = compile_on_use(rb"export(?<![\w$.#\\]export)(?=[\s/*{])(?! (?:type )?(?!type(?![\w$\x80-\xff\\]))[A-Za-z_$])")
_AFTER_EXPORT = compile_on_use(
    rb"[{*@=]|(?:abstract|as|async|await|class|const|declare|default|enum|function|import|interface|let|module|namespace"
    rb"|type|using|var)\b"
)
_ATTRIBUTE = rb"(?:" + NAME + rb"|" + STRING + rb")" + TRIVIA + rb":" + TRIVIA + STRING + TRIVIA + rb",?" + TRIVIA
_RE_EXPORT = compile_on_use(
    rb"(?:(?P<type>type)" + TRIVIA + rb"(?=[{*]))?"
    rb"(?:(?P<star>\*)" + TRIVIA + rb"(?:as" + TRIVIA + rb"(?:" + NAME + rb"|" + STRING + rb")" + TRIVIA + rb")?"
    rb"|\{(?P<names>[^{}]*)\}(?P<before_from>" + TRIVIA + rb"))"
    rb"(?P<from>from" + TRIVIA + STRING + rb"(?:(?P<gap>" + TRIVIA + rb")"
    rb"(?P<attributes>(?P<word>with|assert)" + TRIVIA + rb"\{" + TRIVIA + rb"(?:" + _ATTRIBUTE + rb")*\}))?)?"
)
# `type` as the name itself: `{ type }`, `{ type as a }`, `{ type as as }`; it is a modifier in `{ type as }`.
_TYPE_AS_NAME = compile_on_use(
    rb"(?:\A|,)" + TRIVIA + rb"(?P<type>type)\b(?=" + TRIVIA + rb"(?:,|\Z|as\b" + TRIVIA
    + rb"(?:" + NAME + rb"|" + STRING + rb")" + TRIVIA + rb"(?:,|\Z)))"
)  # fmt: skip
_USING = compile_on_use(rb"\busing[ \t]+(?=" + NAME + TRIVIA + rb"(?:=(?![=>])|of\b|:))")
_AWAIT = compile_on_use(rb"\bawait(?=[ \t]+\Z)")
_FAR = 100  # bytes from `await` to `using`
_LET = compile_on_use(
    rb"^[ \t]*let(?P<gap>\s" + TRIVIA + rb")(?=" + NAME + TRIVIA + rb"(?:[=,;:\r\n]|\Z)|[\[{])", re.MULTILINE
)
_NAMESPACE = compile_on_use(
    rb"\b(?:namespace|module)[ \t]+" + NAME + rb"(?:[ \t]*\.[ \t]*" + NAME + rb")*(?P<gap>" + TRIVIA + rb")(?=\{)"
)
_ACCESSOR = compile_on_use(rb"\baccessor(?=[ \t]+(?:[\w$#\[\\\x80-\xff'\"]))")
_MODIFIER = compile_on_use(rb"\b(?:static|override|abstract|declare|private|public|protected)[ \t]+\Z")
_DEFERRED = compile_on_use(rb"\bdefer(?=" + TRIVIA + rb"\*" + TRIVIA + rb"as\b)")
_IMPORT = compile_on_use(rb"(?<![\w$.])import" + TRIVIA + rb"\Z")
_TRIVIUM = compile_on_use(rb"//(?P<line>[^\r\n]*)(?:\r\n|[\r\n]|\Z)|" + COMMENT + rb"|\r\n|[\r\n]|\xe2\x80[\xa8\xa9]")
_OPEN_LET = compile_on_use(rb"let(?=[ \t]*(?:[\r\n]|//|/\*))")
_LINE_COMMENT = compile_on_use(rb"(?<!:)//")


def replace_unknown_spellings(parts: TextParts) -> bytes:
    """A text in the words that the grammars know; what it says of names and places is the same.

    A line may end after `export` and `let` and before `from`, which the grammars take for the end of a statement.  A
    re-export may have attributes.  `type` may be the name that an export list exports, and `using` declares what
    `const` does.
    """
    changed: bytearray | None = None
    for start, replacement in _replacements(parts):
        changed = changed or bytearray(parts.text)
        changed[start : start + len(replacement)] = replacement
    return parts.text if changed is None else bytes(changed)


def _replacements(parts: TextParts) -> Iterator[tuple[int, bytes]]:
    text = parts.text
    for end in ends_in(parts, _EXPORT):
        following = skip_trivia(text, end)
        if has_line_end(text, end, following):
            line = text.rfind(b"\n", 0, end) + 1
            if _AFTER_EXPORT.match(text, following) and not _LINE_COMMENT.search(text, line, end):
                yield end, _on_one_line(text[end:following])
        clause = _RE_EXPORT.match(text, following)
        if clause is None:
            continue
        for name in _TYPE_AS_NAME.finditer(clause["names"] or b""):
            yield clause.start("names") + name.start("type"), b"typ_"
        if clause["from"] and clause["before_from"]:
            yield clause.start("before_from"), _on_one_line(clause["before_from"])
        if clause["attributes"] and (clause["word"] == b"with" or not has_line_end(text, *clause.span("gap"))):
            yield clause.start("attributes"), b" " * len(clause["attributes"])
        if clause["type"] and clause["star"]:
            gap = text[clause.end("type") : clause.start("star")]
            yield clause.start("type"), b"    " + _on_one_line(gap)
    yield from _declarations(parts)
    yield from _modifiers(parts)


def _declarations(parts: TextParts) -> Iterator[tuple[int, bytes]]:
    text, done = parts.text, 0
    for let in ends_in(parts, _OPEN_LET):
        line = text.rfind(b"\n", 0, let) + 1
        match = _LET.match(text, line) if line >= done else None
        if match is not None and has_line_end(text, *match.span("gap")):
            done = match.end()
            yield match.start("gap"), _on_one_line(match["gap"])
    # Searched as a fixed word, which a text of any size takes no time for.
    for using in places(parts, b"using"):
        if _USING.match(text, using):
            yield using, b"const"
            awaited = _AWAIT.search(text, max(0, using - _FAR), using)
            if awaited is not None:
                yield awaited.start(), b"     "
    for word in (b"namespace", b"module"):
        for at in places(parts, word):
            namespace = _NAMESPACE.match(text, at)
            if namespace is not None and has_line_end(text, *namespace.span("gap")):
                yield namespace.start("gap"), _on_one_line(namespace["gap"])


def _modifiers(parts: TextParts) -> Iterator[tuple[int, bytes]]:
    """Words before a name that change nothing of what the tree says."""
    text = parts.text
    for at in places(parts, b"accessor"):
        if _ACCESSOR.match(text, at) and _MODIFIER.search(text, max(0, at - _FAR), at):
            yield at, b" " * len(b"accessor")
    for at in places(parts, b"defer"):
        if _DEFERRED.match(text, at) and _IMPORT.search(text, max(0, at - _FAR), at):
            yield at, b" " * len(b"defer")


def _on_one_line(trivia: bytes) -> bytes:
    """White space and comments without line ends outside of `/* */`; comments stay comments."""
    return _TRIVIUM.sub(_on_the_same_line, trivia)


def _on_the_same_line(match: re.Match[bytes]) -> bytes:
    line, size = match["line"], len(match[0])
    if line is None:
        return match[0] if match[0].startswith(b"/*") else b" " * size
    room = len(line) - 2  # between `/*` and `*/`, so that the comment ends where it did
    comment = b"" if room < 0 else b"/*" + line[:room].replace(b"*/", b"* ") + b"*/"
    return comment.ljust(size)
