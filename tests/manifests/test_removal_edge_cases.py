"""Who needs what an edit takes away: references of which only some count, packages of which only some are there."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.manifests.test_removal import ALIAS, EXPORTS, without_alias, without_key
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_records import ModuleRow, TargetPackage
from workflow_ls.diagnostics import Applicability, Blocked, FileEdit, Status
from workflow_ls.manifests.removal import Dependents, Removal, find_dependents, plan_removal
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.rewrite.resolution import TargetResolver

CLIENT = "@shared/workflow/runtime/client"


@pytest.mark.parametrize(
    ("code", "stays"),
    [
        pytest.param(
            f"// workflow-ls-ignore deprecated-import: x\nimport {{ client }} from '{CLIENT}';", True, id="it"
        ),
        pytest.param(
            f"// workflow-ls-ignore deprecated-import: x\nconst {{ client }} = require('{CLIENT}');",
            True,
            id="a reference without a statement of its own",
        ),
        pytest.param(
            f"// workflow-ls-ignore deprecated-import: x\nimport {{\n  client,\n}} from '{CLIENT}';",
            True,
            id="by the line where its statement starts",
        ),
        pytest.param(
            f"// workflow-ls-ignore deprecated-import: x\nimport {{ client }} from '{CLIENT}';\n"
            "// workflow-ls-ignore deprecated-import: y\nexport {};",
            True,
            id="one comment of two",
        ),
        pytest.param(f"// workflow-ls-ignore-file deprecated-import: x\nimport '{CLIENT}';", True, id="the whole file"),
        pytest.param(
            f"// workflow-ls-ignore deprecated-import: x\nexport {{}};\nimport {{ client }} from '{CLIENT}';",
            False,
            id="another line",
        ),
        pytest.param(
            f"// workflow-ls-ignore legacy-proxy: x\nimport {{ client }} from '{CLIENT}';", False, id="another rule"
        ),
    ],
)
def test_what_is_suppressed_stays(code: str, stays: bool) -> None:
    workspace = open_project(f"{ALIAS}//- /app/a.ts\n{code}")[1]
    needed = find_dependents(workspace.component(TargetResolver), without_alias(workspace))
    assert (len(needed.remaining), needed.rewritten) == (int(stays), int(not stays))


def test_what_is_found_only_without_it_does_not_need_it() -> None:
    exports = EXPORTS.replace('  "./workflow/*"', '  "./workflow/runtime/client": null, "./workflow/*"')
    code = "//- /packages/a/a.ts\nimport { client } from '@alga-psa/shared/workflow/runtime/client';"
    workspace = open_project(exports + code)[1]
    edits = without_key(workspace, "shared/package.json", "exports", "./workflow/runtime/client")
    assert find_dependents(workspace.component(TargetResolver), edits) == Dependents((), 0, False)


def test_a_package_that_nothing_leads_to() -> None:
    alone = '\n//- /package.json\n{ "private": true }\n'
    code = "//- /packages/a/a.ts\nimport { client } from '@alga-psa/shared/workflow/runtime/client';"
    workspace = open_project(EXPORTS + alone + code)[1]
    edits = without_key(workspace, "shared/package.json", "exports", "./workflow/*")
    assert find_dependents(workspace.component(TargetResolver), edits) == Dependents((), 0, False)


@pytest.mark.parametrize("first", ["secrets", "runtime/client"])
def test_one_of_two_goes_to_a_package_that_is_not_there(first: str) -> None:
    second = "runtime/client" if first == "secrets" else "secrets"
    before = open_project(
        f"{ALIAS}//- /shared/workflow/secrets.ts\nexport const secret = 1;\n"
        f"//- /app/a.ts\nimport '@shared/workflow/{first}';\n//- /app/b.ts\nimport '@shared/workflow/{second}';"
    )[1]
    rows = (
        ModuleRow("secrets", ("@alga-psa/other/secrets",)),
        ModuleRow("runtime/client", ("@alga-psa/workflows/runtime/client",)),
    )
    packages = (before.table.canonical, TargetPackage("@alga-psa/other", "packages/other", "src"))
    workspace = Workspace(before.files, replace(before.table, modules=rows, packages=packages), Settings())
    removal = plan_removal(workspace.component(TargetResolver), without_alias(workspace), "the aliases")
    assert isinstance(removal, Removal)
    assert (removal.fix.title, removal.fix.applicability) == (
        "Remove the aliases (with the 2 imports that use them)",
        Applicability.WORKSPACE_FIX,
    )
    assert removal.unverified is not None
    assert (removal.status, removal.unverified.message) == (
        Status.UNVERIFIED,
        "imports that use the aliases move to a package that can't be read. Install it, and check again.",
    )


def test_no_edits_say_what_to_do() -> None:
    removal = plan_removal(
        open_project(ALIAS)[1].component(TargetResolver), FileEdit("app/tsconfig.json", (), b""), "the aliases"
    )
    assert isinstance(removal, Blocked)
    assert removal.message == "app/tsconfig.json can't be edited as it is written. Remove the keys by hand."


STAYS = "import { gone } from '@shared/workflow/runtime/client';"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        pytest.param(
            f"//- /app/a.ts\nexport {{}};\n\n{STAYS}",
            "the import in app/a.ts:3 needs the aliases, and can't be rewritten yet. Fix that import first.",
            id="one",
        ),
        pytest.param(
            f"//- /app/a.ts\nexport {{}};\n{STAYS}\n//- /app/b.ts\n{STAYS}",
            "2 imports need the aliases, and can't be rewritten yet; the first is in app/a.ts:2. "
            "Fix these imports first.",
            id="two",
        ),
    ],
)
def test_a_refusal_says_where(files: str, reason: str) -> None:
    workspace = open_project(ALIAS + files)[1]
    removal = plan_removal(workspace.component(TargetResolver), without_alias(workspace), "the aliases")
    assert isinstance(removal, Blocked)
    assert removal.message == reason
    assert [related.message for related in removal.related] == ["still needs the aliases"]


def test_the_title_tells_of_one_import() -> None:
    workspace = open_project(f"{ALIAS}//- /app/a.ts\nimport {{ client }} from '{CLIENT}';")[1]
    removal = plan_removal(workspace.component(TargetResolver), without_alias(workspace), "the aliases")
    assert isinstance(removal, Removal)
    assert removal.fix.title == "Remove the aliases (with the import that uses them)"


@pytest.mark.parametrize(
    ("files", "needed"),
    [
        pytest.param(
            f"//- /app/a.ts\nimport '{CLIENT}';\nimport '../shared/workflow/runtime/client';",
            (0, 1),
            id="a path in the same file does not count",
        ),
        pytest.param(f"//- /packages/z/z.ts\nimport '{CLIENT}';", (0, 0), id="no configuration governs the file"),
        pytest.param(
            f"//- /packages/z/tsconfig.json\n{{}}\n//- /packages/z/z.ts\nimport '{CLIENT}';",
            (0, 0),
            id="another configuration does",
        ),
        pytest.param(
            '//- /workflow-ls.json\n{ "rules": { "deprecated-import": "off" } }\n'
            f"//- /app/a.ts\nimport '{CLIENT}';",
            (1, 0),
            id="nobody asks to rewrite it",
        ),
    ],
)
def test_which_references_count(files: str, needed: tuple[int, int]) -> None:
    workspace = open_project(ALIAS + files)[1]
    found = find_dependents(workspace.component(TargetResolver), without_alias(workspace))
    assert (len(found.remaining), found.rewritten) == needed
