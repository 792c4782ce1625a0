"""White space and comments: what may stand between any two tokens."""

from __future__ import annotations

from workflow_ls.regular_expressions import compile_on_use

# White space of ECMAScript: ASCII, no-break space, byte order mark, Unicode's space separators and line ends.
WHITE_SPACE = rb"\s|\xc2\xa0|\xef\xbb\xbf|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80"
BLOCK_COMMENT = rb"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/"
COMMENT = rb"//[^\r\n]*(?:[\r\n]|\Z)|" + BLOCK_COMMENT
# No text matches in two ways, so that a pattern that goes on after it fails in linear time.
TRIVIA = rb"(?:" + WHITE_SPACE + rb"|" + COMMENT + rb")*"
"""A pattern for any number of spaces, line ends and comments."""

_TRIVIA = compile_on_use(TRIVIA)
_LINE_END = compile_on_use(rb"[\r\n]|\xe2\x80[\xa8\xa9]")


def skip_trivia(text: bytes, offset: int) -> int:
    """The offset of the first byte from `offset` on that is neither white space nor comment."""
    match = _TRIVIA.match(text, offset)
    return match.end() if match else offset


def has_line_end(text: bytes, start: int, end: int) -> bool:
    """Whether a line ends between two offsets, as ECMAScript counts lines."""
    return _LINE_END.search(text, start, end) is not None
