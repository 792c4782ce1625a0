"""Generated `exports` and `imports` fields: what Node makes of them, compared with what is made of them here."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from tests.conformance.comparison import Comparison
from tests.conformance.node import run_node
from workflow_ls.project.resolution.exports_field import Match, match_subpath, resolve_exports

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


EMPTY = "The specification refuses empty segments; Node still lets them pass, with a warning (DEP0166)."
REASONS = (EMPTY,)

CODES = {
    "ERR_PACKAGE_PATH_NOT_EXPORTED": "none",
    "ERR_PACKAGE_IMPORT_NOT_DEFINED": "none",
    "ERR_INVALID_PACKAGE_TARGET": "invalid",
    "ERR_INVALID_PACKAGE_CONFIG": "invalid",
    "ERR_INVALID_MODULE_SPECIFIER": "invalid",
    "ERR_MODULE_NOT_FOUND": "invalid",  # an `imports` target that is the empty string
}


def compare_fields(cases: Sequence[Case]) -> tuple[Comparison, Counter[str]]:
    """Compare what each case's specifiers lead to; also how often there was which outcome."""
    result, outcomes = Comparison(len(cases)), Counter[str]()
    for case, answer in zip(cases, run_node("exports_map.mjs", [case._asdict() for case in cases])):
        for specifier, expected in zip(case.specifiers, answer):
            match = _look_up(case, specifier)
            outcomes[match.outcome] += 1
            there = expected.get("target", CODES.get(expected.get("code"), str(expected)))
            if (actual := _told(match)) == there:
                result.equal += 1
            elif match.outcome == "invalid" and "segment" in match.detail and there.startswith("./"):
                result.known[EMPTY] += 1
            else:
                told = f"{specifier} {case.conditions} in {case.value}: {actual} ({match}), Node {expected}"
                result.differences.append(told)
    return result, outcomes


def _told(match: Match) -> str | None:
    if match.outcome == "found":
        return match.target
    return "invalid" if match.outcome == "invalid" else "none"


def _look_up(case: Case, specifier: str) -> Match:
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
