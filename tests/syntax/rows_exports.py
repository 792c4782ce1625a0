"""Modules in every spelling, and what they export; `test_exports.py` says how a row is read.

The compiler is asked about the same rows (`tests/conformance/test_exports.py`), with `./lib` as it is below.
"""

from __future__ import annotations

LIB = """\
export class Order {}
export const rate = 1, limit = 2;
export default function open() {}
export namespace Store { export interface Item {} export class Shelf {} }
"""

ExportRow = tuple[str, list[str]]

LINE_ENDS: list[ExportRow] = [
    ("export const total = 1;", ["total"]),
    ("export\nconst total = 1;", ["total"]),
    ("export\n\n\nlet first, second", ["first", "second"]),
    ("export\r\nvar total = 1;\r\n", ["total"]),
    ("export\nfunction pay() {}", ["pay"]),
    ("export\nasync function pay() {}", ["pay"]),
    ("export\nclass Bill {}", ["Bill+type"]),
    ("export\nabstract class Bill {}", ["Bill+type"]),
    ("export\ninterface Bill {}", ["type Bill"]),
    ("export\ntype Bill = 1", ["type Bill"]),
    ("export\nenum Kind { A }", ["Kind+type"]),
    ("export\nconst\nenum Kind { A }", ["Kind+type"]),
    ("export\nnamespace Kinds { export const a = 1 }", ["Kinds+type"]),
    ("export\ndeclare const total: 1", ["total"]),
    ("export\ndefault class Bill {}", ["default+type = Bill"]),
    ("export default\nclass Bill {}", ["default+type = Bill"]),
    ("const total = 1;\nexport\n{ total };", ["total"]),
    ("export\n{\nOrder\n}\nfrom\n'./lib'", ["Order+type = Order from ./lib"]),
    ("export\ntype { Order } from './lib'", ["type Order = Order from ./lib"]),
    ("export type\n{ Order }\nfrom './lib'", ["type Order = Order from ./lib"]),
    ("export { Order } // the class\n  from './lib'", ["Order+type = Order from ./lib"]),
    ("export\n* from './lib'", ["* from ./lib"]),
    ("export\n*\nas\nlib\nfrom\n'./lib'", ["lib+type = * from ./lib"]),
    ("export\nimport lib = require('./lib');", ["lib+type = * from ./lib"]),
    ("const address = 'http://here'; export\nconst total = 1", ["total"]),
    ("let\ntotal = 1\nexport { total }", ["total"]),
    # What only looks like it.
    ("// what we export\nconst total = 1;\nexport { total }", ["total"]),
    ("/* export\nconst none = 1 */ export const total = 1", ["total"]),
    ("const text = `export\nconst none = 1`; export { text }", ["text"]),
    ("const keys = { export\n: 1 }; export const total = keys.export\nconst rest = 1", ["total"]),
]

COMMENTS: list[ExportRow] = [
    ("export /* one */ const total = 1;", ["total"]),
    ("export /* one\n two */ const total = 1;", ["total"]),
    ("export/**/const total=1", ["total"]),
    ("export // one\nconst total = 1;", ["total"]),
    ("export // it's a `total`\nconst total = 1", ["total"]),
    ("export //\r\nfunction pay() {}\r\n", ["pay"]),
    ("export // one */ const none\n /* two */ // three\nclass Bill {}", ["Bill+type"]),
    ("export /*a*/ default /*b*/ abstract /*c*/ class /*d*/ Bill {}", ["default+type = Bill"]),
    ("export async function /* all */ * bills() {}", ["bills"]),
    ("export // one\n{ Order } // two\nfrom // three\n'./lib' // four", ["Order+type = Order from ./lib"]),
    ("export /* a */ * /* b */ as /* c */ lib /* d */ from /* e */ './lib'", ["lib+type = * from ./lib"]),
    ("export import /* which */ Item = Local.Item; namespace Local { export interface Item {} }", ["type Item"]),
]

DECORATORS: list[ExportRow] = [
    ("@mark export class Bill {}", ["Bill+type"]),
    ("@mark\nexport\nclass Bill {}", ["Bill+type"]),
    ("export @mark class Bill {}", ["Bill+type"]),
    ("export\n@mark({ of: 1 })\n@again\nclass Bill {}", ["Bill+type"]),
    ("export @mark abstract class Bill {}", ["Bill+type"]),
    ("export @mark /* two */ @some.where<number>() class Bill {}", ["Bill+type"]),
    ("@(bill => bill) export class Bill {}", ["Bill+type"]),
    ("@(class {})\nexport class Bill {}\nexport const total = 1", ["total", "Bill+type"]),
    ("@mark export default class Bill {}", ["default+type = Bill"]),
    ("@mark export default abstract class {}", ["default+type"]),
    ("export default @mark class {}", ["default+type"]),
    ("export default @(bill => bill) class Bill {}", ["default+type"]),
]

ATTRIBUTES: list[ExportRow] = [
    ("export { Order } from './lib' with { type: 'json' };", ["Order+type = Order from ./lib"]),
    ("export { Order } from './lib' assert { type: 'json' };", ["Order+type = Order from ./lib"]),
    ("export{Order}from'./lib'assert{type:'json'};export const a=1", ["Order+type = Order from ./lib", "a"]),
    ("export * from './lib' assert { type: 'json' }\nexport const a = 1", ["a", "* from ./lib"]),
    (
        "export * as lib from './lib' assert { type: 'json' } // why\nexport const a = 1",
        ["lib+type = * from ./lib", "a"],
    ),
    (
        "export { Order } from './lib' /* a */ with /* b */ { /* c */ type: 'json', };",
        ["Order+type = Order from ./lib"],
    ),
    (
        "export { Order as Bill } from './lib'\n  with {\n    'a': 'b',\n    c: 'd'\n  }",
        ["Bill+type = Order from ./lib"],
    ),
    ("export type { Order } from './lib' assert { 'resolution-mode': 'require' }", ["type Order = Order from ./lib"]),
    ("export { Order } from './lib' with {}", ["Order+type = Order from ./lib"]),
    # On a line of its own, `assert` is a name.
    ("const assert = 1;\nexport { Order } from './lib'\nassert\n{ type: 'json' }", ["Order+type = Order from ./lib"]),
]

ESCAPES: list[ExportRow] = [
    (r"export const \u0074otal = 1", ["total"]),
    (r"export let a, \u{62}, c", ["a", "b", "c"]),
    (r"export const { \u0061, b: \u0063, ...\u{64} } = x", ["a", "c", "d"]),
    (r"export function* \u0070ay() {}", ["pay"]),
    (r"export class \u0042ill {}", ["Bill+type"]),
    (r"export abstract class \u0042ill {}", ["Bill+type"]),
    (r"export interface \u{42}ill {}", ["type Bill"]),
    (r"export type \u{000042}ill = 1", ["type Bill"]),
    (r"export enum \u004bind { A }", ["Kind+type"]),
    (r"export namespace \u004binds { export const a = 1 }", ["Kinds+type"]),
    ("export const \\u{1d4b3} = 1", ["\U0001d4b3"]),
    (r"const total = 1; export { \u0074otal }", ["total"]),
    (r"const \u0074otal = 1; export { total as \u{73}um }", ["sum = total"]),
    (r"export default \u0074otal; const total = 1", ["default = total"]),
    ("export default class \\u0042ill {}\nexport { Bill }", ["default+type = Bill", "Bill+type"]),
    (r"export { \u004frder } from './lib'", ["Order+type = Order from ./lib"]),
    (r"export { Order as \u{42}ill } from './lib'", ["Bill+type = Order from ./lib"]),
    (r"export { '\u004frder' as Bill } from './lib'", ["Bill+type = Order from ./lib"]),
    (r"export { Order as 'a\u{20}bill' } from './lib'", ["a bill+type = Order from ./lib"]),
    (r"export { Order as \u0064efault } from './lib'", ["default+type = Order from ./lib"]),
    (r"export * as \u006cib from './lib'", ["lib+type = * from ./lib"]),
    (r"import { \u004frder } from './lib'; export { Order };", ["Order+type = Order from ./lib"]),
    (r"import { Order as \u{42}ill } from './lib'; export { Bill };", ["Bill+type = Order from ./lib"]),
    (r"import { '\u004frder' as Bill } from './lib'; export { Bill };", ["Bill+type = Order from ./lib"]),
    (r"import \u006fpen from './lib'; export { open };", ["open+type = default from ./lib"]),
    (r"import * as \u{6c}ib from './lib'; export { lib };", ["lib+type = * from ./lib"]),
    (r"import l\u0069b = require('./lib'); export { lib };", ["lib+type = * from ./lib"]),
    (r"export import \u0049tem = Local.\u0049tem; namespace Local { export interface Item {} }", ["type Item"]),
]

_LOCAL = """\
namespace Local {
  export namespace Deep { export class Class {} export type Type = 1; export const value = 1 }
  export enum Kind { A, 'b' }
  export interface Item {}
  export import Again = Deep.Class;
  const inner = 1;
  interface Both {}
  export { inner as outer, Both };
}
"""

IMPORT_ALIASES: list[ExportRow] = [
    (_LOCAL + "export import a = Local.Item;", ["type a"]),
    (_LOCAL + "export import a = Local.Kind;", ["a+type"]),
    (_LOCAL + "export import a = Local.Kind.A;", ["a+type"]),
    (_LOCAL + "export import a = Local.Deep;", ["a+type"]),
    (_LOCAL + "export import a = Local.Deep.Class;", ["a+type"]),
    (_LOCAL + "export import a = Local.Deep.Type;", ["type a"]),
    (_LOCAL + "export import a = Local.Deep.value;", ["a"]),
    (_LOCAL + "export import a = Local.Again;", ["a+type"]),
    (_LOCAL + "export import a = Local.outer;", ["a"]),
    (_LOCAL + "export import a = Local.Both;", ["type a"]),
    (_LOCAL + "import b = Local.Deep; export import a = b.Type;", ["type a"]),
    (
        _LOCAL + "import b = Local.Item; export { b, b as c }; export default b;",
        ["type b", "type c = b", "type default = b"],
    ),
    (_LOCAL + "export default Local.Deep.Type;", ["type default"]),
    (_LOCAL + "export default Local.Kind.A;", ["default+type"]),
    ("export import a = A.B; namespace A.B { export type c = 1 }", ["type a"]),
    ("export import a = A.B; namespace A { export type B = 1 } namespace A { export const B = 1 }", ["a+type"]),
    ("export import a = A.B; declare namespace A { interface B {} }", ["type a"]),
    ("export import a = A; namespace A { export type B = 1 }", ["type a"]),
    ("export import a = lib.Order; import * as lib from './lib'", ["a+type = Order from ./lib"]),
    ("export import a = lib.Order; import lib = require('./lib')", ["a+type = Order from ./lib"]),
    ("export import a = lib.Order; import type * as lib from './lib'", ["type a = Order from ./lib"]),
    ("export import lib = require('./lib');", ["lib+type = * from ./lib"]),
    ("export import type lib = require('./lib');", ["type lib = * from ./lib"]),
    # What leads nowhere.
    (_LOCAL + "export import a = Local.inner;", []),
    (_LOCAL + "export import a = Local.Missing;", []),
    (_LOCAL + "export import a = Local.Kind.Z;", []),
    (_LOCAL + "import b = Local.Missing; export { b };", []),
    ("export import a = A; class A {}", []),
    ("export import a = A.b; const A = { b: 1 }", []),
    ("export import a = b; import b = a;", []),
    ("export namespace A { export import B = C.D }", ["A+type"]),
    ("export namespace A { import B = C.D; }", ["type A"]),
]

CUT_OFF: list[ExportRow] = [
    # After these words a line end makes them names, and `export` before them a mistake.
    ("export type\nBill = 1", []),
    ("export type // one\nBill = 1\nexport const total = 1", ["total"]),
    ("export type /* one\n two */ Bill = 1\nexport const total = 1", ["total"]),
    ("export interface\nBill {}\nexport const total = 1", ["total"]),
    ("export namespace\nBills {}\nexport const total = 1", ["total"]),
    ("export module\nBills {}\nexport const total = 1", ["total"]),
    ("export abstract\nclass Bill {}\nexport const total = 1", ["total"]),
    ("export async\nfunction pay() {}\nexport const total = 1", ["total"]),
    ("export declare\nconst sum: 1\nexport const total = 1", ["total"]),
    ("export declare\r\nfunction pay(): void\r\nexport const total = 1", ["total"]),
    ("export declare namespace\nBills {}\nexport const total = 1", ["total"]),
    ("export declare abstract\u2028class Bill {}\nexport const total = 1", ["total"]),
    ("abstract\nclass Bill {}\nexport { Bill }", ["Bill+type"]),
    ("export declare type\nBill = 1", ["type Bill"]),
    ("export default interface\nBill {}", ["type default = Bill"]),
    ("export const type = 1", ["type"]),
    ("export type type = 1", ["type type"]),
    ("export enum\nKind { A }", ["Kind+type"]),
    ("export class\nBill\n{}", ["Bill+type"]),
    ("export default abstract\nclass Bill {}\nconst abstract = 1", ["default = abstract"]),
    ("export default async\nfunction pay() {}\nconst async = 1", ["default = async"]),
    ("const type = 1; export default type\ninterface Bill {}", ["default = type"]),
]

LATE: list[ExportRow] = [
    # `export` after another modifier is a mistake, and an export.
    ("declare export const total: 1", ["total"]),
    ("declare export\nfunction pay(): void", ["pay"]),
    ("abstract export class Bill {}", ["Bill+type"]),
    ("abstract\nexport class Bill {}", ["Bill+type"]),
    ("async export function pay() {}", ["pay"]),
    ("export export const total = 1", ["total"]),
    ("const declare = 1\nexport { declare }", ["declare"]),
]

NEW_FORMS: list[ExportRow] = [
    ("export type * from './lib'; export const total = 1", ["total", "type * from ./lib"]),
    ("export type\n*\nas lib from './lib'; export const total = 1", ["type lib = * from ./lib", "total"]),
    ("export type*as lib from'./lib';export type*from'./lib'", ["type lib = * from ./lib", "type * from ./lib"]),
    ("import defer * as lib from './lib'; export { lib }", ["lib+type = * from ./lib"]),
    ("import\ndefer /* a */ *\nas lib from './lib'\nexport { lib as other }", ["other+type = * from ./lib"]),
    ("import defer from './lib'; export { defer }", ["defer+type = default from ./lib"]),
    ("export class Bill { static accessor a = 1; accessor b }; export const total = 1", ["Bill+type", "total"]),
    ("export class Bill { private accessor a = 1 } export const total = 1", ["Bill+type", "total"]),
    ("export const accessor = 1, bill = accessor", ["accessor", "bill"]),
    ("namespace Bills\n{\n}\nexport { Bills }", ["type Bills"]),
    ("namespace Bills // all\n{ export const a = 1 }\nexport { Bills }", ["Bills+type"]),
    ("namespace Bills.Old\n{\n  export interface Bill {}\n}\nexport { Bills }", ["type Bills"]),
    ("export namespace Bills\n{\n  const a = 1\n}", ["Bills+type"]),
    ("export module Bills\r\n{\r\n}\r\n", ["type Bills"]),
    ("export\nimport\ntype lib /* a */ =\nrequire\n( './lib'\n)", ["type lib = * from ./lib"]),
]

NOTHING: list[ExportRow] = [
    ("export { Missing };", []),
    ("export { Missing, total };\nconst total = 1;", ["total"]),
    ("export { Missing as Found };", []),
    ("export { Missing as default };", []),
    ("export type { Missing };", []),
    ("export { type Missing };", []),
    ("export { Missing as 'any name' };", []),
    ("export { window, NaN };", []),
    ("export { total };\nfunction sum() { const total = 1; }", []),
    ("export { total };\n{ const total = 1; }", []),
    ("export { pay };\n{ function pay() {} }", []),
    ("export { total };\nfor (let total;;) {}", []),
    ("export { total };\nclass Bill { total = 1; static { var total = 1 } }", []),
    ("export { T };\nfunction pay<T>(T) {}", []),
    ("export { total };\ntotal = 1;", []),
    ("export { total };\nconst sum = function total() {}", []),
    ("export { total };\nnamespace Sums { var total = 1 }", []),
    ("export { total };\ntry {} catch (total) {}", []),
    ("export { total };\nimport './lib'", []),
    ("import { rate } from './lib';\nexport { limit };", []),
    # No star brings it either.
    ("export { Order };\nexport * as lib from './lib';", ["lib+type = * from ./lib"]),
    # What is declared further inside, for the whole module.
    ("export { total };\n{ var total = 1; }", ["total"]),
    ("export { total };\nif (x) { } else var total = 1", ["total"]),
    ("export { a, b, c };\nfor (var a = 0, [b] = [];;) {}\nfor (var { c } of []) {}", ["a", "b", "c"]),
    ("export { total };\ntry { var total = 1 } catch {}", ["total"]),
    ("export { total };\nswitch (1) { case 1: var total = 1 }", ["total"]),
    ("export { total };\nlabel: while (1) { var total = 1 }", ["total"]),
    ("export { total, Bill };\ndeclare global { interface Bill {} const total: 1 }", ["total", "type Bill"]),
    ("using total = x;\nexport { total };", ["total"]),
    ("await using total = x; export { total };", ["total"]),
]

# Names in an import that the grammar does not know, and what follows them on the line.
IMPORTED: list[ExportRow] = [
    ("import { type as as as } from './lib'; export { as };", ["type as = as from ./lib"]),
    ("import { type as } from './lib'; export { as as x };", ["type x = as from ./lib"]),
    (
        "import { type as as own, rate } from './lib'; export { own, rate };",
        [
            "type own = as from ./lib",
            "rate+type = rate from ./lib",
        ],
    ),
    ("import lib, { type as as as } from './lib'; export { lib };", ["lib+type = default from ./lib"]),
    ("import type from from './lib'; export { from };", ["type from = default from ./lib"]),
    ("import type from /* from */ from './lib';\nexport { from };", ["type from = default from ./lib"]),
    ("export const a = 1; import { type as as as } from './lib'; export { as };", ["a", "type as = as from ./lib"]),
    (
        "  import { type as as as } from './lib';\n  export { as };\n  export const z = 1;",
        ["z", "type as = as from ./lib"],
    ),
    ("import { type as as as } from './lib'; export const a = 1;\nexport class B {}", ["a", "B+type"]),
    ("import { type as as as from './lib';\nexport const a = 1;", ["a"]),
]

FORMS: list[ExportRow] = [
    ("export default abstract class {}", ["default+type"]),
    ("export default abstract class<T> {}", ["default+type"]),
    ("export default async () => 1", ["default"]),
    ("const type = 1; export { type }", ["type"]),
    ("const type = 1, a = 2; export { a, /* b */ type, }", ["a", "type"]),
    ("const type = 1; export { type as type, type as 'x y' }", ["type", "x y = type"]),
    ("export { type as as } from './lib'; export const a = 1", ["as+type = type from ./lib", "a"]),
    ('const total = 1; export { total as "" }', [" = total"]),
    ("export const a = 1, { b = 2, c: { d = 3, ...e } = {}, ...f } = x, [g = 1, , ...[h]] = y", [*"abdefgh"]),
    ("export declare function pay(a: 1): 1;\nexport declare function pay(a: 2): 2;", ["pay", "pay"]),
    ("export as namespace Lib;\nexport {};", []),
    ("export type {};", []),
    ("\ufeff#!/usr/bin/env node\nexport\nconst total = 1", ["total"]),
    ("#!/usr/bin/env node\n'use client'\nexport // one\nconst total = 1", ["total"]),
]

SPELLINGS = [
    *(*LINE_ENDS, *COMMENTS, *DECORATORS, *ATTRIBUTES, *ESCAPES, *IMPORT_ALIASES),
    *(*CUT_OFF, *LATE, *NEW_FORMS, *NOTHING, *IMPORTED, *FORMS),
]
