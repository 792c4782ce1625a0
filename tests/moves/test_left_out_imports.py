"""A cutover names the imports that a bundle leaves to Node then, which can't load what they lead to."""

from __future__ import annotations

import pytest

from tests.moves.cuts import CANONICAL, LEGACY, MODULE, MOVED, SOURCES, TREE, check_cut, plan_of

JOB = """
//- /packages/job/package.json
{ "name": "job", "dependencies": { "@alga-psa/workflows": "*" } }
//- /packages/job/tsup.config.ts
export default { entry: ['src/run.ts'], %s };
//- /packages/job/src/run.ts
"""
LINE = "import {{ a }} from '{}'; a;\n"


@pytest.mark.parametrize(
    "options", ["noExternal: ['@alga-psa/workflows']", "external: [/^@shared/], noExternal: [/./]"]
)
def test_what_comes_into_the_bundle_is_cut(options: str) -> None:
    check_cut(JOB % options + LINE.format(LEGACY) + MODULE, JOB % options + LINE.format(CANONICAL) + MOVED)


def test_what_will_stay_out_is_named() -> None:
    plan = plan_of(JOB % "dts: false" + LINE.format(LEGACY) + MODULE)
    (note,) = plan.notes
    assert (note.path, note.line, plan.problems) == ("packages/job/src/run.ts", 1, ())
    assert "packages/job/tsup.config.ts leaves what the manifest declares out of the bundle" in note.message
    assert "Add `@alga-psa/workflows` to `noExternal` in packages/job/tsup.config.ts first" in note.message


def test_what_stays_out_today_follows() -> None:
    left = "external: [/^@shared/]"
    assert plan_of(JOB % left + LINE.format(LEGACY) + MODULE).notes == ()
    check_cut(JOB % left + LINE.format(LEGACY) + MODULE, JOB % left + LINE.format(CANONICAL) + MOVED)


@pytest.mark.parametrize(
    ("line", "line_number"),
    [
        ("export * from '@shared/workflow';\n", 1),
        ("import { a, b } from '@shared/workflow'; a; b;\n", 1),
        (f"import {{ c }} from '{CANONICAL[:-1]}c'; c;\nexport * from '@shared/workflow';\n", 2),
    ],
)
def test_what_takes_the_place_of_a_removed_barrel_is_named(line: str, line_number: int) -> None:
    barrel = f"//- /{TREE}index.ts\nexport * from './runtime/a';\nexport * from './runtime/b';\n"
    others = f"//- /{TREE}runtime/b.ts\nexport const b = 1;\n//- /{SOURCES}runtime/c.ts\nexport const c = 1;\n"
    plan = plan_of(JOB % "dts: false" + line + MODULE + "\n" + barrel + others)
    assert [(each.path, each.line) for each in plan.notes] == [("packages/job/src/run.ts", line_number)]
    assert f"so that `{CANONICAL}` leads Node to src/runtime/a.ts of the package" in plan.notes[0].message
    assert plan.problems == ()
    within = JOB % "noExternal: ['@alga-psa/workflows']"
    assert plan_of(within + line + MODULE + "\n" + barrel + others).notes == ()
