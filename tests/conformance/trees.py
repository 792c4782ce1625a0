"""Generated workspaces for the resolver: files, packages, links and chains of configurations, and what to look for."""

from __future__ import annotations

import json
import random
from typing import Any, NamedTuple

from tests.project.workspaces import workspace_of
from workflow_ls.project.workspace import Workspace

SOURCES = [".ts", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".d.mts", ".mjs", ".cts", ".cjs", ".json", ".css"]


class Case(NamedTuple):
    """A workspace, and specifiers to resolve in it, each with the file that holds it."""

    files: dict[str, str]
    links: dict[str, str]
    questions: list[tuple[str, str]]

    @property
    def workspace(self) -> Workspace:
        return workspace_of(self.files, self.links)

    def __str__(self) -> str:
        texts = {path: text for path, text in self.files.items() if text}
        return json.dumps([texts, [path for path, text in self.files.items() if not text], self.links], indent=1)


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
