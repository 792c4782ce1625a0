"""Programs whose values branch again and again, and programs that are no configuration: neither costs much."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

from typing import Any

import pytest

from tests.checks import check_diagnostics, open_project
from tests.project.builds.test_evaluation import exported
from workflow_ls.analysis import Analysis
from workflow_ls.project.builds.evaluation import Configurations

MANY = range(60)


def repeated(line: str) -> str:
    """Sixty lines, in which `%` is the number of the line, and `&` the next one."""
    return "\n".join(line.replace("%", str(number)).replace("&", str(number + 1)) for number in MANY)


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("const v0 = { a: 1 }; const v1 = on ? v0.a : v0.a; export default v1;", 1),
        ("let v = 'a'; if (on) v = 'b'; const w = on ? v : 'c'; export default w;", ["|", "a", "b", "c"]),
        ("const v = on ? { a: 'x' } : { a: on ? 'y' : 'z' }; export default v.a;", ["|", "x", "y", "z"]),
        (f"const v0 = {{ k: 1 }};\n{repeated('const v& = on ? v% : v%;')}\nexport default v60;", {"k": 1}),
    ],
)
def test_choices_of_choices_are_one_choice(program: str, value: Any) -> None:
    assert exported(program) == value


@pytest.mark.parametrize(
    "program",
    [
        f"export default (v0) => {{\n{repeated('const v& = on ? v%.left : v%.right;')}\nreturn v60.key; }};",
        f"export default ({{ v0 }}) => {{\n{repeated('const v& = on ? v%.a.b : v%.b.a;')}\nreturn {{ alias: v60 }}; }};",
        f"export default (v) => {{\nlet w = v;\n{repeated('w = on ? w.left : w.right;')}\nreturn w.a.b.c; }};",
        f"export default (v) => {{\nlet w = v;\n{repeated('w = w.left || w.right;')}\nreturn w; }};",
        f"export default (v) => {{\nfor (const each of v.all) {{\nlet w = each;\n{repeated('w = w.a ?? w.b;')}\nreturn w; }} }};",
    ],
)
def test_values_that_double_are_not_known(program: str) -> None:
    assert exported(program) in ("?", {"alias": "?"}, ["|", "?"])


STEERING = """
//- /{path}
import {{ client }} from '@shared/workflow/runtime/client';
import {{ helper }} from './helper';
export const root = '../workflow/runtime/client.ts';
export default helper(client);
//- /{folder}/helper.ts
export const helper = (each) => each;
"""


@pytest.mark.parametrize(
    "path",
    [
        "packages/a/src/editor.playwright.test.ts",
        "packages/a/src/jest-helpers.ts",
        "packages/a/src/next-step.tsx",
        "packages/a/src/build-plan.ts",
        "packages/a/src/vue-list.ts",
        "packages/a/src/babel.ts",
    ],
)
def test_sources_with_the_name_of_a_tool_are_not_evaluated(path: str) -> None:
    _, workspace = open_project(STEERING.format(path=path, folder=path.rpartition("/")[0]))
    Analysis(workspace).check()
    assert not workspace.database.keeps(Configurations.value, (path,))


def test_entries_of_a_build_beside_the_tree_are_found() -> None:
    check_diagnostics(
        """
        //- /shared/package.json
        { "name": "@alga-psa/shared" }
        //- /shared/tsup.config.ts
        export default { entry: ['workflow/runtime/client.ts'] };
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-reference
        """.replace("\n        ", "\n"),
        rules={"deprecated-reference"},
    )
