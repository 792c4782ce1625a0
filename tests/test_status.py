"""How far a workspace is, before, in the middle and after: a project as text in, criteria and counts out."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Diagnostic, Severity
from workflow_ls.rules import CODES
from workflow_ls.status import CriterionResult, Progress, SourceLine, StatusReport, combine_reports, status_of
from workflow_ls.text import Span

# After the cutover: every caller is on the canonical package, and the legacy tree is gone.
DONE = """
//- /package.json
{ "name": "everything", "workspaces": ["shared", "packages/*", "ee/packages/*", "services/*"] }
//- /tsconfig.json
{
  "compilerOptions": {
    "paths": {
      "@alga-psa/workflows": ["./ee/packages/workflows/src/index.ts"],
      "@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"]
    }
  }
}
//- /shared/package.json
{ "name": "@alga-psa/shared" }
//- /shared/db.ts
export const db = 1;
//- /ee/packages/workflows/package.json
{
  "name": "@alga-psa/workflows",
  "exports": { ".": "./src/index.ts", "./*/index": null, "./workers": "./src/workers/index.ts", "./*": "./src/*.ts" }
}
//- /ee/packages/workflows/src/index.ts
export const version = '1';
//- /ee/packages/workflows/src/runtime.ts
export function start(): void {}
export interface Run {}
//- /ee/packages/workflows/src/runtime/client.ts
export const client = 1;
//- /ee/packages/workflows/src/workers/index.ts
export class Worker {}
//- /ee/packages/workflows/src/streams/builders.ts
export const build = 1;
//- /ee/packages/workflows/src/bundle.ts
export const pack = 1;
//- /packages/billing/package.json
{ "name": "billing", "dependencies": { "@alga-psa/workflows": "*" } }
//- /packages/billing/src/emit.ts
import { build } from '@alga-psa/workflows/streams/builders';
//- /services/worker/package.json
{ "name": "worker", "dependencies": { "@alga-psa/workflows": "*" } }
//- /services/worker/src/index.ts
import { start } from '@alga-psa/workflows/runtime';
import { Worker } from '@alga-psa/workflows/workers';
"""

UNDECIDABLE = {"AC4", "AC5"}
EVERYWHERE = {"FR1", "FR12", "AC1", "AC2"}
PROJECT_RULES = {"deprecated-import", "deprecated-relative-import", "legacy-proxy"}


def look(text: str = "", *findings: str, rules: set[str] | None = PROJECT_RULES) -> StatusReport:
    """The status of the finished project with the files of `text` laid over it, and with findings of further rules."""
    analysis = Analysis(open_project(text, base=DONE)[1], rules)
    made = [
        Diagnostic("packages/billing/src/emit.ts", rule, Severity.ERROR, "", Span(number, number + 1))
        for number, rule in enumerate(findings)
    ]
    return status_of(analysis, [*analysis.check().diagnostics, *made])


def in_state(report: StatusReport, state: str) -> set[str]:
    return {criterion.code for criterion in report.requirements if criterion.state == state}


def criterion(report: StatusReport, code: str) -> CriterionResult:
    return next(criterion for criterion in report.requirements if criterion.code == code)


@pytest.mark.parametrize("rules", [PROJECT_RULES, None])
def test_done(rules: set[str] | None) -> None:
    report = look(rules=rules)
    assert in_state(report, "open") == set()
    assert in_state(report, "undecidable") == UNDECIDABLE
    assert report.total == Progress("total", 0, 3)
    assert report.legacy_files == 0
    codes = [criterion.code for criterion in report.requirements]
    assert codes == [f"FR{number}" for number in range(1, 13)] + [f"AC{number}" for number in range(1, 7)]
    assert [criterion.kind for criterion in report.requirements] == ["requirement"] * 12 + ["acceptance"] * 6


@pytest.mark.parametrize(
    ("path", "line", "opened"),
    [
        ("packages/billing/src/b.ts", "import { build } from '@shared/workflow/streams/builders';", {"FR9"}),
        ("packages/billing/src/b.test.ts", "vi.mock('@alga-psa/shared/workflow/streams/builders');", {"FR9"}),
        ("packages/billing/src/b.ts", "import { pack } from '@shared/workflow/bundle';", set()),
        ("packages/billing/src/b.ts", "import { start } from '@shared/workflow/runtime';", {"FR3", "FR10"}),
        ("packages/billing/src/b.ts", "import type { Run } from '@shared/workflow/runtime';", {"FR10"}),
        ("packages/billing/src/b.ts", "import { version } from '@shared/workflow';", {"FR3", "FR9", "FR10"}),
        ("services/worker/src/b.ts", "import { start } from '@shared/workflow/runtime';", {"FR3", "FR4", "FR10"}),
        ("services/worker/src/b.ts", "import { Worker } from '@shared/workflow/workers';", {"FR4"}),
        ("services/worker/src/b.ts", "import { pack } from '@shared/workflow/bundle';", set()),
        ("packages/billing/src/b.test.ts", "import { Worker } from '@shared/workflow/workers';", set()),
        ("ee/server/src/actions.ts", "import { pack } from '@shared/workflow/bundle';", {"FR5"}),
        ("ee/server/src/actions.ts", "import { start } from '@shared/workflow/runtime';", {"FR3", "FR5"}),
        ("ee/server/src/actions.ts", "import { build } from '@shared/workflow/streams/builders';", {"FR5", "FR9"}),
        ("ee/server/src/Designer.tsx", "import { pack } from '@shared/workflow/bundle';", {"FR6"}),
        ("ee/server/src/view.ts", "import { client } from '@shared/workflow/runtime/client';", {"FR3", "FR6"}),
        ("ee/packages/workflows/src/a.ts", "import { build } from '@shared/workflow/streams/builders';", {"FR5"}),
        ("packages/billing/src/b.ts", "import { gone } from '@shared/workflow/bundle';", {"FR2", "AC3"}),
        ("shared/b.ts", "import { gone } from '@shared/workflow/bundle';", set()),
        ("shared/b.ts", "import { build } from '@shared/workflow/streams/builders';", {"FR9"}),
    ],
)
def test_one_legacy_import_is_left(path: str, line: str, opened: set[str]) -> None:
    report = look(f"//- /{path}\n\n{line}")
    assert in_state(report, "open") == EVERYWHERE | opened
    for code in EVERYWHERE | opened:
        found = criterion(report, code)
        assert (found.count, found.files, found.places) == (1, 1, (SourceLine(path, 2),))
    assert (report.total.left, report.total.done) == (1, 3)


def test_what_is_no_legacy_import() -> None:
    report = look("""
    //- /packages/billing/src/b.ts
    // import { start } from '@shared/workflow/runtime';
    import { other } from '@shared/workflows/runtime';
    const text = '@shared/workflow/runtime';
    //- /packages/billing/docs/c.ts
    import { start } from '@shared/workflow/runtime';
    """)
    assert in_state(report, "open") == set()


class TestTheLegacyTree:
    """What is left of it, and what leads into it by path."""

    FILE = "//- /shared/workflow/streams/builders.ts\nexport const build = 1;\n"

    def test_a_file(self) -> None:
        report = look(self.FILE)
        assert in_state(report, "open") == {"AC6"}
        assert criterion(report, "AC6").places == (SourceLine("shared/workflow/streams/builders.ts", 1),)
        assert report.legacy_files == 1

    def test_whether_a_file_is_about_ai_takes_a_reader(self) -> None:
        report = look(self.FILE)
        assert in_state(report, "undecidable") == {*UNDECIDABLE, "FR7"}
        assert "(1 left)" in criterion(report, "FR7").how

    @pytest.mark.parametrize("name", ["runtime/ai/schema", "actions/registerAiActions", "runtime/AISchema", "ai-steps"])
    def test_a_file_named_after_ai(self, name: str) -> None:
        report = look(f"//- /shared/workflow/{name}.ts\nexport {{}};")
        assert in_state(report, "open") == {"FR7", "AC5", "AC6"}
        assert criterion(report, "AC5").places == (SourceLine(f"shared/workflow/{name}.ts", 1),)

    @pytest.mark.parametrize("name", ["actions/emailActions", "runtime/waitModel", "types/Aide", "domain/main"])
    def test_names_that_only_hold_the_letters(self, name: str) -> None:
        assert in_state(look(f"//- /shared/workflow/{name}.ts\nexport {{}};"), "open") == {"AC6"}

    def test_docs_are_no_implementation(self) -> None:
        report = look("//- /shared/workflow/docs/example.ts\nexport {};\n//- /shared/workflow/README.md\n# Workflow")
        assert report.legacy_files == 0

    def test_a_path_into_it_names_no_specifier(self) -> None:
        line = "import { build } from '../../../shared/workflow/streams/builders';"
        report = look(f"{self.FILE}//- /packages/billing/src/b.ts\n{line}")
        assert in_state(report, "open") == {"FR1", "FR9", "AC1", "AC6"}

    def test_a_proxy_is_no_caller(self) -> None:
        line = "export * from '../../../../../shared/workflow/streams/builders';"
        report = look(f"{self.FILE}//- /ee/packages/workflows/src/streams/builders.ts\n{line}")
        assert in_state(report, "open") == {"AC6"}
        assert criterion(report, "AC6").count == 2
        assert report.total.left == 0


@pytest.mark.parametrize(
    ("rule", "opened"),
    [
        ("core-imports-ee", {"FR8"}),
        ("undeclared-dependency", {"FR11"}),
        ("deprecated-alias", {"FR11"}),
        ("missing-alias", {"FR11"}),
        ("deprecated-export", {"FR11"}),
        ("unexported-subpath", {"FR2", "FR11", "AC3"}),
        ("missing-name", {"FR2", "AC3"}),
        ("mock-mismatch", set()),
        ("deprecated-reference", set()),
        ("unused-suppression", set()),
    ],
)
def test_findings_of_other_rules(rule: str, opened: set[str]) -> None:
    assert rule in CODES
    report = look("", rule)
    assert in_state(report, "open") == opened
    assert all(criterion(report, code).count == 1 for code in opened)


def test_mocks_and_strings_are_for_those_who_run_the_tests() -> None:
    report = look("", "mock-mismatch", "deprecated-reference")
    behaviour = criterion(report, "AC4")
    assert (behaviour.state, behaviour.count, behaviour.files) == ("undecidable", 2, 1)
    assert "mock-mismatch" in behaviour.how
    assert "mock-mismatch" not in criterion(look(), "AC4").how


@pytest.mark.parametrize(
    ("config", "undecided"),
    [
        ('{ "rules": { "core-imports-ee": "off" } }', {"FR8"}),
        ('{ "rules": { "missing-alias": "off", "missing-name": "information" } }', {"FR11"}),
        ('{ "rules": { "missing-name": "off" } }', {"FR2", "AC3"}),
    ],
)
def test_a_rule_that_is_off_decides_nothing(config: str, undecided: set[str]) -> None:
    report = look(f"//- /workflow-ls.json\n{config}")
    assert in_state(report, "undecidable") == UNDECIDABLE | undecided
    assert all("Disabled" in criterion(report, code).how for code in undecided)


@pytest.mark.parametrize("manifest", ["{", ""])
def test_a_package_that_is_not_seen(manifest: str) -> None:
    report = look(f"//- /ee/packages/workflows/package.json\n{manifest}")
    assert in_state(report, "undecidable") >= {"FR2", "AC3"}


def test_nothing_starts_a_worker() -> None:
    report = look("//- /services/worker/src/index.ts\nexport {};")
    assert "FR4" in in_state(report, "undecidable")


@pytest.mark.parametrize(
    ("comment", "config"),
    [
        ("// workflow-ls-ignore deprecated-import: later", "{}"),
        ("// to be moved", '{ "rules": { "deprecated-import": "off" } }'),
    ],
)
def test_an_import_counts_whether_it_is_silenced_or_not(comment: str, config: str) -> None:
    line = "import { pack } from '@shared/workflow/bundle';"
    report = look(f"//- /packages/billing/src/b.ts\n{comment}\n{line}\n//- /workflow-ls.json\n{config}")
    assert in_state(report, "open") >= EVERYWHERE
    assert "although suppressed by a comment or the settings: 1." in criterion(report, "FR12").how
    assert report.total.left == 1


def test_places_are_the_first_three() -> None:
    line = "import { pack } from '@shared/workflow/bundle';\n"
    report = look(f"//- /packages/b.ts\n{line}{line}\n//- /packages/a.ts\n{line}\n{line}")
    found = criterion(report, "FR12")
    assert (found.count, found.files) == (4, 2)
    assert [str(place) for place in found.places] == ["packages/a.ts:1", "packages/a.ts:3", "packages/b.ts:1"]


def test_progress() -> None:
    report = look("""
    //- /packages/billing/src/b.ts
    import { build } from '@shared/workflow/streams/builders';
    import { start } from '@shared/workflow/runtime';
    import { Run } from '@alga-psa/workflows/runtime';
    import { version } from '@alga-psa/workflows';
    import { List } from '@alga-psa/workflows/components/List';
    //- /other.ts
    import { version } from '@shared/workflow';
    """)
    assert report.surfaces == (
        Progress("runtime", 1, 2),
        Progress("root", 1, 1),
        Progress("streams", 1, 1),
        Progress("workers", 0, 1),
    )
    assert report.packages == (Progress("billing", 2, 3), Progress("everything", 1, 0), Progress("worker", 0, 2))
    assert report.total == Progress("total", 3, 5)
    assert [entry.percent for entry in report.surfaces] == [66, 50, 50, 100]


@pytest.mark.parametrize(
    ("code", "is_caller"),
    [
        ("export * from '@shared/workflow/streams/builders';", False),
        ("import { build } from '@shared/workflow/streams/builders';\nexport { build };", False),
        ("export * from '@shared/workflow/streams/builders';\nexport const more = 1;", True),
        ("import '@shared/workflow/streams/builders';", True),
    ],
)
@pytest.mark.parametrize("path", ["ee/packages/workflows/src/streams.ts", "packages/streams/src/builders.ts"])
def test_what_is_left_is_what_check_reports(path: str, code: str, is_caller: bool) -> None:
    analysis = Analysis(
        open_project(
            "//- /shared/workflow/streams/builders.ts\nexport const build = 1;\n"
            f'//- /packages/streams/package.json\n{{ "name": "streams" }}\n//- /{path}\n{code}',
            base=DONE,
        )[1]
    )
    findings = analysis.check().diagnostics
    callers = [finding for finding in findings if finding.rule in ("deprecated-import", "deprecated-relative-import")]
    assert status_of(analysis, findings).total.left == len(callers) == is_caller


def test_a_surface_of_another_package() -> None:
    report = look("""
    //- /workflow-ls.json
    {
      "packages": [{ "name": "@alga-psa/events", "directory": "ee/packages/events", "sources": "src" }],
      "modules": [{ "from": "@shared/workflow/streams/*", "to": ["@alga-psa/events/*"] }]
    }
    //- /packages/billing/src/b.ts
    import { build } from '@alga-psa/events/builders';
    """)
    assert Progress("streams", 0, 1) in report.surfaces


def test_percent_is_never_rounded_up() -> None:
    assert Progress("a", 1, 999).percent == 99
    assert Progress("a", 0, 0).percent is None


def test_without_findings_it_looks_itself() -> None:
    text = "//- /packages/billing/src/b.ts\nimport { gone } from '@shared/workflow/bundle';"
    analysis = Analysis(open_project(text, base=DONE)[1])
    assert status_of(analysis) == status_of(analysis, analysis.check().diagnostics)
    assert "FR2" in in_state(status_of(analysis), "open")


def test_several_workspaces() -> None:
    done, left = look(), look("//- /packages/billing/src/b.ts\nimport { pack } from '@shared/workflow/bundle';")
    both = combine_reports([done, left])
    assert in_state(both, "open") == EVERYWHERE
    assert in_state(both, "undecidable") == UNDECIDABLE
    assert both.total == Progress("total", 1, 6)
    assert both.packages == (Progress("billing", 1, 2), Progress("worker", 0, 4))
    assert criterion(both, "FR1").places == (SourceLine("packages/billing/src/b.ts", 1),)
    assert combine_reports([done]) == done


def test_the_three_stages_differ() -> None:
    """What a team sees on its way: nothing moved, the package exposes all, the callers are rewritten."""
    tree = "//- /shared/workflow/bundle.ts\nexport const pack = 1;\n"
    old = "//- /packages/billing/src/b.ts\nimport { pack } from '@shared/workflow/bundle';\n"
    new = "//- /packages/billing/src/b.ts\nimport { pack } from '@alga-psa/workflows/bundle';\n"
    empty = "//- /ee/packages/workflows/src/bundle.ts\nexport {};\n"
    proxy = "//- /ee/packages/workflows/src/bundle.ts\nexport * from '../../../../shared/workflow/bundle';\n"
    stages = [look(tree + old + empty), look(tree + old + proxy), look(tree + new + proxy), look(new)]
    assert [in_state(stage, "open") for stage in stages] == [
        {*EVERYWHERE, "FR2", "AC3", "AC6"},
        {*EVERYWHERE, "AC6"},
        {"AC6"},
        set(),
    ]
    assert [(stage.total.left, stage.total.done) for stage in stages] == [(1, 3), (1, 3), (0, 4), (0, 4)]


def test_configurations_are_named_one_by_one() -> None:
    report = look(
        """
        //- /packages/a/tsup.config.ts
        export default { entry: ['src/a.ts'], noExternal: ['@shared/workflow'], external: [/^@shared\\/workflow/] };
        //- /eslint.config.mjs
        export default [{ files: ['shared/workflow/**'] }];
        //- /shared/workflow/x/a.ts
        export {};
        //- /Dockerfile
        COPY shared/workflow ./shared/workflow
        COPY shared/workflow/x ./y
        //- /a.yml
        on: '@shared/workflow/runtime'
        //- /packages/a/src/a.ts
        export const names = '@shared/workflow/runtime';
        """,
        rules=None,
    )
    assert criterion(report, "FR11").configurations == ("Dockerfile", "eslint.config.mjs")
    assert criterion(report, "FR12").configurations == ("a.yml", "packages/a/tsup.config.ts")
    assert {criterion(report, code).state for code in ("FR11", "FR12", "AC2")} == {"open"}
    assert criterion(report, "FR12").count == 3
