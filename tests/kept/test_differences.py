"""With facts that were kept, everything says the same as without: check, fix and cutover, byte for byte."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from zlib import crc32

import pytest

from tests.conformance.monorepos import generate
from tests.conformance.monorepos.world import World
from tests.strategies import NIGHTLY
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings, load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.moves.cutover.plan import make_plan
from workflow_ls.project.kept_facts import KeptFacts
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.queries.kept_memos import KeptMemos
from workflow_ls.project.queries.memo_dump import dump
from workflow_ls.project.source_index import Sources
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.rules import CODES
from workflow_ls.vfs.files import MemoryFiles

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[2] / "examples/monorepo"
SEEDS, BATCH = 1000 if NIGHTLY else 10, 5

VALUELESS = (Sources._described, Sources.facts_without_text)


class Store(dict[bytes, bytes]):
    """What is kept, in memory, each with its checksum, as in a `FactsFile`; with what was found and what was not."""

    hits = misses = 0

    def find(self, key: bytes) -> bytes | None:
        entry = self.get(key, b"")
        data = entry[4:]
        found = data if entry[:4] == checksum(key, data) else None
        self.hits += found is not None
        self.misses += found is None
        return found

    def keep(self, key: bytes, data: bytes) -> None:
        self[key] = checksum(key, data) + data


def checksum(key: bytes, data: bytes) -> bytes:
    return crc32(data, crc32(key)).to_bytes(4, "little")


def analysis_of(files: Mapping[str, bytes], links: Mapping[str, str], store: Store | None) -> Analysis:
    """The analysis of a tree in memory, with the facts of a store."""
    table, settings = builtin_table(), Settings()
    if "workflow-ls.json" in files:
        loaded = load_config(files["workflow-ls.json"], base=table, rules=CODES)
        table, settings = loaded.table, loaded.settings
    parsed = ParsedSources(kept=None if store is None else KeptFacts(store))
    return Analysis(Workspace(MemoryFiles(files, links), table, settings, parsed=parsed))


def said(files: Mapping[str, bytes], links: Mapping[str, str], store: Store | None) -> list[str]:
    """All that a check, a fix and a cutover say of a tree, each on its own."""

    def analysis() -> Analysis:
        return analysis_of(files, links, store)

    def fixed() -> object:
        run = analysis().fix_all(("",), FixOptions(unsafe=True))
        return run.changes, run.report(("",))

    def moved() -> object:
        return None if analysis().workspace.table.parts else sorted(make_plan(analysis()).after.items())

    return [_answer(ask) for ask in (lambda: analysis().check(), fixed, moved)]


def _answer(ask: Callable[[], object]) -> str:
    try:
        return repr(ask())
    except RecursionError as error:
        return repr(error)  # of modules that pass each other on in a circle, with kept facts and without


def compare(files: Mapping[str, bytes], links: Mapping[str, str], dice: random.Random) -> None:
    fresh, store = said(files, links, None), Store()
    assert said(files, links, store) == fresh
    store.misses = store.hits = 0
    assert said(files, links, store) == fresh
    assert store.hits
    assert store.misses == 0
    # Broken in some entries: these are made anew.
    for key in dice.sample(sorted(store), k=min(10, len(store))):
        data = store[key]
        store[key] = dice.choice([b"", data[: len(data) // 2], dice.randbytes(len(data)), data[:-1] + b"\0"])
    assert said(files, links, store) == fresh
    # A file has another text: that of another file of its kind.
    path = dice.choice([path for path in sorted(files) if path.endswith((".ts", ".tsx"))])
    other = dice.choice([text for name, text in sorted(files.items()) if name.endswith((".ts", ".tsx"))])
    changed = {**files, path: other}
    assert said(changed, links, store) == said(changed, links, None)
    assert checked_with_memos(files, links, changed, path) == said(changed, links, None)[0]


def checked_with_memos(
    files: Mapping[str, bytes], links: Mapping[str, str], changed: Mapping[str, bytes], path: str
) -> str:
    """What a check says of a tree in which one file changed, with the memos of a check before."""
    before, after = analysis_of(files, links, None), analysis_of(changed, links, None)
    _answer(lambda: before.check(in_groups=True))
    data, database = dump(before.workspace.database, VALUELESS), after.workspace.database
    if data is not None:
        memos = KeptMemos(data)
        find = database.files.untracked.search
        others = [queries for queries, found in memos.searches.items() if set(find(queries)) != set(found)]
        memos.begin(database, [path], others)
        database.kept = memos
    return _answer(lambda: after.check(in_groups=True))


@pytest.mark.slow
@pytest.mark.generative
@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_generated_monorepos(first: int) -> None:
    for seed in range(first, first + BATCH):
        world: World = generate(seed, more=bool(seed % 2))
        compare({path: text.encode() for path, text in world.files.items()}, world.links, random.Random(seed))


def test_the_example() -> None:
    paths = [path for path in sorted(EXAMPLE.rglob("*")) if path.is_file() and not path.is_symlink()]
    files = {path.relative_to(EXAMPLE).as_posix(): path.read_bytes() for path in paths}
    links = {
        path.relative_to(EXAMPLE).as_posix(): path.resolve().relative_to(EXAMPLE).as_posix()
        for path in EXAMPLE.rglob("*")
        if path.is_symlink()
    }
    compare(files, links, random.Random(0))
