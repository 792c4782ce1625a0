"""`fix --verify` with Vitest as the command: many edits, two of which change what the code does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, cli, workspace
from tests.cli.verify.workspaces import contents, many_modules, moved_in, name_of
from tests.strategies import NIGHTLY

__all__ = ["cli", "workspace"]

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.nightly,
    pytest.mark.skipif(not NIGHTLY, reason="`make nightly` runs it; test_verified_fix.py has it without Vitest"),
]

COUNT, FILES = 200 if NIGHTLY else 40, 4
HIDDEN = (3 * COUNT // 10 + 1, 7 * COUNT // 10 + 8)

CONFIG = """//- /vitest.config.mjs
import { defineConfig } from 'vitest/config';

const shared = new URL('./shared', import.meta.url).pathname;

export default defineConfig({ resolve: { alias: { '@shared': shared } }, test: { watch: false } });
"""


def app_with_tests() -> str:
    """Test files of the package `app`, which loads the importers through `node_modules`."""
    text = ""
    for file in range(FILES):
        numbers = range(file, COUNT, FILES)
        text += f"//- /packages/app/part{file}.test.ts\nimport {{ expect, test }} from 'vitest';\n"
        text += "".join(f"import * as n{n} from 'lib/src/{name_of(n)}';\n" for n in numbers)
        text += "".join(f"test('{name_of(n)}', () => expect(n{n}.answer).toBe({n}));\n" for n in numbers)
    return text


@pytest.fixture
def root(workspace: Callable[..., Path], node_project: Path) -> Path:
    root = workspace(f"{many_modules(COUNT, different=HIDDEN)}\n{CONFIG}{app_with_tests()}", base="")
    modules = root / "node_modules"
    (modules / "@alga-psa").mkdir(parents=True)
    for installed in (node_project / "node_modules").iterdir():
        (modules / installed.name).symlink_to(installed)
    (modules / "lib").symlink_to("../packages/lib")
    (modules / "@alga-psa/workflows").symlink_to("../../ee/packages/workflows")
    return root


def test_two_hidden_breaks_among_many_edits(cli: Cli, root: Path) -> None:
    before = contents(root)
    watched = f'test "$(cat {root}/packages/lib/src/*.ts | grep -c @shared)" = {COUNT}'
    result = cli("fix", root, "--verify", f"{watched} && node_modules/.bin/vitest run")
    assert moved_in(root) == set(range(COUNT)) - set(HIDDEN), result.err
    assert len(re.findall(r"^verify: run \d+: ", result.err, re.MULTILINE)) <= 20
    assert f"{COUNT - 2} findings fixed in {COUNT - 2} files.\n2 findings left:\n" in result.out
    for number in HIDDEN:
        assert (
            f"  @shared/workflow/parts/{name_of(number)}: 1 edit in packages/lib/src/{name_of(number)}.ts\n"
            in result.out
        )
        assert f"AssertionError: expected {number + 1} to be {number}" in result.out
    changed = {path for path, file in contents(root).items() if before.get(path) != file}
    assert changed == {f"packages/lib/src/{name_of(n)}.ts" for n in range(COUNT) if n not in HIDDEN}
    assert [path.name for path in root.parent.iterdir() if path.name != "cache"] == ["repo"]


def test_a_test_that_failed_before_decides_nothing(cli: Cli, root: Path) -> None:
    (root / "packages/app/old.test.ts").write_text(
        "import { expect, test } from 'vitest';\ntest('old', () => expect(1).toBe(2));\n"
    )
    command = "node_modules/.bin/vitest run --reporter=json --outputFile=report.json"
    for arguments in ([], ["--reporter=default"]):
        result = cli("fix", root, "--diff", "--verify-runs", "2", "--verify", " ".join((command, *arguments)))
        assert "run 1: before any change … fails, exit code 1" in result.err
        assert f"run 2: {COUNT} of {COUNT} edits … fails, exit code 1" in result.err
        assert f"could try them: {COUNT} edits." in result.err
    for number in HIDDEN:
        (root / f"ee/packages/workflows/src/parts/{name_of(number)}.ts").write_text(f"export const answer = {number};")
    for reporter in (command, "node_modules/.bin/vitest run"):
        result = cli("fix", root, "--diff", "--verify", reporter)
        assert "run 1: before any change … fails, exit code 1" in result.err
        assert f"run 2: {COUNT} of {COUNT} edits … passes" in result.err
