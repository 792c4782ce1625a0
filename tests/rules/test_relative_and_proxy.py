"""deprecated-relative-import and legacy-proxy."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_fix, check_no_fix
from tests.editor_cases import EditorCase

EDITOR_CASES = (
    EditorCase(
        "deprecated-relative-import",
        "services/workflow-worker/src/index.ts",
        "../../../shared/workflow/workers",
        "Replace with '@alga-psa/workflows/workers', with its mocks and imports in 1 other file",
        ("services/workflow-worker/src/index.node.test.ts", "services/workflow-worker/src/index.ts"),
    ),
    EditorCase("legacy-proxy", "ee/packages/workflows/src/types/index.ts", "../../../../../shared/workflow/types"),
)


@pytest.mark.parametrize(
    ("path", "specifier"),
    [
        ("shared/workflow/runtime/a.ts", "./client"),
        ("shared/workflow/workers/a.ts", "../runtime/client"),
        ("shared/events/a.ts", "./workflow/client"),
        ("packages/a/src/a.ts", "../workflow/streams"),
        ("packages/a/src/a.ts", "../../../shared/workflows/client"),
    ],
)
def test_silent(path: str, specifier: str) -> None:
    check_diagnostics(f"//- /{path}\nimport {{ client }} from '{specifier}';")


def test_a_back_door_from_elsewhere_is_rewritten() -> None:
    check_diagnostics("""
    //- /services/worker/src/a.ts
    import { client } from '../../../shared/workflow/runtime/client';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-relative-import verified -> @alga-psa/workflows/runtime/client
    """)
    check_fix(
        "//- /services/worker/src/a.ts\nimport { client } from '../../../shared/workflow/runtime/client.js';",
        "//- /services/worker/src/a.ts\nimport { client } from '@alga-psa/workflows/runtime/client';",
    )


def test_a_back_door_in_the_core_never_says_shared_workflow() -> None:
    text = """
    //- /shared/events/publisher.ts
    import { client } from '../workflow/runtime/client';
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-relative-import blocked: the core ships without EE
    //- /shared/index.ts
    export * from './workflow';
                   ^^^^^^^^^^ deprecated-relative-import blocked: the core ships without EE
    """
    check_diagnostics(text)
    check_no_fix(text)


def test_a_re_export_by_the_canonical_package_is_a_proxy() -> None:
    text = """
    //- /ee/packages/workflows/src/runtime/extra.ts
    export * from '../../../../../shared/workflow/runtime/client';
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ legacy-proxy: this module only re-exports shared/workflow/runtime/client.ts
    import { start } from '../../../../../shared/workflow/runtime';
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-relative-import verified -> @alga-psa/workflows/runtime
    """
    check_diagnostics(text)


def test_a_triple_slash_path_names_a_file() -> None:
    check_diagnostics("""
    //- /packages/a/src/a.ts
    /// <reference path="../../../shared/workflow/runtime/types.ts" />
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-relative-import blocked: `/// <reference path>` can't name a file of a package
    """)
