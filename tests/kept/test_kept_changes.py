"""`check --since` and `--staged` with the memos of the last check: they say what they say without."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.kept.test_one_file_changed import searches, write
from tests.strategies import at_night
from tests.vfs.trees import git, needs_git
from workflow_ls.project.queries.nodes import QueryNode
from workflow_ls.project.runtime.reachability import Reachability
from workflow_ls.vfs import tree_state

pytestmark = [pytest.mark.slow, needs_git]
__all__ = ["searches"]
Write = Callable[..., Path]

OLD = "import { client } from '@shared/workflow/runtime/client';\n"
NEW = "import { client } from '@alga-psa/workflows/runtime/client';\n"
USE = "export const answer = client;\n"
TEST = """import { vi } from 'vitest';
import { answer } from './middle';
vi.mock('@shared/workflow/runtime/client', () => ({ client: vi.fn() }));
export const seen = answer;
"""
PROJECT = f"""
//- /apps/desk/package.json
{{ "name": "desk" }}
//- /apps/desk/tsconfig.json
{{ "compilerOptions": {{ "strict": true }} }}
//- /apps/desk/src/code.ts
{OLD}{USE}
//- /apps/desk/src/middle.ts
export {{ answer }} from './code';
//- /apps/desk/src/code.test.ts
{TEST}
//- /apps/desk/src/late.test.ts
{TEST.replace("./middle", "./none")}
//- /apps/desk/src/none.ts
export const answer = 1;
//- /apps/desk/src/noted.ts
{OLD}{USE}
//- /apps/desk/src/plain.ts
export const plain = 1;
//- /packages/linked -> /apps/desk
"""


@pytest.fixture(autouse=True)
def old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test has just written counts as old."""
    monkeypatch.setattr(tree_state, "GRACE", -time.time_ns())


@pytest.fixture(params=["linked", *at_night("plain")])
def root(cli: Cli, workspace: Write, cache: Path, request: pytest.FixtureRequest) -> Path:
    """A repository on a branch, with the memos of a check of its start."""
    text = PROJECT if request.param == "linked" else PROJECT[: PROJECT.index("//- /packages/linked")]
    made = workspace(text)
    git(made, "init", "-q")
    commit(made, "start")
    git(made, "checkout", "-qb", "work")
    keep(cli, made, cache)
    assert len([*cache.glob("memos/*")]) == 1
    return made


def commit(root: Path, message: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)


def keep(cli: Cli, root: Path, cache: Path) -> None:
    """Keep the memos of what is there now: those of a second check, since the first may be the only one."""
    shutil.rmtree(cache / "memos", ignore_errors=True)
    for number in range(2):
        write(root / "apps/desk/src/noted.ts", f"// {number}\n{OLD}{USE}")
        cli("check", root)


def said(cli: Cli, root: Path, *options: str) -> list[str]:
    """The rules of what is reported, which is what a run says that takes nothing from an earlier one."""
    options = (*(options or ("--since", "main")), "--no-blame", "--format", "json")
    kept, fresh = cli("check", root, *options), cli("check", root, *options, "--no-cache")
    assert (kept.code, kept.out, kept.err) == (fresh.code, fresh.out, fresh.err)
    return [each["rule"] for each in json.loads(kept.out)["diagnostics"]]


CHANGES: dict[str, dict[str, str | None]] = {
    "a reference": {"src/middle.ts": f"{OLD}export {{ answer }} from './code';\n"},
    "a fix": {"src/code.ts": f"{NEW}{USE}"},
    "a mock of nothing": {"src/code.ts": "export const answer = 1;\n"},
    "another way": {"src/middle.ts": "export { answer } from './none';\n"},
    "an import without end": {"src/middle.ts": "export { answer } from './code';\nimport './nowhere';\n"},
    "a manifest": {"package.json": '{ "name": "desk", "dependencies": { "@alga-psa/workflows": "*" } }'},
    "a configuration": {"tsconfig.json": '{ "compilerOptions": { "paths": { "~/*": ["../../shared/*"] } } }'},
    "a new file": {"src/new.ts": f"{OLD}{USE}"},
    "a file less": {"src/code.ts": None},
    "a file that others find first": {"src/code/index.ts": USE, "src/code.tsx": OLD},
    "a test more": {"src/more.test.ts": TEST},
    "two at once": {"src/code.ts": f"{NEW}{USE}", "src/none.ts": f"{OLD}{USE}", "src/plain.ts": OLD},
    "legacy code": {"../../shared/workflow/runtime/client.ts": "export const other = 1;\n"},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("state", ["checked before", *at_night("checked after")])
def test_memos_change_nothing(cli: Cli, root: Path, cache: Path, changes: dict[str, str | None], state: str) -> None:
    assert said(cli, root) == []
    for name, text in changes.items():
        path = root / "apps/desk" / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(exist_ok=True)
            write(path, text)
    if state == "checked after":
        keep(cli, root, cache)
    said(cli, root)
    git(root, "add", "-A")
    said(cli, root, "--staged")
    commit(root, "work")
    said(cli, root)
    write(root / "apps/desk/src/code.ts", f"// moved\n{OLD}{USE}")
    said(cli, root)
    said(cli, root, "--staged")


def test_a_branch_costs_what_it_changed(
    cli: Cli, root: Path, cache: Path, searches: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is searched for, and no imports are read but those of the files that it changed."""
    write(root / "apps/desk/src/middle.ts", f"import './none';\n{OLD}export {{ answer }} from './code';\n")
    keep(cli, root, cache)
    node: QueryNode = Reachability.imports.query  # type: ignore[attr-defined]  # set by `query`
    read, compute = list[str](), node.compute

    def counted(self: Reachability, path: str) -> object:
        read.append(path)
        return compute(self, path)

    monkeypatch.setattr(node, "compute", counted)
    searches.clear()
    result = cli("check", root, "--since", "main", "--format", "json", "--no-blame")
    assert [each["path"] for each in json.loads(result.out)["diagnostics"]] == ["apps/desk/src/middle.ts"]
    assert searches == []
    assert set(read) == {"apps/desk/src/middle.ts", "apps/desk/src/noted.ts"}  # what the branch changed
