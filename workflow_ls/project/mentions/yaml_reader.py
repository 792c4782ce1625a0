"""The parts of YAML files: scalars by the keys that they are under, and comments.

ruamel.yaml gives each scalar its place.  A file that is no YAML, such as a template of Helm, is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from workflow_ls.project.mentions.key_names import is_ban, is_for_people, is_guarded
from workflow_ls.project.mentions.line_readers import script_line
from workflow_ls.project.mentions.mention_model import FilePart, Role
from workflow_ls.regular_expressions import compile_on_use

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_BYTES = 500_000
_DEEPEST = 60
_EXCLUDING = compile_on_use(r"ignore|exclude|except", re.IGNORECASE)
_COMMENT = compile_on_use(rb"(?:^|(?<=\s))#[^\r\n]*", re.MULTILINE)
_BRACKET = compile_on_use(rb"[\[\]{}]")
_INDENTED = compile_on_use(rb"^ {200}", re.MULTILINE)
_LINE = compile_on_use(rb"[^\r\n]+")
# In a container: what runs there, and where it runs.
_INSIDE = {"target", "working_dir", "command", "entrypoint", "environment", "healthcheck", "tmpfs"}


def document(text: bytes) -> Iterator[FilePart]:
    """The scalars of a file, and its comments."""
    yield from _read(text, _plain_role)


def compose_file(text: bytes) -> Iterator[FilePart]:
    """As `document`; of a volume, the source is a path, and the target is a place in the container."""
    yield from _read(text, _compose_role)


def _plain_role(keys: Sequence[str]) -> Role:
    if any(map(is_ban, keys)):
        guarded = any(is_guarded(key, keys) for key in keys[next(i for i, key in enumerate(keys) if is_ban(key)) :])
        return Role.GUARDED if guarded else Role.BAN
    if keys and is_for_people(keys[-1]):
        return Role.TEXT
    return Role.EXCLUSION if any(map(_EXCLUDING.search, keys)) else Role.PATH


def _compose_role(keys: Sequence[str]) -> Role:
    return Role.PLACE if any(key in _INSIDE for key in keys) else _plain_role(keys)


def _read(text: bytes, role_of: Callable[[Sequence[str]], Role]) -> Iterator[FilePart]:
    roots = _compose(text)
    if roots is None:
        for line in _LINE.finditer(text):
            is_comment = line[0].lstrip().startswith(b"#")
            yield FilePart(line.start(), line.end(), Role.COMMENT if is_comment else Role.UNREAD)
        return
    to_byte = _offsets(text)
    scalars = list[FilePart]()
    for root in roots:
        for node, keys, in_list in _scalars(root, (), set(), in_list=False):
            start, end = to_byte(node.start_mark.index), to_byte(node.end_mark.index)
            scalars += _parts(text, start, end, node.style, keys, role_of(keys), in_list=in_list)
    yield from scalars
    taken = sorted((region.start, region.end) for region in scalars)
    for (_, end), (start, _) in pairwise([(0, 0), *taken, (len(text), len(text))]):
        for comment in _COMMENT.finditer(text, end, max(end, start)):
            yield FilePart(*comment.span(), Role.COMMENT)


def _compose(text: bytes) -> list[Any] | None:
    """The nodes of the documents; None where the text is no YAML."""
    if len(text) > _MOST_BYTES or _INDENTED.search(text) is not None or _depth(text) > _DEEPEST:
        return None
    from ruamel.yaml import YAML  # only for files that mention the tree
    from ruamel.yaml.error import YAMLError

    try:
        return [root for root in YAML(typ="safe", pure=True).compose_all(text.decode()) if root is not None]
    except (YAMLError, ValueError, RecursionError, AttributeError, TypeError, IndexError):
        return None  # the library also raises others of these for some texts


def _depth(text: bytes) -> int:
    """How deep the brackets of a text are nested at the most; the library's time grows with the square of it."""
    depth = deepest = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket[0] in b"[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _offsets(text: bytes) -> Callable[[int], int]:
    """From a character to its byte."""
    decoded = text.decode()
    if len(decoded) == len(text):
        return lambda index: index
    starts = [0]
    for character in decoded:
        starts.append(starts[-1] + len(character.encode()))
    return lambda index: starts[min(index, len(starts) - 1)]


def _scalars(
    node: Any, keys: tuple[str, ...], seen: set[int], *, in_list: bool
) -> Iterator[tuple[Any, tuple[str, ...], bool]]:
    """Each scalar, once, with the keys above it."""
    if id(node) in seen or len(keys) > _DEEPEST:
        return
    seen.add(id(node))
    if isinstance(node.value, str):
        yield node, keys, in_list
        return
    for child in node.value:
        if isinstance(child, tuple):
            key, value = child
            name = key.value if isinstance(key.value, str) else ""
            yield from _scalars(key, (*keys, name), seen, in_list=False)
            yield from _scalars(value, (*keys, name), seen, in_list=False)
        else:
            yield from _scalars(child, keys, seen, in_list=True)


def _parts(
    text: bytes, start: int, end: int, style: str | None, keys: Sequence[str], role: Role, *, in_list: bool
) -> Iterator[FilePart]:
    if style in ("|", ">"):
        for line in _LINE.finditer(text, start, end):
            yield from script_line(text, line.start(), line.end(), role)
        return
    if style in ("'", '"'):
        start, end = start + 1, end - 1
    if role is Role.PATH and in_list and keys and keys[-1] == "volumes":
        source = text.find(b":", start, end)
        if source >= 0:
            yield FilePart(start, source, Role.PATH, whole=True)
            yield FilePart(source + 1, end, Role.PLACE, whole=True)
            return
    negated = text[start : start + 1] == b"!"
    if negated and role in (Role.PATH, Role.EXCLUSION):
        start, role = start + 1, Role.EXCLUSION if role is Role.PATH else Role.PATH
    whole = not re.search(rb"\s", text[start:end])
    yield FilePart(start, end, role, whole)
