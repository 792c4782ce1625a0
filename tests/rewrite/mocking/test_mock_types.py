"""The type that a mock is written with stays at the path that it mocks, or moves with it."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.rewrite.mocking.shop import NEW, QUEUE, TIMER, check_moves, shop
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Severity, Status

TEST = "packages/shop/src/sell.test.ts"
GO_QUEUE = f"{QUEUE} => {NEW}/workers/queue"
KEPT = "// workflow-ls-ignore deprecated-import: later\n"
CODE = f"//- /packages/shop/src/sell.ts\nimport {{ push }} from '{GO_QUEUE}';\nexport const sell = () => push();"
CORE = "import { flush } from '@alga-psa/shared/mail/outbox';\nflush();\n"

MOCKS = [
    "vi.mock('QUEUE', async (importOriginal) => ({ ...(await importOriginal<typeof import('QUEUE')>()), push: 1 }));",
    "vi.mock('QUEUE', async (real) => {\n  const all = await real<typeof import('QUEUE')>();\n  return { ...all, push: 1 };\n});",
    "vi.mock('QUEUE', async (real) => ({ ...((await real()) as typeof import('QUEUE')), push: 1 }));",
    "vi.mock('QUEUE', async () => ({ ...(await vi.importActual<typeof import('QUEUE')>('QUEUE')), push: 1 }));",
    "jest.mock('QUEUE', () => ({ ...jest.requireActual<typeof import('QUEUE')>('QUEUE'), push: 1 }));",
    "vi.mock<typeof import('QUEUE')>('QUEUE', () => ({ push: () => 'fake' }) as never);",
    "vi.mock<typeof import('QUEUE')>(import('QUEUE'), () => ({ push: () => 'fake' }) as never);",
    "vi.mock('QUEUE', (): Partial<typeof import('QUEUE')> => ({ push: () => 'fake' }));",
    "vi.mock(import('QUEUE'), async (real) => ({ ...(await real<typeof import('QUEUE')>()), push: 1 }));",
]


def project(mock: str, more: str = "") -> str:
    return f"//- /{TEST}\nimport {{ sell }} from './sell';\n{more}{mock}\ntest('sells', () => sell());\n{CODE}"


@pytest.mark.parametrize("mock", MOCKS)
def test_it_moves_with_the_mock(mock: str) -> None:
    check_moves(project(mock.replace("QUEUE", GO_QUEUE)), base=shop())


@pytest.mark.parametrize("mock", MOCKS)
def test_it_stays_with_the_mock(mock: str) -> None:
    """A core file loads the module by its old path, and the new module only re-exports the old one."""
    check_moves(project(mock.replace("QUEUE", QUEUE), CORE), base=shop(proxies=True))


@pytest.mark.parametrize("mock", MOCKS)
def test_it_is_part_of_the_fix_of_the_mock(mock: str) -> None:
    text = project(mock.replace("QUEUE", QUEUE)).replace(GO_QUEUE, QUEUE)
    analysis = Analysis(open_project(text, base=shop())[1])
    for finding in analysis.check_file(TEST):
        assert finding.fix is not None
        (edited,) = (file for file in finding.fix.files if file.path == TEST)
        assert len(edited.edits) == mock.count("QUEUE")


def test_the_type_of_a_mock_that_is_kept() -> None:
    mock = f"{KEPT}vi.mock('{QUEUE}', async (real) => {{\n  return await real<typeof import('{QUEUE}')>();\n}});"
    analysis = Analysis(open_project(project(mock).replace(GO_QUEUE, QUEUE), base=shop())[1])
    (found,) = analysis.check_file(TEST)
    assert found.status is Status.BLOCKED
    assert found.reason == f"this is the type of `{QUEUE}` in a mock that stays. Rewrite the mock with its type."


def test_the_type_of_a_mock_that_is_right_where_it_is_is_information() -> None:
    text = project(MOCKS[0].replace("QUEUE", QUEUE), CORE).replace(GO_QUEUE, QUEUE)
    found = Analysis(open_project(text, base=shop(proxies=True))[1]).check_file(TEST)
    assert [each.severity for each in found] == [Severity.INFORMATION] * 2


@pytest.mark.parametrize(
    "more",
    [
        f"const other = {{}} as typeof import('{GO_QUEUE}');\n",
        f"type Queue = import('{GO_QUEUE}').default;\n",
        f"const timer = await vi.importActual<typeof import('{TIMER} => {NEW}/workers/timer')>('./other');\n",
    ],
)
def test_other_types_are_no_part_of_it(more: str) -> None:
    check_moves(project(MOCKS[0].replace("QUEUE", QUEUE), CORE + more), base=shop(proxies=True))


def test_the_type_of_another_module_in_a_factory() -> None:
    mock = f"vi.mock('{QUEUE}', () => ({{ push: (): typeof import('{TIMER} => {NEW}/workers/timer') => timer }}));"
    check_moves(project(mock, CORE), base=shop(proxies=True))
