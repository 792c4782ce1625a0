"""Why the text of a file is not read: it is too large, in another encoding, or a pointer to the text."""

from __future__ import annotations

from workflow_ls.text import is_utf8

POINTER = "https://git-lfs.github.com/spec/v1"
"""What each pointer of Git LFS holds in its first line (its specification, docs/spec.md)."""

_POINTER_LINE = f"version {POINTER}".encode()
_LARGEST_POINTER = 1024  # bytes; the specification has them below that


def is_pointer(text: bytes) -> bool:
    """Whether a text is a pointer of Git LFS: where the content was not fetched, git writes that in its place."""
    return text.startswith(_POINTER_LINE) and len(text) <= _LARGEST_POINTER


def is_read(text: bytes, limit: int) -> bool:
    """Whether a text is read: in UTF-8, of at most `limit` bytes, and no pointer to another one."""
    return is_own_text(text, limit) and is_utf8(text)


def is_own_text(text: bytes, limit: int) -> bool:
    """The same of a text in UTF-8."""
    return len(text) <= limit and not is_pointer(text)


def is_foreign(text: bytes) -> bool:
    """Whether a text is one in another encoding than UTF-8, and holds no zeros, as binary data does."""
    return b"\0" not in text and not is_utf8(text)


def in_utf8(text: bytes) -> bytes:
    """A text in another encoding that leaves ASCII as it is, with U+FFFD in the place of what is not UTF-8."""
    return text.decode("utf-8", "replace").encode()


def line_of_foreign(text: bytes) -> int:
    """The first line, from 1, with bytes that are not UTF-8; 1 where there are none."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        return text.count(b"\n", 0, error.start) + 1
    return 1
