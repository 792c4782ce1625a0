from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from workflow_ls.config.table import Table
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.config.table_records import ModuleRow, NameRow, TargetPackage

NEW = "@alga-psa/workflows"
TABLE = builtin_table()
SURFACES = (
    "runtime",
    "workers",
    "persistence",
    "bundle",
    "streams",
    "expression-authoring",
    "secrets",
    "services",
    "types",
    "actions",
    "adapters",
)


def small(*rows: tuple[str, str | list[str]], names: tuple[NameRow, ...] = ()) -> Table:
    canonical = TargetPackage("@x/new", "new", "src")
    return Table(
        canonical,
        (canonical, TargetPackage("more", "libs/more", ""), TargetPackage("@x/shared", "shared", "")),
        ("@x/shared/old", "~old"),
        "shared/old",
        None,
        tuple(ModuleRow(module, (to,) if isinstance(to, str) else tuple(to), f"row {module}") for module, to in rows),
        names,
    )


@pytest.mark.parametrize(
    "specifier",
    [
        "@shared/workflows",
        "@shared/workflow-x",
        "@shared/workflow-x/runtime",
        "@shared/workflow.ts",
        "@shared",
        "@shared/lib/workflow",
        "@alga-psa/shared",
        "@alga-psa/shared/workflows/runtime",
        "@alga-psa/workflows",
        "@alga-psa/workflows/runtime",
        "x@shared/workflow",
        "./@shared/workflow",
        "shared/workflow",
        "../shared/workflow/runtime",
        "@shared/workflow/..",
        "@shared/workflow/../lib/x",
        "@shared/workflow/runtime/../../../x",
        "@Shared/workflow",
        "",
    ],
)
def test_look_alikes_are_not_legacy(specifier: str) -> None:
    assert TABLE.module_of(specifier) is None


NORMALIZED = [
    ("", ""),
    ("/", ""),
    ("/index", ""),
    ("/index.ts", ""),
    ("/runtime", "runtime"),
    ("/runtime/", "runtime"),
    ("/runtime/index", "runtime"),
    ("/runtime/index.js", "runtime"),
    ("/runtime//types", "runtime/types"),
    ("/./runtime/./types", "runtime/types"),
    ("/runtime/../streams", "streams"),
    ("/runtime/index/..", "runtime"),
    ("/index/index", "index"),
    ("/reindex", "reindex"),
    ("/runtime/types.test", "runtime/types.test"),
    ("/runtime/types.test.ts", "runtime/types.test"),
    ("/runtime/a.json", "runtime/a.json"),
    ("/runtime/.ts", "runtime/.ts"),
    ("/runtime/.js", "runtime/.js"),
    *(
        (f"/runtime/types{ending}", "runtime/types")
        for ending in (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts", ".d.mts", ".d.cts")
    ),
]


@pytest.mark.parametrize("root", TABLE.roots)
@pytest.mark.parametrize(("below", "module"), NORMALIZED)
def test_a_legacy_specifier_names_its_module(root: str, below: str, module: str) -> None:
    assert TABLE.module_of(root + below) == module


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("shared/workflow", ""),
        ("shared/workflow/index.ts", ""),
        ("shared/workflow/streams/index.ts", "streams"),
        ("shared/workflow/streams", "streams"),
        ("shared/workflow/runtime/types.d.ts", "runtime/types"),
        ("shared/workflow/../lib/x.ts", None),
        ("shared/workflows/index.ts", None),
        ("shared/workflow.ts", None),
        ("server/shared/workflow/index.ts", None),
        ("shared", None),
        ("", None),
    ],
)
def test_a_path_in_the_tree_is_a_module(path: str, module: str | None) -> None:
    assert TABLE.module_at(path) == module


@pytest.mark.parametrize("surface", SURFACES)
def test_surface_candidates_are_its_module_then_barrels(surface: str) -> None:
    assert TABLE.candidates(surface) == (f"{NEW}/{surface}", NEW)
    assert TABLE.candidates(f"{surface}/x") == (f"{NEW}/{surface}/x", f"{NEW}/{surface}", NEW)
    assert TABLE.candidates(f"{surface}/schemas/x") == (
        f"{NEW}/{surface}/schemas/x",
        f"{NEW}/{surface}/schemas",
        f"{NEW}/{surface}",
        NEW,
    )


def test_root_candidates_are_root_then_its_surfaces() -> None:
    assert TABLE.candidates("") == (NEW, f"{NEW}/persistence", f"{NEW}/streams", f"{NEW}/types")


@pytest.mark.parametrize(
    ("module", "candidates"),
    [
        ("config", (f"{NEW}/config", NEW)),
        ("utils", (f"{NEW}/utils", NEW)),
        ("utils/logger", (f"{NEW}/utils/logger", f"{NEW}/utils", NEW)),
        ("runtimes/x", (f"{NEW}/runtimes/x", f"{NEW}/runtimes", NEW)),
    ],
)
def test_what_belongs_to_no_surface_goes_one_to_one(module: str, candidates: tuple[str, ...]) -> None:
    assert TABLE.candidates(module) == candidates


def test_built_in_rows_match_a_module_and_have_notes() -> None:
    for row in TABLE.modules:
        module = row.module.replace("*", "some/thing")
        assert TABLE.row_for(module) is row
        assert TABLE.note(module) == row.note
        assert row.note is not None


def test_without_a_row_there_is_nowhere_to_go() -> None:
    table = small(("a/*", "@x/new/*"))
    assert table.row_for("a") is None
    assert (table.candidates("a"), table.note("a"), table.candidates("")) == ((), None, ())


MOST_SPECIFIC = small(
    ("*", "@x/new/any/*"),
    ("a/*", "@x/new/a/*"),
    ("a/b/*", "@x/new/ab/*"),
    ("a/b/*/d", "@x/new/abd/*"),
    ("a/b/c", "@x/new/abc"),
    ("a/x*", "@x/new/ax-*"),
    ("a/*Events", ["@x/new/events/*", "more"]),
)


@pytest.mark.parametrize(
    ("module", "row", "candidates"),
    [
        ("z", "*", ("@x/new/any/z", "@x/new/any")),
        ("a", "*", ("@x/new/any/a", "@x/new/any")),
        ("a/c", "a/*", ("@x/new/a/c", "@x/new/a")),
        ("a/b", "a/*", ("@x/new/a/b", "@x/new/a")),
        ("a/b/z", "a/b/*", ("@x/new/ab/z", "@x/new/ab")),
        ("a/b/c", "a/b/c", ("@x/new/abc",)),
        ("a/b/c/d", "a/b/*/d", ("@x/new/abd/c", "@x/new/abd")),
        ("a/b//d", "a/b/*", None),
        ("a/xyz", "a/x*", ("@x/new/ax-yz", "@x/new")),
        ("a/xy/z", "a/x*", ("@x/new/ax-y/z", "@x/new/ax-y", "@x/new")),
        ("a/x", "a/*", ("@x/new/a/x", "@x/new/a")),
        ("a/userEvents", "a/*Events", ("@x/new/events/user", "@x/new/events", "more")),
        ("a/Events", "a/*", ("@x/new/a/Events", "@x/new/a")),
        ("a/xEvents", "a/x*", ("@x/new/ax-Events", "@x/new")),
    ],
)
def test_the_most_specific_row_counts(module: str, row: str, candidates: tuple[str, ...] | None) -> None:
    found = MOST_SPECIFIC.row_for(module)
    assert found is not None
    assert found.module == row
    if candidates is not None:
        assert MOST_SPECIFIC.candidates(module) == candidates


def test_the_order_of_the_rows_does_not_matter() -> None:
    backwards = replace(MOST_SPECIFIC, modules=MOST_SPECIFIC.modules[::-1])
    for module in ("z", "a", "a/c", "a/b/c/d", "a/userEvents", "a/xyz"):
        assert backwards.row_for(module) == MOST_SPECIFIC.row_for(module)


def test_targets_in_order_with_barrels_without_duplicates() -> None:
    table = small(("a/*", ["more/one/*", "@x/new/a/*", "more", "@x/new/a", "@x/new"]))
    assert table.candidates("a/b/c") == (
        "more/one/b/c",
        "more/one/b",
        "more/one",
        "@x/new/a/b/c",
        "@x/new/a/b",
        "@x/new/a",
        "more",
        "@x/new",
    )


def test_a_candidate_is_never_legacy_again() -> None:
    table = small(("*", "@x/shared/*"))
    assert table.candidates("old") == ("@x/shared",)
    assert table.candidates("older/x") == ("@x/shared/older/x", "@x/shared/older", "@x/shared")


@pytest.mark.parametrize(
    ("specifier", "package", "subpath"),
    [
        ("@x/new", "@x/new", "."),
        ("@x/new/a/b.js", "@x/new", "./a/b.js"),
        ("more/a", "more", "./a"),
        ("@x/newer", None, None),
        ("@x/newer/a", None, None),
        ("@x", None, None),
        ("./more", None, None),
        ("moreover", None, None),
    ],
)
def test_a_target_specifier_is_split(specifier: str, package: str | None, subpath: str | None) -> None:
    found = small().split(specifier)
    assert (found and (found[0].name, found[1])) == (package and (package, subpath))


def test_moved_names_and_notes() -> None:
    moved = NameRow("a/b", "default", "more", "B", "the class has a name now")
    renamed = NameRow("a/b", "C", None, "D")
    table = small(("a/*", "@x/new/*"), names=(moved, renamed))
    assert table.moved_names("a/b") == {"default": moved, "C": renamed}
    assert table.moved_names("a") == {}
    assert table.note("a/b", "default") == "the class has a name now"
    assert table.note("a/b", "C") == table.note("a/b", "E") == table.note("a/b") == "row a/*"
    assert table.note("b", "default") is None


@pytest.mark.parametrize(
    ("roots", "tree", "needles"),
    [
        (TABLE.roots, TABLE.tree, ("shared/workflow",)),
        (("@x/old",), "libs/old", ("@x/old", "libs/old")),
        (("@x/old", "a/@x/old"), "libs/old", ("@x/old", "libs/old")),
        (("old", "@x/old"), "old", ("old",)),
        (("a/b/c", "x/a/b/c"), "y/b/c", ("b/c",)),
    ],
)
def test_needles(roots: tuple[str, ...], tree: str, needles: tuple[str, ...]) -> None:
    table = replace(TABLE, roots=roots, tree=tree)
    assert table.needles == needles
    assert all(any(needle in text for needle in needles) for text in (*roots, tree))


@pytest.mark.parametrize(
    ("path", "core", "doc"),
    [
        ("shared/lib/x.ts", True, False),
        ("shared/workflow/index.ts", True, False),
        ("ee/packages/workflows/src/index.ts", False, False),
        ("server/shared/x.ts", False, False),
        ("shared/README.md", True, True),
        ("docs/guide.ts", False, True),
        ("ee/docs/plans/x/notes.ts", False, True),
        ("server/src/documents/x.ts", False, False),
        ("server/src/docs.ts", False, False),
        ("packages/a/page.mdx", False, True),
    ],
)
def test_core_and_docs(path: str, core: bool, doc: bool) -> None:
    assert (TABLE.is_core(path), TABLE.is_doc(path)) == (core, doc)


SEGMENT = st.from_regex(r"[a-zA-Z_-][a-zA-Z0-9_-]{0,6}", fullmatch=True)
MODULE = st.lists(st.one_of(st.sampled_from(SURFACES), SEGMENT), max_size=5).map("/".join)


@given(MODULE)
@example("index")
def test_candidates_of_any_module(module: str) -> None:
    candidates = TABLE.candidates(module)
    assert candidates[0] == f"{NEW}/{module}".removesuffix("/")
    assert len(set(candidates)) == len(candidates)
    for candidate in candidates:
        split = TABLE.split(candidate)
        assert split is not None
        package, subpath = split
        assert package in TABLE.packages
        assert candidate == package.name + subpath[1:]
        assert TABLE.module_of(candidate) is None
    assert NEW in candidates
    enclosing = [candidate for candidate in candidates if candidates[0].startswith(candidate)]
    assert enclosing == sorted(enclosing, key=len, reverse=True)


@given(MODULE, st.sampled_from(TABLE.roots), st.sampled_from(["", "/", "/index", "/index.ts", ".ts", ".js", ".d.ts"]))
def test_a_module_is_the_same_however_it_is_written(module: str, root: str, tail: str) -> None:
    assume(not module.endswith("index"))
    assume(module or not tail.startswith("."))
    written = f"{root}/{module}".removesuffix("/") + tail
    assert TABLE.module_of(written) == module
    assert TABLE.module_at(f"{TABLE.tree}/{module}".removesuffix("/") + tail) == module
    assert any(needle in written for needle in TABLE.needles)
