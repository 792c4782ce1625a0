"""How specifiers spell files: pure functions over paths, which moves put to use."""

from __future__ import annotations

import pytest

from workflow_ls.rewrite.specifiers.specifier_style import rebase_alias, spelling, stem_of


@pytest.mark.parametrize(
    ("specifier", "target", "new_target", "written"),
    [
        ("./a", "src/a.ts", "src/b.ts", "src/b"),
        ("./a", "src/a.ts", "src/b/index.ts", "src/b"),
        ("./a/index", "src/a/index.ts", "src/b/index.ts", "src/b/index"),
        ("./a", "src/a/index.ts", "src/b.ts", "src/b"),
        # What is emitted stays what is emitted, with the new file's ending.
        ("./a.js", "src/a.ts", "src/b.ts", "src/b.js"),
        ("./a.js", "src/a.ts", "src/b.tsx", "src/b.js"),
        ("./a.js", "src/a.ts", "src/b.mts", "src/b.mjs"),
        ("./a.mjs", "src/a.mts", "src/b.cts", "src/b.cjs"),
        ("./a.cjs", "src/a.cts", "src/b.ts", "src/b.js"),
        ("./a.js", "src/a.ts", "src/b.d.ts", "src/b.js"),
        ("./a.js", "src/a.ts", "src/b.jsx", "src/b.js"),
        ("./a.js", "src/a.ts", "src/b.json", "src/b.json"),
        ("./a.jsx", "src/a.tsx", "src/b.tsx", "src/b.jsx"),
        # A name in full stays in full.
        ("./a.ts", "src/a.ts", "src/b.tsx", "src/b.tsx"),
        ("./a.d.ts", "src/a.d.ts", "src/b.d.ts", "src/b.d.ts"),
        ("./a.json", "src/a.json", "src/b.json", "src/b.json"),
        ("./a.css", "src/a.css", "src/b.css", "src/b.css"),
        ("./LICENSE", "src/LICENSE", "src/COPYING", "src/COPYING"),
    ],
)
def test_the_same_spelling_for_another_file(specifier: str, target: str, new_target: str, written: str) -> None:
    assert spelling(specifier, target)(new_target) == written


@pytest.mark.parametrize(
    ("specifier", "target", "new_target", "expected"),
    [
        ("@/lib/a", "src/lib/a.ts", "src/lib/b.ts", "@/lib/b"),
        ("@/lib/a", "src/lib/a.ts", "src/other/b.ts", "@/other/b"),
        ("@/lib/a", "src/lib/a.ts", "src/lib/deep/a.ts", "@/lib/deep/a"),
        # All of the path, or more than it has.
        ("lib/a", "lib/a.ts", "lib/b.ts", "lib/b"),
        ("@/lib/a", "lib/a.ts", "lib/b.ts", "@/lib/b"),
        ("a", "lib/a.ts", "lib/b.ts", "b"),
        # An index is named by its folder, unless it is named itself.
        ("@/lib", "src/lib/index.ts", "src/other/index.ts", "@/other"),
        ("@/lib", "src/lib/index.ts", "src/other.ts", "@/other"),
        ("@/lib/index", "src/lib/index.ts", "src/other/index.ts", "@/other/index"),
        # What lies outside of what the alias stands for has no such name.
        ("@/lib/a", "src/lib/a.ts", "elsewhere/a.ts", None),
        ("@/lib/a", "packages/one/lib/a.ts", "packages/two/lib/a.ts", None),
        # An alias that says nothing of the path.
        ("@lib", "src/main.ts", "src/other.ts", None),
        ("@lib", "src/main.ts", "src/main/deep.ts", None),
    ],
)
def test_an_alias_follows_its_file(specifier: str, target: str, new_target: str, expected: str | None) -> None:
    assert rebase_alias(specifier, target, new_target) == expected


@pytest.mark.parametrize(
    ("path", "stem"), [("a.ts", "a"), ("a/b.d.ts", "a/b"), ("a.service", "a.service"), ("a.json", "a.json"), ("a", "a")]
)
def test_stems(path: str, stem: str) -> None:
    assert stem_of(path) == stem
