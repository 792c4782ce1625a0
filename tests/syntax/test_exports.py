"""A row is a source text, and its exports as `shown` writes them.

`x` is a value, `type x` a type, `x+type` both, and `() x` neither; what is called another way in the module follows
after `=`, and what comes from another module is written with its specifier.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import examples
from tests.syntax.rows_exports import SPELLINGS
from workflow_ls.syntax.exports.export_finder import find_exports
from workflow_ls.syntax.exports.module_syntax import Export, ModuleSyntax
from workflow_ls.syntax.parser import parse


def exports_of(text: str | bytes, path: str = "a.ts") -> ModuleSyntax:
    return find_exports(parse(text.encode() if isinstance(text, str) else text, path))


def shown(syntax: ModuleSyntax) -> list[str]:
    stars = [f"{'type ' if star.type_only else ''}* from {star.specifier}" for star in syntax.stars]
    return [*map(_shown, syntax.exports), *stars]


def _shown(export: Export) -> str:
    meaning = {(True, False): "{}", (False, True): "type {}", (True, True): "{}+type", (False, False): "() {}"}
    label = meaning[export.value, export.type].format(export.name)
    if export.specifier is not None:
        return f"{label} = {export.source or '*'} from {export.specifier}"
    return label if export.source == export.name else f"{label} = {export.source}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("const a = 1;", []),
        ("import './a';", []),
        ("export {};", []),
        ("// export const a = 1;\n/* export const b = 1; */", []),
        ("const text = `\nexport const a = 1;\n`;\nexport {};", []),
        ("function f() { const export_ = 1; }\nexport {};", []),
        ("declare module 'x' { export const a: 1; }\nexport {};", []),
        ("declare global { const a: 1; }\nexport {};", []),
        ("export as namespace A;\nexport {};", []),
    ],
)
def test_nothing_is_exported(text: str, expected: list[str]) -> None:
    assert shown(exports_of(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export const a = 1;", ["a"]),
        ("export let a: number, b = 2;", ["a", "b"]),
        ("export var a!: number", ["a"]),
        ("export const { a, b: c, d = 1, e: { f }, ...g } = x;", ["a", "c", "d", "f", "g"]),
        ("export const { [k]: a, 'b-c': d, e: f = 1, g: [h] = [] } = x;", ["a", "d", "f", "h"]),
        ("export const [a, , b = 1, [c], { d }, ...[e]] = x;", ["a", "b", "c", "d", "e"]),
        ("export function a() {}", ["a"]),
        ("export function* a() {}", ["a"]),
        ("export async function a() {}", ["a"]),
        ("export async function* a() {}", ["a"]),
        ("export function a(x: 1): 1;\nexport function a(x: 2): 2;\nexport function a(x: any) {}", ["a", "a", "a"]),
        ("export class A {}", ["A+type"]),
        ("export abstract class A<T> extends B {}", ["A+type"]),
        ("@dec export class A {}", ["A+type"]),
        ("export @dec class A {}", ["A+type"]),
        ("export interface A {}", ["type A"]),
        ("export type A<T> = T;", ["type A"]),
        ("export enum A { B }", ["A+type"]),
        ("export const enum A { B }", ["A+type"]),
        ("export declare const a: 1, b: 2;", ["a", "b"]),
        ("export declare function a(): void;", ["a"]),
        ("export declare class A {}", ["A+type"]),
        ("export declare abstract class A {}", ["A+type"]),
        ("export declare enum A {}", ["A+type"]),
        ("export declare type A = 1;", ["type A"]),
        ("export import a = b.c;", ["a+type"]),
        ("export import a = require('b');", ["a+type = * from b"]),
        ("export const ä = 1, $b = 2, _c = 3;", ["ä", "$b", "_c"]),
        # A namespace is a value only if something in it is.
        ("export namespace A { export const b = 1; }", ["A+type"]),
        ("export namespace A { b(); }", ["A+type"]),
        ("export namespace A { export interface B {} type C = 1; import D = E.F; /* none */ }", ["type A"]),
        ("export namespace A {}", ["type A"]),
        ("export namespace A.B.C { export type D = 1; }", ["type A"]),
        ("export namespace A.B { export class C {} }", ["A+type"]),
        ("export namespace A { export namespace B { export type C = 1; } }", ["type A"]),
        ("export namespace A { namespace B { c(); } }", ["A+type"]),
        ("export namespace A { export declare namespace B { const c: 1; } }", ["A+type"]),
        ("export declare namespace A { function b(): void; }", ["A+type"]),
        ("export module A { export const b = 1; }", ["A+type"]),
        ("export declare module A { type B = 1; }", ["type A"]),
        ("export declare namespace A { type B = 1; interface C {} export { B, C as D }; export {}; }", ["type A"]),
        ("export declare namespace A { type B = 1; const c: 1; export { B as D }; }", ["A+type"]),
        ("export declare namespace A { type B = 1; export { B, c }; }", ["A+type"]),
        # Declarations that merge.
        ("export const A = 1;\nexport type A = 1;", ["A", "type A"]),
        ("export class A {}\nexport namespace A { export type B = 1; }", ["A+type", "type A"]),
    ],
)
def test_declarations(text: str, expected: list[str]) -> None:
    assert shown(exports_of(text)) == expected


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_spellings(text: str, expected: list[str]) -> None:
    assert shown(exports_of(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const a = 1;\nexport { a };", ["a"]),
        ("export { a };\nconst a = 1;", ["a"]),
        ("const a = 1, b = 2;\nexport { a as c, b as default };", ["c = a", "default = b"]),
        ("const a = 1;\nexport { a as 'b c', a as \"d\\u0065\" };", ["b c = a", "de = a"]),
        ("class A {}\nexport { A, type A as B };", ["A+type", "type B = A"]),
        ("class A {}\nexport type { A };", ["type A"]),
        ("const a = 1;\nexport type { a };", ["() a"]),
        ("interface A {}\nexport { A };", ["type A"]),
        ("interface A {}\nconst A = 1;\nexport { A };", ["A+type"]),
        ("function a() {}\nnamespace a { export type B = 1; }\nexport { a };", ["a+type"]),
        ("declare const a: 1;\ndeclare function b(): void;\nexport { a, b };", ["a", "b"]),
        ("import a = b.c;\nexport { a };", ["a+type"]),
        ("export const a = 1;\nexport { a as b };", ["a", "b = a"]),
        ("export type A = 1;\nexport { A as B };", ["type A", "type B = A"]),
        ("export { type a } from './b';\nexport { a as c };", ["type a = a from ./b"]),
        ("export { a, b, };\nlet a, b;", ["a", "b"]),
        # A declaration without `export` has precedence over an exported one.
        ("const a = 1;\nexport type a = 1;\nexport { a as b };", ["type a", "b = a"]),
        ("interface A {}\nexport const A = 1;\nexport { A as B };", ["A", "type B = A"]),
        # `type` as a word like others.
        ("const type = 1;\nexport { type };", ["type"]),
        ("const type = 1;\nexport { type as a };", ["a = type"]),
        ("const type = 1;\nexport { type as as };", ["as = type"]),
        ("type as = 1;\nexport { type as };", ["type as"]),
        ("type as = 1;\nexport { type as as a };", ["type a = as"]),
        ("const as = 1;\nexport { as as as };", ["as"]),
    ],
)
def test_lists(text: str, expected: list[str]) -> None:
    assert shown(exports_of(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export default 1;", ["default"]),
        ("export default { a: 1 };", ["default"]),
        ("export default () => {};", ["default"]),
        ("export default async () => {};", ["default"]),
        ("export default function () {}", ["default"]),
        ("export default function a() {}", ["default = a"]),
        ("export default async function* a() {}", ["default = a"]),
        ("export default function a(): void;\nexport default function a() {}", ["default = a", "default = a"]),
        ("export default class {}", ["default+type"]),
        ("export default class A {}", ["default+type = A"]),
        ("export default abstract class A {}", ["default+type = A"]),
        ("export default @dec class A {}", ["default+type = A"]),
        ("export default interface A {}", ["type default = A"]),
        ("export default (class {});", ["default"]),
        ("const a = 1;\nexport default a;", ["default = a"]),
        ("class A {}\nexport default A;", ["default+type = A"]),
        ("type A = 1;\nexport default A;", ["type default = A"]),
        ("export default a;", ["default+type = a"]),
        ("export default a.b;", ["default"]),
        ("export default a as B;", ["default"]),
        ("export default a!;", ["default"]),
        ("export default function a() {}\nexport { a };", ["default = a", "a"]),
        ("export default class A {}\nexport type { A };", ["default+type = A", "type A"]),
        ("declare const a: 1;\nexport type a = 1;\nexport default a;", ["type a", "default = a"]),
    ],
)
def test_default(text: str, expected: list[str]) -> None:
    assert shown(exports_of(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export { a } from './b';", ["a+type = a from ./b"]),
        ("export { a as b, c } from './d';", ["b+type = a from ./d", "c+type = c from ./d"]),
        ("export { default } from './b';", ["default+type = default from ./b"]),
        ("export { default as a } from './b';", ["a+type = default from ./b"]),
        ("export { a as default } from './b';", ["default+type = a from ./b"]),
        ("export { type A, B } from './c';", ["type A = A from ./c", "B+type = B from ./c"]),
        ("export type { A, B as C } from './d';", ["type A = A from ./d", "type C = B from ./d"]),
        ("export { 'a b' as c, d as 'e f', 'g h' } from './i';", [
            "c+type = a b from ./i", "e f+type = d from ./i", "g h+type = g h from ./i",
        ]),
        ("export { type, type as a, type as as } from './b';", [
            "type+type = type from ./b", "a+type = type from ./b", "as+type = type from ./b",
        ]),
        ("export {} from './b';", []),
        ("export * from './b';", ["* from ./b"]),
        ("export type * from './b';", ["type * from ./b"]),
        ("export*from'./b'", ["* from ./b"]),
        ("export * as a from './b';", ["a+type = * from ./b"]),
        ("export * as default from './b';", ["default+type = * from ./b"]),
        ("export * as 'a b' from './b';", ["a b+type = * from ./b"]),
        ("export type * as a from './b';", ["type a = * from ./b"]),
        ("export /* 1 */ { /* 2 */ a /* 3 */ as // 4\n b } /* 5 */ from /* 6 */ './c';", ["b+type = a from ./c"]),
        ("export type\n* from './b';", ["type * from ./b"]),
        ("export { a } from './b' with { type: 'json' };", ["a+type = a from ./b"]),
        ("export { a } from '.\\u002fb';", ["a+type = a from ./b"]),
        # Import, then export.
        ("import { a } from './b';\nexport { a };", ["a+type = a from ./b"]),
        ("export { a };\nimport { a } from './b';", ["a+type = a from ./b"]),
        ("import { a as b } from './c';\nexport { b as d };", ["d+type = a from ./c"]),
        ("import { 'a b' as c } from './d';\nexport { c };", ["c+type = a b from ./d"]),
        ("import a from './b';\nexport { a };", ["a+type = default from ./b"]),
        ("import a from './b';\nexport default a;", ["default+type = default from ./b"]),
        ("import a, { b } from './c';\nexport { a, b };", ["a+type = default from ./c", "b+type = b from ./c"]),
        ("import a, * as b from './c';\nexport { a, b };", ["a+type = default from ./c", "b+type = * from ./c"]),
        ("import * as a from './b';\nexport { a };", ["a+type = * from ./b"]),
        ("import * as a from './b';\nexport default a;", ["default+type = * from ./b"]),
        ("import type { A } from './b';\nexport { A };", ["type A = A from ./b"]),
        ("import type A from './b';\nexport { A };", ["type A = default from ./b"]),
        ("import type * as a from './b';\nexport { a };", ["type a = * from ./b"]),
        ("import { type A, B } from './c';\nexport { A, type B };", ["type A = A from ./c", "type B = B from ./c"]),
        ("import type from './b';\nexport { type };", ["type+type = default from ./b"]),
        ("import type, { a } from './b';\nexport { a };", ["a+type = a from ./b"]),
        ("import defer * as a from './b';\nexport { a };", ["a+type = * from ./b"]),
        ("import a = require('./b');\nexport { a };", ["a+type = * from ./b"]),
        ("import type a = require('./b');\nexport { a };", ["type a = * from ./b"]),
        # What is imported and only used is not exported.
        ("import { a } from './b';\nexport const c = a;", ["c"]),
    ],
)  # fmt: skip
def test_re_exports(text: str, expected: list[str]) -> None:
    assert shown(exports_of(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("declare const a: 1;\ninterface B {}\nexport const c: 1;", ["c", "a", "type B"]),
        ("import { x } from './x';\ndeclare function a(): void;", ["a"]),
        ("export default function a(): void;\ndeclare const b: 1;", ["default = a", "b"]),
        ("export default interface A {}\ndeclare const b: 1;", ["type default = A", "b"]),
        ("export default function (a: b): void;", ["default"]),
        ("export default function <T>(this: T): void;\nexport const a: 1;", ["a", "default"]),
        ("export default async function (): void", ["default"]),
        ("export const a: 1;\nimport b = c.d;\ndeclare module 'e' {}\ndeclare global {}", ["a"]),
        ("export as namespace A;\ndeclare const b: 1;", []),
        ("export as namespace A;\nexport const b: 1;", ["b"]),
        # A list, a re-export or an assignment ends it.
        ("declare const a: 1;\nexport {};", []),
        ("declare const a: 1, b: 2;\nexport { b };", ["b"]),
        ("declare const a: 1;\nexport * from './b';", ["* from ./b"]),
        ("declare const a: 1;\nexport { b } from './b';", ["b+type = b from ./b"]),
        ("declare const a: 1;\nexport default a;", ["default = a"]),
        ("declare const a: 1;\nexport = a;", []),
    ],
)
def test_declaration_files_export_what_they_declare(text: str, expected: list[str]) -> None:
    assert shown(exports_of(text, "a.d.ts")) == expected
    assert shown(exports_of(text, "a.d.mts")) == expected


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("exports.a = 1;\nexports.b = exports.c = 2;", "a.js", ["default", "a", "b", "c"]),
        ("module.exports.a = 1;", "a.cjs", ["default", "a"]),
        ("exports.default = 1;", "a.js", ["default"]),
        (
            "Object.defineProperty(exports, '__esModule', { value: true });\nexports.a = void 0;",
            "a.js",
            ["default", "a"],
        ),
        ('Object.defineProperty(exports, "a", { get: function () { return b.a; } });', "a.js", ["default", "a"]),
        ("if (exports.a === 1) exports.b = 2;", "a.js", ["default", "b"]),
        ("my.exports.a = 1; myexports.b = 1; exports.c = 1;", "a.js", ["default", "c"]),
        ("// exports.a = 1\n'exports.b = 1';\n`exports.c = 1`;\nexports.d = 1;", "a.js", ["default", "d"]),
        ("// module.exports = 1\nexports.a = 1;", "a.js", ["default", "a"]),
        # An ECMAScript module is none of CommonJS, and neither is TypeScript.
        ("exports.a = 1;\nexport const b = 1;", "a.js", ["b"]),
        ("exports.a = 1;", "a.ts", []),
    ],
)
def test_common_js(text: str, path: str, expected: list[str]) -> None:
    assert shown(exports_of(text, path)) == expected


@pytest.mark.parametrize(
    ("text", "path", "opaque"),
    [
        ("", "a.ts", None),
        ("// nothing", "a.ts", None),
        ("import './a';", "a.ts", None),
        ("export const a = 1;", "a.ts", None),
        ("exports.a = 1;", "a.js", None),
        ("const a = 1;", "a.ts", "it is a script, not a module"),
        ("const a = 1;", "a.js", "it is a script, not a module"),
        ("exports.a = 1;", "a.ts", "it is a script, not a module"),
        ("exports.__esModule = true;", "a.js", "it is a script, not a module"),
        ("export = a;", "a.ts", "it uses `export =`"),
        ("declare namespace a {}\nexport = a;", "a.d.ts", "it uses `export =`"),
        ("module.exports = { a };", "a.js", "it assigns `module.exports`"),
        ("exports.a = 1;\nmodule.exports = b;", "a.js", "it assigns `module.exports`"),
        ("__exportStar(require('./a'), exports);", "a.js", "it fills `exports` when it runs"),
        ("for (const key in a) exports[key] = a[key];", "a.js", "it fills `exports` when it runs"),
        ("// module.exports = 1;", "a.js", None),
    ],
)
def test_opaque(text: str, path: str, opaque: str | None) -> None:
    assert exports_of(text, path).opaque == opaque


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("export * from './a';", True),
        ("'use client';\n// why\nexport { a } from './a';\nexport type { B } from './b';;", True),
        ("#!/usr/bin/env node\nexport * from './a';", True),
        ("", False),
        ("export {};", False),
        ("export * from './a';\nexport const b = 1;", False),
        ("export * from './a';\nb();", False),
        ("export * from './a';\nexport type A<in out T> = ((x)) => ((;", False),
        ("import './b';\nexport * from './a';", False),
        ("import { a } from './a';\nexport { a };", False),
    ],
)
def test_proxy(text: str, proxy: bool) -> None:
    assert exports_of(text).proxy is proxy


def test_specifiers_and_places() -> None:
    text = "export { a, b as c } from './d';\nimport e from './f';\nexport { e };\nexport * from './g';\nimport './h';"
    syntax = exports_of(text)
    assert syntax.specifiers == {"./d", "./f", "./g"}
    assert [text[export.span.start : export.span.end] for export in syntax.exports] == ["a", "b as c", "e"]
    assert [text[star.span.start : star.span.end] for star in syntax.stars] == ["export * from './g';"]


def test_a_shape_does_not_know_places() -> None:
    before, after = (
        exports_of("export const a = 1;\nexport * from './b';"),
        exports_of("\nexport let a; export * from './b'"),
    )
    assert before != after
    assert before.without_places() == after.without_places()
    assert before.without_places() != exports_of("export const a = 1;\nexport type * from './b';").without_places()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What is broken, or unknown to the grammar, hides nothing but itself.
        ("export const a = ;\nexport const b = 1;", ["a", "b"]),
        ("const x = {{{;\nexport const a = 1;\nexport { b } from './b';", ["a", "b+type = b from ./b"]),
        ("export const a = 1;\nfunction f( {\nexport const b = 1;\n", ["a", "b"]),
        ("export const a = 1;\nexport {", ["a"]),
        ("export { a b };\nexport { c d } from './e';\nexport const f = 1;", ["f"]),
        ("import { from\nexport const a = 1;", ["a"]),
        ("export const a: { <const T>(x: [T] extends [never] ? 1 : T) => T = b;\nexport class C {}", ["a", "C+type"]),
        ("export const a = 1;\n*** what\nexport default a;\n", ["a", "default = a"]),
        ("const t = `\nexport const a = 1;\n`;\nconst x = {{;\nexport const b = 1;", ["b"]),
        ("const x = {{ t: `\nexport const a = 1;\n`;\nexport const b = 1;", ["b"]),
        ("export const a = 1; export const b = 2;\nexport const c = ;", ["a", "b", "c"]),
        # Nor does its inside come out of it.
        (
            "export interface A<in out T> {\n  x: ((: ;\n}\n  export interface B {}\nexport const c = 1;",
            ["type A", "c"],
        ),
        ("export namespace A {\n  const x = {{{;\n  export const b = 1;\n}\nexport const c = 1;", ["A+type", "c"]),
        ("export const a: {\n  <T>(x: ((y: T) => ;\n  b = 1,\n} = 1, c = 2;\nexport const d = 1;", ["a", "d"]),
        # First words suffice.
        ("export type A<in out T> = ((x: T)) => ((;\nexport const b = 1;", ["type A", "b"]),
        ("export default function a(((\nexport const b = 1;", ["default = a", "b"]),
        ("export default class extends ((( {\nexport const b = 1;", ["default+type", "b"]),
        ("export default {{ a(((\nexport const b = 1;", ["default", "b"]),
        ("export class A<in out T> extends ((( {\nexport enum B {{", ["A+type", "B+type"]),
        ("namespace A {{\nexport { A };\nexport const b = ;", ["A+type", "b"]),
        ("\ufeffexport const a = ;\nexport interface B {{", ["a", "type B"]),
    ],
)
def test_broken_code(text: str, expected: list[str]) -> None:
    assert sorted(shown(exports_of(text))) == sorted(expected)


def test_carriage_returns_and_a_byte_order_mark() -> None:
    assert shown(exports_of("\ufeffexport const a = 1;\r\nexport * from './b';\r\n")) == ["a", "* from ./b"]


@settings(max_examples=examples(300))
@given(
    st.lists(
        st.sampled_from(
            [
                *("export ", "const ", "a", "{", "}", "* ", "from ", "'./b'", ";", "\n", "type ", "default ", "as "),
                *(
                    "import ",
                    "=",
                    "class ",
                    "(",
                    ")",
                    "`",
                    "//",
                    "/*",
                    "*/",
                    "namespace ",
                    "declare ",
                    ",",
                    "\\u0061",
                    "é",
                ),
                *("exports.", "module.exports", "'", "<", ">", "function ", ".", "enum ", "interface ", "require("),
            ]
        ),
        max_size=25,
    ),
    st.sampled_from(["a.ts", "a.tsx", "a.d.ts", "a.js", "a.mjs"]),
)
def test_any_text_has_exports(pieces: list[str], path: str) -> None:
    text = "".join(pieces)
    syntax = exports_of(text, path)
    length = len(text.encode())
    assert all(0 <= export.span.start <= export.span.end <= length for export in syntax.exports)
    assert syntax.without_places() == exports_of(text, path).without_places()


@given(st.binary(max_size=60))
def test_any_bytes_have_exports(text: bytes) -> None:
    exports_of(b"export const a = 1;\n" + text)
