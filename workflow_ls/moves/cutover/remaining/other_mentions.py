"""Mentions of the legacy tree that no rewrite covers: in files of other kinds, and in strings of sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from workflow_ls import BASELINE_FILE, CONFIG_FILE
from workflow_ls.moves.cutover.remaining.source_mentions import escaped, lines_of_source, mentions_below
from workflow_ls.moves.plan_model import OtherMention
from workflow_ls.project.mentions.mention_kinds import kind_of, known_kind
from workflow_ls.project.mentions.mentions import Mentions
from workflow_ls.project.workspace import Workspace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import is_utf8
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query, is_source, is_within, parents

_LINE = 160


def find_other_mentions(
    before: Workspace, workspace: Workspace, in_strings: Iterable[OtherMention], destinations: Mapping[str, str]
) -> tuple[OtherMention, ...]:
    """The mentions of the legacy tree in a workspace after the moves, sorted; `before` is the workspace as it is.

    `in_strings` are those in strings of sources, and `destinations` the new paths of moved files.
    """
    found = set(in_strings)
    table = workspace.table
    listed = {(mention.path, mention.line) for mention in found}
    for path, line, text in mentions_below(before, workspace, destinations):
        if (path, line) not in listed:
            found.add(OtherMention(path, line, _kind(path, "path string"), text))
    listed = {(mention.path, mention.line) for mention in found}
    found.update(m for m in _in_sources(workspace) if (m.path, m.line) not in listed)
    followed = frozenset(before.component(Mentions).files_with_names())  # `mention_edits` has decided what is left
    pattern = re.compile("|".join(map(_whole, sorted((*table.roots, table.tree), key=len, reverse=True))))
    for path in workspace.files.search((Query(("",), (*table.roots, table.tree)),)):
        if path not in followed:
            found.update(_lines(workspace, path, pattern))
    for directory in parents(table.tree):
        if directory:
            below = table.tree[len(directory) + 1 :]
            pattern = re.compile(rf"(?<![\w@./#-])(?:\./)?{re.escape(below)}/")
            for path in workspace.files.search((Query(("",), (f"{below}/",), under=directory),)):
                if path in followed:
                    continue
                up = re.escape("../" * path[len(directory) + 1 :].count("/"))
                climbing = rf"|(?<![\w@./-]){up}{re.escape(below)}/" if up else ""
                relative = re.compile(pattern.pattern + climbing)
                found.update(_lines(workspace, path, relative))
    return tuple(sorted(found, key=lambda mention: (mention.path, mention.line, mention.column, mention.text)))


def _whole(name: str) -> str:
    """A pattern for a specifier or path in whole segments, with anything before the first one."""
    return rf"(?<![\w@-]){re.escape(name)}(?![\w-])"


def _lines(workspace: Workspace, path: str, pattern: re.Pattern[str]) -> Iterator[OtherMention]:
    ignored, text = workspace.settings.ignores(path), workspace.files.read(path)
    if text is None or path in (CONFIG_FILE, BASELINE_FILE) or workspace.table.is_doc(path):
        return  # the table may name modules that moved
    if len(text) > workspace.settings.max_file_size or not is_utf8(text):
        if is_source(path):
            yield OtherMention(path, 1, "skipped file", "too large, or not UTF-8, and mentions the legacy tree")
        return
    if b"\0" in text or (is_source(path) and not ignored):
        return  # in sources, references and strings are handled elsewhere, and comments have no effect
    kind = kind_of(path).name
    for number, line in enumerate(text.decode().splitlines(), 1):
        if any(_may_move(workspace, line, match.start()) for match in pattern.finditer(line)):
            yield OtherMention(path, number, "ignored file" if ignored else kind, line.strip()[:_LINE])


def _may_move(workspace: Workspace, line: str, at: int) -> bool:
    """Whether what a line names at a place is in the tree, and not beside it or left there."""
    table, match = workspace.table, _NAMED.match(line, at)
    if match is None or not (table.has_staying or table.parts):
        return True
    named = match[0].rstrip("/.")
    if is_within(named, table.tree):
        return named != table.tree and table.in_tree(named)
    return table.module_of(named) is not None


_NAMED = compile_on_use(r"[\w@./-]*")


def _kind(path: str, otherwise: str) -> str:
    kind = known_kind(path)
    return otherwise if kind is None else kind.name


def _in_sources(workspace: Workspace) -> Iterator[OtherMention]:
    """The lines of configurations that still name the tree, and the regular expressions that do in any source."""
    names = (*workspace.table.roots, workspace.table.tree)
    written = re.compile("|".join(map(_whole, sorted(names, key=len, reverse=True))))
    expression = re.compile("|".join(_whole(escaped(name)) for name in sorted(names, key=len, reverse=True)))
    needles = (*names, *map(escaped, names))
    for path in workspace.files.search((Query(SOURCE_EXTENSIONS, needles),)):
        text = workspace.files.read(path) or b""
        if workspace.is_exempt(path) or len(text) > workspace.settings.max_file_size or not is_utf8(text):
            continue
        kind = _kind(path, "")
        for number, line in lines_of_source(text, expression):
            yield OtherMention(path, number, kind or "regular expression", line)
        for number, line in lines_of_source(text, written) if kind else ():
            yield OtherMention(path, number, kind, line)
