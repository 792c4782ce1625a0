"""The names that a CommonJS module exports, as far as its text tells."""

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
    """The names that a module gives `exports`, with the places; empty for a file that gives it none.

    Follows Node's own lexer (cjs-module-lexer) for assignments and `Object.defineProperty`, which is what TypeScript
    and Babel emit.  `default`, which is `exports` itself for who imports the module, is among them.
    """
    matches = (match for match in _NAMED.finditer(source.text) if _is_code(source, match.start()))
    found = {(match["assigned"] or match["defined"]).decode(): Span(*match.span()) for match in matches}
    found.pop("__esModule", None)
    return {"default": Span(0, 0), **found} if found else {}


def opaque_reason(source: Source) -> str | None:
    """Why the names of a module can't be told from its text; None where they can."""
    for form, why in _OPAQUE:
        if any(_is_code(source, match.start()) for match in form.finditer(source.text)):
            return why
    return None


def _is_code(source: Source, offset: int) -> bool:
    """Whether a name stands at an offset, rather than a comment or a string."""
    node = source.tree.root_node.descendant_for_byte_range(offset, offset)
    return node is not None and node.type in ("identifier", "property_identifier")
