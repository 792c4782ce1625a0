"""An import without names is not rewritten to a module that bundlers drop, as `sideEffects` of its package say."""

from __future__ import annotations

import json

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix
from tests.moves.cuts import BASE, MODULE, SOURCES, plan_of

FILE = "//- /packages/a/src/a.ts\n{}\n"
OLD, NEW = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"


def based(effects: object, legacy: object = None) -> str:
    """A project whose packages have these `sideEffects`; None for none."""
    text = SOUND
    for name, value in (("@alga-psa/workflows", effects), ("@alga-psa/shared", legacy)):
        head = f'"name": "{name}"'
        assert head in text
        text = text.replace(head, head if value is None else f'{head}, "sideEffects": {json.dumps(value)}', 1)
    return text


@pytest.mark.parametrize(
    "effects",
    [None, True, ["./src/runtime/client.ts"], ["src/runtime/*.ts"], ["**/client.ts"], ["client.ts"], "./src/**"],
)
def test_what_is_kept_is_rewritten(effects: object) -> None:
    check_fix(FILE.format(f"import '{OLD}';"), FILE.format(f"import '{NEW}';"), base=based(effects))


@pytest.mark.parametrize(
    "line",
    ["import {{ client }} from '{}'; client;", "import * as all from '{}'; all;", "void import('{}');", "import type {{ client }} from '{}';"],
)  # fmt: skip
def test_what_is_used_is_kept(line: str) -> None:
    check_fix(FILE.format(line.format(OLD)), FILE.format(line.format(NEW)), base=based(False))


def test_what_is_dropped_today_may_be() -> None:
    check_fix(FILE.format(f"import '{OLD}';"), FILE.format(f"import '{NEW}';"), base=based(False, False))


@pytest.mark.parametrize("effects", [False, [], ["./src/other.ts"], ["*.css"], ["./dist/**"]])
@pytest.mark.parametrize("legacy", [None, True, ["./workflow/runtime/client.ts"]])
def test_what_would_be_dropped_stays(effects: object, legacy: object) -> None:
    check_diagnostics(
        """
        //- /packages/a/src/a.ts
        import '@shared/workflow/runtime/client';
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: `sideEffects` of ee/packages/workflows/package.json says that ./src/runtime/client.ts has none, so a bundler drops this import. Add `./src/runtime/client.ts` to its `sideEffects` first
        """,
        base=based(effects, legacy),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("effects", "is_named"), [('["workflow/runtime/**"]', True), ('["lib/**"]', False), ("true", False)]
)
def test_a_cutover_says_what_the_new_package_does_not_keep(effects: str, is_named: bool) -> None:
    base = BASE.replace('"name": "@alga-psa/shared"', f'"name": "@alga-psa/shared", "sideEffects": {effects}')
    base = base.replace('"name": "@alga-psa/workflows",', '"name": "@alga-psa/workflows", "sideEffects": false,')
    notes = [(note.path, note.message) for note in plan_of(MODULE, base=base).notes if "sideEffects" in note.message]
    message = f"its `sideEffects` do not name {SOURCES}runtime/a.ts, as those of shared/package.json do today. "
    assert notes == (
        [("ee/packages/workflows/package.json", f"{message}Add what a bundler has to keep.")] if is_named else []
    )
