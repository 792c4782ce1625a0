"""Exports of what other modules declare inside namespaces, with what the TypeScript compiler says of them."""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, str] = {
    "shop.ts": """
export namespace Codes {
  export type Short = string;
  export const first = 1;
  export class Code {}
  export namespace Old { export const last = 0; export interface Shape { at: 1 } }
}
export enum Colour { Red }
export class Basket {}
export interface Slip { id: 1 }
export import Again = Codes.Code;
export * as deep from './deep';
""",
    "deep.ts": "export const low = 1; export type Low = 1; export namespace Lower { export class Lowest {} }",
    "whole.ts": "namespace Whole { export class Part {} export type Bit = 1; } export default Whole;",
    "barrel.ts": "export * from './shop'; export { Codes as Renamed } from './shop';",
    "round.ts": "import { back } from './module'; export import back2 = back.X; export * from './module';",
    "merged.ts": "import { Codes } from './shop'; namespace Inner { export import Code = Codes.Code } export { Inner }",
}

# The text of `module.ts`, and each name that it exports with its meanings and the file that declares it.
ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("import { Codes } from './shop'; export import a = Codes.Short;", ("a type shop.ts",)),
    ("import { Codes } from './shop'; export import a = Codes.first;", ("a value shop.ts",)),
    ("import { Codes } from './shop'; export import a = Codes.Code;", ("a both shop.ts",)),
    ("import { Codes as C } from './shop'; export import a = C.Old;", ("a both shop.ts",)),
    ("import { Codes as C } from './shop'; export import a = C.Old.last;", ("a value shop.ts",)),
    ("import { Codes as C } from './shop'; export import a = C.Old.Shape;", ("a type shop.ts",)),
    ("import type { Codes } from './shop'; export import a = Codes.Code;", ("a type shop.ts",)),
    ("import { Colour } from './shop'; export import a = Colour.Red;", ("a both shop.ts",)),
    ("import { Colour } from './shop'; export import a = Colour;", ("a both shop.ts",)),
    ("import { Basket } from './shop'; export import a = Basket;", ()),
    ("import { Slip } from './shop'; export import a = Slip;", ()),
    ("import { Codes } from './shop'; export import a = Codes.Nothing;", ()),
    ("import { Nothing } from './shop'; export import a = Nothing.Code;", ()),
    ("import * as all from './shop'; export import a = all.Codes.Short;", ("a type shop.ts",)),
    ("import * as all from './shop'; export import a = all.deep.Lower.Lowest;", ("a both deep.ts",)),
    ("import * as all from './shop'; export import a = all.deep.Low;", ("a type deep.ts",)),
    ("import * as all from './barrel'; export import a = all.Renamed.first;", ("a value shop.ts",)),
    ("import Whole from './whole'; export import a = Whole.Part;", ("a both whole.ts",)),
    ("import { default as W } from './whole'; export import a = W.Bit;", ("a type whole.ts",)),
    ("import all = require('./shop'); export import a = all.Codes.Short;", ("a type shop.ts",)),
    ("import all = require('./shop'); import c = all.Codes; export import a = c.first;", ("a value shop.ts",)),
    ("import { deep } from './shop'; export import a = deep.low;", ("a value deep.ts",)),
    ("import { Renamed } from './barrel'; export import a = Renamed.Code;", ("a both shop.ts",)),
    ("import { Codes } from './barrel'; import x = Codes.Short; export { x as b };", ("b type shop.ts",)),
    ("import { Codes } from './barrel'; import x = Codes.Code; export type { x };", ("x type shop.ts",)),
    ("import { Codes } from './shop'; import x = Codes.first; export default x;", ("default value shop.ts",)),
    ("import { Codes } from './shop'; namespace N { export import c = Codes.Code } export import a = N.c;",
     ("a both shop.ts",)),
    ("import { Inner } from './merged'; export import a = Inner.Code;", ("a both shop.ts",)),
    ("import { Codes } from './shop'; export namespace Out { export import c = Codes.Code }", ("Out both module.ts",)),
)  # fmt: skip
