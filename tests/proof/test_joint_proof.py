"""What is fixed together is proved together: nothing is lost, and no rule finds anything new."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_fix, check_no_fix, open_project
from workflow_ls.analysis import Analysis, FixRun
from workflow_ls.diagnostics import Diagnostic
from workflow_ls.proof.joined_fixes import FixOptions

OWN = "export const own = 1;\n"
DEPENDS = '//- /packages/a/package.json\n{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }\n'

BY_PATH = "../../../shared/workflow/streams/builders"

# Two modules with code of their own that the table sends to each other.
CROSSED = """
//- /packages/events/package.json
{ "name": "@acme/events", "exports": { ".": "./src/index.ts", "./builders": "./src/builders.ts" } }
//- /workflow-ls.json
{
  "packages": [{ "name": "@acme/events", "directory": "packages/events" }],
  "modules": [{ "from": "@shared/workflow/streams/*", "to": ["@acme/events/*", "@acme/events"] }]
}
"""


def run_of(text: str, findings: list[int] | None = None, within: tuple[str, ...] = ("",)) -> FixRun:
    """A fix of all files, or of some findings by their number in the order of the files."""
    _, workspace = open_project(text, base=SOUND)
    analysis = Analysis(workspace)
    if findings is None:
        return analysis.fix_all(within, FixOptions())
    found = [finding for finding in analysis.check().diagnostics if finding.fix is not None]
    return analysis.prove([found[number] for number in findings], FixOptions())


def refusals(run: FixRun) -> list[str]:
    return [f"{key.path} {key.what}: {cause.reason}" for key, cause in run.refused.items()]


@pytest.mark.parametrize(
    ("index", "builders"),
    [
        ("export * from '@shared/workflow/streams/builders';", "export * from '@shared/workflow/streams/builders';"),
        (
            "export { buildA, buildB } from '@shared/workflow/streams/builders';",
            "import { buildA, buildB } from '../../../shared/workflow/streams/builders';\nexport { buildA, buildB };",
        ),
        (
            "import { buildA, buildB } from '@shared/workflow/streams/builders';\nexport { buildA, buildB };",
            f"export default 1;\nexport * from '{BY_PATH}';",
        ),
    ],
)
def test_rewrites_that_cancel_each_other_are_refused(index: str, builders: str) -> None:
    text = (
        f"{CROSSED}//- /packages/events/src/index.ts\n{index}\n{OWN}"
        f"//- /packages/events/src/builders.ts\n{builders}\n{OWN}"
    )
    run = run_of(text)
    assert run.changes == ()
    left = [finding for finding in run.report(("",)).diagnostics if finding.rule.startswith("deprecated")]
    assert left
    assert all(finding.fix is None and "close a circle" in str(finding.reason) for finding in left)
    check_no_fix(text)


def test_callers_are_fixed_where_facades_are_taken_back() -> None:
    facades = "".join(
        f"//- /packages/events/src/{name}.ts\nexport * from '@shared/workflow/streams/builders';\n{OWN}"
        for name in ("index", "builders")
    )
    declared = '//- /packages/a/package.json\n{ "name": "a", "dependencies": { "@acme/events": "*" } }\n'
    check_fix(
        f"{CROSSED}{facades}{declared}"
        "//- /packages/a/src/a.ts\nimport { buildA } from '@shared/workflow/streams/builders';\nbuildA;",
        "//- /packages/a/src/a.ts\nimport { buildA } from '@acme/events/builders';\nbuildA;",
    )


BARREL = (
    "//- /ee/packages/workflows/src/runtime/client.ts\nexport const client = 1, more = 2;\n"
    f"{DEPENDS}"
    f"//- /packages/a/src/parts.ts\nexport * from '@shared/workflow/runtime/client';\n{OWN}"
    "//- /packages/a/src/others.ts\nexport const more = 3;\n"
)
INNER = "//- /packages/a/src/inner.ts\nexport * from './parts';\n"


@pytest.mark.parametrize(
    "barrels",
    [
        "//- /packages/a/src/index.ts\nexport * from './parts';\nexport * from './others';\n",
        f"//- /packages/a/src/index.ts\nexport * from './others';\nexport * from './inner';\n{INNER}",
    ],
)
def test_a_barrel_elsewhere_that_would_lose_a_name(barrels: str) -> None:
    check_no_fix(f"{BARREL}{barrels}")
    run = run_of(f"{BARREL}{barrels}")
    (refusal,) = refusals(run)
    assert refusal.endswith("client: the fix would make ambiguous the export `more` of packages/a/src/index.ts")


def test_a_barrel_that_exports_the_name_itself() -> None:
    barrel = "//- /packages/a/src/index.ts\nexport * from './parts';\nexport { more } from './others';\n"
    after = f"//- /packages/a/src/parts.ts\nexport * from '@alga-psa/workflows/runtime/client';\n{OWN}"
    check_fix(f"{BARREL}{barrel}", after)


MOCKED = (
    f"{DEPENDS}"
    "//- /packages/a/src/a.ts\nimport { client } from '@shared/workflow/runtime/client';\nexport const a = client;\n"
    "//- /packages/a/src/a.test.ts\nimport { a } from './a';\n"
    "vi.mock('@shared/workflow/runtime/client', () => ({ client: 2 }));\na;\n"
)


@pytest.mark.parametrize("finding", [0, 1])
def test_a_mock_and_its_import_take_each_other_along(finding: int) -> None:
    both = ["packages/a/src/a.test.ts", "packages/a/src/a.ts"]
    assert sorted(change.path for change in run_of(MOCKED, [finding]).changes) == both


def test_a_fix_of_one_file_takes_its_mock_along() -> None:
    run = run_of(MOCKED, within=("packages/a/src/a.ts",))
    assert [change.path for change in run.changes] == ["packages/a/src/a.ts", "packages/a/src/a.test.ts"]
    assert run.refused == {}


def told(finding: Diagnostic) -> tuple[str, str]:
    return finding.rule, str(finding.reason)


def test_what_is_left_is_what_another_check_finds() -> None:
    text = f"{MOCKED}//- /packages/a/src/gone.ts\nimport '@shared/workflow/gone';\n"
    run = run_of(text)
    changed = {change.path: change.after.decode() for change in run.changes}
    over, _ = open_project(text, base=SOUND)
    files = {**{path.lstrip("/"): text for path, text in over.files.items()}, **changed}
    _, workspace = open_project("\n".join(f"//- /{path}\n{text.rstrip()}" for path, text in files.items()), base=SOUND)
    again = Analysis(workspace).check()
    assert list(map(told, run.report(("",)).diagnostics)) == list(map(told, again.diagnostics))
    assert run.report(("",)).files == again.files


def test_an_entry_of_the_legacy_package_that_an_import_still_needs() -> None:
    """The import can't be rewritten, and nothing but the entry resolves it."""
    text = """
    //- /packages/a/src/a.ts
    import { gone } from '@alga-psa/shared/workflow/secrets';
    gone;
    //- /shared/workflow/secrets.ts
    export const gone = 1;
    //- /shared/package.json
    { "name": "@alga-psa/shared", "exports": { "./workflow/secrets": "./workflow/secrets.ts" } }
    """
    check_no_fix(text)
