"""What memos read of the files of a workspace: texts, listings of directories, and searches.

`TrackedFiles` is the one way to the files, and records each read in the memo that is being computed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from workflow_ls.vfs.files import Files, Kind, Query, is_within, parents
from workflow_ls.vfs.overlay import EditedFiles

if TYPE_CHECKING:
    from workflow_ls.project.queries import Memo

InputKind = Literal["text", "listing", "search"]


_NO_READERS: set[Memo] = set()  # shared, so that a workspace which never changes makes no sets; nothing is added to it


class Node:
    """Something that a memo can read: an input, or another memo.

    `level` says which database it belongs to: 0 for the workspace's own, 1 for a fork of it, and so on.  `readers` are
    the memos that read it, kept at level 0 only, and from the first change on.
    """

    __slots__ = ("level", "readers")

    def __init__(self, level: int) -> None:
        self.level = level
        self.readers: set[Memo] = _NO_READERS

    def add_reader(self, reader: Memo) -> None:
        """Take note that a memo reads it."""
        if self.readers is _NO_READERS:
            self.readers = set()
        self.readers.add(reader)

    def nodes_beneath(self) -> tuple[Node, ...]:
        """What it depends on of the databases below its own."""
        raise NotImplementedError


class Input(Node):
    """A text, a listing or a search, as a memo read it.

    `path` is that of the file or directory, and `real` the same with symbolic links resolved.  `below` is the input
    of the base that an input of a fork takes the place of.  `seen` is what the listing or the search said.
    """

    __slots__ = ("below", "kind", "path", "real", "seen")

    def __init__(self, kind: InputKind, path: str, level: int = 0, below: Input | None = None) -> None:
        super().__init__(level)
        self.kind = kind
        self.path = path
        self.real = path
        self.below = below
        self.seen: object = None

    def nodes_beneath(self) -> tuple[Node, ...]:
        return () if self.below is None else (self.below,)


class Recorder:
    """What the memo that is being computed has read so far, and the level of the database that computes it.

    `frame` is None where no memo is being computed.  A database and its forks share one.
    """

    __slots__ = ("frame", "level")

    def __init__(self) -> None:
        self.frame: dict[Node, None] | None = None
        self.level = 0

    def record(self, node: Input) -> None:
        """Record an input."""
        if self.frame is not None:
            if node.level <= self.level:
                self.frame[node] = None
            else:
                self.record_beneath(node)

    def record_beneath(self, node: Node) -> None:
        """Record what a node of a fork depends on, in a memo of a database below that fork."""
        todo: list[Node] = [node]
        while todo and self.frame is not None:
            current = todo.pop()
            if current.level <= self.level:
                self.frame[current] = None
            else:
                todo += current.nodes_beneath()


class Edits(NamedTuple):
    """How the files of a fork differ from those of its base.

    `texts` are the paths with another text, `directories` those with another listing, `trees` the files and
    directories that are renamed or replaced as a whole, with all below them.
    """

    texts: frozenset[str]
    directories: frozenset[str]
    trees: tuple[str, ...]

    def touch(self, node: Input) -> bool:
        """Whether an input of the base may say something else in the fork."""
        if node.kind == "search":
            return True
        known = self.texts if node.kind == "text" else self.directories
        if node.path in known or node.real in known:
            return True
        return any(is_within(path, tree) for tree in self.trees for path in (node.path, node.real))


def edits_between(base: Files, after: EditedFiles) -> Edits:
    """How files after edits differ from the files below them."""
    paths = {*after.texts.paths, *after.removed}
    texts = frozenset(path for path in paths if after.read(path) != base.read(path))
    directories = set[str]()
    for path in paths:
        current = path
        while current and base.kind(current) != after.kind(current):
            current = current.rpartition("/")[0]
            directories.add(current)
    trees = tuple(dict.fromkeys(path for move in after.moves for path in (move.old, move.new)))
    for tree in trees:
        directories.update(parents(tree))
    return Edits(texts, frozenset(directories), trees)


class TrackedFiles:
    """The files of a workspace, or of a fork of it, for the queries; implements `Files`.

    `untracked` are the files themselves, which nobody reads in a query.
    """

    def __init__(
        self, files: Files, recorder: Recorder, level: int, base: TrackedFiles | None, edits: Edits | None
    ) -> None:
        self.untracked = files
        self._recorder = recorder
        self._level = level
        self._base = base
        self._edits = edits
        self._texts: dict[str, Input] = {}
        self._listings: dict[str, Input] = {}
        self._searches: dict[tuple[Query, ...], Input] = {}
        self._aliases: dict[str, list[Input]] = {}  # the inputs by way of symbolic links, by their real path
        self._links: dict[str, str | None] = {}  # where each symbolic link that was followed leads

    def read(self, path: str) -> bytes | None:
        if self._recorder.frame is not None:
            self._recorder.record(self._texts.get(path) or self._text(path))
        return self.untracked.read(path)

    def kind(self, path: str) -> Kind | None:
        recorder = self._recorder
        if recorder.frame is not None:
            directory = path.rpartition("/")[0]
            node = self._listings.get(directory) or self._listing(directory)
            if node.level <= recorder.level:
                recorder.frame[node] = None
            else:
                recorder.record_beneath(node)
        return self.untracked.kind(path)

    def entries(self, path: str) -> Sequence[str]:
        self._record_listing(path)
        return self.untracked.entries(path)

    def listing(self, path: str) -> Mapping[str, str]:
        self._record_listing(path)
        return self.untracked.listing(path)

    def real(self, path: str) -> str | None:
        self._record_listing(path.rpartition("/")[0])
        return self.untracked.real(path)

    def links(self) -> Mapping[str, str | None]:
        return self.untracked.links()

    def search(self, queries: Sequence[Query]) -> Sequence[str]:
        found = self.untracked.search(queries)
        if self._recorder.frame is not None:
            node = self._search(tuple(queries))
            node.seen = frozenset(found)
            self._recorder.record(node)
        return found

    def touches(self, node: Node) -> bool:
        """Whether an input of the base may say something else in this fork."""
        return self._edits is not None and isinstance(node, Input) and self._edits.touch(node)

    def _record_listing(self, directory: str) -> None:
        if self._recorder.frame is not None:
            self._recorder.record(self._listings.get(directory) or self._listing(directory))

    def _text(self, path: str) -> Input:
        if self._base is not None:
            node = self._local(self._base._texts.get(path) or self._base._text(path))
        else:
            node = self._new("text", path)
        self._texts[path] = node
        return node

    def _listing(self, directory: str) -> Input:
        if self._base is not None:
            below = self._base._listings.get(directory) or self._base._listing(directory)
            node = self._local(below)
        else:
            node = self._new("listing", directory)
            node.seen = self.untracked.listing(directory)
        self._listings[directory] = node
        return node

    def _search(self, queries: tuple[Query, ...]) -> Input:
        node = self._searches.get(queries)
        if node is None:
            below = None if self._base is None else self._base._search(queries)
            node = self._searches[queries] = Input("search", "", self._level, below)
        return node

    def _new(self, kind: InputKind, path: str) -> Input:
        node = Input(kind, path)
        real = self.untracked.real(path)
        if real is not None and real != path:
            node.real = real
            self._aliases.setdefault(real, []).append(node)
        return node

    def _local(self, below: Input) -> Input:
        """The input of a fork, for one of its base."""
        if self._edits is None or not self._edits.touch(below):
            return below
        return Input(below.kind, below.path, self._level, below)

    def put(self, path: str, act: Callable[[], object]) -> list[Input]:
        """Do what gives the file at `path` another text; returns the inputs that differ.  Of no fork."""
        before = self.untracked.kind(path)
        act()
        if before != "file" or self.untracked.kind(path) != "file":
            return self.change([path], lambda: None)
        text = self.untracked.read(path) or b""
        touched = [node for node in self._at(path) if node.kind == "text"]
        for queries, node in self._searches.items():
            if (path in cast("frozenset[str]", node.seen)) != any(query.matches(path, text) for query in queries):
                touched.append(node)
        return touched

    def change(self, paths: Collection[str], act: Callable[[], object]) -> list[Input]:
        """Do what changes the files at `paths`, or below them; returns the inputs that may differ.  Of no fork.

        Files and directories may change, appear and go.
        """
        self._links.update(self.untracked.links())
        act()
        touched = dict.fromkeys(node for path in paths for node in self._at(path) if node.kind == "text")
        trees = {path for path in paths if path in self._listings or self.untracked.kind(path) == "directory"}
        trees.update(self._moved_links())
        listed = {parent for path in (*paths, *trees) for parent in parents(path)}
        listings = dict.fromkeys(node for path in listed for node in self._at(path) if node.kind == "listing")
        if trees:
            for node in (*self._texts.values(), *self._listings.values()):
                places = (node.path, *parents(node.path), node.real, *parents(node.real))
                if not trees.isdisjoint(places):
                    touched[node] = None
                    listings[node] = None
        for node in listings:
            seen = self.untracked.listing(node.path) if node.kind == "listing" else None
            if seen != node.seen:
                node.seen = seen
                touched[node] = None
        return [*touched, *self._searches.values()]

    def _at(self, path: str) -> Iterator[Input]:
        """The text and the listing of a path, also by way of links."""
        for node in (self._texts.get(path), self._listings.get(path), *self._aliases.get(path, ())):
            if node is not None:
                yield node

    def _moved_links(self) -> Iterator[str]:
        """The symbolic links that lead elsewhere than before."""
        for link, real in list(self._links.items()):
            found = self.untracked.real(link)
            if found != real:
                self._links[link] = found
                yield link
