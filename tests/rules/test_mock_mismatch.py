"""mock-mismatch.  What Vitest does with the same kinds of mocks is compared in tests/conformance/test_vitest.py."""

from __future__ import annotations

import pytest

from tests.checks import change, check_diagnostics, check_fix, check_no_fix, open_project
from tests.editor_cases import EditorCase
from workflow_ls.analysis import Analysis
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.text import LineIndex

EDITOR_CASES = (
    EditorCase("mock-mismatch", "packages/billing/src/invoice-events.test.ts", "@alga-psa/workflows/services"),
)


RULE = {"mock-mismatch"}

APP = """
//- /packages/a/package.json
{ "name": "@x/a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /packages/a/src/app.ts
import { client } from '@alga-psa/workflows/runtime/client';
export const run = () => client;
"""


@pytest.mark.parametrize(
    "test",
    [
        "vi.mock('@alga-psa/workflows/runtime/client');\nimport { run } from './app';\nrun();",
        "import { run } from './app';\nvi.mock('@alga-psa/workflows/runtime/client', () => ({ client: 2 }));\nrun();",
        "import './app';\nvi.mock('../../../ee/packages/workflows/src/runtime/client');",
        "import './app';\nvi.mock(import('@alga-psa/workflows/runtime/client'));",
        "const { run } = await import('./app');\nvi.mock('@alga-psa/workflows/runtime/client');",
        "const { run } = require('./app');\njest.mock('@alga-psa/workflows/runtime/client');",
        "import './app';\nmock.module('@alga-psa/workflows/runtime/client', { namedExports: {} });",
        "import '@shared/workflow/runtime/client';\nvi.mock('@shared/workflow/runtime/client');",
        "import '../../../shared/workflow/runtime/client';\nvi.mock('@alga-psa/shared/workflow/runtime/client.ts');",
        # The canonical barrel re-exports the legacy one, so the legacy module is loaded.
        "import '@alga-psa/workflows/runtime';\nvi.mock('@shared/workflow/runtime/types');",
        "import '@shared/workflow/gone';\nvi.mock('@shared/workflow/gone', () => ({}));",
        # These mock nothing by themselves.
        "vi.importActual('@alga-psa/workflows/runtime/client');",
        "vi.unmock('@alga-psa/workflows/runtime/client');",
        # No workflow module.
        "vi.mock('./elsewhere');\nvi.mock('@alga-psa/workflows-more');",
        # What can't be known.
        "import './not-there';\nvi.mock('@alga-psa/workflows/runtime');",
        "import '@alga-psa/not-there';\nvi.mock('@alga-psa/workflows/runtime');",
        "import '@/not-there';\nvi.mock('@alga-psa/workflows/runtime');",
        "await import(process.argv[2]);\nvi.mock('@alga-psa/workflows/runtime');",
        "await import(`./${name}`);\nvi.mock('@alga-psa/workflows/runtime');",
        "import.meta.glob('./*.ts');\nvi.mock('@alga-psa/workflows/runtime');",
        "import { run } from './app';\nvi.mock('@alga-psa/workflows/runtime/client');  // not used yet",
    ],
)
def test_silent(test: str) -> None:
    check_diagnostics(f"{APP}//- /packages/a/src/app.test.ts\n{test}\n", rules=RULE)


@pytest.mark.parametrize(
    "path",
    [
        "packages/a/test/setup.ts",
        "packages/a/src/__mocks__/all.ts",
        "packages/a/src/__tests__/mocks.ts",
        "a.testing.ts",
    ],
)
def test_files_that_are_no_tests_are_left_alone(path: str) -> None:
    check_diagnostics(f"//- /{path}\nvi.mock('@alga-psa/workflows/runtime/client');\n", rules=RULE)


def test_for_jest_all_files_in_its_folder_are_tests() -> None:
    check_diagnostics(
        """
        //- /packages/a/src/__tests__/app.ts
        jest.mock('@alga-psa/workflows/runtime/client');
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mock-mismatch blocked: the test loads no workflow module
        """,
        rules=RULE,
    )


def test_a_mock_of_the_old_path_follows_the_code() -> None:
    test = "//- /packages/a/src/app.test.ts\nimport './app';\nvi.mock('{}', () => ({{ client: 2 }}));\n"
    old, new = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"
    mark = f"         {'^' * len(old)} mock-mismatch verified -> {new}\n"
    check_diagnostics(APP + test.format(old) + mark, rules=RULE)
    check_fix(APP + test.format(old), APP + test.format(new), options=FixOptions(rule="mock-mismatch"))
    check_fix(APP + test.format(old), APP + test.format(new))


def test_a_mock_of_the_new_path_waits_for_the_code() -> None:
    check_diagnostics(
        """
        //- /packages/a/src/app.ts
        export { client } from '@shared/workflow/runtime/client';
        //- /packages/a/src/app.spec.tsx
        import { client } from './app';
        vi.mock('@alga-psa/workflows/runtime/client');
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mock-mismatch blocked: packages/a/src/app.ts still imports it as `@shared/workflow/runtime/client`. Rewrite that import
        test(() => client);
        """,
        rules=RULE,
    )


def test_a_mock_of_a_module_that_only_passes_on_what_is_loaded() -> None:
    check_diagnostics(
        """
        //- /ee/packages/workflows/src/runtime/types.ts
        export * from '../../../../../shared/workflow/runtime/types';
        //- /packages/a/src/app.test.ts
        import { start } from '@alga-psa/workflows/runtime';
        vi.mock('@alga-psa/workflows/runtime/types', () => ({ Runner: class {} }));
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mock-mismatch blocked: ee/packages/workflows/src/runtime/types.ts only re-exports shared/workflow/runtime/types.ts, and shared/workflow/runtime/index.ts imports that directly. Mock the old path until the module itself is moved
        start();
        """,
        rules=RULE,
    )


def test_only_module_exporting_factory_names_is_offered() -> None:
    before = (
        APP + "//- /packages/a/src/app.test.ts\nimport './app';\n"
        'vi.mock("@alga-psa/workflows/runtime", () => ({ client: vi.fn() }));\n'
    )
    after = before.replace('workflows/runtime"', 'workflows/runtime/client"')
    check_no_fix(before)
    check_fix(before, after, options=FixOptions(unsafe=True))


@pytest.mark.parametrize(
    "factory", [", () => ({ other: 1 })", ", () => ({})", ", () => ({ client: 1, other: 1 })", ", factory", ""]
)
def test_else_what_is_loaded_is_named(factory: str) -> None:
    mark = "         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ mock-mismatch blocked: the test loads `@alga-psa/workflows/runtime/client` (in packages/a/src/app.ts) instead. Mock the right module, or delete this mock"
    test = f"//- /packages/a/src/app.test.ts\nimport './app';\nvi.mock('@alga-psa/workflows/runtime'{factory});\n"
    check_diagnostics(f"{APP}{test}{mark}", rules=RULE)


def test_a_module_that_has_its_mock_is_not_the_one_meant() -> None:
    check_diagnostics(
        APP
        + """
//- /packages/a/src/app.test.ts
import './app';
vi.mock('@alga-psa/workflows/runtime/client', () => ({ client: 1 }));
vi.mock('@alga-psa/workflows/runtime', () => ({ client: 1 }));
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ mock-mismatch blocked: all workflow modules that the test loads are mocked already. Delete this mock
""",
        rules=RULE,
    )


def test_two_spellings_of_a_module_that_is_there_under_one() -> None:
    text = """
    //- /packages/a/src/app.ts
    import { client } from '@alga-psa/workflows/runtime/client';
    export const run = () => client;
    //- /packages/a/package.json
    { "name": "@x/a", "dependencies": { "@alga-psa/workflows": "*" } }
    //- /packages/a/src/app.test.ts
    import './app';
    vi.mock('@alga-psa/workflows/runtime/client.js');
    """
    check_fix(text, text.replace("client.js", "client"))


def test_a_mock_that_comes_too_late() -> None:
    found = findings(
        APP + "//- /packages/a/src/app.test.ts\nimport './app';\nvi.doMock('@alga-psa/workflows/runtime/client');\n"
    )
    assert found == [
        "2: this mock is too late, because code that imports `@alga-psa/workflows/runtime/client` is loaded before it runs"
    ]


def test_the_message_says_what_is_wrong() -> None:
    assert findings("//- /packages/a/a.test.ts\nvi.mock('@alga-psa/workflows/runtime');\n") == [
        "1: this mock replaces nothing, because neither this test nor what it loads imports `@alga-psa/workflows/runtime`"
    ]


def test_unimported_mock_is_reported_in_opaque_test() -> None:
    check_diagnostics(
        """
        //- /packages/a/src/a.test.ts
        import './not-there';
        vi.mock('@alga-psa/workflows/gone');
                 ^^^^^^^^^^^^^^^^^^^^^^^^ mock-mismatch blocked: it resolves to no file, and no file imports it
        vi.mock('@alga-psa/workflows/missed');
        //- /packages/b/src/b.ts
        import '@alga-psa/workflows/missed';
        """,
        rules=RULE,
    )


@pytest.mark.parametrize("place", ["shared/workflow/workers", "shared/events"])
def test_in_the_core_no_fix_leads_to_ee(place: str) -> None:
    up = "../" * place.count("/")
    check_diagnostics(
        f"""
        //- /{place}/a.ts
        export * from '{up}../ee/packages/workflows/src/runtime/client';
        //- /{place}/a.test.ts
        import './a';
        vi.mock('@shared/workflow/runtime/client', () => ({{ client: 1 }}));
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mock-mismatch blocked: …
        """,
        rules=RULE,
    )


def test_a_comment_silences_it() -> None:
    check_diagnostics(
        """
        //- /packages/a/src/a.test.ts
        // workflow-ls-ignore mock-mismatch: loaded by the setup file
        vi.mock('@alga-psa/workflows/runtime');
        """,
        rules=RULE,
    )


def test_other_files_have_a_say() -> None:
    _, workspace = open_project(APP + "//- /packages/a/src/app.test.ts\nvi.mock('@alga-psa/workflows/runtime');\n")
    analysis = Analysis(workspace, RULE)
    assert analysis.check_file("packages/a/src/app.test.ts")
    change(workspace, "packages/a/src/app.test.ts", "import './more';\nvi.mock('@alga-psa/workflows/runtime');\n")
    change(workspace, "packages/a/src/more.ts", "export {};\n")
    assert analysis.check_file("packages/a/src/app.test.ts")
    change(workspace, "packages/a/src/more.ts", "import '@alga-psa/workflows/runtime';\n")
    assert not analysis.check_file("packages/a/src/app.test.ts")


def findings(text: str) -> list[str]:
    over, workspace = open_project(text)
    analysis = Analysis(workspace, RULE)
    return [
        f"{LineIndex(workspace.files.read(path) or b'').position(found.span.start, 'utf-8').line + 1}: {found.message}"
        for path in (name.lstrip("/") for name in over.files)
        for found in analysis.check_file(path)
    ]
