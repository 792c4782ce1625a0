"""The documentation site: each page is in its menu, and a link to what is no page leads to the repository."""

from __future__ import annotations

import re

import pytest

from tools.site.build import CONFIG, ROOT, for_the_site, pages

NAVIGATION = re.findall(r'"([^"]+\.md)"', CONFIG.read_text(encoding="utf-8"))
HOST = "https://host.example/project"


def test_the_menu_has_each_page_of_the_documentation_once() -> None:
    documentation = [name for name in pages() if name.startswith(("docs/", "workflow_ls/")) and name.endswith(".md")]
    assert sorted(name for name in NAVIGATION if name.startswith(("docs/", "workflow_ls/"))) == sorted(documentation)


def test_the_menu_has_nothing_else() -> None:
    assert [name for name in NAVIGATION if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("../reference/rules.md", "../reference/rules.md"),
        ("../reference/rules.md#a", "../reference/rules.md#a"),
        ("#here", "#here"),
        ("https://example.org/a.md", "https://example.org/a.md"),
        ("../../action.yml", f"{HOST}/blob/main/action.yml"),
        ("../../Makefile#L3", f"{HOST}/blob/main/Makefile#L3"),
        ("../../workflow_ls", f"{HOST}/tree/main/workflow_ls"),
        ("../../editors/", "../../editors/README.md"),
    ],
)
def test_a_link(link: str, expected: str) -> None:
    known = ["docs/start/tour.md", "docs/reference/rules.md", "editors/README.md"]
    text = for_the_site("docs/start/tour.md", f'See [a `b`]({link}), and ![c]({link} "d").', known, HOST)
    assert text == f'See [a `b`]({expected}), and ![c]({expected} "d").'
