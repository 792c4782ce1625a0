"""Entries of builds go along with their files, to the build of the new package."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.moves.cuts import MODULE, SOURCES, TREE, cut, plan_of

OLD, NEW = "shared/tsup.config.ts", "ee/packages/workflows/tsup.config.ts"
MORE = f"//- /{TREE}runtime/deep/b.tsx\nexport const b = 1;\n//- /shared/lib/x.ts\nexport {{}};"


def both(old: str, new: str, *, names: tuple[str, str] = (OLD, NEW)) -> tuple[str, str]:
    """The two configurations after a cutover."""
    files = cut(f"{MODULE}\n{MORE}\n//- /{names[0]}\n{old}\n//- /{names[1]}\n{new}")
    return files[names[0]].rstrip("\n"), files[names[1]].rstrip("\n")


@pytest.mark.parametrize(
    ("new", "after"),
    [
        ("export default { entry: { index: 'src/index.ts' } };", "export default { entry: { index: 'src/index.ts', 'runtime/a': 'src/runtime/a.ts' } };"),
        ("export default {\n  entry: {\n    'index': 'src/index.ts',\n  },\n};", "export default {\n  entry: {\n    'index': 'src/index.ts',\n    'runtime/a': 'src/runtime/a.ts',\n  },\n};"),
        ('export default {\n  entry: {\n    "index": "./src/index.ts"\n  }\n}', 'export default {\n  entry: {\n    "index": "./src/index.ts",\n    "runtime/a": "./src/runtime/a.ts"\n  }\n}'),
        ("export default { entry: ['src/index.ts'] };", "export default { entry: ['src/index.ts', 'src/runtime/a.ts'] };"),
        ("export default {\n\tentry: [\n\t\t`./src/index.ts`,\n\t],\n};", "export default {\n\tentry: [\n\t\t`./src/index.ts`,\n\t\t`./src/runtime/a.ts`,\n\t],\n};"),
        ("import { defineConfig } from 'tsup';\nexport default defineConfig(() => ({ entry: ['src/index.ts'] }));", "import { defineConfig } from 'tsup';\nexport default defineConfig(() => ({ entry: ['src/index.ts', 'src/runtime/a.ts'] }));"),
        ("const entry = ['src/index.ts'];\nexport default { entry };", "const entry = ['src/index.ts', 'src/runtime/a.ts'];\nexport default { entry };"),
        ("export default { entry: ['src/**/*.ts'] };", "export default { entry: ['src/**/*.ts'] };"),
        ("export default { entry: ['src/**/*.{ts,tsx}', '!src/**/*.test.ts'] };", "export default { entry: ['src/**/*.{ts,tsx}', '!src/**/*.test.ts'] };"),
        ("export default { entry: ['src/index.ts', 'src/runtime/a.ts'] };", "export default { entry: ['src/index.ts', 'src/runtime/a.ts'] };"),
    ],
)  # fmt: skip
def test_an_entry_goes_to_the_new_package(new: str, after: str) -> None:
    old = "export default { entry: { 'lib/x': 'lib/x.ts', 'workflow/runtime/a': 'workflow/runtime/a.ts' } };"
    assert both(old, new) == ("export default { entry: { 'lib/x': 'lib/x.ts' } };", after)


@pytest.mark.parametrize(
    ("names", "old", "left"),
    [
        ((OLD, NEW), "export default { entry: [\n  'lib/x.ts',\n  'workflow/runtime/a.ts', // flows\n] };", "export default { entry: [\n  'lib/x.ts',\n] };"),
        ((OLD, NEW), "export default { entry: ['./workflow/runtime/a.ts', './lib/x.ts'] };", "export default { entry: ['./lib/x.ts'] };"),
        (("shared/rollup.config.mjs", "ee/packages/workflows/rollup.config.mjs"), "export default { input: { x: 'lib/x.ts', a: 'workflow/runtime/a.ts' } };", "export default { input: { x: 'lib/x.ts' } };"),
        (("shared/vite.config.ts", "ee/packages/workflows/vite.config.ts"), "import { resolve } from 'path';\nexport default { build: { lib: { entry: { x: resolve(__dirname, 'lib/x.ts'), a: resolve(__dirname, 'workflow/runtime/a.ts') } } } };", "import { resolve } from 'path';\nexport default { build: { lib: { entry: { x: resolve(__dirname, 'lib/x.ts') } } } };"),
        (("shared/webpack.config.js", "ee/packages/workflows/webpack.config.js"), "module.exports = { entry: { x: './lib/x.ts', a: './workflow/runtime/a.ts' } };", "module.exports = { entry: { x: './lib/x.ts' } };"),
        (("shared/esbuild.config.mjs", "ee/packages/workflows/esbuild.config.mjs"), "export default { entryPoints: ['lib/x.ts', 'workflow/runtime/a.ts'] };", "export default { entryPoints: ['lib/x.ts'] };"),
        (("shared/tsdown.config.ts", "ee/packages/workflows/tsdown.config.ts"), "export default [{ entry: ['lib/x.ts', 'workflow/runtime/a.ts'] }];", "export default [{ entry: ['lib/x.ts'] }];"),
    ],
)  # fmt: skip
def test_each_tool(names: tuple[str, str], old: str, left: str) -> None:
    new = "export default { entry: ['src/index.ts'] };"
    assert both(old, new, names=names) == (left, "export default { entry: ['src/index.ts', 'src/runtime/a.ts'] };")


def test_several_entries_keep_their_order() -> None:
    old = "export default { entry: {\n  'workflow/runtime/deep/b': 'workflow/runtime/deep/b.tsx',\n  'workflow/runtime/a': 'workflow/runtime/a.ts',\n  x: 'lib/x.ts',\n} };"
    new = "export default { entry: {\n  index: 'src/index.ts',\n} };"
    assert both(old, new) == (
        "export default { entry: {\n  x: 'lib/x.ts',\n} };",
        "export default { entry: {\n  index: 'src/index.ts',\n  'runtime/deep/b': 'src/runtime/deep/b.tsx',\n  'runtime/a': 'src/runtime/a.ts',\n} };",
    )


def test_lists_of_a_test_runner_lose_what_leaves() -> None:
    old = "export default { test: { include: ['lib/**/*.test.ts', 'workflow/**/*.test.ts'], coverage: { include: ['workflow/runtime/a.ts', 'lib/x.ts'] } } };"
    files = cut(f"{MODULE}\n{MORE}\n//- /shared/vitest.config.ts\n{old}")
    assert files["shared/vitest.config.ts"] == (
        "export default { test: { include: ['lib/**/*.test.ts'], coverage: { include: ['lib/x.ts'] } } };\n"
    )


LISTED = [
    (
        "no build there",
        "export default { entry: ['lib/x.ts', 'workflow/runtime/a.ts'] };",
        "",
        f"{SOURCES}runtime/a.ts left this list, and ee/packages/workflows has no list of entries for tsup. Let ee/packages/workflows build it, if its output is used.",
    ),
    (
        "no style there",
        "export default { entry: ['lib/x.ts', 'workflow/runtime/a.ts'] };",
        "export default { entry: ['src/*.ts'] };",
        f"{SOURCES}runtime/a.ts left this list, and the entries of {NEW} have no style to follow. Let ee/packages/workflows build it, if its output is used.",
    ),
    (
        "two lists there",
        "export default { entry: ['lib/x.ts', 'workflow/runtime/a.ts'] };",
        "export default [{ entry: ['src/index.ts'] }, { entry: ['src/index.ts'] }];",
        f"{SOURCES}runtime/a.ts left this list, and ee/packages/workflows has more than one list of entries for tsup.",
    ),
    (
        "computed",
        "const f = 'workflow/runtime';\nexport default { entry: ['lib/x.ts', ...['a'].map((n) => `${f}/${n}.ts`)] };",
        "",
        "",
    ),
    (
        "an absolute path",
        "import path from 'path';\nexport default { entry: [path.resolve(__dirname, 'workflow/runtime/a.ts')] };",
        "",
        f"shared/workflow/runtime/a.ts moves to {SOURCES}runtime/a.ts, and this can't follow: nothing else is in this list.",
    ),
    (
        "a test runner without anything else",
        "export default { test: { include: ['workflow/**/*.test.ts'] } };",
        "",
        "workflow/**/*.test.ts: shared/workflow moves to ee/packages/workflows/src, and this can't follow: nothing else is in this list.",
    ),
    (
        "no bundle",
        "export default { entry: ['lib/x.ts', 'workflow/runtime/a.ts'] };",
        "export default { entry: ['src/index.ts'], bundle: false };",
        "'src/runtime/a.ts': `bundle` is false, so that what these import is built only if it is an entry, too. Add it, or a glob.",
    ),
]


@pytest.mark.parametrize(("old", "new", "says"), [case[1:] for case in LISTED], ids=[case[0] for case in LISTED])
def test_what_a_person_has_to_do_is_listed(old: str, new: str, says: str) -> None:
    plan = plan_of(f"{MODULE}\n{MORE}\n//- /{OLD}\n{old}" + (f"\n//- /{NEW}\n{new}" if new else ""))
    assert plan.problems == ()
    assert any(
        mention.text.startswith(says) and mention.kind == "build configuration" for mention in plan.other_mentions
    )


def test_another_package_that_builds_the_tree_names_its_new_path() -> None:
    files = cut(
        f"{MODULE}\n//- /packages/a/tsup.config.ts\nexport default {{ entry: ['src/a.ts', '../../shared/workflow/runtime/a.ts'] }};"
    )
    assert (
        files["packages/a/tsup.config.ts"]
        == f"export default {{ entry: ['src/a.ts', '../../{SOURCES}runtime/a.ts'] }};\n"
    )


@pytest.mark.parametrize(
    "entry",
    [
        "{ ...(isProd ? ['lib/x.ts'] : []), x: 'lib/x.ts', y: isProd ? 'workflow/runtime/a.ts' : 'lib/x.ts' }",
        "['lib/x.ts', isProd ? 'workflow/runtime/a.ts' : 'lib/y.ts']",
    ],
)
def test_one_of_two_choices_is_for_a_person(entry: str) -> None:
    text = f"export default {{ entry: {entry} }};"
    plan = plan_of(f"{MODULE}\n{MORE}\n//- /{OLD}\n{text}\n")
    assert plan.after.get(OLD, text.encode()).decode().rstrip() == text
    assert [mention.path for mention in plan.other_mentions] == [OLD]
