"""References in the comments of JavaScript files, and what only looks like one.  How a row is read: `checks.py`."""

from __future__ import annotations

from tests.syntax.checks import Row

JSDOC: list[Row] = [
    ("/** @type {import('$0x$0').T} */\nlet a", "jsdoc-import type {type T}"),
    ('/** @type {import("$0x$0")} */\nlet a', "jsdoc-import type *"),
    ("/** @type {typeof import('$0x$0')} */\nlet a", "jsdoc-import type *"),
    ("/** @type {typeof import('$0x$0').a} */\nlet a", "jsdoc-import type {type a}"),
    ("/** @type import('$0x$0').T */\nlet a", "jsdoc-import type {type T}"),
    ("/** @type {import('$0x$0', {with: {'resolution-mode': 'import'}}).T} */\nlet a", "jsdoc-import type {type T}"),
    (
        "/**\n * Text.\n * @param {import('$0x$0').T} a b\n * @param c {import('$0y$0').U} d\n */",
        "jsdoc-import type {type T}",
        "jsdoc-import type {type U}",
    ),
    ("/**\n * @param {A<\n *   import('$0x$0').T\n * >} [a='b']\n */", "jsdoc-import type {type T}"),
    ("/**\n * @returns {Promise<import('$0x$0').T[]>}\n */", "jsdoc-import type {type T}"),
    ("/** @typedef {import('$0x$0').T} T */", "jsdoc-import type {type T}"),
    (
        "/** @typedef {{a: import('$0x$0').T, b: {c: import('$0y$0').U}}} T */",
        "jsdoc-import type {type T}",
        "jsdoc-import type {type U}",
    ),
    (
        "/**\n * @typedef {Object} T\n * @property {import('$0x$0').U} a\n */",
        "jsdoc-import type {type U}",
    ),
    (
        "/**\n * @template {import('$0x$0').T} [U=import('$0y$0').U]\n * @template [V=import('$0z$0').V]\n */",
        "jsdoc-import type {type T}",
        "jsdoc-import type {type U}",
        "jsdoc-import type {type V}",
    ),
    ("/**\n * @callback C\n * @param {A} a\n * @throws {import('$0x$0').T}\n */", "jsdoc-import type {type T}"),
    ("/** @extends {A<import('$0x$0').T>} */\nclass B extends A {}", "jsdoc-import type {type T}"),
    ("f(/** @type {import('$0x$0').T} */ (a))", "jsdoc-import type {type T}"),
    ("/**\r\n * @type {import('$0x$0').T}\r\n */\r\nlet a", "jsdoc-import type {type T}"),
    ("/** @satisfies {import('$0x$0').T} */\nexport default {}", "jsdoc-import type {type T}"),
    ("/** Says `@type`, then @type {import('$0x$0').T} */\nlet a", "jsdoc-import type {type T}"),
    ("/** @import {A, B as C} from '$0x$0' */", "jsdoc-import type {type A as A, type B as C}"),
    ("/** @import * as ns from '$0x$0' */", "jsdoc-import type *"),
    ("/** @import d from '$0x$0' */", "jsdoc-import type {type default as d}"),
    ('/** @import d, {A} from "$0x$0" */', "jsdoc-import type {type default as d, type A as A}"),
    ("/** @import {'a-b' as C} from '$0x$0' */", "jsdoc-import type {type a-b as C}"),
    (
        "/**\n * @import {\n *   A,\n *   B as C\n * } from '$0x$0'\n * @import D from '$0y$0' with {a: 'b'}\n */",
        "jsdoc-import type {type A as A, type B as C}",
        "jsdoc-import type {type default as D}",
    ),
]

JSDOC_LOOK_ALIKES: list[str] = [
    "// @type {import('x').T}",
    "/* @type {import('x').T} */",
    "/**/ let a // import('x')",
    "/** import('x') */",
    "/** See {@link import('x')}. */",
    "/** @example import('x') */",
    "/** @example {import('x')} */",
    "/** @example import {a} from 'x' */",
    "/** @returns Text with import('x'). */",
    "/** @param a Text with import('x'). */",
    "/** @returns {A} Text with {import('x')}. */",
    "/** @returns {A} Text with `@type {import('x')}`. */",
    "/** a@type {import('x')} */",
    "/** @type {'import(\"x\")'} */",
    "/** @imports {A} from 'x' */",
    "/** @import 'x' */",
    "/** @import something */ 'x'",
    "/** @extends {import('x').T} */ class A {}",
    "const a = \"/** @type {import('x').T} */\"",
    "const a = `/** @type {import('x').T} */`",
]
