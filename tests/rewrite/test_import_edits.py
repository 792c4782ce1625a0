"""What a rewrite makes of an import: its specifier, its names, and the statements that it is split into."""

from __future__ import annotations

import pytest

from tests.rewrite.surgeries import check_rewrite, only_reference
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.rewrite.text_edits.import_edits import escape, split_statement

Row = tuple[str, str, str]

NO_OP: list[Row] = [
    ("import { a, b } from 'old';", "old", "import { a, b } from 'old';"),
    ("import D, { a as b } from 'old';", "old: default, a", "import D, { a as b } from 'old';"),
    ("require(`old`)", "old", "require(`old`)"),
]

SPECIFIER_ONLY: list[Row] = [
    ("import { a } from 'old';\n", "new", "import { a } from 'new';\n"),
    ('import { a } from "old";\n', "new", 'import { a } from "new";\n'),
    ("import { a } from 'old'\n", "new", "import { a } from 'new'\n"),
    ("import 'old';", "new", "import 'new';"),
    ("import * as ns from 'old';", "new", "import * as ns from 'new';"),
    ("import{a}from'old'", "new", "import{a}from'new'"),
    ("export * from 'old';", "new", "export * from 'new';"),
    ("export type { T } from 'old';", "new", "export type { T } from 'new';"),
    ("import { a } from 'old' with { type: 'json' };", "new", "import { a } from 'new' with { type: 'json' };"),
    ("const x = await import(`old`);", "new", "const x = await import(`new`);"),
    ("const x = require('old');", "new", "const x = require('new');"),
    ("vi.mock('old', () => ({ a: 1 }));", "new", "vi.mock('new', () => ({ a: 1 }));"),
    ("import { a } from 'ol\\u0064';", "new", "import { a } from 'new';"),
    ("import { a } from 'old';", "it's", "import { a } from 'it\\'s';"),
    ('import { a } from "old";', "it's", 'import { a } from "it\'s";'),
    ("import { a } from 'old';", "a\\b", "import { a } from 'a\\\\b';"),
    ("import(`old`);", "a`${b}", "import(`a\\`\\${b}`);"),
    ("import {\r\n\ta, // 😀\r\n} from 'old';\r\n", "new", "import {\r\n\ta, // 😀\r\n} from 'new';\r\n"),
    ("\ufeffimport { a } from 'old';", "new", "\ufeffimport { a } from 'new';"),
    ("f(); import { a } from 'old'; g();", "new", "f(); import { a } from 'new'; g();"),
    # All names go to one specifier under their own names.
    ("import  D , {a ,  b}  from 'old'", "new: default, a, b", "import  D , {a ,  b}  from 'new'"),
]

# One specifier, other names: nothing else may change.
RENAMED: list[Row] = [
    ("import { a } from 'old';", "new: a -> b", "import { b as a } from 'new';"),
    ("import { a as x } from 'old';", "new: a -> b", "import { b as x } from 'new';"),
    ("import { a as b } from 'old';", "new: a -> b", "import { b } from 'new';"),
    ("// 1\nimport { a as b } from 'old'; // 2", "new: a -> b", "// 1\nimport { b } from 'new'; // 2"),
    ("import { a /* 1 */ as b } from 'old';", "new: a -> b", "import { b /* 1 */ as b } from 'new';"),
    ("import { type T } from 'old';", "new: T -> U", "import { type U as T } from 'new';"),
    ("import { type T as U } from 'old';", "new: T -> U", "import { type U } from 'new';"),
    ("import { type T as X } from 'old';", "new: T -> U", "import { type U as X } from 'new';"),
    ("import type { T } from 'old';", "new: T -> U", "import type { U as T } from 'new';"),
    ("import { type } from 'old';", "new: type -> kind", "import { kind as type } from 'new';"),
    ("import { type as t } from 'old';", "new: type -> kind", "import { kind as t } from 'new';"),
    ("import { type type } from 'old';", "new: type -> kind", "import { type kind as type } from 'new';"),
    ("import { as } from 'old';", "new: as -> at", "import { at as as } from 'new';"),
    ("import { as as x } from 'old';", "new: as -> at", "import { at as x } from 'new';"),
    ("import { type as as as } from 'old';", "new: as -> at", "import { type at as as } from 'new';"),
    ("import { a } from 'old';", "new: a -> default", "import { default as a } from 'new';"),
    ("import { default as D } from 'old';", "new: default -> X", "import { X as D } from 'new';"),
    ("import { default as X } from 'old';", "new: default -> X", "import { X } from 'new';"),
    ("import {default as D , a} from 'old';", "new: default -> X, a", "import {X as D , a} from 'new';"),
    ("import { a } from 'old';", "new: a -> b-c", "import { 'b-c' as a } from 'new';"),
    ('import { a } from "old";', "new: a -> b-c", 'import { "b-c" as a } from "new";'),
    ("import { 'a-b' as c } from 'old';", "new: a-b -> x", "import { x as c } from 'new';"),
    ("import { 'a-b' as c } from 'old';", "new: a-b -> c", "import { c } from 'new';"),
    ("import { a } from 'old';", "new: a -> 1a", "import { '1a' as a } from 'new';"),
    ("import { größe } from 'old';", "new: größe -> Größe$1", "import { Größe$1 as größe } from 'new';"),
    ("import {\xa0a\xa0as\xa0b\u3000} from 'old';", "new: a -> c", "import {\xa0c\xa0as\xa0b\u3000} from 'new';"),
    (
        "import D, {\r\n\ta , // 1\r\n  b\r\n} from 'old'",
        "new: default, a, b -> c",
        "import D, {\r\n\ta , // 1\r\n  c as b\r\n} from 'new'",
    ),
    ("export { a } from 'old';", "new: a -> b", "export { b as a } from 'new';"),
    ("export { a as b } from 'old';", "new: a -> b", "export { b } from 'new';"),
    ("export { a as x } from 'old';", "new: a -> b", "export { b as x } from 'new';"),
    ("export type { T } from 'old';", "new: T -> U", "export type { U as T } from 'new';"),
    ("export { type T } from 'old';", "new: T -> U", "export { type U as T } from 'new';"),
    ("export { default } from 'old';", "new: default -> X", "export { X as default } from 'new';"),
    ("export {default , a} from 'old';", "new: default -> X, a", "export {X as default , a} from 'new';"),
    ("export { default as X } from 'old';", "new: default -> X", "export { X } from 'new';"),
    ("export { default as Y } from 'old';", "new: default -> X", "export { X as Y } from 'new';"),
    ("export { X as default } from 'old';", "new: X -> Y", "export { Y as default } from 'new';"),
    ("export { 'a-b' } from 'old';", "new: a-b -> x", "export { x as 'a-b' } from 'new';"),
    ("export { 'a-b' as 'c d' } from 'old';", "new: a-b -> x", "export { x as 'c d' } from 'new';"),
    ("export { a as 'c d' } from 'old';", "new: a -> x", "export { x as 'c d' } from 'new';"),
    ("export { a as 'c d' } from 'old';", "new: a -> c d", "export { 'c d' } from 'new';"),
]

DEFAULTS: list[Row] = [
    ("import X from 'old';", "new: default -> XModel", "import { XModel as X } from 'new';"),
    ("import X from 'old';", "new: default -> X", "import { X } from 'new';"),
    ("import type X from 'old';", "new: default -> M", "import type { M as X } from 'new';"),
    ("import type from 'old';", "new: default -> M", "import { M as type } from 'new';"),
    ("import X from 'old';", "new: default -> x-y", "import { 'x-y' as X } from 'new';"),
    ("import/* 1 */X/* 2 */from 'old';", "new: default -> M", "import/* 1 */{ M as X }/* 2 */from 'new';"),
    ("import X, { a } from 'old';", "new: default -> M, a", "import { M as X, a } from 'new';"),
    ("import X, {a} from 'old';", "new: default -> M, a", "import {M as X, a} from 'new';"),
    ("import X, {} from 'old';", "new: default -> M", "import { M as X } from 'new';"),
    ("import X, { /* 1 */ } from 'old'", "new: default -> M", "import {\n  M as X,\n  /* 1 */\n} from 'new'"),
    (
        "import X /* 1 */, /* 2 */ { a } from 'old';",
        "new: default -> M, a",
        "import { M as X /* 1 */ /* 2 */, a } from 'new';",
    ),
    (
        "import X, {\n  a,\n} from 'old';",
        "new: default -> M, a",
        "import {\n  M as X,\n  a,\n} from 'new';",
    ),
    (
        "import X, // 1\n  { a } from 'old';",
        "new: default -> M, a",
        "import {\n  M as X, // 1\n  a,\n} from 'new';",
    ),
    ("import X, { a } from 'old';", "one: default | two: a", "import X from 'one';\nimport { a } from 'two';"),
    ("import X,{a}from'old'", "one: default | two: a", "import X from'one'\nimport {a}from'two'"),
    (
        "import X, { a, b } from 'old';",
        "one: a | two: default, b",
        "import { a } from 'one';\nimport X, { b } from 'two';",
    ),
    (
        "import X, { a } from 'old';",
        "one: default -> M | two: a -> default",
        "import { M as X } from 'one';\nimport { default as a } from 'two';",
    ),
    (
        "import X, { default as Y } from 'old';",
        "one: default | two: default",
        "import X from 'one';\nimport { default as Y } from 'two';",
    ),
    (
        "import X, // 1\n  { a } from 'old'",
        "one: default | two: a",
        "import X // 1\nfrom 'one'\nimport { a } from 'two'",
    ),
    (
        "import X /* 1 */, /* 2 */ { a, b } from 'old'",
        "one: default, a | two: b",
        "import X /* 1 */, /* 2 */ { a } from 'one'\nimport { b } from 'two'",
    ),
    (
        "import X, // 1\n  { a, b } from 'old'",
        "one: default, a | two: b",
        "import X, // 1\n{ a } from 'one'\nimport { b } from 'two'",
    ),
]

SPLIT: list[Row] = [
    (
        "import { a, b as c, type D } from 'old';\n",
        "one: a, D | two: b",
        "import { a, type D } from 'one';\nimport { b as c } from 'two';\n",
    ),
    (
        'import { a, b, c } from "old"\n',
        "one: a | two: b | three: c",
        'import { a } from "one"\nimport { b } from "two"\nimport { c } from "three"\n',
    ),
    ("import {a,b} from 'old';", "one: a | two: b", "import {a} from 'one';\nimport {b} from 'two';"),
    ("import{a,b}from'old'", "one: a | two: b", "import{a}from'one'\nimport{b}from'two'"),
    ("import { a, b, } from 'old';", "one: a | two: b", "import { a } from 'one';\nimport { b } from 'two';"),
    (
        "import type { A, B } from 'old';",
        "one: A | two: B",
        "import type { A } from 'one';\nimport type { B } from 'two';",
    ),
    ("import { a, a as b } from 'old';", "one: a | two: a", "import { a } from 'one';\nimport { a as b } from 'two';"),
    ("import { a, b } from 'old';", "one: a -> x | two: b", "import { x as a } from 'one';\nimport { b } from 'two';"),
    ("import { a, b } from 'old';", "it's: a | two: b", "import { a } from 'it\\'s';\nimport { b } from 'two';"),
    ("export { a, b as c } from 'old';", "one: a | two: b", "export { a } from 'one';\nexport { b as c } from 'two';"),
    (
        "export type { A, B } from 'old'",
        "one: A | two: B",
        "export type { A } from 'one'\nexport type { B } from 'two'",
    ),
    ("export { type A, b } from 'old';", "one: A | two: b", "export { type A } from 'one';\nexport { b } from 'two';"),
    (
        "export { default as X, 'a-b', c as 'd e' } from 'old';",
        "one: default -> X, c | two: a-b",
        "export { X, c as 'd e' } from 'one';\nexport { 'a-b' } from 'two';",
    ),
    (
        "export { default, a } from 'old';",
        "one: default -> X | two: a",
        "export { X as default } from 'one';\nexport { a } from 'two';",
    ),
    (
        "import { a, b } from 'old' with { type: 'json' };",
        "one: a | two: b",
        "import { a } from 'one' with { type: 'json' };\nimport { b } from 'two' with { type: 'json' };",
    ),
    (
        "f(); import { a, b } from 'old'; g();",
        "one: a | two: b",
        "f(); import { a } from 'one';\nimport { b } from 'two'; g();",
    ),
    ("\ufeffimport { a, b } from 'old'", "one: a | two: b", "\ufeffimport { a } from 'one'\nimport { b } from 'two'"),
    (
        "\ufeff  import { a, b } from 'old'",
        "one: a | two: b",
        "\ufeff  import { a } from 'one'\n  import { b } from 'two'",
    ),
    (
        "// 😀\r\n\timport { größe, 日本 as j } from 'old'\r\nf('😀')\r\n",
        "one: größe | two: 日本 -> 中国",
        "// 😀\r\n\timport { größe } from 'one'\r\n\timport { 中国 as j } from 'two'\r\nf('😀')\r\n",
    ),
    (
        "f();\r\timport { a, b } from 'old';\r",
        "one: a | two: b",
        "f();\r\timport { a } from 'one';\r\timport { b } from 'two';\r",
    ),
    # The line break is that of the next one, or of any.
    (
        "f()\r\nimport { a, b } from 'old'\nf()\r\n",
        "one: a | two: b",
        "f()\r\nimport { a } from 'one'\nimport { b } from 'two'\nf()\r\n",
    ),
    (
        "f()\r\nimport { a, b } from 'old'",
        "one: a | two: b",
        "f()\r\nimport { a } from 'one'\r\nimport { b } from 'two'",
    ),
    (
        "declare module 'm' {\n    export { a, b } from 'old';\n}\n",
        "one: a | two: b",
        "declare module 'm' {\n    export { a } from 'one';\n    export { b } from 'two';\n}\n",
    ),
    (
        "import { type\xa0A\u2003as B,\xa0c } from 'old';",
        "one: A -> X | two: c",
        "import { type\xa0X\u2003as B } from 'one';\nimport { c } from 'two';",
    ),
    # Without a semicolon, the next line's belongs to the statement.
    (
        "import { a, b } from 'old'\n;[1].map(f)\n",
        "one: a | two: b",
        "import { a } from 'one';\nimport { b } from 'two'\n;[1].map(f)\n",
    ),
    (
        "import { a, b, } from 'old';",
        f"{'x' * 90}: a | two: b",
        f"import {{\n  a,\n}} from '{'x' * 90}';\nimport {{ b }} from 'two';",
    ),
    (
        f"import {{ a, {'b' * 90} as c }} from 'old';",
        f"one: a | {'x' * 6}: {'b' * 90}",
        f"import {{ a }} from 'one';\nimport {{ {'b' * 90} as c }} from '{'x' * 6}';",
    ),
    (
        "import { a /* 1\n */, b } from 'old';",
        f"{'x' * 90}: a | two: b",
        f"import {{\n  a /* 1\n */,\n}} from '{'x' * 90}';\nimport {{ b }} from 'two';",
    ),
    (
        f"\timport {{ a, b }} from 'old' /* {'x' * 90} */;",
        f"one: a | {'x' * 80}: b",
        f"\timport {{ a }} from 'one';\n\timport {{\n\t\tb,\n\t}} from '{'x' * 80}' /* {'x' * 90} */;",
    ),
]


@pytest.mark.parametrize("row", [*NO_OP, *SPECIFIER_ONLY, *RENAMED, *DEFAULTS, *SPLIT], ids=lambda row: row[0])
def test_rewrite(row: Row) -> None:
    check_rewrite(*row)


@pytest.mark.parametrize(
    ("specifier", "quote", "escaped"),
    [
        ("@a/b-c.js", "'", "@a/b-c.js"),
        ("it's", "'", "it\\'s"),
        ("it's", '"', "it's"),
        ('a"b', '"', 'a\\"b'),
        ("a`b", "`", "a\\`b"),
        ("a`b", "'", "a`b"),
        ("${a}", "`", "\\${a}"),
        ("${a}", "'", "${a}"),
        ("a\\b", "'", "a\\\\b"),
        ("größe/😀", "'", "größe/😀"),
    ],
)
def test_escape(specifier: str, quote: str, escaped: str) -> None:
    assert escape(specifier, quote) == escaped


def test_only_a_declaration_can_be_split() -> None:
    reference = only_reference("const { a, b } = require('old');")
    with pytest.raises(ValueError, match="declaration"):
        split_statement(
            b"const { a, b } = require('old');", reference=reference, parts=[ImportPart("x"), ImportPart("y")]
        )
