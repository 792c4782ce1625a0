"""The links in the documentation: each leads to a file of this repository, and to a heading that is there."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parent.parent.parent
SKIPPED = {".venv", "node_modules", ".git", "out", ".hypothesis", ".pytest_cache"}
PAGES = [path for path in sorted(ROOT.rglob("*.md")) if not SKIPPED & {*path.relative_to(ROOT).parts}]
LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)(?: \"[^\"]*\")?\)")
FENCE = re.compile(r"^( *)(```|~~~).*?^\1\2", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"L\d+(?:-L\d+)?")


def prose(path: Path) -> str:
    """A page without its code."""
    return re.sub(r"`[^`\n]*`", "`code`", FENCE.sub("", path.read_text(encoding="utf-8")))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ +(.*?) *$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (page.parent / name).resolve() if name else page
        known = not anchor or LINE.fullmatch(anchor) or (target.suffix == ".md" and anchor in anchors(target))
        if not target.exists() or not known:
            broken.append(link)
    assert broken == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A `b`: c\n\n[a](#a-b-c) [b](page.md#a) [c](no.md)\n\n```\n[d](no.md)\n```\n")
    assert LINK.findall(prose(page)) == ["#a-b-c", "page.md#a", "no.md"]
    assert anchors(page) == {"a-b-c"}
