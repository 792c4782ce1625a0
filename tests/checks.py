"""What tests call instead of the core: a project as text in, findings or text out."""

from __future__ import annotations

import re

from tests.fixture import Project, project
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings, load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.diagnostics import Diagnostic, Status
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.rules import CODES
from workflow_ls.text import LineIndex
from workflow_ls.vfs.files import MemoryFiles

# A canonical package whose modules are there, beside the legacy tree that they came from.
MONOREPO = """
//- /package.json
{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }
//- /shared/package.json
{ "name": "@alga-psa/shared" }
//- /shared/workflow/runtime/index.ts
export * from './types';
export function start(): void {}
//- /shared/workflow/runtime/types.ts
export interface Run { id: string }
export class Runner {}
//- /shared/workflow/runtime/client.ts
export const client = 1;
//- /shared/workflow/streams/builders.ts
export const buildA = 1;
export const buildB = 2;
//- /ee/packages/workflows/package.json
{
  "name": "@alga-psa/workflows",
  "exports": {
    ".": "./src/index.ts",
    "./runtime": "./src/runtime/index.ts",
    "./runtime/*": "./src/runtime/*.ts",
    "./streams": "./src/streams/index.ts",
    "./secrets": "./src/secrets/index.ts"
  }
}
//- /ee/packages/workflows/src/index.ts
export const version = '1';
//- /ee/packages/workflows/src/runtime/index.ts
export * from '../../../../../shared/workflow/runtime';
//- /ee/packages/workflows/src/runtime/client.ts
export const client = 1;
//- /ee/packages/workflows/src/streams/index.ts
export * from '../../../../../shared/workflow/streams/builders';
//- /ee/packages/workflows/src/secrets.ts
export const secret = 1;
"""

# The same with a manifest that is right, so that nothing of the base itself can be fixed.
SOUND = MONOREPO.replace("src/secrets/index.ts", "src/secrets.ts")


def open_project(text: str, *, base: str = MONOREPO) -> tuple[Project, Workspace]:
    """A workspace of the base project with the files of `text` laid over it."""
    under, over = project(base), project(text)
    files = MemoryFiles({**under.files, **over.files}, {**under.links, **over.links})
    table, settings = builtin_table(), Settings()
    config = files.read("workflow-ls.json")
    if config is not None:
        loaded = load_config(config, base=table, rules=CODES)
        assert not loaded.problems, loaded.problems
        table, settings = loaded.table, loaded.settings
    return over, Workspace(files, table, settings)


def check_diagnostics(text: str, *, base: str = MONOREPO, rules: set[str] | None = None) -> None:
    """The files of `text` have exactly the marked findings.

    A mark reads `RULE STATUS -> REPLACEMENT` or `RULE blocked: REASON`; ` … ` stands for any text, and so does the end.
    """
    over, workspace = open_project(text, base=base)
    analysis = Analysis(workspace, rules)
    wanted = {(mark.path.lstrip("/"), mark.line, mark.start, mark.end): mark.text for mark in over.marks}
    found = {
        place(workspace, diagnostic): told(diagnostic)
        for path in (name.lstrip("/") for name in over.files)
        for diagnostic in analysis.check_file(path)
    }
    agreed = {key: _agree(wanted.get(key), text) for key, text in found.items()}
    assert agreed == wanted, f"\nfound  {agreed}\nwanted {wanted}"


def check_fix(text: str, after: str, *, base: str = MONOREPO, options: FixOptions | None = None) -> None:
    """Fixing the files of `text` gives those of `after`, and fixing again changes nothing."""
    over, workspace = open_project(text, base=base)
    fixed = fix_project(workspace, options, base=base)
    expected = {name: data.encode() for name, data in project(after).files.items()}
    before = {name: data.encode() for name, data in over.files.items()}
    assert {**before, **fixed} == {**before, **expected}
    again = open_project(after, base=base)[1]
    assert fix_project(again, options, base=base) == {}


def check_no_fix(text: str, *, base: str = MONOREPO) -> None:
    """Nothing in the files of `text` is changed by a fix."""
    assert fix_project(open_project(text, base=base)[1], None, base=base) == {}


def fix_project(workspace: Workspace, options: FixOptions | None, *, base: str = "") -> dict[str, bytes]:
    """What a fix makes of the files that it changes, without what it makes of the base project alone."""
    changes = Analysis(workspace).fix(("",), options or FixOptions())
    known = fix_project(open_project("", base=base)[1], options) if base else {}
    return {change.path: change.after for change in changes if known.get(change.path) != change.after}


def change(workspace: Workspace, path: str, text: str | None) -> None:
    """Give a file of a workspace in memory another text, or remove it where that is None."""
    files = workspace.files.untracked
    assert isinstance(files, MemoryFiles)
    workspace.changed([path], lambda: files.drop(path) if text is None else files.put(path, text.encode()))


def place(workspace: Workspace, diagnostic: Diagnostic) -> tuple[str, int, int, int]:
    lines = LineIndex(workspace.files.read(diagnostic.path) or b"")
    start, end = lines.position(diagnostic.span.start, "utf-32"), lines.position(diagnostic.span.end, "utf-32")
    return diagnostic.path, start.line, start.column, end.column


def told(diagnostic: Diagnostic) -> str:
    if diagnostic.status is Status.BLOCKED:
        return f"{diagnostic.rule} blocked: {diagnostic.reason}"
    if diagnostic.status is None:
        return f"{diagnostic.rule}: {diagnostic.message}"
    return f"{diagnostic.rule} {diagnostic.status.value} -> {diagnostic.replacement}"


def _agree(wanted: str | None, found: str) -> str:
    """The wanted text where the found one fits it, else the found one, so that a failure shows both."""
    if wanted is None:
        return found
    pattern = ".*".join(re.escape(part.strip()) for part in wanted.split("…"))
    return wanted if re.match(pattern, found) else found


__all__ = ["MONOREPO", "change", "check_diagnostics", "check_fix", "check_no_fix", "open_project"]
