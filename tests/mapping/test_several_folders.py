"""A table with several legacy folders: rows are learned and checked for each, and written by its own specifiers."""

from __future__ import annotations

import json

import pytest

from tests.fixture import project
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.mapping.checking.row_fixes import fixes_of
from workflow_ls.mapping.checking.table_check import check_table
from workflow_ls.mapping.inference import Proposal, infer
from workflow_ls.mapping.rows.config_edits import written_config
from workflow_ls.project.configuration.members import member_lookup
from workflow_ls.project.workspace import Workspace
from workflow_ls.reporters.mapping.row_proposals import render_text
from workflow_ls.vfs.files import MemoryFiles

HOUSE = """
//- /package.json
{ "workspaces": ["libs/*", "apps/*"] }
//- /libs/tools/package.json
{ "name": "@house/tools", "exports": { ".": "./src/index.ts", "./*": "./src/*.ts" } }
//- /libs/tools/src/index.ts
export * from './knots';
//- /libs/tools/src/knots.ts
export function bowline(rope: string): string {
  return `bowline in ${rope}`;
}
//- /libs/wire/package.json
{ "name": "@house/wire", "exports": { ".": "./src/index.ts", "./*": "./src/*.ts" } }
//- /libs/wire/src/index.ts
export { solder } from './solder';
//- /libs/wire/src/solder.ts
export function solder(wire: string): string {
  return `solder on ${wire}`;
}
//- /libs/knots/package.json
{ "name": "@house/knots", "exports": { ".": "./src/all.ts", "./knots": "./src/knots.ts" } }
//- /libs/knots/src/all.ts
export * from './knots';
//- /libs/knots/src/knots.ts
export function bowline(rope: string): string {
  return `bowline in ${rope}`;
}
//- /libs/metal/package.json
{ "name": "@house/metal", "exports": { ".": "./src/metal.ts", "./solder": "./src/solder.ts" } }
//- /libs/metal/src/metal.ts
export { solder } from './solder';
//- /libs/metal/src/solder.ts
export function solder(wire: string): string {
  return `solder on ${wire}`;
}
//- /apps/boat/package.json
{ "name": "boat", "dependencies": { "@house/tools": "*", "@house/wire": "*" } }
//- /apps/boat/src/deck.ts
import { bowline } from '@house/tools/knots';
import { solder } from '@house/wire';
import { solder as again } from '@house/wire/solder';
export const deck = [bowline('a'), solder('b'), again('c')];
"""
TOOLS = {
    "roots": ["@house/tools"],
    "tree": "libs/tools/src",
    "package": {"name": "@house/tools", "directory": "libs/tools"},
}
WIRE = {"roots": ["@house/wire"], "tree": "libs/wire/src", "package": {"name": "@house/wire", "directory": "libs/wire"}}


def house(config: dict[str, object], more: str = "") -> Workspace:
    text = json.dumps({"replaceModules": True, "legacy": [TOOLS, WIRE], **config})
    files = MemoryFiles({**project(HOUSE).files, **project(f"//- /workflow-ls.json\n{text}\n{more}").files})
    base = builtin_table()
    loaded = load_config(text.encode(), base=base, rules=frozenset(), members=member_lookup(files, base))
    assert not loaded.problems
    return Workspace(files, loaded.table, loaded.settings)


def rows(proposal: Proposal, workspace: Workspace) -> list[str]:
    text = written_config(b"{}", proposal, workspace.table)
    data = json.loads(text)
    modules = [f"{row['from']} -> {', '.join(row['to'])}" for row in data.get("modules", ())]
    names = [f"{row['name']} of {row['module']} -> {row['to']}" for row in data.get("names", ())]
    return modules + names


def told(workspace: Workspace) -> list[str]:
    report = check_table(Analysis(workspace))
    return [f"{finding.place}: {finding.message}" for finding in report.findings]


def test_rows_for_each_folder_have_its_specifiers() -> None:
    workspace = house({"modules": []})
    proposal = infer(workspace, None)
    assert rows(proposal, workspace) == [
        "@house/tools/knots -> @house/knots",
        "@house/wire -> @house/metal",
        "@house/wire/solder -> @house/metal/solder",
    ]
    assert (proposal.before, proposal.after, proposal.references) == (0, 3, 3)
    assert "  @house/wire -> @house/metal\n" in render_text([proposal])


def test_a_name_without_a_home_is_told_by_the_specifier_of_its_folder() -> None:
    lost = """
//- /libs/wire/src/flux.ts
export const flux = 1;
//- /apps/boat/src/hull.ts
import { flux } from '@house/wire/flux';
flux;
"""
    assert "@house/wire/flux: `flux`" in render_text([infer(house({"modules": []}, lost), None)])


def test_a_row_that_serves_no_further_reference_is_not_proposed() -> None:
    """The row in force leaves one reference open, and so would another target."""
    row = {"from": "@house/tools/knots", "to": ["@house/knots"]}
    open_one = """
//- /apps/boat/src/sail.ts
import { hitch } from '@house/tools/knots';
hitch;
"""
    workspace = house({"modules": [row]}, open_one)
    assert not any("@house/tools" in each for each in rows(infer(workspace, None), workspace))


def test_files_that_stay_are_no_home() -> None:
    stays = {"from": "@house/wire", "stays": True}
    assert rows(infer(house({"modules": [stays]}), None), house({"modules": [stays]})) == [
        "@house/tools/knots -> @house/knots",
        "@house/wire/solder -> @house/metal/solder",
    ]


@pytest.mark.parametrize("key", ["tree", "package"])
def test_what_does_not_exist_is_told_at_its_place_in_the_list(key: str) -> None:
    wrong = {"tree": "libs/wire/source", "package": {"name": "@house/wires", "directory": "libs/wire"}}
    workspace = house({"legacy": [TOOLS, {**WIRE, key: wrong[key]}], "modules": []})
    [finding] = told(workspace)
    assert finding.startswith(f"('legacy', 1, '{key}'")
    assert told(house({"modules": []})) == []


def test_a_row_for_no_module_names_all_folders_and_the_module_that_is_meant() -> None:
    workspace = house({"modules": [{"from": "@house/wire/soldr", "to": ["@house/metal"]}]})
    [finding] = check_table(Analysis(workspace)).findings
    assert finding.message.startswith("This names no module of libs/tools/src, libs/wire/src, and nothing")
    assert (finding.row, finding.replacement) == ("@house/wire/soldr", "@house/wire/solder")


@pytest.mark.parametrize("module", ["@house/wire/solder", "@house/wire/*", "@house/tools"])
def test_a_row_of_what_stays_is_needed_while_its_file_is_there(module: str) -> None:
    workspace = house({"modules": [{"from": module, "stays": True}]})
    assert told(workspace) == []
    assert not check_table(Analysis(workspace)).served


def test_a_row_of_what_stays_that_names_no_file_is_told() -> None:
    [finding] = told(house({"modules": [{"from": "@house/wire/gone", "stays": True}]}))
    assert "This names no module of" in finding


def test_a_pattern_never_spans_two_folders() -> None:
    """Modules of both folders went to one package by their names: each has a row, since nothing names both folders."""
    same = """
//- /libs/knots/package.json
{ "name": "@house/knots", "exports": { "./*": "./src/*.ts" } }
//- /libs/knots/src/tools/src/knots.ts
export function bowline(rope: string): string {
  return `bowline in ${rope}`;
}
//- /libs/knots/src/wire/src/solder.ts
export function solder(wire: string): string {
  return `solder on ${wire}`;
}
//- /libs/knots/src/all.ts
//- /libs/knots/src/knots.ts
//- /libs/metal/package.json
{ "name": "@house/metal", "exports": {} }
"""
    workspace = house({"modules": []}, same)
    found = rows(infer(workspace, None), workspace)
    assert "@house/tools/knots -> @house/knots/tools/src/knots" in found
    assert all(each.startswith(("@house/tools", "@house/wire")) for each in found)


def test_only_a_package_of_the_list_can_be_removed() -> None:
    """To remove the object with a wrong package would remove a legacy folder."""
    wrong = {**WIRE, "package": {"name": "@house/wires", "directory": "libs/wire"}}
    workspace = house({"legacy": [TOOLS, wrong], "modules": []})
    [finding] = check_table(Analysis(workspace)).findings
    text = (workspace.files.read("workflow-ls.json")) or b""
    assert [fix.title for fix in fixes_of(text, finding)] == ["Replace with '@house/wire'"]
