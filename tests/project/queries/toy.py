"""A component for tests of the engine: files whose lines name other files, and what happens to them."""

from __future__ import annotations

from tests.project.workspaces import NO_TABLE, ChangingFiles
from workflow_ls.config.settings import Settings
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.queries.fork_edits import edits_between
from workflow_ls.project.queries.workspace_context import WorkspaceContext
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.overlay import EditedFiles, Move

MARKED = (Query((".txt",), ("marked",)),)


class Toy(Component):
    """Files whose lines name other files: `computed` lists what was computed, in that order."""

    computed: list[str]

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        base = database.base
        self.computed = [] if base is None else base.component(Toy).computed

    @query
    def text(self, path: str) -> str | None:
        self.computed.append(f"text {path}")
        text = self.files.read(path)
        return None if text is None else text.decode()

    @query
    def length(self, path: str) -> int:
        self.computed.append(f"length {path}")
        return len(self.text(path) or "")

    @query
    def is_long(self, path: str) -> bool:
        self.computed.append(f"is_long {path}")
        return self.length(path) > 5

    @query
    def together(self, path: str) -> int:
        """The length of all files that a file names."""
        self.computed.append(f"together {path}")
        return sum(self.length(name) for name in (self.text(path) or "").split())

    @query
    def names(self, directory: str) -> tuple[str, ...]:
        self.computed.append(f"names {directory}")
        return tuple(self.files.entries(directory))

    @query
    def kind(self, path: str) -> str | None:
        self.computed.append(f"kind {path}")
        return self.files.kind(path)

    @query
    def real(self, path: str) -> str | None:
        self.computed.append(f"real {path}")
        return self.files.real(path)

    @query
    def marked(self) -> tuple[str, ...]:
        self.computed.append("marked")
        return tuple(self.files.search(MARKED))

    @query
    def longest_marked(self) -> int:
        self.computed.append("longest_marked")
        return max((self.length(path) for path in self.marked()), default=0)

    @query
    def shortened(self, path: str) -> int:
        """What `length` would be of a file without its first character."""
        self.computed.append(f"shortened {path}")
        text = self.files.read(path) or b""
        return fork(self.database, {path: text[1:]}).component(Toy).length(path)

    @query
    def beside(self, path: str, other: str) -> int:
        """The `length` of another file, in a workspace where the file at `path` is empty."""
        self.computed.append(f"beside {path} {other}")
        return fork(self.database, {path: b""}).component(Toy).length(other)

    @query
    def first_or_all(self, path: str, switch: str) -> int:
        """The length of a file, and then `together` of a second one."""
        self.computed.append(f"first_or_all {path}")
        return self.length(path) + self.together(switch)

    def take(self) -> list[str]:
        """What was computed since the last call."""
        taken = self.computed[:]
        self.computed.clear()
        return taken


def database_of(files: dict[str, str], links: dict[str, str] | None = None) -> tuple[ChangingFiles, Database, Toy]:
    memory = ChangingFiles({**files}, links)
    database = Database(memory, WorkspaceContext(NO_TABLE, Settings(), ParsedSources()))
    return memory, database, database.component(Toy)


def change(database: Database, *changed: tuple[str, str | None]) -> None:
    """Give files other texts, or remove those whose text is None."""
    files = database.files.untracked
    assert isinstance(files, ChangingFiles)

    def act() -> None:
        for path, text in changed:
            if text is None:
                files.drop(path)
            else:
                files.put(path, text.encode())

    database.changed(database.files.change([path for path, _ in changed], act))


def put(database: Database, path: str, text: str) -> None:
    files = database.files.untracked
    assert isinstance(files, ChangingFiles)
    database.changed(database.files.put(path, lambda: files.put(path, text.encode())))


def change_one(database: Database, path: str, text: str) -> None:
    change(database, (path, text))


def retarget(database: Database, link: str, target: str | None) -> None:
    """Let a symbolic link lead elsewhere, or remove it."""
    files = database.files.untracked
    assert isinstance(files, ChangingFiles)

    def act() -> None:
        if target is None:
            files.unlink(link)
        else:
            files.link(link, target)

    database.changed(database.files.change([link], act))


def fork(
    database: Database,
    texts: dict[str, bytes] | None = None,
    removed: tuple[str, ...] = (),
    moves: tuple[Move, ...] = (),
) -> Database:
    below = database.files.untracked
    files = EditedFiles(below, texts or {}, removed=removed, moves=moves)
    return Database(files, database.context, database, edits_between(below, files))


FILES = {"a.txt": "b.txt c.txt", "b.txt": "bee", "c.txt": "marked sea", "d/e.txt": "ee", "d/f/g.txt": "gee"}
