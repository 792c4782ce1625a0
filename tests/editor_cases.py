"""What editors show of each rule: EDITOR_CASES in the rule's test, which `tests/e2e/test_rules.py` runs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

TESTS = Path(__file__).parent


@dataclass(frozen=True)
class EditorCase:
    """One finding of a rule in the example monorepo, and its quick fix.

    `underlined` is the text of its range (None: any text).  `title` is the title of the quick fix (None: there is none,
    "…": any title), `files` are the files that it changes.  `text` is the content of a file that is not in the example.
    """

    rule: str
    path: str
    underlined: str | None
    title: str | None = None
    files: tuple[str, ...] = ()
    text: str | None = None


def editor_cases() -> list[EditorCase]:
    """The cases of all rules, from the modules of tests that have some."""
    modules = (
        f"tests.{path.parent.name}.{path.stem}"
        for folder in ("rules", "manifests")
        for path in sorted((TESTS / folder).glob("test_*.py"))
        if "\nEDITOR_CASES" in path.read_text(encoding="utf-8")
    )
    return [case for module in modules for case in import_module(module).EDITOR_CASES]
