"""The directives at the start of a file, such as `'use client'` and `'use server'`."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.spelling.trivia import skip_trivia

_DIRECTIVE = compile_on_use(rb"'([^'\\\n]*)'|\"([^\"\\\n]*)\"")
_CONTINUED = (b".", b",", b"(", b"[", b"`", b"+", b"?", b"=", b"*", b"&", b"|")


def find_directives(text: bytes) -> Iterator[str]:
    """The strings that stand alone as the first statements of a text (ECMAScript, "directive prologue")."""
    offset = 3 if text.startswith(b"\xef\xbb\xbf") else 0
    if text.startswith(b"#!", offset):
        offset = max(text.find(b"\n", offset), 0)
    while True:
        found = _DIRECTIVE.match(text, skip_trivia(text, offset))
        if found is None:
            return
        offset = skip_trivia(text, found.end())
        if text.startswith(_CONTINUED, offset):
            return  # an expression that begins with a string
        yield (found[1] if found[1] is not None else found[2]).decode("utf-8", "replace")
        while text.startswith(b";", offset):
            offset = skip_trivia(text, offset + 1)
