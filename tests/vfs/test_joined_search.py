"""Several searches in one: each finds what it finds alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflow_ls.vfs.disk import DiskFiles
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.git.git_process import find_git

SEARCHES = (
    (Query(("package.json",), ('"imports"',)),),
    (Query((".json",), ('"paths"', "alias")), Query((".html",), ("map",))),
    (Query(("build.ts",), ("alias",)),),
    (Query((".toml",), ("nothing",)),),
)
FILES = {
    "package.json": '{ "imports": {}, "alias": 1 }',
    "app/package.json": '{ "name": "app" }',
    "app/tsconfig.json": '{ "paths": {} }',
    "app/build.ts": "alias",
    "app/rebuild.ts": "alias map",
    "app/index.html": "a map",
    "app/out/package.json": '{ "imports": {} }',
    "app/.gitignore": "out\n",
    "node_modules/x/package.json": '{ "imports": {} }',
    "strange\u00e9.json": "alias",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture(params=["git", "walk"])
def starts(request: pytest.FixtureRequest, root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The processes of git that were started."""
    made = list[str]()
    if request.param == "walk":
        monkeypatch.setenv("PATH", "/nonexistent")
    elif find_git(str(root)) is None:
        pytest.skip("git is not installed")
    return made


@pytest.mark.usefixtures("starts")
def test_each_finds_what_it_finds_alone(root: Path) -> None:
    alone = [[*DiskFiles(root).search(queries)] for queries in SEARCHES]
    assert alone[:3] == [
        ["package.json"],
        ["app/index.html", "app/tsconfig.json", "package.json", "strangeé.json"],
        ["app/build.ts", "app/rebuild.ts"],
    ]
    joined = DiskFiles(root)
    joined.join(SEARCHES)
    assert [[*joined.search(queries)] for queries in SEARCHES] == alone


def test_what_changes_before_the_first_look_is_found_anew(root: Path) -> None:
    joined = DiskFiles(root)
    joined.join(SEARCHES)
    (root / "app/package.json").write_text('{ "imports": {} }')
    joined.reread(["app/package.json"])
    assert [*joined.search(SEARCHES[0])] == ["app/package.json", "package.json"]


def test_one_process_searches(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workflow_ls.vfs.searching import search

    made, start = list[int](), search.start

    def counted(root: str, queries: tuple[Query, ...]) -> search.Search:
        made.append(len(queries))
        return start(root, queries)

    monkeypatch.setattr("workflow_ls.vfs.searching.known_searches.start", counted)
    joined = DiskFiles(root)
    joined.join(SEARCHES)
    for queries in SEARCHES:
        joined.search(queries)
    assert made == [1]


def test_a_file_that_can_not_be_read_is_left_to_each(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [[*DiskFiles(root).search(queries)] for queries in SEARCHES]
    joined = DiskFiles(root)
    joined.join(SEARCHES)
    monkeypatch.setattr("workflow_ls.vfs.disk.read_file", lambda _: (None, "it is gone"))
    assert [[*joined.search(queries)] for queries in SEARCHES] == alone
