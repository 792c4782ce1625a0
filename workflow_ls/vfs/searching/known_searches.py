"""The searches of a workspace on disk: started early, joined with others, and each made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from workflow_ls.vfs.files import Query
from workflow_ls.vfs.searching.search import Search, start

Queries = tuple[Query, ...]
"""A search: for the files that match any of its queries."""


class KnownSearches:
    """The searches below a directory, with what each has found since the last `forget`."""

    def __init__(self, root: str, read: Callable[[str], bytes | None]) -> None:
        """`read` gives the text of a file that was found, None for one that can't be read."""
        self._root = root
        self._read = read
        self._under_way: dict[Queries, Search] = {}
        self._joined: tuple[list[Queries], Search] | None = None
        self._found: dict[Queries, Sequence[str]] = {}

    @property
    def found(self) -> Mapping[Queries, Sequence[str]]:
        """What was searched for so far, and found."""
        return self._found

    def run(self, queries: Queries, on_found: Callable[[str], object] | None = None) -> Mapping[str, str]:
        """Run a search to its end, unless its result is known; returns what could not be looked at, with the reasons.

        `on_found` is called with paths as git finds them.
        """
        if self._joined is not None and queries in self._joined[0]:
            self._take_apart()
        if queries in self._found:
            return {}
        search = self._under_way.pop(queries, None) or start(self._root, queries)
        self._found[queries] = tuple(search.result(on_found))
        return search.unreadable

    def prefetch(self, queries: Queries) -> None:
        """Start a search in the background, for a later `run`."""
        if queries not in self._found and queries not in self._under_way:
            self._under_way[queries] = start(self._root, queries)

    def join(self, searches: Iterable[Queries]) -> None:
        """Start one search in the place of these later searches, each of which would go through all files.

        All have needles, and are of the whole workspace; what they find is read again, to see which of them finds it.
        """
        keys = [queries for queries in searches if queries not in self._found and queries not in self._under_way]
        if len(keys) > 1:
            every = [query for queries in keys for query in queries]
            endings = dict.fromkeys(ending for query in every for ending in query.endings)
            shortest = tuple(e for e in endings if not any(e != other and e.endswith(other) for other in endings))
            needles = tuple(dict.fromkeys(needle for query in every for needle in query.needles))
            self._joined = keys, start(self._root, (Query(shortest, needles),))

    def _take_apart(self) -> None:
        """Give each of the joined searches what it finds; where a file can't be read, each goes through all files."""
        if self._joined is None:
            return
        (keys, search), self._joined = self._joined, None
        texts = {path: self._read(path) for path in search.result()}
        if search.unreadable or None in texts.values():
            return
        for queries in keys:
            each = (path for path, text in texts.items() if any(query.matches(path, text or b"") for query in queries))
            self._found.setdefault(queries, tuple(each))

    def know(self, found: Mapping[Queries, Sequence[str]]) -> None:
        """Take it that these searches find this."""
        self._found.update(found)

    def forget(self) -> None:
        """Search anew from now on; what is under way ends."""
        self._found = {}
        under_way, self._under_way = self._under_way, {}
        joined, self._joined = self._joined, None
        for search in (*under_way.values(), *((joined[1],) if joined is not None else ())):
            search.cancel()
