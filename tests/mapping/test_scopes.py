"""A scope that moved to another scope, whose packages are gone."""

from __future__ import annotations

import json

from tests.fixture import project
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.mapping.checking.table_check import check_table
from workflow_ls.project.configuration.members import member_lookup
from workflow_ls.project.missing_facts import missing_facts
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.vfs.files import MemoryFiles

CHOIR = """
//- /package.json
{ "workspaces": ["voices/*"] }
//- /voices/alto/package.json
{ "name": "@sing/alto", "exports": { ".": "./src/index.ts", "./low": "./src/low.ts" } }
//- /voices/alto/src/index.ts
export const alto = 1;
//- /voices/alto/src/low.ts
export class Low {}
//- /voices/bass/package.json
{ "name": "@sing/bass", "exports": "./src/index.ts" }
//- /voices/bass/src/index.ts
export default 2;
//- /voices/hall/package.json
{ "name": "hall", "dependencies": { "@hum/alto": "*", "@hum/bass": "*", "@hummer/alto": "*" } }
//- /voices/hall/src/song.ts
import { alto } from '@hum/alto';
import Low from '@hum/alto/low';
import { bass } from '@hum/bass';
export default [alto, Low, bass];
"""
NAMES = [
    {"module": "@hum/alto/low", "name": "default", "as": "Low"},
    {"module": "@hum/bass", "name": "bass", "as": "default"},
]


def choir(to: str = "@sing/*") -> Workspace:
    rows = [{"from": "@hum/*", "to": [to]}]
    text = json.dumps({"replaceModules": True, "legacy": {"roots": ["@hum"]}, "modules": rows, "names": NAMES})
    files = MemoryFiles({**project(CHOIR).files, "workflow-ls.json": text.encode()})
    loaded = load_config(
        text.encode(), base=builtin_table(), rules=frozenset(), members=member_lookup(files, builtin_table())
    )
    assert not loaded.problems
    return Workspace(files, loaded.table, loaded.settings)


def test_a_row_of_a_scope_is_true_and_is_a_target() -> None:
    report = check_table(Analysis(choir()))
    assert (report.findings, report.verified) == ((), 3)
    assert missing_facts(choir()) is None


def test_the_old_packages_of_the_scope_leave_the_manifest() -> None:
    texts = {each.path: each.after.decode() for each in Analysis(choir()).fix(("",), FixOptions())}
    dependencies = json.loads(texts["voices/hall/package.json"])["dependencies"]
    assert sorted(dependencies) == ["@hummer/alto", "@sing/alto", "@sing/bass"]
    assert "import { Low } from '@sing/alto/low';" in texts["voices/hall/src/song.ts"]
