"""References in the comments of JavaScript files, and what only looks like one.  How a row is read: `checks.py`."""

from __future__ import annotations

from tests.syntax.checks import Row

JSDOC: list[Row] = [
    ("/** @type {import('⟦x⟧').T} */\nlet a", "jsdoc-import type {type T}"),
    ('/** @type {import("⟦x⟧")} */\nlet a', "jsdoc-import type *"),
    ("/** @type {typeof import('⟦x⟧')} */\nlet a", "jsdoc-import type *"),
    ("/** @type {typeof import('⟦x⟧').a} */\nlet a", "jsdoc-import type {type a}"),
    ("/** @type import('⟦x⟧').T */\nlet a", "jsdoc-import type {type T}"),
    ("/** @type {import('⟦x⟧', {with: {'resolution-mode': 'import'}}).T} */\nlet a", "jsdoc-import type {type T}"),
    (
        "/**\n * Text.\n * @param {import('⟦x⟧').T} a b\n * @param c {import('⟦y⟧').U} d\n */",
        "jsdoc-import type {type T}",
        "jsdoc-import type {type U}",
    ),
    ("/**\n * @param {A<\n *   import('⟦x⟧').T\n * >} [a='b']\n */", "jsdoc-import type {type T}"),
    ("/**\n * @returns {Promise<import('⟦x⟧').T[]>}\n */", "jsdoc-import type {type T}"),
    ("/** @typedef {import('⟦x⟧').T} T */", "jsdoc-import type {type T}"),
    (
        "/** @typedef {{a: import('⟦x⟧').T, b: {c: import('⟦y⟧').U}}} T */",
        "jsdoc-import type {type T}",
        "jsdoc-import type {type U}",
    ),
    (
        "/**\n * @typedef {Object} T\n * @property {import('⟦x⟧').U} a\n */",
        "jsdoc-import type {type U}",
    ),
    (
        "/**\n * @template {import('⟦x⟧').T} [U=import('⟦y⟧').U]\n * @template [V=import('⟦z⟧').V]\n */",
        "jsdoc-import type {type T}",
        "jsdoc-import type {type U}",
        "jsdoc-import type {type V}",
    ),
    ("/**\n * @callback C\n * @param {A} a\n * @throws {import('⟦x⟧').T}\n */", "jsdoc-import type {type T}"),
    ("/** @extends {A<import('⟦x⟧').T>} */\nclass B extends A {}", "jsdoc-import type {type T}"),
    ("f(/** @type {import('⟦x⟧').T} */ (a))", "jsdoc-import type {type T}"),
    ("/**\r\n * @type {import('⟦x⟧').T}\r\n */\r\nlet a", "jsdoc-import type {type T}"),
    ("/** @satisfies {import('⟦x⟧').T} */\nexport default {}", "jsdoc-import type {type T}"),
    ("/** Says `@type`, then @type {import('⟦x⟧').T} */\nlet a", "jsdoc-import type {type T}"),
    ("/** @import {A, B as C} from '⟦x⟧' */", "jsdoc-import type {type A as A, type B as C}"),
    ("/** @import * as ns from '⟦x⟧' */", "jsdoc-import type *"),
    ("/** @import d from '⟦x⟧' */", "jsdoc-import type {type default as d}"),
    ('/** @import d, {A} from "⟦x⟧" */', "jsdoc-import type {type default as d, type A as A}"),
    ("/** @import {'a-b' as C} from '⟦x⟧' */", "jsdoc-import type {type a-b as C}"),
    (
        "/**\n * @import {\n *   A,\n *   B as C\n * } from '⟦x⟧'\n * @import D from '⟦y⟧' with {a: 'b'}\n */",
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
