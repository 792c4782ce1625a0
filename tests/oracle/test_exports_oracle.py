"""What modules export for the checker of the TypeScript compiler, and what they are found to export here."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.node import run_node
from tests.workspace.workspaces import workspace_of
from workflow_ls.workspace.exports import ExportIndex, ModuleExports
from workflow_ls.workspace.files import SOURCE_EXTENSIONS

pytestmark = pytest.mark.oracle

Expected = Mapping[str, "list[bool] | None"]


def test_generated_modules_export_what_the_checker_says(node_project: Path) -> None:  # noqa: ARG001
    graphs = [generate(random.Random(seed)) for seed in range(300)]
    differences, count = [], 0
    for files, answers in zip(graphs, ask(graphs)):
        index = index_of(files)
        for path, expected in zip(files, answers):
            found = differing(index.exports(path), expected)
            count += len(expected or ())
            if found and not (all(map(is_of_values, found.values())) and leads_to_type_star(files, path)):
                differences.append(f"{path}: {found}\n" + "\n".join(f"//- {p}\n{text}" for p, text in files.items()))
    assert not differences, f"{len(differences)}:\n" + "\n\n".join(differences[:4])
    assert count > 5000


def test_names_are_those_that_the_engine_links(node_project: Path) -> None:  # noqa: ARG001
    """ECMAScript has the last word on stars that bring one name from two places, where the compiler has an error."""
    graphs = [generate_values(random.Random(seed)) for seed in range(250)]
    ambiguous = linked = 0
    question = {"graphs": graphs, "names": [*NAMES, "default"]}
    for files, answers in zip(graphs, run_node("engine.mjs", question)):
        index = index_of(files)
        for path, names in answers.items():
            exports = index.exports(path)
            if names is not None:
                linked += 1
                ambiguous += len(exports.ambiguous)
                assert sorted(exports.names) == sorted(names), f"{path} of {files}"
    assert linked > 500
    assert ambiguous > 100


@pytest.mark.parametrize(
    ("package", "directory"),
    [
        ("@wordpress/components@41.0.0", "src"),
        ("effect@4.1.0", "src"),
        ("rxjs@7.8.2", "src"),
        ("viem@2.57.20", "."),
    ],
)
def test_published_sources_export_what_the_checker_says(package: str, directory: str, corpus: Path) -> None:
    files = dict(source_texts(corpus / package / directory))
    assert len(files) > 100
    index, differences, count = index_of(files), [], 0
    for path, expected in zip(files, ask([files])[0]):
        found = differing(index.exports(path), expected)
        count += len(expected or ())
        if path.endswith(".js"):  # the types that JSDoc declares are not read here
            found = {name: views for name, views in found.items() if views != (None, [False, True])}
        differences += [f"{path}: {found}"] if found else []
    assert not differences, f"{len(differences)} of {len(files)}:\n" + "\n".join(differences[:30])
    assert count > 500


def ask(graphs: Iterable[Mapping[str, str]]) -> list[list[Expected | None]]:
    answer: list[list[Expected | None]] = run_node("exports.mjs", [{"files": f, "modules": list(f)} for f in graphs])
    return answer


def index_of(files: Mapping[str, str]) -> ExportIndex:
    return ExportIndex(workspace_of(files))


def differing(actual: ModuleExports, expected: Expected | None) -> dict[str, Any]:
    """The names that the two sides see differently, each with both views."""
    if expected is None or actual.opaque is not None:
        return {} if expected is None or "export=" in expected else {"opaque": actual.opaque}
    names = actual.names.keys() | expected.keys()
    views = {name: (actual.names.get(name), expected.get(name)) for name in names}
    return {
        name: (None if ours is None else list(ours), theirs)
        for name, (ours, theirs) in sorted(views.items())
        if name not in actual.ambiguous  # the compiler keeps the first, with an error; ECMAScript exports neither
        and not (theirs is None and name in expected)  # it leads nowhere, or to a package that is not installed
        and (ours is None or list(ours) != theirs)
    }


def is_of_values(views: tuple[list[bool] | None, list[bool] | None]) -> bool:
    ours, theirs = views
    return ours is not None and theirs is not None and ours[1:] == theirs[1:]


def leads_to_type_star(files: Mapping[str, str], path: str) -> bool:
    """Whether a module leads to an `export type *`.

    Where a name comes through such a star and through a plain one, whether the compiler gives it as a value depends on
    the order in which its checker meets the two; here it is a value if any way to it lets values through.
    """
    seen, todo = {path}, [path]
    while todo:
        for statement, target in re.findall(r"(.*) from '\./(\w+)'", files[todo.pop()]):
            if statement == "export type *":
                return True
            if f"{target}.ts" not in seen:
                seen.add(f"{target}.ts")
                todo.append(f"{target}.ts")
    return False


def source_texts(root: Path) -> Iterable[tuple[str, str]]:
    for file in sorted(root.rglob("*")):
        path = file.relative_to(root).as_posix()
        # What was built of the sources is JavaScript that says the same again.
        if path.endswith(SOURCE_EXTENSIONS) and not path.startswith(("_cjs/", "_esm/")) and file.is_file():
            yield path, file.read_text()


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
