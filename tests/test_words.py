"""The words of messages, comments, names and documentation: plain ones, which name the actor and the action."""

from __future__ import annotations

import ast
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "workflow_ls").rglob("*.py"))

# Words that hide the actor or the action: code reports, resolves and requires, and a file is removed or rewritten.
AVOIDED_WORDS = re.compile(
    r"\b(told|tells?|asks|asked for|stands|whoever|in vain|settled?|settles|waits for|held back)\b", re.IGNORECASE
)

# Where names count as well as prose; in the package itself, those of the standard library and of tools are too many.
ALL_WORDS_IN = ("editors/", "tests/editors/", "docs/", "tools/", "tests/faults/FAULTS.md")
TEXTS = {".el", ".lua", ".md", ".mjs", ".py", ".rs", ".sh", ".toml", ".ts", ".txt", ".vim"}
OF_OTHERS = re.compile(r"\bPromise\.allSettled\b")
AS_IT_WAS = {"CHANGELOG.md"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_prose_avoids_vague_words(module: Path) -> None:
    found = [f"{name_of(module)}:{line}: {text}" for line, text in prose(module) if AVOIDED_WORDS.search(text)]
    assert found == [], "name the actor and the action instead"


def prose(module: Path) -> Iterator[tuple[int, str]]:
    """The comments and string literals of a module, by line: docstrings, messages, and the texts of f-strings."""
    with tokenize.open(module) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, " ".join(node.value.split())


def test_editors_and_documentation_avoid_vague_words() -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for name in texts()
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if AVOIDED_WORDS.search(words_of(line))
    ]
    found += [f"{name}: its name" for name in texts() if AVOIDED_WORDS.search(words_of(Path(name).stem))]
    assert found == [], "name the actor and the action instead"


def texts() -> list[str]:
    """The sources and documentation that people write, without what npm installs."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    return [
        name
        for name in listed.split("\0")
        if Path(name).suffix in TEXTS
        and (name.startswith(ALL_WORDS_IN) or "/" not in name)
        and name not in AS_IT_WAS
        and (ROOT / name).is_file()
    ]


def words_of(line: str) -> str:
    """A line whose names are words: `isTold` and `tell_missing` are two each."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", OF_OTHERS.sub("", line))


@pytest.mark.parametrize("name", ["isTold", "tell_missing", "TOLD", "told.json", "who stands in the way"])
def test_names_are_made_of_words(name: str) -> None:
    assert AVOIDED_WORDS.search(words_of(name))


@pytest.mark.parametrize("name", ["await Promise.allSettled(work)", "install", "understands", "intellisense"])
def test_other_words(name: str) -> None:
    assert not AVOIDED_WORDS.search(words_of(name))
