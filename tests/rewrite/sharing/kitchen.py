"""A small monorepo whose module moved as a copy, and tests that share values of it with the code that they test."""

from __future__ import annotations

from typing import NamedTuple

OLD, NEW = "@shared/workflow/kitchen/pantry", "@alga-psa/workflows/kitchen/pantry"
KEPT = "// workflow-ls-ignore deprecated-import: later\n"

PANTRY = """
const jars = new Map<string, string>();
export function fill(name: string, what: string): void { jars.set(name, what); }
export function look(name: string): string { return jars.get(name) ?? 'nothing'; }
export function empty(): void { jars.clear(); }
let season = 'summer';
export function setSeason(next: string): void { season = next; }
export function getSeason(): string { return season; }
export const scale = { weigh: (grams: number) => `${grams} g` };
export const clock = { now: () => 1, zone: { name: 'UTC' } };
export function weighed(grams: number): string { return scale.weigh(grams); }
export class Spoilt extends Error {}
export function taste(): never { throw new Spoilt('sour'); }
export const NOTHING = { what: 'nothing' };
export function search(): unknown { return NOTHING; }
export const SALT = Symbol('salt');
export function isSalt(what: unknown): boolean { return what === SALT; }
export function half(grams: number): number { return grams / 2; }
export const LIMIT = 3;
export const names = { salt: 'Salt', sugar: 'Sugar' };
export class Shelf { static count = 0; add(): void { Shelf.count++; } }
export class Jar { static make(): Jar { return new Jar(); } open(): string { return 'pop'; } }
export const isSpoilt = (error: unknown): boolean => error instanceof Spoilt;
export enum Size { Small, Large }
"""

BASE = f"""
//- /package.json
{{ "type": "module", "workspaces": ["shared", "packages/*", "ee/packages/*"] }}
//- /tsconfig.json
{{ "compilerOptions": {{ "paths": {{ "@shared/*": ["./shared/*"] }} }} }}
//- /shared/package.json
{{ "name": "@alga-psa/shared", "type": "module" }}
//- /shared/workflow/kitchen/pantry.ts
{PANTRY}
//- /shared/workflow/kitchen/cook.ts
import {{ look, taste, scale }} from './pantry';
export const cook = (name: string): string => `cooked ${{look(name)}}`;
export const burn = (): never => taste();
export const portion = (grams: number): string => scale.weigh(grams);
export const onlyHere = 1;
//- /ee/packages/workflows/package.json
{{ "name": "@alga-psa/workflows", "type": "module", "exports": {{ "./kitchen/pantry": "./src/kitchen/pantry.ts" }} }}
//- /ee/packages/workflows/src/kitchen/pantry.ts
{PANTRY}
//- /packages/cafe/package.json
{{
  "name": "@alga-psa/cafe", "type": "module",
  "dependencies": {{ "@alga-psa/shared": "*", "@alga-psa/workflows": "*" }}
}}
"""
LINKS = {"node_modules/@alga-psa/shared": "shared", "node_modules/@alga-psa/workflows": "ee/packages/workflows"}
TEST, CODE = "packages/cafe/src/menu.test.ts", "packages/cafe/src/menu.ts"


class Case(NamedTuple):
    """A test and the code that it tests.

    `takes` are the names that the test takes of the pantry, `test` is what it does with them, and `runs` are the names
    that the code takes.  In both, `$` stands for the pantry, as an import namespace.
    """

    told: str
    test: str
    code: str

    def project(self, *, kept: str) -> str:
        """The project; what is `kept`, "test" or "code", keeps its imports of the legacy tree; "" for none."""
        test, code = self.test, self.code
        if kept == "test":
            test = test.replace("import", f"{KEPT}import", 1)
        elif kept == "code":
            code = code.replace("import", f"{KEPT}import", 1)
        head = "import { expect, test, vi } from 'vitest';\n"
        return f"//- /{TEST}\n{head}{test}\n//- /{CODE}\n{code}\n"


def _case(told: str, takes: str, body: str, code: str, runs: str) -> Case:
    test = f"import {takes} from '{OLD}';\nimport * as menu from './menu';\ntest('menu', async () => {{ {body} }});"
    return Case(told, test, f"import {code} from '{OLD}';\n{runs}")


_RESTORE = "vi.restoreAllMocks();"
WEIGH = ("{ scale }", "export const serve = () => scale.weigh(5);")
TASTE = ("{ taste }", "export const serve = () => taste();")
LOOK = ("{ look }", "export const serve = () => look('tea');")

SHARED = (
    _case("spies on an object", "{ scale }",
          "vi.spyOn(scale, 'weigh').mockReturnValue('x'); expect(menu.serve()).toBe('x');", *WEIGH),
    _case("spies on an object of a namespace", "* as pantry",
          "vi.spyOn(pantry.scale, 'weigh').mockReturnValue('x'); expect(menu.serve()).toBe('x');", *WEIGH),
    _case("spies on a function of a namespace", "* as pantry",
          "vi.spyOn(pantry, 'half').mockReturnValue(9); expect(menu.serve()).toBe(9);",
          "{ half }", "export const serve = () => half(2);"),
    _case("assigns a method", "{ scale }",
          "scale.weigh = vi.fn(() => 'x'); expect(menu.serve()).toBe('x');", *WEIGH),
    _case("assigns by Object.assign", "{ scale as balance }",
          "Object.assign(balance, { weigh: () => 'x' }); expect(menu.serve()).toBe('x');", *WEIGH),
    _case("assigns a property of a member", "{ clock }",
          "const { zone } = clock; zone.name = 'CET'; expect(menu.serve()).toBe('CET');",
          "{ clock }", "export const serve = () => clock.zone.name;"),
    _case("replaces a property", "{ scale }",
          "Object.defineProperty(scale, 'weigh', { value: () => 'x' }); expect(menu.serve()).toBe('x');", *WEIGH),
    _case("spies on what a function uses inside", "{ scale }",
          "vi.spyOn(scale, 'weigh').mockReturnValue('x'); expect(menu.serve()).toBe('x');",
          "{ weighed }", "export const serve = () => weighed(5);"),
    _case("spies on the prototype of a class", "{ Jar }",
          "vi.spyOn(Jar.prototype, 'open').mockReturnValue('x'); expect(menu.serve()).toBe('x');",
          "{ Jar }", "export const serve = () => new Jar().open();"),
    _case("expects an instance", "{ Jar }",
          "expect(menu.serve()).toBeInstanceOf(Jar);", "{ Jar }", "export const serve = () => Jar.make();"),
    _case("compares an instance by hand", "{ Jar }",
          "const jar: unknown = menu.serve(); expect(jar instanceof Jar).toBe(true);",
          "{ Jar }", "export const serve = () => new Jar();"),
    _case("expects an error class", "{ Spoilt }", "expect(() => menu.serve()).toThrow(Spoilt);", *TASTE),
    _case("expects a rejection", "{ Spoilt }", "await expect(menu.serve()).rejects.toThrow(Spoilt);",
          "{ taste }", "export const serve = async () => taste();"),
    _case("asks a guard of the module", "{ isSpoilt }",
          "try { menu.serve(); } catch (error) { expect(isSpoilt(error)).toBe(true); return; } throw new Error('none');",
          *TASTE),
    _case("expects a class in a matcher", "{ Jar }",
          "expect(menu.serve()).toEqual({ jar: expect.any(Jar) });",
          "{ Jar }", "export const serve = () => ({ jar: new Jar() });"),
    _case("expects a certain object", "{ NOTHING }", "expect(menu.serve()).toBe(NOTHING);",
          "{ search }", "export const serve = () => search();"),
    _case("expects a certain function", "{ half }", "expect(menu.serve()).toBe(half);",
          "{ half }", "export const serve = () => half;"),
    _case("expects a symbol", "{ SALT }", "expect(menu.serve(SALT)).toBe(true);",
          "{ isSalt }", "export const serve = (what: unknown) => isSalt(what);"),
    _case("fills what the code reads", "{ fill }", "fill('tea', 'green'); expect(menu.serve()).toBe('green');", *LOOK),
    _case("sets a variable of the module", "{ setSeason }", "setSeason('winter'); expect(menu.serve()).toBe('winter');",
          "{ getSeason }", "export const serve = () => getSeason();"),
    _case("resets what the code fills", "{ empty, look }",
          "menu.serve(); expect(look('tea')).toBe('red'); empty(); expect(look('tea')).toBe('nothing');",
          "{ fill }", "export const serve = () => fill('tea', 'red');"),
    _case("reads a static field", "{ Shelf }", "const before = Shelf.count; menu.serve(); expect(Shelf.count).toBe(before + 1);",
          "{ Shelf }", "export const serve = () => new Shelf().add();"),
    _case("changes a table of texts", "{ names }", "names.salt = 'Sel'; expect(menu.serve()).toBe('Sel');",
          "{ names }", "export const serve = () => names.salt;"),
)  # fmt: skip

APART = (
    _case("calls a pure function", "{ half }", "expect(menu.serve()).toBe(half(4));",
          "{ half }", "export const serve = () => half(4);"),
    _case("compares a number", "{ LIMIT }", "expect(menu.serve()).toBe(LIMIT);",
          "{ LIMIT }", "export const serve = () => LIMIT;"),
    _case("compares a member of an enum", "{ Size }", "expect(menu.serve()).toBe(Size.Large);",
          "{ Size }", "export const serve = () => Size.Large;"),
    _case("compares a text of a table", "{ names }", "expect(menu.serve()).toBe(names.salt);",
          "{ names }", "export const serve = () => names.salt;"),
    _case("makes an object of a class", "{ Jar }", "expect(new Jar().open()).toBe(menu.serve());",
          "{ Jar }", "export const serve = () => new Jar().open();"),
    _case("expects equal content", "{ NOTHING }", "expect(menu.serve()).toEqual(NOTHING);",
          "{ search }", "export const serve = () => search();"),
    _case("changes what the code does not take", "{ clock }", "vi.spyOn(clock, 'now'); expect(menu.serve()).toBe(2);",
          "{ half }", "export const serve = () => half(4);"),
    _case("fills what the code does not read", "{ fill }", "fill('tea', 'red'); expect(menu.serve()).toBe('summer');",
          "{ getSeason }", "export const serve = () => getSeason();"),
)  # fmt: skip
