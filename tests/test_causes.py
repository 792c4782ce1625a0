"""Findings with one obstacle are one cause, with what unblocks all of them."""

from __future__ import annotations

import pytest

from tests.checks import MONOREPO, open_project
from tests.reporters.build import BLOCKED
from workflow_ls.analysis import Analysis
from workflow_ls.causes import causes_of
from workflow_ls.diagnostics import Blocked, Diagnostic, Obstacle, Status
from workflow_ls.records import replace
from workflow_ls.reporters.fix_summary import render
from workflow_ls.reporters.report_context import ReportContext
from workflow_ls.reporters.status.status_report import render_json, render_markdown, render_text
from workflow_ls.reporters.text import render as render_check
from workflow_ls.status import combine_reports, status_of

MOVED = MONOREPO + "".join(
    f"//- /shared/workflow/{module}.ts\nexport const {module.rpartition('/')[2]} = 1;\n"
    for module in ("streams/alpha", "streams/beta", "bundle/gamma", "secrets/delta", "secrets")
)


def findings(text: str) -> tuple[Diagnostic, ...]:
    return Analysis(open_project(text, base=MOVED)[1], {"deprecated-import"}).check().diagnostics


def causes(text: str) -> list[tuple[str, str]]:
    return [(cause.headline, cause.remedy) for cause in causes_of(findings(text))]


MANIFEST = "the `exports` of ee/packages/workflows/package.json"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import { client } from '@shared/workflow/runtime/client';", []),
        (
            "import { gamma } from '@shared/workflow/bundle/gamma';",
            [("@alga-psa/workflows does not export `./bundle/gamma`: 1 reference", f"add it to {MANIFEST}")],
        ),
        (
            (
                "import { alpha } from '@shared/workflow/streams/alpha';\n"
                "import { gamma } from '@shared/workflow/bundle/gamma';\n"
                "import { beta } from '@alga-psa/shared/workflow/streams/beta';\n"
                "export * from '@shared/workflow/streams/beta';\n"
            ),
            [
                (
                    "`@alga-psa/workflows` does not export `./streams/*`: 3 references",
                    f"add `./streams/*` to {MANIFEST}",
                ),
                ("@alga-psa/workflows does not export `./bundle/gamma`: 1 reference", f"add it to {MANIFEST}"),
            ],
        ),
        (
            (
                "import { gamma } from '@shared/workflow/bundle/gamma';\n"
                "const same = require('@shared/workflow/bundle/gamma');\n"
            ),
            [("@alga-psa/workflows does not export `./bundle/gamma`: 2 references", f"add it to {MANIFEST}")],
        ),
        (
            (
                "//- /shared/workflow/runtime/client.ts\nexport const client = 1, lost = 2, gone = 3;\n"
                "//- /packages/a/a.ts\n"
                "import { lost } from '@shared/workflow/runtime/client';\n"
                "//- /packages/a/b.ts\n"
                "import { gone, lost } from '@shared/workflow/runtime/client';\n"
            ),
            [
                (
                    "`@alga-psa/workflows/runtime/client` does not export `lost`, `gone`: 2 references",
                    "export `lost`, `gone` from ee/packages/workflows/src/runtime/client.ts",
                )
            ],
        ),
    ],
    ids=["nothing", "one", "subpaths", "the-same-twice", "names"],
)
def test_causes(text: str, expected: list[tuple[str, str]]) -> None:
    assert causes(text if text.startswith("//-") else f"//- /packages/a/a.ts\n{text}") == expected


def test_what_no_row_is_for_is_one_cause() -> None:
    row = '{ "from": "@shared/workflow/runtime", "to": ["@alga-psa/workflows/runtime"] }'
    config = f'//- /workflow-ls.json\n{{ "replaceModules": true, "modules": [{row}] }}\n'
    text = (
        "import { alpha } from '@shared/workflow/streams/alpha';\n"
        "import { gamma } from '@shared/workflow/bundle/gamma';\n"
    )
    assert causes(f"{config}//- /packages/a/a.ts\n{text}") == [
        (
            "the mapping table has no target for `@shared/workflow/*`: 2 references",
            "add rows to workflow-ls.json",
        )
    ]


def test_the_core_is_one_cause() -> None:
    text = "import { client } from '@shared/workflow/runtime/client';"
    found = causes(f"//- /shared/a.ts\n{text}\n//- /shared/b.ts\n{text}")
    assert [headline for headline, _ in found] == ["the core ships without EE: 2 references"]


def test_no_decision_is_taken_on_words() -> None:
    """The obstacle decides, whatever the messages say; and without one, only equal refusals are one."""
    shared = Obstacle("kind", "place.ts", "{} are missing", "add {}", ("a",))
    one = replace(BLOCKED, cause=Blocked("`a` is missing", "add it", obstacle=shared))
    two = replace(BLOCKED, cause=Blocked("there is no `b`", obstacle=replace(shared, items=("b",))))
    other = replace(BLOCKED, cause=Blocked("`a` is missing", "add it", obstacle=replace(shared, place="else.ts")))
    bare = replace(BLOCKED, cause=Blocked("`a` is missing", "add it"))
    found = [(cause.reason, cause.remedy, len(cause.findings)) for cause in causes_of((one, other, bare, two, bare))]
    assert found == [
        ("`a`, `b` are missing", "add `a`, `b`", 2),
        ("`a` is missing", "add it", 2),
        ("`a` is missing", "add it", 1),
    ]
    assert causes_of((replace(one, status=Status.VERIFIED), replace(one, cause=None))) == ()


STREAMS = (
    "//- /packages/a/a.ts\n"
    "import { alpha } from '@shared/workflow/streams/alpha';\n"
    "import { beta } from '@shared/workflow/streams/beta';\n"
)


def test_check_shows_them_after_the_findings() -> None:
    _, workspace = open_project(STREAMS, base=MOVED)
    report = Analysis(workspace, {"deprecated-import"}).check()
    for statistics in (False, True):
        context = ReportContext(lambda path: workspace.files.read(path) or b"", statistics=statistics)
        assert (
            "What blocks most, first:\n"
            "  `@alga-psa/workflows` does not export `./streams/*`: 2 references\n"
            f"      remedy: add `./streams/*` to {MANIFEST}\n"
            "      in packages/a/a.ts:1:24, packages/a/a.ts:2:23\n"
        ) in render_check(report, context)


def test_fix_shows_the_largest_first() -> None:
    text = "//- /packages/a/0.ts\nimport { gamma } from '@shared/workflow/bundle/gamma';\n" + STREAMS
    _, workspace = open_project(text, base=MOVED)
    left = Analysis(workspace, {"deprecated-import"}).check().diagnostics
    summary = render((), 0, left, workspace.files.read, dry_run=False).split("\n")
    assert summary[1:3] == [
        "3 findings left:",
        (
            "  `@alga-psa/workflows` does not export `./streams/*`: 2 references. "
            f"Add `./streams/*` to {MANIFEST}. (packages/a/a.ts:1:24, packages/a/a.ts:2:23)"
        ),
    ]
    assert summary[3].startswith("  packages/a/0.ts:1:24 ")


def test_the_status_has_them_in_each_format() -> None:
    status = status_of(Analysis(open_project(STREAMS, base=MOVED)[1]))
    assert status.causes[0].what == "2 references"
    assert "What blocks most\n  `@alga-psa/workflows` does not export `./streams/*`: 2 references\n" in render_text(
        status, False
    )
    assert "- `@alga-psa/workflows` does not export `./streams/*`: 2 references. Add" in render_markdown(status, False)
    assert '"count": 2' in render_json(status, False)
    both = combine_reports([status, status])
    assert (both.causes[0].count, both.causes[0].what, len(both.causes[0].places)) == (4, "4 references", 3)
