"""A workspace with files of every kind, and random edits of it."""

from __future__ import annotations

import posixpath
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tests.checks import MONOREPO
from tests.fixture import project
from tests.project.workspaces import ChangingFiles
from workflow_ls.vfs.files import is_within
from workflow_ls.vfs.overlay import Move

BASE = project(
    MONOREPO
    + """
//- /tsconfig.base.json
{ "compilerOptions": { "baseUrl": ".", "paths": { "@shared/*": ["shared/*"], "~/*": ["server/src/*"] } } }
//- /server/tsconfig.json
{
  "extends": "../tsconfig.base.json",
  "compilerOptions": { "paths": { "@shared/workflow/*": ["../shared/workflow/*"] } }
}
//- /server/package.json
{ "name": "server", "dependencies": { "@x/lib": "*" } }
//- /server/src/a.ts
import { start, Runner } from '@shared/workflow/runtime';
export const a = () => start(new Runner());
//- /server/src/b.ts
export * from './index';
export { client } from '@shared/workflow/runtime/client';
//- /server/src/index.ts
export * from './a';
export * from './b';
//- /server/src/a.test.ts
import { a } from './a';
import { client } from './b';
vi.mock('@shared/workflow/runtime/client', () => ({ client: 2 }));
test('runs', () => a(client));
//- /packages/lib/src/mail.test.ts
import { version } from './mail';
import { buildA } from './index';
vi.mock('@shared/workflow/streams/builders', () => ({ buildA: 1 }));
vi.mock('@alga-psa/workflows/secrets');
test('sends', () => buildA(version));
//- /server/src/old.js
const { buildA } = require('@alga-psa/shared/workflow/streams/builders');
//- /packages/lib/package.json
{ "name": "@x/lib", "exports": { ".": "./src/index.ts", "./*": { "types": "./src/*.ts", "default": "./dist/*.js" } } }
//- /packages/lib/tsconfig.json
{ "extends": "../../tsconfig.base.json" }
//- /packages/lib/src/index.ts
// workflow-ls-ignore deprecated-import: later
import { buildA, buildB } from '@shared/workflow/streams/builders';
export * from '../../../server/src/b';
//- /packages/lib/src/mail.ts
import { version } from '@alga-psa/workflows';
import { secret } from '@alga-psa/workflows/secrets';
//- /shared/lib/core.ts
import { client } from '../../ee/packages/workflows/src/runtime/client';
//- /shared/workflow/secrets.ts
export const secret = 1;
//- /node_modules/dep/package.json
{ "name": "dep", "types": "index.d.ts" }
//- /node_modules/dep/index.d.ts
export declare const dep: 1;
//- /node_modules/@x/lib -> packages/lib
//- /linked -> server/src
"""
)
FILES = {path.lstrip("/"): text.encode() for path, text in BASE.files.items()}
LINKS = {path.lstrip("/"): target for path, target in BASE.links.items()}
SPECIFIERS = [
    *("@shared/workflow/runtime", "@shared/workflow/runtime/client", "@shared/workflow/streams/builders"),
    *("@alga-psa/shared/workflow/secrets", "@shared/workflow/runtime/types", "../../shared/workflow/runtime"),
    *(f"@alga-psa/workflows{subpath}" for subpath in ("", "/runtime", "/runtime/client", "/streams", "/secrets")),
    *("@x/lib", "@x/lib/mail", "dep", "./a", "./b", "./index", ".", "./new", "~/a", "../src/b", "./types", "linked/a"),
]
NAMES = ["start", "Run", "Runner", "client", "buildA", "buildB", "secret", "a", "version"]
STATEMENTS = [
    *("import {{ {0} }} from '{2}';", "import {{ {0}, {1} }} from '{2}';\n{0}();", "export * from '{2}';"),
    *("import * as all from '{2}';", "export {{ {0} }} from '{2}';", "import type {{ {0} }} from '{2}';"),
    *("vi.mock('{2}', () => ({{ {0}: 1 }}));", "vi.mock('{2}');", "const {{ {0} }} = require('{2}');"),
    *("vi.mock('{2}', async (real) => ({{ ...(await real()), {0}: 1 }}));", "vi.importActual('{2}');"),
    *("export const {0} = 1, {1} = 2;", "export interface {0} {{}}", "export function {0}(): void {{}}"),
    *("// workflow-ls-ignore deprecated-import: why\nimport '{2}';", "await import('{2}');", "use('{2}.ts');"),
    *("// workflow-ls-ignore-file mock-mismatch: why", "import '{2}';", "export default {0};", "// {2}"),
]
MANIFESTS = [
    '{ "name": "@alga-psa/workflows", "exports": { "./runtime": "./src/runtime/index.ts", "./*": "./src/*.ts" } }',
    '{ "name": "@alga-psa/workflows", "exports": { ".": "./src/index.ts", "./streams": "./src/streams/index.ts" } }',
    '{ "name": "@x/lib", "exports": { "./*": { "default": "./dist/*.js", "types": "./src/*.ts" }, ".": "./a.ts" } }',
    '{ "name": "@x/lib", "exports": { "./*": { "types": "./src/*.ts", "default": "./dist/*.js" }, ".": "./a.ts" } }',
    '{ "name": "@x/lib", "main": "src/mail.ts", "dependencies": { "@alga-psa/workflows": "*" } }',
    '{ "name": "dep", "main": "index.js" }',
    '{ "workspaces": ["packages/*"], "dependencies": { "@alga-psa/shared": "*" } }',
    '{ "workspaces": ["**", "!packages/*"], "exports": "./server/src/index.ts", "name": "root" }',
    "{}",
]
CONFIGS = [
    '{ "extends": "../tsconfig.base.json" }',
    '{ "extends": "@x/lib/tsconfig.json", "compilerOptions": { "module": "nodenext" } }',
    '{ "compilerOptions": { "paths": { "@alga-psa/workflows/*": ["../ee/packages/workflows/src/*"], "~": ["."] } } }',
    '{ "compilerOptions": { "baseUrl": ".", "verbatimModuleSyntax": true, "outDir": "dist", "allowJs": true } }',
    '{ "compilerOptions": { "paths": { "@shared/workflow/*": ["shared/workflow/*"], "@shared/*": ["shared"] } } }',
]
DIRECTORIES = [
    *("server", "server/src", "packages/lib", "packages/lib/src", "shared", "shared/workflow"),
    *("shared/workflow/runtime", "shared/workflow/streams"),
    *("ee/packages/workflows/src", "ee/packages/workflows/src/runtime", ""),
]
NEW = ["new.ts", "index.ts", "a.ts", "types.ts", "client.tsx", "package.json", "tsconfig.json", "secrets.ts", "b.d.ts"]
TARGETS = [
    *("server/src", "packages/lib", "shared/workflow", "nowhere", "linked", "ee/packages/workflows"),
    *("server/src/a.ts", "server/src/new.ts"),
]
KINDS = ["text", "text", "text", "put", "put", "new", "drop", "move", "tree", "tree", "link", "open", "open", "close"]
KINDS += ["fork", "fork"]


@dataclass(frozen=True)
class Step:
    """One edit: files and links with what is there after it (None for nothing), as `kind` says.

    "change" and "put" change files, and name `named` as the places of the change; "open" lays a text over a file.
    "fork" is a look at the workspace as it would be.  `look` decides what is asked afterwards, and in which order.
    """

    kind: str
    texts: Mapping[str, bytes | None] = field(default_factory=dict)
    links: Mapping[str, str | None] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    look: int = 0


def random_step(rng: random.Random, disk: ChangingFiles, documents: Collection[str]) -> Step:
    """An edit of the files `disk` as they are now, with open documents."""
    look = rng.randrange(1000)
    paths = sorted(disk.paths)
    path = rng.choice(paths)
    match rng.choice(KINDS):
        case "text":
            return Step("change", {path: _text(rng, path, disk)}, named=(path,), look=look)
        case "put":
            return Step("put", {path: _text(rng, path, disk)}, look=look)
        case "new":
            path = posixpath.join(rng.choice(DIRECTORIES), rng.choice(NEW))
            kind = rng.choice(["put", "change"])
            return Step(kind, {path: _text(rng, path, disk)}, named=(path,), look=look)
        case "drop":
            return Step("change", {path: None}, named=(path,), look=look)
        case "move":
            new, text = posixpath.join(rng.choice(DIRECTORIES), posixpath.basename(path)), disk.read(path)
            texts = {path: None, new: text} if new != path else {}
            return Step("change", texts, named=(path, new), look=look)
        case "tree":
            return _tree(rng, disk, look)
        case "link":
            link = rng.choice([*disk.targets, "linked", "server/src/sub", "packages/again", "new.ts"])
            return Step("change", links={link: rng.choice([None, *TARGETS])}, named=(link,), look=look)
        case "open":
            path = rng.choice([*paths, "server/src/new.ts", "packages/lib/src/new/index.ts"])
            return Step("open", {path: _text(rng, path, disk)}, look=look)
        case "close":
            return Step("open", {rng.choice(sorted(documents) or paths): None}, look=look)
    texts = dict[str, bytes | None]((path, _text(rng, path, disk)) for path in rng.sample(paths, rng.randrange(3)))
    gone: dict[str, bytes | None] = dict.fromkeys(rng.sample(paths, rng.randrange(3)))
    moves = (Move(rng.choice(DIRECTORIES[:-1]), "server/moved"),) if rng.random() < 0.3 else ()
    return Step("fork", {**texts, **gone}, moves=moves, look=look)


def _tree(rng: random.Random, disk: ChangingFiles, look: int) -> Step:
    """A whole directory that goes, or gets another name; only the directory is named."""
    old, new = rng.sample([directory for directory in [*DIRECTORIES, "moved"] if directory], 2)
    below = [path for path in disk.paths if path.startswith(f"{old}/")]
    texts: dict[str, bytes | None] = dict.fromkeys(below)
    if rng.random() < 0.7 and not is_within(new, old):
        texts.update({new + path[len(old) :]: disk.read(path) for path in below})
    return Step("change", texts, named=(old, new), look=look)


def _text(rng: random.Random, path: str, disk: ChangingFiles) -> bytes:
    """Another text for a file: its first one, that with a piece cut out, doubled or moved, or one that is made up."""
    old = FILES.get(path) or disk.read(path) or b""
    pick = rng.random()
    if pick < 0.25:
        return FILES.get(path, b"")
    if pick < 0.45 and old:
        first, last = sorted((rng.randrange(len(old)), rng.randrange(len(old))))
        return old[:first] + rng.choice([b"", old[first:last] * 2]) + old[last:]
    if pick < 0.55 and old:
        shuffled = old.splitlines(keepends=True)
        rng.shuffle(shuffled)
        return b"".join(shuffled)
    if path.endswith(".json"):
        return rng.choice(MANIFESTS if path.endswith("package.json") else CONFIGS).encode()
    lines = [
        rng.choice(STATEMENTS).format(*rng.sample(NAMES, 2), rng.choice(SPECIFIERS)) for _ in range(rng.randrange(4))
    ]
    return "\n".join(lines).encode()
