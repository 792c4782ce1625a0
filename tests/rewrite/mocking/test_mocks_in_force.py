"""Mocks that count for a test and are not in it, and mocks of modules that do not move."""

from __future__ import annotations

import re

import pytest

from tests.checks import open_project, told
from tests.rewrite.mocking.shop import NEW, QUEUE, TIMER, WORKERS, check_moves, shop
from workflow_ls.analysis import Analysis

SHOP = "//- /packages/shop"
FAKE = "() => ({ push: () => 'fake' })"
_GOES = re.compile(r"'([^'\s]+) => [^'\s]+'")
LATER = "// workflow-ls-ignore deprecated-import: later\n"


def findings(text: str, *, base: str) -> list[str]:
    """What a check says of a text without its moves."""
    workspace = open_project(_GOES.sub(r"'\1'", text), base=base)[1]
    return [told(each) for each in Analysis(workspace).check().diagnostics]


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ("", "test/setup.ts"),
        ("vitest.config.ts\nexport default { test: { setupFiles: ['./prepare.ts'] } };", "prepare.ts"),
        (
            "vitest.config.mts\nimport { files } from './files';\nexport default { test: { setupFiles: files } };",
            "early.ts",
        ),
        ("jest.config.cjs\nmodule.exports = { setupFilesAfterEnv: ['<rootDir>/src/early'] };", "src/early.ts"),
        ('jest.config.json\n{ "setupFiles": ["./early.js", "<rootDir>/src/early.ts"] }', "src/early.ts"),
        ("vite.config.ts\nexport default { test: { projects: [{ test: { setupFiles: 'early.ts' } }] } };", "early.ts"),
    ],
)
def test_a_mock_leaves_to_a_set_up_file_what_that_gives(config: str, named: str) -> None:
    # The automock of the barrel replaces nothing; at the new barrel it would take `push` from the other mock.
    text = f"""{SHOP}/{named}
{LATER}vi.mock('{QUEUE}', {FAKE});
{SHOP}/src/sell.ts
import {{ push }} from '{NEW}/workers';
export const sell = () => push();
{SHOP}/src/sell.test.ts
import {{ tick }} from '{TIMER} => {NEW}/workers/timer';
import {{ sell }} from './sell';
vi.mock('{WORKERS}');
test('sells', () => [sell(), tick()]);
{SHOP}/files.ts
export const files = ['./early'];
"""
    text += f"{SHOP}/{config}\n" if config else ""
    check_moves(text, base=shop(proxies=True))
    taken = f"it would also replace `push`, which packages/shop/src/sell.ts gets from the mock in packages/shop/{named}"
    assert any(taken in each for each in findings(text, base=shop(proxies=True)))


@pytest.mark.parametrize(
    "config",
    [
        "vitest.config.ts\nexport default { test: { setupFiles: ['./other.ts'] } };",
        "vitest.config.ts\nexport default { test: { globalSetup: ['./setup.ts'] } };",
    ],
)
def test_what_the_configuration_does_not_name_sets_nothing_up(config: str) -> None:
    text = f"""{SHOP}/setup.ts
{LATER}vi.mock('{QUEUE}', {FAKE});
{SHOP}/{config}
{SHOP}/src/sell.ts
import {{ push }} from '{NEW}/workers';
export const sell = () => push();
{SHOP}/src/sell.test.ts
import {{ sell }} from './sell';
vi.mock('{WORKERS} => {NEW}/workers');
test('sells', () => sell());
"""
    check_moves(text, base=shop(proxies=True))


LOGGER = """
//- /packages/log/package.json
{ "name": "log", "main": "./index.ts" }
//- /packages/log/index.ts
export const info = () => 1;
export const warn = () => 2;
//- /shared/workflow/workers/queue.ts
import { info } from 'log';
export const push = () => info();
//- /ee/packages/workflows/src/workers/queue.ts
import { LEVEL } from 'log';
export const push = () => LEVEL();
"""


@pytest.mark.parametrize("mock", ["'log', () => ({ info: () => 3 })", "'../../log/index', () => ({ info: () => 3 })"])
@pytest.mark.parametrize(("level", "moves"), [("info", True), ("warn", False)])
def test_a_module_that_needs_more_of_a_mock_is_not_loaded(mock: str, level: str, *, moves: bool) -> None:
    target = f" => {NEW}/workers/queue" if moves else ""
    text = f"""{SHOP}/src/sell.ts
import {{ push }} from '{QUEUE}{target}';
export const sell = () => push();
{SHOP}/src/sell.test.ts
import {{ sell }} from './sell';
vi.mock('{TIMER} => {NEW}/workers/timer', () => ({{}}));
vi.mock({mock});
test('sells', () => sell());
"""
    base = shop() + LOGGER.replace("LEVEL", level)
    check_moves(text, base=base)
    if not moves:
        (found,) = (each for each in findings(text, base=base) if "warn" in each)
        assert (
            "it would load ee/packages/workflows/src/workers/queue.ts, which takes `warn` from `log`, and "
            "packages/shop/src/sell.test.ts mocks that without it. Add it to the factory of that mock" in found
        )
