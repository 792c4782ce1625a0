from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ls.reporters.diff import unified_diff


def git_apply(root: Path, path: str, before: bytes, diff: str) -> bytes:
    """The file after `git apply`, which must take the diff without a complaint."""
    name = root / path
    name.parent.mkdir(parents=True, exist_ok=True)
    name.write_bytes(before)
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
    run = subprocess.run(command, cwd=root, input=diff.encode("utf-8", "surrogateescape"), capture_output=True)
    assert (run.returncode, run.stderr.decode()) == (0, "")
    return name.read_bytes()


def test_no_change_is_no_diff() -> None:
    assert unified_diff("a.ts", b"a\n", b"a\n") == ""


def test_a_change() -> None:
    before = "".join(f"{number}\n" for number in range(1, 21)).encode()
    after = before.replace(b"\n5\n", b"\nfive\n").replace(b"\n16\n", b"\n16\nnew\n")
    assert unified_diff("src/a.ts", before, after) == (
        "diff --git a/src/a.ts b/src/a.ts\n"
        "--- a/src/a.ts\n"
        "+++ b/src/a.ts\n"
        "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        "@@ -14,6 +14,7 @@\n 14\n 15\n 16\n+new\n 17\n 18\n 19\n"
    )


@pytest.mark.parametrize(
    ("before", "after", "hunk"),
    [
        (b"a\n", b"b\n", "@@ -1 +1 @@\n-a\n+b\n"),
        (b"a", b"b", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"),
        (b"a", b"a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"),
        (b"a\nb", b"c\nb", "@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n"),
        (b"", b"a\n", "@@ -0,0 +1 @@\n+a\n"),
        (b"a\n", b"", "@@ -1 +0,0 @@\n-a\n"),
        (b"a\r\nb\r\n", b"c\r\nb\r\n", "@@ -1,2 +1,2 @@\n-a\r\n+c\r\n b\r\n"),
        (b"a\nb\n", b"a\r\nb\n", "@@ -1,2 +1,2 @@\n-a\n+a\r\n b\n"),
        (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n", "@@ -1 +1 @@\n-\ufeffa\n+\ufeffb\n"),
        (
            "a\u2028b\x0c\x85\n".encode(),
            "c\u2028b\x0c\x85\n".encode(),
            "@@ -1 +1 @@\n-a\u2028b\x0c\x85\n+c\u2028b\x0c\x85\n",
        ),
        (b"\xe9\n", b"\xe8\n", "@@ -1 +1 @@\n-\udce9\n+\udce8\n"),
        (b"a\rb\n", b"c\rb\n", "@@ -1 +1 @@\n-a\rb\n+c\rb\n"),
    ],
)
def test_line_ends_and_bytes_are_kept(tmp_path: Path, before: bytes, after: bytes, hunk: str) -> None:
    diff = unified_diff("a.ts", before, after)
    assert diff == f"diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n{hunk}"
    assert git_apply(tmp_path, "a.ts", before, diff) == after


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("src/a.ts", "--- a/src/a.ts"),
        ("a b/c d.ts", "--- a/a b/c d.ts\t"),
        ("[id]/é.ts", "--- a/[id]/é.ts"),
        ('a"b.ts', r'--- "a/a\"b.ts"'),
        ("a\\b.ts", r'--- "a/a\\b.ts"'),
        ("a\nb\tc\x1b.ts", r'--- "a/a\012b\011c\033.ts"'),
        ("é\u202e.ts", r'--- "a/\303\251\342\200\256.ts"'),
        ("a b\n.ts", '--- "a/a b\\012.ts"\t'),
    ],
)
def test_paths_are_written_as_git_reads_them(tmp_path: Path, path: str, header: str) -> None:
    diff = unified_diff(path, b"a\n", b"b\n")
    assert diff.split("\n")[1] == header
    assert git_apply(tmp_path, path, b"a\n", diff) == b"b\n"


def test_changes_share_a_hunk_where_their_context_meets() -> None:
    before = [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9"]
    for last, hunks in ((7, 1), (8, 2)):
        after = [b"x" if at in (0, last) else line for at, line in enumerate(before)]
        assert unified_diff("a.ts", b"\n".join(before), b"\n".join(after)).count("\n@@ ") == hunks


def test_what_is_equal_at_the_end_is_context_up_to_the_end(tmp_path: Path) -> None:
    before, after = b"a\na\na\na\na\n", b"b\na\na\na\na\n"
    diff = unified_diff("a.ts", before, after)
    assert diff.endswith("@@ -1,4 +1,4 @@\n-a\n+b\n a\n a\n a\n")
    assert git_apply(tmp_path, "a.ts", before, diff) == after


LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "a\r\n", "é\u2028\n", "a\rb\n", "\x00\n"]), max_size=12)


@given(LINES, LINES, st.sampled_from(["", "a", "\r", "b\r"]), st.sampled_from(["", "a", "\r", "b\r"]))
def test_git_takes_any_diff(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str], old_end: str, new_end: str
) -> None:
    before, after = "".join((*old, old_end)).encode(), "".join((*new, new_end)).encode()
    diff = unified_diff("a.ts", before, after)
    if diff and after:
        assert git_apply(tmp_path_factory.mktemp("tree"), "a.ts", before, diff) == after
    else:
        assert bool(diff) == (before != after)


def test_colours() -> None:
    before, after = b"a\r\n\tb\x1b[31m\n", b"c\r\n\tb\x1b[31m\n"
    assert unified_diff("a\x1b.ts", before, after, color=True) == (
        '\x1b[1mdiff --git "a/a\\033.ts" "b/a\\033.ts"\x1b[0m\n'
        '\x1b[1m--- "a/a\\033.ts"\x1b[0m\n'
        '\x1b[1m+++ "b/a\\033.ts"\x1b[0m\n'
        "\x1b[36m@@ -1,2 +1,2 @@\x1b[0m\n"
        "\x1b[31m-a\x1b[0m\r\n"
        "\x1b[32m+c\x1b[0m\r\n"
        " \tb\\x1b[31m\n"
    )
