"""`workflow-ls fix` as a user calls it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

Write = Callable[..., Path]

OLD = "import { client } from '@shared/workflow/runtime/client';\n"
NEW = "import { client } from '@alga-psa/workflows/runtime/client';\n"


def contents(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_it_changes_the_specifiers_and_nothing_else(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{OLD}")
    crlf = (
        b"\xef\xbb\xbf// \xf0\x9f\x98\x80\r\n" + OLD.encode().replace(b"\n", b"\r\n") + b"\r\nrest \xe2\x80\xa8 of it"
    )
    (root / "packages/a/src/crlf.tsx").write_bytes(crlf)
    before = contents(root)
    result = cli("fix", root)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("2 findings fixed in 2 files.\n")
    changed = {name: data for name, data in contents(root).items() if before[name] != data}
    assert changed == {
        "packages/a/src/a.ts": NEW.encode(),
        "packages/a/src/crlf.tsx": crlf.replace(b"@shared/workflow", b"@alga-psa/workflows"),
    }
    after = contents(root)
    assert cli("fix", root).out.startswith("Nothing to fix.\n")
    assert contents(root) == after


def test_diff_writes_nothing(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{OLD}")
    before = contents(root)
    result = cli("fix", "--diff", root)
    assert result.code == 1
    assert f"-{OLD}+{NEW}" in result.out
    assert "1 finding would be fixed in 1 file." in result.err
    assert contents(root) == before
    subprocess.run(["git", "apply", "-p1"], cwd=root, input=result.out.encode(), check=True)
    assert (root / "packages/a/src/a.ts").read_text() == NEW


def test_what_is_left_is_named_with_its_reason(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /shared/x.ts\n{OLD}\n//- /packages/a/src/a.ts\n{OLD}")
    result = cli("fix", root)
    assert result.code == 1
    assert "1 finding left:\n  shared/x.ts:1:25 " in result.out
    assert "the core ships without EE" in result.out


def test_a_file_takes_the_mock_of_its_import_along(cli: Cli, workspace: Write) -> None:
    test = "import { a } from './a';\nvi.mock('@shared/workflow/runtime/client', () => ({ client: 2 }));\na;\n"
    root = workspace(f"//- /packages/a/src/a.ts\n{OLD}export const a = client;\n//- /packages/a/src/a.test.ts\n{test}")
    assert cli("fix", root / "packages/a/src/a.ts").out.startswith("1 finding fixed in 2 files.\n")
    assert "@shared/workflow" not in (root / "packages/a/src/a.test.ts").read_text()
    assert cli("check", root).code == 0


def test_what_is_left_is_named_at_its_new_place(cli: Cli, workspace: Write) -> None:
    line = "import { client } from '@shared/workflow/runtime/client'; import { x } from '@shared/workflow/gone';"
    root = workspace(f"//- /packages/a/src/a.ts\n{line}")
    result = cli("fix", root)
    column = (root / "packages/a/src/a.ts").read_text().index("@shared/workflow/gone") + 1
    assert f"packages/a/src/a.ts:1:{column} " in result.out


def test_require_verified(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text(OLD)
    assert cli("fix", "--require-verified", tmp_path).code == 1
    assert (tmp_path / "a.ts").read_text() == OLD
    assert "1 of them unverified" in cli("fix", tmp_path).out
    assert (tmp_path / "a.ts").read_text() == NEW


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_uncommitted_changes_are_not_written_over(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{OLD}\n//- /packages/a/src/other.ts\nexport {{}};")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "before")
    (root / "packages/a/src/other.ts").write_text("// dirty, and none of our business\n")
    edited = OLD + "// mine\n"
    (root / "packages/a/src/a.ts").write_text(edited)
    refused = cli("fix", root)
    assert refused.code == 2
    assert refused.err == (
        "workflow-ls: uncommitted changes in packages/a/src/a.ts. Commit or stash them, or pass --allow-dirty.\n"
    )
    assert (root / "packages/a/src/a.ts").read_text() == edited
    assert cli("fix", root, "--allow-dirty").code == 0
    assert (root / "packages/a/src/a.ts").read_text() == NEW + "// mine\n"


def test_a_file_changed_meanwhile_is_left_alone_and_named(
    cli: Cli, workspace: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{OLD}\n//- /packages/b/src/b.ts\n{OLD}")
    from workflow_ls.cli.commands import fix
    from workflow_ls.cli.transaction import write

    def edit_then_write(top: Path, changes: list[tuple[str, bytes, bytes]]) -> dict[str, write.WriteResult]:
        (root / "packages/a/src/a.ts").write_text("// somebody was faster\n")
        return write.write_all(top, changes)

    monkeypatch.setattr(fix, "write_all", edit_then_write)
    result = cli("fix", root)
    assert result.code == 2
    assert "packages/a/src/a.ts: not written: " in result.err
    assert (root / "packages/a/src/a.ts").read_text() == "// somebody was faster\n"
    assert (root / "packages/b/src/b.ts").read_text() == NEW


def test_a_link_out_of_the_root_is_not_followed(cli: Cli, workspace: Write, tmp_path: Path) -> None:
    root = workspace()
    outside = tmp_path / "outside.ts"
    outside.write_text(OLD)
    (root / "packages/a").mkdir(parents=True)
    (root / "packages/a/link.ts").symlink_to(outside)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/inner.ts").write_text(OLD)
    (root / "packages/b").symlink_to(tmp_path / "folder")
    cli("fix", root)
    cli("fix", root / "packages/a/link.ts", "--root", root)
    assert outside.read_text() == OLD
    assert (tmp_path / "folder/inner.ts").read_text() == OLD


def test_no_file_is_written_that_git_ignores(cli: Cli, workspace: Write) -> None:
    root = workspace(f"//- /.gitignore\n/generated\n//- /generated/a.ts\n{OLD}")
    assert cli("fix", root).out.startswith("Nothing to fix.")
