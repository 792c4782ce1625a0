"""The names that a CommonJS module exports, judging by its text."""

from __future__ import annotations

import re

from workflow_ls.syntax.parser import Source
from workflow_ls.text import Span

_NAMED = re.compile(
    rb"(?<![\w$.])(?:(?:module\.)?exports\.(?P<assigned>[A-Za-z_$][\w$]*)\s*=(?!=)"
    rb"|Object\.defineProperty\(\s*(?:module\.)?exports\s*,\s*(?P<quote>['\"])(?P<defined>[\w$]+)(?P=quote))"
)
_WHOLE = re.compile(rb"(?<![\w$.])module\.exports\s*=(?!=)")
_COPIED = re.compile(rb"(?<![\w$.])(?:exports\s*\[|__exportStar\s*\(\s*require|__export\s*\(\s*require)")
_OPAQUE = ((_WHOLE, "it assigns `module.exports`"), (_COPIED, "it fills `exports` when it runs"))


def exported_names(source: Source) -> dict[str, Span]:
    """The names that a module assigns to `exports`, with their places; empty if there are none.

    Detects what Node's lexer (cjs-module-lexer) does of assignments and `Object.defineProperty`, which TypeScript and
    Babel emit.  The names include `default`: for an ES module that imports this one, it is `exports` itself.
    """
    matches = (match for match in _NAMED.finditer(source.text) if _is_code(source, match.start()))
    found = {(match["assigned"] or match["defined"]).decode(): Span(*match.span()) for match in matches}
    found.pop("__esModule", None)
    return {"default": Span(0, 0), **found} if found else {}


def opaque_reason(source: Source) -> str | None:
    """Why the text of a module does not show its names; None if it does."""
    for pattern, reason in _OPAQUE:
        if any(_is_code(source, match.start()) for match in pattern.finditer(source.text)):
            return reason
    return None


def _is_code(source: Source, offset: int) -> bool:
    """Whether an offset is in an identifier, not in a comment or string."""
    node = source.ancestry.node_at(offset, offset)
    return node is not None and node.type in ("identifier", "property_identifier")
