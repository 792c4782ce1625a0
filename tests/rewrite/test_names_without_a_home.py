"""Statements that mix names with and without a target: those with one go, and the rest stays where it is."""

from __future__ import annotations

import pytest

from tests.checks import check_fix, check_no_fix, open_project
from workflow_ls.analysis import Analysis

ORCHARD = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "canonical": { "name": "@farm/fruit", "directory": "libs/fruit" },
  "legacy": { "roots": ["@farm/orchard"] },
  "modules": [{ "from": "@farm/orchard", "to": ["@farm/fruit"] }],
  "names": [{ "module": "@farm/orchard", "name": "plum", "to": "@farm/fruit/stone", "as": "damson" }]
}
//- /package.json
{ "workspaces": ["apps/*", "libs/*"] }
//- /apps/stall/package.json
{ "name": "stall", "dependencies": { "@farm/orchard": "*", "@farm/fruit": "*" } }
//- /libs/fruit/package.json
{ "name": "@farm/fruit", "exports": { ".": "./src/index.ts", "./stone": "./src/stone.ts" } }
//- /libs/fruit/src/index.ts
export const apple = 1;
export type Pip = string;
export class Pear {}
export default apple;
//- /libs/fruit/src/stone.ts
export const damson = 1;
"""

GOES = {
    "an import": (
        "import { apple, quince } from 'OLD';",
        "import { apple } from 'NEW';\nimport { quince } from 'OLD';",
    ),
    "the rest first": (
        "import { quince, medlar, apple } from 'OLD';",
        "import { apple } from 'NEW';\nimport { quince, medlar } from 'OLD';",
    ),
    "types and aliases": (
        "import { type Pip, Pear as P, quince as q } from 'OLD';",
        "import { type Pip, Pear as P } from 'NEW';\nimport { quince as q } from 'OLD';",
    ),
    "a type import": (
        "import type { Pip, Rind } from 'OLD';",
        "import type { Pip } from 'NEW';\nimport type { Rind } from 'OLD';",
    ),
    "a default import beside": (
        "import fruit, { quince } from 'OLD';",
        "import fruit from 'NEW';\nimport { quince } from 'OLD';",
    ),
    "comments and lines": (
        "import {\n  apple, // red\n  quince, // yellow\n} from 'OLD'; // why",
        "import {\n  apple, // red\n} from 'NEW';\nimport {\n  quince, // yellow\n} from 'OLD'; // why",
    ),
    "a re-export": (
        "here();\nexport { apple, quince } from 'OLD';",
        "here();\nexport { apple } from 'NEW';\nexport { quince } from 'OLD';",
    ),
    "three ways": (
        "import { apple, plum, quince } from 'OLD';",
        "import { apple } from 'NEW';\nimport { damson as plum } from 'NEW/stone';\nimport { quince } from 'OLD';",
    ),
    "a pattern": (
        "const { apple, quince } = require('OLD');",
        "const { apple } = require('NEW');\nconst { quince } = require('OLD');",
    ),
    "a pattern with other names": (
        "  const {\n    apple: a,\n    'quince': q,\n  } = await import('OLD')\n  use(a)",
        "  const { apple: a } = await import('NEW')\n  const { 'quince': q } = await import('OLD')\n  use(a)",
    ),
    "a pattern that is renamed": (
        "const { plum, quince } = require('OLD');",
        "const { damson: plum } = require('NEW/stone');\nconst { quince } = require('OLD');",
    ),
}


def at(text: str) -> str:
    return "//- /apps/stall/a.ts\n" + text.replace("OLD", "@farm/orchard").replace("NEW", "@farm/fruit")


@pytest.mark.parametrize(("before", "after"), GOES.values(), ids=GOES)
def test_what_has_a_home_goes(before: str, after: str) -> None:
    check_fix(at(before), at(after), base=ORCHARD)


@pytest.mark.parametrize(
    "line",
    [
        "import { quince } from 'OLD';",
        "const { apple = 1, quince } = require('OLD');",
        "const { apple, ...rest } = require('OLD');",
        "const { apple, quince } = require('OLD'), more = 1;",
        "const { apple, quince } = require('OLD').inner;",
        "const { apple, quince } = require('OLD')\n  .inner;",
        "const { apple, quince }: Fruit = require('OLD');",
        "for (const { apple, quince } of require('OLD')) use(apple);",
        "import * as all from 'OLD'; use(all.apple, all.quince);",
        "type All = typeof import('OLD'); type Quince = All['quince'];",
        "vi.mock('OLD', () => ({ apple: 1, quince: 2 }));\nimport { quince, apple } from 'OLD';\nuse(quince, apple);",
    ],
)
def test_what_can_not_be_divided_stays(line: str) -> None:
    check_no_fix(at(line), base=ORCHARD)


def test_what_stays_is_told_with_the_reason() -> None:
    _, workspace = open_project(at("import { apple, plum, quince, medlar, type Rind } from 'OLD';"), base=ORCHARD)
    (finding,) = Analysis(workspace, frozenset({"deprecated-import"})).check_file("apps/stall/a.ts")
    assert finding.message == (
        "`apple`, `plum` of `@farm/orchard` moved to `@farm/fruit, @farm/fruit/stone`, "
        "and `quince`, `medlar`, `Rind` stay: `@farm/fruit` does not export `quince`"
    )
    assert finding.fix is not None
    assert finding.fix.title.startswith("Replace what moved with '@farm/fruit, @farm/fruit/stone'")


THERE = """
//- /libs/orchard/package.json
{ "name": "@farm/orchard", "exports": { ".": "./src/index.ts" } }
//- /libs/orchard/src/index.ts
export const quince = 1;
"""


def test_a_module_that_is_there_keeps_what_it_has() -> None:
    base = ORCHARD.replace('"roots": ["@farm/orchard"]', '"roots": ["@farm/orchard"], "tree": "libs/orchard/src"')
    check_fix(
        at("import { apple, quince } from 'OLD';"),
        at("import { apple } from 'NEW';\nimport { quince } from 'OLD';"),
        base=base + THERE,
    )


def test_what_a_module_still_has_does_not_go_by_parts() -> None:
    base = ORCHARD.replace('"roots": ["@farm/orchard"]', '"roots": ["@farm/orchard"], "tree": "libs/orchard/src"')
    check_no_fix(at("import { apple, quince } from 'OLD';"), base=f"{base}{THERE}export const apple = 2;\n")


LOST = {
    "alone": ("import { lost } from 'OLD';", None),
    "beside what went": (
        "import { apple, lost } from 'OLD';",
        "import { apple } from 'NEW';\nimport { lost } from 'OLD';",
    ),
    "beside what stays": ("import { quince, lost } from 'OLD';", None),
    "beside both": ("import { apple, quince, lost } from 'OLD';", None),
    "in a form that can't be divided": ("import * as all from 'OLD'; use(all.apple, all.lost);", None),
    "passed on": ("here();\nexport { lost } from 'OLD';", None),
    "no name is lost": ("import { apple, type Pip } from 'OLD';", "import { apple, type Pip } from 'NEW';"),
}


@pytest.mark.parametrize(("before", "after"), LOST.values(), ids=LOST)
def test_what_two_modules_lack_follows_no_part_of_the_old_one(before: str, after: str | None) -> None:
    base = ORCHARD.replace('"roots": ["@farm/orchard"]', '"roots": ["@farm/orchard"], "tree": "libs/orchard/src"')
    passing_on = f"{THERE}export * from '@farm/fruit';\n"
    if after is None:
        check_no_fix(at(before), base=base + passing_on)
    else:
        check_fix(at(before), at(after), base=base + passing_on)


MOCKS = {
    "a key that has another name there": ("{ plum }", "{ plum: 1 }", None),
    "a key of the barrel": ("{ apple }", "{ apple: 1 }", "NEW"),
    "keys of the barrel": ("{ apple, Pear }", "{ apple: 1, Pear: class {} }", "NEW"),
    "keys of two modules": ("{ apple, pit }", "{ apple: 1, pit: 2 }", None),
    "the key of another module": ("{ pit }", "{ pit: 2 }", "NEW/stone"),
    "more than the text shows": ("{ apple }", "{ ...rest }", None),
}


@pytest.mark.parametrize(("names", "factory", "target"), MOCKS.values(), ids=MOCKS)
def test_a_mock_that_shows_its_names_goes_where_these_go(names: str, factory: str, target: str | None) -> None:
    base = ORCHARD.replace(
        '"names": [', '"names": [{ "module": "@farm/orchard", "name": "pit", "to": "@farm/fruit/stone" }, '
    )
    base = base.replace("export const damson = 1;", "export const damson = 1, pit = 2;")
    use = names.replace("{", "use(").replace("}", ")")
    text = f"import {names} from 'OLD';\nvi.mock('OLD', () => ({factory}));\n{use};"
    before = at(text).replace("a.ts", "a.test.ts")
    if target is None:
        check_no_fix(before, base=base)
    else:
        check_fix(before, at(text.replace("OLD", target)).replace("a.ts", "a.test.ts"), base=base)
