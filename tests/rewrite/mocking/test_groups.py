"""A mock and the imports that get its names are one fix: of a file, of a finding, and in the editor's words."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, open_project
from tests.rewrite.mocking.shop import BARREL, NEW, QUEUE, ROOT, TIMER, shop
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Severity
from workflow_ls.proof.joined_fixes import FixOptions

CODE, TEST, OTHER = (f"packages/shop/src/{name}.ts" for name in ("sell", "sell.test", "buy"))
HELD = f"deprecated-import blocked: the rewrite would disable the mock of this module in {TEST}"
SHOP = f"""
//- /{CODE}
import {{ push }} from '{QUEUE}';
export const sell = () => push();
//- /{TEST}
import {{ sell }} from './sell';
vi.mock('{QUEUE}', () => ({{ push: () => 'fake' }}));
test('sells', () => sell());
//- /{OTHER}
import {{ push }} from '{QUEUE}';
push();
"""


def changed(text: str, within: str, base: str) -> list[str]:
    return sorted(change.path for change in Analysis(open_project(text, base=base)[1]).fix((within,), FixOptions()))


@pytest.mark.parametrize(
    ("within", "files"),
    [
        pytest.param(OTHER, [OTHER], id="a file that no test loads"),
        pytest.param(CODE, [TEST, CODE], id="a file that a test mocks for"),
        pytest.param(TEST, [TEST, CODE], id="the test"),
        # Nothing names the old package then, so that its dependency goes, too.
        pytest.param("packages/shop", [OTHER, TEST, CODE, "packages/shop/package.json"], id="a directory"),
    ],
)
def test_a_fix_of_some_files_takes_the_group_along(within: str, files: list[str]) -> None:
    assert changed(SHOP, within, shop()) == sorted(files)


def test_two_tests_of_one_file_are_one_group() -> None:
    second = f"""
//- /packages/shop/src/again.test.ts
import {{ sell }} from './sell';
vi.mock('{QUEUE}', () => ({{ push: () => 'another' }}));
test('sells', () => sell());
"""
    assert changed(SHOP + second, TEST, shop()) == ["packages/shop/src/again.test.ts", TEST, CODE]


def test_a_fix_of_one_finding_says_what_it_edits() -> None:
    analysis = Analysis(open_project(SHOP, base=shop())[1])
    titles = {path: [each.fix.title for each in analysis.check_file(path) if each.fix] for path in (CODE, TEST, OTHER)}
    title = f"Replace with '{NEW}/workers/queue'"
    assert titles == {
        CODE: [f"{title}, with its mocks and imports in 1 other file"],
        TEST: [f"{title}, with its mocks and imports in 1 other file"],
        OTHER: [title],
    }


def test_a_refused_mock_holds_its_imports_and_no_other() -> None:
    more = f"import {{ tick }} from '{NEW}/workers';\nimport {{ push }}"
    text = SHOP.replace("import { push }", more, 1).replace("() => push();", "() => [push(), tick()];")
    assert changed(text, "packages/shop", shop(BARREL)) == [OTHER]


@pytest.mark.parametrize("exports", [BARREL, ROOT])
def test_reasons(exports: str) -> None:
    wide = f"{NEW}/workers" if exports == BARREL else NEW
    reason = f"deprecated-import blocked: the mock would also replace `tick`, which {CODE} takes from `{wide}`"
    check_diagnostics(
        f"""
//- /{CODE}
import {{ push }} from '{QUEUE}';
                      {"^" * len(QUEUE)} {HELD}
import {{ tick }} from '{wide}';
export const sell = () => [push(), tick()];
//- /{TEST}
import {{ sell }} from './sell';
vi.mock('{QUEUE}', () => ({{ push: () => 'fake' }}));
         {"^" * len(QUEUE)} {reason}
test('sells', () => sell());
""",
        base=shop(exports),
    )


def test_the_reason_for_a_name_that_is_real_today() -> None:
    old, reason = "@shared/workflow/workers", f"the mock would also replace `tick`, which {CODE} gets for real today"
    reason = f"deprecated-import blocked: {reason}. Mock `{TIMER}` there, too, or leave `tick` out of the mock."
    check_diagnostics(
        f"""
//- /{CODE}
import {{ tick }} from '{old}';
                      {"^" * len(old)} {HELD}
import {{ tick as real }} from '{TIMER}';
                              {"^" * len(TIMER)} deprecated-import verified -> {NEW}/workers
export const sell = () => [tick(), real()];
//- /{TEST}
import {{ sell }} from './sell';
vi.mock('{old}', () => ({{ tick: () => 'fake' }}));
         {"^" * len(old)} {reason}
test('sells', () => sell());
""",
        base=shop(BARREL),
    )


def test_a_mock_that_is_right_where_it_is_is_information() -> None:
    core = "import { flush } from '@alga-psa/shared/mail/outbox';\nexport const sell = () => flush();"
    text = f"""
//- /{CODE}
{core}
//- /{TEST}
import {{ sell }} from './sell';
vi.mock('{QUEUE}', () => ({{ push: () => 'fake' }}));
test('sells', () => sell());
"""
    (found,) = Analysis(open_project(text, base=shop(proxies=True))[1]).check_file(TEST)
    assert found.severity is Severity.INFORMATION
    assert found.message.startswith(f"`{QUEUE}` stays mocked at its old path, where its implementation still is")


@pytest.mark.parametrize(("second", "held"), [("() => ({ push: () => 'fake' })", False), ("() => ({ push: 1 })", True)])
def test_a_name_goes_from_one_mock_to_another_only_if_they_are_alike(second: str, held: bool) -> None:
    text = SHOP.replace("test('sells'", f"vi.mock('{NEW}/workers/queue', {second});\ntest('sells'")
    (found,) = Analysis(open_project(text, base=shop())[1]).check_file(CODE)
    assert (found.fix is None) == held


@pytest.mark.parametrize("factory", ["async (original) => ({ ...(await original()), push: 1 })", "{ spy: true }"])
def test_a_star_brings_a_name_from_the_mock_that_has_it(factory: str) -> None:
    """The mock of the queue, which is kept, takes what it lacks from the queue, which has no `tick`."""
    text = f"""
//- /{CODE}
import {{ tick }} from '@shared/workflow/workers';
export const sell = () => tick();
//- /{TEST}
import {{ sell }} from './sell';
// workflow-ls-ignore deprecated-import: later
vi.mock('{QUEUE}', {factory});
vi.mock('{TIMER}', () => ({{ tick: () => 'fake' }}));
test('sells', () => sell());
"""
    (found,) = Analysis(open_project(text, base=shop())[1]).check_file(CODE)
    assert found.fix is not None
    assert found.fix.title.endswith("with its mocks and imports in 1 other file")
