"""Who brought the lines of findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timezone

from workflow_ls.cli.history.git_repository import GitRepository
from workflow_ls.diagnostics import Diagnostic, LineOrigin
from workflow_ls.records import replace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Span

_HEADER = compile_on_use(rb"^([0-9a-f]{40,64}) \d+ (\d+)")


def with_origins(
    repository: GitRepository, findings: Iterable[Diagnostic], read: Callable[[str], bytes], base: str
) -> tuple[Diagnostic, ...]:
    """The findings, each with its origin where git knows it; `read` gives the text of a file as it was checked.

    Lines as old as the commit `base` have none.  A finding on such a line has the origin of the first related place
    that is newer, such as the import that a manifest lacks.
    """
    findings = tuple(findings)
    blamed = _Blame(repository, read, base)
    blamed.look_at((finding.path, finding.span) for finding in findings)
    old = [finding for finding in findings if blamed.origin(finding.path, finding.span) is None]
    blamed.look_at((each.path, each.span) for finding in old for each in finding.related if each.span is not None)
    return tuple(
        replace(
            finding,
            origin=next(
                filter(
                    None,
                    (
                        blamed.origin(finding.path, finding.span),
                        *(blamed.origin(each.path, each.span) for each in finding.related if each.span is not None),
                    ),
                ),
                None,
            ),
        )
        for finding in findings
    )


class _Blame:
    """The origins of the lines that were looked at."""

    def __init__(self, repository: GitRepository, read: Callable[[str], bytes], base: str) -> None:
        self._repository = repository
        self._read = read
        self._base = base
        self._origins: dict[tuple[str, int], LineOrigin] = {}

    def look_at(self, places: Iterable[tuple[str, Span]]) -> None:
        """Ask git for the origins of the lines of places, once for each file."""
        lines = defaultdict[str, dict[int, None]](dict)
        for path, span in places:
            lines[path][self._line(path, span)] = None
        for path, numbers in lines.items():
            for line, origin in _blame(self._repository, path, numbers, self._base).items():
                self._origins[path, line] = origin

    def origin(self, path: str, span: Span) -> LineOrigin | None:
        """The origin of the line of a place; None for one that is not newer than the base, or was not looked at."""
        return self._origins.get((path, self._line(path, span)))

    def _line(self, path: str, span: Span) -> int:
        return self._read(path).count(b"\n", 0, span.start) + 1


def _blame(repository: GitRepository, path: str, lines: Iterable[int], base: str) -> dict[int, LineOrigin]:
    """The origin of lines of a file, from 1; none where git does not know the file, and of lines as old as `base`."""
    ranges = [option for line in lines for option in ("-L", f"{line},{line}")]
    # Git looks no further back than the base, and at the file as it is in the work tree.
    answer = repository.answer("blame", "--line-porcelain", "--no-textconv", "--root", *ranges, f"^{base}", "--", path)
    origins, fields, commit, number = dict[int, LineOrigin](), dict[bytes, bytes](), b"", 0
    for line in answer.stdout.split(b"\n") if answer.returncode == 0 else ():
        header = _HEADER.match(line)
        if line.startswith(b"\t"):
            if b"boundary" not in fields:
                origins[number] = _origin(commit, fields)
        elif header is not None:
            commit, number, fields = header[1], int(header[2]), {}
        else:
            name, _, value = line.partition(b" ")
            fields[name] = value
    return origins


def _origin(commit: bytes, fields: dict[bytes, bytes]) -> LineOrigin:
    if not commit.strip(b"0"):
        return LineOrigin(None)
    author, summary = (fields.get(name, b"").decode("utf-8", "replace") for name in (b"author", b"summary"))
    date = datetime.fromtimestamp(int(fields.get(b"author-time", b"0")), timezone.utc)
    return LineOrigin(commit.decode(), author, f"{date:%Y-%m-%d}", summary)
