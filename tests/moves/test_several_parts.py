"""Cutovers of several folders and files, and of folders of which a part stays; no-op first."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from tests.checks import open_project
from tests.conformance.monorepos import generate
from tests.conformance.monorepos.parts import OLD
from tests.fixture import project
from tests.strategies import FAST, NIGHTLY
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.moves.cutover.whole_plan import plan_whole_cutover
from workflow_ls.moves.plan_model import Plan
from workflow_ls.project.workspace import Workspace
from workflow_ls.rules import CODES
from workflow_ls.vfs.files import Files, MemoryFiles
from workflow_ls.vfs.overlay import EditedFiles

pytestmark = pytest.mark.slow

# Two old libraries, two new packages, and an application.
YARD = """
//- /package.json
{ "workspaces": ["libs/*", "apps/*"] }
//- /libs/tools/package.json
{ "name": "@yard/tools", "exports": { "./*": "./src/*.ts" } }
//- /libs/wire/package.json
{ "name": "@yard/wire", "exports": { "./*": "./src/*.ts" } }
//- /libs/iron/package.json
{ "name": "@yard/iron", "exports": { ".": "./src/index.ts", "./*": "./src/*.ts" } }
//- /libs/iron/src/index.ts
export const iron = 1;
//- /libs/cable/package.json
{ "name": "@yard/cable", "exports": { ".": "./src/index.ts", "./*": "./src/*.ts" } }
//- /libs/cable/src/index.ts
export const cable = 1;
//- /apps/boat/package.json
{ "name": "boat", "dependencies": { "@yard/tools": "*", "@yard/wire": "*" } }
"""
TOOLS = {
    "roots": ["@yard/tools"],
    "tree": "libs/tools/src",
    "package": {"name": "@yard/tools", "directory": "libs/tools"},
}
WIRE = {"roots": ["@yard/wire"], "tree": "libs/wire/src", "package": {"name": "@yard/wire", "directory": "libs/wire"}}
TO_IRON = {"from": "@yard/tools/*", "to": ["@yard/iron/*"]}
TO_CABLE = {"from": "@yard/wire/*", "to": ["@yard/cable/*"]}


def make_whole_plan(analysis: Analysis) -> Plan:
    return plan_whole_cutover(analysis).plan


def open_yard(text: str, legacy: object, *rows: object, names: Sequence[object] = ()) -> Analysis:
    config = json.dumps({"replaceModules": True, "legacy": legacy, "modules": [*rows], "names": [*names]})
    return Analysis(open_project(f"//- /workflow-ls.json\n{config}\n{text}", base=YARD)[1])


def cut(analysis: Analysis) -> dict[str, str | None]:
    """The files that a cutover changes, with their new texts; None for what goes."""
    plan = make_whole_plan(analysis)
    assert [problem.message for problem in plan.problems] == []
    return {path: None if path not in plan.after else plan.after[path].decode() for path in {*plan.before, *plan.after}}


def sources(changed: dict[str, str | None]) -> dict[str, str | None]:
    return {path: text for path, text in changed.items() if path.endswith(".ts")}


def told(plan: Plan) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in plan.problems]


def test_nothing_to_move() -> None:
    bare = '//- /libs/{0}/package.json\n{{ "name": "@yard/{0}" }}\n'
    text = bare.format("tools") + bare.format("wire")
    plan = make_whole_plan(open_yard(text, [TOOLS, WIRE], TO_IRON, TO_CABLE))
    assert plan.is_empty
    assert plan.file_moves == ()


BOTH = """
//- /libs/tools/src/saw.ts
import { solder } from '@yard/wire/solder';
export const saw = solder;
//- /libs/wire/src/solder.ts
export const solder = 1;
//- /apps/boat/deck.ts
import { saw } from '@yard/tools/saw';
import { solder } from '@yard/wire/solder';
"""


def test_each_folder_moves_to_its_package() -> None:
    changed = cut(open_yard(BOTH, [TOOLS, WIRE], TO_IRON, TO_CABLE))
    assert sources(changed) == {
        "libs/tools/src/saw.ts": None,
        "libs/wire/src/solder.ts": None,
        "libs/iron/src/saw.ts": "import { solder } from '@yard/cable/solder';\nexport const saw = solder;\n",
        "libs/cable/src/solder.ts": "export const solder = 1;\n",
        "apps/boat/deck.ts": "import { saw } from '@yard/iron/saw';\nimport { solder } from '@yard/cable/solder';\n",
    }
    boat = json.loads(changed["apps/boat/package.json"] or "")
    assert sorted(boat["dependencies"]) == ["@yard/cable", "@yard/iron"]


def test_what_moved_and_changed_again_is_one_move() -> None:
    """The import of the second folder in a file of the first changes after that moved."""
    plan = make_whole_plan(open_yard(BOTH, [TOOLS, WIRE], TO_IRON, TO_CABLE))
    assert dict(plan.renamed) == {
        "libs/tools/src/saw.ts": "libs/iron/src/saw.ts",
        "libs/wire/src/solder.ts": "libs/cable/src/solder.ts",
    }
    assert {rewrite.path for rewrite in plan.rewrites} <= {*project(BOTH).files, *project(YARD).files}
    assert plan.remaining == ()


def test_a_file_moves_without_its_folder() -> None:
    file = {"roots": ["@yard/tools/saw"], "tree": "libs/tools/src/saw.ts", "package": TOOLS["package"]}
    text = (
        "//- /libs/tools/src/saw.ts\nimport { hammer } from './hammer';\nexport const saw = hammer;\n"
        "//- /libs/tools/src/hammer.ts\nexport const hammer = 1;\n"
        "//- /libs/tools/src/use.ts\nimport { saw } from './saw';\n"
        "//- /libs/wire/src/solder.ts\nexport const solder = 1;\n"
    )
    row = {"from": "@yard/tools/saw", "to": ["@yard/iron/saw"]}
    changed = sources(cut(open_yard(text, [file, WIRE], row, TO_CABLE)))
    assert changed == {
        "libs/tools/src/saw.ts": None,
        "libs/iron/src/saw.ts": ("import { hammer } from '../../tools/src/hammer';\nexport const saw = hammer;\n"),
        "libs/tools/src/use.ts": "import { saw } from '@yard/iron/saw';\n",
        "libs/wire/src/solder.ts": None,
        "libs/cable/src/solder.ts": "export const solder = 1;\n",
    }


PART = """
//- /libs/tools/src/saw.ts
import { hammer } from './hammer';
export const saw = hammer;
//- /libs/tools/src/hammer.ts
export const hammer = 1;
//- /libs/tools/src/bench.ts
import { saw } from './saw';
export const bench = saw;
//- /apps/boat/deck.ts
import { saw } from '@yard/tools/saw';
import { hammer } from '@yard/tools/hammer';
"""
STAY = [{"from": "@yard/tools/hammer", "stays": True}, {"from": "@yard/tools/bench", "stays": True}]


def test_what_stays_is_left_and_imports_what_moved() -> None:
    changed = sources(cut(open_yard(PART, TOOLS, TO_IRON, *STAY)))
    assert changed == {
        "libs/tools/src/saw.ts": None,
        "libs/iron/src/saw.ts": "import { hammer } from '../../tools/src/hammer';\nexport const saw = hammer;\n",
        "libs/tools/src/bench.ts": "import { saw } from '@yard/iron/saw';\nexport const bench = saw;\n",
        "apps/boat/deck.ts": "import { saw } from '@yard/iron/saw';\nimport { hammer } from '@yard/tools/hammer';\n",
    }


def test_a_module_that_only_loses_a_name_stays() -> None:
    text = (
        "//- /libs/tools/src/saw.ts\nexport const saw = 1;\n//- /libs/iron/src/blade.ts\nexport const blade = 1;\n"
        "//- /apps/boat/deck.ts\nimport { saw, blade } from '@yard/tools/saw';\n"
    )
    row = {"from": "@yard/tools/saw", "stays": True}
    name = {"module": "@yard/tools/saw", "name": "blade", "to": "@yard/iron/blade"}
    changed = sources(cut(open_yard(text, TOOLS, row, names=[name])))
    assert changed == {
        "apps/boat/deck.ts": "import { saw } from '@yard/tools/saw';\nimport { blade } from '@yard/iron/blade';\n"
    }


def test_a_name_that_is_declared_in_both_places_goes_where_its_row_says() -> None:
    text = (
        "//- /libs/tools/src/saw.ts\nexport const saw = 1, blade = 2;\n"
        "//- /libs/iron/src/blade.ts\nexport const blade = 2;\n"
        "//- /apps/boat/deck.ts\nimport { blade } from '@yard/tools/saw';\n"
    )
    row = {"from": "@yard/tools/saw", "stays": True}
    name = {"module": "@yard/tools/saw", "name": "blade", "to": "@yard/iron/blade"}
    changed = sources(cut(open_yard(text, TOOLS, row, names=[name])))
    assert changed == {"apps/boat/deck.ts": "import { blade } from '@yard/iron/blade';\n"}


def test_a_second_cutover_finds_nothing() -> None:
    left = {**project(PART).files, **cut(open_yard(PART, TOOLS, TO_IRON, *STAY))}
    text = "".join(f"//- /{path}\n{each}" for path, each in left.items() if each is not None)
    assert make_whole_plan(open_yard(text, TOOLS, TO_IRON, *STAY)).is_empty


@pytest.mark.generative
@pytest.mark.parametrize("first", range(0, 1000 if NIGHTLY else 40 if FAST else 120, 20))
def test_in_generated_monorepos_nothing_is_left_to_move(first: int) -> None:
    for seed in range(first, first + 20):
        world = generate(seed, more=True)
        if f"{OLD}/" not in world.files.get("workflow-ls.json", ""):
            continue
        files: Files = MemoryFiles({path: text.encode() for path, text in world.files.items()}, world.links)
        plan = make_whole_plan(_analysis(files))
        if not plan.problems:
            left = EditedFiles(files, plan.after, removed=plan.before.keys() - plan.after.keys())
            assert make_whole_plan(_analysis(left)).is_empty, f"seed {seed}"


def _analysis(files: Files) -> Analysis:
    loaded = load_config(files.read("workflow-ls.json") or b"", base=builtin_table(), rules=CODES)
    assert not loaded.problems
    return Analysis(Workspace(files, loaded.table, loaded.settings))


def test_a_folder_of_which_a_part_stays_is_named_as_before() -> None:
    text = f"{PART}//- /Dockerfile\nCOPY libs/tools/src /app\nCOPY libs/tools/src/saw.ts /saw.ts\n"
    changed = cut(open_yard(text, TOOLS, TO_IRON, *STAY))
    assert changed["Dockerfile"] == "COPY libs/tools/src /app\nCOPY libs/iron/src/saw.ts /saw.ts\n"


def test_a_part_that_goes_to_an_alias_is_refused_by_name() -> None:
    row = {"from": "@yard/tools/*", "to": ["@/tools/*"]}
    plan = make_whole_plan(open_yard(BOTH, [TOOLS, WIRE], row, TO_CABLE))
    assert told(plan) == [
        (
            "libs/tools/src/saw.ts",
            (
                "`@/tools/saw`, its target, is an alias, which each application has for files of its own. "
                'Move it by hand; until then, add a row with `"stays": true` for `@yard/tools/saw`.'
            ),
        )
    ]
    assert "libs/cable/src/solder.ts" in plan.after, "the rest is planned"


def test_a_file_without_a_row_is_refused_by_name() -> None:
    axe = {"from": "@yard/tools/axe", "to": ["@yard/iron/axe"]}
    [problem] = told(make_whole_plan(open_yard(BOTH, [TOOLS, WIRE], TO_CABLE, axe)))
    assert problem == (
        "libs/tools/src/saw.ts",
        'no row of workflow-ls.json says where it moves. Add a row for `@yard/tools/saw`, with "to", or with "stays".',
    )
