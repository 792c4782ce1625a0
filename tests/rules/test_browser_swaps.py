"""What the `browser` of a manifest puts in the place of a module: a rewrite does not change what a browser loads."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix, check_no_fix
from tests.moves.cuts import check_cut

OLD, NEW = "@shared/workflow/runtime/client", "@alga-psa/workflows/runtime/client"
STUB = "//- /packages/p/stub.ts\nexport const client = 2;\n"


def package(*swaps: str) -> str:
    entries = ", ".join(swaps)
    text = f'{{ "name": "p", "browser": {{ {entries} }}, "dependencies": {{ "@alga-psa/workflows": "*" }} }}'
    return f"//- /packages/p/package.json\n{text}\n{STUB}"


def use(specifier: str, *, path: str = "packages/p/app.ts", form: str = "import { client } from") -> str:
    return f"//- /{path}\n{form} '{specifier}'; export const c = 1;\n"


@pytest.mark.parametrize(
    "swaps",
    [
        ['"fs": false', '"./lib.ts": "./lib.browser.ts"'],
        ['"@shared/workflow/streams": "./stub.ts"'],
        [f'"{OLD}": "./stub.ts"', f'"{NEW}": "./stub.ts"'],
        [f'"{OLD}": false', f'"{NEW}": false'],
        [f'"{OLD}": "../../ee/packages/workflows/src/runtime/client.ts"'],
    ],
)
def test_a_swap_that_stays_the_same_is_no_obstacle(swaps: list[str]) -> None:
    check_fix(package(*swaps) + use(OLD), package(*swaps) + use(NEW), base=SOUND)


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ("import type { client } from", "packages/p/app.ts"),
        ("import { client } from", "packages/p/app.test.ts"),
        ("import { client } from", "packages/q/app.ts"),
    ],
)
def test_it_counts_for_what_its_own_package_gives_a_browser(form: str, path: str) -> None:
    other = '//- /packages/q/package.json\n{ "name": "q", "dependencies": { "@alga-psa/workflows": "*" } }\n'
    base = package(f'"{OLD}": "./stub.ts"') + other
    check_fix(base + use(OLD, path=path, form=form), base + use(NEW, path=path, form=form), base=SOUND)


@pytest.mark.parametrize(
    ("swap", "given"),
    [
        (f'"{OLD}": "./stub.ts"', "packages/p/stub.ts"),
        (f'"{OLD}": "./stub"', "packages/p/stub.ts"),
        (f'"{OLD}": false', "an empty module"),
    ],
)
@pytest.mark.parametrize("form", ["import { client } from", "import * as all from"])
def test_a_swap_of_the_legacy_module_comes_along_first(swap: str, given: str, form: str) -> None:
    check_diagnostics(
        package(swap) + f"//- /packages/p/app.ts\n{form} '{OLD}'; export const c = 1;\n"
        f"{' ' * (len(form) + 2)}{'^' * len(OLD)} deprecated-import blocked: `browser` in packages/p/package.json replaces "
        f"`{OLD}` by {given}. Add `{NEW}` there first. … ",
        base=SOUND,
        rules={"deprecated-import"},
    )  # fmt: skip
    check_no_fix(package(swap) + f"//- /packages/p/app.ts\n{form} '{OLD}'; export const c = 1;\n", base=SOUND)


def test_the_package_of_the_module_swaps_it_for_all() -> None:
    shared = """//- /shared/package.json
{ "name": "@alga-psa/shared", "browser": { "./workflow/runtime/client.ts": "./stub.ts" } }
//- /shared/stub.ts
export const client = 3;
//- /tsconfig.json
{ "compilerOptions": { "paths": { "@shared/*": ["./shared/*"], "@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"] } } }
"""
    check_diagnostics(
        shared + package('"fs": false') + f"//- /packages/p/app.ts\nimport {{ client }} from '{OLD}'; client;\n"
        f"{' ' * 24}{'^' * len(OLD)} deprecated-import blocked: `browser` in shared/package.json replaces `{OLD}` by "
        f"shared/stub.ts. Add `{NEW}` to that of packages/p/package.json first. … ",
        base=SOUND,
        rules={"deprecated-import"},
    )  # fmt: skip


def test_a_swap_of_the_target_takes_it_away() -> None:
    check_diagnostics(
        package(f'"{NEW}": false') + f"//- /packages/p/app.ts\nimport {{ client }} from '{OLD}'; client;\n"
        f"{' ' * 24}{'^' * len(OLD)} deprecated-import blocked: `browser` in packages/p/package.json replaces `{NEW}` by "
        f"an empty module. Remove that, or import the module by hand. … ",
        base=SOUND,
        rules={"deprecated-import"},
    )  # fmt: skip


class TestCutover:
    MODULE = "//- /shared/workflow/runtime/client.ts\nexport const client = 1;\n"
    MOVED = MODULE.replace("shared/workflow", "ee/packages/workflows/src")

    @pytest.mark.parametrize("value", ['"./stub.ts"', "false"])
    def test_the_entry_follows_its_module(self, value: str) -> None:
        check_cut(
            package(f'"{OLD}": {value}', '"fs": false') + use(OLD) + self.MODULE,
            package(f'"{NEW}": {value}', '"fs": false') + use(NEW) + self.MOVED,
        )

    def test_the_module_that_is_put_in_a_place_follows(self) -> None:
        check_cut(
            package(f'"./stub.ts": "{OLD}"') + self.MODULE,
            package(f'"./stub.ts": "{NEW}"') + self.MOVED,
        )

    def test_two_names_of_one_module_leave_one_for_a_person(self) -> None:
        other = OLD.replace("@shared", "@alga-psa/shared")
        check_cut(
            package(f'"{OLD}": false', f'"{other}": false') + use(OLD) + self.MODULE,
            package(f'"{NEW}": false', f'"{other}": false') + use(NEW) + self.MOVED,
        )
