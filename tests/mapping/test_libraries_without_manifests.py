"""Libraries that only aliases at the root name, as with Nx: rows lead to them, and no manifest declares them."""

from __future__ import annotations

import json

from tests.fixture import project
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings, load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.mapping.checking.table_check import check_table
from workflow_ls.mapping.inference import infer
from workflow_ls.mapping.legacy_frame import legacy_frames
from workflow_ls.mapping.rows.config_edits import written_config
from workflow_ls.project.configuration.members import member_lookup
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.proof.lost_build_aliases import lost_build_aliases
from workflow_ls.reporters.mapping.row_proposals import render_text
from workflow_ls.vfs.files import MemoryFiles

HARBOUR = """
//- /package.json
{ "name": "harbour", "private": true }
//- /tsconfig.base.json
{ "compilerOptions": { "baseUrl": ".", "paths": {
  "@port/attic": ["libs/attic/src/index.ts"],
  "@port/attic/*": ["libs/attic/src/lib/*"],
  "@port/ropes": ["libs/ropes/src/index.ts"],
  "@port/gone": ["libs/gone/src/index.ts"],
  "@/*": ["apps/tug/src/*"],
  "@port/sums": ["libs/sums/src/index.ts"]
} } }
//- /tsconfig.json
{ "extends": "./tsconfig.base.json" }
//- /libs/attic/src/index.ts
export * from './lib/splice';
export * from './lib/count';
//- /libs/attic/src/lib/splice.ts
export function splice(rope: string): string {
  return `spliced ${rope}`;
}
//- /libs/attic/src/lib/count.ts
export function count(bales: number[]): number {
  return bales.length;
}
//- /libs/ropes/src/index.ts
export * from './lib/splice';
//- /libs/ropes/src/lib/splice.ts
export function splice(rope: string): string {
  return `spliced ${rope}`;
}
//- /libs/sums/src/index.ts
export { count as tally } from './lib/count';
//- /libs/sums/src/lib/count.ts
export function count(bales: number[]): number {
  return bales.length;
}
//- /apps/tug/src/main.ts
import { splice, count } from '@port/attic';
import { splice as deep } from '@port/attic/splice';
export const tug = [splice('a'), deep('b'), count([1])];
"""
VITEST = """
//- /vitest.config.ts
import path from 'node:path';
export default { resolve: { alias: [
  { find: /^@port\\/attic\\/(.*)$/, replacement: path.join(__dirname, 'libs/attic/src/lib/$1') },
  { find: /^@port\\/(\\w+)$/, replacement: path.join(__dirname, 'libs/$1/src/index.ts') },
] } };
"""


def inferred(more: str = "") -> tuple[Workspace, str]:
    """The workspace with the table that is inferred, and its text."""
    files = MemoryFiles({**project(HARBOUR).files, **project(more).files})
    base = Workspace(files, builtin_table(), Settings())
    [table] = legacy_frames(base, ["@port/attic"])
    proposal = infer(Workspace(files, table, base.settings), None)
    text = written_config(None, proposal, base.table)
    loaded = load_config(text, base=base.table, rules=frozenset(), members=member_lookup(files, base.table))
    assert not loaded.problems
    return Workspace(files, loaded.table, loaded.settings), text.decode()


def fixed(workspace: Workspace) -> dict[str, str]:
    return {change.path: change.after.decode() for change in Analysis(workspace).fix(("",), FixOptions())}


def test_rows_lead_to_aliases_and_to_renamed_declarations() -> None:
    data = json.loads(inferred()[1])
    assert [(row["from"], row["to"]) for row in data["modules"]] == [
        ("@port/attic", ["@port/ropes"]),
        ("@port/attic/splice", ["@port/ropes"]),
    ]
    [name] = data["names"]
    assert (name["name"], name["to"], name["as"]) == ("count", "@port/sums", "tally")


def test_the_rows_are_proved_and_fixed_without_a_dependency() -> None:
    workspace, _ = inferred()
    report = check_table(Analysis(workspace))
    assert (report.verified, report.references) == (2, 2)
    texts = fixed(workspace)
    main = texts["apps/tug/src/main.ts"]
    assert "import { tally as count } from '@port/sums';" in main
    assert "attic" not in main
    assert "package.json" not in texts


def test_an_alias_of_a_test_runner_goes_with_its_last_import() -> None:
    assert "attic" not in fixed(inferred(VITEST)[0])["vitest.config.ts"]


def test_an_alias_of_a_test_runner_is_missed_while_an_import_needs_it() -> None:
    """The compiler does not read it, so that no reference seems to be lost."""
    before, _ = inferred(VITEST)
    without = VITEST.partition("vitest.config.ts\n")[2].replace("port\\/attic", "port\\/cellar").encode()
    after = before.fork({"vitest.config.ts": without})
    [lost] = lost_build_aliases(before, after, ["vitest.config.ts"])
    assert lost.reason == "`@port/attic/splice` in apps/tug/src/main.ts would lose its alias in vitest.config.ts"
    assert not [*lost_build_aliases(before, before.fork({}), ["vitest.config.ts"])]
    assert not [*lost_build_aliases(before, after, ["tsconfig.base.json"])]


def test_rows_in_doubt_alone_make_a_valid_file() -> None:
    """The compiler finds the library by its alias, and its manifest shows nothing, so that no row is proved."""
    workspace, text = inferred('//- /libs/ropes/package.json\n{ "name": "@port/ropes" }\n')
    assert "// in doubt, since @port/ropes has no file for `.`" in text
    assert not workspace.table.modules


def test_a_proposal_without_rows_says_what_to_do() -> None:
    files = MemoryFiles(project(HARBOUR.replace("libs/ropes/src/index", "libs/r/i").replace("libs/sums", "s")).files)
    base = Workspace(files, builtin_table(), Settings())
    [table] = legacy_frames(base, ["@port/attic"])
    text = render_text([infer(Workspace(files, table, base.settings), None)])
    assert "No further row can be proved.\n" in text
    assert text.endswith(
        "Next, run `workflow-ls check` to see what each import needs, and add rows to workflow-ls.json by hand.\n"
        "A name that was renamed needs a row in `names`.\n"
        "If the code has not moved yet, `workflow-ls cutover --dry-run` shows what would move where.\n"
    )
