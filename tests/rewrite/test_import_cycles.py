"""Rewrites that would close a circle of imports."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_fix

# The canonical barrel loads the code that registers steps, which takes its registry from the legacy tree.
STEPS = """
//- /shared/workflow/steps/registry.ts
export const register = (name: string): void => {};
//- /ee/packages/workflows/package.json
{ "name": "@alga-psa/workflows", "exports": { "./steps": "./src/steps/index.ts" } }
//- /ee/packages/workflows/src/steps/index.ts
export * from '../../../../../shared/workflow/steps/registry';
import './BETWEEN';
"""
OLD, NEW = "../../../../../shared/workflow/steps/registry", "@alga-psa/workflows/steps"
WAY = "ee/packages/workflows/src/steps"


def base(between: str) -> str:
    return STEPS.replace("BETWEEN", between)


@pytest.mark.parametrize(
    ("between", "more", "chain"),
    [
        pytest.param("mail", "", f"{WAY}/mail.ts > {WAY}/index.ts > {WAY}/mail.ts", id="directly"),
        pytest.param(
            "all",
            f"//- /{WAY}/all.ts\nexport * from './mail';\n",
            f"{WAY}/mail.ts > {WAY}/index.ts > {WAY}/all.ts > {WAY}/mail.ts",
            id="through another module",
        ),
    ],
)
def test_a_target_that_loads_the_file_is_refused(between: str, more: str, chain: str) -> None:
    reason = f"{WAY}/index.ts loads this file, so that importing it here would close a circle ({chain})"
    check_diagnostics(
        f"""
        //- /{WAY}/mail.ts
        import {{ register }} from '{OLD}';
                                  {"^" * len(OLD)} deprecated-relative-import blocked: {reason}
        export const mail = () => register('mail');
        """,
        base=base(between) + more,
        rules={"deprecated-relative-import"},
    )


@pytest.mark.parametrize(
    ("between", "importing"),
    [
        pytest.param("nothing", f"import {{ register }} from '{OLD}';\nregister('a');", id="nothing loads the file"),
        pytest.param("mail", f"const {{ register }} = await import('{OLD}');\nregister('a');", id="it is loaded later"),
        pytest.param("mail", f"import type {{ register }} from '{OLD}';\nexport type A = typeof register;", id="types"),
    ],
)
def test_others_are_rewritten(between: str, importing: str) -> None:
    text = f"//- /{WAY}/mail.ts\n{importing}\n"
    check_fix(text, text.replace(OLD, NEW), base=base(between))


def test_a_circle_that_is_there_already_stays() -> None:
    again = "//- /shared/workflow/steps/registry.ts\nimport '@alga-psa/workflows/steps';\nexport const register = 1;\n"
    text = f"//- /{WAY}/mail.ts\nimport {{ register }} from '{OLD}';\nregister;\n"
    check_fix(text, text.replace(OLD, NEW), base=base("mail") + again)


def test_two_rewrites_that_close_a_circle_together_are_refused() -> None:
    text = """
    //- /ee/packages/workflows/src/left.ts
    import { right } from '@shared/workflow/right';
    export const left = () => right;
    //- /ee/packages/workflows/src/right.ts
    import { left } from '@shared/workflow/left';
    export const right = () => left;
    """
    legacy = """
    //- /shared/workflow/left.ts
    export const left = 1;
    //- /shared/workflow/right.ts
    export const right = 1;
    //- /ee/packages/workflows/package.json
    { "name": "@alga-psa/workflows", "exports": { "./*": "./src/*.ts" } }
    """
    check_fix(text, text, base=legacy)
