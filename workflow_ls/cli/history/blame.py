"""Who brought the lines of findings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timezone

from workflow_ls.cli.history.git_repository import GitRepository
from workflow_ls.diagnostics import Diagnostic, LineOrigin
from workflow_ls.records import replace

_HEADER = re.compile(rb"^([0-9a-f]{40,64}) \d+ (\d+)")


def with_origins(
    repository: GitRepository, findings: Iterable[Diagnostic], read: Callable[[str], bytes]
) -> tuple[Diagnostic, ...]:
    """The findings, each with its origin where git knows it; `read` gives the text of a file as it was checked."""
    findings = tuple(findings)
    lines = defaultdict[str, dict[int, None]](dict)
    placed = [(finding, read(finding.path).count(b"\n", 0, finding.span.start) + 1) for finding in findings]
    for finding, line in placed:
        lines[finding.path][line] = None
    origins = {
        (path, line): origin
        for path, numbers in lines.items()
        for line, origin in _blame(repository, path, numbers).items()
    }
    return tuple(replace(finding, origin=origins.get((finding.path, line))) for finding, line in placed)


def _blame(repository: GitRepository, path: str, lines: Iterable[int]) -> dict[int, LineOrigin]:
    """The origin of lines of a file, from 1; none where git does not know the file."""
    ranges = [option for line in lines for option in ("-L", f"{line},{line}")]
    answer = repository.answer("blame", "--line-porcelain", "--no-textconv", *ranges, "--", path)
    origins, fields, commit, number = dict[int, LineOrigin](), dict[bytes, bytes](), b"", 0
    for line in answer.stdout.split(b"\n") if answer.returncode == 0 else ():
        header = _HEADER.match(line)
        if line.startswith(b"\t"):
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
