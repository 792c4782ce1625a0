"""The parts of files that consist of lines: Dockerfiles, ignore files, CODEOWNERS, scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from workflow_ls.project.mentions.mention_model import FilePart, Role
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.spelling.script_hosts import comment_spans, script_spans
from workflow_ls.text import Span

_LINE = compile_on_use(rb"[^\r\n]+")
_HASH = compile_on_use(rb"(?:^|[ \t;&|])(#)")
_WORD = compile_on_use(rb"[^\s]+")
_INSTRUCTION = compile_on_use(
    rb"[ \t]*(?:ONBUILD[ \t]+)?(COPY|ADD|RUN|CMD|ENTRYPOINT|WORKDIR|ENV|ARG|LABEL|VOLUME)\b", re.IGNORECASE
)
_CONTINUED = compile_on_use(rb"[\\`][ \t]*\Z")
_MOUNT = compile_on_use(rb"--mount=\S*?\b(?:source|src)=([^,\s]+)")
_VALUE = compile_on_use(rb"""[^\s"',\[\]]+""")
_LATIN = "latin-1"


def dockerfile(text: bytes) -> Iterator[FilePart]:
    """What is copied is a path, except from another stage; where it goes, and what runs, is a place in the image."""
    instruction = ""
    words = list[re.Match[bytes]]()
    for line in _LINE.finditer(text):
        written = line[0]
        if written.lstrip().startswith(b"#"):
            yield FilePart(line.start(), line.end(), Role.COMMENT)
            continue
        start = line.start()
        found = None if instruction else _INSTRUCTION.match(written)
        if found is not None:
            instruction, start = found[1].upper().decode(_LATIN), line.start() + found.end()
        continued = _CONTINUED.search(written)
        end = line.end() if continued is None else line.start() + continued.start()
        if instruction in ("COPY", "ADD"):
            words += _VALUE.finditer(text, start, end)
        else:
            yield from _running(text, start, end)
        if continued is None:
            yield from _copied(words)
            instruction, words = "", []
    yield from _copied(words)


def _copied(words: list[re.Match[bytes]]) -> Iterator[FilePart]:
    options = [word for word in words if word[0].startswith(b"--")]
    from_stage = any(word[0].startswith(b"--from") for word in options)
    paths = words[len(options) :]
    for word in paths:
        is_place = from_stage or word is paths[-1]
        yield FilePart(word.start(), word.end(), Role.PLACE if is_place else Role.PATH, whole=True, is_path=True)


def _running(text: bytes, start: int, end: int) -> Iterator[FilePart]:
    for mount in _MOUNT.finditer(text, start, end):
        role = Role.PLACE if b"from=" in mount[0] else Role.PATH
        yield FilePart(start, mount.start(1), Role.PLACE)
        yield FilePart(*mount.span(1), role, whole=True)
        start = mount.end()
    yield FilePart(start, end, Role.PLACE)


def ignore_file(text: bytes) -> Iterator[FilePart]:
    """Each line leaves files out; after `!` it takes them back in."""
    for line in _LINE.finditer(text):
        written = line[0].strip()
        role = Role.COMMENT if written.startswith(b"#") else Role.PATH if written.startswith(b"!") else Role.EXCLUSION
        start = line.start() + line[0].index(written) if written else line.start()
        skipped = written.startswith(b"!")
        yield FilePart(start + skipped, start + len(written), role, whole=True, is_path=True)


def owners(text: bytes) -> Iterator[FilePart]:
    """The first word of a line is a path."""
    for line in _LINE.finditer(text):
        comment = _HASH.search(line[0])
        end = line.end() if comment is None else line.start() + comment.start(1)
        first = _WORD.search(text, line.start(), end)
        if first is not None:
            yield FilePart(*first.span(), Role.PATH, whole=True, is_path=True)
        if comment is not None:
            yield FilePart(end, line.end(), Role.COMMENT)


def script(text: bytes) -> Iterator[FilePart]:
    """What is no comment is a path, where it is written as one."""
    for line in _LINE.finditer(text):
        yield from script_line(text, line.start(), line.end())


def script_line(text: bytes, start: int, end: int, role: Role = Role.PATH) -> Iterator[FilePart]:
    """The parts of one line of a shell: the commands, and a comment."""
    comment = _HASH.search(text[start:end])
    split = end if comment is None else start + comment.start(1)
    if split > start:
        yield FilePart(start, split, role)
    if comment is not None:
        yield FilePart(split, end, Role.COMMENT)


def template(text: bytes) -> Iterator[FilePart]:
    """What is outside of the scripts of a component is not read."""
    yield from _outside(text, script_spans(text, ".vue"))


def astro_template(text: bytes) -> Iterator[FilePart]:
    """As `template`; the beginning of a page is a script, too."""
    yield from _outside(text, script_spans(text, ".astro"))


def _outside(text: bytes, scripts: Sequence[Span]) -> Iterator[FilePart]:
    for (_, end), (start, _) in pairwise([(0, 0), *scripts, (len(text), len(text))]):
        at = end
        for comment in comment_spans(text[: max(start, end)], end):
            yield FilePart(at, comment.start, Role.UNREAD)
            yield FilePart(*comment, Role.COMMENT)
            at = comment.end
        yield FilePart(at, max(at, start), Role.UNREAD)


def unread(text: bytes) -> Iterator[FilePart]:
    """The lines of a file that nobody reads."""
    for line in _LINE.finditer(text):
        yield FilePart(line.start(), line.end(), Role.UNREAD)
