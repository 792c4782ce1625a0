"""How many searches the files with findings take: each goes through the whole tree, whatever it finds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks import open_project
from tests.strategies import examples
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.candidate_search import candidate_queries, further_queries
from workflow_ls.vfs.files import CODE_EXTENSIONS, MemoryFiles, Query

TABLE = builtin_table()


def aliased(*names: str) -> str:
    """Packages, each with an alias of its own into the legacy tree and one file that uses it."""
    return "\n".join(
        f"""//- /packages/{name}/package.json
{{ "name": "{name}", "imports": {{ "#{name}/*": "../../shared/workflow/*" }} }}
//- /packages/{name}/vitest.config.ts
export default {{ resolve: {{ alias: {{ '@shared': '../../shared' }} }} }};
//- /packages/{name}/a.ts
import '@shared/workflow/runtime/client';"""
        for name in names
    )


def test_aliases_that_the_first_search_covers_take_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = list[Sequence[Query]]()
    workspace = open_project(aliased("one", "two", "three"))[1]
    search = MemoryFiles.search

    def counted(self: MemoryFiles, queries: Sequence[Query]) -> Sequence[str]:
        searched.append(queries)
        return search(self, queries)

    monkeypatch.setattr(MemoryFiles, "search", counted)
    found = workspace.sources.candidates()
    assert {f"packages/{name}/a.ts" for name in ("one", "two", "three")} <= set(found)
    assert tuple(candidate_queries(workspace.table)) in searched
    assert not [query for queries in searched for query in queries if "'@shared/workflow" in query.needles]


@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        pytest.param([], [], id="none"),
        pytest.param([Query((".ts",), ("'@shared/workflow/x",))], [], id="known"),
        pytest.param([Query((".ts",), ("'~/x", "'@shared/workflow"))], [Query((".ts",), ("'~/x",))], id="partly known"),
        pytest.param([Query((".ts",), ("'~/a",)), Query((".ts",), ("'~/b",))], [Query((".ts",), ("'~/a", "'~/b"))],
                     id="joined"),
        pytest.param([Query((".ts",), ("'~/a",), "p"), Query((".ts",), ("'~/a",))], [Query((".ts",), ("'~/a",))],
                     id="found above"),
        pytest.param([Query((".ts",), ("'~/a",), "p"), Query((".js",), ("'~/a",))],
                     [Query((".ts",), ("'~/a",), "p"), Query((".js",), ("'~/a",))], id="other endings"),
        pytest.param([Query((".ts",), (), "p")], [Query((".ts",), (), "p")], id="all files"),
    ],
)  # fmt: skip
def test_further_searches(queries: list[Query], expected: list[Query]) -> None:
    assert list(further_queries(TABLE, queries)) == expected


NEEDLES = st.sampled_from(["'~/a", "'~/b", "'@shared/workflow", "`@shared/workflow/runtime", "#x", "./"])
TEXTS = st.lists(st.sampled_from(["'~/a'", "'~/b'", "'@shared/workflow/runtime'", "#x", "./y", "none"]), max_size=3)
PATHS = st.sampled_from(["a.ts", "p/a.ts", "p/q/b.tsx", "r/c.js", "p/d.json"])
QUERIES = st.builds(
    Query,
    st.sampled_from([(".ts",), (".ts", ".tsx"), CODE_EXTENSIONS]),
    st.lists(NEEDLES, min_size=1, max_size=3).map(tuple),
    st.sampled_from(["", "p", "p/q", "r"]),
)


@given(st.dictionaries(PATHS, TEXTS.map(lambda parts: " ".join(parts).encode())), st.lists(QUERIES, max_size=4))
@settings(max_examples=examples(400))
def test_all_searches_together_find_the_same(texts: dict[str, bytes], queries: list[Query]) -> None:
    files, first = MemoryFiles(texts), candidate_queries(TABLE)
    more = further_queries(TABLE, queries)
    assert {*files.search(first), *files.search(more)} == set(files.search((*first, *queries)))
