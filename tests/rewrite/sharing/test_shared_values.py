"""What a test and the code that it tests have in common by a module that moved as a copy."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_fix, check_no_fix, fix_project, open_project
from tests.rewrite.sharing.kitchen import APART, BASE, CODE, KEPT, NEW, OLD, SHARED, TEST, Case
from workflow_ls.analysis import Analysis


@pytest.mark.parametrize("kept", ["test", "code"])
@pytest.mark.parametrize("case", SHARED, ids=lambda case: case.told)
def test_what_is_shared_stays_where_one_side_stays(case: Case, kept: str) -> None:
    check_no_fix(case.project(kept=kept), base=BASE)


@pytest.mark.parametrize("case", [*SHARED, *APART], ids=lambda case: case.told)
def test_both_sides_move(case: Case) -> None:
    text = case.project(kept="")
    check_fix(text, text.replace(OLD, NEW), base=BASE)


@pytest.mark.parametrize(("kept", "moved"), [("test", CODE), ("code", TEST)])
@pytest.mark.parametrize("case", APART, ids=lambda case: case.told)
def test_what_is_not_shared_moves_alone(case: Case, kept: str, moved: str) -> None:
    _, workspace = open_project(case.project(kept=kept), base=BASE)
    changed = fix_project(workspace, None, base=BASE)
    assert NEW.encode() in changed[moved]


FILLS = (
    f"//- /packages/cafe/src/supply.ts\nimport {{ fill }} from '{OLD}';\nexport const supply = () => fill('tea', 'x');"
)
READS = f"//- /packages/cafe/src/serve.ts\nimport {{ look }} from '{OLD}';\nexport const serve = () => look('tea');"
COOKS = """//- /packages/cafe/src/lunch.ts
import { cook, burn, onlyHere } from '@shared/workflow/kitchen/cook';
export const lunch = () => [cook('tea'), burn, onlyHere];"""


def test_two_clients_of_one_state_move_together() -> None:
    text = f"{FILLS}\n{READS}"
    check_fix(text, text.replace(OLD, NEW), base=BASE)


@pytest.mark.parametrize(("kept", "other"), [(FILLS, READS), (READS, FILLS)])
def test_one_client_stays_with_the_other(kept: str, other: str) -> None:
    check_no_fix(f"{kept.replace('import', f'{KEPT}import', 1)}\n{other}", base=BASE)


def test_a_client_stays_with_what_reaches_its_state_by_another_module() -> None:
    check_no_fix(f"{FILLS}\n{COOKS}", base=BASE)


@pytest.mark.parametrize("name", ["half", "LIMIT", "isSalt", "setSeason", "Size"])
def test_a_client_moves_from_what_others_do_not_reach(name: str) -> None:
    text = f"//- /packages/cafe/src/free.ts\nimport {{ {name} }} from '{OLD}';\nexport const free = () => {name};"
    check_fix(f"{text}\n{COOKS}", f"{text.replace(OLD, NEW)}\n{COOKS}", base=BASE)


def test_who_catches_an_error_stays_with_who_throws_it() -> None:
    catches = f"""//- /packages/cafe/src/waiter.ts
import {{ Spoilt }} from '{OLD}';
export const excuse = (error: unknown) => (error instanceof Spoilt ? 'sorry' : 'what');"""
    check_no_fix(f"{catches}\n{COOKS}", base=BASE)
    throws = catches.replace("error instanceof Spoilt ? 'sorry' : 'what'", "new Spoilt(String(error))")
    check_fix(f"{throws}\n{COOKS}", f"{throws.replace(OLD, NEW)}\n{COOKS}", base=BASE)


def test_a_reexported_module_is_one_module() -> None:
    proxy = "//- /ee/packages/workflows/src/kitchen/pantry.ts\nexport * from '../../../../../shared/workflow/kitchen/pantry';\n"
    text = f"{FILLS}\n{COOKS}"
    check_fix(text, text.replace(OLD, NEW), base=BASE + proxy)


def test_a_wrapper_of_the_legacy_module_shares_with_it() -> None:
    wrapper = """//- /ee/packages/workflows/src/kitchen/pantry.ts
import * as pantry from '../../../../../shared/workflow/kitchen/pantry';
export function fill(name: string, what: string): void { pantry.fill(name, what.trim()); }
export { look } from '../../../../../shared/workflow/kitchen/pantry';
"""
    text = f"{FILLS}\n{COOKS}"
    check_fix(text, text.replace(OLD, NEW), base=BASE + wrapper)


def test_a_test_moves_that_does_not_load_who_stays() -> None:
    text = f"""//- /packages/cafe/src/pantry.test.ts
import {{ fill, look }} from '{OLD}';
test('keeps', () => {{ fill('tea', 'x'); expect(look('tea')).toBe('x'); }});"""
    check_fix(f"{text}\n{COOKS}", f"{text.replace(OLD, NEW)}\n{COOKS}", base=BASE)


def test_two_imports_of_one_file_stay_together() -> None:
    cooks = COOKS.replace("export const", f"import {{ fill }} from '{OLD}';\nexport const", 1).replace(
        "[cook", "[fill('a', 'b'), cook"
    )
    check_no_fix(cooks, base=BASE)


def test_a_name_of_import_is_followed() -> None:
    text = f"""//- /{TEST}
import {{ serve }} from './menu';
test('serves', async () => {{ const pantry = await import('{OLD}'); vi.spyOn(pantry.scale, 'weigh'); serve(); }});
//- /{CODE}
{KEPT}import {{ scale }} from '{OLD}';
export const serve = () => scale.weigh(5);"""
    check_no_fix(text, base=BASE)
    check_no_fix(text.replace("const pantry", "const { scale: s }").replace("pantry.scale", "s"), base=BASE)


def test_the_refusal_says_who_stays_and_what_helps() -> None:
    check_diagnostics(
        f"{FILLS}\n{COOKS}".replace(
            ";\nexport const supply",
            f""";
                      {"^" * (len(OLD))} deprecated-import blocked: packages/cafe/src/lunch.ts still takes `cook` from `@shared/workflow/kitchen/cook` (packages/cafe/src/lunch.ts > shared/workflow/kitchen/cook.ts > shared/workflow/kitchen/pantry.ts), and would no longer share `jars`, state of shared/workflow/kitchen/pantry.ts, with this import. Rewrite the import in packages/cafe/src/lunch.ts first, or let ee/packages/workflows/src/kitchen/pantry.ts re-export shared/workflow/kitchen/pantry.ts until then.
export const supply""",
        ).partition("//- /packages/cafe/src/lunch.ts")[0],
        base=f"{BASE}\n{COOKS}",
        rules={"deprecated-import"},
    )


def test_a_quick_fix_takes_the_other_users_along() -> None:
    _, workspace = open_project(f"{FILLS}\n{READS}", base=BASE)
    (finding,) = Analysis(workspace, {"deprecated-import"}).check_file("packages/cafe/src/supply.ts")
    assert finding.fix is not None
    edited = {file.path for file in finding.fix.files}
    assert edited >= {"packages/cafe/src/supply.ts", "packages/cafe/src/serve.ts"}
