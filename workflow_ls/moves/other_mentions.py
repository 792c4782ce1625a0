"""What mentions the legacy tree and is out of reach: files of other kinds, and strings that can't be rewritten."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from workflow_ls import CONFIG_FILE
from workflow_ls.moves.model import Outside
from workflow_ls.project.parsed_sources import is_utf8
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import Query, is_source, parents

_KINDS = (
    (
        re.compile(r"(^|/)([\w.-]*\.)?Dockerfile(\.[\w.-]+)?$|\.dockerfile$|\.dockerignore$", re.IGNORECASE),
        "Dockerfile",
    ),
    (re.compile(r"(^|/)(docker-)?compose[\w.-]*\.ya?ml$"), "compose file"),
    (
        re.compile(r"(^|/)\.(github/workflows|gitlab|circleci|buildkite)[/-]|(^|/)(\.gitlab-ci|azure-pipelines)"),
        "CI workflow",
    ),
    (re.compile(r"(^|/)\.?(eslint|prettier|stylelint|oxlint|biome|dependency-cruiser)[\w.-]*$"), "lint configuration"),
    (re.compile(r"(^|/)(tsconfig|jsconfig)[\w.-]*\.json$"), "TypeScript configuration"),
    (re.compile(r"(^|/)package\.json$"), "manifest"),
    (re.compile(r"(^|/)(CODEOWNERS|\.gitignore|\.gitattributes)$"), "repository configuration"),
    (
        re.compile(r"(^|/)(Makefile|nx\.json|project\.json|turbo\.json|lerna\.json|[\w.-]+\.config\.[\w.]+|\.swcrc)$"),
        "build configuration",
    ),
)
_LINE = 160


def find_outside(workspace: Workspace, strings: Sequence[tuple[str, int, str, str]]) -> tuple[Outside, ...]:
    """The places in a workspace that mention the legacy tree, by file; `strings` are those in sources, with reasons."""
    found = {Outside(path, line, "path string", f"{text}: {why}") for path, line, text, why in strings}
    table = workspace.table
    pattern = re.compile("|".join(map(_whole, sorted((*table.roots, table.tree), key=len, reverse=True))))
    for path in workspace.files.search((Query(("",), (*table.roots, table.tree)),)):
        found.update(_lines(workspace, path, pattern))
    for directory in parents(table.tree):
        if directory:
            below = table.tree[len(directory) + 1 :]
            near = re.compile(rf"(?<![\w@./-])(?:\./)?{re.escape(below)}/")
            for path in workspace.files.search((Query(("",), (f"{below}/",), under=directory),)):
                found.update(_lines(workspace, path, near))
    return tuple(sorted(found, key=lambda place: (place.path, place.line, place.text)))


def _whole(name: str) -> str:
    """A specifier or path in whole segments, whatever stands before its first one."""
    return rf"(?<![\w@-]){re.escape(name)}(?![\w-])"


def _lines(workspace: Workspace, path: str, pattern: re.Pattern[str]) -> Iterator[Outside]:
    ignored, text = workspace.settings.ignores(path), workspace.files.read(path)
    if text is None or path == CONFIG_FILE or workspace.table.is_doc(path):
        return  # the table may name what has moved
    if len(text) > workspace.settings.max_file_size or not is_utf8(text):
        if is_source(path):
            yield Outside(path, 1, "skipped file", "it is too large, or not UTF-8, and mentions the legacy tree")
        return
    if b"\0" in text or (is_source(path) and not ignored):
        return  # of sources, references and strings are known; comments are nobody's business
    kind = next((kind for test, kind in _KINDS if test.search(path)), f"{posixpath.splitext(path)[1] or 'other'} file")
    for number, line in enumerate(text.decode().splitlines(), 1):
        if pattern.search(line):
            yield Outside(path, number, "ignored file" if ignored else kind, line.strip()[:_LINE])
