"""`workflow-ls check --since`: what a branch brings in files that it did not change, and what the answer costs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.vfs.trees import git, needs_git
from workflow_ls.rewrite.mocking.mock_proof import MockProof
from workflow_ls.rules.shared.mock_walks import MockWalks

pytestmark = [pytest.mark.slow, needs_git]

Write = Callable[..., Path]
CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
FIXED = "import { client } from '@alga-psa/workflows/runtime/client';\n"
USE = "export const answer = client;\n"


@pytest.fixture
def root(workspace: Write) -> Path:
    """A repository with code that is mocked, on a branch of its own."""
    root = workspace(
        f"""
//- /apps/desk/package.json
{{
  "name": "desk",
  "dependencies": {{ "left": "1.0.0" }}
}}
//- /apps/desk/src/code.ts
{CLIENT}{USE}
//- /apps/desk/src/between.ts
export {{ answer }} from './code';
//- /apps/desk/src/code.test.ts
import {{ vi }} from 'vitest';
import {{ answer }} from './between';
vi.mock('@shared/workflow/runtime/client', () => ({{ client: vi.fn() }}));
export const seen = answer;
//- /apps/desk/src/other.ts
export const other = 1;
"""
    )
    git(root, "init", "-q")
    commit(root, "start")
    git(root, "checkout", "-qb", "work")
    return root


def commit(root: Path, message: str, author: str = "first") -> None:
    git(root, "add", "-A")
    git(root, "-c", f"user.name={author}", "commit", "-qm", message)


def found(cli: Cli, root: Path, *arguments: str) -> list[Any]:
    result = cli("check", root, "--since", "main", "--format", "json", *arguments)
    assert result.err == ""
    diagnostics: list[Any] = json.loads(result.out)["diagnostics"]
    return diagnostics


def named(diagnostics: list[Any]) -> list[tuple[str, str]]:
    return [(each["path"], each["rule"]) for each in diagnostics]


def test_what_was_wrong_elsewhere_before_is_not_brought(cli: Cli, root: Path) -> None:
    git(root, "checkout", "-q", "main")
    (root / "apps/desk/src/other.ts").write_text(FIXED)
    (root / "apps/desk/src/other.test.ts").write_text(
        "import { vi } from 'vitest';\nimport './other';\nvi.mock('@shared/workflow/runtime/client', () => ({}));\n"
    )
    commit(root, "wrong already")
    git(root, "checkout", "-q", "work")
    git(root, "merge", "-q", "main")
    (root / "apps/desk/src/other.ts").write_text(f"// More.\n{FIXED}")
    (root / "apps/desk/src/more.ts").write_text(FIXED)
    assert named(found(cli, root)) == []


def test_a_manifest_that_lacks_what_a_branch_imports(cli: Cli, root: Path) -> None:
    (root / "apps/desk/src/other.ts").write_text(FIXED)
    commit(root, "import it", author="second")
    [finding] = found(cli, root)
    assert (finding["path"], finding["rule"]) == ("apps/desk/package.json", "undeclared-dependency")
    # Its line is older than the branch; the import behind it is not.
    assert (finding["origin"]["author"], finding["origin"]["summary"]) == ("second", "import it")


def test_a_mock_whose_module_is_imported_under_another_name(cli: Cli, root: Path) -> None:
    (root / "apps/desk/src/code.ts").write_text(f"{FIXED}{USE}")
    commit(root, "rewrite the code", author="second")
    mismatch = [each for each in found(cli, root) if each["rule"] == "mock-mismatch"]
    assert named(mismatch) == [("apps/desk/src/code.test.ts", "mock-mismatch")]
    assert mismatch[0]["origin"]["author"] == "second"


def test_a_mock_whose_module_is_no_longer_reached(cli: Cli, root: Path) -> None:
    (root / "apps/desk/src/between.ts").write_text("export const answer = 1;\n")
    assert named(found(cli, root)) == [("apps/desk/src/code.test.ts", "mock-mismatch")]


def test_a_configuration_that_leads_what_a_branch_imports_elsewhere(cli: Cli, root: Path) -> None:
    git(root, "checkout", "-q", "main")
    manifest = '{ "name": "desk", "dependencies": { "@alga-psa/workflows": "*" } }'
    (root / "apps/desk/package.json").write_text(manifest)
    (root / "apps/desk/vitest.config.ts").write_text(
        "import path from 'node:path';\n"
        "export default { resolve: { alias: { '@alga-psa': path.resolve(__dirname, '../../packages') } } };\n"
    )
    (root / "apps/desk/src/code.ts").write_text("export const answer = 1;\n")
    (root / "apps/desk/src/code.test.ts").write_text("export {};\n")
    commit(root, "configure")
    git(root, "checkout", "-q", "work")
    git(root, "merge", "-q", "main")
    assert named(found(cli, root)) == []
    (root / "apps/desk/src/other.ts").write_text(FIXED)
    assert named(found(cli, root)) == [("apps/desk/vitest.config.ts", "missing-alias")]


def test_who_wrote_a_line_before_the_branch_is_not_named(cli: Cli, root: Path) -> None:
    """The reference is new, its line is not: without an import behind it, nobody is named."""
    (root / "apps/desk/src/between.ts").write_text("export const answer = 1;\n")
    commit(root, "cut it off", author="second")
    [finding] = found(cli, root)
    assert "origin" not in finding
    assert "brought by" not in cli("check", root, "--since", "main").out


COMMENTED = f"// A comment.\n\n{CLIENT}{USE}"
MORE = f"{CLIENT}import '@shared/workflow/runtime';\n{USE}"


@pytest.mark.parametrize(
    ("text", "is_tested", "brought", "judged"),
    [
        (COMMENTED, False, 0, 0),
        (CLIENT.replace("{ client }", "{\n  client\n}") + USE, False, 0, 0),
        ("export const answer = 1;\n", False, 0, 0),
        (MORE, False, 1, 0),
        (COMMENTED, True, 0, 0),
        (MORE, True, 1, 1),
    ],
)
def test_mocks_are_judged_only_if_a_branch_brings_what_they_concern(
    cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch, text: str, is_tested: bool, brought: int, judged: int
) -> None:
    """The proof of the mocks looks at the whole workspace: it is computed for what a test with mocks loads.

    And for what is reported, in one state.
    """
    if not is_tested:
        (root / "apps/desk/src/between.ts").write_text(CLIENT.replace("import", "export"))
        commit(root, "the test loads other code")
        git(root, "branch", "-f", "main")
    settled, counted = MockProof._settled, list[object]()

    def count(proof: MockProof) -> Any:
        counted.append(proof)
        return settled(proof)

    monkeypatch.setattr(MockProof, "_settled", count)
    (root / "apps/desk/src/code.ts").write_text(text)
    assert len(found(cli, root)) == brought
    assert len({id(proof) for proof in counted}) == judged


OTHER = "import './other';\n"
UNUSED = "// workflow-ls-ignore mock-mismatch: it stays\n"


@pytest.mark.parametrize(
    ("test", "code", "walked", "reported"),
    [
        ("", f"{CLIENT}{OTHER}{USE}", 1, []),
        ("", f"{OTHER}export const answer = 1;\n", 3, ["mock-mismatch"]),  # in both states, and in the proof of its fix
        (UNUSED, f"{OTHER}export const answer = 1;\n", 1, []),
        (UNUSED, f"{CLIENT}{OTHER}{USE}", 2, []),
        ("", f"import 'node:fs';\nimport 'left';\n{CLIENT}{USE}", 0, []),
        ("", f"import './gone';\n{CLIENT}{USE}", 1, []),
    ],
)
def test_a_test_is_walked_before_only_where_a_finding_may_be_old(
    cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch, test: str, code: str, walked: int, reported: list[str]
) -> None:
    """Most tests mock what they load, and a branch that changes an import has their modules walked through once.

    An import of a package that is installed leads no test to another module of the workspace.
    """
    path = root / "apps/desk/src/code.test.ts"
    path.write_text(path.read_text().replace("vi.mock", f"{test}vi.mock") + "\n")
    commit(root, "a suppression")
    git(root, "branch", "-f", "main")
    made, begin = list[object](), MockWalks.__init__

    def counted(walks: MockWalks, *arguments: Any) -> None:
        made.append(walks)
        begin(walks, *arguments)

    monkeypatch.setattr(MockWalks, "__init__", counted)
    (root / "apps/desk/src/code.ts").write_text(code)
    assert [each["rule"] for each in found(cli, root)] == reported
    assert len(made) == walked


def test_a_suppression_that_a_branch_leaves_without_use(cli: Cli, root: Path) -> None:
    path = root / "apps/desk/src/code.test.ts"
    path.write_text(path.read_text().replace("vi.mock", f"{UNUSED}vi.mock"))
    (root / "apps/desk/src/code.ts").write_text("export const answer = 1;\n")
    commit(root, "a mock of nothing")
    git(root, "branch", "-f", "main")
    (root / "apps/desk/src/code.ts").write_text(f"import '@shared/workflow/runtime/client';\n{USE}")
    assert [each["rule"] for each in found(cli, root)] == ["unused-suppression", "deprecated-import"]


def test_a_test_that_does_not_load_what_a_branch_changes(cli: Cli, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def walked(*_: object) -> None:
        raise AssertionError("no test loads the file")

    monkeypatch.setattr(MockWalks, "__init__", walked)
    (root / "apps/desk/src/other.ts").write_text(f"import './between';\n{CLIENT}")
    assert named(found(cli, root)) == [("apps/desk/src/other.ts", "deprecated-import")]


def test_a_mock_of_a_module_that_nothing_imports_any_more(cli: Cli, root: Path) -> None:
    """A missing module has no file that a test could load: what names it anywhere decides."""
    (root / "apps/desk/src/code.test.ts").write_text(
        "import { vi } from 'vitest';\nimport './absent';\nvi.mock('@alga-psa/workflows/absent', () => ({}));\n"
    )
    (root / "apps/desk/src/other.ts").write_text("import '@alga-psa/workflows/absent';\n")
    commit(root, "a missing module")
    git(root, "branch", "-f", "main")
    (root / "apps/desk/src/other.ts").write_text("import './code';\n")
    assert named(found(cli, root)) == [("apps/desk/src/code.test.ts", "mock-mismatch")]
