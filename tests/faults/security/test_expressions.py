"""Regular expressions whose time grows beyond measure"""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import workflow_ls
from workflow_ls.regular_expressions import compile_on_use

Pattern = re.Pattern[str] | re.Pattern[bytes]
# An expression that can read one of these in two ways tries two ways for each: thirty of them take minutes.
TIMES = 30
UNITS = (
    "-",
    ".",
    "a-",
    "a.",
    "_",
    "/",
    "//",
    "//\n",
    "//\r\n",
    "/**/",
    "/*/",
    "*/",
    "x/**/",
    "\\",
    "*",
    "\xa0",
    " ",
    "\n",
)
ENDS = ("", "!", "\n!", "*/!")
WORDS = (
    "",
    "export",
    "export ",
    "import",
    "async ",
    "type",
    "with",
    "from",
    "{",
    ".",
    "/",
    "'",
    "vite",
    "jest",
    "build",
)
_LAZY: Any = type(compile_on_use("")).__base__  # of those that were used, too
MOST_SECONDS = 60  # of processor time, for all of them, which need some seconds


def patterns() -> Iterator[tuple[str, Pattern]]:
    """Every expression that a module of workflow_ls has, with its name, each once."""
    found = set[Pattern]()
    for module in pkgutil.walk_packages(workflow_ls.__path__, "workflow_ls."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                for each in value if isinstance(value, tuple | list) else (value,):
                    if isinstance(each, _LAZY):
                        each = re.compile(each.pattern, each.flags)
                    if isinstance(each, re.Pattern) and each not in found:
                        found.add(each)
                        yield f"{module.name}.{name}", each


def attack(pattern: Pattern) -> None:
    """Let an expression look for itself in texts that repeat something that it may skip."""
    words = re.findall(r"[a-z]{3,}", str(pattern.pattern))[:3]
    for word in {*WORDS, *words}:
        for unit in UNITS:
            for end in ENDS:
                text = word + unit * TIMES + end
                subject = text.encode() if isinstance(pattern.pattern, bytes) else text
                pattern.match(subject)
                pattern.fullmatch(subject)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be limited")
def test_no_expression_tries_everything(tmp_path: Path) -> None:
    """A text or a name repeats what an expression may read in two ways -> the time does not double with each."""
    everything = dict(patterns())
    assert len(everything) > 200
    under_way = tmp_path / "under way"
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
        for name, pattern in everything.items():
            under_way.write_text(f"{name}: {pattern.pattern!r}")
            attack(pattern)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, under_way.read_text()
