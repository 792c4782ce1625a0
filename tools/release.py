"""Makes a release: dates it in the changelogs, tags it, and begins the next version.

    python -m tools.release NEXT

The version in `workflow_ls/__init__.py` is that of the release that comes next.  Two commits and a tag are made;
nothing is pushed.  Pushing the tag starts `.github/workflows/release.yml`, which builds and publishes everything.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

from workflow_ls import __version__

ROOT = Path(__file__).parent.parent
CHANGELOGS = ("CHANGELOG.md",)
# Each file with the version, and the text around it; the packages of npm take it from the first.
VERSIONED = {
    "workflow_ls/__init__.py": ('__version__ = "{}"', 1),
    "editors/vscode/package.json": ('  "version": "{}",', 1),
    "editors/vscode/package-lock.json": ('"version": "{}",', 2),
    "editors/zed/extension.toml": ('version = "{}"', 1),
    "editors/zed/Cargo.toml": ('version = "{}"', 1),
}
# Each file that shows a user the version to write.
SHOWN = ("editors/README.md", "docs/how-to/hold-the-line.md")


class NotReadyError(Exception):
    """The release can't be made; the text says why, and what to do."""


def date_changelog(text: str, version: str, today: dt.date) -> str:
    """A changelog with the date of today at a version; raises NotReadyError if that is not the one to be released."""
    heading = f"## {version} (unreleased)\n"
    if heading not in text:
        raise NotReadyError(f'a changelog has no "{heading.strip()}". Correct its first heading.')
    return text.replace(heading, f"## {version} ({today.isoformat()})\n", 1)


def begin_changelog(text: str, version: str) -> str:
    """A changelog with an empty section for a version, above all others."""
    return text.replace("\n## ", f"\n## {version} (unreleased)\n\n## ", 1)


def with_version(path: str, text: str, old: str, new: str) -> str:
    """The text of a file of `VERSIONED` with another version; raises NotReadyError if it does not have the old one."""
    around, times = VERSIONED[path]
    before = around.format(old)
    if text.count(before) < times:
        raise NotReadyError(f"{path} lacks `{before.strip()}`. Write it there.")
    return text.replace(before, around.format(new), times)


def release(root: Path, version: str, following: str, today: dt.date) -> None:
    """Commit and tag a version, and commit the beginning of the following one; raises NotReadyError."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", following) or _parts(following) <= _parts(version):
        raise NotReadyError(f'"{following}" is no version after {version}. Write one, as in `make release NEXT=0.2.0`.')
    if _git(root, "status", "--porcelain"):
        raise NotReadyError("there are uncommitted changes. Commit or stash them.")
    if _git(root, "tag", "--list", f"v{version}"):
        raise NotReadyError(f"there is a tag v{version} already. Set the version in workflow_ls/__init__.py.")
    dated = {path: date_changelog(_read(root, path), version, today) for path in CHANGELOGS}
    begun = {path: begin_changelog(text, following) for path, text in dated.items()}
    begun |= {path: with_version(path, _read(root, path), version, following) for path in VERSIONED}
    shown = {path: re.sub(r"(@|rev: )v\d+\.\d+\.\d+", rf"\1v{version}", _read(root, path)) for path in SHOWN}
    _commit(root, {**dated, **shown}, f"Release {version}\n\nThe changelogs have its date.")
    _git(root, "tag", "--annotate", f"v{version}", "--message", f"workflow-ls {version}")
    _commit(root, begun, f"Begin {following}\n\nWhat lands from here on is in the release after {version}.")


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _read(root: Path, path: str) -> str:
    return (root / path).read_text(encoding="utf-8")


def _commit(root: Path, files: dict[str, str], message: str) -> None:
    for path, text in files.items():
        (root / path).write_text(text, encoding="utf-8", newline="\n")
    _git(root, "commit", "--quiet", "--message", message, "--", *files)


def _git(root: Path, *arguments: str) -> str:
    run = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise NotReadyError(f"git {arguments[0]} failed: {run.stderr.strip()}")
    return run.stdout.strip()


def main(arguments: list[str]) -> int:
    """Make the release; returns the exit code."""
    try:
        release(ROOT, __version__, arguments[0] if arguments else "", dt.datetime.now(tz=dt.timezone.utc).date())
    except NotReadyError as error:
        print(f"Nothing was released: {error}", file=sys.stderr)
        return 1
    print(f"v{__version__} is tagged. Next: git push --follow-tags")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
