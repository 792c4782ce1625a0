"""What names an accepted finding that has no specifier: words that edits elsewhere leave alone."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.baseline.accepted import AcceptedKey, baseline_of

BUILD = """
//- /packages/a/package.json
{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /packages/a/vite.config.ts
import path from 'node:path';
export default { resolve: { alias: { '@alga-psa': path.resolve(__dirname, '..') } } };
//- /packages/a/src/page.ts
import { client } from '@alga-psa/workflows/runtime/client';
"""
PATHS = """
//- /server/tsconfig.json
{ "compilerOptions": { "baseUrl": "..", "paths": { %s } } }
"""
IGNORED = """
//- /packages/a/src/page.ts
// workflow-ls-ignore deprecated-import, missing-name: later
import { client } from '%s';
"""
EXPORTS = """
//- /shared/package.json
{ "name": "@alga-psa/shared", "exports": { "./workflow/streams": "./workflow/streams/index.ts" } }
"""


def keys(text: str, rules: set[str]) -> set[AcceptedKey]:
    """The keys of the findings of rules in the base monorepo, with these files laid over it."""
    _, workspace = open_project(text, base=SOUND)
    found = Analysis(workspace, frozenset(rules)).check().diagnostics
    return {key for key in baseline_of(found).counts if key.path.startswith(("server", "packages/a/", "shared"))}


@pytest.mark.parametrize(
    ("rule", "before", "after", "key"),
    [
        pytest.param(
            "missing-alias",
            BUILD,
            BUILD + "//- /packages/a/src/first.ts\nimport { go } from '@alga-psa/workflows/actions';\n",
            ("packages/a/vite.config.ts", "missing-alias", "@alga-psa/workflows"),
            id="another import that an alias leads nowhere",
        ),
        pytest.param(
            "missing-alias",
            PATHS % "",
            PATHS % '"@alga-psa/workflows": ["ee/packages/workflows/src"]',
            ("server/tsconfig.json", "missing-alias", "@alga-psa/workflows"),
            id="one alias of two",
        ),
        pytest.param(
            "missing-alias",
            PATHS % '"@alga-psa/*": ["packages/*/src"]',
            PATHS % '"@alga-psa/*": ["packages/*/lib"]',
            ("server/tsconfig.json", "missing-alias", "@alga-psa/workflows"),
            id="another wrong target",
        ),
        pytest.param(
            "deprecated-export",
            EXPORTS,
            EXPORTS.replace("index.ts", "other.ts"),
            ("shared/package.json", "deprecated-export", "./workflow/streams"),
            id="a key of exports",
        ),
    ],
)
def test_an_edit_elsewhere_keeps_the_key(rule: str, before: str, after: str, key: tuple[str, str, str]) -> None:
    assert keys(before, {rule}) == keys(after, {rule}) == {AcceptedKey(*key)}


def test_a_comment_that_suppresses_less_or_more() -> None:
    rules = {"deprecated-import", "missing-name", "unused-suppression"}
    used = {key for key in keys(IGNORED % "@shared/workflow/runtime/client", rules) if key.rule == "unused-suppression"}
    assert used == keys(IGNORED % "@alga-psa/workflows/runtime/client", rules)
    assert [key.subject for key in used] == ["deprecated-import, missing-name"]
