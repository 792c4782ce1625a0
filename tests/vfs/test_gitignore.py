"""Patterns of `.gitignore`, by the sentences of gitignore(5); test_scan.py compares with git itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ls.vfs.searching.gitignore import parse, verdict

IGNORED, KEPT, SILENT = True, False, None


@pytest.mark.parametrize(
    ("patterns", "path", "expected"),
    [
        # Nothing matches.
        ("", "a.ts", SILENT),
        ("\n\n", "a.ts", SILENT),
        ("# a.ts", "a.ts", SILENT),
        ("b.ts", "a.ts", SILENT),
        ("/", "a.ts", SILENT),
        ("!", "a.ts", SILENT),
        ("a.ts\\", "a.ts", SILENT),
        ("[a", "[a", SILENT),
        # Names, at any depth.
        ("a.ts", "a.ts", IGNORED),
        ("a.ts", "x/y/a.ts", IGNORED),
        ("a.ts", "x/y/ba.ts", SILENT),
        ("*.gen.ts", "x/b.gen.ts", IGNORED),
        ("a?.ts", "ab.ts", IGNORED),
        ("a?.ts", "a.ts", SILENT),
        # With a slash, from here.
        ("/a.ts", "a.ts", IGNORED),
        ("/a.ts", "x/a.ts", SILENT),
        ("x/a.ts", "x/a.ts", IGNORED),
        ("x/a.ts", "y/x/a.ts", SILENT),
        ("x/*.ts", "x/a.ts", IGNORED),
        ("x/*.ts", "x/y/a.ts", SILENT),
        ("x?a.ts", "x/a.ts", SILENT),
        # Directories.
        ("dist/", "dist/", IGNORED),
        ("dist/", "x/dist/", IGNORED),
        ("dist/", "dist", SILENT),
        ("dist", "dist/", IGNORED),
        ("/x/dist/", "x/dist/", IGNORED),
        # Two asterisks.
        ("**/a.ts", "a.ts", IGNORED),
        ("**/a.ts", "x/y/a.ts", IGNORED),
        ("x/**", "x/y/a.ts", IGNORED),
        ("x/**", "x/", SILENT),
        ("x/**/a.ts", "x/a.ts", IGNORED),
        ("x/**/a.ts", "x/y/z/a.ts", IGNORED),
        ("x/y**z/a.ts", "x/y-z/a.ts", IGNORED),
        # Sets.
        ("[ab].ts", "a.ts", IGNORED),
        ("[!ab].ts", "a.ts", SILENT),
        ("[^ab].ts", "c.ts", IGNORED),
        ("[a-c].ts", "b.ts", IGNORED),
        ("[c-a].ts", "b.ts", SILENT),
        ("[]a].ts", "].ts", IGNORED),
        ("[a-].ts", "-.ts", IGNORED),
        ("[\\]].ts", "].ts", IGNORED),
        ("[[:digit:]x].ts", "7.ts", IGNORED),
        ("[[:digit:]x].ts", "x.ts", IGNORED),
        ("[[:unknown:]].ts", "u.ts", SILENT),
        ("[[:]a].ts", ":a].ts", IGNORED),
        # Backslashes, spaces, line ends, encoding.
        ("\\#a.ts", "#a.ts", IGNORED),
        ("\\!a.ts", "!a.ts", IGNORED),
        ("\\*.ts", "*.ts", IGNORED),
        ("\\*.ts", "a.ts", SILENT),
        ("a.ts  ", "a.ts", IGNORED),
        ("a.ts\\ ", "a.ts ", IGNORED),
        ("a.ts\\  ", "a.ts ", IGNORED),
        ("a.ts\\\\ ", "a.ts\\", IGNORED),
        ("a b.ts", "a b.ts", IGNORED),
        ("a.ts\r\nb.ts\r\n", "a.ts", IGNORED),
        ("\ufeffa.ts", "a.ts", IGNORED),
        ("é?.ts", "éx.ts", IGNORED),
        # The last one that matches decides.
        ("*.ts\n!a.ts", "a.ts", KEPT),
        ("!a.ts\n*.ts", "a.ts", IGNORED),
        ("*\n!*/\n!*.ts", "src/", KEPT),
        ("*\n!*/\n!*.ts", "src/a.ts", KEPT),
        ("*\n!*/\n!*.ts", "src/a.js", IGNORED),
    ],
)
def test_verdict(patterns: str, path: str, expected: bool | None) -> None:
    found = verdict(parse(patterns.encode()), path.rstrip("/").encode(), directory=path.endswith("/"))
    assert found is expected


@given(st.text(alphabet="ab/*?[]!^-:\\. \n\r", max_size=30) | st.binary(max_size=30).map(lambda b: b.decode("latin-1")))
def test_any_text_is_read(patterns: str) -> None:
    assert verdict(parse(patterns.encode("latin-1")), b"a/b", directory=False) in (IGNORED, KEPT, SILENT)
