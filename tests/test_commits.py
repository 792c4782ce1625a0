"""The rule for messages of commits."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.commits import main, problems

BODY = "\n\nOtherwise the mock of a barrel loses its factory.\n"


@pytest.mark.parametrize(
    "message",
    [
        f"Leave mocks of barrels alone{BODY}",
        f"Bring both lines of work together{BODY}",
        f"Pass the names on{BODY}",
        f"Embed the program{BODY}# Please enter the commit message\n",
        f"{'A' * 72}{BODY}",
    ],
)
def test_a_message_that_is_right(message: str) -> None:
    assert list(problems(message)) == []


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (f"Added mocks{BODY}", 'begins with "Added"'),
        (f"Adding mocks{BODY}", 'begins with "Adding"'),
        (f"Adds mocks{BODY}", 'begins with "Adds"'),
        (f"fix: leave mocks alone{BODY}", "capital letter and a verb"),
        (f"Leave mocks alone.{BODY}", "full stop"),
        (f"{'A' * 73}{BODY}", "73 characters; write at most 72"),
        ("Leave mocks alone\nas they are", "below the subject is not empty"),
        ("Leave mocks alone", "says why, is missing"),
        ("Leave mocks alone\n\n# Please enter the commit message", "says why, is missing"),
        ("", "capital letter and a verb"),
    ],
)
def test_a_message_that_is_wrong(message: str, problem: str) -> None:
    assert any(problem in found for found in problems(message))


def test_the_commits_of_a_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", "init", "-q"], check=True)
    for message in (f"Add a{BODY}", "Added b", f"Add c{BODY}"):
        subprocess.run(["git", *identity, "commit", "-q", "--allow-empty", "-m", message], check=True)
    assert main([]) == 0
    assert main(["HEAD~2..HEAD"]) == 1
    assert [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()] == [
        'the subject begins with "Added"; write what the commit does as a command ("Add …")',
        "the body, which says why, is missing",
    ]
    assert main(["HEAD..HEAD"]) == 0
    assert main(["nothing..HEAD"]) == 2
    assert capsys.readouterr().out == "nothing..HEAD: git knows no such commit\n"
    (tmp_path / "message").write_text(f"Add d{BODY}")
    assert main(["--file", "message"]) == 0
