"""Globs as the test runners read them."""

from __future__ import annotations

import pytest

from workflow_ls.project.test_runs.runner_globs import glob_pattern


@pytest.mark.parametrize(
    ("glob", "found", "missed"),
    [
        ("src/**/*.test.ts", "src/a.test.ts src/a/b/c.test.ts", "a.test.ts src/a.test.tsx lib/src/a.test.ts"),
        ("**/*.{test,spec}.?(c|m)[jt]s?(x)", "a.test.ts x/a.spec.mjs x/y/a.test.tsx", "a.ts a.tests.ts"),
        ("./unit/*.ts", "unit/a.ts", "unit/b/a.ts a.ts"),
        ("{a,b/{c,d}}/*.ts", "a/x.ts b/c/x.ts b/d/x.ts", "b/x.ts c/x.ts"),
        ("a/!(b).ts", "a/c.ts", "a/b.ts"),
        ("a/+(x|y).ts", "a/xyx.ts", "a/.ts a/z.ts"),
        ("a/@(x|y)?.ts", "a/xq.ts", "a/x.ts"),
        ("a/[!b]*.ts", "a/c.ts", "a/b.ts"),
        ("part{1..3}/**", "part1/a part3/b/c", "part4/a"),
        ("a/(b).ts", "a/(b).ts", "a/b.ts"),
        ("a\\*b", "a*b", "axb"),
        ("**", "a a/b", ""),
    ],
)
def test_which_paths_a_glob_selects(glob: str, found: str, missed: str) -> None:
    pattern = glob_pattern(glob)
    assert pattern is not None
    assert [path for path in found.split() if not pattern.fullmatch(path)] == []
    assert [path for path in missed.split() if pattern.fullmatch(path)] == []


def test_a_broken_glob_selects_nothing() -> None:
    assert glob_pattern("a/[z-a].ts") is None
    assert glob_pattern("{a") is None
