from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from workflow_ls.vfs.searching.globs import Globs


@pytest.mark.parametrize(
    ("patterns", "path", "matches"),
    [
        ([], "a", False),
        (["shared/**"], "shared/a", True),
        (["/shared/**"], "shared/a/b", True),
        (["shared/**"], "shared", False),
        (["shared/**"], "a/shared/b", False),
        (["**/docs/**"], "docs/a", True),
        (["**/docs/**"], "a/docs/b/c", True),
        (["**/docs/**"], "a/docs", False),
        (["**/docs/**"], "a/mydocs/b", False),
        (["**/*.md"], "a/b.md", True),
        (["*.md"], "a/b.md", True),
        (["*.md"], "a.md/b.ts", True),
        (["*.md"], "a/b.mdx", False),
        (["dist"], "a/dist/b", True),
        (["/dist"], "a/dist/b", False),
        (["a/*.ts"], "a/b/c.ts", False),
        (["*.ts", "!keep.ts"], "a/keep.ts", False),
        (["*.ts", "!keep.ts"], "a/drop.ts", True),
        (["generated/**", "*.gen.?s"], "a/b.gen.ts", True),
    ],
)
def test_match(patterns: list[str], path: str, matches: bool) -> None:
    assert Globs(patterns).match(path) is matches


@pytest.mark.parametrize("pattern", ["!", "a\\"])
def test_a_malformed_pattern_raises(pattern: str) -> None:
    with pytest.raises(ValueError, match="Invalid git pattern"):
        Globs(["*.ts", pattern])


NAME = st.sampled_from(["a", "b", "docs", ".md", "x.md", "a.b.md", "md"])
PATH = st.lists(NAME, min_size=1, max_size=4).map("/".join)
SHAPE = st.sampled_from(["{}/**", "/{}/**", "**/{}/**", "**/*{}", "*{}"])


@given(st.lists(st.tuples(SHAPE, st.one_of(NAME, PATH)), max_size=3), PATH)
def test_simple_shapes_mean_what_git_means(shapes: list[tuple[str, str]], path: str) -> None:
    patterns = [shape.format(text) for shape, text in shapes]
    assert Globs(patterns).match(path) == GitIgnoreSpec.from_lines(patterns).match_file(path)


def test_the_built_in_table_needs_neither_pathspec_nor_difflib() -> None:
    code = (
        "import sys; from workflow_ls.config.table_loader import builtin_table as b; "
        "b().is_core('a'); b().is_doc('a'); "
        "print(sorted({'pathspec', 'difflib', 'tree_sitter', 'workflow_ls.jsonc.scanner'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
