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
    paths = f"{{ {OLD} }}"
    base = f'//- /node_modules/base/tsconfig.json\n{{ "compilerOptions": {{ "paths": {paths} }} }}\n'
    own = (
        '//- /packages/job/tsconfig.json\n{ "extends": "base/tsconfig.json", "compilerOptions": { "outDir": "out" } }\n'
    )
    [(path, message)] = problems(MANIFEST + base + own + importing(LEGACY) + MODULE)
    assert path == "packages/job/tsconfig.json"
    assert message == (
        "it has no aliases for what packages/job/src/run.ts imports once that is emitted, and its `paths` come from "
        "node_modules/base/tsconfig.json, which is installed. Add `paths` to a file of the workspace."
    )


BARREL = "\n//- /shared/workflow/index.ts\nexport * from './runtime/a';\n"


def test_what_takes_the_place_of_a_removed_barrel_needs_them() -> None:
    barrel = importing("@shared/workflow", "export * from '{}';")
    rest = config(OLD) + importing(CANONICAL, "export * from '{}';")
    check_cut(MANIFEST + config(OLD) + barrel + MODULE + BARREL, MANIFEST + rest.replace(OLD, NEW + OLD) + MOVED)


def in_mail(specifier: str, statement: str = "import {{ a }} from '{}'; a;") -> str:
    """A file of the package `shared`, and another beside it that imports it."""
    return f"""
//- /shared/mail/send.ts
{statement.format(specifier)}
//- /shared/mail/queue.ts
import './send';
"""


@pytest.mark.parametrize("by", ["@shared/mail/queue", "@shared/mail/send", "../../../shared/mail/queue"])
@pytest.mark.parametrize("old", [LEGACY, "../workflow/runtime/a"])
def test_the_build_of_another_package_gets_them(by: str, old: str) -> None:
    """It emits the files that it imports, so that what they import is found by its aliases."""
    program = importing(by, "import '{}';")
    before = MANIFEST + config(OLD) + program + in_mail(old) + MODULE
    check_cut(before, MANIFEST + config(NEW + OLD) + program + in_mail(CANONICAL) + MOVED)
    (rewrite,) = (each for each in plan_of(before).rewrites if each.rule == "missing-alias")
    assert (rewrite.path, rewrite.old) == ("packages/job/tsconfig.json", "shared/mail/send.ts")


@pytest.mark.parametrize(
    ("by", "paths", "options", "statement"),
    [
        pytest.param("@shared/mail/queue", NEW + OLD, '"outDir": "out"', "import '{}';", id="it has them"),
        pytest.param("@shared/mail/queue", OLD, '"noEmit": true', "import '{}';", id="nothing is emitted"),
        pytest.param("@shared/mail/queue", OLD, '"outDir": "out"', "import type {{ T }} from '{}';", id="a type"),
        pytest.param("@shared/mail/queue", '"@x/*": ["./x/*"]', '"outDir": "out"', "import '{}';", id="no alias"),
        pytest.param("@shared/other", OLD, '"outDir": "out"', "import '{}';", id="another file"),
    ],
)
def test_the_build_of_another_package_that_needs_none(by: str, paths: str, options: str, statement: str) -> None:
    program = config(paths, options) + importing(by, "import '{}';") + "//- /shared/other.ts\nexport {};\n"
    before = MANIFEST + program + in_mail(LEGACY, statement) + MODULE
    check_cut(before, MANIFEST + program + in_mail(CANONICAL, statement) + MOVED)


RUNNER = "//- /packages/a/vitest.config.ts\nexport default {{ resolve: {{ alias: {{ {} }} }} }};\n"
TESTED = "//- /packages/a/a.ts\nimport {{ a }} from '{}'; a;\n"


def notes(text: str) -> list[tuple[str, str]]:
    plan = plan_of(f'{text}{TESTED.format(LEGACY)}{MODULE}\n//- /packages/b/package.json\n{{ "name": "@alga-psa/b" }}')
    return [(note.path, note.message) for note in plan.notes if "alias" in note.message]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="no runner"),
        pytest.param(RUNNER.format("'@': './src'"), id="aliases for its own files alone"),
        pytest.param(RUNNER.format("'@alga-psa/workflows': '../../ee/packages/workflows/src'"), id="it has one"),
        pytest.param(RUNNER.format("react: 'preact'"), id="aliases for installed packages"),
    ],
)
def test_nothing_to_say_of_a_runner(text: str) -> None:
    assert notes(text) == []


@pytest.mark.parametrize("alias", ["'@alga-psa/b': '../b/src'", "'~b/': new URL('../b/', import.meta.url).pathname"])
def test_a_runner_that_has_other_packages_from_their_sources_is_named(alias: str) -> None:
    message = (
        "it has no alias for `@alga-psa/workflows`. Their tests find it in node_modules, by its `exports`. "
        "Add an alias to its sources where tests run without an installation or a build."
    )
    assert notes(RUNNER.format(alias)) == [("packages/a/vitest.config.ts", message)]
