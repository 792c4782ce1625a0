"""A workspace that takes the memos of an earlier run says what one says that takes none."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.project.living_workspace import World, compare, fresh
from tests.project.random_edits import random_step
from tests.strategies import NIGHTLY
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.diagnostics import Diagnostic, Notice
from workflow_ls.project.parsed_sources import ParsedSources
from workflow_ls.project.queries.kept_memos import KeptMemos
from workflow_ls.project.queries.memo_dump import dump
from workflow_ls.project.source_index import Sources
from workflow_ls.project.workspace import Workspace
from workflow_ls.rules.shared.file_groups import FileGroups
from workflow_ls.rules.shared.runner import RuleRunner
from workflow_ls.vfs.files import Files, MemoryFiles

pytestmark = pytest.mark.slow

SEEDS = range(600) if NIGHTLY else range(4)
ROUNDS = 4
TEXTLESS = (Sources._described, Sources.facts_without_text)

PROJECT = {
    "ee/packages/workflows/package.json": '{ "name": "@alga-psa/workflows", "exports": { ".": "./src/index.ts" } }',
    "ee/packages/workflows/src/index.ts": "export * from './tools';\n",
    "ee/packages/workflows/src/tools.ts": "export const tool = 1;\n",
    "shared/workflow/index.ts": "export const tool = 1;\n",
    "apps/shop/package.json": '{ "name": "shop", "dependencies": { "@alga-psa/workflows": "*" } }',
    "apps/shop/tsconfig.json": '{ "extends": "./none.json" }',
    "apps/shop/cart.ts": "import { tool } from '@shared/workflow';\ntool;\n",
    "apps/shop/plain.ts": "export const plain = 1;\n",
}


def kept_from(analysis: Analysis) -> bytes:
    """The memos of a workspace, as bytes."""
    data = dump(analysis.workspace.database, TEXTLESS)
    assert data is not None
    return data


def with_memos(files: Files, data: bytes, changed: Sequence[str]) -> Analysis:
    """A workspace in which only some texts changed since its memos were kept."""
    memos = KeptMemos(data)
    workspace = Workspace(files, builtin_table(), Settings(), parsed=ParsedSources())
    others = [queries for queries, found in memos.searches.items() if set(files.search(queries)) != set(found)]
    memos.begin(workspace.database, changed, others)
    workspace.database.kept = memos
    return Analysis(workspace)


def analysis_of(files: Mapping[str, str]) -> Analysis:
    return fresh(MemoryFiles(files), ParsedSources())


class TestOneFileChanged:
    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("apps/shop/cart.ts", "\n// moved down\nimport { tool } from '@shared/workflow';\ntool;\n"),
            ("apps/shop/cart.ts", "import { none } from '@shared/workflow';\nnone;\n"),
            ("apps/shop/cart.ts", "// nothing any more\n"),
            ("apps/shop/plain.ts", "import { tool } from '../../shared/workflow';\ntool;\n"),
            ("apps/shop/plain.ts", "export const plain = 2;\n"),
            ("ee/packages/workflows/src/tools.ts", "export const other = 1;\n"),
            ("ee/packages/workflows/src/tools.ts", "export const tool = 1, more = 2;\n"),
            ("ee/packages/workflows/src/index.ts", "export * from './none';\n"),
            ("ee/packages/workflows/package.json", '{ "name": "@alga-psa/workflows", "exports": {} }'),
            ("apps/shop/tsconfig.json", "{ }"),
            ("apps/shop/tsconfig.json", '{ "extends": "./gone.json" }'),
            ("apps/shop/package.json", '{ "name": "shop" }'),
            (
                "shared/workflow/index.ts",
                "import { plain } from '../../apps/shop/plain';\nexport { plain as tool };\n",
            ),
        ],
    )
    def test_the_report_is_that_of_a_fresh_check(self, path: str, text: str) -> None:
        before = analysis_of(PROJECT)
        report = before.check(in_groups=True)
        assert report == analysis_of(PROJECT).check()
        assert report.diagnostics
        assert report.notices
        data, files = kept_from(before), {**PROJECT, path: text}
        assert with_memos(MemoryFiles(PROJECT), data, []).check(in_groups=True) == report
        assert with_memos(MemoryFiles(files), data, [path]).check(in_groups=True) == analysis_of(files).check()

    def test_only_the_group_of_the_file_is_looked_at(self, monkeypatch: pytest.MonkeyPatch) -> None:
        importers = {f"apps/shop/use{number}.ts": PROJECT["apps/shop/cart.ts"] for number in range(60)}
        before = analysis_of({**PROJECT, **importers})
        assert len(before.check(in_groups=True).diagnostics) > 60
        path = "apps/shop/use7.ts"
        files = {**PROJECT, **importers, path: f"// more\n{importers[path]}"}
        after, report = with_memos(MemoryFiles(files), kept_from(before), [path]), analysis_of(files).check()
        looked_at, original = set[str](), FileGroups.file

        def noted(self: FileGroups, path: str, codes: frozenset[str]) -> tuple[Notice | None, tuple[Diagnostic, ...]]:
            looked_at.add(path)
            return original(self, path, codes)

        monkeypatch.setattr(FileGroups, "file", noted)
        assert after.check(in_groups=True) == report
        assert path in looked_at
        assert len(looked_at) < 20

    def test_only_what_depends_on_the_file_is_computed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        before = analysis_of(PROJECT)
        before.check(in_groups=True)
        path = "apps/shop/plain.ts"
        files = {**PROJECT, path: PROJECT[path] + "// more\n"}
        after = with_memos(MemoryFiles(files), kept_from(before), [path])
        read = list[str]()
        original = type(after.workspace.sources).text

        def counted(self: Sources, path: str) -> bytes | None:
            read.append(path)
            return original(self, path)

        monkeypatch.setattr(Sources, "text", counted)
        after.check(in_groups=True)
        assert set(read) <= {path}

    def test_a_comment_behind_an_import_concerns_no_manifest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What others say of a file is where its references are and what becomes of them, not its text."""
        exports = '"exports": { "./workflow/*": "./workflow/*.ts", "./workflow": "./workflow/index.ts" }'
        project = {
            **PROJECT,
            "shared/package.json": f'{{ "name": "@alga-psa/shared", {exports} }}',
            "apps/shop/cart.ts": "import { tool } from '@alga-psa/shared/workflow';\n"
            "import * as all from '@alga-psa/workflows';\ntool, all;\n",
            "apps/shop/package.json": '{ "name": "shop" }',
            "apps/shop/tsconfig.json": '{ "compilerOptions": { "outDir": "out" } }',
        }
        before, path, computed = analysis_of(project), "apps/shop/cart.ts", list[str]()
        found = {(finding.rule, finding.path) for finding in before.check(in_groups=True).diagnostics}
        assert {
            ("deprecated-export", "shared/package.json"),
            ("undeclared-dependency", "apps/shop/package.json"),
        } <= found
        files = {**project, path: project[path] + "// more\n"}
        after, report = with_memos(MemoryFiles(files), kept_from(before), [path]), analysis_of(files).check()
        original = RuleRunner._in_file

        def noted(self: RuleRunner, path: str, *rest: Any, **named: Any) -> list[Diagnostic]:
            computed.append(path)
            return original(self, path, *rest, **named)

        monkeypatch.setattr(RuleRunner, "_in_file", noted)
        assert after.check(in_groups=True) == report
        assert computed == [path]


def test_memos_of_another_kind_are_refused() -> None:
    for data in (b"", b"nothing", kept_from(analysis_of(PROJECT))[:-9]):
        with pytest.raises(ValueError):  # noqa: PT011 - any says it
            KeptMemos(data)


@pytest.mark.generative
@pytest.mark.parametrize("seed", SEEDS)
def test_random_texts(seed: int) -> None:
    rng, world = random.Random(seed), World()
    for _ in range(ROUNDS):
        before = fresh(world.disk, ParsedSources())
        assert not compare(before, fresh(world.disk, ParsedSources()), 3 * rng.randrange(300) + 1)
        if rng.random() < 0.5:
            before.check(in_groups=True)
        data, changed = kept_from(before), dict[str, bytes]()
        while len(changed) < rng.choice([1, 1, 2, 5]):
            step = random_step(rng, world.disk, ())
            texts = {path: text for path, text in step.texts.items() if text is not None and path in world.disk.paths}
            if step.kind in ("change", "put") and len(texts) == len(step.texts) and not step.links:
                changed.update(texts)
        for path, text in changed.items():
            world.disk.put(path, text)
        for look in (3 * rng.randrange(300) + 1, 3 * rng.randrange(300)):
            kept = with_memos(world.disk, data, tuple(changed))
            found = compare(kept, fresh(world.disk, ParsedSources()), look)
            assert not found, (changed, found)
        # What a run has that took part of memos can be kept, too.
        again = with_memos(world.disk, kept_from(kept), ())
        assert not compare(again, fresh(world.disk, ParsedSources()), 3 * rng.randrange(300) + 2)
        kept, new = with_memos(world.disk, data, tuple(changed)), fresh(world.disk, ParsedSources())
        assert kept.check(in_groups=True) == new.check()
        more = {rng.choice(sorted(world.disk.paths)): b"export const more = 1;"}
        forks = [Analysis(each.workspace.fork(more)) for each in (kept, new)]
        assert not compare(forks[0], forks[1], 3 * rng.randrange(300) + 1)
