"""Keys in an editor: what a key costs does not grow with the monorepo"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.checks import open_project
from tests.work import count_work
from workflow_ls.analysis import Analysis
from workflow_ls.project.queries.database import Component, Database, query
from workflow_ls.project.queries.nodes import DependencyNode, QueryNode
from workflow_ls.syntax.parser import Source, parse
from workflow_ls.vfs.files import MemoryFiles

CLIENT = "@shared/workflow/runtime/client"
APP = "packages/a/src/app.ts"
TESTED = f"import {{ client }} from '{CLIENT}';\nexport const run = () => client;\n"
MOCKING = f"vi.mock('{CLIENT}', () => ({{ client: 1 }}));\nimport {{ run }} from './app';\nrun();\n"
MANIFEST, CONFIGURATION = "packages/a/package.json", "packages/a/tsconfig.json"
LEGACY = "shared/workflow/runtime/client.ts"
ONE_TEST = "packages/a/src/f1.test.ts"


class Typist:
    """Somebody who types in one file of a workspace, as an editor reports it."""

    def __init__(self, analysis: Analysis, path: str) -> None:
        files = analysis.workspace.files.untracked
        assert isinstance(files, MemoryFiles)
        self.analysis, self.path, self._files = analysis, path, files
        self._source: Source = parse(files.read(path) or b"", path, is_open=True)
        self._put()

    @property
    def text(self) -> bytes:
        """What the file says."""
        return self._source.raw

    def type(self, text: str, at: int) -> None:
        """Type a text in one go, and look at the findings of the file."""
        raw = self._source.raw
        self._source = self._source.edited(raw[:at] + text.encode() + raw[at:])
        self._put()

    def _put(self) -> None:
        workspace, source = self.analysis.workspace, self._source
        self.analysis.discard_findings(self.path)
        workspace.context.parsed.open[self.path] = source
        workspace.put(self.path, lambda: self._files.put(self.path, source.raw))
        self.analysis.check_file(self.path)


def monorepo(size: int) -> Analysis:
    """A module that many tests load and mock, and many packages beside it."""
    tests = "".join(f"//- /packages/a/src/f{n}.test.ts\n{MOCKING}\n" for n in range(size))
    others = "".join(
        f"//- /packages/p{n}/src/g.ts\nimport {{ run }} from '../../a/src/app';\n{TESTED}" for n in range(size)
    )
    config = '//- /packages/a/tsconfig.json\n{ "compilerOptions": {} }\n'
    text = f'//- /packages/a/package.json\n{{ "name": "@x/a" }}\n{config}//- /{APP}\n{TESTED}\n{tests}{others}'
    analysis = Analysis(open_project(text)[1])
    for path in analysis.paths():
        analysis.check_file(path)
    return analysis


class _Work(NamedTuple):
    """What a key takes: the queries that are computed, and the lines of the program that run."""

    queries: int
    lines: int


def cost(size: int, path: str, key: str, monkeypatch: pytest.MonkeyPatch) -> _Work:
    """The work of a key, after some others."""
    typist = Typist(monorepo(size), path)
    at = len(typist.text)
    for _ in range(3):
        typist.type(key, at)
    computed, compute = list[str](), Database._compute

    def counted(self: Database, made: QueryNode, args: tuple[Any, ...]) -> tuple[Any, tuple[DependencyNode, ...]]:
        computed.append(made.name)
        return compute(self, made, args)

    with monkeypatch.context() as patched:
        patched.setattr(Database, "_compute", counted)
        lines = count_work(lambda: typist.type(key, at))
    return _Work(len(computed), lines)


@pytest.mark.parametrize("key", ["x", "\n", "(", "`", "/* ", "'"])
@pytest.mark.parametrize("path", [APP, ONE_TEST, LEGACY])
def test_a_key_in_a_source(path: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in a module that many tests load, in a test, or in a legacy module -> no query more in a larger monorepo.

    What is fixed together is one finding's edit, so that each file of a group adds some lines.
    """
    few, many = (cost(size, path, f"\n{key}", monkeypatch) for size in (15, 60))
    assert many.queries == few.queries
    assert many.lines < few.lines + 45 * 250


@pytest.mark.parametrize("path", [MANIFEST, CONFIGURATION])
def test_a_key_in_a_manifest_or_configuration(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """White space is typed in a manifest or in a configuration of TypeScript -> the same in a larger monorepo."""
    few, many = (cost(size, path, " ", monkeypatch) for size in (15, 60))
    assert many.queries == few.queries
    assert many.lines < few.lines + 45 * 40  # for each further file of the package


class _Lengths(Component):
    """A query of one file, which another one of the same file sums up, and one of all files that reads the sum."""

    computed: list[str]

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.computed = []

    @query
    def words(self, path: str) -> tuple[str, ...]:
        self.computed.append("words")
        return tuple((self.files.read(path) or b"").decode().split())

    @query
    def count(self, path: str) -> int:
        self.computed.append("count")
        return len(self.words(path))

    @query
    def all(self) -> int:
        self.computed.append("all")
        return sum(self.count(f"many/{name}") for name in self.files.entries("many"))


def _counting() -> tuple[_Lengths, Callable[[str], None]]:
    workspace = open_project("//- /many/a.txt\none two\n//- /many/b.txt\nthree\n")[1]
    files = workspace.files.untracked
    assert isinstance(files, MemoryFiles)
    counting = workspace.component(_Lengths)
    workspace.put("many/a.txt", lambda: files.put("many/a.txt", b"one two\n"))
    assert counting.all() == 3
    counting.computed.clear()
    return counting, lambda text: workspace.put("many/a.txt", lambda: files.put("many/a.txt", text.encode()))


def test_what_reads_an_equal_summary_is_not_even_marked() -> None:
    """A key leaves the summary of a file equal -> nothing that reads the summary is marked, or verified."""
    counting, put = _counting()
    put("one  three\n")
    (memo,) = counting.database.memos[_Lengths.all.query].values()  # type: ignore[attr-defined]  # set by `query`
    assert memo.state == 0
    assert counting.all() == 3
    assert counting.computed == ["words", "count"]


def test_what_reads_another_summary_is_computed_anew() -> None:
    """A key changes the summary of a file -> what reads it follows, whatever is looked up first."""
    counting, put = _counting()
    for text, expected in (("one\n", 2), ("one two three\n", 4), ("", 1)):
        put(text)
        assert counting.all() == expected
    put("1 2 3 4")
    put("1 2")
    assert counting.count("many/a.txt") == 2
    assert counting.all() == 3
