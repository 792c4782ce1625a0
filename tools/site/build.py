"""Builds the documentation site into dist/site, from the pages as they are in the repository.

    python -m tools.site.build [OUT]
    python -m tools.site.build --list    # the pages, for other checks

The pages keep their places, so that a link works in a checkout, on a code host and on the site.  A link to what is no
page (a source, a folder) leads to the repository.  Zensical fails on a link or an anchor that is missing (`--strict`).
"""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CONFIG = Path(__file__).parent / "zensical.toml"
# The folders and files with pages, and with the pictures that these show.
SOURCES = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "ARCHITECTURE.md",
    "bench",
    "docs",
    "editors",
    "examples",
    "npm",
    "workflow_ls/rules/pages",
    "tests/faults",
    "tests/conformance",
    "tools",
)
NO_PAGES = ("examples/monorepo/docs", "node_modules", "out", "server")
PICTURES = (".png", ".svg", ".gif", ".webp")
_LINK = re.compile(r"(\]\()([^)\s]+)((?: \"[^\"]*\")?\))")


def pages() -> list[str]:
    """The pages and pictures of the site, as paths from the root of the repository."""
    found = list[str]()
    for source in SOURCES:
        start = ROOT / source
        paths = [start] if start.is_file() else sorted(start.rglob("*"))
        names = [path.relative_to(ROOT).as_posix() for path in paths if path.suffix in (".md", *PICTURES)]
        found += [name for name in names if not _is_left_out(name)]
    return found


def _is_left_out(name: str) -> bool:
    return any(f"/{part}/" in f"/{name}" for part in NO_PAGES)


def for_the_site(name: str, text: str, known: Iterable[str], repository: str) -> str:
    """A page whose links to what is not on the site lead to the repository."""
    there = {*known}

    def follow(link: re.Match[str]) -> str:
        before, target, after = link.groups()
        if re.match(r"[a-z]+:|#", target):
            return link[0]
        path, _, anchor = target.partition("#")
        resolved = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        if resolved in there:
            return link[0]
        if f"{resolved}/README.md" in there:
            return f"{before}{path.rstrip('/')}/README.md{after}"
        kind = "tree" if (ROOT / resolved).is_dir() else "blob"
        return f"{before}{repository}/{kind}/main/{resolved}{f'#{anchor}' if anchor else ''}{after}"

    return _LINK.sub(follow, text)


def build(out: Path) -> None:
    """Write the site; raises CalledProcessError where Zensical finds something wrong, which it prints."""
    [repository] = re.findall(r'^repo_url = "(.*)"$', CONFIG.read_text(encoding="utf-8"), re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        shutil.copy(CONFIG, site / "zensical.toml")
        names = pages()
        for name in names:
            target = site / "docs" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if name.endswith(".md"):
                text = (ROOT / name).read_text(encoding="utf-8")
                target.write_text(for_the_site(name, text, names, repository), encoding="utf-8")
            else:
                shutil.copy(ROOT / name, target)
        subprocess.run([sys.executable, "-m", "zensical", "build", "--strict"], cwd=site, check=True)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(site / "site", out)


def main(arguments: list[str]) -> None:
    """Build the site, or list its pages."""
    if arguments == ["--list"]:
        print("\n".join(name for name in pages() if name.endswith(".md")))
    else:
        build(Path(arguments[0] if arguments else ROOT / "dist" / "site").resolve())


if __name__ == "__main__":
    main(sys.argv[1:])
