"""The outcomes of a file's references beside each other: mocks, and what they hold back."""

from __future__ import annotations

import pytest

from tests.checks import change, open_project
from workflow_ls.diagnostics import Blocked
from workflow_ls.rewrite.conflicts import find_outcomes
from workflow_ls.rewrite.file_outcomes import ReferenceOutcome
from workflow_ls.rewrite.resolution import TargetResolver

# Two legacy modules that went to one barrel.
STREAMS = """
//- /shared/workflow/streams/a.ts
export const a = 1;
//- /shared/workflow/streams/b.ts
export const b = 1;
//- /ee/packages/workflows/src/streams/index.ts
export const a = 1, b = 2;
"""
A, B = "@shared/workflow/streams/a", "@shared/workflow/streams/b"
CLIENT = "@shared/workflow/runtime/client"


def replacement(outcome: ReferenceOutcome) -> str | None:
    return None if isinstance(outcome.target, Blocked) else ", ".join(outcome.target.replacements)


def goes(text: str, path: str) -> list[str | None]:
    """Where the legacy references of a file go, in file order; None for one that is blocked."""
    workspace = open_project(STREAMS + text)[1]
    facts = workspace.sources.facts(path)
    assert facts is not None
    return [replacement(outcome) for outcome in find_outcomes(workspace.component(TargetResolver), facts)]


@pytest.mark.parametrize(
    ("code", "targets"),
    [
        pytest.param(
            f"import {{ client }} from '@alga-psa/workflows/runtime/client';\nvi.mock('{CLIENT}', f);",
            ["@alga-psa/workflows/runtime/client"],
            id="an import of the new specifier is no mock of it",
        ),
        pytest.param(
            f"import {{ a }} from '{A}';\nvi.mock('{B}', () => ({{ b: 1 }}));",
            ["@alga-psa/workflows/streams"] * 2,
            id="nor is one of another module that goes there",
        ),
        pytest.param(
            f"import {{ gone }} from '{CLIENT}';\nimport {{ client }} from '{CLIENT}';\n"
            "//- /shared/workflow/runtime/client.ts\nexport const client = 1, gone = 1;",
            [None, "@alga-psa/workflows/runtime/client"],
            id="an import that is stuck holds no other back",
        ),
        pytest.param(
            f"import {{ a }} from '{A}';\na();\nvi.mock('{A}', f);\nvi.mock('@alga-psa/workflows/streams', g);",
            [None, None],
            id="a mock that is stuck does",
        ),
        pytest.param(
            "vi.mock('@shared/workflow/nowhere-a', f);\nvi.mock('@shared/workflow/nowhere-b', f);",
            [None, None],
            id="mocks that go nowhere",
        ),
    ],
)
def test_in_one_file(code: str, targets: list[str | None]) -> None:
    assert goes(f"//- /packages/a/a.test.ts\n{code}", "packages/a/a.test.ts") == targets


@pytest.mark.parametrize(
    ("path", "code", "held"),
    [
        pytest.param(
            "packages/a/a.test.ts",
            f"import '../b/b';\nvi.mock('{A}', f);\nvi.mock('{B}', g);",
            True,
            id="a test elsewhere",
        ),
        pytest.param(
            "packages/a/a.test.ts", f"vi.mock('{A}', f);\nvi.mock('{B}', g);", False, id="a test that does not load it"
        ),
        pytest.param(
            "packages/a/setup.ts", f"vi.mock('{A}', f);\nvi.mock('{B}', g);", True, id="a file that counts for any test"
        ),
        pytest.param(
            "packages/a/a.test.ts",
            f"import {{ client }} from '{CLIENT}';\nimport '../b/b';\nvi.mock('{A}', f);\nvi.mock('{B}', g);",
            True,
            id="a test that imports something, too",
        ),
        pytest.param(
            "ee/packages/workflows/src/a.test.ts",
            f"import '../../../../packages/b/b';\nvi.mock('{A}', f);\nvi.mock('{B}', g);",
            True,
            id="a test of the canonical package",
        ),
        pytest.param("shared/a.test.ts", f"vi.mock('{A}', f);\nvi.mock('{B}', g);", False, id="a test of the core"),
        pytest.param(
            "shared/workflow/streams/a.ts", f"export const a = 1;\nvi.mock('{A}', f);", False, id="one of the tree"
        ),
    ],
)
def test_which_mocks_hold_other_files_back(path: str, code: str, held: bool) -> None:
    text = f"//- /{path}\n{code}\n//- /packages/b/b.ts\nimport {{ a }} from '{A}';\na();"
    assert goes(text, "packages/b/b.ts") == [None if held else "@alga-psa/workflows/streams"]


def test_nobody_is_held_back_in_the_tree() -> None:
    mocks = f"//- /packages/a/a.test.ts\nvi.mock('{A}', f);\nvi.mock('{B}', g);"
    text = f"{mocks}\n//- /shared/workflow/other.ts\nimport {{ a }} from '{A}';"
    assert goes(text, "shared/workflow/other.ts") == ["./streams/a"]


def test_a_file_that_changed_is_looked_at_again() -> None:
    workspace = open_project(f"{STREAMS}\n//- /packages/a/a.ts\nimport {{ a }} from '{A}';")[1]
    targets = workspace.component(TargetResolver)
    found = []
    for text in (None, f"import {{ client }} from '{CLIENT}';"):
        if text is not None:
            change(workspace, "packages/a/a.ts", text)
        facts = workspace.sources.facts("packages/a/a.ts")
        assert facts is not None
        found += [replacement(outcome) for outcome in find_outcomes(targets, facts)]
    assert found == ["@alga-psa/workflows/streams", "@alga-psa/workflows/runtime/client"]
