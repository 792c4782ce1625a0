"""`workflow-ls status --format html` as a user calls it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Cli
from tests.cli.test_history import commit
from tests.vfs.trees import git, needs_git

CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"


def test_a_page_in_the_workspace_links_to_its_files(cli: Cli, workspace: Callable[..., Path], tmp_path: Path) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{CLIENT}")
    (root / "reports").mkdir()
    for output, link in (
        (root / "page.html", "packages/a/src/a.ts"),
        (root / "reports/page.html", "../packages/a/src/a.ts"),
        (tmp_path / "page.html", None),
    ):
        result = cli("status", root, "--format", "html", "--output", output, "--exit-zero")
        assert (result.code, result.out, result.err) == (0, "", "")
        links = re.findall(r'<a href="([^"#]+)"', output.read_text())
        assert (link in links) if link else (links == [])


def test_a_page_says_nothing_of_the_page_before(cli: Cli, workspace: Callable[..., Path]) -> None:
    """What is not read and names the legacy tree is listed, but for the report that the new one takes the place of."""
    root = workspace(f"//- /packages/a/src/a.ts\n{CLIENT}//- /deploy/job.tpl\nrun shared/workflow/runtime\n")
    for _ in range(2):
        cli("status", root, "--format", "html", "--output", root / "page.html", "--exit-zero")
    page = (root / "page.html").read_text()
    assert "<strong>Not read, though they name the legacy tree:</strong> <code>deploy/job.tpl</code></p>" in page


@needs_git
def test_a_page_with_the_history(cli: Cli, workspace: Callable[..., Path]) -> None:
    root = workspace(f"//- /packages/a/src/a.ts\n{CLIENT}")
    git(root, "init", "-q")
    commit(root, "start", 1)
    commit(root, "more", 9)
    page = cli("status", root, "--format", "html", "--history", "--exit-zero").out
    assert '[{"date": "2026-03-01", "left": 1, "done": 0}, {"date": "2026-03-09", "left": 1, "done": 0}]' in page
    assert cli("status", root, "--format", "html", "--history", "--every", "never").code == 2
