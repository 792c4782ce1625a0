"""The scripts inside `.vue`, `.svelte` and `.astro` files.

A text without all that is no script has as many bytes, so that what is found in it has its place in the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Span
from workflow_ls.vfs.files import is_script_host

_OPENING = compile_on_use(rb"<script\b", re.IGNORECASE)
_SCRIPT = compile_on_use(rb"<script\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE)
_END = compile_on_use(rb"</script\s*>", re.IGNORECASE)
_FRONTMATTER = compile_on_use(rb"(?:\xef\xbb\xbf)?\s*---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_LANGUAGE = compile_on_use(rb"\b(lang|type)\s*=\s*[\"']?([\w./+-]+)", re.IGNORECASE)
_JSX = compile_on_use(rb"<script\b[^>]{0,1000}?\blang\s{0,9}=\s{0,9}[\"']?[tj]sx\b", re.IGNORECASE)
_READ = {b"ts", b"tsx", b"js", b"jsx", b"typescript", b"javascript", b"module", b"text/typescript", b"text/javascript"}
_READ |= {b"application/javascript", b"text/babel"}
_VISIBLE = compile_on_use(rb"[^\r\n]+")


def script_spans(text: bytes, path: str) -> tuple[Span, ...]:
    """The places of the scripts in a file, in file order; those in other languages are left out."""
    return tuple(_scripts(text, path))


def _scripts(text: bytes, path: str) -> Iterator[Span]:
    start = 0
    frontmatter = _FRONTMATTER.match(text) if path.endswith(".astro") else None
    if frontmatter is not None:
        yield Span(*frontmatter.span(1))
        start = frontmatter.end()
    comments = list(comment_spans(text, start))
    while (found := _OPENING.search(text, start)) is not None:
        around = next((span for span in comments if span.start <= found.start() < span.end), None)
        if around is not None:
            start = around.end
            continue
        tag = _SCRIPT.match(text, found.start())
        if tag is None:
            return  # it is never closed
        start = tag.end()
        if tag[1].rstrip().endswith(b"/"):
            continue
        end = _END.search(text, start)
        stop = len(text) if end is None else end.start()
        if all(language.lower() in _READ for _, language in _LANGUAGE.findall(tag[1])):
            yield Span(start, stop)
        start = stop if end is None else end.end()


def comment_spans(text: bytes, start: int = 0) -> Iterator[Span]:
    """The places of the comments of HTML."""
    while (start := text.find(b"<!--", start)) >= 0:
        end = text.find(b"-->", start)
        if end < 0:
            return
        yield Span(start, end + 3)
        start = end + 3


def scripts_only(text: bytes, path: str) -> bytes:
    """A text in which all but the scripts is blank; that of a file that is a script as it is."""
    if not is_script_host(path):
        return text
    pieces, at = list[bytes](), 0
    for span in script_spans(text, path):
        pieces += (_blank(text[at : span.start]), text[span.start : span.end])
        at = span.end
    return b"".join((*pieces, _blank(text[at:])))


def _blank(text: bytes) -> bytes:
    return _VISIBLE.sub(lambda match: b" " * len(match[0]), text)


def has_jsx(text: bytes) -> bool:
    """Whether a script of a file is written in TSX or JSX."""
    return _JSX.search(text) is not None
