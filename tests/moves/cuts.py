"""Cutovers in memory: a project as text in, the files afterwards and what stands in the way out."""

from __future__ import annotations

from tests.checks import open_project
from tests.fixture import project
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.moves.cutover.plan import make_plan
from workflow_ls.moves.plan_model import Plan
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import MemoryFiles

TREE, SOURCES = "shared/workflow/", "ee/packages/workflows/src/"

# A canonical package that serves a surface, and a legacy tree that is empty.
BASE = """
//- /package.json
{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }
//- /tsconfig.json
{ "compilerOptions": { "baseUrl": ".", "moduleResolution": "bundler", "paths": {
  "@alga-psa/workflows": ["ee/packages/workflows/src"], "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"],
  "@shared/*": ["shared/*"] } } }
//- /shared/package.json
{ "name": "@alga-psa/shared" }
//- /packages/a/package.json
{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /ee/packages/workflows/package.json
{
  "name": "@alga-psa/workflows",
  "exports": {
    ".": "./src/index.ts",
    "./runtime/*": "./src/runtime/*.ts"
  }
}
//- /ee/packages/workflows/src/index.ts
export const version = '1';
"""

# A module of the tree, and the same in its new place, with the specifiers that name it.
MODULE = f"//- /{TREE}runtime/a.ts\nexport const a = 1;\nexport type T = 1;\nexport default a;"
MOVED = MODULE.replace(TREE, SOURCES)
LEGACY, CANONICAL = "@shared/workflow/runtime/a", "@alga-psa/workflows/runtime/a"


def plan_of(text: str, *, base: str = BASE, strict: bool = False, prefer: bool = False) -> Plan:
    return make_plan(Analysis(open_project(text, base=base)[1]), strict_boundaries=strict, prefer_canonical=prefer)


def cut(text: str, *, base: str = BASE) -> dict[str, str]:
    """The files that a cutover leaves, of those that it changes or that `text` names; nothing may stand in its way."""
    plan = plan_of(text, base=base)
    assert [problem.message for problem in plan.problems] == []
    over = project(text).files
    files = {**over, **{path: data.decode() for path, data in plan.after.items()}}
    left = {path: data for path, data in files.items() if path in plan.after or path not in plan.before}
    assert not any(path.startswith(TREE) for path in left), "the legacy tree is empty afterwards"
    check_again(left, base)
    return left


def check_again(left: dict[str, str], base: str) -> None:
    """A cutover of what a cutover leaves does nothing."""
    under = project(base).files
    again = make_plan(Analysis(Workspace(MemoryFiles({**under, **left}), builtin_table(), Settings())))
    assert (dict(again.before), dict(again.after)) == ({}, {})


def check_cut(before: str, after: str, *, base: str = BASE) -> None:
    """A cutover of `before` leaves the files of `after`, with nothing else changed but the canonical manifest."""
    found, wanted = cut(before, base=base), project(after).files
    manifest = "ee/packages/workflows/package.json"
    assert {path: text for path, text in found.items() if path != manifest or path in wanted} == wanted


def problems(text: str, *, base: str = BASE, strict: bool = False) -> list[tuple[str, str]]:
    """What stands in the way, by file; each says what to do about it."""
    found = plan_of(text, base=base, strict=strict).problems
    assert all(problem.blocked.remedy for problem in found)
    return [(problem.path, problem.message) for problem in found]
