"""The cases of alias_table.txt: configurations, questions, and the answers of the tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("alias_table.txt")
IMPORTER = "web/src/main.ts"

TREE = {
    "package.json": '{ "name": "root", "private": true, "type": "module" }',
    "web/package.json": '{ "name": "web", "type": "module" }',
    "web/tsconfig.json": '{ "compilerOptions": { "paths": { "%/*": ["./src/*"] } } }',
    "node_modules/pkg/package.json": '{ "name": "pkg", "main": "./main.js" }',
    "node_modules/@s/kit/package.json": '{ "name": "@s/kit", "type": "module", "exports": { ".": "./kit.js", "./run": "./run.js" } }',  # noqa: E501
    **dict.fromkeys(
        [
            *("web/src/main.ts", "web/src/index.ts", "web/src/a.ts", "web/src/b/index.ts", "web/src/b/c.ts"),
            *("web/src/d.js", "web/src/x.tsx", "web/src/both.js", "web/src/both.ts", "web/src/deep/page.ts"),
            *("web/src/style.css", "web/lib/a.ts", "web/lib/z.ts", "web/src/deep/deep/page.ts"),
            *("shared/flow/index.ts", "shared/flow/run.ts", "shared/flow-x/run.ts", "shared/core/index.ts"),
            *("node_modules/pkg/main.js", "node_modules/pkg/sub.js"),
            *("node_modules/@s/kit/kit.js", "node_modules/@s/kit/run.js"),
        ],
        "",
    ),
}


class Question(NamedTuple):
    """A specifier of a file, what the tool answers, and what we answer where that is another, with the reason."""

    importer: str
    specifier: str
    answer: str
    ours: str
    reason: str


class Case(NamedTuple):
    """A configuration of a tool, with the files beside it, and the questions."""

    tool: str
    path: str
    files: dict[str, str]
    questions: tuple[Question, ...]


_QUESTION = re.compile(r"\? (?:(\S+): )?(\S+?)(?: -> ([^;\s]+))?(?:; (\S+), since (.+))?$")


def cases() -> Iterator[Case]:
    """The cases of the table."""
    blocks = re.split(r"^== ", TABLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for block in blocks[1:]:
        head, *lines = block.splitlines()
        tool, path = head.split()
        files, current, questions = {path: ""}, path, list[Question]()
        for line in lines:
            asked = _QUESTION.match(line)
            if asked is not None:
                importer, specifier, answer, ours, reason = asked.groups()
                answer = answer or ""
                questions.append(Question(importer or IMPORTER, specifier, answer, ours or answer, reason or ""))
            elif line.startswith("//- "):
                current = line[4:]
                files[current] = ""
            elif line and not line.startswith("#"):
                files[current] += f"{line}\n"
        yield Case(tool, path, {**TREE, **files}, tuple(questions))


def with_answers(answers: Iterator[str]) -> str:
    """The text of the table with these answers in the place of those that it has."""

    def answered(line: str) -> str:
        asked = _QUESTION.match(line)
        if asked is None:
            return line
        importer, specifier, _, ours, reason = asked.groups()
        place = f"{importer}: " if importer else ""
        difference = f"; {ours}, since {reason}" if ours else ""
        return f"? {place}{specifier} -> {next(answers)}{difference}"

    return "\n".join(map(answered, TABLE.read_text(encoding="utf-8").splitlines())) + "\n"
