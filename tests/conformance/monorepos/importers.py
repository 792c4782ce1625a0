"""The files of a generated monorepo that import, in all the forms of a module reference."""

from __future__ import annotations

import posixpath

from tests.conformance.monorepos.dice import Dice
from tests.conformance.monorepos.modules import text
from tests.conformance.monorepos.world import TYPES, Module, World, relative

_PLACES = (
    "packages/a/src/one.ts",
    "packages/a/src/two.tsx",
    "packages/a/src/three.mts",
    "packages/a/src/four.cts",
    "packages/a/src/five.test.ts",
    "packages/b/src/six.ts",
    "packages/b/src/deep/seven.test.ts",
    "server/eight.ts",
    "server/nine.js",
)


def importers(world: World, dice: Dice) -> None:
    core = f"{posixpath.dirname(world.tree)}/lib/core.ts"
    own = f"{world.source_root}/extra/own.ts"
    inner = f"{world.tree}/inner/here.ts"
    for path in dice.some([*_PLACES, *_PLACES, core, own, inner], 2, 6):
        lines = list[str]()
        for number in range(dice.between(1, 4)):
            lines += _statement(world, path, number, dice)
        if dice.chance(40):
            lines.append("export const here = 1;")
        world.files[path] = text(lines, dice)
    world.files["packages/b/src/apart.ts"] = "export const apart  =  1\n"


def _statement(world: World, path: str, number: int, dice: Dice) -> list[str]:
    legacy = dice.chance(78) or not world.modern
    module = dice.pick(world.legacy if legacy else world.modern)
    specifier = _spelled(world, path, module, dice, legacy=legacy)
    forms = list(_FORMS)
    if path.endswith(".js"):
        forms = [form for form in _FORMS if form in _JAVASCRIPT]
    form = dice.pick(forms)
    quote = "'" if dice.chance(80) else '"'
    names = module.names or ["start"]
    values = [name for name in names if name not in TYPES] or ["start"]
    types = [name for name in names if name not in _ONLY_VALUES] or ["Run"]
    picked = {
        "S": quote + specifier + quote,
        "V": dice.pick(values),
        "W": dice.pick(values),
        "T": dice.pick(types),
        "N": str(number),
    }
    if "$W" in form and picked["W"] == picked["V"]:
        picked["W"] = "here" if dice.chance(5) else "Runner"
    for key, value in picked.items():
        form = form.replace(f"${key}", value)
    return form.split("\n")


def _spelled(world: World, path: str, module: Module, dice: Dice, *, legacy: bool) -> str:
    own_tree = world.tree if legacy else world.source_root
    if dice.chance(12) or (path.startswith(f"{own_tree}/") and dice.chance(50)):
        return relative(path, module, dice)
    root = dice.pick(world.roots) if legacy else world.canonical
    specifier = posixpath.join(root, module.stem).rstrip("/")
    if "index." in module.path and module.stem and dice.chance(15):
        specifier += "/index"
    return specifier + (dice.pick([".js", ".ts"]) if dice.chance(8) and module.stem else "")


_ONLY_VALUES = ("start", "client", "build", "limit", "default")
_FORMS = (
    "import { $V as v$N } from $S;\nexport const u$N = v$N;",
    "import { $V as v$N, $T as t$N } from $S;\nexport const u$N = v$N;\nexport type U$N = t$N;",
    "import {\n  $V as v$N, // the first\n  $W as w$N,\n} from $S;\nexport const u$N = [v$N, w$N];",
    "import { $V as v$N, type $T as t$N } from $S;\nexport const u$N = v$N as unknown as t$N;",
    "import type { $T as t$N } from $S;\nexport type U$N = t$N;",
    "import v$N, { $V as w$N } from $S;\nexport const u$N = [v$N, w$N];",
    "import * as v$N from $S;\nexport const u$N = v$N.$V;",
    "import type * as v$N from $S;\nexport type U$N = v$N.$T;",
    "import $S;",
    "export { $V as v$N } from $S;",
    "export { $V as v$N, $W as w$N } from $S;",
    "export type { $T as t$N } from $S;",
    "export * from $S;",
    "export * as v$N from $S;",
    "export const u$N = import($S).then((m) => m.$V);",
    "export const u$N = async () => { const { $V: v } = await import($S); return v; };",
    "export type U$N = import($S).$T;",
    "export type U$N = typeof import($S);",
    "const v$N = require($S);\nexport const u$N = v$N.$V;",
    "import v$N = require($S);\nexport const u$N = v$N.$V;",
    "vi.mock($S, () => ({ $V: 1 }));",
    "vi.mock($S, () => ({ $V: 1 }));\nimport { $V as v$N } from $S;\nexport const u$N = v$N;",
    "jest.mock($S);",
    "export const u$N = vi.importActual<typeof import($S)>($S);",
)
_JAVASCRIPT = (_FORMS[0], _FORMS[6], _FORMS[8], _FORMS[9], _FORMS[12], _FORMS[14], _FORMS[18])
