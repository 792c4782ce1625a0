"""Generated graphs of modules: what they declare, and how they re-export what others declare."""

from __future__ import annotations

import random

COUNT = 6
DECLARATIONS = [
    "export const {0} = 1;",
    "export let {0}: number, {1} = 2;",
    "export var {{ x: {0}, ...{1} }} = {{ x: 1, y: 2 }};",
    "export const [{0}, , {1} = 1] = [];",
    "export function {0}() {{}}",
    "export function {0}(x: 1): 1;\nexport function {0}(x: any) {{}}",
    "export async function* {0}() {{}}",
    "export class {0} {{}}",
    "export abstract class {0} {{}}",
    "export interface {0} {{}}",
    "export type {0} = string;",
    "export enum {0} {{ A }}",
    "export const enum {0} {{ A }}",
    "export declare const {0}: number;",
    "export declare function {0}(): void;",
    "export declare class {0} {{}}",
    "export namespace {0} {{ export const x = 1; }}",
    "export namespace {0} {{ export interface X {{}} }}",
    "export namespace {0}.Inner {{ export type X = 1; }}",
    "export declare namespace {0} {{ function f(): void; }}",
    "export const {0} = 1;\nexport type {0} = typeof {0};",
    "export interface {0} {{}}\nexport const {0} = 1;",
    "export class {0} {{}}\nexport namespace {0} {{ export type X = 1; }}",
    "const {0}_ = 1;\nexport {{ {0}_ as {0} }};",
    "interface {0}_ {{}}\nexport {{ {0}_ as {0}, {0}_ as {1} }};",
    "type {0}_ = 1;\nexport type {{ {0}_ as {0} }};",
    "class {0}_ {{}}\nexport {{ type {0}_ as {0}, {0}_ as {1} }};",
    "enum {0}_ {{ A }}\nexport type {{ {0}_ as {0} }};",
    "function {0}_() {{}}\ntype {0}_ = 1;\nexport {{ {0}_ as {0} }};",
    'const {0}_ = 1;\nexport {{ {0}_ as "{0} {1}", {0}_ as {0} }};',
    "namespace {0}_ {{ export type X = 1; }}\nexport {{ {0}_ as {0} }};",
]
RE_EXPORTS = [
    "export {{ {2} as {0} }} from '{4}';",
    "export {{ {2} as {0}, {3} as {1} }} from '{4}';",
    "export type {{ {2} as {0} }} from '{4}';",
    "export {{ type {2} as {0}, {3} as {1} }} from '{4}';",
    "export {{ default as {0} }} from '{4}';",
    "export * as {0} from '{4}';",
    "export type * as {0} from '{4}';",
    "import {{ {2} as {0}_ }} from '{4}';\nexport {{ {0}_ as {0} }};",
    "import type {{ {2} as {0}_ }} from '{4}';\nexport {{ {0}_ as {0} }};",
    "import {{ type {2} as {0}_, {3} as {1}_ }} from '{4}';\nexport {{ {0}_ as {0}, type {1}_ as {1} }};",
    "import {0}_, {{ {2} as {1}_ }} from '{4}';\nexport {{ {0}_ as {0}, {1}_ as {1} }};",
    "import * as {0}_ from '{4}';\nexport {{ {0}_ as {0} }};",
    "import type * as {0}_ from '{4}';\nexport {{ {0}_ as {0} }};",
    "import {0}_, * as {1}_ from '{4}';\nexport {{ {0}_ as {0}, {1}_ as {1} }};",
]
DEFAULTS = [
    "export default 1;",
    "export default function () {{}}",
    "export default function {0}_() {{}}",
    "export default class {{}}",
    "export default abstract class {0}_ {{}}",
    "export default interface {0}_ {{}}",
    "class {0}_ {{}}\nexport default {0}_;",
    "type {0}_ = 1;\nexport default {0}_;",
    "const {0}_ = 1;\nexport {{ {0}_ as default }};",
    "import {{ {2} as {0}_ }} from '{4}';\nexport default {0}_;",
    "export {{ default }} from '{4}';",
    "export {{ {2} as default }} from '{4}';",
    "export default async () => {{}};",
]
STARS = ["export * from '{4}';", "export * from '{4}';", "export * from '{4}';", "export type * from '{4}';"]
NAMES = [f"n{number}" for number in range(8)]


def generate(rng: random.Random) -> dict[str, str]:
    return {f"m{number}.ts": module(rng) for number in range(COUNT)}


def module(rng: random.Random) -> str:
    unused = rng.sample(NAMES, len(NAMES))
    lines = []
    for templates, most in ((DECLARATIONS, 3), (RE_EXPORTS, 2), (DEFAULTS, 1), (STARS, 3)):
        for _ in range(rng.randint(0, most)):
            if len(unused) < 2:
                break
            first, second = unused.pop(), unused.pop()
            others = (rng.choice(NAMES), rng.choice([*NAMES, "default"]), f"./m{rng.randrange(COUNT)}")
            lines.append(rng.choice(templates).format(first, second, *others))
    rng.shuffle(lines)
    return "\n".join([*lines, "export {};", ""])


# Namespace objects are left out: engines disagree with the specification on when two of them are one.
VALUES = ["export const {0} = 1;", "const {0}_ = 1;\nexport {{ {0}_ as {0}, {0}_ as {1} }};", "export default 1;"]
LINKS = ["export {{ {2} as {0} }} from '{4}';", "import {{ {2} as {0}_ }} from '{4}';\nexport {{ {0}_ as {0} }};"]


def generate_values(rng: random.Random) -> dict[str, str]:
    return {f"m{number}.mjs": values(rng) for number in range(COUNT)}


def values(rng: random.Random) -> str:
    unused = rng.sample(NAMES, len(NAMES))
    templates = [*rng.sample(VALUES, rng.randint(0, 3)), *rng.choices(LINKS, k=rng.choice([0, 0, 0, 1]))]
    templates += ["export * from '{4}';"] * rng.randint(0, 3)
    lines = (
        template.format(unused.pop(), unused.pop(), rng.choice(NAMES), "", f"./m{rng.randrange(COUNT)}.mjs")
        for template in templates
        if len(unused) > 1
    )
    return "\n".join([*lines, "export {};", ""])
