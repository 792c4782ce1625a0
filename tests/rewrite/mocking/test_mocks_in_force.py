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
    taken = f"the mock would also replace `push`, which packages/shop/src/sell.ts gets from the mock in packages/shop/{named}"
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
            "this import would load ee/packages/workflows/src/workers/queue.ts, which takes `warn` from `log`, and "
            "packages/shop/src/sell.test.ts mocks that without it. Add it to the factory of that mock" in found
        )


def sells(config: str, test: str) -> str:
    """A mock in `ui.ts`, a configuration, and a test at a path whose mock takes `push` of the new barrel."""
    return f"""{SHOP}/ui.ts
{LATER}vi.mock('{QUEUE}', {FAKE});
{SHOP}/{config}
{SHOP}/src/sell.ts
import {{ push }} from '{NEW}/workers';
export const sell = () => push();
{SHOP}/{test}
import {{ sell }} from '@alga-psa/shop/src/sell';
vi.mock('{WORKERS}');
test('sells', () => sell());
"""


UI, NODE = "src/ui/sell.test.ts", "src/node/sell.test.ts"
_UI = "{ test: { include: ['src/ui/**/*.test.{ts,tsx}'], setupFiles: './ui.ts' } }"
_NODE = "{ test: { include: ['src/node/**/*.?(c|m)[jt]s?(x)'] } }"
PROJECTS = [
    f"vitest.config.ts\nexport default {{ test: {{ projects: [{_UI}, {_NODE}] }} }};",
    f"vitest.config.ts\nconst ui = {_UI};\nexport default {{ test: {{ projects: [{_NODE}, ui] }} }};",
    f"vitest.workspace.ts\nexport default [{_UI}, {_NODE}];",
    f"vitest.workspace.ts\nimport {{ defineWorkspace as d }} from 'vitest/config';\nexport default d([{_UI}, {_NODE}]);",
    """vitest.config.ts
export default { test: { projects: [
  { root: './src/ui', test: { setupFiles: ['../../ui.ts'] } }, { test: { root: 'src/node' } },
] } };""",
    f"""vitest.config.ts
export default {{ test: {{ setupFiles: './ui.ts', projects: [
  {_NODE}, {{ extends: true, test: {{ include: ['src/ui/*.test.ts'] }} }},
] }} }};""",
    f"""vitest.config.ts
export default {{ test: {{ projects: [{_NODE}, {{ extends: './ui.config.ts', test: {{}} }}] }} }};
{SHOP}/ui.config.ts
export default {_UI};""",
    """vitest.config.ts
export default { test: { projects: [
  { test: { exclude: ['src/node/**'], setupFiles: './ui.ts' } }, { test: { exclude: ['**/ui/**'] } },
] } };""",
    """jest.config.cjs
module.exports = { projects: [
  { testMatch: ['<rootDir>/src/ui/**/*.test.ts'], setupFiles: ['<rootDir>/ui.ts'] },
  { testMatch: ['<rootDir>/src/node/**/*.test.ts'] },
] };""",
    """jest.config.cjs
module.exports = { setupFiles: ['./never.ts'], projects: [
  { rootDir: 'src/ui', setupFilesAfterEnv: ['<rootDir>/../../ui.ts'] }, { rootDir: '<rootDir>/src/node' },
] };""",
    r"""jest.config.json
{ "projects": [
  { "testRegex": "/ui/.*\\.test\\.ts$", "setupFiles": ["./ui.ts"] }, { "testRegex": ["/node/"] }
] }""",
]


@pytest.mark.parametrize("config", PROJECTS)
def test_a_set_up_file_is_for_the_tests_of_its_project(config: str) -> None:
    base = shop(proxies=True)
    taken = (
        "the mock would also replace `push`, which packages/shop/src/sell.ts gets from the mock in packages/shop/ui.ts"
    )
    assert any(taken in each for each in findings(sells(config, UI), base=base))
    text = sells(config, NODE).replace(f"vi.mock('{WORKERS}')", f"vi.mock('{WORKERS} => {NEW}/workers')")
    check_moves(text, base=base)


def test_a_project_that_is_named_by_its_folder_has_its_own_set_up_files_only() -> None:
    config = "vitest.config.ts\nexport default { test: { setupFiles: './ui.ts', projects: ['src/*'] } };"
    text = sells(config, NODE).replace(f"vi.mock('{WORKERS}')", f"vi.mock('{WORKERS} => {NEW}/workers')")
    check_moves(text, base=shop(proxies=True))
