"""Entries and files that serve modules which stay, beside those that move."""

from __future__ import annotations

import json

import pytest

from tests.fixture import project
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.configuration.members import member_lookup
from workflow_ls.project.workspace import Workspace
from workflow_ls.status import status_of
from workflow_ls.vfs.files import MemoryFiles

PARK = """
//- /package.json
{ "workspaces": ["packages/*"] }
//- /packages/oak/package.json
{ "name": "@park/oak", "exports": { ".": "./src/index.ts", "./*": "./src/*.ts" } }
//- /packages/oak/src/index.ts
export const oak = 1;
//- /packages/oak/src/leaf.ts
export const leaf = 1;
//- /packages/oak/src/bark.ts
export const bark = 1;
export const moss = 2;
//- /packages/elm/package.json
{ "name": "@park/elm", "exports": { ".": "./src/index.ts" } }
//- /packages/elm/src/index.ts
export const leaf = 1;
export const moss = 2;
//- /packages/walk/package.json
{ "name": "walk", "dependencies": { "@park/oak": "*", "@park/elm": "*" } }
//- /packages/walk/src/path.ts
import { leaf } from '@park/oak/leaf';
import { bark, moss } from '@park/oak/bark';
export default [leaf, bark, moss];
"""
LEAF = {"from": "@park/oak/leaf", "to": ["@park/elm"]}
BARK = {"from": "@park/oak/bark", "to": ["@park/elm"]}
MOSS = {"module": "@park/oak/bark", "name": "moss", "to": "@park/elm"}


def park(modules: list[object], names: list[object], more: str = "") -> Analysis:
    package = {"name": "@park/oak", "directory": "packages/oak"}
    legacy = {"roots": ["@park/oak"], "tree": "packages/oak/src", "package": package}
    text = json.dumps({"replaceModules": True, "legacy": legacy, "modules": modules, "names": names})
    files = MemoryFiles({**project(PARK).files, **project(f"//- /workflow-ls.json\n{text}\n{more}").files})
    base = builtin_table()
    loaded = load_config(text.encode(), base=base, rules=frozenset(), members=member_lookup(files, base))
    assert not loaded.problems
    return Analysis(Workspace(files, loaded.table, loaded.settings))


def keys(analysis: Analysis) -> list[str]:
    found = analysis.check_file("packages/oak/package.json")
    return [finding.message for finding in found if finding.rule == "deprecated-export"]


def test_a_pattern_whose_modules_all_move_is_flagged() -> None:
    assert len(keys(park([LEAF, BARK], []))) == 1


@pytest.mark.parametrize("stays", ["@park/oak/bark", "@park/oak/b*", "@park/oak/*"])
def test_a_pattern_that_serves_a_module_that_stays_is_kept(stays: str) -> None:
    """The rewritten import of `bark` still needs it, and so does whoever imports the module whole."""
    row = {"from": stays, "stays": True}
    assert keys(park([LEAF, row], [MOSS])) == []
    assert keys(park([LEAF, row], [])) == []


def test_the_root_that_stays_is_not_served_by_the_pattern() -> None:
    row = {"from": "@park/oak", "stays": True}
    [message] = keys(park([LEAF, BARK, row], []))
    assert message.startswith("`./*` exports")


@pytest.mark.parametrize(
    "lock",
    ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lock", "packages/walk/package-lock.json"],
)
def test_lock_files_mention_nothing(lock: str) -> None:
    other = lock.replace("lock", "list").replace("shrinkwrap", "list")
    text = '{ "packages": { "packages/walk": { "dependencies": { "@park/oak": "*" } } } }'
    analysis = park([LEAF], [], f"//- /{lock}\n{text}\n//- /{other}\n{text}\n")
    assert analysis.check_file(lock) == ()
    if other.endswith(".json"):
        [finding] = analysis.check_file(other)
        assert finding.message == "this JSON file names `@park/oak`, a legacy module"


def test_the_progress_counts_beside_a_row_of_what_stays() -> None:
    report = status_of(park([{"from": "@park/oak/bark", "stays": True}, LEAF], [MOSS]))
    assert sum(progress.left for progress in report.surfaces) == 2
