"""Checks of hand-written JSON: each mistake once, at its own place, in words that name the nearest valid key.

The checks run on plain data; the text is scanned for places only when there is a mistake to place.  They take the list
of mistakes as first parameter, add to it, and return None for what cannot be used.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from workflow_ls.diagnostics import Notice
from workflow_ls.jsonc.model import Node
from workflow_ls.jsonc.parser import Document
from workflow_ls.records import record
from workflow_ls.text import LineIndex, Span
from workflow_ls.vfs.globs import Globs

ValuePath = tuple[str | int, ...]  # the keys and indices that lead to a value

_ROWS = ("modules", "names", "packages")
_ABSOLUTE = re.compile(r"/|[A-Za-z][A-Za-z0-9+.-]*:")


class Mistake(NamedTuple):
    """What is wrong with the value at `path`, or with its key."""

    path: ValuePath
    message: str
    at_key: bool = False


@record
class ConfigProblem:
    """A mistake in a table or configuration file.

    `path` is the file's.  `line` counts from 1 and is that of `span`.  `row` says which row it is in, None outside the
    rows.  `message` is a sentence, with the row in front.
    """

    path: str
    span: Span
    line: int
    row: str | None
    message: str

    @property
    def notice(self) -> Notice:
        """The problem as the command line shows it; it ends in exit code 2."""
        return Notice(self.path, self.message, self.line, fatal=True, span=self.span)


def problems_of(document: Document, mistakes: Sequence[Mistake], path: str) -> tuple[ConfigProblem, ...]:
    """Everything that is wrong with a file, in file order: its JSON, or else keys written twice and the mistakes.

    `path` is the file's, for the problems to carry.
    """
    lines = LineIndex(document.text)
    found: list[tuple[Span, str | None, str]]
    if document.problems or document.root is None:
        found = [(problem.span, None, problem.message) for problem in document.problems]
    else:
        root = document.root
        every = dict.fromkeys((*_repeated_keys(root), *mistakes))
        found = [(_place(root, mistake), _row(root, mistake.path), mistake.message) for mistake in every]
    return tuple(
        ConfigProblem(
            path,
            span,
            lines.line_at(span.start) + 1,
            row,
            message if row is None else f"{row}: {message}",
        )
        for span, row, message in sorted(found, key=lambda entry: entry[0])
    )


def read_object(
    mistakes: list[Mistake], data: object, path: ValuePath, *, keys: Collection[str], required: Iterable[str] = ()
) -> dict[str, object] | None:
    """An object that has all the `required` and no other than the given keys; the known ones are kept."""
    if not isinstance(data, dict):
        _refuse(mistakes, path, "an object", data)
        return None
    mistakes.extend(
        Mistake((*path, key), f'"{key}" is not a key here.{nearest(key, keys)}', at_key=True)
        for key in data
        if key not in keys
    )
    mistakes.extend(Mistake(path, f'"{key}" is missing.') for key in required if key not in data)
    return {key: value for key, value in data.items() if key in keys}


def read_list(mistakes: list[Mistake], data: object, path: ValuePath, *, filled: bool = False) -> list[object]:
    """A list, if `filled` one that is not empty; an empty one in place of anything else."""
    if not isinstance(data, list):
        _refuse(mistakes, path, "a list", data)
        return []
    if filled and not data:
        mistakes.append(Mistake(path, f"{label(path)} is empty."))
    return data


def read_text(mistakes: list[Mistake], data: object, path: ValuePath) -> str | None:
    """A string that is not empty."""
    if not isinstance(data, str):
        _refuse(mistakes, path, "a string", data)
        return None
    if not data:
        mistakes.append(Mistake(path, f"{label(path)} is empty."))
        return None
    return data


def read_flag(mistakes: list[Mistake], data: object, path: ValuePath) -> bool:
    """True or false; False in place of anything else."""
    if not isinstance(data, bool):
        _refuse(mistakes, path, "true or false", data)
        return False
    return data


def read_count(mistakes: list[Mistake], data: object, path: ValuePath) -> int | None:
    """A whole number above 0."""
    if isinstance(data, bool) or not isinstance(data, int | float):
        _refuse(mistakes, path, "a whole number above 0", data)
        return None
    if data < 1 or data != data // 1:
        mistakes.append(Mistake(path, f"{label(path)} must be a whole number above 0."))
        return None
    return int(data)


def read_path(mistakes: list[Mistake], data: object, path: ValuePath, *, stars: int = 0) -> str | None:
    """A path or specifier of plain segments, with at most so many `*`: not absolute, not relative, without `..`."""
    text = read_text(mistakes, data, path)
    if text is None:
        return None
    fault = _path_fault(text, stars)
    if fault:
        mistakes.append(Mistake(path, f"{label(path)} {fault}."))
        return None
    return text


def read_globs(mistakes: list[Mistake], data: object, path: ValuePath) -> tuple[str, ...]:
    """A list of gitignore patterns."""
    globs = []
    for index, entry in enumerate(read_list(mistakes, data, path)):
        place = (*path, index)
        pattern = read_text(mistakes, entry, place)
        if pattern is None:
            continue
        fault = _glob_fault(pattern)
        if fault:
            mistakes.append(Mistake(place, f"{label(place)} {fault}."))
        else:
            globs.append(pattern)
    return tuple(globs)


def label(path: ValuePath) -> str:
    """How a message calls a value: by its path inside its row, or inside the file."""
    inner = path[2:] if path[:1] and path[0] in _ROWS and len(path) > 1 else path
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in inner).removeprefix(".")
    if text:
        return f'"{text}"'
    return "The row" if path else "The file"


def nearest(word: str, valid: Collection[str]) -> str:
    """A closing sentence that names the valid word nearest to a wrong one; empty where none is near."""
    from difflib import get_close_matches  # costs more than reading the table, and only mistakes need it

    close = get_close_matches(word, sorted(valid), n=1, cutoff=0.5)
    return f' Did you mean "{close[0]}"?' if close else ""


def _refuse(mistakes: list[Mistake], path: ValuePath, wanted: str, data: object) -> None:
    mistakes.append(Mistake(path, f"{label(path)} must be {wanted}, not {_kind(data)}."))


def _kind(data: object) -> str:
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    names = {dict: "an object", list: "a list", str: "a string"}
    return next((name for kind, name in names.items() if isinstance(data, kind)), "a number")


def _path_fault(text: str, stars: int) -> str:
    segments = text.split("/")
    if "\\" in text:
        return "has a backslash; write paths with /"
    if _ABSOLUTE.match(text):
        return "is absolute; paths start at the workspace root, and specifiers with a package"
    if ".." in segments:
        return 'may not contain ".."'
    if "." in segments or "" in segments:
        return 'has an empty or "." segment'
    if text.count("*") > stars:
        return 'may have one "*" only' if stars else 'may not have a "*"'
    return ""


def _glob_fault(pattern: str) -> str:
    if ".." in pattern.split("/"):
        return 'may not contain ".."'
    try:
        Globs([pattern])
    except ValueError:
        return "is not a gitignore pattern"
    return ""


def _row(root: Node, path: ValuePath) -> str | None:
    if len(path) < 2 or path[0] not in _ROWS:
        return None
    row = f"{path[0]}[{path[1]}]"
    if path[0] == "names":
        module, name = root.at(*path[:2], "module"), root.at(*path[:2], "name")
        if module is not None and module.kind == "string" and name is not None and name.kind == "string":
            return f'{row} ("{name.data}" of "{module.data}")'
        return row
    key = "from" if path[0] == "modules" else "name"
    value = root.at(*path[:2], key)
    if value is None or value.kind != "string":
        return row
    return f'{row} (from "{value.data}")' if key == "from" else f'{row} ("{value.data}")'


def _place(root: Node, mistake: Mistake) -> Span:
    if mistake.at_key:
        holder = root.at(*mistake.path[:-1]) or root
        keys = (member.key_span for member in reversed(holder.properties) if member.key == mistake.path[-1])
        return next(keys, holder.span)
    value = root.at(*mistake.path) or root
    # What is wrong with a whole object is shown where it begins, not over all of its lines.
    return Span(value.span.start, value.span.start + 1) if value.kind in ("object", "array") else value.span


def _repeated_keys(root: Node) -> Iterator[Mistake]:
    """The keys that are written twice in what counts: of repeated ones, the last."""
    open_values: list[tuple[ValuePath, Node]] = [((), root)]
    while open_values:
        path, value = open_values.pop()
        last = {member.key: member.value for member in value.properties}
        if len(last) < len(value.properties):
            written = [member.key for member in value.properties]
            yield from (
                Mistake((*path, key), f'"{key}" is written twice.', at_key=True)
                for key in last
                if written.count(key) > 1
            )
        open_values.extend(((*path, key), inner) for key, inner in last.items())
        open_values.extend(((*path, index), item) for index, item in enumerate(value.items))
