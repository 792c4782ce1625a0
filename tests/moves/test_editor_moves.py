"""Moving a part of the legacy tree by hand, in an editor, makes the same edits as the cutover makes for it."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.fixture import project
from tests.moves.cuts import BASE, SOURCES, TREE, plan_of
from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.editor_moves import EditorMoves, leaves_tree
from workflow_ls.moves.plan_model import Problem
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.text import apply_edits
from workflow_ls.vfs.overlay import Move, moved

TEXT = f"""
//- /{TREE}runtime/index.ts
export * from './a';
//- /{TREE}runtime/a.ts
import {{ x }} from '../../lib/x';
import data from './data.json';
export const a = x;
//- /{TREE}runtime/data.json
{{}}
//- /{TREE}runtime/deep/b.test.ts
import {{ a }} from '../a.js';
vi.mock('../../../lib/x');
vi.mock('@shared/workflow/runtime/a.js'); import '@shared/workflow/runtime';
//- /shared/lib/x.ts
export const x = 1;
//- /{TREE}runtime/globals.d.ts
declare const g: 1;
//- /packages/a/a.ts
/// <reference types="@shared/workflow/runtime/globals" />
/// <reference path="../../shared/workflow/runtime/globals.d.ts" />
import {{ a }} from '@shared/workflow/runtime/a';
vi.mock("@alga-psa/shared/workflow/runtime/a.js");
type A = typeof import('../../shared/workflow/runtime/a');
import {{ a as b }} from '@shared/workflow/runtime';
//- /{SOURCES}lib/c.ts
import {{ a }} from '../../../../../shared/workflow/runtime/a';
import {{ a as b }} from '@shared/workflow/runtime/a';
"""
# Without `runtime/globals` in the exports no specifier leads to a declaration file.
EXPORTS = BASE.replace(
    '".": "./src/index.ts",',
    '".": "./src/index.ts", "./runtime": "./src/runtime/index.ts", "./runtime/globals": "./src/runtime/globals.d.ts",',
)
# What only the cutover's own engine knows: the core, strings, entries of manifests that are not there yet.
MORE = f"""
//- /{TREE}runtime/index.ts
import pino from 'pino';
export const log = pino;
//- /{TREE}runtime/deep/b.ts
import {{ readFile }} from 'node:fs';
readFile(new URL('../../../lib/x.txt', import.meta.url));
export const b = 1;
//- /shared/lib/x.txt
x
//- /shared/package.json
{{ "name": "@alga-psa/shared", "dependencies": {{ "pino": "^9.0.0" }} }}
//- /shared/lib/core.ts
import {{ log }} from '../workflow/runtime';
vi.mock('@alga-psa/shared/workflow/runtime/deep/b');
//- /packages/a/a.ts
import {{ log }} from '@shared/workflow/runtime';
import {{ b }} from '@shared/workflow/runtime/deep/b';
readFile('shared/workflow/runtime/deep/b.ts');
"""


@pytest.mark.parametrize(("text", "base"), [(TEXT, EXPORTS), (MORE, BASE)], ids=["references", "the rest"])
@pytest.mark.parametrize("whole", [True, False], ids=["folder", "files"])
def test_a_move_by_hand_is_that_part_of_the_cutover(text: str, base: str, *, whole: bool) -> None:
    _, workspace = open_project(text, base=base)
    files = [path for path in project(text).files if path.startswith(TREE)]
    moves = [f"{TREE}runtime"] if whole else files
    by_hand = edited(workspace, [Move(old, SOURCES + old[len(TREE) :]) for old in moves])
    plan = plan_of(text, base=base)
    assert plan.problems == ()
    changed = {
        path: text
        for path, text in plan.after.items()
        if text != plan.before.get({new: old for old, new in plan.renamed.items()}.get(path, path))
    }
    assert changed
    assert by_hand == changed


def test_what_stays_in_the_tree_follows_what_leaves_it() -> None:
    text = f"""
//- /{TREE}lib/a.ts
export * from './b';
//- /{TREE}lib/b.ts
export {{ c }} from './c';
//- /{TREE}lib/c.ts
export const c = 1;
"""
    assert edited(open_project(text, base=BASE)[1], [Move(f"{TREE}lib/b.ts", f"{SOURCES}other/b.ts")]) == {
        "ee/packages/workflows/package.json": project(BASE)
        .files["ee/packages/workflows/package.json"]
        .replace('"./runtime', '"./other/*": "./src/other/*.ts",\n    "./runtime')
        .encode(),
        f"{TREE}lib/a.ts": b"export * from '@alga-psa/workflows/other/b';\n",
        f"{SOURCES}other/b.ts": b"export { c } from '../../../../../shared/workflow/lib/c';\n",
    }


def test_blocked_reference_is_reported_unrelated_string_is_not() -> None:
    text = f"""
//- /{TREE}lib/a.ts
export const a = 1;
//- /{TREE}lib/b.ts
export const b = 1;
//- /packages/a/a.ts
import {{ b }} from '@shared/workflow/lib/b';
readFile('shared/workflow/lib/a.ts');
//- /packages/a/b.ts
readFile('shared/workflow/lib/a.ts');
readFile('shared/workflow/lib/gone.ts');
"""
    _, workspace = open_project(text, base=BASE)
    renaming = EditorMoves(workspace.component(TargetResolver), [Move(f"{TREE}lib/b.ts", "ee/packages/workflows/b.ts")])
    for path in renaming.paths:
        renaming.add_requests(path)
    assert list(renaming.edit_manifests()) == []
    blocked = Blocked(f"ee/packages/workflows/b.ts is outside of {SOURCES[:-1]}", "move it there")
    assert {path: renaming.edits(path) for path in renaming.paths if renaming.edits(path) != (None, ())} == {
        "packages/a/a.ts": (
            None,
            (Problem("packages/a/a.ts", blocked, specifier="@shared/workflow/lib/b"),),
        )
    }


def test_a_reference_that_a_moved_file_would_take_over_is_reported() -> None:
    text = f"""
//- /{TREE}runtime/a.ts
export const a = 1;
//- /{SOURCES}runtime/a.js
export const a = 2;
//- /{SOURCES}runtime/b.ts
import {{ a }} from './a';
import {{ a as legacy }} from '../../../../../{TREE}runtime/a';
"""
    moves = [Move(f"{TREE}runtime/a.ts", f"{SOURCES}runtime/a.ts")]
    editor_moves = EditorMoves(open_project(text, base=BASE)[1].component(TargetResolver), moves)
    for path in editor_moves.paths:
        editor_moves.add_requests(path)
    assert list(editor_moves.edit_manifests()) == []
    importer = f"{SOURCES}runtime/b.ts"
    assert importer in editor_moves.paths
    edit, problems = editor_moves.edits(importer)
    assert edit is not None
    assert [change.new for change in edit.edits] == ["./a"]
    blocked = Blocked(f"`./a` would not lead to {SOURCES}runtime/a.js", "edit it by hand")
    assert problems == (Problem(importer, blocked, specifier="./a"),)


UP = "../../../../../"


class TestWhatIsThereAlready:
    """A file that goes where another one is replaces it."""

    @staticmethod
    def by_hand(text: str, *paths: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """The edited files at their new places, and the remarks; each path goes to its place in the package."""
        _, workspace = open_project(text, base=BASE)
        moves = [Move(old, SOURCES + old[len(TREE) :]) for old in paths]
        remarks = EditorMoves(workspace.component(TargetResolver), moves).remarks
        return {path: data.decode() for path, data in edited(workspace, moves).items()}, remarks

    def test_a_proxy_goes(self) -> None:
        text = f"""
//- /{TREE}runtime/a.ts
export const a = 1;
//- /{SOURCES}runtime/a.ts
export * from '{UP}{TREE}runtime/a';
"""
        assert self.by_hand(text, f"{TREE}runtime/a.ts") == ({}, ())

    def test_two_barrels_become_one_as_in_the_cutover(self) -> None:
        text = f"""
//- /{TREE}runtime/index.ts
export * from './a';
export * from './b';
//- /{TREE}runtime/a.ts
export const a = 1;
//- /{TREE}runtime/b.ts
export const b = 1;
//- /{SOURCES}runtime/index.ts
// Ours
export * from '{UP}{TREE}runtime';
export const b = 2;
//- /packages/a/a.ts
import {{ a, b }} from '@shared/workflow/runtime';
"""
        found, remarks = self.by_hand(text, *(f"{TREE}runtime/{name}.ts" for name in ("index", "a", "b")))
        planned = {path: data.decode() for path, data in plan_of(text).after.items()}
        assert found == {path: planned[path] for path in found}
        assert planned.keys() - found.keys() == {f"{SOURCES}runtime/a.ts", f"{SOURCES}runtime/b.ts"}, "they only move"
        assert found[f"{SOURCES}runtime/index.ts"] == (
            "// Ours\nexport * from './a';\nexport * from './b';\nexport const b = 2;\n"
        )
        [remark] = remarks
        assert remark == (
            f"moving {TREE}runtime/index.ts: importers of `b` will get that of {SOURCES}runtime/index.ts instead of "
            f"{TREE}runtime/b.ts"
        )

    def test_a_barrel_that_others_of_its_folder_do_not_follow(self) -> None:
        text = f"""
//- /{TREE}runtime/index.ts
export * from './a';
//- /{TREE}runtime/a.ts
export const a = 1;
//- /{SOURCES}runtime/index.ts
export * from '{UP}{TREE}runtime';
export const b = 2;
"""
        found, remarks = self.by_hand(text, f"{TREE}runtime/index.ts")
        assert found == {f"{SOURCES}runtime/index.ts": f"export * from '{UP}{TREE}runtime/a';\nexport const b = 2;\n"}
        assert remarks == ()

    def test_a_barrel_behind_a_module_with_code(self) -> None:
        text = f"""
//- /{TREE}runtime/index.ts
export const a = 1;
//- /{TREE}runtime/b.ts
export const b = 1;
//- /{SOURCES}runtime/index.ts
export * from '{UP}{TREE}runtime';
export * from '{UP}{TREE}runtime/b';
"""
        found, remarks = self.by_hand(text, f"{TREE}runtime/index.ts", f"{TREE}runtime/b.ts")
        assert found == {f"{SOURCES}runtime/index.ts": "export const a = 1;\nexport * from './b';\n"}
        assert remarks == ()

    def test_a_barrel_that_exports_the_same_stays(self) -> None:
        text = f"""
//- /{TREE}runtime/index.ts
export * from './a';
//- /{TREE}runtime/a.ts
export const a = 1;
//- /{SOURCES}runtime/index.ts
// Ours
export * from './a';
export * from './more';
//- /{SOURCES}runtime/a.ts
export * from '{UP}{TREE}runtime/a';
//- /{SOURCES}runtime/more.ts
export const more = 1;
"""
        found, remarks = self.by_hand(text, f"{TREE}runtime/index.ts", f"{TREE}runtime/a.ts")
        assert found == {f"{SOURCES}runtime/index.ts": "// Ours\nexport * from './a';\nexport * from './more';\n"}
        assert remarks == ()

    @pytest.mark.parametrize(
        ("name", "there", "remark"),
        [
            ("a.ts", "export const mine = 1, other = 2;", " and exports `mine`, `other`"),
            ("a.ts", "export const a = 2;", ""),
            ("a.json", "2", ""),
        ],
    )
    def test_what_is_lost_is_told(self, name: str, there: str, remark: str) -> None:
        here = "1" if name.endswith("json") else "export const a = 1;"
        text = f"//- /{TREE}runtime/{name}\n{here}\n//- /{SOURCES}runtime/{name}\n{there}"
        told = f"the move replaces {SOURCES}runtime/{name}, which is another file{remark}"
        assert self.by_hand(text, f"{TREE}runtime/{name}") == ({}, (told,))

    def test_a_folder_where_a_folder_is(self) -> None:
        text = f"//- /{TREE}runtime/a.ts\nexport const a = 1;\n//- /{SOURCES}runtime/b.ts\nexport const b = 1;"
        told = (
            f"the folder {SOURCES}runtime exists, and the editor may replace it as a whole. "
            f"Move the files of {TREE}runtime instead."
        )
        assert self.by_hand(text, f"{TREE}runtime") == ({}, (told,))
        assert self.by_hand(text, f"{TREE}runtime/a.ts") == ({}, ())


def edited(workspace: Workspace, moves: list[Move]) -> dict[str, bytes]:
    """The files that a move by hand edits, at their new places."""
    assert leaves_tree(workspace.table, moves)
    renaming, texts = EditorMoves(workspace.component(TargetResolver), moves), dict[str, bytes]()
    for path in renaming.paths:
        renaming.add_requests(path)
    found = list(renaming.edit_manifests())
    for path in renaming.paths:
        edit, left = renaming.edits(path)
        assert left == ()
        found += [edit] if edit is not None else []
    for edit in found:
        new = moved(edit.path, moves)
        texts[new] = apply_edits(texts.get(new) or workspace.files.read(edit.path) or b"", edit.edits)
    return texts
