"""Trees to measure on: the recorded monorepo where it is at hand, or one that is made up, of any size."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tools import ROOT

RENDER = ROOT.parent / "shared" / "monorepo" / "render.py"
MODULES = 40
FILES_OF_A_PACKAGE = 100
BODY = """
export interface Props{number} {{
  title: string;
  count?: number;
}}

export function total{number}(rows: ReadonlyArray<Props{number}>): number {{
  return rows.reduce((sum, row) => sum + (row.count ?? {number}), 0);
}}

export const describe{number} = ({{ title, count }}: Props{number}): string => `${{title}}: ${{count ?? 'none'}}`;
"""


STATES = ("surface", "head")
FILES_OF_MONOREPO = 13_000


def render(scratch: Path, state: str = "surface", files: int = FILES_OF_MONOREPO) -> Path:
    """The recorded monorepo with bodies of their real sizes, about `files` of them; else one that is made up."""
    tree = scratch / f"tree-{state}"
    if RENDER.is_file():
        filler = str(max(0, files - 700))
        arguments = [sys.executable, RENDER, tree, "--state", state, "--filler", filler, "--full"]
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
    else:
        make(tree, files=files, references=270)
    return tree


def make_barrels(tree: Path, *, depth: int) -> Path:
    """A monorepo where a legacy name comes through `depth` barrels, each of which re-exports the next."""
    make(tree, files=200, references=1)
    canonical = tree / "ee/packages/workflows/src/runtime"
    for number in range(depth):
        following = "./module0" if number == depth - 1 else f"./deep{number + 1}"
        text = f"export * from '{following}';\nexport const own{number} = {number};\n"
        write(canonical / f"deep{number}.ts", text)
        write(tree / f"shared/workflow/runtime/deep{number}.ts", text)
    names = "import { start0 as deep } from '@shared/workflow/runtime/deep0';\nexport const used = deep('1');\n"
    for number in range(50):
        write(tree / f"packages/package0/src/barrel{number}.ts", names)
    return tree


def make(tree: Path, *, files: int, references: int, files_of_a_package: int = FILES_OF_A_PACKAGE) -> Path:
    """A monorepo of `files` source files, all over which `references` imports of legacy modules are spread."""
    exports = {"./runtime/*": "./src/runtime/*.ts"}
    write(tree / "package.json", {"name": "root", "workspaces": ["packages/*", "ee/packages/*", "shared"]})
    aliases = {"@shared/*": ["./shared/*"], "@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"]}
    write(tree / "tsconfig.base.json", {"compilerOptions": {"baseUrl": ".", "paths": aliases}})
    write(tree / "shared/package.json", {"name": "@alga-psa/shared"})
    write(tree / "ee/packages/workflows/package.json", {"name": "@alga-psa/workflows", "exports": exports})
    for number in range(MODULES):
        text = f"export const start{number} = (id: string): string => id;\n"
        write(tree / f"shared/workflow/runtime/module{number}.ts", text)
        write(tree / f"ee/packages/workflows/src/runtime/module{number}.ts", text)
    packages = {"@alga-psa/workflows": "*"}
    rest = files - 2 * MODULES
    for number in range(rest):
        place = tree / f"packages/package{number // files_of_a_package}"
        if number % files_of_a_package == 0:
            write(place / "package.json", {"name": f"@alga-psa/{place.name}", "dependencies": packages})
        module = number % MODULES
        imports = ["import { useMemo, useState } from 'react';", "import { join } from 'node:path';"]
        if (number + 1) * references // rest > number * references // rest:
            imports.append(f"import {{ start{module} }} from '@shared/workflow/runtime/module{module}';")
        if number % files_of_a_package:
            imports.append(f"import {{ total{number - 1}_0 }} from './file{number - 1}';")
        body = "".join(BODY.format(number=f"{number}_{part}") for part in range(6))
        write(place / f"src/file{number}.ts", "\n".join(imports) + "\n" + body)
    return tree


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2) + "\n")
