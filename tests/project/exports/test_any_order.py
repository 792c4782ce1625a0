"""Modules that re-export each other in circles and chains: neither the order of look-ups nor a change matters."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks import change
from tests.fixture import project
from tests.project.exports.names import exports_of, shown
from tests.project.workspaces import open_workspace, workspace_of
from tests.strategies import examples
from workflow_ls.project.exports.circular_exports import CircularExports
from workflow_ls.project.exports.module_exports import Origin


@pytest.mark.parametrize("path", ["a.ts", "b.ts", "c.ts"])
def test_a_circle_of_stars(path: str) -> None:
    index = open_workspace(
        """
        //- /a.ts
        export * from './b';
        export const a = 1;
        export default 1;
        //- /b.ts
        export * from './c';
        export type B = 1;
        //- /c.ts
        export * from './a';
        export * from './gone';
        export { a as again } from './a';
        """
    ).exports
    exports = index.exports(path)
    assert shown(exports) == ["type B", "a", "again", *(["default"] if path == "a.ts" else [])]
    assert exports.unresolved == ("./gone",)
    assert exports.origins["again"] == Origin("a.ts", "a")


def test_a_circle_of_names() -> None:
    text = """
        //- /a.ts
        export { x } from './b';
        export { y as z } from './b';
        //- /b.ts
        export { x } from './a';
        export const y = 1;
        """
    assert shown(exports_of(text, "a.ts")) == ["z"]
    assert shown(exports_of(text, "b.ts")) == ["y"]


def test_a_long_chain() -> None:
    files = {f"m{number}.ts": f"export * from './m{number + 1}';" for number in range(1500)}
    index = workspace_of({**files, "m1500.ts": "export const last = 1;"}).exports
    assert shown(index.exports("m0.ts")) == ["last"]
    assert index.reaches("m0.ts", "m1500.ts")


NAMES = ["a", "b", "c", "default"]

STATEMENTS = [
    *("export const {0}_ = 1;\nexport {{ {0}_ as {0} }};", "export type {{ {1} as {0} }} from '{2}';"),
    *(
        "export {{ {1} as {0} }} from '{2}';",
        "export * as {0} from '{2}';",
        "export * from '{2}';",
        "export type * from '{2}';",
    ),
    *("import {{ {1} as {0}_ }} from '{2}';\nexport {{ {0}_ as {0} }};", "export = {0};", "export * from 'gone';"),
]


@settings(max_examples=examples(200))
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_any_graph_has_exports(seed: int, size: int) -> None:
    rng = random.Random(seed)
    files = {
        f"m{number}.ts": "\n".join(
            rng.choice(STATEMENTS).format(rng.choice(NAMES), rng.choice(NAMES), f"./m{rng.randrange(size)}")
            for _ in range(rng.randint(0, 5))
        )
        for number in range(size)
    }
    index = workspace_of(files).exports
    together = {path: index.exports(path) for path in files}
    for path, exports in together.items():
        assert not exports.ambiguous & exports.names.keys()
        assert index.reaches(path, path)
        alone = workspace_of(files).exports.exports(path)
        assert sorted(alone.unresolved) == sorted(exports.unresolved)
        if not any("gone" in text or "export =" in text for text in files.values()):
            # What was asked before makes no difference, as long as nothing must be assumed.
            assert (alone.names.keys(), alone.ambiguous) == (exports.names.keys(), exports.ambiguous)


def random_graph(seed: int) -> str:
    """Modules that re-export each other in all ways, in circles, and from modules that are not there."""
    chance, size = random.Random(seed), 7
    lines = list[str]()
    for module in range(size):
        lines.append(f"//- /m{module}.ts")
        for _ in range(chance.randrange(4)):
            name, other = chance.choice("abc"), chance.choice(["gone", *(f"m{n}" for n in range(size))])
            forms = [f"export const {name} = 1;", f"export type {name} = 1;", f"export * from './{other}';"]
            forms += [f"export type * from './{other}';", f"export {{ {name} }} from './{other}';"]
            forms += [f"export {{ a as {name} }} from './{other}';", f"export * as {name} from './{other}';"]
            forms += [f"export * from './{other}';", f"export {{ default }} from './{other}';"]
            lines.append(chance.choice(forms))
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_asked_first_makes_no_difference(seed: int) -> None:
    """Modules are joined from those below them, and modules of a circle are not -> the answers are the same."""
    text = random_graph(seed)
    paths = [f"m{number}.ts" for number in range(7)]
    alone = {path: open_workspace(text).exports.exports(path) for path in paths}
    whole = open_workspace(text).exports
    for path in (*paths[seed % 7 :], *paths[: seed % 7]):
        assert whole.exports(path) == alone[path], path
        computed = CircularExports(whole.opened, path).result()
        assert computed == alone[path], path


def test_a_change_at_the_end_of_a_long_chain() -> None:
    files = {f"m{number}.ts": f"export * from './m{number + 1}';\nexport const v{number} = 1;" for number in range(300)}
    workspace = workspace_of({**files, "m300.ts": "export const last = 1;"})
    every = [f"m{number}.ts" for number in (0, 149, *range(300, -1, -1))]
    for path in every:
        assert "last" in workspace.exports.exports(path).names
    change(workspace, "m300.ts", "export const changed = 1;")
    for path in every[::-1]:
        assert "changed" in workspace.exports.exports(path).names
    change(workspace, "m300.ts", "export * from './m0';")
    assert all(f"v{number}" in workspace.exports.exports(path).names for path in every[:2] for number in (0, 299))


def test_a_circle_in_a_fork_of_a_fork() -> None:
    circle = "//- /a.ts\nexport * from './b';\n//- /b.ts\nexport * from './c';\n//- /c.ts\nexport * from './a';"
    workspace = open_workspace(f"{circle}\nexport * from './below';\n//- /below.ts\nexport const one = 1;")
    paths = ["a.ts", "b.ts", "c.ts"]
    assert [shown(workspace.exports.exports(path)) for path in paths] == [["one"]] * 3
    fork = workspace.fork({"below.ts": b"export const two = 1;"})
    for number in range(3):
        fork = fork.fork({"other.ts": b"export {};" * number})
        assert [shown(fork.exports.exports(path)) for path in paths] == [["two"]] * 3


@pytest.mark.parametrize("seed", range(60))
def test_forks_of_forks_say_what_a_fresh_workspace_says(seed: int) -> None:
    chance, files = random.Random(-1 - seed), project(random_graph(seed)).files
    forks = [workspace_of(files)]
    for number in range(6):
        path = f"m{chance.randrange(7)}.ts"
        text = project(random_graph(chance.randrange(999))).files[path]
        files = {**files, path: text}
        forks.append(forks[-1].fork({path: text.encode()}))
        for asked in chance.sample(sorted(files), number):
            chance.choice(forks).exports.exports(asked)
    fresh = {path: workspace_of(files).exports.exports(path) for path in files}
    for path in chance.sample(sorted(files), len(files)):
        assert forks[-1].exports.exports(path) == fresh[path], path
