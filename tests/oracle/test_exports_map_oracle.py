"""What Node's resolver makes of generated `exports` and `imports` fields, and what is made of them here."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.oracle.node import run_node
from workflow_ls.workspace.exports_map import Match, match_subpath, resolve_exports

pytestmark = pytest.mark.oracle

NODE = ("node", "import")  # what `import` has without being asked
CONDITIONS = [(), ("types",), ("custom",), ("types", "custom")]
SUBPATHS = [".", "./a", "./b", "./a/b", "./a/b/c", "./a.js", "./a/b.js", "./a/internal", "./a/internal/x", "./b/a.js"]
KEYS = [
    *(".", "./a", "./b", "./a/b", "./a.js", "./*", "./*.js", "./a/*", "./a/*.js", "./a/internal/*", "./a/*/c"),
    *("./a*", "./*b", "./*/b", "./a/internal", "./**", "./a/*/*", "./", "./a/"),
]
ODD_SUBPATHS = ["./a/../b", "./a/node_modules/x", "./a/.", "./a/%2e%2e/b", "./a/%6eode_modules/x", "./b/*", "./*"]
STRINGS = ["./src/a.js", "./src/index.js", "./b.js", "./types/a.d.ts"]
PATTERNS = ["./src/*.js", "./src/*", "./*/index.js", "./src/*/*.js", "./fixed.js"]
ODD_TARGETS: list[Any] = [
    *(
        "src/a.js",
        "../a.js",
        "/a.js",
        "./a/../b.js",
        "./node_modules/x.js",
        "./%2e%2e/x.js",
        "./a/./b.js",
        ".",
        "..",
        "",
    ),
    *(
        "./a/NODE_modules/b.js",
        "./a\\..\\b.js",
        "https://example.com/a.js",
        "other",
        "other/sub",
        1,
        True,
        False,
        {},
        [],
    ),
]


class Case(NamedTuple):
    field: str
    value: Any
    specifiers: tuple[str, ...]
    conditions: tuple[str, ...]


def test_exports_are_those_of_node(node_project: Path) -> None:  # noqa: ARG001
    compare([exports_case(random.Random(seed)) for seed in range(1200)])


def test_imports_are_those_of_node(node_project: Path) -> None:  # noqa: ARG001
    compare([imports_case(random.Random(seed)) for seed in range(400)])


def compare(cases: list[Case]) -> None:
    answers = run_node("exports_map.mjs", [case._asdict() for case in cases])
    differences = []
    kinds: dict[str, int] = {}
    for case, answer in zip(cases, answers):
        for specifier, expected in zip(case.specifiers, answer):
            match = look_up(case, specifier)
            kinds[match.outcome] = kinds.get(match.outcome, 0) + 1
            there = expected.get("target", CODES.get(expected.get("code"), str(expected)))
            if (actual := told(match)) != there and not has_empty_segment(match, there):
                differences.append(
                    f"{specifier} {case.conditions} in {case.value}: {actual} ({match}), Node {expected}"
                )
    assert not differences, f"{len(differences)}:\n" + "\n".join(differences[:20])
    # The family is worth something only while it reaches every outcome.
    assert min(kinds.values()) > 50
    assert len(kinds) == 5


CODES = {
    "ERR_PACKAGE_PATH_NOT_EXPORTED": "none",
    "ERR_PACKAGE_IMPORT_NOT_DEFINED": "none",
    "ERR_INVALID_PACKAGE_TARGET": "invalid",
    "ERR_INVALID_PACKAGE_CONFIG": "invalid",
    "ERR_INVALID_MODULE_SPECIFIER": "invalid",
    "ERR_MODULE_NOT_FOUND": "invalid",  # an `imports` target that is the empty string
}


def told(match: Match) -> str | None:
    if match.outcome == "found":
        return match.target
    return "invalid" if match.outcome == "invalid" else "none"


def has_empty_segment(match: Match, there: str) -> bool:
    """The specification refuses empty segments; Node still lets them pass, with a warning (DEP0166)."""
    return match.outcome == "invalid" and "segment" in match.detail and there.startswith("./")


def look_up(case: Case, specifier: str) -> Match:
    conditions = (*NODE, *case.conditions)
    if case.field == "imports":
        return match_subpath(case.value, specifier, conditions)
    return resolve_exports(case.value, "." + specifier.removeprefix("p"), conditions)


def exports_case(rng: random.Random) -> Case:
    kind = rng.random()
    value: Any
    if kind < 0.15:
        value = target(rng, STRINGS, odd=0.1)
        if not isinstance(value, (str, list, dict)):
            value = "./a.js"  # what is none of these is no field for Node, and is not asked about
    elif kind < 0.2:
        value = {**conditional(rng, STRINGS, 0.1), **subpaths(rng)}
    else:
        value = subpaths(rng)
    subpath = [*rng.sample(SUBPATHS, 4), rng.choice(ODD_SUBPATHS)]
    return Case("exports", value, tuple("p" + each[1:] for each in subpath), rng.choice(CONDITIONS))


def imports_case(rng: random.Random) -> Case:
    keys = ["#a", "#b", "#a/*", "#*", "#a/*.js", "#a/internal/*", "other"]
    value = {key: target(rng, PATTERNS if "*" in key else STRINGS, odd=0.2) for key in rng.sample(keys, 3)}
    specifiers = ["#a", "#b", "#a/b", "#a/b.js", "#a/internal/x", "#c", "#a/../b"]
    return Case("imports", value, tuple(specifiers), rng.choice(CONDITIONS))


def subpaths(rng: random.Random) -> dict[str, Any]:
    keys = rng.sample(KEYS, rng.randint(1, 6))
    return {key: target(rng, PATTERNS if "*" in key else STRINGS, odd=0.04) for key in keys}


def target(rng: random.Random, strings: list[str], *, odd: float, depth: int = 0) -> Any:
    kind = rng.random()
    if kind < odd:
        return rng.choice(ODD_TARGETS)
    if kind < odd + 0.1:
        return None
    if depth < 3 and kind < odd + 0.4:
        return conditional(rng, strings, odd, depth)
    if depth < 3 and kind < odd + 0.55:
        return [target(rng, strings, odd=3 * odd, depth=depth + 1) for _ in range(rng.randint(0, 3))]
    return rng.choice(strings)


def conditional(rng: random.Random, strings: list[str], odd: float, depth: int = 0) -> dict[str, Any]:
    names = rng.sample(["types", "import", "require", "node", "custom", "browser", "default"], rng.randint(1, 4))
    if rng.random() < odd:
        names.append(rng.choice(["0", "1", "01", "-1", "4294967294", "4294967295", "1e3"]))
    return {name: target(rng, strings, odd=odd, depth=depth + 1) for name in names}
