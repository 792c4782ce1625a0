"""Moving a part of the legacy tree by hand, in an editor, makes the same edits as the cutover makes for it."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.cutover.cuts import BASE, SOURCES, TREE, plan_of
from tests.fixture import project
from workflow_ls.rewrite.renaming import Renaming
from workflow_ls.text import apply_edits
from workflow_ls.workspace.moved import Move, moved

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
EXPORTS = BASE.replace(
    '".": "./src/index.ts",',
    '".": "./src/index.ts", "./runtime": "./src/runtime/index.ts", "./runtime/globals": "./src/runtime/globals.d.ts",',
)


@pytest.mark.parametrize(
    "moves",
    [
        {f"{TREE}runtime": f"{SOURCES}runtime"},
        {path: SOURCES + path[len(TREE) :] for path in project(TEXT).files if path.startswith(TREE)},
    ],
    ids=["folder", "files"],
)
def test_a_move_by_hand_is_that_part_of_the_cutover(moves: dict[str, str]) -> None:
    _, workspace = open_project(TEXT, base=EXPORTS)
    renaming = Renaming(workspace, [Move(old, new) for old, new in moves.items()])
    by_hand = dict[str, bytes]()
    for path in renaming.paths():
        edit, left = renaming.edits(path)
        assert left == ()
        if edit is not None:
            by_hand[moved(path, renaming.moves)] = apply_edits(workspace.files.read(path) or b"", edit.edits)
    plan = plan_of(TEXT, base=EXPORTS)
    assert plan.problems == ()
    changed = {
        path: text
        for path, text in plan.after.items()
        if text != plan.before.get({new: old for old, new in plan.renamed.items()}.get(path, path))
    }
    assert by_hand == changed
