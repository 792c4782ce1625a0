"""Which needles of searches a text holds that is edited again and again."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.syntax.indices.text_difference import difference_of
from workflow_ls.vfs.files import Query, encoded_needles


class EditedNeedles:
    """The needles that the text of one file holds: after an edit, they are searched for where it differs."""

    def __init__(self, path: str, text: bytes) -> None:
        """`path` is that of the file, and `text` what it holds at first."""
        self.path = path
        self._text = text
        self._places: dict[bytes, int] = {}  # where one is in the text; -1 where it is not

    def edit(self, text: bytes) -> None:
        """The file has another text."""
        difference = difference_of(self._text, text)
        start, old_end, new_end = difference
        self._text = text
        for needle, place in self._places.items():
            size = len(needle)
            if place < 0:
                self._places[needle] = text.find(needle, max(0, start - size + 1), new_end + size - 1)
            elif place >= old_end:
                self._places[needle] = place + difference.moved
            elif place + size > start:
                self._places[needle] = text.find(needle)

    def match(self, query: Query) -> bool:
        """Whether the file matches a query, as `Query.matches` says."""
        return query.admits(self.path) and (not query.needles or any(self._held(query.needles)))

    def _held(self, needles: tuple[str, ...]) -> Iterator[bool]:
        for needle in encoded_needles(needles, self._text):
            place = self._places.get(needle)
            if place is None:
                place = self._places[needle] = self._text.find(needle)
            yield place >= 0
