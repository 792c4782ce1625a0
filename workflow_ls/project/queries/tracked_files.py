"""The one way to the files of a workspace: each read is recorded in the memo that is being computed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, cast

from workflow_ls.project.queries.edited_needles import EditedNeedles
from workflow_ls.project.queries.fork_edits import Edits
from workflow_ls.project.queries.nodes import DependencyNode, Input, InputKind, Recorder
from workflow_ls.vfs.files import Files, Kind, Query, parents


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
        self._aliases: dict[str, dict[Input, None]] = {}  # the inputs by way of symbolic links, by their real path
        self._directories: set[str] = set()  # all that hold an input, by either path, or are listed
        self._is_located = False
        self._needles: EditedNeedles | None = None  # of the file that got another text last

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

    def unreadable(self) -> Mapping[str, str]:
        return self.untracked.unreadable()

    def search(self, queries: Sequence[Query]) -> Sequence[str]:
        found = self.untracked.search(queries)
        if self._recorder.frame is not None:
            node = self._search(tuple(queries))
            node.seen = frozenset(found)
            self._recorder.record(node)
        return found

    def paths_read(self) -> Collection[str]:
        """The paths of the texts that queries read so far, whether there is such a file or not.  Of no fork."""
        return self._texts.keys()

    def input(self, kind: Literal["text", "listing"], path: str) -> Input:
        """The input of a text or of a listing, as for one that is read."""
        if kind == "text":
            return self._texts.get(path) or self._text(path)
        return self._listings.get(path) or self._listing(path)

    def search_input(self, queries: tuple[Query, ...], found: Iterable[str]) -> Input:
        """The input of a search that found this."""
        node = self._search(queries)
        if node.seen is None:
            node.seen = frozenset(found)
        return node

    def searches(self) -> Iterable[tuple[tuple[Query, ...], Input]]:
        """The searches so far, with their inputs."""
        return self._searches.items()

    def touches(self, node: DependencyNode) -> bool:
        """Whether an input of the base may say something else in this fork."""
        return self._edits is not None and isinstance(node, Input) and self._edits.touch(node)

    def finds_others(self, queries: tuple[Query, ...]) -> bool:
        """Whether a search finds others in this fork than in its base."""
        return self._base is not None and {*self._base.untracked.search(queries)} != {*self.untracked.search(queries)}

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
        if self._is_located:
            self._locate(node)
        else:
            node.real = self._resolved(path)
        return node

    def _locate_all(self) -> None:
        """From the first change on, know where the inputs lie; before, nobody needs it."""
        if not self._is_located:
            self._is_located = True
            for node in (*self._texts.values(), *self._listings.values()):
                node.real = node.path
                self._locate(node)

    def _locate(self, node: Input) -> None:
        """Take note where an input lies, with symbolic links resolved as they are now."""
        if node.real != node.path:
            del self._aliases[node.real][node]
        node.real = self._resolved(node.path)
        if node.real != node.path:
            self._aliases.setdefault(node.real, {})[node] = None
        for path in {node.path, node.real}:
            for directory in (path, *parents(path)) if node.kind == "listing" else parents(path):
                if directory in self._directories:
                    break
                self._directories.add(directory)

    def _resolved(self, path: str) -> str:
        """A path with symbolic links resolved as far as it exists."""
        known, missing = path, ""
        while known:
            real = self.untracked.real(known)
            if real is not None:
                return real + missing
            known, _, name = known.rpartition("/")
            missing = f"/{name}{missing}"
        return path

    def _local(self, below: Input) -> Input:
        """The input of a fork, for one of its base."""
        if self._edits is None or not self._edits.touch(below):
            return below
        return Input(below.kind, below.path, self._level, below)

    def put(self, path: str, act: Callable[[], object]) -> list[Input]:
        """Do what gives the file at `path` another text; returns the inputs that differ.  Of no fork."""
        if self.untracked.kind(path) != "file":
            return self.change([path], act)
        self._locate_all()
        act()
        text = self.untracked.read(path) or b""
        if self._needles is not None and self._needles.path == path:
            self._needles.edit(text)
        else:
            self._needles = EditedNeedles(path, text)
        touched = [node for node in self._at(path) if node.kind == "text"]
        for queries, node in self._searches.items():
            seen = cast("frozenset[str] | None", node.seen)
            if seen is None or (path in seen) != any(map(self._needles.match, queries)):
                touched.append(node)
        return touched

    def change(self, paths: Collection[str], act: Callable[[], object]) -> list[Input]:
        """Do what changes the files at `paths`, or below them; returns the inputs that may differ.  Of no fork.

        Files and directories may change, appear and go.
        """
        self._locate_all()
        links = {link: self._lead(link) for link in list(self.untracked.links())}
        places = dict.fromkeys(place for path in paths for place in (path, self._resolved(path)))
        act()
        places.update(dict.fromkeys(self._resolved(path) for path in paths))
        turned = [link for link, before in links.items() if self._lead(link) != before]
        touched = dict.fromkeys(node for path in places for node in self._at(path) if node.kind == "text")
        listed = {parent for path in places for parent in (path, *parents(path))}
        for node in {node for path in listed for node in self._at(path) if node.kind == "listing"}:
            if self.untracked.listing(node.path) != node.seen:
                touched[node] = None
        touched.update(self._by_way_of(turned))
        touched.update(self._below({path for path in (*places, *turned) if path in self._directories}))
        for node in touched:
            self._locate(node)
            if node.kind == "listing":
                node.seen = self.untracked.listing(node.path)
        return [*touched, *self._searches.values()]

    def _at(self, path: str) -> Iterator[Input]:
        """The text and the listing of a path, also by way of links."""
        for node in (self._texts.get(path), self._listings.get(path), *self._aliases.get(path, ())):
            if node is not None:
                yield node

    def _below(self, trees: Collection[str]) -> Iterator[tuple[Input, None]]:
        """The inputs that lie in any of these trees, by either path."""
        for node in (*self._texts.values(), *self._listings.values()) if trees else ():
            places = (node.path, *parents(node.path), node.real, *parents(node.real))
            if not set(places).isdisjoint(trees):
                yield node, None

    def _lead(self, link: str) -> tuple[str | None, Kind | None]:
        """Where a symbolic link leads."""
        return self.untracked.real(link), self.untracked.kind(link)

    def _by_way_of(self, turned: Collection[str]) -> Iterator[tuple[Input, None]]:
        """The inputs that name, or follow, symbolic links which lead elsewhere than before."""
        for link in turned:
            yield from ((node, None) for node in self._at(link.rpartition("/")[0]) if node.kind == "listing")
            yield from ((node, None) for node in self._at(link))
        for node in [node for nodes in self._aliases.values() for node in nodes] if turned else ():
            if self._resolved(node.path) != node.real:
                yield node, None
