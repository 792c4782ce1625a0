"""Large and skewed workspaces"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.checks import open_project
from tests.strategies import at_night
from tests.work import assert_in_proportion, count_work
from workflow_ls.analysis import Analysis
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.syntax.strings.string_literals import find_string_matches

RUNTIME = "@shared/workflow/runtime"
FILE = "packages/a/src/a.ts"
SPEC = "packages/a/src/a.test.ts"
JSX = "packages/a/src/a.tsx"
Shape = Callable[[int], str]


def each(size: int, text: str, *, between: str = "") -> str:
    """A text many times over; `#` is the number of each."""
    return between.join(text.replace("#", str(number)) for number in range(size))


def nested(size: int, opening: str, closing: str) -> str:
    return f"const deep = {each(size, opening)}0{closing * size};\n"


def check(text: str) -> int:
    """The work of a check; `~` in a text is a legacy specifier."""
    analysis = Analysis(open_project(text.replace("~", RUNTIME))[1])
    return count_work(analysis.check)


STRINGS: dict[str, Shape] = {
    "a union": lambda size: "type Which =" + each(size, "\n  | '~/m#'") + ";\n",
    "a union on one line": lambda size: "type Which = " + each(size, "'~/m#'", between=" | ") + ";\n",
    "a sum": lambda size: "read(" + each(size, "'~/m#'", between=" + ") + ");\n",
    "alternatives": lambda size: "const it = " + each(size, "is(#) ? '~/m#' : ") + "'';\n",
    "calls in calls": lambda size: nested(size, "wrap('~/m#', ", ")"),
    "objects in objects": lambda size: nested(size, "{ here: '~/m#', below: ", "}"),
    "lists in lists": lambda size: nested(size, "['~/m#', ", "]"),
    "templates in templates": lambda size: nested(size, "`~/m# ${", "}`"),
    "elements in elements": lambda size: nested(size, "<a to='~/m#'>", "</a>"),
    "a chain of calls": lambda size: "list" + each(size, ".concat('~/m#')") + ";\n",
    "arguments": lambda size: "use(" + each(size, "'~/m#'", between=", ") + ");\n",
    "properties": lambda size: "const paths = {" + each(size, "p#: '~/m#'", between=", ") + "};\n",
    "variables": lambda size: each(size, "const v# = '~/m#';\nread(v#);\n"),
    "functions in functions": lambda size: (
        each(size, "function f#() { const path# = '~/m#'; read(path#);\n") + "}" * size + "\n"
    ),
    "variables of one name in nested functions": lambda size: (
        each(size, "function f#() { const path = '~/m#'; read(path);\n") + "}" * size + "\n"
    ),
    "variables of one name in functions": lambda size: each(
        size, "function f#() { const path = '~/m#'; read(path); }\n"
    ),
    "parameters of one name in nested functions": lambda size: (
        each(size, "function f(path) { f('~/m#'); read(path);\n") + "}" * size + "\n"
    ),
    "calls of a function of the file": lambda size: (
        "function load(path) { return read(path); }\n" + each(size, "load('~/m#');\n")
    ),
}


@pytest.mark.parametrize("shape", STRINGS.values(), ids=STRINGS)
def test_strings_of_one_file(shape: Shape) -> None:
    """Thousands of strings nest, or follow each other, in one expression -> each costs the same."""
    path = JSX if "<a" in shape(1) else FILE
    assert_in_proportion(lambda size: check(f"//- /{path}\n{shape(size)}"), 100)


LOADS: dict[str, Shape] = {
    "imports in calls": lambda size: nested(size, "wrap(import('~'), ", ")"),
    "requires in blocks": lambda size: (
        each(size, "if (#) { const m# = require('~'); m#.start();\n") + "}" * size + "\n"
    ),
    "one variable name in nested functions": lambda size: (
        each(size, "async function f#() { const it = await import('~'); it.start();\n") + "}" * size + "\n"
    ),
    "one variable name, assigned later": lambda size: each(
        size, "function f#() { let it; it = require('~'); it.start(); }\n"
    ),
    "one `var` in functions": lambda size: each(size, "function f#() { var it = require('~'); it.start(); }\n"),
    "a chain of promises": lambda size: "first" + each(size, "\n  .then(() => import('~'))") + ";\n",
    "a union of types": lambda size: "type Any = " + each(size, "import('~').Run", between=" | ") + ";\n",
    "parentheses": lambda size: "const it = " + "(" * size + "await import('~')" + ")" * size + ";\n",
    "assertions": lambda size: "const it = (await import('~'))" + " as any" * size + ";\n",
}


@pytest.mark.parametrize("shape", LOADS.values(), ids=LOADS)
def test_references_of_one_file(shape: Shape) -> None:
    """Thousands of imports nest in one expression -> each costs the same."""
    assert_in_proportion(lambda size: check(f"//- /{FILE}\n{shape(size)}"), 100)


@pytest.mark.parametrize("kind", ["// {}\n", "/* {} */ ", "/* {} */\n"])
def test_stacked_comments(kind: str) -> None:
    """Thousands of comments that silence a rule are stacked -> each costs the same."""
    comment = kind.format("workflow-ls-ignore deprecated-import: later")
    assert_in_proportion(lambda size: check(f"//- /{FILE}\n{comment * size}\nimport '~';\n"), 200)


@pytest.mark.parametrize("text", ["type T = {};\n", "const t = {};\n"])
def test_few_searches_in_a_deep_tree(text: str) -> None:
    """A tree is thousands of levels deep -> it is walked through once, not for each node."""
    parts = [f"'{RUNTIME}/m{number}'" for number in range(3_000)]
    source = parse(text.format((" | " if "type" in text else " + ").join(parts)).encode(), FILE)
    assert find_references(source) == ()
    assert len(find_string_matches(source, [RUNTIME], [], with_use=True)) == len(parts)
    assert source.ancestry.searches < 200


def fix(text: str) -> int:
    """The work of a fix of the whole workspace, after a check."""
    analysis = Analysis(open_project(text.replace("~", RUNTIME))[1])
    analysis.check()
    return count_work(lambda: analysis.fix_all(("",), FixOptions()))


HELPER = """
//- /packages/a/src/helper.ts
import { start } from '~';
export const help = start;
"""
MOCKING = """
//- /packages/a/src/t#.test.ts
import { help } from './helper';
vi.mock('~', () => ({ start: vi.fn() }));
help();
"""


@pytest.mark.parametrize("work", [fix, *at_night(check)])
def test_a_helper_that_many_tests_load(work: Callable[[str], int]) -> None:
    """Thousands of tests mock what one helper imports, so that all are fixed together -> each costs the same."""
    assert_in_proportion(lambda size: work(HELPER + each(size, MOCKING)), 40)


UNDECLARED = """
//- /packages/p#/package.json
{ "name": "@x/p#" }
//- /packages/p#/src/a.ts
import { start } from '~';
start();
"""


def test_packages_that_do_not_declare_what_they_import() -> None:
    """Thousands of packages must declare the new one as their neighbours do -> the neighbours are counted once."""
    assert_in_proportion(lambda size: check(each(size, UNDECLARED)), 60)


def manifest(size: int, target: str) -> str:
    keys = each(size, f'"./k#": "{target}"', between=",\n")
    exports = '".": "./src/index.ts", "./runtime": "./src/runtime/index.ts"'
    text = f'{{ "name": "@alga-psa/workflows", "exports": {{ {exports},\n{keys} }} }}'
    sources = each(size, "//- /ee/packages/workflows/src/k#.ts\nexport const x = 1;\n")
    return f"//- /ee/packages/workflows/package.json\n{text}\n{sources}"


@pytest.mark.parametrize("target", ["./src/k#.ts", "./src/k#/index.ts"], ids=["right", "wrong"])
@pytest.mark.parametrize("work", [fix, *at_night(check)])
def test_keys_of_a_manifest(work: Callable[[str], int], target: str) -> None:
    """A manifest exports thousands of subpaths, or all of them wrongly -> each costs the same."""
    assert_in_proportion(lambda size: work(manifest(size, target)), 60)
