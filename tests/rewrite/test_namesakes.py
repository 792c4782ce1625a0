"""A name of a barrel is that of one legacy module, and no other's of the same spelling."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis

NEW, OLD = "@alga-psa/workflows", "@shared/workflow"
BASE = """
//- /package.json
{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }
//- /shared/package.json
{ "name": "@alga-psa/shared" }
//- /packages/a/package.json
{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /ee/packages/workflows/package.json
{ "name": "@alga-psa/workflows", "exports": { "./streams": "./src/streams/index.ts" } }
//- /ee/packages/workflows/src/streams/index.ts
export * from './one';
//- /ee/packages/workflows/src/streams/one.ts
export const make = () => 1;
//- /shared/workflow/streams/one.ts
export const make = () => 1;
"""


def goes(line: str, *, more: str = "") -> str:
    """The replacement of a reference in packages/a/a.ts, or why there is none."""
    _, workspace = open_project(f"//- /packages/a/a.ts\n{line}\n{more}", base=BASE)
    [finding] = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/a.ts")
    return str(finding.replacement or finding.reason)


@pytest.mark.parametrize(
    "other",
    [
        "export const make = () => 2;",
        "const other = 2;\nexport { other as make };",
        "export { make } from '../lib/make';",
    ],
)
def test_a_module_that_has_its_own_is_not_sent_to_that_of_another(other: str) -> None:
    more = f"//- /shared/workflow/streams/two.ts\n{other}\n//- /shared/workflow/lib/make.ts\nexport const make = 3;\n"
    found = goes(f"import {{ make }} from '{OLD}/streams/two';", more=more)
    assert f"the `make` that `{NEW}/streams` exports is that of shared/workflow/streams/one.ts" in found


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("one", ""),
        ("two", "export { make } from './one';"),
        ("two", "export * from './one';"),
        ("two", "export const other = 1;"),
        ("gone", ""),
    ],
)
def test_the_name_of_the_module_itself_is_taken(module: str, text: str) -> None:
    more = f"//- /shared/workflow/streams/{module}.ts\n{text}\n" if text else ""
    assert goes(f"import {{ make }} from '{OLD}/streams/{module}';", more=more) == f"{NEW}/streams"


def test_a_name_that_no_legacy_module_at_its_new_path_has_may_come_from_anywhere() -> None:
    more = "//- /shared/workflow/streams/two.ts\nexport const fresh = 1;\n"
    more += "//- /ee/packages/workflows/src/streams/one.ts\nexport const make = () => 1, fresh = 1;\n"
    assert goes(f"import {{ fresh }} from '{OLD}/streams/two';", more=more) == f"{NEW}/streams"


def test_a_barrel_that_still_exports_another_module_of_the_tree_has_not_the_name() -> None:
    more = "//- /shared/workflow/streams/two.ts\nexport const make = () => 2;\n"
    more += "//- /ee/packages/workflows/src/streams/one.ts\nexport * from '@alga-psa/shared/workflow/streams/one';\n"
    found = goes(f"import {{ make }} from '{OLD}/streams/two';", more=more)
    assert "is that of shared/workflow/streams/one.ts, and this is that of shared/workflow/streams/two.ts" in found


def test_a_row_for_the_name_says_that_it_is_the_same() -> None:
    more = "//- /shared/workflow/streams/two.ts\nexport const make = () => 2;\n//- /workflow-ls.json\n"
    row = f'{{ "module": "{OLD}/streams/two", "name": "make", "to": "{NEW}/streams" }}'
    more += f'{{ "names": [{row}] }}\n'
    assert goes(f"import {{ make }} from '{OLD}/streams/two';", more=more) == f"{NEW}/streams"


def test_rows_of_another_layout_are_followed_back() -> None:
    more = "//- /shared/workflow/streams/two.ts\nexport const make = () => 2;\n"
    more += "//- /ee/packages/workflows/src/streams/index.ts\nexport * from '../lib/uno';\n"
    more += "//- /ee/packages/workflows/src/lib/uno.ts\nexport const make = () => 1;\n//- /workflow-ls.json\n"
    more += f'{{ "modules": [{{ "from": "{OLD}/streams/one", "to": ["{NEW}/lib/uno", "{NEW}/streams"] }}] }}\n'
    found = goes(f"import {{ make }} from '{OLD}/streams/two';", more=more)
    assert "is that of shared/workflow/streams/one.ts" in found
