"""The problems of a configuration file or table, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow_ls.config.validation import ROW_LISTS, ValidationProblem, ValuePath
from workflow_ls.diagnostics import Notice
from workflow_ls.jsonc.document import Document
from workflow_ls.jsonc.tree import Node
from workflow_ls.records import record
from workflow_ls.text import LineIndex, Span


@record
class ConfigProblem:
    """A problem in a table or configuration file.

    `path` is the path of the file, `line` (from 1) the line where `span` starts.  `message` is one or two sentences;
    it starts with the row that has the problem, if one has it.
    """

    path: str
    span: Span
    line: int
    message: str

    @property
    def notice(self) -> Notice:
        """The problem as the command line shows it; it ends the run with exit code 2."""
        return Notice(self.path, self.message, self.line, fatal=True, span=self.span)


def problems_of(document: Document, problems: Sequence[ValidationProblem], path: str) -> tuple[ConfigProblem, ...]:
    """All problems of a file, in file order: those of its JSON, or else its repeated keys and `problems`.

    `path` is the path of the file.
    """
    lines = LineIndex(document.text)
    found: list[tuple[Span, str]]
    if document.problems or document.root is None:
        found = [(problem.span, problem.message) for problem in document.problems]
    else:
        root = document.root
        distinct = dict.fromkeys((*repeated_keys(root), *problems))
        found = [(span_of(root, problem), _row_prefix(root, problem.path) + problem.message) for problem in distinct]
    return tuple(
        ConfigProblem(path, span, lines.position(span.start, "utf-8").line + 1, message)
        for span, message in sorted(found, key=lambda entry: entry[0])
    )


def _row_prefix(root: Node, path: ValuePath) -> str:
    """The row of a value, as a message starts with it; "" outside the rows."""
    if len(path) < 2 or path[0] not in ROW_LISTS:
        return ""
    row = f"{path[0]}[{path[1]}]"
    if path[0] == "names":
        module, name = root.at(*path[:2], "module"), root.at(*path[:2], "name")
        if module is not None and module.kind == "string" and name is not None and name.kind == "string":
            return f'{row} ("{name.data}" of "{module.data}"): '
        return f"{row}: "
    key = "from" if path[0] == "modules" else "name"
    value = root.at(*path[:2], key)
    if value is None or value.kind != "string":
        return f"{row}: "
    return f'{row} (from "{value.data}"): ' if key == "from" else f'{row} ("{value.data}"): '


def span_of(root: Node, problem: ValidationProblem) -> Span:
    """The place of a problem in the text of an object."""
    if problem.concerns_key:
        parent = root.at(*problem.path[:-1]) or root
        keys = (member.key_span for member in reversed(parent.properties) if member.key == problem.path[-1])
        return next(keys, parent.span)
    value = root.at(*problem.path) or root
    # A problem of a whole object is shown at its first character, not on all of its lines.
    return Span(value.span.start, value.span.start + 1) if value.kind in ("object", "array") else value.span


def repeated_keys(root: Node) -> Iterator[ValidationProblem]:
    """The keys that an object has twice.  Of such a key only the last value counts, and is searched for more."""
    pending: list[tuple[ValuePath, Node]] = [((), root)]
    while pending:
        path, value = pending.pop()
        last = {member.key: member.value for member in value.properties}
        if len(last) < len(value.properties):
            keys = [member.key for member in value.properties]
            yield from (
                ValidationProblem((*path, key), f'The key "{key}" appears twice. Remove one.', concerns_key=True)
                for key in last
                if keys.count(key) > 1
            )
        pending.extend(((*path, key), inner) for key, inner in last.items())
        pending.extend(((*path, index), item) for index, item in enumerate(value.items))
