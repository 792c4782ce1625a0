"""Generated configurations: what the fixes for aliases and exports change, and leave, for the TypeScript compiler."""

from __future__ import annotations

import json
import random
from typing import Any, NamedTuple

import pytest

from tests.checks import MONOREPO
from tests.conformance.node import run_node
from tests.fixture import project
from tests.strategies import NIGHTLY
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions
from workflow_ls.vfs.files import MemoryFiles

pytestmark = [pytest.mark.conformance, pytest.mark.generative]

CASES = 150 if NIGHTLY else 50
RULES = {"deprecated-alias", "missing-alias", "deprecated-export"}
CONFIGS = ["tsconfig.json", "server/tsconfig.json", "ee/server/tsconfig.json", "services/workflow-worker/tsconfig.json"]
CANONICAL = {
    "@alga-psa/workflows": "ee/packages/workflows/src/index.ts",
    "@alga-psa/workflows/runtime": "ee/packages/workflows/src/runtime/index.ts",
    "@alga-psa/workflows/runtime/client": "ee/packages/workflows/src/runtime/client.ts",
}
OTHERS = ["@shared/workflow", "@shared/workflow/runtime", "@shared/workflow/runtime/client"]
OTHERS += ["@alga-psa/shared/workflow/runtime", "@alga-psa/shared/workflow/runtime/client", "@shared/db", "@alga-psa/b"]


class Case(NamedTuple):
    files: dict[str, str]
    links: dict[str, str]
    questions: list[tuple[str, str]]


def test_specifiers_still_resolve_and_aliases_reach_sources(node_project: object) -> None:  # noqa: ARG001
    cases = [generate(random.Random(seed)) for seed in range(CASES)]
    fixed = [case._replace(files=fix(case)) for case in cases]
    before = [answer["paths"] for answer in run_node("resolve.mjs", [case._asdict() for case in cases])]
    after = [answer["paths"] for answer in run_node("resolve.mjs", [case._asdict() for case in fixed])]
    wrong, changed, led = list[str](), 0, 0
    for case, now, was, then in zip(cases, fixed, before, after):
        changed += case.files != now.files
        open_ones = {path for path in CONFIGS if analysis(now).check_file(path)}
        for (specifier, importer), old, new in zip(case.questions, was, then):
            settled = config_of(case, importer) not in open_ones
            if specifier in CANONICAL:
                if (settled and new != CANONICAL[specifier]) or (old is not None and new is None):
                    wrong.append(f"{specifier} from {importer}: {old}, then {new}\n{shown(case, now)}")
                led += settled and old != new
            elif old is not None and old != new:
                wrong.append(f"{specifier} from {importer}: {old}, then {new}\n{shown(case, now)}")
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:3])
    assert changed > 0.7 * CASES
    assert led > 0.7 * CASES


def analysis(case: Case) -> Analysis:
    return Analysis(Workspace(MemoryFiles(case.files, case.links), builtin_table(), Settings()), RULES)


def fix(case: Case) -> dict[str, str]:
    changes = analysis(case).fix(("",), FixOptions())
    return {**case.files, **{change.path: change.after.decode() for change in changes}}


def config_of(case: Case, importer: str) -> str:
    """The configuration that governs a file of the generated workspaces, which stands in `src` beside it."""
    own = importer.removesuffix("src/a.ts") + "tsconfig.json"
    return own if own in case.files else "tsconfig.json"


def shown(*cases: Case) -> str:
    return "\n".join(f"{path}: {case.files[path]}" for case in cases for path in case.files if "tsconfig" in path)


def generate(rng: random.Random) -> Case:
    files = dict(project(MONOREPO).files)
    files["shared/workflow/index.ts"] = files["shared/db.ts"] = files["packages/b/index.ts"] = "export {};"
    files["ee/packages/workflows/package.json"] = json.dumps({"name": "@alga-psa/workflows"})
    exports = {
        "./db": "./db.ts",
        "./workflow/*": "./workflow/*.ts",
        "./workflow/runtime": "./workflow/runtime/index.ts",
    }
    if rng.random() < 0.5:
        files["shared/package.json"] = json.dumps({"name": "@alga-psa/shared", "exports": exports})
    present = ["tsconfig.json", *rng.sample(CONFIGS[1:], rng.randint(1, 3))]
    for path in present:
        files[path] = json.dumps(config(rng, path), indent=rng.choice([None, 2]))
    specifiers = [*CANONICAL, *OTHERS]
    code = "".join(f"import * as m{number} from '{specifier}';\n" for number, specifier in enumerate(specifiers))
    importers = [path.removesuffix("tsconfig.json") + "src/a.ts" for path in present]
    files |= dict.fromkeys(importers, code + "import { gone } from '@shared/workflow/runtime/client';\n")
    # Members of a workspace are found here where installing would link to them, and by the compiler once it has.
    return Case(
        files,
        {"node_modules/@alga-psa/shared": "shared"},
        [(specifier, importer) for importer in importers for specifier in specifiers],
    )


def config(rng: random.Random, path: str) -> Any:
    directory = path.rpartition("/")[0]
    up = "../" * len(directory.split("/")) if directory else ""
    options: dict[str, Any] = {"module": "esnext", "moduleResolution": "bundler"}
    base = None
    if rng.random() < 0.6:
        base = rng.choice([up or ".", "."])
        options["baseUrl"] = base
    to_root = up if base in (None, ".") else ""
    if not directory and base is None:
        to_root = "./"
    if rng.random() < 0.8:
        options["paths"] = paths(rng, to_root)
    extends = {"extends": f"{up}tsconfig.json"} if directory and rng.random() < 0.6 else {}
    return {**extends, "compilerOptions": options}


def paths(rng: random.Random, to_root: str) -> dict[str, list[str]]:
    choices = {
        "@shared/*": ["shared/*"],
        "@shared/workflow": ["shared/workflow"],
        "@shared/workflow/*": ["shared/workflow/*"],
        "@shared/workflow/runtime": ["shared/workflow/runtime"],
        "@alga-psa/shared/workflow/*": ["shared/workflow/*"],
        "@alga-psa/shared/*": ["shared/*"],
        "@alga-psa/*": ["packages/*"],
        "@alga-psa/b": ["packages/b"],
        "@alga-psa/workflows": [rng.choice(["ee/packages/workflows/src", "packages/workflows/src"])],
        "@alga-psa/workflows/*": [rng.choice(["ee/packages/workflows/src/*", "nowhere/*"])],
    }
    keys = rng.sample(list(choices), rng.randint(0, 6))
    return {key: [to_root + target for target in choices[key]] for key in keys}
