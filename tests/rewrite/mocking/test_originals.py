"""What runs past a mock: `importActual`, and the originals that mocks spread and watch; and what loads a mock alone."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.rewrite.mocking.shop import NEW, QUEUE, TIMER, WORKERS, check_moves, shop
from workflow_ls.analysis import Analysis

GO_QUEUE, GO_TIMER = f"{QUEUE} => {NEW}/workers/queue", f"{TIMER} => {NEW}/workers/timer"
GO_WORKERS = f"{WORKERS} => {NEW}/workers"
FAKE = "() => ({ push: () => 'fake' })"
KEPT = "// workflow-ls-ignore deprecated-import: later\n"
CODE, TEST = "packages/shop/src/sell.ts", "packages/shop/src/sell.test.ts"


def project(test: str, code: str, *more: str) -> str:
    return "\n".join([f"//- /{TEST}\nimport {{ sell }} from './sell';\n{test}\nsell();", f"//- /{CODE}\n{code}", *more])


def push_from(specifier: str, lead: str = "") -> str:
    return f"{lead}import {{ push }} from '{specifier}';\nexport const sell = () => push();"


@pytest.mark.parametrize(
    "actual",
    [
        "const { push } = await vi.importActual('PLACE');\npush();",
        "const all = await vi.importActual<any>('PLACE');\nall.push();",
        "(await vi.importActual<any>('PLACE')).push();",
        "const { push } = jest.requireActual('PLACE');\npush();",
    ],
)
def test_a_barrel_past_its_own_mock_brings_another_mock(actual: str) -> None:
    """`importActual` of the barrel takes `push` from the mock of the queue."""
    check_moves(
        project(f"vi.mock('{GO_QUEUE}', {FAKE});\n{actual.replace('PLACE', GO_WORKERS)}", push_from(GO_QUEUE)),
        base=shop(),
    )
    check_moves(
        project(f"vi.mock('{QUEUE}', {FAKE});\n{KEPT}{actual.replace('PLACE', WORKERS)}", push_from(QUEUE)),
        base=shop(),
    )


@pytest.mark.parametrize("where", ["a file", "a helper"])
def test_it_does_so_wherever_the_call_is(where: str) -> None:
    actual = f"{KEPT}export const old = async () => (await vi.importActual<any>('{WORKERS}')).push();"
    mock, load = f"vi.mock('{QUEUE}', {FAKE});", "import { old } from './actual';\nold();"
    files = f"//- /packages/shop/src/actual.ts\n{actual}"
    if where == "a helper":
        files += f"\n//- /packages/shop/src/mocks.ts\n{mock}"
        mock = "import './mocks';"
    check_moves(project(f"{mock}\n{load}", push_from(QUEUE), files), base=shop())


def test_the_module_past_the_mock_of_a_helper_holds_nothing() -> None:
    check_moves(
        project(
            f"import './mocks';\n{KEPT}const it = (await vi.importActual<any>('{TIMER}')).tick();",
            f"import {{ tick }} from '{GO_TIMER}';\nexport const sell = () => tick();",
            f"//- /packages/shop/src/mocks.ts\nvi.mock('{GO_TIMER}', () => ({{ tick: () => 'fake' }}));",
        ),
        base=shop(),
    )


@pytest.mark.parametrize("factory", ["async (original) => ({ ...(await original()), tick: 1 })", "{ spy: true }"])
def test_an_original_brings_another_mock(factory: str) -> None:
    """The mock of the barrel, which is kept, passes `push` on from the mock of the queue."""
    mocks = f"vi.mock('{QUEUE}', {FAKE});\n{KEPT}vi.mock('{WORKERS}', {factory});"
    code = f"{KEPT}import {{ push }} from '{WORKERS}';\nimport {{ push as own }} from '{QUEUE}';\n"
    check_moves(project(mocks, f"{code}export const sell = () => [push(), own()];"), base=shop())


def test_an_original_that_is_replaced_brings_none() -> None:
    mocks = f"vi.mock('{GO_QUEUE}', {FAKE});\n{KEPT}vi.mock('{WORKERS}', () => ({{ push: () => 'all' }}));"
    code = f"{KEPT}import {{ push }} from '{WORKERS}';\nimport * as queue from '{GO_QUEUE}';\n"
    check_moves(project(mocks, f"{code}export const sell = () => [push(), queue.push()];"), base=shop())


def test_a_spy_replaces_what_a_test_steers() -> None:
    """The code was moved before its mock, and would get what the test tells the spy."""
    steered = "import { push } from 'QUEUE';\nvi.mock('QUEUE', { spy: true });\nvi.mocked(push).mockReturnValue(1);"
    proxy = f"//- /shared/workflow/workers/queue.ts\nexport {{ push }} from '{NEW}/workers/queue';"
    moved = push_from(f"{NEW}/workers/queue")
    check_moves(project(steered.replace("QUEUE", QUEUE), moved, proxy), base=shop())
    check_moves(project(f"vi.mock('{GO_QUEUE}', {{ spy: true }});", moved, proxy), base=shop())


@pytest.mark.parametrize(
    "code",
    [
        "import 'PLACE';\nexport const sell = () => 1;",
        "import { push } from 'PLACE';\nexport const sell = () => 1;",
        "await import('PLACE');\nexport const sell = () => 1;",
        "import './setup';\nexport const sell = () => 1;\n//- /packages/shop/src/setup.ts\nimport 'PLACE';",
    ],
)
@pytest.mark.parametrize("barrel", [False, True])
def test_an_import_without_names_goes_with_the_mock(code: str, *, barrel: bool) -> None:
    """What it loads would run for real, if only the import moved."""
    old, new = (WORKERS, GO_WORKERS) if barrel else (QUEUE, GO_QUEUE)
    check_moves(project(f"vi.mock('{GO_QUEUE}', {FAKE});", code.replace("PLACE", new)), base=shop())
    check_moves(project(f"{KEPT}vi.mock('{QUEUE}', {FAKE});", code.replace("PLACE", old)), base=shop())


def test_they_are_one_fix() -> None:
    text = project(f"vi.mock('{QUEUE}', {FAKE});", f"import '{QUEUE}';\nexport const sell = () => 1;")
    (found,) = Analysis(open_project(text, base=shop())[1]).check_file(CODE)
    assert found.fix is not None
    assert found.fix.title.endswith("with its mocks and imports in 1 other file")


@pytest.mark.parametrize("where", ["mocks.ts", "setup-tests.ts"])
@pytest.mark.parametrize("kept", ["the test", "the helper"])
def test_two_mocks_of_a_module_for_one_test_stay_together(where: str, kept: str) -> None:
    """Without the test's mock, that of its helper would count, or the other way round."""
    first, second = (KEPT, "") if kept == "the test" else ("", KEPT)
    load = "import './mocks';\n" if where == "mocks.ts" else ""
    mock, helper = f"vi.mock('{TIMER}', () => ({{ tick: () => 'fake' }}));", f"packages/shop/src/{where}"
    other = f"//- /{helper}\n{second}{mock.replace('fake', 'another')}"
    code = f"import {{ tick }} from '{NEW}/workers/timer';\nexport const sell = () => tick();"
    analysis = Analysis(
        open_project(project(f"{load}{first}{mock}", code, other), base=shop())[1], {"deprecated-import"}
    )
    stays, moves = (TEST, helper) if kept == "the test" else (helper, TEST)
    (found,) = analysis.check_file(moves)
    assert (
        found.reason == f"{stays} mocks this module, too, and its mock stays at the old path. Rewrite that mock first."
    )


def test_they_move_together() -> None:
    mock = f"vi.mock('{GO_TIMER}', () => ({{ tick: () => 'fake' }}));"
    other = f"//- /packages/shop/src/mocks.ts\n{mock.replace('fake', 'another')}"
    code = f"import {{ tick }} from '{GO_TIMER}';\nexport const sell = () => tick();"
    check_moves(project(f"import './mocks';\n{mock}", code, other), base=shop())
