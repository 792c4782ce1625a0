"""The parts of JSON files, with comments or without: the strings, by the keys that they are under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.tree import Node
from workflow_ls.project.mentions.key_names import is_ban, is_command, is_for_people, is_guarded
from workflow_ls.project.mentions.line_readers import unread
from workflow_ls.project.mentions.mention_model import FilePart, Role
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Span

_EXCLUDING = compile_on_use(r"exclude|ignore|(?:^|\W)skip", re.IGNORECASE)
# What other rules follow: the entries of a manifest, aliases, and how a package is found.
_FOLLOWED = {"exports", "imports", "dependencies", "devDependencies", "peerDependencies", "optionalDependencies"}
_FOLLOWED |= {"name", "workspaces", "overrides", "resolutions"}
_ALIASES = {"paths", "baseUrl"}
_PATHS = compile_on_use(
    r"^(?:include|exclude|files?|roots?|rootDirs?|inputs?|director(?:y|ies)|dirs?|sources?|src|paths?|entry|project)$",
    re.IGNORECASE,
)
_COMMENT = compile_on_use(rb"//[^\r\n]*|/\*.*?\*/", re.DOTALL)


def document(text: bytes) -> Iterator[FilePart]:
    """The strings of a file, and its comments."""
    yield from _read(text, frozenset(), frozenset())


def with_paths(text: bytes) -> Iterator[FilePart]:
    """As `document`, for a configuration whose `paths` are aliases, which other rules follow."""
    yield from _read(text, frozenset(), frozenset(_ALIASES))


def manifest(text: bytes) -> Iterator[FilePart]:
    """The strings of a manifest without those that other rules follow."""
    yield from _read(text, frozenset(_FOLLOWED), frozenset())


def _read(text: bytes, on_top: frozenset[str], anywhere: frozenset[str]) -> Iterator[FilePart]:
    document = parse_json(text, comments=True)
    root = document.root
    if root is None or document.problems:
        yield from unread(text)
        return
    strings = list(_strings(root, (), Role.PATH, (on_top, anywhere), ()))
    yield from strings
    # Between strings there are only signs, numbers and comments.
    at = 0
    for start, end in (*sorted((s.start, s.end) for s in strings), (len(text), len(text))):
        for comment in _COMMENT.finditer(text, at, max(at, start)):
            yield FilePart(*comment.span(), Role.COMMENT)
        at = max(at, end)


def _strings(
    node: Node,
    keys: Sequence[str],
    role: Role,
    skipped: tuple[frozenset[str], frozenset[str]],
    siblings: tuple[Span, ...],
) -> Iterator[FilePart]:
    if node.kind == "string":
        yield _string(node, keys, role, siblings)
    for item in node.items:
        yield from _strings(item, keys, role, skipped, tuple(each.span for each in node.items))
    for member in node.properties:
        key = member.key
        if key in skipped[1] or (not keys and key in skipped[0]):
            continue
        inner = Role.BAN if is_ban(key) else Role.EXCLUSION if role is Role.PATH and _EXCLUDING.search(key) else role
        if role is Role.BAN and is_guarded(key, keys):
            inner = Role.GUARDED
        yield FilePart(member.key_span.start + 1, member.key_span.end - 1, inner, whole=" " not in key)
        yield from _strings(member.value, (*keys, key), inner, skipped, ())


def _string(node: Node, keys: Sequence[str], role: Role, siblings: tuple[Span, ...]) -> FilePart:
    value, key = str(node.data), keys[-1] if keys else ""
    start, end = node.span.start + 1, node.span.end - 1
    whole = " " not in value
    found = Role.ITEM if role is Role.PATH and siblings else role
    if is_ban(value):
        found = Role.BAN
    elif role is not Role.BAN and (is_for_people(key) or not (whole or is_command(keys))):
        found = Role.TEXT
    elif value.startswith("!") and found in (Role.ITEM, Role.EXCLUSION):
        start, found = start + 1, Role.EXCLUSION if found is Role.ITEM else Role.PATH
    is_path = whole and _PATHS.search(key) is not None
    return FilePart(start, end, found, whole, node.span if siblings else None, siblings, is_path)
