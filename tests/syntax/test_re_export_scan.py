"""The scan of a text for re-exports may say yes too often; where it says no, the syntax tree shows none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import examples
from tests.syntax.rows_exports import SPELLINGS
from workflow_ls.syntax.exports.export_finder import find_exports
from workflow_ls.syntax.exports.re_export_scan import may_re_export
from workflow_ls.syntax.indices.text_parts import TextParts
from workflow_ls.syntax.parser import parse


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import { a } from './a';\na();",
        "export const a = 1;",
        "import { a } from './a';\nexport const b = a;",
        "import { a } from './a';\nconst b = a;\nexport { b };",
        "import { a } from './a';\nexport default function page() { return a; }",
        "import { a } from './a';\nconst page = () => a;\nexport default page;",
        "import { a } from './a';\nexport default class extends a {}",
        "import type { A } from './a';\nexport type { };\nexport type B = A;",
        "import { a } from './a';\nexport default { a };",
        "import { a } from './a';\nexport default [a];",
        "import { a } from './a';\nconst exports = { a };",
        "const text = 'from';\nexport interface Props { from: string }",
    ],
)
def test_a_module_without_re_exports_is_seen_by_its_text(text: str) -> None:
    assert not may_re_export(TextParts(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "export * from './a';",
        "export * as a from './a';",
        "export { a } from './a';",
        "export type { A } from './a';",
        "export type * from './a';",
        "export/**/{/* } */ a } from './a';",
        "export { 'a }' as b } from './a';",
        "export { a, } /* from */ from './a';",
        "import { a } from './a';\nexport { a };",
        "export { a };\nimport { a } from './a';",
        "import { a as b } from './a'\nimport './c'\nexport { b as c };",
        "import a from './a';\nexport default a;",
        "import a, { /* ' */ b } from './a';\nexport default b;",
        "import * as a from './a';\nexport default a.b;",
        "import { 'a b' as c } from './a';\nexport { c };",
        "import a = require('./a');\nexport { a };",
        "import * as N from './a';\nimport b = N.c;\nexport { b };",
        "import * as N from './a';\nexport import b = N.c;",
        "export import a = require('./a');",
        "import { \\u0061 } from './a';\nexport { a };",
        "import { a }\u2028from './a';\nexport\u2028{ a };",
        "import type { A } from './a';\nexport type { A };",
        "import { é } from './a';\nexport default é",
    ],
)
def test_what_may_be_passed_on_is_seen_by_its_text(text: str) -> None:
    assert may_re_export(TextParts(text.encode()))
    assert find_exports(parse(text.encode(), "a.ts")).specifiers


PIECES = st.sampled_from(
    [
        *(
            "import ",
            "export ",
            "export default ",
            "{ ",
            " }",
            "a",
            "b as c",
            ", ",
            " from ",
            "'./x'",
            ";\n",
            "\n",
            "type ",
        ),
        *(
            "* ",
            "* as n ",
            "/* } */",
            "// from\n",
            "= ",
            "require('./y')",
            "n.b",
            "(",
            ")",
            "const a = 1",
            "function a() {}",
        ),
        *(
            "class a {}",
            "`",
            "'",
            "namespace N { export { a } }",
            "\\u0061",
            "@d ",
            "interface a {}",
            "\u2028",
            "\x85",
            "\u00a0",
        ),
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join), st.sampled_from(["a.ts", "a.tsx", "a.js", "a.d.ts"]))
@settings(max_examples=examples(2000), deadline=None)
def test_no_tree_has_a_re_export_that_the_text_denies(text: str, path: str) -> None:
    source = parse(text.encode(), path)
    assert may_re_export(source.parts) or not find_exports(source).specifiers


@pytest.mark.parametrize("row", SPELLINGS)
def test_spellings_are_not_denied(row: tuple[str, object]) -> None:
    source = parse(row[0].encode(), "a.ts")
    assert may_re_export(source.parts) or not find_exports(source).specifiers
