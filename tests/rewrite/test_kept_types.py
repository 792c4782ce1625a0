"""What the options of the compiler keep as a value needs the value."""

from __future__ import annotations

import pytest

from tests.rewrite.test_resolution import NEW, OLD, goes, ladder

LOST_VALUE = ladder(
    legacy="export class C {} export default class D {} export interface I {} export const a = 1;",
    one="class C {} class D {} export type { C, D as default }; export interface I {} export const a = 1;",
)
PASSES = [f"{NEW}/streams/x"]
PLAIN = f"import {{ C }} from '{OLD}';\nlet c: C;"
DECORATED = f"import {{ C }} from '{OLD}';\n@service()\nclass S {{ constructor(c: C) {{}} }}"


def config(options: str, extends: str = "") -> str:
    return f'//- /packages/a/tsconfig.json\n{{ {extends} "compilerOptions": {{ {options} }} }}\n'


VERBATIM = config('"verbatimModuleSyntax": true')


def only_as_type(code: str, more: str, path: str = "packages/a/a.ts") -> bool:
    """Whether an import is refused for a value; it goes if not."""
    (found,) = goes(code, LOST_VALUE, path=path, more=more)
    refused = found.startswith(f"`{NEW}/streams/x` exports ") and " only as a type." in found
    assert refused or [found] == PASSES
    return refused


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        (PLAIN, True),
        (f"import {{ a, C as Other }} from '{OLD}';\nlet c: Other;", True),
        (f"import D from '{OLD}';\nlet d: D;", True),
        (f"import {{ C }} from '{OLD}';", True),
        (f"here();\nexport {{ C }} from '{OLD}';", True),
        (f"import type {{ C }} from '{OLD}';", False),
        (f"import {{ type C, a }} from '{OLD}';", False),
        (f"import type D from '{OLD}';", False),
        (f"here();\nexport type {{ C }} from '{OLD}';", False),
        (f"import * as w from '{OLD}';\nlet c: w.C;", False),
        (f"import {{ a }} from '{OLD}';", False),
        # It is an error of the compiler as it is.
        (f"import {{ I }} from '{OLD}';\nlet i: I;", False),
    ],
)
def test_an_unmarked_import(code: str, refused: bool) -> None:
    assert only_as_type(code, VERBATIM) is refused


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ("", False),
        (config('"verbatimModuleSyntax": false'), False),
        (config('"isolatedModules": true'), False),
        (config('"preserveValueImports": true'), False),
        (config('"isolatedModules": true, "preserveValueImports": true'), True),
        (config('"emitDecoratorMetadata": true'), False),
        (
            '//- /base.json\n{ "compilerOptions": { "verbatimModuleSyntax": true } }\n'
            + config("", '"extends": "../../base.json",'),
            True,
        ),
        (
            '//- /base.json\n{ "compilerOptions": { "verbatimModuleSyntax": true } }\n'
            + config('"verbatimModuleSyntax": false', '"extends": "../../base.json",'),
            False,
        ),
        (
            '//- /one.json\n{ "compilerOptions": { "verbatimModuleSyntax": true } }\n'
            '//- /two.json\n{ "compilerOptions": { "verbatimModuleSyntax": false } }\n'
            + config("", '"extends": ["../../one.json", "../../two.json"],'),
            False,
        ),
    ],
)
def test_the_option_in_force_decides(more: str, refused: bool) -> None:
    assert only_as_type(PLAIN, more) is refused


def test_javascript_stays_as_it_is() -> None:
    code = f"import {{ C }} from '{OLD}';\n/** @param {{C}} c */\nfunction f(c) {{}}"
    assert only_as_type(code, config('"allowJs": true'), "packages/a/a.js")
    assert not only_as_type(code, "", "packages/a/a.ts")


def test_a_decorator_needs_the_class_behind_a_type() -> None:
    assert only_as_type(DECORATED, config('"emitDecoratorMetadata": true'))
    assert not only_as_type(DECORATED, "")
    mail = f"{PLAIN}\nconst mail = 'me@here.example';"
    assert not only_as_type(mail, config('"emitDecoratorMetadata": true'))


METADATA = config('"emitDecoratorMetadata": true')
GONE = ladder(legacy=None, one="export interface C {} export const a = 1;")


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        (DECORATED, False),
        (f"import {{ C, a }} from '{OLD}';\n@service()\nclass S {{ run(): C {{ return a; }} }}", False),
        (f"import {{ C }} from '{OLD}';\n@service()\nclass S {{ constructor(c: C) {{ new C(); }} }}", True),
        (f"import {{ C }} from '{OLD}';\nclass S extends C {{}}", True),
    ],
)
def test_an_interface_of_a_deleted_module_was_no_class(code: str, refused: bool) -> None:
    (found,) = goes(code, GONE, more=METADATA)
    assert (found == PASSES[0]) is not refused


def test_verbatim_keeps_what_a_deleted_module_had() -> None:
    (found,) = goes(DECORATED, GONE, more=VERBATIM)
    assert found != PASSES[0]


@pytest.mark.parametrize(
    "comment",
    [
        "/** @returns {C} what is there */",
        "/**\n * @deprecated use another\n * @example (c)\n */",
        "// @ts-ignore (it is C)",
        "/* by @somebody {at} here.example */",
    ],
)
def test_a_tag_of_a_comment_is_no_decorator(comment: str) -> None:
    assert not only_as_type(f"{PLAIN}\n{comment}\nfunction f() {{}}", METADATA)
    assert only_as_type(f"{comment}\n{DECORATED}", METADATA)


def test_a_decorator_after_an_address_counts() -> None:
    code = f"import {{ C }} from '{OLD}';\nconst at = 'http://here.example'; @service() class S {{ m(c: C) {{}} }}"
    assert only_as_type(code, METADATA)
