"""A cutover adds the aliases without which Node could not follow what `tsc` emits."""

from __future__ import annotations

import pytest

from tests.moves.cuts import CANONICAL, LEGACY, MODULE, MOVED, check_cut, plan_of, problems

MANIFEST = """
//- /packages/job/package.json
{ "name": "job", "scripts": { "build": "tsc -p . && tsc-alias" }, "dependencies": { "@alga-psa/workflows": "*" } }
"""
OLD = '"@shared/*": ["../../shared/*"]'
NEW = (
    '"@alga-psa/workflows": ["../../ee/packages/workflows/src"],'
    ' "@alga-psa/workflows/*": ["../../ee/packages/workflows/src/*"], '
)


def config(paths: str, options: str = '"outDir": "out"', name: str = "tsconfig.json") -> str:
    return f'//- /packages/job/{name}\n{{ "compilerOptions": {{ {options}, "paths": {{ {paths} }} }} }}\n'


def importing(specifier: str, statement: str = "import {{ a }} from '{}'; a;") -> str:
    return f"//- /packages/job/src/run.ts\n{statement.format(specifier)}\n"


@pytest.mark.parametrize(
    ("options", "statement"),
    [
        pytest.param('"noEmit": true', "import {{ a }} from '{}'; a;", id="nothing is emitted"),
        pytest.param('"outDir": "out"', "import type {{ T }} from '{}'; let t: T;", id="types are erased"),
        pytest.param('"outDir": "out", "emitDeclarationOnly": true', "import '{}';", id="declarations alone"),
    ],
)
def test_no_alias_without_need(options: str, statement: str) -> None:
    before = MANIFEST + config(OLD, options) + importing(LEGACY, statement) + MODULE
    after = MANIFEST + config(OLD, options) + importing(CANONICAL, statement) + MOVED
    check_cut(before, after)


@pytest.mark.parametrize(
    "statement",
    ["import {{ a }} from '{}'; a;", "export * from '{}';", "void import('{}');", "const x = require('{}'); x;"],
)
def test_aliases_are_added(statement: str) -> None:
    before = MANIFEST + config(OLD) + importing(LEGACY, statement) + MODULE
    check_cut(before, MANIFEST + config(NEW + OLD) + importing(CANONICAL, statement) + MOVED)


def test_only_the_configuration_of_the_build_gets_them() -> None:
    editor = config(NEW + OLD, '"noEmit": true')
    before = MANIFEST + editor + config(OLD, name="tsconfig.build.json") + importing(LEGACY) + MODULE
    after = MANIFEST + editor + config(NEW + OLD, name="tsconfig.build.json") + importing(CANONICAL) + MOVED
    check_cut(before, after)


def test_the_plan_says_for_which_file() -> None:
    plan = plan_of(MANIFEST + config(OLD) + importing(LEGACY) + MODULE)
    assert [(r.path, r.old, r.new) for r in plan.rewrites if r.rule == "missing-alias"] == [
        (
            "packages/job/tsconfig.json",
            "packages/job/src/run.ts",
            "Add the path aliases `@alga-psa/workflows` and `@alga-psa/workflows/*`",
        )
    ]


def test_a_configuration_that_can_t_be_edited_stops_the_cutover() -> None:
    base = '//- /node_modules/base/tsconfig.json\n{ "compilerOptions": { "paths": { "@shared/*": ["../../shared/*"] } } }\n'
    own = (
        '//- /packages/job/tsconfig.json\n{ "extends": "base/tsconfig.json", "compilerOptions": { "outDir": "out" } }\n'
    )
    [(path, message)] = problems(MANIFEST + base + own + importing(LEGACY) + MODULE)
    assert path == "packages/job/tsconfig.json"
    assert message == (
        "it has no aliases for what packages/job/src/run.ts imports once that is emitted, and its `paths` come from "
        "node_modules/base/tsconfig.json, which is installed. Add `paths` to a file of the workspace."
    )
