"""What stands in the way of a cutover, and what it says."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import json

import pytest

from tests.moves.cuts import BASE, MODULE, SOURCES, TREE, plan_of, problems


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        (f"//- /{TREE}package.json\n{{}}", f"{TREE}package.json", "a configuration file applies to its folder"),
        (f"//- /{TREE}tsconfig.json\n{{}}", f"{TREE}tsconfig.json", "a configuration file applies to its folder"),
        (f'//- /workflow-ls.json\n{{ "maxFileSize": 10 }}\n{MODULE}', f"{TREE}runtime/a.ts", "it is larger than 1e-05 MB"),
        (f"{MODULE}\n//- /ee/packages/workflows/package.json\n{{", "ee/packages/workflows/package.json", "the manifest of the target package @alga-psa/workflows can't be read"),
    ],
)  # fmt: skip
def test_what_can_not_move(text: str, path: str, message: str) -> None:
    found = problems(text)
    assert found[0][0] == path
    assert found[0][1].startswith(message)


def test_a_package_that_is_not_there() -> None:
    base = BASE.replace("//- /ee/packages/workflows/package.json", "//- /ee/packages/workflows/other.json")
    assert problems(f"{MODULE}\n//- /{TREE}b.ts\nexport {{}};", base=base) == [
        (
            "ee/packages/workflows/package.json",
            "the target package @alga-psa/workflows has no manifest. Create it first.",
        )
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"name": "a", "to": "@alga-psa/workflows"}, "`@alga-psa/workflows` does not export `a`. Export it from ee/packages/workflows/src/index.ts"),
        ({"name": "a", "as": "b"}, "`@alga-psa/workflows/runtime/a` does not export `b`. Export it from ee/packages/workflows/src/runtime/a.ts"),
        ({"name": "default", "as": "b"}, None),
    ],
)  # fmt: skip
def test_a_name_that_is_not_where_a_row_sends_it(row: dict[str, str], reason: str | None) -> None:
    config = {"names": [{"module": "@shared/workflow/runtime/a", **row}]}
    text = f"//- /workflow-ls.json\n{json.dumps(config)}\n{MODULE}\n//- /packages/a/a.ts\n\nimport {{ a }} from '@shared/workflow/runtime/a';"
    plan = plan_of(text)
    if reason is None:
        assert plan.problems == (), "the file does not ask for that name"
        return
    (problem,) = plan.problems
    assert (problem.path, problem.line) == ("packages/a/a.ts", 2)
    assert problem.message.startswith(f"`@shared/workflow/runtime/a` can't be updated: {reason}")


def test_a_reference_that_nothing_takes_along() -> None:
    """The rules are silenced, so nobody rewrites what a row of names decides; the last look finds it."""
    config = {
        "names": [{"module": "@shared/workflow/runtime/a", "name": "a", "to": "@alga-psa/workflows"}],
        "rules": {"deprecated-import": "off"},
    }
    text = f"//- /workflow-ls.json\n{json.dumps(config)}\n{MODULE}\n//- /packages/a/a.ts\nimport {{ a }} from '@shared/workflow/runtime/a';"
    assert problems(text)[0] == (
        "packages/a/a.ts",
        "`@shared/workflow/runtime/a` would lead nowhere. Resolve this by hand first.",
    )


def test_a_module_that_exports_excludes_goes_by_path() -> None:
    base = BASE.replace(
        '"./runtime/*": "./src/runtime/*.ts"', '"./runtime/*": "./src/runtime/*.ts", "./runtime/a": null'
    )
    plan = plan_of(f"{MODULE}\n//- /packages/a/a.ts\nimport a from '@shared/workflow/runtime/a';", base=base)
    assert plan.problems == ()
    assert plan.after["packages/a/a.ts"] == f"import a from '../../{SOURCES}runtime/a';\n".encode()
    assert [note.path for note in plan.notes] == ["packages/a/a.ts"]
    assert "is written as a path" in plan.notes[0].message


def test_a_script_that_node_runs_as_it_is() -> None:
    base = BASE.replace(
        '{ "name": "@alga-psa/shared" }', '{ "name": "@alga-psa/shared", "exports": { "./*": "./dist/*" } }'
    )
    found = problems(
        f"{MODULE}\n//- /packages/a/run.mjs\nimport a from '@alga-psa/shared/workflow/runtime/a.js';", base=base
    )
    assert [path for path, _ in found] == ["packages/a/run.mjs"]
    assert "Node runs this file without a build" in found[0][1]


@pytest.mark.parametrize(("ending", "found"), [("ts", 1), ("js", 0)])
def test_a_script_whose_module_gives_way_to_typescript(ending: str, found: int) -> None:
    """The declarations beside the code are what a compiler sees; Node loads the code."""
    text = (
        f"//- /{TREE}runtime/a.js\nexport const a = 1;\n//- /{TREE}runtime/a.d.ts\nexport declare const a: 1;\n"
        f"//- /{SOURCES}runtime/a.{ending}\nexport const a = 1, more = 2;\n"
        "//- /scripts/run.mjs\nimport { a } from '../shared/workflow/runtime/a.js';"
    )
    told = [p for p in plan_of(text, prefer=True).problems if p.path == "scripts/run.mjs"]
    assert len(told) == found
    assert all("Node runs this file without a build, and can't load src/runtime/a.ts" in p.message for p in told)
