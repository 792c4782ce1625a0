"""`declare module` and the references that need it go together, or stay together."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.checks import change, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.project.workspace import Workspace

NEW = "@alga-psa/workflows"
JOBS = "@shared/workflow/jobs"

BASE = dedent(f"""
    //- /package.json
    {{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }}
    //- /packages/a/package.json
    {{ "name": "@alga-psa/a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
    //- /packages/b/package.json
    {{ "name": "@alga-psa/b", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
    //- /shared/workflow/jobs/index.ts
    export * from './queue';
    //- /shared/workflow/jobs/queue.ts
    export interface Job {{}}
    export class Queue {{}}
    export function open(): Job {{}}
    //- /shared/workflow/jobs/other.ts
    export const other = 1;
    //- /ee/packages/workflows/package.json
    {{ "name": "{NEW}", "exports": {{ "./jobs": "./src/jobs/index.ts", "./jobs/*": "./src/jobs/*.ts" }} }}
    //- /ee/packages/workflows/src/jobs/other.ts
    export const other = 1;
    """)
INDEX, QUEUE = "//- /ee/packages/workflows/src/jobs/index.ts\n", "//- /ee/packages/workflows/src/jobs/queue.ts\n"
EXPORTS = "export interface Job {} export class Queue {} export function open() {}\n"
WHOLE = f"{INDEX}export * from './queue';\n{QUEUE}{EXPORTS}"
# The interface is still there, but not exported.
LACKING = WHOLE.replace("export interface", "interface")
AUGMENTS = f"declare module '{JOBS}/queue' {{ interface Job {{ tag: string }} }}"
A, B = "packages/a/src/a.ts", "packages/b/src/b.ts"


def workspace_of(base: str, **files: str) -> Workspace:
    places = {"a": A, "b": B, "types": "packages/a/types/jobs.d.ts", "root": "types/jobs.d.ts"}
    text = "".join(f"//- /{places[name]}\n{code}\n" for name, code in files.items())
    return open_project(text, base=BASE + base)[1]


def goes(workspace: Workspace, path: str) -> list[str | None]:
    """Where the references of a file go; None for one that stays."""
    findings = Analysis(workspace, {"deprecated-import"}).check_file(path)
    return [None if finding.replacement is None else finding.replacement.removeprefix(NEW) for finding in findings]


def reasons(workspace: Workspace, path: str) -> list[str | None]:
    return [finding.reason for finding in Analysis(workspace, {"deprecated-import"}).check_file(path)]


OPEN = f"import {{ open }} from '{JOBS}/queue';"


class TestTogether:
    @pytest.mark.parametrize(
        "body",
        [
            "interface Job { tag: string }",
            "class Queue { more: 1 }",
            "interface Queue { more: 1 }",
            "interface Added {} const extra: number;",
            "export interface Job { tag: string }",
        ],
    )
    def test_an_augmentation_goes_where_what_it_merges_with_is_exported(self, body: str) -> None:
        workspace = workspace_of(WHOLE, a=f"{OPEN}\ndeclare module '{JOBS}/queue' {{ {body} }}")
        assert goes(workspace, A) == ["/jobs/queue"] * 2

    def test_also_where_it_is_re_exported(self) -> None:
        workspace = workspace_of(WHOLE, a=f"import {{ open }} from '{JOBS}';\n{AUGMENTS.replace('/queue', '')}")
        assert goes(workspace, A) == ["/jobs"] * 2
        named = f"{INDEX}export {{ Job, open, Queue }} from './queue';\n{QUEUE}{EXPORTS}"
        workspace = workspace_of(named, a=f"import {{ open }} from '{JOBS}';\n{AUGMENTS.replace('/queue', '')}")
        assert goes(workspace, A) == ["/jobs"] * 2

    def test_a_target_that_serves_both_is_chosen(self) -> None:
        """The one-to-one module serves the import only."""
        barrel = f"{INDEX}export interface Job {{}} export function open() {{}}\n"
        workspace = workspace_of(LACKING.replace(f"{INDEX}export * from './queue';\n", barrel), a=f"{OPEN}\n{AUGMENTS}")
        assert goes(workspace, A) == ["/jobs"] * 2


class TestAStuckAugmentation:
    def test_says_what_its_body_needs(self) -> None:
        (_, reason) = reasons(workspace_of(LACKING, a=f"{OPEN}\n{AUGMENTS}"), A)
        assert reason is not None
        assert reason.startswith(f"`{NEW}/jobs/queue` does not export `Job`. Export it from")

    @pytest.mark.parametrize(
        "code",
        [
            OPEN,
            f"import type {{ Queue }} from '{JOBS}/queue';",
            f"import {{ open }} from '{JOBS}';",
            f"import * as jobs from '{JOBS}/queue'; jobs.open();",
            f"here();\nexport {{ open }} from '{JOBS}';",
            f"let queue: import('{JOBS}').Queue;",
            f"const {{ open }} = await import('{JOBS}/queue');",
        ],
    )
    def test_holds_back_what_needs_it(self, code: str) -> None:
        workspace = workspace_of(LACKING, a=code, types=AUGMENTS)
        (reason,) = reasons(workspace, A)
        assert reason == (
            "this reference needs the `declare module` in packages/a/types/jobs.d.ts, which can't be rewritten yet. "
            "Fix that augmentation first."
        )
        assert goes(workspace, "packages/a/types/jobs.d.ts") == [None]

    @pytest.mark.parametrize(
        ("code", "target"),
        [
            (f"import {{ other }} from '{JOBS}/other';", "/jobs/other"),
            (f"import '{JOBS}/queue';", "/jobs/queue"),
        ],
    )
    def test_but_nothing_else(self, code: str, target: str) -> None:
        assert goes(workspace_of(LACKING, a=code, types=AUGMENTS), A) == [target]

    def test_nor_another_package(self) -> None:
        workspace = workspace_of(LACKING, b=OPEN, types=AUGMENTS)
        assert goes(workspace, B) == ["/jobs/queue"]

    def test_one_at_the_root_is_for_all_packages(self) -> None:
        workspace = workspace_of(LACKING, a=OPEN, b=OPEN, root=AUGMENTS)
        assert goes(workspace, A) == goes(workspace, B) == [None]

    def test_a_target_that_re_exports_the_legacy_module_loses_nothing(self) -> None:
        legacy = f"{QUEUE}export {{ Queue, open }} from '../../../../../shared/workflow/jobs/queue';\n"
        assert goes(workspace_of(legacy, a=OPEN, types=AUGMENTS), A) == ["/jobs/queue"]


class TestAStuckReference:
    STUCK = f"import {{ open, type Queue }} from '{JOBS}/queue';"
    LOST = WHOLE.replace(" export class Queue {}", "")

    def test_holds_back_the_augmentation_and_all_who_need_it(self) -> None:
        workspace = workspace_of(self.LOST, a=self.STUCK, types=f"{AUGMENTS}\n{OPEN}")
        augmentation, other = reasons(workspace, "packages/a/types/jobs.d.ts")
        assert (
            augmentation
            == other
            == (
                "a reference in packages/a/src/a.ts needs the `declare module` in packages/a/types/jobs.d.ts, "
                "and can't be rewritten yet. Fix that reference first."
            )
        )
        assert goes(workspace, A) == [None]

    def test_one_in_another_package_does_not(self) -> None:
        workspace = workspace_of(self.LOST, b=self.STUCK, types=AUGMENTS)
        assert goes(workspace, "packages/a/types/jobs.d.ts") == ["/jobs/queue"]


def test_it_is_looked_at_again_once_it_changes() -> None:
    workspace = workspace_of(LACKING, a=OPEN, types=AUGMENTS)
    assert goes(workspace, A) == [None]
    change(workspace, "packages/a/types/jobs.d.ts", "export {};")
    assert goes(workspace, A) == ["/jobs/queue"]
    change(workspace, "packages/a/types/jobs.d.ts", AUGMENTS)
    assert goes(workspace, A) == [None]
    change(workspace, "ee/packages/workflows/src/jobs/queue.ts", EXPORTS)
    assert goes(workspace, A) == ["/jobs/queue"]


def test_every_candidate_is_tried_for_an_explanation() -> None:
    found = Analysis(workspace_of(LACKING, a=OPEN, types=AUGMENTS)).explain(f"{JOBS}/queue", A)
    assert found is not None
    (use,) = found.uses
    assert use.target.status.value == "blocked"
