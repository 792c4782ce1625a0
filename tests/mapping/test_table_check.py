"""What `map --check` says of the rows of a `workflow-ls.json`."""

from __future__ import annotations

import json

import pytest

from tests.checks import MONOREPO, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.mapping.checking.table_check import check_table
from workflow_ls.mapping.checking.table_report import RowFinding

MORE = """
//- /packages/bill/package.json
{ "name": "@acme/bill", "dependencies": { "@alga-psa/workflows": "*", "@acme/clock": "*" } }
//- /packages/bill/src/run.ts
import { start } from '@shared/workflow/runtime';
import { now } from '@shared/workflow/utils/clock';
start(now);
//- /shared/workflow/utils/clock.ts
export const now = 1;
export const later = 2;
//- /packages/clock/package.json
{ "name": "@acme/clock", "exports": { ".": "./index.ts", "./watch": "./watch.ts" } }
//- /packages/clock/index.ts
export const now = 1;
export const later = 2;
//- /packages/clock/watch.ts
export const now = 1;
"""
CLOCK = {"name": "@acme/clock", "directory": "packages/clock", "sources": "."}
ROW = {"from": "@shared/workflow/utils/clock", "to": ["@acme/clock"]}


def findings(config: dict[str, object], more: str = "") -> list[RowFinding]:
    text = f"//- /workflow-ls.json\n{json.dumps(config)}\n{MORE}{more}"
    workspace = open_project(text, base=MONOREPO)[1]
    return [finding for finding in check_table(Analysis(workspace)).findings if finding.place is not None]


def told(config: dict[str, object], more: str = "") -> list[str]:
    text = json.dumps(config)
    found = []
    for finding in findings(config, more):
        assert finding.span is not None
        where = text[finding.span.start : finding.span.end]
        right = f" => {finding.replacement}" if finding.replacement is not None else ""
        found.append(
            f"{where} {finding.severity.label}: {finding.message}{right}{' X' if finding.is_removable else ''}"
        )
    return found


def with_row(**changed: object) -> dict[str, object]:
    return {"packages": [CLOCK], "modules": [{**ROW, **changed}]}


def test_a_true_table_is_silent() -> None:
    assert told(with_row()) == []


CASES = {
    "a subpath that is not exported": (
        with_row(to=["@acme/clock/watches"]),
        (
            '"@acme/clock/watches" warning: @acme/clock does not export `./watches`. '
            "Add it to the `exports` of packages/clock/package.json. => @acme/clock/watch"
        ),
    ),
    "names that the target lacks": (
        with_row(to=["@acme/clock/watch"]),
        '["@acme/clock/watch"] information: No target has all of @shared/workflow/utils/clock: `later` is missing.',
    ),
    "a module that does not exist": (
        {"packages": [CLOCK], "modules": [ROW, {"from": "@shared/workflow/utils/clokc", "to": ["@acme/clock"]}]},
        (
            '"@shared/workflow/utils/clokc" warning: This names no module of shared/workflow, and '
            "nothing refers to it. "
            "Correct it, or remove the row. => @shared/workflow/utils/clock X"
        ),
    ),
    "a module that nothing imports": (
        {"packages": [CLOCK], "modules": [ROW, {"from": "@shared/workflow/runtime/client", "to": ["@acme/clock"]}]},
        '"@shared/workflow/runtime/client" information: Nothing refers to this module. The row is not needed. X',
    ),
    "a row that a longer one hides": (
        {"packages": [CLOCK], "modules": [ROW, {"from": "@shared/workflow/utils/*", "to": ["@acme/clock"]}]},
        (
            '"@shared/workflow/utils/*" warning: Longer rows take every reference of this one: '
            "@shared/workflow/utils/clock. Remove this row. X"
        ),
    ),
    "a directory that does not exist": (
        {"packages": [{**CLOCK, "directory": "packages/clocks"}], "modules": [ROW]},
        (
            '"packages/clocks" warning: The directory packages/clocks does not exist. @acme/clock is '
            "in packages/clock. "
            "=> packages/clock X"
        ),
    ),
    "a directory of another package": (
        {"packages": [{**CLOCK, "directory": "packages/bill"}], "modules": [ROW]},
        (
            '"packages/bill" warning: The package in packages/bill is @acme/bill. @acme/clock is in packages/clock. '
            "=> packages/clock X"
        ),
    ),
    "a name that no package has": (
        {"packages": [CLOCK, {"name": "@acme/clokc", "directory": "packages/clokc"}], "modules": [ROW]},
        (
            '"@acme/clokc" warning: The directory packages/clokc does not exist, and no package of '
            "the workspace is called "
            "@acme/clokc. => @acme/clock X"
        ),
    ),
    "a name that its module does not export": (
        {**with_row(), "names": [{"module": "@shared/workflow/utils/clock", "name": "never", "to": "@acme/clock"}]},
        (
            '"never" warning: shared/workflow/utils/clock.ts does not export `never`. Correct the '
            "name, or remove the row. X"
        ),
    ),
    "a name that its target does not export": (
        {
            **with_row(),
            "names": [{"module": "@shared/workflow/utils/clock", "name": "later", "to": "@acme/clock/watch"}],
        },
        '"@acme/clock/watch" warning: `@acme/clock/watch` does not export `later`. Name where it is, or its new name.',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_row_that_is_not_borne_out(case: str) -> None:
    config, expected = CASES[case]
    assert expected in told(config)


def test_a_row_for_a_package_that_depends_on_its_importers() -> None:
    manifest = '{ "name": "@acme/clock", "main": "index.ts", "dependencies": { "@acme/bill": "*" } }'
    cycle = f"//- /packages/clock/package.json\n{manifest}\n"
    bill = '//- /packages/bill/package.json\n{ "name": "@acme/bill", "dependencies": { "@alga-psa/workflows": "*" } }\n'
    assert (
        '"@acme/clock" warning: @acme/clock depends on every package that uses the row, so that no reference can go '
        "there." in told(with_row(), cycle + bill)
    )


def test_a_row_that_leads_back_to_its_only_importer() -> None:
    facade = (
        "//- /packages/bill/src/run.ts\nexport {};\n"
        "//- /packages/clock/index.ts\nexport const own = 1;\nexport * from '@shared/workflow/utils/clock';\n"
    )
    assert (
        '"@acme/clock" warning: `@acme/clock` re-exports packages/clock/index.ts, which would import itself. '
        "Name where the code lives." in told(with_row(), facade)
    )


def test_rows_of_the_built_in_table_have_no_place() -> None:
    report = check_table(Analysis(open_project(MORE, base=MONOREPO)[1]))
    assert {finding.place for finding in report.findings} == {None}
    assert report.references == 2
