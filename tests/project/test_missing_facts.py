"""A workspace that has nothing of what the table is about is never called clear."""

from __future__ import annotations

import json

import pytest

from tests.checks import MONOREPO, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.project.missing_facts import missing_facts
from workflow_ls.reporters.report_context import ReportContext
from workflow_ls.reporters.status.status_report import render_json, render_markdown, render_text
from workflow_ls.reporters.text import render
from workflow_ls.status import status_of

OTHER = """
//- /package.json
{ "workspaces": ["libs/*"] }
//- /libs/date/package.json
{ "name": "@acme/date" }
//- /libs/date/src/index.ts
export const now = 1;
//- /libs/app/package.json
{ "name": "@acme/app" }
//- /libs/app/src/main.ts
import { now } from '@acme/date';
"""


def config(members: str) -> str:
    return f'//- /workflow-ls.json\n{{ "replaceModules": true, {members} }}\n'


def message_of(text: str, base: str = "") -> str:
    found = missing_facts(open_project(text, base=base)[1])
    return "" if found is None else found.message


TO_DATE = '"modules": [{ "from": "@acme/time", "to": ["@acme/date"] }]'


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("", MONOREPO),
        ('//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows" }\n//- /a.ts\n', ""),  # all moved
        ("//- /a.ts\nimport '@shared/workflow/x';", ""),  # not begun, nothing installed
        ("//- /a.ts\nimport '@alga-psa/workflows/x';", ""),
        (config(f'"legacy": {{ "roots": ["@acme/time"] }}, {TO_DATE}') + OTHER, ""),
        ("//- /node_modules/@alga-psa/workflows/package.json\n{}\n//- /a.ts\n", ""),
    ],
    ids=["whole", "target-left", "legacy-reference", "canonical-reference", "own-target", "installed"],
)
def test_nothing_is_missing(text: str, base: str) -> None:
    assert message_of(text, base) == ""


def test_another_workspace_is_no_workspace_of_workflows() -> None:
    assert message_of(OTHER) == (
        "The built-in mapping is about the folder shared/workflow, the package @alga-psa/workflows and imports of "
        "`@shared/workflow`, `@alga-psa/shared/workflow`: none of them is in this workspace. Run `workflow-ls init` to "
        "describe what moves here."
    )


def test_a_file_without_a_target_says_the_next_step() -> None:
    text = config('"legacy": { "roots": ["@acme/time"] }, "modules": []') + OTHER
    assert message_of(text).startswith("workflow-ls.json has no target yet, so that nothing can be rewritten. Run ")


def test_a_file_about_what_is_not_there_is_to_be_corrected() -> None:
    members = (
        '"canonical": { "name": "@acme/dates", "directory": "libs/dates" }, '
        '"legacy": { "roots": ["@acme/time"], "tree": "libs/time/src" }, '
        '"modules": [{ "from": "@acme/time", "to": ["@acme/dates"] }]'
    )
    assert message_of(config(members) + OTHER) == (
        "workflow-ls.json is about the folder libs/time/src, the package @acme/dates and imports of `@acme/time`: none "
        "of them is in this workspace. Correct workflow-ls.json; `workflow-ls init --dry-run` shows what this "
        "workspace has."
    )


def test_check_is_not_clear() -> None:
    _, workspace = open_project(OTHER, base="")
    report = Analysis(workspace).check()
    text = render(report, ReportContext(lambda path: workspace.files.read(path) or b""))
    assert "clear" not in text
    assert text.startswith("workflow-ls: error: The built-in mapping is about ")
    assert text.endswith("\nNothing to check against in 0 files.\n")
    assert [notice.fatal for notice in report.notices] == [True]


def test_an_empty_workspace_is_not_clear_and_no_failure() -> None:
    _, workspace = open_project("//- /package.json\n{}", base="")
    report = Analysis(workspace).check()
    assert [notice.fatal for notice in report.notices] == [False]
    assert "clear" not in render(report, ReportContext(lambda _: b""))


def test_one_file_is_not_clear_either() -> None:
    _, workspace = open_project(OTHER, base="")
    report = Analysis(workspace).check_one("libs/app/src/main.ts")
    assert [notice.fatal for notice in report.notices] == [False]
    assert "clear" not in render(report, ReportContext(lambda _: b""))


def test_findings_come_with_the_next_step() -> None:
    """Where rows are still to be proposed, what is legacy shows all the same."""
    text = config('"legacy": { "roots": ["@acme/time"] }, "modules": []') + OTHER.replace(
        "'@acme/date'", "'@acme/time'"
    )
    _, workspace = open_project(text, base="")
    report = Analysis(workspace).check()
    assert [(finding.specifier, finding.reason) for finding in report.diagnostics] == [
        ("@acme/time", "the mapping table has no target for it. Add a row to workflow-ls.json.")
    ]
    assert [notice.fatal for notice in report.notices] == [False]


def test_the_status_is_nothing_of_nothing() -> None:
    status = status_of(Analysis(open_project(OTHER, base="")[1]))
    text, markdown = render_text(status, False), render_markdown(status, False)
    for shown in (text, markdown):
        assert "100" not in shown
        assert "workflow-ls init" in shown
    assert text.startswith("The built-in mapping is about ")
    data = json.loads(render_json(status, False))
    assert data["missing"].startswith("The built-in mapping is about ")
    assert {criterion["state"] for criterion in data["requirements"]} == {"undecidable"}
    assert data["summary"]["percent"] is None
