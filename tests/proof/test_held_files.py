"""Files that must stay as they are: a fix that edits one of them is left out as a whole, and all the rest is made."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.proof.joined_fixes import FixOptions

OLD = "@shared/workflow/runtime/client"
PROJECT = f"""
//- /apps/web/package.json
{{ "name": "web" }}
//- /apps/web/tsconfig.json
{{ "compilerOptions": {{ "paths": {{ "@shared/workflow/*": ["../../shared/workflow/*"] }} }} }}
//- /apps/web/page.ts
import {{ client }} from '{OLD}';
export const page = client;
//- /apps/web/page.test.ts
import {{ page }} from './page';
vi.mock('{OLD}', () => ({{ client: 1 }}));
page;
//- /apps/web/menu.ts
import {{ client as menu }} from '{OLD}';
menu;
//- /apps/api/package.json
{{ "name": "api", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
//- /apps/api/route.ts
import {{ buildA }} from '@shared/workflow/streams/builders';
buildA;
"""
WEB = ("package.json", "page.ts", "page.test.ts", "menu.ts")


@pytest.mark.parametrize(
    ("held", "changed"),
    [
        ((), ("apps/api/route.ts", "apps/web/tsconfig.json", *(f"apps/web/{name}" for name in WEB))),
        (("apps/api/route.ts",), tuple(f"apps/web/{name}" for name in (*WEB, "tsconfig.json"))),
        (("apps/web/package.json",), ("apps/api/route.ts",)),
        (("apps/web/page.ts",), ("apps/api/route.ts", "apps/web/package.json", "apps/web/menu.ts")),
        (("apps/web/page.test.ts",), ("apps/api/route.ts", "apps/web/package.json", "apps/web/menu.ts")),
        (("apps/web/page.test.ts", "apps/web/menu.ts"), ("apps/api/route.ts",)),
        (
            ("apps/other.ts",),
            ("apps/api/route.ts", "apps/web/tsconfig.json", *(f"apps/web/{name}" for name in WEB)),
        ),
    ],
)
def test_what_is_made_without_them(held: tuple[str, ...], changed: tuple[str, ...]) -> None:
    analysis = Analysis(open_project(PROJECT, base=SOUND)[1])
    run = analysis.fix_all(("",), FixOptions(held=frozenset(held)))
    assert {change.path for change in run.changes} == set(changed)
    # No fix is made in half: what it edits is edited, or nothing of it.
    for finding in run.applied:
        assert finding.fix is not None
        assert {file.path for file in finding.fix.files} <= set(changed)
    left = [finding.path for finding in run.report(("",)).diagnostics if finding.rule == "deprecated-import"]
    expected = [finding.path for finding in analysis.check().diagnostics if finding.rule == "deprecated-import"]
    assert left == [path for path in expected if path not in changed]
