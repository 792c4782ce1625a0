"""What packages offer, and which legacy modules that replaces."""

from __future__ import annotations

import pytest

from tests.checks import MONOREPO, open_project
from workflow_ls.rewrite.packages.package_lookup import Conditions
from workflow_ls.rewrite.packages.package_subpaths import Subpath, list_subpaths, replaced_by

MANIFEST = '//- /ee/packages/workflows/package.json\n{ "name": "%s", "exports": %s }\n'


def listed(exports: str, more: str = "", *, name: str = "@alga-psa/workflows") -> list[str]:
    """The specifiers below the package's name."""
    workspace = open_project(more + MANIFEST % (name, exports))[1]
    found = [subpath.specifier for subpath in list_subpaths(workspace, (Conditions.TYPES, Conditions.IMPORT))]
    return [specifier.removeprefix("@alga-psa/workflows/") for specifier in found]


@pytest.mark.parametrize(
    ("exports", "expected"),
    [
        ('{ "./*": ["./src/*.ts"], "./runtime/*": null, "./streams/*": null }', ["index", "secrets"]),
        ('{ "./*": [null, { "types": "./src/*/index.ts" }, "./src/*/index.ts"] }', ["runtime", "streams"]),
        # What is built of a folder of the sources.
        ('{ "./run/*": "./dist/runtime/*.js" }', ["run/client", "run/index"]),
        ('{ "./run/*": "./dist/esm/runtime/*.js" }', ["run/client", "run/index"]),
        # Three folders above the sources are no output that is known.
        ('{ "./*": "./dist/lib/esm/*.js" }', []),
        # Two stars in a target stand for the same.
        ('{ "./*": "./src/*/*.ts" }', []),
        ('{ "./*": "./src/secrets.ts" }', []),
    ],
)
def test_subpaths(exports: str, expected: list[str]) -> None:
    assert listed(exports) == expected


def test_a_link_that_leads_round_is_not_followed() -> None:
    link = "//- /ee/packages/workflows/src/round -> ee/packages/workflows/src\n"
    assert listed('{ "./*": "./src/*/index.ts" }', link) == ["runtime", "streams"]


def test_other_package_at_known_place_offers_nothing() -> None:
    assert listed('{ "./*": "./src/*.ts" }', name="@alga-psa/other") == []
    assert list_subpaths(open_project("", base="//- /package.json\n{}")[1], (Conditions.TYPES,)) == ()


def test_a_package_whose_sources_are_the_package_itself() -> None:
    base = (
        MONOREPO
        + """
//- /workflow-ls.json
{ "packages": [{ "name": "@x/flat", "directory": "packages/flat", "sources": "." }] }
//- /packages/flat/package.json
{ "name": "@x/flat", "exports": { "./*": "./*.ts", "./built/*": "./dist/*.js" } }
//- /packages/flat/one.ts
export const one = 1;
//- /packages/flat/deep/two.ts
export const two = 2;
"""
    )
    found = list_subpaths(open_project("", base=base)[1], (Conditions.TYPES, Conditions.IMPORT))
    assert [subpath.specifier for subpath in found if "flat" in subpath.specifier] == [
        "@x/flat/built/deep/two",
        "@x/flat/built/one",
        "@x/flat/deep/two",
        "@x/flat/one",
    ]


def test_most_specific_row_decides_replaced_subpath() -> None:
    rows = """
    { "from": "@shared/workflow/odd", "to": ["@alga-psa/workflows/streams"] },
    { "from": "@shared/workflow/many/*", "to": ["@alga-psa/workflows/streams"] },
    { "from": "@shared/workflow/one/*", "to": ["@alga-psa/workflows/two/*"] }
    """
    workspace = open_project(f'//- /workflow-ls.json\n{{ "modules": [{rows}] }}')[1]

    def replaced(path: str) -> list[str]:
        return sorted(replaced_by(workspace, Subpath(f"@alga-psa/workflows/{path}", "")))

    assert replaced("two/three") == ["one/three", "two/three"]
    assert "odd" in replaced("streams")
    assert not [module for module in replaced("streams") if module.startswith("many")]
    # The row for `odd` sends it elsewhere than the one for all modules would.
    assert replaced("odd") == []
