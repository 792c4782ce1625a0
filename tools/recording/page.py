"""Takes the picture of the page of the progress, on the example: docs/images/progress.png.

    python -m tools.recording.page [OUT]

The example gets a history of six weeks, in which fixes and what creeps back are commits; Chromium shows the page.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
OUT = ROOT / "docs" / "images" / "progress.png"
SIZE = "1100,700"
# The folder that is fixed in each week; in a week without one, references creep back.
FIXED = ("packages/documents", "server", "", "packages/notifications", "packages/billing")
CREEP = "import {{ client }} from '@shared/workflow/runtime/client';\nexport const used{0} = client;\n"


def take(out: Path) -> None:
    """Write the picture into a file; raises FileNotFoundError without Chromium."""
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
    if browser is None:
        raise FileNotFoundError("the picture needs Chromium")
    with tempfile.TemporaryDirectory() as directory:
        root, page = Path(directory) / "ledgerline", Path(directory) / "page.html"
        shutil.copytree(ROOT / "examples" / "monorepo", root)
        _run(root, "git", "init", "-q")
        _commit(root, date(2026, 3, 2))
        for week, folder in enumerate(FIXED, start=1):
            _change(root, folder)
            _commit(root, date(2026, 3, 2) + timedelta(weeks=week))
        _tool(root, "status", "--format", "html", "--history", "--exit-zero", "--output", str(page))
        _run(root, browser, *_OPTIONS, f"--user-data-dir={directory}/profile", f"--screenshot={out}", page.as_uri())


_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=5000"),
    f"--window-size={SIZE}",
)


def _change(root: Path, folder: str) -> None:
    """Fix a folder, or without one let a few references creep back."""
    if folder:
        _tool(root, "fix", "--allow-dirty", folder)
        return
    for number in range(9):
        (root / f"server/src/crept-{number}.ts").write_text(CREEP.format(number), encoding="utf-8")


def _commit(root: Path, day: date) -> None:
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{day}T12:00:00Z")
    who = ("-c", "user.name=ledgerline", "-c", "user.email=ledgerline@example.org")
    _run(root, "git", "add", "-A")
    _run(root, "git", *who, "commit", "-qm", f"Week of {day}", more=dates)


def _tool(root: Path, *arguments: str) -> None:
    more = {"PYTHONPATH": str(ROOT), "WORKFLOW_LS_NO_CACHE": "1"}
    subprocess.run(
        [sys.executable, "-m", "workflow_ls", *arguments],
        cwd=root,
        env={**os.environ, **more},
        stdout=subprocess.DEVNULL,
        check=False,  # findings that are left are no failure
    )


def _run(root: Path, *command: str, more: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=root, env={**os.environ, **(more or {})}, stderr=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    take(Path(sys.argv[1]) if sys.argv[1:] else OUT)
