"""The search, by both engines: what one finds, the other finds."""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import examples
from tests.vfs.trees import assert_reaped, executable, git, lay_out, needs_git, record_spawned
from workflow_ls.vfs.files import Query
from workflow_ls.vfs.searching import git_grep, walk
from workflow_ls.vfs.searching import search as scan

TS = (".ts",)
N = Query(TS, ("needle",))
HIT = "a needle"
Engine = Callable[[Path, list[Query]], list[str]]


def by_git(root: Path, queries: list[Query]) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "walk", lambda *_: pytest.fail("git did not answer"))
        search = scan.start(str(root), queries)
        return search.result()


def by_walk(root: Path, queries: list[Query]) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "find_git", lambda _: None)
        return scan.search(str(root), queries)


@pytest.fixture(params=[pytest.param(by_git, marks=needs_git), by_walk])
def search(request: pytest.FixtureRequest) -> Engine:
    engine: Engine = request.param
    return engine


@pytest.mark.parametrize(
    ("files", "queries", "expected"),
    [
        pytest.param({}, [N], [], id="empty workspace"),
        pytest.param({"a.ts": HIT}, [], [], id="no query"),
        pytest.param({"a.ts": HIT}, [Query((), ("needle",))], [], id="no ending"),
        pytest.param({"a.ts": "nothing"}, [N], [], id="no hit"),
        pytest.param({"b.ts": HIT, "x/a.ts": HIT, "a.ts": HIT}, [N], ["a.ts", "b.ts", "x/a.ts"], id="sorted"),
        pytest.param({"a.ts": HIT, "b.tsx": HIT, "c.md": HIT}, [Query((".ts", ".md"), ("needle",))], ["a.ts", "c.md"],
                     id="endings"),
        pytest.param({"a.ts": "one", "b.ts": "two", "c.ts": "three"}, [Query(TS, ("one", "two"))], ["a.ts", "b.ts"],
                     id="any of the needles"),
        pytest.param({"a.ts": "one two"}, [Query(TS, ("one",)), Query(TS, ("two",))], ["a.ts"], id="found once"),
        pytest.param({"a.ts": HIT, "a.TS": HIT, "b.ts": "NEEDLE"}, [N], ["a.ts"], id="case matters"),
        pytest.param({"package.json": "{}", "x/package.json": "{}", "x/y.json": "{}"}, [Query(("package.json",))],
                     ["package.json", "x/package.json"], id="whole names"),
        pytest.param({"a.ts": "", "b.ts": "\n", "c.ts": "x", "d.js": ""}, [Query(TS)], ["a.ts", "b.ts", "c.ts"],
                     id="no needle: also empty files"),
        pytest.param({"a.ts": "", "b.ts": "x"}, [Query(TS, ("y", ""))], ["a.ts", "b.ts"], id="an empty needle"),
        pytest.param({"a.ts": HIT, "x/b.ts": HIT, "x/y/c.ts": HIT, "xy/d.ts": HIT}, [Query(TS, ("needle",), "x")],
                     ["x/b.ts", "x/y/c.ts"], id="under a directory"),
        pytest.param({"a.ts": HIT, "x/y/c.ts": HIT, "x/z/d.ts": HIT},
                     [Query(TS, ("needle",), "x/y"), Query(TS, ("nothing",), "x/z")], ["x/y/c.ts"],
                     id="each query under its own directory"),
        pytest.param({"a.ts": HIT}, [Query(TS, ("needle",), "nowhere")], [], id="under nothing"),
        pytest.param({"app/[id]/a.ts": HIT, "app/i/a.ts": HIT}, [Query(TS, ("needle",), "app/[id]")],
                     ["app/[id]/a.ts"], id="under a name that looks like a set"),
        pytest.param({"a*.ts": HIT, "ab.ts": HIT}, [Query(("*.ts",), ("needle",))], ["a*.ts"],
                     id="an ending that looks like a pattern"),
        pytest.param({"a.ts": "x -e y", "b.ts": "--no-index"}, [Query(TS, ("-e", "--no"))], ["a.ts", "b.ts"],
                     id="needles that look like options"),
        pytest.param({"a.ts": "a.*b", "b.ts": "axxb"}, [Query(TS, ("a.*b",))], ["a.ts"], id="needles are no patterns"),
        pytest.param({"a.ts": "'é😀'", "b.ts": b"'\xe9'"}, [Query(TS, ("é😀",))], ["a.ts"], id="needles beyond ASCII"),
        pytest.param({"a.ts": b"\0\0 a needle", "b.ts": b"\xff\xfe needle \xff"}, [N], ["a.ts", "b.ts"],
                     id="binary files"),
        pytest.param({"node_modules/x/a.ts": HIT, "x/node_modules/a.ts": HIT, "node_modules_/a.ts": HIT}, [N],
                     ["node_modules_/a.ts"], id="node_modules"),
        pytest.param({"node_modules/x/a.ts": HIT}, [Query(TS, ("needle",), "node_modules/x")], [],
                     id="under node_modules"),
        pytest.param({".git/a.ts": HIT, "x/.git/a.ts": HIT, ".github/a.ts": HIT}, [N], [".github/a.ts"], id=".git"),
        pytest.param({"a b.ts": HIT, 'q"u.ts': HIT, "n\nl.ts": HIT, "é.ts": HIT, ":a.ts": HIT}, [N],
                     [":a.ts", "a b.ts", "n\nl.ts", 'q"u.ts', "é.ts"], id="names that want quoting"),
        pytest.param({".gitignore": "dist/\n*.gen.ts", "dist/a.ts": HIT, "x/dist/b.ts": HIT, "x/c.gen.ts": HIT,
                      "x/c.ts": HIT}, [N], ["x/c.ts"], id="ignored"),
        pytest.param({".gitignore": "*.ts\n!keep.ts", "a.ts": HIT, "x/keep.ts": HIT}, [N], ["x/keep.ts"],
                     id="ignored, with an exception"),
        pytest.param({".gitignore": "out/\n!out/a.ts", "out/a.ts": HIT}, [N], [],
                     id="no exception inside an ignored directory"),
        pytest.param({".gitignore": "*.ts", "x/.gitignore": "!*.ts", "a.ts": HIT, "x/b.ts": HIT, "x/y/c.ts": HIT}, [N],
                     ["x/b.ts", "x/y/c.ts"], id="nested .gitignore"),
        pytest.param({"x/.gitignore": "/a.ts", "a.ts": HIT, "x/a.ts": HIT, "x/y/a.ts": HIT}, [N],
                     ["a.ts", "x/y/a.ts"], id="relative to its .gitignore"),
        pytest.param({".gitignore": "*\n!*/\n!*.ts", "src/a.ts": HIT, "src/a.js": HIT},
                     [Query((".ts", ".js"), ("needle",))], ["src/a.ts"], id="everything ignored but some"),
        pytest.param({".gitignore": "x", "x/a.ts": HIT}, [Query(TS, ("needle",), "x")], [], id="under what is ignored"),
        pytest.param({".gitignore": b"\xef\xbb\xbfa.ts\r\n\xff.ts\r\n", "a.ts": HIT, "b.ts": HIT}, [N], ["b.ts"],
                     id=".gitignore with a byte order mark, line ends of Windows, and bytes"),
        pytest.param({".gitignore/": "", "a.ts": HIT}, [N], ["a.ts"], id=".gitignore is a directory"),
        pytest.param({"sub/.git/HEAD": "ref: refs/heads/main", "sub/.gitignore": "b.ts", "sub/a.ts": HIT,
                      "sub/b.ts": HIT}, [N], ["sub/a.ts"], id="a nested repository"),
        pytest.param({"sub/.git": "gitdir: ../elsewhere", "sub/a.ts": HIT}, [N], ["sub/a.ts"], id="a submodule"),
    ],
)  # fmt: skip
def test_search(
    search: Engine, tmp_path: Path, files: Mapping[str, bytes | str], queries: list[Query], expected: list[str]
) -> None:
    assert search(lay_out(tmp_path / "w", files), queries) == expected


def test_links_are_not_followed(search: Engine, tmp_path: Path) -> None:
    files = {"w/a.ts": HIT, "w/x/b.ts": HIT, "w/y/.gitignore": "", "outside/.gitignore": "b.ts", "outside/c.ts": HIT}
    links = {
        "w/link.ts": "a.ts",
        "w/z": "x",
        "w/out": "../outside",
        "w/gone.ts": "nowhere.ts",
        "w/loop": "loop",
        "w/x/.gitignore": "../../outside/.gitignore",
    }
    root = lay_out(tmp_path, files, links) / "w"
    assert search(root, [N, Query(TS)]) == ["a.ts", "x/b.ts"]
    assert search(root, [Query(TS, ("needle",), "z"), Query(TS, ("needle",), "out")]) == []


def test_pipes_are_not_read(search: Engine, tmp_path: Path) -> None:
    root = lay_out(tmp_path / "w", {"a.ts": HIT})
    os.mkfifo(root / "b.ts")
    assert search(root, [N, Query(TS)]) == ["a.ts"]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are UTF-8 on this system")
def test_names_that_are_not_utf8_are_passed_by(search: Engine, tmp_path: Path) -> None:
    root = lay_out(tmp_path / "w", {"a.ts": HIT})
    for name in (b"\xff.ts", b"\xe9/b.ts"):
        path = Path(os.fsdecode(os.fsencode(root) + b"/" + name))
        path.parent.mkdir(exist_ok=True)
        path.write_text(HIT)
    assert search(root, [N]) == ["a.ts"]


def test_a_root_that_is_a_link(search: Engine, tmp_path: Path) -> None:
    root = lay_out(tmp_path / "w", {"a.ts": HIT})
    (tmp_path / "link").symlink_to(root)
    assert search(tmp_path / "link", [N]) == ["a.ts"]


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    assert by_walk(tmp_path / "nowhere", [N]) == []
    assert scan.search(str(tmp_path / "nowhere"), [N]) == []


@needs_git
class TestRepository:
    """What the repository around the root has to say."""

    def test_a_tracked_file_that_is_ignored_is_passed_by(self, search: Engine, tmp_path: Path) -> None:
        lay_out(tmp_path, {".gitignore": "b.ts", "a.ts": HIT, "b.ts": HIT})
        git(tmp_path, "init")
        git(tmp_path, "add", "--force", ".")
        assert search(tmp_path, [N]) == ["a.ts"]

    def test_info_exclude(self, search: Engine, tmp_path: Path) -> None:
        git(tmp_path, "init")
        lay_out(tmp_path, {"a.ts": HIT, "b.ts": HIT, "x/b.ts": HIT, ".git/info/exclude": "/b.ts"})
        assert search(tmp_path, [N]) == ["a.ts", "x/b.ts"]

    def test_info_exclude_of_a_linked_work_tree(self, search: Engine, tmp_path: Path) -> None:
        lay_out(tmp_path / "main", {"a.ts": HIT, "b.ts": HIT})
        git(tmp_path / "main", "init")
        git(tmp_path / "main", "add", ".")
        git(tmp_path / "main", "commit", "-m", "x")
        git(tmp_path / "main", "worktree", "add", "../linked")
        (tmp_path / "main/.git/info/exclude").write_text("b.ts")
        assert search(tmp_path / "linked", [N]) == ["a.ts"]

    def test_a_root_below_the_top(self, search: Engine, tmp_path: Path) -> None:
        git(tmp_path, "init")
        files = {
            ".gitignore": "*.gen.ts\n/w/out\n/out2",
            "w/.gitignore": "b.ts",
            "a.ts": HIT,
            **{f"w/[x]/{path}": HIT for path in ("a.ts", "a.gen.ts", "b.ts", "c.ts", "out2/d.ts", "y/e.ts")},
            "w/out/f.ts": HIT,
            ".git/info/exclude": "c.ts",
        }
        lay_out(tmp_path, files)
        assert search(tmp_path / "w" / "[x]", [N]) == ["a.ts", "out2/d.ts", "y/e.ts"]
        assert search(tmp_path / "w" / "[x]", [Query(TS, ("needle",), "y")]) == ["y/e.ts"]

    @pytest.mark.parametrize("pattern", ["w", "/w/", "*", "w/*", "w/x"])
    def test_a_root_that_is_ignored_is_searched(self, search: Engine, tmp_path: Path, pattern: str) -> None:
        git(tmp_path, "init")
        lay_out(tmp_path, {".gitignore": pattern, "w/x/a.ts": HIT, "w/x/.gitignore": "b.ts", "w/x/b.ts": HIT})
        assert search(tmp_path / "w" / "x", [N]) == ["a.ts"]

    def test_a_root_inside_node_modules_is_searched(self, search: Engine, tmp_path: Path) -> None:
        git(tmp_path, "init")
        lay_out(tmp_path, {"node_modules/x/a.ts": HIT, "node_modules/x/node_modules/b.ts": HIT})
        assert search(tmp_path / "node_modules" / "x", [N]) == ["a.ts"]

    @pytest.mark.parametrize("setting", ["file", "variables"])
    def test_the_settings_of_the_user_change_nothing(
        self, search: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
    ) -> None:
        ignore = tmp_path / "ignore"
        ignore.write_text("a.ts")
        values = {
            "core.excludesFile": str(ignore),
            "core.ignoreCase": "true",
            "core.quotePath": "true",
            "color.ui": "always",
            "submodule.recurse": "true",
            "grep.lineNumber": "true",
            "grep.patternType": "perl",
            "grep.fallbackToNoIndex": "false",
        }
        root = lay_out(tmp_path / "w", {".gitignore": "A.TS", "a.ts": "a.b", "é.ts": "a.b", "c.ts": "axb"})
        git(root, "init")
        if setting == "file":
            for name, value in values.items():
                git(root, "config", "--file", str(tmp_path / ".gitconfig"), name, value)
            monkeypatch.setenv("HOME", str(tmp_path))
            monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
        else:
            monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(values)))
            for at, (name, value) in enumerate(values.items()):
                monkeypatch.setenv(f"GIT_CONFIG_KEY_{at}", name)
                monkeypatch.setenv(f"GIT_CONFIG_VALUE_{at}", value)
        assert search(root, [Query(TS, ("a.b",))]) == ["a.ts", "é.ts"]

    def test_the_environment_of_a_hook_changes_nothing(
        self, search: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = lay_out(tmp_path / "w", {"a.ts": HIT})
        git(root, "init")
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_LITERAL_PATHSPECS", "GIT_TRACE", "GIT_PREFIX"):
            monkeypatch.setenv(name, "1")
        assert search(root, [N]) == ["a.ts"]

    def test_nothing_of_the_workspace_runs(
        self, search: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = lay_out(tmp_path / "w", {"a.ts": HIT, ".gitattributes": "*.ts diff=evil filter=evil\n"})
        git(root, "init")
        script = executable(root / "evil", f"echo ran >> {tmp_path}/ran; cat")
        executable(root / "node_modules" / ".bin" / "git", f"echo ran >> {tmp_path}/ran; exit 1")
        settings = (
            "core.fsmonitor",
            "core.pager",
            "core.alternateRefsCommand",
            "diff.evil.textconv",
            "filter.evil.clean",
        )
        for setting in settings:
            git(root, "config", setting, str(script))
        git(root, "config", "alias.grep", f"!{script}")
        monkeypatch.setenv("PATH", f"{root}/node_modules/.bin{os.pathsep}.{os.pathsep}{os.environ['PATH']}")
        monkeypatch.chdir(root)
        assert search(root, [N, Query(TS)]) == ["a.ts"]
        assert not (tmp_path / "ran").exists()
        monkeypatch.undo()
        git(root, "status")
        assert (tmp_path / "ran").exists(), "the trap does not work"


@needs_git
@pytest.mark.parametrize(
    "script",
    [
        pytest.param("exit 128", id="fails at once"),
        pytest.param(r"printf 'b.ts\0'; exit 128", id="fails midway"),
        pytest.param(r"printf 'b.ts\0'; kill -9 $$", id="killed midway"),
        pytest.param("exit 129", id="does not know an option"),
    ],
)
def test_the_walk_answers_where_git_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    root = lay_out(tmp_path / "w", {"a.ts": HIT, "b.ts": ""})
    monkeypatch.setenv("PATH", str(executable(tmp_path / "bin" / "git", script).parent))
    assert scan.search(str(root), [N]) == ["a.ts"]


def test_the_walk_answers_where_git_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lay_out(tmp_path / "w", {"a.ts": HIT})
    broken = executable(tmp_path / "bin" / "git", "")
    broken.write_bytes(b"\x7fELF, but not really")
    monkeypatch.setenv("PATH", str(broken.parent))
    assert scan.search(str(root), [N]) == ["a.ts"]


def test_the_walk_answers_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lay_out(tmp_path / "w", {"a.ts": HIT})
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert scan.search(str(root), [N]) == ["a.ts"]


@pytest.mark.parametrize("query", [Query(TS, ("one\ntwo",)), Query(TS, ("one\0two",))])
def test_the_walk_answers_what_git_cannot_be_asked(tmp_path: Path, query: Query) -> None:
    root = lay_out(tmp_path, {"a.ts": "one\ntwo", "b.ts": "one", "c.ts": b"one\0two"})
    assert scan.search(str(root), [query]) == (["a.ts"] if "\n" in query.needles[0] else ["c.ts"])


@pytest.mark.parametrize("piece", range(1, 9))
def test_the_walk_finds_a_needle_wherever_a_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(walk, "_PIECE", piece)
    root = lay_out(tmp_path, {"a.ts": "12345needle678", "b.ts": "needl", "c.ts": "needneedle", "d.ts": "x", "e.ts": ""})
    assert by_walk(root, [N]) == ["a.ts", "c.ts"]
    assert by_walk(root, [Query(TS, ("x",))]) == ["d.ts"]


def test_start_does_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lay_out(tmp_path / "w", {"a.ts": HIT, "from git.ts": HIT})
    os.mkfifo(tmp_path / "answer")
    fake = executable(tmp_path / "bin" / "git", f"exec /bin/cat {tmp_path}/answer")
    monkeypatch.setenv("PATH", str(fake.parent))
    under_way = scan.start(str(root), [N])
    (tmp_path / "answer").write_bytes(b"from git.ts\0")  # opens only when the fake git reads it
    assert under_way.result() == ["from git.ts"]


def test_cancel_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lay_out(tmp_path / "w", {"a.ts": HIT})
    fake = executable(tmp_path / "bin" / "git", "exec /bin/sleep 600")
    monkeypatch.setenv("PATH", str(fake.parent))
    started = record_spawned(monkeypatch)
    under_way = scan.start(str(root), [N, N])
    under_way.cancel()
    assert len(started) == 2
    assert_reaped(started)
    assert under_way.result() == []


def test_a_git_that_hung_is_left_alone_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, other = lay_out(tmp_path / "w", {"a.ts": HIT}), lay_out(tmp_path / "o", {"b.ts": HIT})
    fake = executable(tmp_path / "bin" / "git", "exec /bin/sleep 600")
    monkeypatch.setenv("PATH", str(fake.parent))
    monkeypatch.setattr(git_grep, "TIMEOUT_SECONDS", 0.05)
    started = record_spawned(monkeypatch)
    assert scan.search(str(root), [N]) == scan.search(str(root), [N]) == ["a.ts"]
    assert len(started) == 1
    assert scan.search(str(other), [N]) == ["b.ts"]
    assert len(started) == 2
    monkeypatch.setattr(scan, "_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(scan, "_hung", {})
    assert scan.search(str(root), [N]) == scan.search(str(root), [N]) == ["a.ts"]
    assert len(started) == 4
    assert_reaped(started)


NAMES = ["a", "b", "ab", "src", "[x]", "a b", ".h"]
LEAVES = ["x.ts", "y.ts", "x.gen.ts", "a", "x.ts ", "é.ts"]
PATTERNS = [
    *("a", "b", "*", "**", "src", "*.ts", "x.*", "?", "[ab]", "[!a]", "[^b]", "[a-c]*", "a**", "**a", "***", "x.ts"),
    *("x.ts ", "\\!x", "\\#a", "a b", "x.ts\\ ", "\\[x]", "[x]", "[[:alpha:]]", "[[:digit:]a]", "[]a]", "[a", "a\\"),
    *("é*", "?.ts"),
]


@st.composite
def patterns(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3))
    front = draw(st.sampled_from(["", "", "", "!", "/", "!/", "#", "**/"]))
    back = draw(st.sampled_from(["", "", "", "/", "/**", " ", "\r"]))
    return front + "/".join(parts) + back


@needs_git
@given(st.lists(st.tuples(st.integers(0, 5), st.lists(patterns(), min_size=1, max_size=5)), max_size=4), st.integers())
@settings(max_examples=examples(60))
def test_both_engines_agree(ignored: list[tuple[int, list[str]]], seed: int) -> None:
    chance = random.Random(seed)
    directories = [""]
    for _ in range(6):
        directories.append(chance.choice(directories) + chance.choice(NAMES) + "/")
    files = {
        directory + name: chance.choice([HIT, ""]) for directory in directories for name in chance.sample(LEAVES, 3)
    }
    files = {path: content for path, content in files.items() if path + "/" not in directories}
    files |= {f"{directories[at]}.gitignore": "\n".join(lines) for at, lines in ignored}
    queries = [N, Query((" ", "é.ts")), Query(("a", "s"), ("needle",), directories[-1].rstrip("/"))]
    with tempfile.TemporaryDirectory() as directory:
        root = lay_out(Path(directory), files)
        assert by_git(root, queries) == by_walk(root, queries)
