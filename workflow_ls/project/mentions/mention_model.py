"""A mention of the legacy tree in a file that is no source, and what the file does with it."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from workflow_ls.records import record
from workflow_ls.text import Span


class Role(Enum):
    """What a part of a file is for."""

    PATH = "path"  # the files at a path of the workspace, or what a script runs there
    ITEM = "item"  # one of a list of paths or globs, which works without it
    PLACE = "place"  # a path in an image or a container, which may mirror that of the workspace
    EXCLUSION = "exclusion"  # leaves the files at a path out
    BAN = "ban"  # forbids what it names
    GUARDED = "guarded"  # the files that a ban is for
    COMMENT = "comment"
    TEXT = "text"  # a name or a sentence, for people
    UNREAD = "unread"  # the file is of a kind that is not read, or broken


class FilePart(NamedTuple):
    """A part of a text, in bytes.  `whole` is set where it is one value, and not a text with words in it.

    `is_path` is set where a single word can only be a path.
    `item` is the place of an item of a list, with its quotes, and `siblings` the places of all items of the list.
    """

    start: int
    end: int
    role: Role
    whole: bool = False
    item: Span | None = None
    siblings: tuple[Span, ...] = ()
    is_path: bool = False


@record
class Mention:
    """A specifier or path in a file that names the legacy tree, or a part of it.

    `text` is what would change, at `span`: a specifier, or a path.  `target` is the path in the tree from the root,
    None for a specifier.  `base` is the directory that the path is written from, None for the root.  `before` and
    `after` are written around it without a gap: `./`, `/app/`, `/**`.  `item`, `siblings` and `whole` are those of its
    part of the file.
    """

    path: str
    span: Span
    text: str
    kind: str
    role: Role
    module: str
    target: str | None = None
    base: str | None = None
    before: str = ""
    after: str = ""
    item: Span | None = None
    siblings: tuple[Span, ...] = ()
    whole: bool = False

    @property
    def is_directory(self) -> bool:
        """Whether the text can only mean a directory."""
        return self.text.endswith("/") or self.after.startswith("/")
