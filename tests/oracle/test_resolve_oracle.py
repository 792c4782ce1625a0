"""Where the TypeScript compiler finds modules in generated workspaces, and where they are found here."""

from __future__ import annotations

import json
import posixpath
import random
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.oracle.node import run_node
from tests.workspace.workspaces import workspace_of
from workflow_ls.workspace.exports_map import match_subpath
from workflow_ls.workspace.files import join
from workflow_ls.workspace.model import Workspace
from workflow_ls.workspace.resolve import look_up, resolve, resolve_alias, split_package
from workflow_ls.workspace.tsconfig import read_tsconfig

pytestmark = pytest.mark.oracle

CONDITIONS = ("types", "import", "custom")
SOURCES = [".ts", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".d.mts", ".mjs", ".cts", ".cjs", ".json", ".css"]


class Case(NamedTuple):
    files: dict[str, str]
    links: dict[str, str]
    questions: list[tuple[str, str]]

    @property
    def workspace(self) -> Workspace:
        return workspace_of(self.files, self.links)


def test_modules_are_found_where_the_compiler_finds_them(node_project: Path) -> None:  # noqa: ARG001
    cases = [generate(random.Random(seed)) for seed in range(400)]
    differences, found = [], 0
    for case, answer in zip(cases, run_node("resolve.mjs", [case._asdict() for case in cases])):
        workspace = case.workspace
        for (specifier, importer), expected in zip(case.questions, answer["paths"]):
            actual = resolve(workspace, specifier, importer)
            found += actual is not None
            if actual != expected and known_difference(workspace, specifier, importer, actual) is None:
                differences.append(f"{specifier!r} from {importer}: {actual}, the compiler {expected}\n{shown(case)}")
    assert not differences, f"{len(differences)} of {found}:\n" + "\n".join(differences[:5])
    assert found > 2000


def known_difference(workspace: Workspace, specifier: str, importer: str, actual: str | None) -> str | None:
    if actual is not None and actual.endswith(".css"):
        return "an asset is a file here; for the compiler it is nothing without a declaration"
    if actual is None and specifier.endswith("/") and not specifier.startswith("."):
        return "a package with a slash behind its name: Node refuses what the compiler takes for the package"
    own = workspace.package_of(importer)
    if specifier.startswith("#") and own is not None:
        target = match_subpath(own.imports or {}, specifier, CONDITIONS).target
        if target is None or target.startswith("./"):
            return None
        if next(resolve_alias(workspace, target, own.path), None) is not None:
            return "`imports` leads to a package for Node; the compiler reads path aliases again before that"
        return known_difference(workspace, target, own.path, actual)
    parts = split_package(specifier)
    package = None if parts is None else workspace.package_named(parts[0], importer)
    untyped = actual is None or not actual.endswith((".ts", ".tsx", ".mts", ".cts"))
    if untyped and parts is not None and package is not None and package.exports is not None:
        match = look_up(workspace, package, parts[1], CONDITIONS).match
        if match is not None and match.outcome in ("found", "excluded", "invalid"):
            return "Node takes the first condition that holds; the compiler goes on until there is a file with types"
    return None


def shown(case: Case) -> str:
    texts = {path: text for path, text in case.files.items() if text}
    return json.dumps([texts, [path for path, text in case.files.items() if not text], case.links], indent=1)


def test_configurations_are_those_of_the_compiler(node_project: Path) -> None:  # noqa: ARG001
    cases = [generate(random.Random(seed)) for seed in range(1000, 1300)]
    differences = []
    for case, answer in zip(cases, run_node("resolve.mjs", [case._asdict() for case in cases])):
        for path, expected in answer["configs"].items():
            actual = options(case.workspace, path)
            if actual != expected:
                differences.append(f"{path}: {actual}\nthe compiler: {expected}\n{shown(case)}")
    assert not differences, f"{len(differences)}:\n" + "\n".join(differences[:3])


def options(workspace: Workspace, path: str) -> dict[str, Any]:
    config = read_tsconfig(workspace.files, path, workspace._find_config)
    return {
        "base_url": config.base_url,
        "base": config.base if config.paths else None,
        "paths": {key: [filled_in(target, path) for target in targets] for key, targets in config.paths.items()},
        "out_dir": config.out_dir,
        "declaration_dir": config.declaration_dir,
        "root_dir": config.root_dir,
        "allow_js": config.allow_js,
        "custom_conditions": list(config.custom_conditions),
    }


def filled_in(target: str, path: str) -> str | None:
    """The compiler fills in the directory of the configuration at once, and here that is done on use."""
    own = target.removeprefix("${configDir}/")
    return target if own == target else join(posixpath.dirname(path), own)


PACKAGES = {"a": "packages/a", "@s/b": "packages/b", "c": "app"}
DIRECTORIES = ["", "app", "app/src", "app/src/m", "packages/a", "packages/a/m", "packages/b", "packages/b/src"]


def generate(rng: random.Random) -> Case:
    files: dict[str, str] = {}
    for directory in DIRECTORIES:
        for stem in ("m", "n", "index", "m.part", "m.d"):
            for _ in range(rng.choice([0, 1, 1, 2])):
                files[f"{directory}/{stem}{rng.choice(SOURCES)}".lstrip("/")] = ""
    for name, directory in PACKAGES.items():
        if rng.random() < 0.9:
            files[f"{directory}/package.json"] = json.dumps(manifest(rng, name, files, directory))
    links = {f"node_modules/{name}": directory for name, directory in PACKAGES.items() if rng.random() < 0.8}
    links["linked"] = "packages/a"
    # Where a name is found twice, the compiler goes on to the second where the first does not serve, unlike Node.
    for directory in (rng.choice(["node_modules/d", "app/node_modules/d"]), "node_modules/@s/e"):
        files[f"{directory}/package.json"] = json.dumps(manifest(rng, directory.partition("node_modules/")[2], {}, ""))
        for stem in ("index", "m", "m/index", "src/m"):
            files[f"{directory}/{stem}{rng.choice(['.d.ts', '.js', '.d.mts', '.ts'])}"] = ""
    files |= {path: json.dumps(config) for path, config in configs(rng).items()}
    importers = [f"{directory}/x.ts".lstrip("/") for directory in DIRECTORIES]
    questions = [(rng.choice(SPECIFIERS), rng.choice(importers)) for _ in range(40)]
    return Case(files, links, questions)


SPECIFIERS = [
    *("./m", "./n", "./index", ".", "..", "./", "../", "./m/", "./m/index", "./m/m", "./src/m", "../m", "../../app/m"),
    *("./m.js", "./m.ts", "./m.tsx", "./m.jsx", "./m.mjs", "./m.mts", "./m.cjs", "./m.d.ts", "./m.json", "./m.css"),
    *(
        "./m.part",
        "../linked/m",
        "../../linked/",
        "./m.part.js",
        "./m.d",
        "./nothing",
        "./src/../m",
        "./../app",
        "../../../m",
        "../packages/a",
        "../a",
        "../b/",
    ),
    *("@x", "@x/m", "@x/m.js", "@x/m/n", "@y/m/n", "@y/n", "m", "n", "app/m", "app/src/m", "src/m", "packages/a"),
    *("a", "a/m", "a/m.js", "a/m/m", "a/n", "a/src/m", "a/internal/m", "@s/b", "@s/b/m", "@s/b/src/m", "@s/b/n"),
    *("c", "c/m", "c/src/m", "d", "d/m", "d/src/m", "d/m.js", "@s/e", "@s/e/m", "#m", "#x/m", "#x/n", "#d", "#none"),
    *("@s", "node:fs", "nothing", "nothing/m", "/m", "/app/m", "@x/", "a/"),
]


def manifest(rng: random.Random, name: str, files: dict[str, str], directory: str) -> dict[str, Any]:
    below = [f"./{path[len(directory) + 1 :]}" for path in files if path.startswith(f"{directory}/")]
    targets = [*below, "./m.js", "./src/m.js", "./index.js", "./m.d.ts", "./m.ts"]
    fields: dict[str, Any] = {"name": name}
    for field in ("main", "types", "typings"):
        if rng.random() < 0.3:
            fields[field] = rng.choice([rng.choice(targets), "m.d.ts", "./m", "m", ".", "./src", "./"])
    if rng.random() < 0.5:
        keys = [".", "./m", "./*", "./*.js", "./src/*", "./internal/*", "./m/*"]
        fields["exports"] = {key: exported(rng, key, targets) for key in rng.sample(keys, rng.randint(1, 4))}
    if rng.random() < 0.5:
        fields["imports"] = {
            "#m": rng.choice(targets),
            "#x/*": "./*.js",
            "#d": rng.choice(["d", "d/m", "a/m", "@s/e/m"]),
        }
    return fields


def exported(rng: random.Random, key: str, targets: list[str]) -> Any:
    values = ["./src/*.js", "./*.ts", "./*", "./*.js", "./src/*.ts"] if "*" in key else targets
    kind = rng.random()
    if kind < 0.1:
        return None
    if kind < 0.4:
        names = rng.sample(["types", "import", "custom", "require", "default", "types@>=5", "types@<5"], 3)
        return {name: rng.choice(values) for name in names}
    return rng.choice(values)


def configs(rng: random.Random) -> dict[str, Any]:
    found = {}
    for path in (
        "tsconfig.json",
        "app/tsconfig.json",
        "tsconfig.shared.json",
        "app/more.json",
        "packages/jsconfig.json",
    ):
        if rng.random() < 0.7:
            found[path] = config(rng)
    return found


EXTENDS = [
    *(
        "./tsconfig.shared.json",
        "./tsconfig.shared",
        "../tsconfig.json",
        "../tsconfig.shared.json",
        "./more.json",
        "..",
    ),
    *("./app/more.json", "./nothing.json", "d/tsconfig.json", "./tsconfig.json", "../app/tsconfig", "..", "."),
]
PATHS = {
    "@x": ["./app", "./src", "app/src/m.ts", "./app/src/m.js", "packages/a"],
    "@x/*": ["./app/src/*", "./*", "packages/a/*", "src/*", "${configDir}/*", "${configDir}/src/*", "./nothing/*"],
    "@x/m": ["./m.ts", "./app/m", "./m", "../app/m", "./m.d.ts"],
    "@y/*/n": ["./app/*/n", "./*/m", "./app/src/*/index"],
    "@y/*": ["./packages/b/*", "./app/*.ts"],
    "m": ["./app/m", "./nothing", "./app/src"],
    "*": ["./app/*", "./*", "./packages/*"],
    "a/*/*": ["./app/*"],
}


def config(rng: random.Random) -> Any:
    written: dict[str, Any] = {"moduleResolution": "bundler", "module": "esnext"}
    if rng.random() < 0.4:
        written["baseUrl"] = rng.choice([".", "./app", "..", "./src", "${configDir}", "${configDir}/src", None])
    if rng.random() < 0.6:
        keys = rng.sample(list(PATHS), rng.randint(0, 4))
        written["paths"] = {key: rng.sample(PATHS[key], rng.randint(1, len(PATHS[key]))) for key in keys}
    elif rng.random() < 0.1:
        written["paths"] = rng.choice([None, {}, []])
    for name in ("outDir", "rootDir", "declarationDir"):
        if rng.random() < 0.2:
            written[name] = rng.choice(["./built", "../built", "${configDir}/built", None, 1])
    for name in ("allowJs", "checkJs"):
        if rng.random() < 0.2:
            written[name] = rng.choice([True, False, None])
    if rng.random() < 0.3:
        written["customConditions"] = rng.choice([["custom"], [], None])
    extends: Any = rng.choice([None, rng.choice(EXTENDS), rng.sample(EXTENDS, 2)])
    own = {} if extends is None else {"extends": extends}
    return {**own, "compilerOptions": written} if rng.random() < 0.9 else own
