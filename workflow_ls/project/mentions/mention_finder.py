"""Finds specifiers of legacy modules, and paths into the legacy tree, in the parts of a file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workflow_ls.config.table import Table
from workflow_ls.project.mentions.mention_kinds import MentionKind
from workflow_ls.project.mentions.mention_model import FilePart, Mention, Role
from workflow_ls.project.resolution.resolver import module_file
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Span
from workflow_ls.vfs.files import Files, is_within, join

_TOKEN = compile_on_use(rb"[\w@./\x80-\xff-]+")
_FULL_STOP = compile_on_use(r"(?<=[^./])\.+$")
_PATTERN = (b"*", b"?", b"{", b"[", b"(")
# Directories that only a run knows: `$ROOT`, `${ROOT}`, `$(pwd)`, `{workspaceRoot}`, `<rootDir>`.
_VARIABLE = compile_on_use(rb"(?:\$\{\w+\}|\$\([^()]*\)|\$\{\{[^{}]*\}\}|\{\w+\}|<\w+>|%\w+%|\$\w+)[\"']?\Z")
_LOOKED_BACK = 80


class _Written(NamedTuple):
    """What a token names: the offset in it, the text to change, the path in the tree, and where that is written from.

    `is_known` is set if it is known that the path is one of the workspace.
    """

    at: int
    text: str
    module: str
    target: str | None = None
    base: str | None = None
    is_known: bool = True


def find_mentions(
    files: Files, table: Table, path: str, text: bytes, kind: MentionKind, regions: Iterable[FilePart]
) -> Iterator[Mention]:
    """The mentions in the regions of a file, in their order."""
    finder = _MentionFinder(files, table, path, kind)
    for region in regions:
        yield from finder.mentions(text, region)


class _MentionFinder:
    """Finds the mentions in a file of a kind."""

    def __init__(self, files: Files, table: Table, path: str, kind: MentionKind) -> None:
        self._files = files
        self._table = table
        self._path = path
        self._kind = kind
        self._specifiers = _specifier_pattern(table)

    def mentions(self, text: bytes, region: FilePart) -> Iterator[Mention]:
        """The mentions in a region of the file's text."""
        for token in _TOKEN.finditer(text, region.start, region.end):
            written = _FULL_STOP.sub("", token[0].decode(errors="replace"))
            if "/" not in written and not (region.is_path and token.span() == (region.start, region.end)):
                continue
            if text.startswith(_PATTERN, token.end()) and not written.endswith("/"):
                written = written[: written.rfind("/") + 1]
            before = text[max(region.start, token.start() - _LOOKED_BACK) : token.start()]
            found = self._specifier(written) or self._rooted(before, written) or self._placed(before, written)
            if found is None:
                continue
            start = token.start() + len(written[: found.at].encode())
            end = start + len(found.text.encode())
            role = Role.PLACE if region.role in (Role.PATH, Role.ITEM) and not found.is_known else region.role
            yield Mention(
                self._path,
                Span(start, end),
                found.text,
                self._kind.name,
                role,
                found.module,
                found.target,
                found.base,
                written[: found.at],
                text[end : region.end].decode(errors="replace") if region.whole else "",
                region.item,
                region.siblings,
                region.whole,
            )

    def _specifier(self, written: str) -> _Written | None:
        """A specifier of a legacy module."""
        match = self._specifiers.search(written)
        # After a slash it may be part of the path of an installed package.
        if match is None or "node_modules" in written[: match.start()]:
            return None
        module = self._table.module_of(match[0].rstrip("/"))
        return None if module is None else _Written(match.start(), match[0], module)

    def _rooted(self, before: bytes, written: str) -> _Written | None:
        """A path that names the whole tree, from the root or from a place that mirrors it."""
        match = re.search(rf"(?:^|/)({re.escape(self._table.tree)})(?=/|$)", written)
        if match is None:
            return None
        lead, target = written[: match.start(1)], written[match.start(1) :]
        if any(part.startswith("@") or part == "node_modules" for part in lead.split("/")):
            return None
        module = self._table.module_at(target.rstrip("/"))
        folder = lead.strip("/")
        if module is None or (folder and not folder.startswith(".") and self._files.kind(folder) == "directory"):
            return None  # or another folder of the workspace has one of that name
        is_variable = _VARIABLE.search(before) is not None
        up = lead.lstrip("/") if is_variable or self._kind.at_root else lead
        if not up.startswith(".."):
            is_known = up in ("", "./") or is_variable or (up == "/" and self._kind.stays_below)
            is_known = is_known or before.endswith(b"$")
        else:
            climbed = join(posixpath.dirname(self._path), up)
            if climbed is not None and climbed:
                return None
            is_known = climbed == ""
        return _Written(match.start(1), target, module, target.rstrip("/"), is_known=is_known)

    def _placed(self, before: bytes, written: str) -> _Written | None:
        """A path from the directory of the file that does not name the tree as a whole."""
        tree, directory = self._table.tree, posixpath.dirname(self._path)
        is_anchored = self._kind.stays_below or self._kind.at_root or _VARIABLE.search(before) is not None
        lead = len(written) - len(written.lstrip("/")) if is_anchored else 0
        below = written[lead:]
        if not below or is_within(self._path, tree) or not (is_within(tree, directory) or below.startswith("..")):
            return None
        target = (join(directory, below) or "").rstrip("/")
        module = self._table.module_at(target) if is_within(target, tree) and target else None
        if module is None or not _is_known(self._files, self._table, target, module):
            return None
        return _Written(lead, below, module, target, directory)


def _specifier_pattern(table: Table) -> re.Pattern[str]:
    """A specifier of a legacy module at the start of a text, or after a slash."""
    roots = "|".join(map(re.escape, sorted(table.roots, key=len, reverse=True)))
    return re.compile(rf"(?:(?<=/)|(?<![\w@./-]))(?:{roots})(?![\w-])[\w@./-]*")


def _is_known(files: Files, table: Table, target: str, module: str) -> bool:
    """Whether there is something at a path of the tree, or was before it moved to the canonical package."""
    if files.kind(target) is not None or module_file(files, table.tree, module) is not None:
        return True
    sources = posixpath.normpath(posixpath.join(table.canonical.directory, table.canonical.sources))
    below = target[len(table.tree) :].lstrip("/")
    moved = below and files.kind(posixpath.join(sources, below)) is not None
    return bool(moved) or bool(module and module_file(files, sources, module) is not None)
