"""Text to print: hostile characters escaped, nouns counted, long lists cut."""

from __future__ import annotations

from collections.abc import Sequence

from workflow_ls.regular_expressions import compile_on_use

# Azure Pipelines, TeamCity and the first command syntax of GitHub's runner obey `##[x]` and `##word[x]` anywhere in a
# line.
CI_COMMAND = compile_on_use(r"#(?=#\w*\[)")


def counted(number: int, noun: str) -> str:
    """The number with its noun in the right form."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def capitalized(text: str) -> str:
    """The text as a sentence starts: a path, a name or code at its start keeps its case."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].rstrip(",:;").isalpha() else text


def listed(items: Sequence[str], most: int = 3) -> str:
    """The first items, at most `most`, separated by commas, and how many more there are: `a, b, c and 4 more`."""
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def visible(text: str) -> str:
    r"""The text with what would act rather than show written out: it moves no cursor and starts no command.

    Control and format characters, separators other than a space, surrogates and unassigned code points become
    escapes (`\n`, `\x1b`, `\u202e`), and `##[` cannot start a CI command any more.
    """
    if not text.isprintable():
        text = "".join(character if character.isprintable() else escape(character) for character in text)
    return CI_COMMAND.sub(r"\\x23", text) if "##" in text else text


def visible_path(path: str) -> str:
    """A path that may start a line: `::` there would be a command to GitHub's runner."""
    shown = visible(path)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def escape(character: str) -> str:
    """A character as its escape, in the notation of Python and JavaScript."""
    return character.encode("unicode_escape").decode("ascii")
