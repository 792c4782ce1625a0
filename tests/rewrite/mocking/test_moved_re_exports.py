"""A file that refers to a module several times: each name is followed by the reference that brings it."""

from __future__ import annotations

import pytest

from tests.rewrite.mocking.shop import LEAVES, NEW, QUEUE, TIMER, WORKERS, check_moves, shop

NO_BARREL = '{ "./workers": null, "./workers/*": "./src/workers/*.ts" }'
GO_QUEUE, GO_TIMER = f"{QUEUE} => {NEW}/workers/queue", f"{TIMER} => {NEW}/workers/timer"
PUSH, TICK = f"{WORKERS} => {NEW}/workers/queue", f"{WORKERS} => {NEW}/workers/timer"
FAKE, FAKE_TICK = "() => ({ push: () => 'fake' })", "() => ({ tick: () => 'fake' })"
SHOP = "//- /packages/shop/src"
OUTBOX = "import { flush } from '@alga-psa/shared/mail/outbox';"
"""What loads the queue by its old path, so that a mock of it stays there."""


def passing_on(mock: str, passed: str, *, stuck: bool = False) -> str:
    """A test that mocks, and takes `push` and `tick` from a file that only passes them on."""
    outbox, flush = (OUTBOX, " && flush()") if stuck else ("", "")
    return (
        f"{SHOP}/sell.test.ts\n{outbox}\nimport {{ push, tick }} from './passed';\n{mock}\n"
        f"test('sells', () => push() && tick(){flush});\n{SHOP}/passed.ts\nexport const own = 1;\n{passed}"
    )


def helping(helper: str, *, stuck: bool = False) -> str:
    """A test that mocks the timer, and takes `push` from a helper, which mocks, too."""
    outbox, flush = (OUTBOX, "flush();") if stuck else ("", "")
    return (
        f"{SHOP}/sell.test.ts\nimport {{ push }} from './helper';\nimport {{ tick }} from '{GO_TIMER}';\n"
        f"vi.mock('{GO_TIMER}', {FAKE_TICK});\ntest('sells', () => push() && tick());\n"
        f"{SHOP}/helper.ts\n{outbox}\n{helper}\n{flush}"
    )


@pytest.mark.parametrize(
    "passed",
    [
        pytest.param(
            f"export {{ push }} from '{WORKERS}';\nexport {{ tick }} from '{TICK}';", id="another export last"
        ),
        pytest.param(
            f"export {{ tick }} from '{TICK}';\nexport {{ push }} from '{WORKERS}';", id="another export first"
        ),
        pytest.param(
            f"import {{ push as add }} from '{WORKERS}';\nexport {{ tick }} from '{TICK}';\nexport {{ add as push }};",
            id="imported under another name",
        ),
        pytest.param(
            f"export {{ tick as push }} from '{TICK}';\nexport {{ push as tick }} from '{WORKERS}';",
            id="each under the name of the other",
        ),
    ],
)
def test_an_export_stays_with_the_mock_of_its_name(passed: str) -> None:
    check_moves(passing_on(f"vi.mock('{QUEUE}', {FAKE});", passed, stuck=True), base=shop(NO_BARREL))


@pytest.mark.parametrize(
    "helper",
    [
        pytest.param(f"export {{ push }} from '{QUEUE}';\nvi.mock('{QUEUE}', {FAKE});", id="the mock last"),
        pytest.param(f"vi.mock('{QUEUE}', {FAKE});\nexport {{ push }} from '{QUEUE}';", id="the mock first"),
        pytest.param(f"export * from '{QUEUE}';\nvi.mock('{QUEUE}', {FAKE});", id="a star"),
        pytest.param(
            f"import {{ push }} from '{QUEUE}';\nexport {{ push }};\nvi.mock('{QUEUE}', {FAKE});", id="an import"
        ),
    ],
)
def test_an_export_stays_with_a_mock_in_its_file(helper: str) -> None:
    check_moves(helping(helper, stuck=True), base=shop(LEAVES))


def test_exports_move_with_the_mocks_of_their_names() -> None:
    passed = f"export {{ push }} from '{PUSH}';\nexport {{ tick }} from '{TICK}';"
    mocks = f"vi.mock('{GO_QUEUE}', {FAKE});\nvi.mock('{GO_TIMER}', {FAKE_TICK});"
    check_moves(passing_on(mocks, passed), base=shop(NO_BARREL))
