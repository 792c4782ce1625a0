"""Messages speak of workflows and of EE only while the built-in rows are in force."""

from __future__ import annotations

import re

import pytest

from tests.checks import check_diagnostics, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.reporters.status.status_report import render_json, render_markdown, render_text
from workflow_ls.status import status_of

# A move of dates from one library to another, with a boundary, aliases, strings, mocks and a manifest.
DATES = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "canonical": { "name": "@acme/dates", "directory": "libs/dates" },
  "legacy": {
    "roots": ["@acme/utils/dates"], "tree": "libs/utils/dates",
    "package": { "name": "@acme/utils", "directory": "libs/utils", "sources": "." }
  },
  "core": ["libs/base/**"],
  "modules": [
    { "from": "@acme/utils/dates", "to": ["@acme/dates"] },
    { "from": "@acme/utils/dates/*", "to": ["@acme/dates/*"] }
  ]
}
//- /package.json
{ "workspaces": ["libs/*"] }
//- /libs/utils/package.json
{ "name": "@acme/utils", "exports": { "./dates/*": "./dates/*.ts" } }
//- /libs/utils/dates/index.ts
export const now = 1;
//- /libs/utils/dates/zones.ts
export const zone = 1;
//- /libs/dates/package.json
{ "name": "@acme/dates", "exports": { ".": "./src/index.ts" } }
//- /libs/dates/src/index.ts
export const now = 1;
//- /libs/app/package.json
{ "name": "@acme/app", "dependencies": { "@acme/utils": "*", "@acme/dates": "*" } }
//- /libs/base/package.json
{ "name": "@acme/base", "dependencies": { "@acme/utils": "*", "@acme/dates": "*" } }
"""

APP = """
//- /libs/app/a.ts
import { zone } from '@acme/utils/dates/zones';
//- /libs/app/b.ts
import { now } from '@acme/utils/dates';
export const read = () => readFileSync('libs/utils/dates/zones.ts');
//- /libs/base/c.ts
import { now } from '@acme/utils/dates';
import { later } from '@acme/dates';
//- /libs/app/d.test.ts
import { vi } from 'vitest';
import './b';
vi.mock('@acme/dates/zones', () => ({ zone: 1 }));
vi.mock('@acme/dates', () => ({ now: 1 }));
//- /tsconfig.json
{ "compilerOptions": { "baseUrl": ".", "paths": { "@acme/utils/dates/*": ["libs/utils/dates/*"] } } }
"""

WORDS = re.compile(r"workflow(?!-ls)|\bEE\b|\bFR\d|\bAC\d", re.IGNORECASE)


def test_messages_name_the_packages_at_hand() -> None:
    check_diagnostics(
        """
//- /libs/app/a.ts
import { now } from '@acme/utils/dates';
                     ^^^^^^^^^^^^^^^^^ deprecated-import verified -> @acme/dates
//- /libs/app/b.ts
import { zone } from '@acme/utils/dates/zones';
                      ^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: @acme/dates does not export `./zones`. …
//- /libs/base/c.ts
import { now } from '@acme/utils/dates';
                     ^^^^^^^^^^^^^^^^^ deprecated-import blocked: this file is `core` in workflow-ls.json, and the target is beyond that boundary. Declare …
import { later } from '@acme/dates';
                       ^^^^^^^^^^^ core-imports-ee: `core` code must not import `@acme/dates`
""",
        base=DATES,
        rules={"deprecated-import", "core-imports-ee"},
    )


def test_no_message_has_the_words_of_the_built_in_rows() -> None:
    analysis = Analysis(open_project(APP, base=DATES)[1])
    report = analysis.check()
    rules = {finding.rule for finding in report.diagnostics}
    assert rules >= {"deprecated-import", "deprecated-alias", "deprecated-export", "core-imports-ee", "mock-mismatch"}
    for finding in report.diagnostics:
        related = " ".join(place.message for place in finding.related)
        title = "" if finding.fix is None else finding.fix.title
        text = f"{finding.message} {finding.reason} {related} {title}"
        assert not WORDS.search(text.replace("workflow-ls", "").replace("core-imports-ee", "")), text


@pytest.mark.parametrize("render", [render_text, render_json, render_markdown], ids=["text", "json", "markdown"])
def test_the_status_has_conditions_of_its_own(render) -> None:  # type: ignore[no-untyped-def]  # three of one kind
    text = render(status_of(Analysis(open_project(APP, base=DATES)[1])), False)
    assert not WORDS.search(text.replace("workflow-ls", "").replace("core-imports-ee", ""))
    for code in ("M1", "M2", "M3", "M4", "M5", "M6"):
        assert code in text


def test_conditions_are_met_in_the_end() -> None:
    moved = DATES.replace("//- /libs/utils/dates/index.ts\nexport const now = 1;\n", "").replace(
        "//- /libs/utils/dates/zones.ts\nexport const zone = 1;\n", ""
    )
    moved = moved.replace(', "exports": { "./dates/*": "./dates/*.ts" }', "")
    status = status_of(Analysis(open_project("//- /libs/app/a.ts\nimport { now } from '@acme/dates';", base=moved)[1]))
    assert {criterion.code: criterion.state for criterion in status.requirements} == {
        "M1": "met",
        "M2": "met",
        "M3": "met",
        "M4": "met",
        "M5": "undecidable",
        "M6": "met",
    }
    assert status.total.percent == 100
