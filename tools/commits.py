"""Checks the messages of commits: an imperative subject of at most 72 characters, and a body that says why.

python -m tools.commits              # the commits that the branch's upstream lacks; without one, the last commit
python -m tools.commits A..B         # the commits of a range
python -m tools.commits --file FILE  # a message, as a hook of git gets it
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

WIDTH = 72
# Beginnings that are no imperative: "Added", "Adding", "Adds"; and words in -s, -ed and -ing that are imperatives.
_NO_IMPERATIVE = re.compile(r"\w+(?:ed|ing|(?<!s)s)$")
_IMPERATIVES = {
    "bring",
    "focus",
    "bias",
    "embed",
    "feed",
    "need",
    "proceed",
    "speed",
    "shed",
    "spring",
    "string",
    "ring",
}


def problems(message: str) -> Iterator[str]:
    """What is wrong with a message, a clause for each; lines that begin with "#" are git's own."""
    lines = [line for line in message.splitlines() if not line.startswith("#")]
    subject, *rest = lines or [""]
    first = subject.split(maxsplit=1)[0] if subject.strip() else ""
    if len(subject) > WIDTH:
        yield f"the subject has {len(subject)} characters; write at most {WIDTH}"
    if not first[:1].isupper() or ":" in first:
        yield "the subject does not begin with a capital letter and a verb"
    elif _NO_IMPERATIVE.match(first.lower()) and first.lower() not in _IMPERATIVES:
        yield f'the subject begins with "{first}"; write what the commit does as a command ("Add …")'
    if subject.endswith("."):
        yield "the subject ends with a full stop"
    if rest and rest[0].strip():
        yield "the line below the subject is not empty"
    if not any(line.strip() for line in rest):
        yield "the body, which says why, is missing"


def _messages(arguments: list[str]) -> Iterator[tuple[str, str]]:
    if arguments[:1] == ["--file"]:
        yield arguments[1], Path(arguments[1]).read_text(encoding="utf-8")
        return
    choice = arguments or (["@{upstream}..HEAD"] if _git("rev-parse", "@{upstream}") else ["-1", "HEAD"])
    log = _git("log", "--no-merges", "--format=%h%x1f%B%x1e", *choice)
    for entry in log.split("\x1e"):
        name, found, message = entry.strip().partition("\x1f")
        if found:
            yield name, message


def _git(*arguments: str) -> str:
    run = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return run.stdout if run.returncode == 0 else ""


def main(arguments: list[str]) -> int:
    """Print what is wrong, a line for each problem; returns the exit code, which is 2 where git knows no such range."""
    if arguments[:1] != ["--file"] and arguments and not _git("rev-parse", arguments[-1]):
        print(f"{arguments[-1]}: git knows no such commit")
        return 2
    found = [f"{name}: {problem}" for name, message in _messages(arguments) for problem in problems(message)]
    print("\n".join(found), end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
