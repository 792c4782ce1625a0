"""Which edits are kept or left out together."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.cli.verify.edit_groups import group_edits
from workflow_ls.proof.joined_fixes import FixOptions

pytestmark = pytest.mark.slow


def groups(text: str) -> list[tuple[str, list[str]]]:
    """The name of each group, with the places of its findings."""
    analysis = Analysis(open_project(text, base=SOUND)[1])
    changes = analysis.fix(("",), FixOptions())
    found = group_edits(analysis, (finding for change in changes for finding in change.resolved))
    assert len({key for group in found for key in group.keys}) == sum(len(group.keys) for group in found)
    return [(group.name, [f"{f.path}:{f.span.start}" for f in group.findings]) for group in found]


def test_nothing_to_fix_is_no_group() -> None:
    assert groups("") == []


def test_a_legacy_module_is_a_group_however_it_is_spelled() -> None:
    text = """
//- /packages/a/package.json
{ "name": "a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /packages/a/a.ts
import { client } from '@shared/workflow/runtime/client';
import type { Run } from '@alga-psa/shared/workflow/runtime';
//- /packages/a/b.test.ts
import { vi } from 'vitest';
import './a';
vi.mock('@alga-psa/shared/workflow/runtime/client.ts', () => ({ client: 2 }));
//- /packages/a/c.ts
import { client } from '../../shared/workflow/runtime/client';
export const c = client;
"""
    assert groups(text) == [
        ("@shared/workflow/runtime", ["packages/a/a.ts:84"]),
        ("@shared/workflow/runtime/client", ["packages/a/a.ts:24", "packages/a/b.test.ts:52", "packages/a/c.ts:24"]),
    ]


def test_a_dependency_joins_no_groups() -> None:
    text = """
//- /packages/a/package.json
{ "name": "a" }
//- /packages/a/a.ts
import { client } from '@shared/workflow/runtime/client';
import { start } from '@shared/workflow/runtime';
"""
    assert [name for name, _ in groups(text)] == ["@shared/workflow/runtime", "@shared/workflow/runtime/client"]


def test_what_others_need_comes_first_and_removals_last() -> None:
    text = """
//- /tsconfig.json
{
  "compilerOptions": {
    "paths": {
      "@shared/workflow/*": ["./shared/workflow/*"],
      "@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"],
      "@alga-psa/workflows": ["./ee/packages/workflows/src/index.ts"]
    }
  }
}
//- /packages/a/a.ts
// workflow-ls-ignore missing-name: nothing
import { client } from '@shared/workflow/runtime/client';
"""
    assert [name for name, _ in groups(text)] == [
        "unused-suppression in packages/a/a.ts",
        "@shared/workflow/runtime/client",
        "deprecated-alias in tsconfig.json",
    ]
