"""A mock moves only if all that got its names from it still does, and nothing gets a name that it lacks."""

from __future__ import annotations

import pytest

from tests.rewrite.mocking.shop import BARREL, LEAVES, NEW, QUEUE, ROOT, TIMER, WORKERS, check_moves, shop

GO_QUEUE, GO_TIMER = f"{QUEUE} => {NEW}/workers/queue", f"{TIMER} => {NEW}/workers/timer"
GO_WORKERS = f"{WORKERS} => {NEW}/workers"
FAKE = "() => ({ push: () => 'fake' })"
SHOP = "//- /packages/shop/src"
WORKER, GO_WORKER = f"{QUEUE}?worker", f"{QUEUE}?worker => {NEW}/workers/queue?worker"
FAKE_WORKER = "() => ({ default: class {} })"


DIRECT = """//- /ee/packages/workflows/src/workers/index.ts
export * from '../../../../../shared/workflow/workers/index';
"""


def by_leaf(mock: str, code: str, *more: str) -> str:
    """A test that mocks, the code that it tests, and further files."""
    test = f"{SHOP}/sell.test.ts\nimport {{ sell }} from './sell';\n{mock}\ntest('sells', () => sell());"
    return "\n".join([test, f"{SHOP}/sell.ts\n{code}", *more])


def use(specifier: str) -> str:
    return f"import {{ push }} from '{specifier}';\nexport const sell = () => push();"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(by_leaf(f"vi.mock('{GO_QUEUE}', {FAKE});", use(GO_QUEUE)), id="both by one path"),
        pytest.param(by_leaf(f"jest.mock('{GO_QUEUE}', {FAKE});", use(GO_QUEUE)), id="in a test that Jest runs"),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                use(GO_QUEUE.replace("@shared", "@alga-psa/shared")),
            ),
            id="under two roots",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                use(f"../../../shared/workflow/workers/queue => {NEW}/workers/queue"),
            ),
            id="the code by a relative path",
        ),
        pytest.param(
            by_leaf(f"vi.mock('{GO_WORKERS}', {FAKE});", use(GO_WORKERS)),
            id="a barrel, whose names the code takes",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_WORKER}', {FAKE_WORKER});",
                f"import Worker from '{GO_WORKER}';\nexport const sell = () => new Worker();",
            ),
            id="a request to the bundler",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                f"// workflow-ls-ignore deprecated-import: later\nimport Worker from '{WORKER}';\n{use(GO_QUEUE)}",
            ),
            id="a module whose request stays",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{WORKER}', {FAKE_WORKER});",
                "// workflow-ls-ignore deprecated-import: later\n"
                f"import Worker from '{WORKER}';\nimport {{ push }} from '{GO_QUEUE}';\n"
                "export const sell = () => push(new Worker());",
            ),
            id="a request that stays, and its mock, but not the module",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                f"import * as queue from '{GO_QUEUE}';\nexport const sell = () => queue.push();",
            ),
            id="a namespace",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                f"export const sell = async () => (await import('{GO_QUEUE}')).push();",
            ),
            id="code that imports it dynamically",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                "import { push } from './passed';\nexport const sell = () => push();",
                f"{SHOP}/passed.ts\nexport const own = 1;\nexport {{ push }} from '{GO_QUEUE}';",
            ),
            id="code that gets it through a re-export",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                "import { add } from './passed';\nexport const sell = () => add();",
                f"{SHOP}/passed.ts\nexport const own = 1;\nexport {{ push as add }} from '{GO_QUEUE}';",
            ),
            id="code that gets it through a re-export by another name",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', () => ({{ default: {{ size: () => 9 }} }}));",
                f"import queue from '{GO_QUEUE}';\nexport const sell = () => queue.size();",
            ),
            id="a default export",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', () => ({{ default: {{ size: () => 9 }} }}));",
                "import { Queue } from './passed';\nexport const sell = () => Queue.size();",
                f"{SHOP}/passed.ts\nexport const own = 1;\nexport {{ default as Queue }} from '{GO_QUEUE}';",
            ),
            id="a default export that gets a name",
        ),
        pytest.param(by_leaf(f"vi.mock('{GO_QUEUE}');", use(GO_QUEUE)), id="an automock"),
        pytest.param(by_leaf(f"vi.mock('{GO_QUEUE}', {{ spy: true }});", use(GO_QUEUE)), id="a spy"),
        pytest.param(
            by_leaf(f"const fake = vi.hoisted(() => {FAKE});\nvi.mock('{GO_QUEUE}', fake);", use(GO_QUEUE)),
            id="a factory by name",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', async (original) => ({{ ...(await original()), push: () => 'fake' }}));",
                f"import {{ push, drain }} from '{GO_QUEUE}';\nexport const sell = () => [push(), drain()];",
            ),
            id="a factory that spreads the original",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', async () => ({{ ...(await vi.importActual('{GO_QUEUE}')), push: 1 }}));",
                use(GO_QUEUE),
            ),
            id="a factory that imports the actual module",
        ),
        pytest.param(
            by_leaf(f"vi.mock('{GO_QUEUE}', {FAKE});\nvi.unmock('{GO_QUEUE}');", use(GO_QUEUE)),
            id="and what unmocks it",
        ),
        pytest.param(
            by_leaf(
                f"jest.mock('{GO_QUEUE}', {FAKE});\nconst {{ drain }} = jest.requireActual('{GO_QUEUE}');",
                use(GO_QUEUE),
            ),
            id="and what requires the actual module",
        ),
        pytest.param(by_leaf(f"vi.mock(import('{GO_QUEUE}'), {FAKE});", use(GO_QUEUE)), id="by an import in the call"),
        pytest.param(
            by_leaf(
                f"import {{ push }} from '{GO_QUEUE}';\nvi.mock('{GO_QUEUE}');\nvi.mocked(push).mockReturnValue('x');",
                use(GO_QUEUE),
            ),
            id="a test that imports what it mocks",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                use(GO_QUEUE),
                f"{SHOP}/other.test.ts\nimport './sell';\nvi.mock('{GO_QUEUE}', () => ({{ push: 2, drain: 3 }}));",
            ),
            id="two tests, each with its mock",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{NEW}/workers/queue', {FAKE});",
                use(GO_QUEUE),
            ),
            id="the code follows a mock that was moved before",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                use(f"{NEW}/workers/queue"),
            ),
            id="the mock follows code that was moved before",
        ),
        pytest.param(
            f"//- /packages/shop/__tests__/sell.ts\nimport '../src/sell';\njest.mock('{GO_QUEUE}', {FAKE});\n"
            f"{SHOP}/sell.ts\n{use(GO_QUEUE)}",
            id="a test of Jest by its folder",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                use(GO_QUEUE),
                f"{SHOP}/other.ts\nimport {{ drain }} from '{GO_QUEUE}';\ndrain();",
            ),
            id="code that the test does not load decides nothing",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{GO_QUEUE}', {FAKE});",
                f"import {{ push, drain }} from '{GO_QUEUE}';\nexport const sell = () => push();\n"
                "export const clear = () => drain();",
            ),
            id="nor does a name that the mock lacks today",
        ),
    ],
)
def test_moves_with_its_imports(text: str) -> None:
    check_moves(text, base=shop())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            by_leaf(
                f"vi.mock('{QUEUE}', {FAKE});",
                "import { flush } from '@alga-psa/shared/mail/outbox';\nexport const sell = () => flush();",
            ),
            id="which a core file loads",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{QUEUE}', {FAKE});",
                "import { flush } from './deep';\nexport const sell = () => flush();",
                f"{SHOP}/deep.ts\nexport {{ flush }} from '../../../shared/mail/outbox';",
            ),
            id="which a core file loads, behind a file",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{QUEUE}');",
                "export const sell = async () => (await import('../../../shared/mail/outbox')).flush();",
            ),
            id="which a core file loads, imported dynamically",
        ),
        pytest.param(
            by_leaf(f"vi.mock('{QUEUE}', {FAKE});", use(f"{NEW}/workers")),
            id="which code loads through a canonical barrel",
        ),
        pytest.param(
            by_leaf(
                f"jest.mock('{QUEUE}', {FAKE});",
                f"import * as all from '{NEW}';\nexport const sell = () => all.push();",
            ),
            id="which code loads through a namespace of the root",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{QUEUE}', {FAKE});\nconst real = await vi.importActual('{QUEUE}');",
                use(f"{NEW}/workers"),
            ),
            id="with what imports the actual module",
        ),
    ],
)
def test_a_mock_of_what_a_proxy_re_exports_stays(text: str) -> None:
    check_moves(text, base=shop(proxies=True) + DIRECT)


def test_it_moves_where_the_barrel_goes_through_the_proxy() -> None:
    check_moves(by_leaf(f"vi.mock('{GO_QUEUE}', {FAKE});", use(f"{NEW}/workers")), base=shop(proxies=True))


def test_the_imports_of_a_mock_that_stays_go_where_it_still_works() -> None:
    text = by_leaf(
        f"vi.mock('{QUEUE}', {FAKE});",
        f"import {{ push }} from '{GO_QUEUE}';\nimport {{ flush }} from '@alga-psa/shared/mail/outbox';\n"
        "export const sell = () => [push(), flush()];",
    )
    check_moves(text, base=shop(proxies=True))


def wider(first: str, second: str) -> str:
    calls = "export const sell = () => [push(), tick()];"
    return f"import {{ push }} from '{first}';\nimport {{ tick }} from '{second}';\n{calls}"


@pytest.mark.parametrize(
    ("exports", "mock", "code"),
    [
        pytest.param(BARREL, f"vi.mock('{QUEUE}', {FAKE});", wider(QUEUE, f"{NEW}/workers"), id="a barrel"),
        pytest.param(ROOT, f"vi.mock('{QUEUE}', {FAKE});", wider(QUEUE, NEW), id="the root"),
        pytest.param(BARREL, f"vi.mock('{QUEUE}');", wider(QUEUE, f"{NEW}/workers"), id="without a factory"),
        pytest.param(
            BARREL,
            f"vi.mock('{QUEUE}', {FAKE});",
            f"import {{ push }} from '{QUEUE}';\nimport * as all from '{NEW}/workers';\n"
            "export const sell = () => all.tick(push);",
            id="a namespace takes it",
        ),
        pytest.param(
            BARREL,
            f"vi.mock('{QUEUE}', {FAKE});",
            f"import {{ push }} from '{QUEUE}';\npush();\n"
            f"export const sell = async () => (await import('{NEW}/workers')).tick();",
            id="a dynamic import takes it",
        ),
        pytest.param(
            BARREL,
            f"const fake = vi.hoisted(() => {FAKE});\nvi.mock('{QUEUE}', fake);",
            wider(QUEUE, f"{NEW}/workers"),
            id="the text does not show what the factory has",
        ),
        pytest.param(
            BARREL,
            f"vi.mock('{QUEUE}', async () => ({{ push: () => 'fake' }}));",
            wider(QUEUE, f"{NEW}/workers"),
            id="an asynchronous factory",
        ),
    ],
)
def test_a_mock_that_would_replace_more_stays(exports: str, mock: str, code: str) -> None:
    check_moves(by_leaf(mock, code), base=shop(exports))


ONLY_PUSH = "export const sell = () => push();\n"


@pytest.mark.parametrize(
    ("factory", "code"),
    [
        pytest.param(
            "async (original) => ({ ...(await original()), push: 1 })",
            wider("OLD", f"{NEW}/workers"),
            id="the factory spreads the original",
        ),
        pytest.param("{ spy: true }", wider("OLD", f"{NEW}/workers"), id="a spy"),
        pytest.param(
            FAKE,
            f"import {{ push }} from 'OLD';\nimport {{ tick }} from '{NEW}/workers';\n{ONLY_PUSH}"
            "export const later = () => tick();",
            id="nothing that the test uses takes the other name",
        ),
        pytest.param(
            FAKE,
            f"import {{ push }} from 'OLD';\nimport type {{ tick }} from '{NEW}/workers';\n{ONLY_PUSH}"
            "export type Tick = typeof tick;",
            id="it is taken as a type",
        ),
    ],
)
def test_a_mock_that_replaces_no_more_moves(factory: str, code: str) -> None:
    to = f"{QUEUE} => {NEW}/workers"
    check_moves(by_leaf(f"vi.mock('{to}', {factory});", code.replace("OLD", to)), base=shop(BARREL))


def test_a_name_that_is_real_today_stays_real() -> None:
    """The mock of the barrel replaces its `tick`, and not that of the module itself."""
    mock = f"vi.mock('{WORKERS}', () => ({{ tick: () => 'fake' }}));"
    code = f"import {{ tick }} from '{WORKERS}';\nimport {{ tick as real }} from '{TIMER} => {NEW}/workers';\n"
    check_moves(by_leaf(mock, f"{code}export const sell = () => [tick(), real()];"), base=shop(BARREL))


MANUAL = "__mocks__/queue.ts\nexport const push = () => 'manual';"
OLD_MANUAL, NEW_MANUAL = f"//- /shared/workflow/workers/{MANUAL}", f"//- /ee/packages/workflows/src/workers/{MANUAL}"


@pytest.mark.parametrize(
    ("files", "moves"),
    [
        pytest.param("", True, id="none"),
        pytest.param(OLD_MANUAL, False, id="beside the legacy module"),
        pytest.param(NEW_MANUAL, False, id="beside the new one"),
        pytest.param(f"{OLD_MANUAL}\n{NEW_MANUAL}", True, id="beside both"),
    ],
)
@pytest.mark.parametrize("runner", ["vi", "jest"])
def test_files_of_mocks(runner: str, files: str, moves: bool) -> None:
    specifier = GO_QUEUE if moves else QUEUE
    check_moves(by_leaf(f"{runner}.mock('{specifier}');", use(specifier), files), base=shop())


def test_a_file_of_mocks_is_nothing_to_a_factory() -> None:
    check_moves(by_leaf(f"vi.mock('{GO_QUEUE}', {FAKE});", use(GO_QUEUE), OLD_MANUAL), base=shop())


IGNORE = "// workflow-ls-ignore deprecated-import: later\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(by_leaf(f"{IGNORE}vi.mock('{QUEUE}', {FAKE});", use(QUEUE)), id="a mock that is kept"),
        pytest.param(by_leaf(f"vi.mock('{QUEUE}', {FAKE});", IGNORE + use(QUEUE)), id="an import that is kept"),
        pytest.param(
            by_leaf(
                f"vi.mock('{QUEUE}', {FAKE});",
                use(QUEUE),
                '//- /workflow-ls.json\n{ "rules": { "deprecated-import": "off" } }',
            ),
            id="a rule that is off",
        ),
        pytest.param(
            by_leaf(
                f"vi.mock('{QUEUE}', {FAKE});",
                use("../../../shared/workflow/workers/queue"),
                '//- /workflow-ls.json\n{ "rules": { "deprecated-relative-import": "off" } }',
            ),
            id="the rule of the import is off",
        ),
    ],
)
def test_what_the_user_keeps_holds_the_others(text: str) -> None:
    check_moves(text, base=shop())


@pytest.mark.parametrize("where", ["shared/mail/outbox.test.ts", "shared/workflow/workers/queue.test.ts"])
def test_mocks_of_tests_in_the_core_stay(where: str) -> None:
    check_moves(
        f"//- /{where}\nimport {{ push }} from '@shared/workflow/workers/queue';\nvi.mock('{QUEUE}', {FAKE});\npush();"
        if "mail" in where
        else f"//- /{where}\nimport {{ push }} from './queue';\nvi.mock('./queue', {FAKE});\npush();",
        base=shop(),
    )


@pytest.mark.parametrize("exports", [LEAVES, BARREL, ROOT])
def test_two_mocks_never_become_one(exports: str) -> None:
    to = {LEAVES: ("/workers/queue", "/workers/timer")}.get(exports)
    queue, timer = (f"{QUEUE} => {NEW}{to[0]}", f"{TIMER} => {NEW}{to[1]}") if to else (QUEUE, TIMER)
    mocks = f"vi.mock('{queue}', {FAKE});\nvi.mock('{timer}', () => ({{ tick: 1 }}));"
    check_moves(by_leaf(mocks, wider(queue, timer)), base=shop(exports))


BOTH = "() => ({ push: () => 'fake', tick: () => 'fake' })"


@pytest.mark.parametrize("factory", [BOTH, f"async {BOTH}", "async () => (await import('./fakes')).all"])
def test_two_mocks_that_are_written_alike_may_become_one(factory: str) -> None:
    to = f"{NEW}/workers"
    mocks = f"vi.mock('{QUEUE} => {to}', {factory});\nvi.mock('{TIMER} => {to}', {factory});"
    fakes = f"{SHOP}/fakes.ts\nexport const all = {{ push: () => 'fake', tick: () => 'fake' }};"
    check_moves(by_leaf(mocks, wider(f"{QUEUE} => {to}", f"{TIMER} => {to}"), fakes), base=shop(BARREL))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (BOTH, f"async {BOTH}"),
        (BOTH, BOTH.replace("tick: () => 'fake'", "tick: () => 'other'")),
        (BOTH, FAKE),
    ],
)
def test_two_that_differ_stay(first: str, second: str) -> None:
    mocks = f"vi.mock('{QUEUE}', {first});\nvi.mock('{TIMER}', {second});"
    check_moves(by_leaf(mocks, wider(QUEUE, TIMER)), base=shop(BARREL))
