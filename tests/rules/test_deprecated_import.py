"""deprecated-import: no-op first, then every outcome of a rewrite, before and after."""

from __future__ import annotations

import pytest

from tests import checks
from tests.checks import MONOREPO, check_fix, check_no_fix
from tests.editor_cases import EditorCase
from workflow_ls.proof.joined_fixes import FixOptions

EDITOR_CASES = (
    EditorCase(
        "deprecated-import",
        "packages/billing/src/invoice-events.ts",
        "@shared/workflow/persistence/taskStore",
        "Replace with '@alga-psa/workflows/persistence', with its mocks and imports in 1 other file",
        ("packages/billing/src/invoice-events.test.ts", "packages/billing/src/invoice-events.ts"),
    ),
)


RULES = {"deprecated-import", "deprecated-relative-import", "legacy-proxy", "unused-suppression"}


def check_diagnostics(text: str, *, base: str = MONOREPO) -> None:
    checks.check_diagnostics(text, base=base, rules=RULES)


@pytest.mark.parametrize(
    "line",
    [
        "import { a } from '@alga-psa/workflows/runtime';",
        "import { a } from '@shared/workflows/runtime';",
        "import { a } from '@shared/workflow-x';",
        "import { a } from '@alga-psa/shared/work';",
        "// import { a } from '@shared/workflow/runtime';",
        "const text = '@shared/workflow/runtime';",
        "foo.mock('@shared/workflow/runtime');",
    ],
)
def test_silent(line: str) -> None:
    check_diagnostics(f"//- /packages/a/src/a.ts\n{line}")


def test_docs_are_exempt() -> None:
    check_diagnostics("//- /packages/a/docs/example.ts\nimport { start } from '@shared/workflow/runtime';")


def test_ignored_files_are_left_out() -> None:
    text = """
    //- /workflow-ls.json
    { "ignore": ["packages/a/generated/"] }
    //- /packages/a/generated/x.ts
    import { start } from '@shared/workflow/runtime';
    """
    check_diagnostics(text)
    check_no_fix(text)


def test_verified_one_to_one() -> None:
    check_diagnostics("""
    //- /packages/a/src/a.ts
    import { client } from '@shared/workflow/runtime/client';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime/client
    """)
    check_fix(
        '//- /packages/a/src/a.ts\nimport { client } from "@shared/workflow/runtime/client" // kept',
        '//- /packages/a/src/a.ts\nimport { client } from "@alga-psa/workflows/runtime/client" // kept',
    )


@pytest.mark.parametrize("ending", ["", "/index", "/index.js", "/index.ts"])
def test_endings_are_normalised(ending: str) -> None:
    check_fix(
        f"//- /packages/a/src/a.ts\nimport {{ start }} from '@alga-psa/shared/workflow/runtime{ending}';",
        "//- /packages/a/src/a.ts\nimport { start } from '@alga-psa/workflows/runtime';",
    )


def test_verified_through_the_enclosing_barrel() -> None:
    check_fix(
        "//- /packages/a/src/a.ts\nimport type { Run } from '@shared/workflow/runtime/types';",
        "//- /packages/a/src/a.ts\nimport type { Run } from '@alga-psa/workflows/runtime';",
    )


def test_blocked_by_a_key_whose_file_is_not_there() -> None:
    text = """
    //- /shared/workflow/secrets/index.ts
    export const secret = 1;
    //- /packages/a/src/a.ts
    import { secret } from '@shared/workflow/secrets';
                            ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: the key `./secrets` … ee/packages/workflows/package.json points to a missing file (src/secrets/index.ts). Correct that key, or add ee/packages/workflows/src/secrets/index.ts
    """
    check_diagnostics(text)


def test_a_key_that_is_corrected_unblocks_in_the_same_run() -> None:
    # The manifest of the base is corrected with or without this file.
    check_fix(
        """
        //- /shared/workflow/secrets/index.ts
        export const secret = 1;
        //- /packages/a/src/a.ts
        import { secret } from '@shared/workflow/secrets';
        """,
        """
        //- /packages/a/src/a.ts
        import { secret } from '@alga-psa/workflows/secrets';
        """,
    )


def test_the_tsconfig_alias_that_disagrees_is_named() -> None:
    check_diagnostics("""
    //- /tsconfig.json
    { "compilerOptions": { "paths": { "@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"] } } }
    //- /packages/a/src/a.ts
    import { secret } from '@shared/workflow/secrets';
                            ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: …, while a tsconfig alias leads to ee/packages/workflows/src/secrets.ts
    """)


@pytest.mark.parametrize(
    ("exports", "reason"),
    [
        ('{ ".": "./src/index.ts" }', "@alga-psa/workflows does not export `./runtime`. Add it to the `exports` of …"),
        ('{ ".": "./src/index.ts", "./runtime": null }', "the key `./runtime` … excludes `./runtime` (null)"),
        (
            '{ "./*": "./src/*/index.ts", "./runtime/*": null, "./runtime": { "browser": "./x.ts" } }',
            "the key `./runtime` … has no `types/import` condition",
        ),
        (
            '{ "./runtime": { "types": "./src/runtime/index.ts" } }',
            "the key `./runtime` … has no `import` condition",
        ),
        ('{ "./runtime": "../elsewhere.ts" }', "the `exports` of … are invalid: a target must start with `./`"),
    ],
)
def test_blocked_by_the_exports_map(exports: str, reason: str) -> None:
    check_diagnostics(f"""
    //- /ee/packages/workflows/package.json
    {{ "name": "@alga-psa/workflows", "exports": {exports} }}
    //- /packages/a/src/a.ts
    import {{ start }} from '@shared/workflow/runtime';
                           ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: {reason}
    """)


def test_blocked_by_a_missing_name() -> None:
    check_diagnostics("""
    //- /shared/workflow/streams/extra.ts
    export const buildX = 1;
    //- /packages/a/src/a.ts
    import { buildX } from '@shared/workflow/streams/extra';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: @alga-psa/workflows does not export `./streams/extra`. Add … Other candidates: `@alga-psa/workflows/streams` does not export `buildX`
    """)


def test_a_type_does_not_stand_for_a_value() -> None:
    text = """
    //- /ee/packages/workflows/src/runtime/index.ts
    export type { Runner } from '../../../../../shared/workflow/runtime/types';
    export { start } from '../../../../../shared/workflow/runtime';
    //- /packages/a/src/a.ts
    import { Runner } from '@shared/workflow/runtime';
                            ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `@alga-psa/workflows/runtime` exports `Runner` only as a type
    new Runner();
    """
    checks.check_diagnostics(text, rules={"deprecated-import"})
    used_as_type = text.replace("new Runner();", "let runner: Runner;")
    outcome = "blocked: `@alga-psa/workflows/runtime` exports `Runner` only as a type"
    verified = used_as_type.replace(outcome, "verified -> @alga-psa/workflows/runtime")
    checks.check_diagnostics(verified, rules={"deprecated-import"})


def test_names_in_different_modules_split_the_import() -> None:
    base = """
    //- /shared/workflow/services/index.ts
    export const a = 1;
    export const b = 2;
    export const c = 3;
    //- /ee/packages/workflows/package.json
    { "name": "@alga-psa/workflows", "exports": { ".": "./src/index.ts", "./services": "./src/services.ts" } }
    //- /ee/packages/workflows/src/services.ts
    export const a = 1;
    //- /ee/packages/workflows/src/index.ts
    export const b = 2;
    """
    check_fix(
        f"{base}//- /packages/a/src/a.ts\n    import {{ a as x, type b }} from '@shared/workflow/services';",
        "//- /packages/a/src/a.ts\n"
        "import { a as x } from '@alga-psa/workflows/services';\n"
        "import { type b } from '@alga-psa/workflows';",
    )
    check_no_fix(f"{base}//- /packages/a/src/a.ts\n    import {{ a, c }} from '@shared/workflow/services';")
    check_no_fix(
        f"{base}//- /packages/a/src/a.ts\n    import * as services from '@shared/workflow/services';\n    use(services);"
    )


def test_one_target_for_a_module_in_the_whole_workspace() -> None:
    # The one-to-one module lacks `c`, which another file asks for: both go to the barrel, so that mocks still meet.
    base = """
    //- /shared/workflow/streams/deep.ts
    export const c = 1;
    export const d = 1;
    //- /ee/packages/workflows/package.json
    { "name": "@alga-psa/workflows", "exports": { "./streams": "./src/streams.ts", "./streams/*": "./src/streams/*.ts" } }
    //- /ee/packages/workflows/src/streams/deep.ts
    export const d = 1;
    //- /ee/packages/workflows/src/streams.ts
    export const c = 1;
    export const d = 1;
    //- /packages/a/src/uses-c.ts
    import { c } from '@shared/workflow/streams/deep';
    """
    files = """
    //- /packages/a/src/uses-d.ts
    import { d } from 'SPECIFIER/streamsDEEP';
    //- /packages/a/src/uses-d.test.ts
    vi.mock('SPECIFIER/streamsDEEP', () => ({ d: 1 }));
    //- /packages/a/src/uses-c.ts
    import { c } from 'SPECIFIER/streamsDEEP';
    """
    check_fix(
        base + files.replace("SPECIFIER", "@shared/workflow").replace("DEEP", "/deep"),
        files.replace("SPECIFIER", "@alga-psa/workflows").replace("DEEP", ""),
    )


def test_two_mocks_do_not_fall_together() -> None:
    check_diagnostics("""
    //- /shared/workflow/streams/a.ts
    export const a = 1;
    //- /shared/workflow/streams/b.ts
    export const b = 1;
    //- /ee/packages/workflows/src/streams/index.ts
    export const a = 1, b = 2;
    //- /packages/a/src/a.test.ts
    a();
    import { a } from '@shared/workflow/streams/a';
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: the rewrite would disable the mock of this module in this file, which can't be rewritten yet
    vi.mock('@shared/workflow/streams/a', () => ({ a: 1 }));
             ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: this file would mock `@alga-psa/workflows/streams` twice
    vi.mock('@shared/workflow/streams/b', () => ({ b: 1 }));
             ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: this file would mock `@alga-psa/workflows/streams` twice
    """)


def test_a_mock_that_is_stuck_holds_the_code_under_test_back() -> None:
    check_diagnostics("""
    //- /shared/workflow/streams/a.ts
    export const a = 1;
    //- /shared/workflow/streams/b.ts
    export const b = 1;
    //- /ee/packages/workflows/src/streams/index.ts
    export const a = 1, b = 2;
    //- /packages/a/src/a.ts
    export const run = () => a();
    import { a } from '@shared/workflow/streams/a';
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: the rewrite would disable the mock of this module in packages/a/src/a.test.ts, which can't be rewritten yet
    import { client } from '@shared/workflow/runtime/client';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime/client
    //- /packages/a/src/a.test.ts
    import { run } from './a';
    run();
    vi.mock('@shared/workflow/streams/a', () => ({ a: 1 }));
             ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: this file would mock
    vi.mock('@shared/workflow/streams/b', () => ({ b: 1 }));
             ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: this file would mock
    """)


def test_unverified_without_the_package() -> None:
    base = MONOREPO.partition("//- /ee/packages")[0]
    text = """
    //- /packages/a/src/a.ts
    import { start } from '@shared/workflow/runtime';
                           ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import unverified -> @alga-psa/workflows/runtime
    """
    after = "//- /packages/a/src/a.ts\nimport { start } from '@alga-psa/workflows/runtime';"
    check_diagnostics(text, base=base)
    check_fix(text, after, base=base)
    check_fix(after, after, base=base)
    check_fix(text, text, base=base, options=FixOptions(require_verified=True))


def test_inside_the_legacy_tree_it_becomes_relative() -> None:
    check_fix(
        """
        //- /shared/workflow/workers/worker.ts
        import { start } from '@shared/workflow/runtime';
        import { client } from '@alga-psa/shared/workflow/runtime/client.js';
        vi.mock('@shared/workflow/runtime/index');
        """,
        """
        //- /shared/workflow/workers/worker.ts
        import { start } from '../runtime';
        import { client } from '../runtime/client.js';
        vi.mock('../runtime/index');
        """,
    )


def test_inside_the_legacy_tree_a_missing_module_is_blocked() -> None:
    check_diagnostics("""
    //- /shared/workflow/workers/worker.ts
    import { x } from '@shared/workflow/gone';
                       ^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `@shared/workflow/gone` names no file of shared/workflow
    """)


def test_the_core_may_not_import_ee() -> None:
    text = """
    //- /shared/inbox/inbox.ts
    import { start } from '@shared/workflow/runtime';
                           ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: the core ships without EE
    """
    check_diagnostics(text)
    check_no_fix(text)


def test_inside_the_canonical_package() -> None:
    check_diagnostics("""
    //- /ee/packages/workflows/src/actions/run.ts
    import { start } from '@shared/workflow/runtime';
                           ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime
    """)


def test_import_cycle_inside_canonical_package_is_relative() -> None:
    check_diagnostics("""
    //- /shared/workflow/runtime/init.ts
    export const init = 1;
    //- /ee/packages/workflows/src/runtime/init.mts
    export {};
    //- /ee/packages/workflows/src/runtime/index.ts
    import { init } from '@shared/workflow/runtime/init';
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: …`@alga-psa/workflows/runtime` does not export `init`
    """)
    check_fix(
        """
        //- /shared/workflow/runtime/init.ts
        export const init = 1;
        //- /ee/packages/workflows/package.json
        { "name": "@alga-psa/workflows", "exports": { "./runtime": "./src/runtime/index.ts" } }
        //- /ee/packages/workflows/src/runtime/init.ts
        export const init = 1;
        //- /ee/packages/workflows/src/runtime/index.ts
        import { init } from '@shared/workflow/runtime/init';
        export * from './init';
        """,
        """
        //- /ee/packages/workflows/src/runtime/index.ts
        import { init } from './init';
        export * from './init';
        """,
    )


def test_plain_javascript_that_node_runs() -> None:
    text = """
    //- /shared/workflow/runtime/client.js
    export const client = 1;
    //- /packages/a/scripts/print.js
    import { client } from '@alga-psa/shared/workflow/runtime/client';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: Node runs this file without a build, and can't load src/runtime/client.ts
    """
    check_diagnostics(text)
    allowed = '//- /packages/a/tsconfig.json\n{ "compilerOptions": { "allowJs": true } }\n'
    check_fix(
        allowed + "//- /packages/a/scripts/print.js\nimport { client } from '@shared/workflow/runtime/client';",
        "//- /packages/a/scripts/print.js\nimport { client } from '@alga-psa/workflows/runtime/client';",
    )


def test_a_moved_name() -> None:
    base = """
    //- /workflow-ls.json
    { "names": [{ "module": "@shared/workflow/runtime/client", "name": "default",
                  "to": "@alga-psa/workflows/runtime", "as": "Client" }] }
    //- /shared/workflow/runtime/client.ts
    export const client = 1;
    export default class {}
    //- /ee/packages/workflows/src/runtime/index.ts
    export class Client {}
    """
    check_fix(
        f"{base}//- /packages/a/src/a.ts\n    import C, {{ client }} from '@shared/workflow/runtime/client';",
        "//- /packages/a/src/a.ts\n"
        "import { Client as C } from '@alga-psa/workflows/runtime';\n"
        "import { client } from '@alga-psa/workflows/runtime/client';",
    )
    check_no_fix(
        f"{base}//- /packages/a/src/a.ts\n    import * as all from '@shared/workflow/runtime/client';\n    use(all);"
    )
