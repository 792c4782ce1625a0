"""Imports whose text has a layout: what a rewrite keeps of lines, indentation and comments."""

from __future__ import annotations

import re

import pytest

from tests.rewrite.surgeries import check_rewrite, only_reference, pieces_of, rewritten

Row = tuple[str, str, str]

INDENTED: list[Row] = [
    (
        "import {\n\ta,\n\tb\n} from 'old';\n",
        "one: a | two: b",
        "import {\n\ta\n} from 'one';\nimport {\n\tb\n} from 'two';\n",
    ),
    (
        "  import D, {\r\n      a,\r\n      b,\r\n  } from 'old'\r\n",
        "one: default, b | two: a",
        "  import D, {\r\n      b,\r\n  } from 'one'\r\n  import {\r\n      a,\r\n  } from 'two'\r\n",
    ),
]

COMMENTS: list[Row] = [
    (
        "import { /* 1 */ a /* 2 */, /* 3 */ b /* 4 */ } from 'old';",
        "one: a | two: b",
        "import { /* 1 */ a /* 2 */ } from 'one';\nimport { /* 3 */ b /* 4 */ } from 'two';",
    ),
    (
        "import { a, b, /* 1 */ } from 'old';",
        "one: a | two: b",
        "import { a } from 'one';\nimport { b /* 1 */ } from 'two';",
    ),
    (
        "import { type /* 1 */ A /* 2 */ as /* 3 */ B, c } from 'old';",
        "one: A -> X | two: c",
        "import { type /* 1 */ X /* 2 */ as /* 3 */ B } from 'one';\nimport { c } from 'two';",
    ),
    (
        "import { a /* , } from 'x' { */, /* // */ b, 'c // }' as d } from 'old';",
        "one: a | two: b, c // }",
        "import { a /* , } from 'x' { */ } from 'one';\nimport { /* // */ b, 'c // }' as d } from 'two';",
    ),
    (
        "import /* 1 */ type /* 2 */ { a, b } /* 3 */ from /* 4 */ 'old';",
        "one: a | two: b",
        "import /* 1 */ type /* 2 */ { a } /* 3 */ from /* 4 */ 'one';\nimport type { b } from 'two';",
    ),
    (
        "import { a, b } from 'old' /* 1 */ with /* 2 */ {k:'//'} /* 3 */;",
        "one: a | two: b",
        "import { a } from 'one' with {k:'//'};\nimport { b } from 'two' /* 1 */ with /* 2 */ {k:'//'} /* 3 */;",
    ),
    (
        "import/* 1 */{a,b}/* 2 */from/* 3 */'old'/* 4 */",
        "one: a | two: b",
        "import/* 1 */{a}/* 2 */from/* 3 */'one'\nimport {b} from 'two'/* 4 */",
    ),
]

# The statement before the arrow, the plan behind it, and what comes of it below.
MULTILINE = {
    "each element has its line": """
import {
  a,
  b as c,
  type D,
} from 'old';
=> one: a, D | two: b
import {
  a,
  type D,
} from 'one';
import {
  b as c,
} from 'two';
""",
    "several elements on a line get one each": """
export {
  a, b,
  c
} from 'old';
=> one: a, c | two: b -> x
export {
  a,
  c
} from 'one';
export {
  x as b
} from 'two';
""",
    "a list that starts behind the brace": """
import { a,
         b } from 'old';
=> one: a | two: b
import {
         a
} from 'one';
import {
         b
} from 'two';
""",
    "an element over two lines": """
import {
  a
    as x,
  b,
} from 'old';
=> one: a | two: b
import {
  a
    as x,
} from 'one';
import {
  b,
} from 'two';
""",
    "comments on the line of an element, and above it": """
import {
  // 1
  a, // 2
  // 3
  /* 4 */
  b, /* 5 */ // 6
  /* 7 */ c /* 8 */, // 9
} from 'old';
=> one: a, c | two: b
import {
  // 1
  a, // 2
  /* 7 */ c /* 8 */, // 9
} from 'one';
import {
  // 3
  /* 4 */
  b, /* 5 */ // 6
} from 'two';
""",
    "comments behind the last element": """
import {
  a, // 1
  b // 2
  // 3
} from 'old';
=> one: a | two: b
import {
  a // 1
} from 'one';
import {
  b // 2
  // 3
} from 'two';
""",
    "a comment instead of an element": """
import {
  a,
  // b,
} from 'old';
=> new: a -> x
import {
  x as a,
  // b,
} from 'new';
""",
    "a comment behind the brace": """
import { // 1
  a,
  b,
} from 'old';
=> one: b | two: a
import {
  b,
} from 'one';
import {
  // 1
  a,
} from 'two';
""",
    "comments over several lines": """
import {
  /**
   * 1
   */
  a, /* 2
    3 */
  b,
} from 'old';
=> one: b | two: a
import {
  b,
} from 'one';
import {
  /**
   * 1
   */
  a, /* 2
    3 */
} from 'two';
""",
    "commas in front": """
import {
    a // 1
  // 2
  , b // 3
  , /* 4 */ c
} from 'old';
=> one: a, c | two: b
import {
    a, // 1
    /* 4 */ c
} from 'one';
import {
    // 2
    b // 3
} from 'two';
""",
    "empty lines are left out": """
import {
  a, // eslint-disable-line

  // 1 😀

  b,
} from 'old';
=> one: b | two: a
import {
  // 1 😀
  b,
} from 'one';
import {
  a, // eslint-disable-line
} from 'two';
""",
    "comments around the clause": """
import // 1
  { a, b } // 2
  from // 3
  'old' // 4
  ;
=> one: a | two: b
import // 1
  { a } // 2
  from // 3
  'one';
import { b } from 'two' // 4
  ;
""",
    "comments around the statement": """
// 1
import { a, b } from 'old'; // 2
// 3
=> one: a | two: b
// 1
import { a } from 'one';
import { b } from 'two'; // 2
// 3
""",
}


@pytest.mark.parametrize("row", [*INDENTED, *COMMENTS], ids=lambda row: row[0])
def test_rewrite_in_line(row: Row) -> None:
    check_rewrite(*row)


@pytest.mark.parametrize("case", MULTILINE)
def test_rewrite_over_lines(case: str) -> None:
    before, plan, after = re.split(r"^=> (.*)\n", MULTILINE[case].removeprefix("\n"), flags=re.MULTILINE)
    check_rewrite(before, plan, after)
    check_rewrite(before.replace("\n", "\r\n"), plan, after.replace("\n", "\r\n"))


@pytest.mark.parametrize(("length", "lines"), [(100, 1), (101, 3)], ids=["as wide as a line may be", "wider than that"])
def test_where_a_line_is_broken(length: int, lines: int) -> None:
    before = "import { a as own, b } from 'old';"
    specifier = "x" * (length - len("import { a as own } from '';"))
    reference = only_reference(before)
    after = rewritten(before, reference, pieces_of(reference, f"{specifier}: a | two: b"))
    assert len(after.splitlines()) == lines + 1
