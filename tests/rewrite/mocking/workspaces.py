"""Small workspaces whose tests mock a module that moves: drawn at random, and runnable by Vitest as they are.

Each test asks, for instance, what `alpha()` says in a file that imports it by some path, and notes the answers.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.workspace import Workspace as CoreWorkspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.vfs.files import MemoryFiles

APP = "packages/app/src"
LINKS = {
    "node_modules/@alga-psa/shared": "shared",
    "node_modules/@alga-psa/workflows": "ee/packages/workflows",
}

_SHARED, _NEW = "@shared/workflow", "@alga-psa/workflows"
_ALPHA = """
export const alpha = (): unknown => 'real alpha';
export const extra = (): unknown => 'real extra';
const whole = { say: (): unknown => 'real whole' };
export default whole;
"""
_BETA = "export const beta = (): unknown => 'real beta';\n"
_MANIFEST = '{{ "name": "{}", "version": "1.0.0", "type": "module"{} }}'
_DEPENDS = ', "dependencies": { "@alga-psa/shared": "*", "@alga-psa/workflows": "*" }'
_TSCONFIG = """{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler", "paths": {
  "@shared/*": ["./shared/*"], "@app/*": ["./packages/app/src/*"]
} } }"""

# What the names of the modules say, when they are asked.
_CALLS = {"alpha": "alpha()", "extra": "extra()", "beta": "beta()", "default": "it.say()", "Whole": "Whole.say()"}
_OWN = {"alpha": ("alpha", "extra", "default"), "beta": ("beta",), "": ("alpha", "extra", "beta", "Whole")}
_KEYS = {
    "alpha": "alpha: () => 'mock alpha'",
    "extra": "extra: () => 'mock extra'",
    "beta": "beta: () => 'mock beta'",
    "default": "default: { say: () => 'mock whole' }",
    "Whole": "Whole: { say: () => 'mock whole' }",
}
_BARRELS = {
    "star": "export * from './alpha';\nexport * from './beta';\nexport { default as Whole } from './alpha';\n",
    "named": "export { alpha, extra, default as Whole } from './alpha';\nexport { beta } from './beta';\n",
    "imported": (
        "import Whole, { alpha, extra } from './alpha';\nimport { beta } from './beta';\n"
        "export { alpha, extra, beta, Whole };\n"
    ),
}
_EXPORTS = {
    "leaves": ', "exports": { ".": "./src/index.ts", "./streams": "./src/streams/index.ts", '
    '"./streams/*": "./src/streams/*.ts" }',
    "barrel": ', "exports": { ".": "./src/index.ts", "./streams": "./src/streams/index.ts" }',
    "root": ', "exports": { ".": "./src/index.ts" }',
}


@dataclass(frozen=True)
class Workspace:
    """Files of a workspace by path, what was drawn for its modules, and the paths that are fixed."""

    files: dict[str, str]
    drawn: str
    within: tuple[str, ...]

    @property
    def tests(self) -> list[str]:
        """The paths of the files that Vitest runs."""
        return [path for path in self.files if ".test." in path]


REWRITES = {"deprecated-import", "deprecated-relative-import"}


def opened(files: Mapping[str, str], rules: set[str] | None = None) -> Analysis:
    """The analysis of the files of a workspace."""
    return Analysis(CoreWorkspace(MemoryFiles(dict(files), LINKS), builtin_table(), Settings()), rules)


def fixed(workspace: Workspace) -> dict[str, str]:
    """The files of a workspace after a fix of its references alone: no mock is aligned, and no manifest changed."""
    changes = opened(workspace.files, REWRITES).fix(workspace.within, FixOptions())
    return {**workspace.files, **{change.path: change.after.decode() for change in changes}}


def got_worse(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The answers of a test that are not what they were.

    An answer that was an error may become anything.  So may a real one of a name that the test never got mocked: where
    the mock or the import was moved already, the other one follows, and the mock works again.
    """
    mocked = {asked.split()[1] for asked, answer in before.items() if not answer.startswith(("real", "error"))}
    return [
        f"{asked}: {answer} -> {after.get(asked)}"
        for asked, answer in before.items()
        if answer != "error" and answer != after.get(asked)
        if asked.split()[1] in mocked or not answer.startswith("real") or after.get(asked, "error") == "error"
    ]


def draw(seed: int) -> Workspace:
    """A workspace; the same for the same seed."""
    rng = random.Random(seed)
    layout, admits = rng.choice(["copy", "copy", "proxy", "proxy", "back", "mixed"]), rng.choice([*_EXPORTS, "leaves"])
    barrel = rng.choice([*_BARRELS])
    files = {
        "package.json": '{ "type": "module", "workspaces": ["shared", "packages/*", "ee/packages/*"] }',
        "tsconfig.json": _TSCONFIG,
        "shared/package.json": _MANIFEST.format("@alga-psa/shared", ', "exports": { "./*": "./*.ts" }'),
        "ee/packages/workflows/package.json": _MANIFEST.format("@alga-psa/workflows", _EXPORTS[admits]),
        "packages/app/package.json": _MANIFEST.format("@alga-psa/app", _DEPENDS),
        **_modules(layout, barrel),
    }
    users = {f"user{number}": _user(rng, admits) for number in range(rng.randint(1, 3))}
    for name, (text, _) in users.items():
        files[f"{APP}/{name}.ts"] = text
    for number in range(rng.choice([1, 1, 2])):
        files.update(_test(rng, number, {name: f"{name} {asked}" for name, (_, asked) in users.items()}, admits))
    if rng.random() < 0.15:
        files["shared/workflow/streams/__mocks__/alpha.ts"] = f"export const {_manual()}"
    if rng.random() < 0.15:
        files["ee/packages/workflows/src/streams/__mocks__/alpha.ts"] = f"export const {_manual()}"
    fixed = rng.choice(["", "", "", *files])
    within = (fixed if fixed.startswith(APP) else "",)
    return Workspace(files, f"{layout}, {admits}, {barrel}", within)


def _manual() -> str:
    return (
        "alpha = () => 'manual alpha', extra = () => 'manual extra';\nexport default { say: () => 'manual whole' };\n"
    )


def _modules(layout: str, barrel: str) -> dict[str, str]:
    """The legacy tree and the canonical sources: copies, or one that re-exports the other."""
    new, old = "ee/packages/workflows/src", "shared/workflow"
    files = {
        f"{old}/index.ts": "export * from './streams/index';\n",
        f"{old}/streams/index.ts": _BARRELS[barrel],
        f"{old}/streams/alpha.ts": _ALPHA,
        f"{old}/streams/beta.ts": _BETA,
        f"{new}/index.ts": "export * from './streams';\n",
        f"{new}/streams/index.ts": _BARRELS[barrel],
        f"{new}/streams/alpha.ts": _ALPHA,
        f"{new}/streams/beta.ts": _BETA,
        # What uses a module by a path of its own.
        "shared/mail/receive.ts": (
            "import { alpha } from '../workflow/streams/alpha';\nexport const core = () => alpha();\n"
        ),
        f"{new}/streams/inner.ts": "import { alpha } from './alpha';\nexport const inner = () => alpha();\n",
    }
    for name in ("alpha", "beta"):
        code = "export * from '{0}';\n" + ("" if name == "beta" else "export {{ default }} from '{0}';\n")
        if layout == "proxy" or (layout == "mixed" and name == "alpha"):
            files[f"{new}/streams/{name}.ts"] = code.format(f"../../../../../{old}/streams/{name}")
        elif layout == "back":
            files[f"{old}/streams/{name}.ts"] = code.format(f"../../../{new}/streams/{name}")
    return files


def _places(admits: str) -> list[tuple[str, str]]:
    """The specifiers of the modules that a file may import, each with its module; "" is the barrel."""
    old = [
        (f"{root}/streams/{name}", name)
        for root in (_SHARED, "@alga-psa/shared/workflow")
        for name in ("alpha", "beta")
    ]
    old += [(f"{_SHARED}/streams/index", ""), (f"{_SHARED}/index", ""), (f"{_SHARED}/streams", "")]
    new = [(_NEW, "")]
    if admits != "root":
        new += [(f"{_NEW}/streams", "")] * 2
    if admits == "leaves":
        new += [(f"{_NEW}/streams/alpha", "alpha"), (f"{_NEW}/streams/beta", "beta")]
    return [*old, *old[:2], *new, ("../../../shared/workflow/streams/alpha", "alpha")]


def _user(rng: random.Random, admits: str) -> tuple[str, str]:
    """The text of a file that exports `ask`, and the name that it asks."""
    pick = rng.random()
    if pick < 0.1:
        text = "import { core } from '@alga-psa/shared/mail/receive';\nexport const ask = async () => core();\n"
        return text, "alpha"
    if pick < 0.2 and admits == "leaves":
        text = f"import {{ inner }} from '{_NEW}/streams/inner';\nexport const ask = async () => inner();\n"
        return text, "alpha"
    specifier, module = rng.choice(_places(admits))
    name = rng.choice(_OWN[module])
    text = _use(rng, specifier, name)
    if rng.random() < 0.1:
        text = f"// workflow-ls-ignore deprecated-import, deprecated-relative-import: later\n{text}"
    return text, name


def _use(rng: random.Random, specifier: str, name: str) -> str:
    call = _CALLS[name]
    clause = "it" if name == "default" else f"{{ {name} }}"
    match rng.choice(["named", "named", "named", "space", "late", "again", "alias"]):
        case "space":
            inner = "default.say()" if name == "default" else call
            return f"import * as all from '{specifier}';\nexport const ask = async () => all.{inner};\n"
        case "late":
            got = "{ default: it }" if name == "default" else f"{{ {name} }}"
            return f"export const ask = async () => {{ const {got} = await import('{specifier}'); return {call}; }};\n"
        case "again":
            more = f"export {{ {name} as passed }} from '{specifier}';\n"
            return f"import {clause} from '{specifier}';\n{more}export const ask = async () => {call};\n"
        case "alias" if name not in ("default", "Whole"):
            return f"import {{ {name} as asked }} from '{specifier}';\nexport const ask = async () => asked();\n"
    return f"import {clause} from '{specifier}';\nexport const ask = async () => {call};\n"


def _test(rng: random.Random, number: int, users: dict[str, str], admits: str) -> dict[str, str]:
    """The files of a test that mocks a module or two, and asks."""
    mocks, asked = list[str](), list[str]()
    head = ["import { test, vi } from 'vitest';"]
    late = rng.random() < 0.12
    known = set[str]()
    for each in range(rng.choice([1, 1, 1, 2])):
        specifier, module = rng.choice(_places(admits)[:12])
        # Which one of two mocks of a module works is a matter of chance.
        place = specifier.replace("@alga-psa/shared", "@shared").replace("../../../shared", "@shared")
        place = place.removesuffix("/index")
        if place in known:
            continue
        known.add(place)
        mocks += _mock(rng, each, specifier, module, late=late)
        if rng.random() < 0.15:
            asked.append(_actual(rng, specifier, module))
    if rng.random() < 0.15:
        asked.append(_actual(rng, *rng.choice(_places(admits))))
    if rng.random() < 0.35 and not late:
        specifier, module = rng.choice(_places(admits))
        name = rng.choice([name for name in _OWN[module] if name != "default"])
        head.append(f"import {{ {name} as own }} from '{specifier}';")
        asked.append(f"['own {name}', async () => own{'.say' if name == 'Whole' else ''}()]")
        if rng.random() < 0.5 and name != "Whole":
            steer = "vi.mocked(own).mockReturnValue('told' as never); return 'steered';"
            asked.insert(0, f"['steered {name}', async () => {{ {steer} }}]")
    shown = [name for name in users if rng.random() < 0.85] or [next(iter(users))]
    for name in shown:
        if late:
            asked.append(f"['{users[name]}', async () => (await import('./{name}')).ask()]")
        else:
            head.append(f"import {{ ask as {name} }} from './{name}';")
            asked.append(f"['{users[name]}', {name}]")
    files = dict[str, str]()
    where = "test" if late else rng.choice([*["test"] * 7, "helper", "setup"])
    if where == "helper":
        files[f"{APP}/helper{number}.ts"] = "\n".join(["import { vi } from 'vitest';", *mocks]) + "\n"
        head, mocks = ["import { test, vi } from 'vitest';", f"import './helper{number}';", *head[1:]], []
    elif where == "setup" and number == 0:
        files["packages/app/vitest.setup.ts"] = "\n".join(["import { vi } from 'vitest';", *mocks]) + "\n"
        mocks = []
    questions = ",\n  ".join(asked)
    body = f"""const asked: [string, () => Promise<unknown>][] = [
  {questions},
];
test('asks', async ({{ task }}) => {{
  const answers: Record<string, unknown> = (task.meta as any).answers = {{}};
  for (const [name, ask] of asked) answers[name] = await ask().then((it) => it ?? 'nothing', () => 'error');
}});
"""
    files[f"{APP}/ask{number}.test.ts"] = "\n".join([*head, *mocks, body])
    return files


def _actual(rng: random.Random, specifier: str, module: str) -> str:
    """A question that goes past the mock of a module, which may re-export another one that is mocked."""
    name = rng.choice(_OWN[module])
    call = "default.say()" if name == "default" else _CALLS[name]
    return f"['actual {name}', async () => (await vi.importActual<any>('{specifier}')).{call}]"


def _mock(rng: random.Random, each: int, specifier: str, module: str, *, late: bool) -> list[str]:
    names = _OWN[module]
    some = [name for name in names if rng.random() < 0.6] or [names[0]]
    keys = ", ".join(_KEYS[name] for name in some)
    if rng.random() < 0.1:
        keys += ", stale: 1"
    before, factory = list[str](), ""
    match rng.choice(
        ["closed", "closed", "closed", "async", "original", "actual", "auto", "spy", "name", "hoisted", "manual"]
    ):
        case "closed":
            factory = f", () => ({{ {keys} }})"
        case "async":
            factory = f", async () => ({{ {keys} }})"
        case "original":
            factory = f", async (original) => ({{ ...(await original<any>()), {keys} }})"
        case "actual":
            factory = f", async () => ({{ ...(await vi.importActual<any>('{specifier}')), {keys} }})"
        case "spy":
            factory = ", { spy: true }"
        case "name":
            before.append(f"const made{each} = vi.hoisted(() => () => ({{ {keys} }}));")
            factory = f", made{each}"
        case "hoisted":
            before.append(f"const held{each} = vi.hoisted(() => ({{ {keys} }}));")
            inner = ", ".join(f"{name}: held{each}.{name}" for name in some)
            factory = f", () => ({{ {inner} }})"
    argument = f"import('{specifier}')" if rng.random() < 0.1 else f"'{specifier}'"
    suppressed = "// workflow-ls-ignore deprecated-import, deprecated-relative-import: later\n"
    lead = suppressed if rng.random() < 0.07 else ""
    return ["\n".join(before), f"{lead}vi.{'doMock' if late else 'mock'}({argument}{factory});"]
