"""Proposals for a monorepo in a string, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tests.fixture import project
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.config.table_records import ModuleRow, NameRow
from workflow_ls.mapping.inference import Proposal, infer
from workflow_ls.mapping.joined_frame import joined_frame
from workflow_ls.mapping.legacy_frame import legacy_frames
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import MemoryFiles

# An old package, `@acme/kit`, of which an application uses something; the tests add where it went.
OLD = """
//- /package.json
{ "workspaces": ["packages/*", "apps/*"] }
//- /packages/kit/package.json
{ "name": "@acme/kit", "exports": { ".": "./src/index.ts", "./*": "./src/*.ts" } }
//- /apps/shop/package.json
{ "name": "shop", "dependencies": { "@acme/kit": "*" } }
"""


class Moved(NamedTuple):
    """A rename as a history tells it."""

    path: str
    commit: str


class Replaced(NamedTuple):
    """Lines that were replaced, as a history tells it."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


class ToldHistory:
    """A history that a test tells."""

    def __init__(
        self,
        renamed: Mapping[str, str] | None = None,
        texts: Mapping[str, str] | None = None,
        replaced: Sequence[tuple[str, str]] = (),
        packages: Mapping[str, str] | None = None,
        left: Mapping[str, str] | None = None,
        unread: Sequence[str] = (),
    ) -> None:
        """`renamed` maps old paths to new ones, `texts` are deleted files, `replaced` pairs lines.

        `packages` maps old names of packages to new ones, `left` names that left a file to its text before.  `unread`
        is what could not be read.
        """
        self.unread = unread
        self._packages = packages or {}
        self._left = left or {}
        self._renamed = renamed or {}
        self._texts = texts or {}
        self._replaced = replaced

    def renames(self, directories: Sequence[str]) -> Mapping[str, Moved]:
        return {old: Moved(new, "c0ffee") for old, new in self._renamed.items() if old.startswith(tuple(directories))}

    def text(self, path: str) -> bytes | None:
        return self._texts[path].encode() if path in self._texts else None

    def files_then(self, directory: str) -> tuple[str, ...]:
        return tuple(path for path in (*self._renamed, *self._texts) if path.startswith(directory))

    def renamed_packages(self, names: Iterable[str]) -> Mapping[str, Moved]:
        return {name: Moved(self._packages[name], "c0ffee") for name in names if name in self._packages}

    def former_texts(self, directories: Sequence[str], names: Sequence[str]) -> Mapping[str, bytes]:
        assert directories
        return {name: self._left[name].encode() for name in names if name in self._left}

    def import_changes(self, texts: Sequence[str], endings: Iterable[str]) -> Sequence[Replaced]:
        assert ".ts" in tuple(endings)
        return [Replaced((old,), (new,)) for old, new in self._replaced if any(text in old for text in texts)]


def open_repository(text: str, *, base: str = OLD) -> Workspace:
    """The workspace of a monorepo, before anybody said what is legacy in it."""
    under, over = project(base), project(text)
    return Workspace(MemoryFiles({**under.files, **over.files}), builtin_table(), Settings())


def proposal_for(
    text: str,
    named: Sequence[str] = ("@acme/kit",),
    history: ToldHistory | None = None,
    *,
    base: str = OLD,
    renamed: Sequence[str] = (),
) -> Proposal:
    """What is proposed for the legacy code that is `named`; `renamed` are packages that have another name now."""
    workspace = open_repository(text, base=base)
    table = joined_frame(legacy_frames(workspace, named, {}, renamed))
    return infer(Workspace(workspace.files.untracked, table, workspace.settings), history)


def told_rows(proposal: Proposal) -> list[str]:
    """The rows: `module -> target (note)`, or `name of module -> target as name (note)`."""
    return [_told(proposal, each.proposed.row) for each in proposal.rows]


def told_doubts(proposal: Proposal) -> list[str]:
    """The rows in doubt, likewise."""
    return [_told(proposal, each.proposed.row) for each in proposal.doubtful]


def told_homeless(proposal: Proposal) -> list[str]:
    """The names without a home: `name of module`."""
    return [f"{each.name} of {_written(proposal, each.module)}" for each in proposal.homeless]


def _told(proposal: Proposal, row: ModuleRow | NameRow) -> str:
    note = f" ({row.note})" if row.note else ""
    if isinstance(row, ModuleRow):
        return f"{_written(proposal, row.module)} -> {', '.join(row.to)}{note}"
    renamed = f" as {row.new_name}" if row.new_name else ""
    return f"{row.name} of {_written(proposal, row.module)} -> {row.to}{renamed}{note}"


def _written(proposal: Proposal, module: str) -> str:
    root = proposal.table.roots[0]
    return f"{root}/{module}" if module else root
