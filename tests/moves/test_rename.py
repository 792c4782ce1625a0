"""Renames: the project before, the moves, and what the files hold after; no-op first."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.checks import open_project
from tests.fixture import project
from workflow_ls.moves.rename import Rename, describe
from workflow_ls.text import apply_edits
from workflow_ls.vfs.overlay import Move

ALIASES = """
//- /tsconfig.json
{ "compilerOptions": { "baseUrl": ".", "moduleResolution": "bundler", "paths": {
  "@shared/*": ["shared/*"], "@flows/*": ["ee/packages/workflows/src/*"] } } }
"""


def renamed(text: str, moves: dict[str, str]) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """The changed files' texts, and what is left as it is."""
    _, workspace = open_project(ALIASES + dedent(text))
    renaming = Rename(workspace, [Move(old, new) for old, new in moves.items()])
    changed, left = {}, []
    for path in renaming.paths:
        edit, stays = renaming.edits(path)
        left += [(item.path, item.specifier or "", item.blocked.message) for item in stays]
        if edit is not None:
            changed[path] = apply_edits(workspace.files.read(path) or b"", edit.edits).decode()
    return changed, left


def check(text: str, moves: dict[str, str], after: str = "") -> None:
    changed, left = renamed(text, moves)
    assert left == []
    assert changed == {name: data for name, data in project(after).files.items() if after}


TREE = "shared/workflow/"
SOURCES = "ee/packages/workflows/src/"
CLIENT = {f"{TREE}runtime/client.ts": f"{TREE}runtime/caller.ts"}


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("//- /packages/a/a.ts\nimport '@shared/workflow/runtime/client';", {}),
        (
            "//- /packages/a/a.ts\nimport '@shared/workflow/runtime/client';",
            {f"{TREE}runtime/client.ts": f"{TREE}runtime/client.ts"},
        ),
        (
            "//- /packages/a/a.ts\nimport '@shared/workflow/runtime/client';",
            {f"{TREE}runtime/client.ts": f"{TREE}runtime/client.tsx"},
        ),
        ("//- /packages/a/a.ts\nimport '@shared/workflow/runtime/types'; import './client';", CLIENT),
        (
            "//- /packages/a/a.ts\n// import '@shared/workflow/runtime/client'\nf('@shared/workflow/runtime/client');",
            CLIENT,
        ),
        (
            "//- /packages/a/a.ts\nimport './b';\n//- /packages/a/b.ts\nexport {};",
            {"packages/a/b.ts": "packages/a/c.ts"},
        ),
        ("//- /packages/a/docs/a.ts\nimport '@shared/workflow/runtime/client';", CLIENT),
        # Among moved files nothing changes.
        (
            (
                f"//- /{TREE}runtime/deep/a.ts\nimport '../types'; import './b'; import '..'; import '.'\n"
                f"//- /{TREE}runtime/deep/b.ts\n//- /{TREE}runtime/deep/index.ts\n"
            ),
            {f"{TREE}runtime/deep": f"{TREE}runtime/deeper"},
        ),
    ],
)
def test_nothing_to_do(text: str, moves: dict[str, str]) -> None:
    check(text, moves)


FORMS = (
    "import {{ client }} from '{}';",
    'import type C from "{}";',
    "import '{}';",
    "export * from '{}';",
    "export type {{ C }} from '{}'",
    "import c = require('{}');",
    "const c = await import('{}');",
    "const c = await import(`{}`);",
    "let c: import('{}').C<D>[];",
    "let c: typeof import('{}');",
    "const c = require('{}'), d = require.resolve('{}');",
    "import.meta.resolve('{}');",
    "vi.mock('{}', async (original) => original<typeof import('{}')>());",
    "vi.mock(import('{}'));",
    "jest.requireActual('{}');",
    "mock.module('{}', () => ({{}}));",
    "declare module '{}' {{}}",
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("packages/a/a.ts", "@shared/workflow/runtime/client", "@shared/workflow/runtime/caller"),
        (
            "packages/a/a.ts",
            "@alga-psa/shared/workflow/runtime/client.js",
            "@alga-psa/shared/workflow/runtime/caller.js",
        ),
        ("shared/lib/a.ts", "../workflow/runtime/client", "../workflow/runtime/caller"),
        (f"{TREE}runtime/a.ts", "./client.js", "./caller.js"),
        (f"{TREE}runtime/a.ts", "./client.ts", "./caller.ts"),
    ],
)
def test_every_form_follows(form: str, path: str, before: str, after: str) -> None:
    count = form.count("{}")
    old, new = (form.format(*[specifier] * count) for specifier in (before, after))
    check(f"//- /{path}\n{old}", CLIENT, f"//- /{path}\n{new}")


@pytest.mark.parametrize(
    ("path", "before", "after", "moves"),
    [
        # Into a barrel and out of one.
        ("a.ts", "@shared/workflow/runtime", "@shared/workflow/engine", {f"{TREE}runtime": f"{TREE}engine"}),
        (
            "a.ts",
            "@shared/workflow/runtime/index",
            "@shared/workflow/engine/index",
            {f"{TREE}runtime": f"{TREE}engine"},
        ),
        (
            "a.ts",
            "@shared/workflow/runtime/index.js",
            "@shared/workflow/engine/index.js",
            {f"{TREE}runtime": f"{TREE}engine"},
        ),
        (
            "a.ts",
            "@shared/workflow/runtime",
            "@shared/workflow/runtime/main",
            {f"{TREE}runtime/index.ts": f"{TREE}runtime/main.ts"},
        ),
        (
            "a.ts",
            "@shared/workflow/runtime/client",
            "@shared/workflow/client",
            {f"{TREE}runtime/client.ts": f"{TREE}client/index.ts"},
        ),
        (f"{TREE}a.ts", "./runtime", "./engine", {f"{TREE}runtime": f"{TREE}engine"}),
        (f"{TREE}a.ts", "./runtime/index.js", "./engine/index.js", {f"{TREE}runtime": f"{TREE}engine"}),
        (f"{TREE}runtime/a.ts", ".", "./main", {f"{TREE}runtime/index.ts": f"{TREE}runtime/main.ts"}),
        (f"{TREE}runtime/x/a.ts", "..", "../main", {f"{TREE}runtime/index.ts": f"{TREE}runtime/main.ts"}),
        (
            f"{TREE}runtime/a.ts",
            "./client.js",
            "./client.mjs",
            {f"{TREE}runtime/client.ts": f"{TREE}runtime/client.mts"},
        ),
        # Several at once, the inner one counts.
        (
            "a.ts",
            "@shared/workflow/runtime/client",
            "@shared/workflow/caller",
            {f"{TREE}runtime": f"{TREE}engine", f"{TREE}runtime/client.ts": f"{TREE}caller.ts"},
        ),
        # Canonical specifiers.
        (
            "a.ts",
            "@alga-psa/workflows/runtime/client",
            "@alga-psa/workflows/runtime/caller",
            {f"{SOURCES}runtime/client.ts": f"{SOURCES}runtime/caller.ts"},
        ),
        (
            "a.ts",
            "@flows/runtime/client",
            "@flows/runtime/caller",
            {f"{SOURCES}runtime/client.ts": f"{SOURCES}runtime/caller.ts"},
        ),
        # Out of the tree into the package: that is the migration.
        (
            "a.ts",
            "@shared/workflow/runtime/types",
            "@alga-psa/workflows/runtime/kinds",
            {f"{TREE}runtime/types.ts": f"{SOURCES}runtime/kinds.ts"},
        ),
    ],
)
def test_specifiers_follow(path: str, before: str, after: str, moves: dict[str, str]) -> None:
    changed, left = renamed(f"//- /{path}\nimport '{before}';", moves)
    assert changed[path] == f"import '{after}';\n"
    assert [item for item in left if item[0] == path] == []


def test_what_a_moved_file_refers_to() -> None:
    text = f"""
    //- /{TREE}runtime/a.ts
    import {{ client }} from './client';
    import './client.js'; import '..'; import '@shared/workflow/streams/builders';
    import 'vitest'; import './absent';
    //- /{TREE}index.ts
    export {{ a }} from './runtime/a';
    """
    after = f"""
    //- /{TREE}runtime/a.ts
    import {{ client }} from '../../runtime/client';
    import '../../runtime/client.js'; import '../..'; import '@shared/workflow/streams/builders';
    import 'vitest'; import './absent';
    //- /{TREE}index.ts
    export {{ a }} from './deep/er/a';
    """
    check(text, {f"{TREE}runtime/a.ts": f"{TREE}deep/er/a.ts"}, after)


def test_a_folder_moves_with_what_points_in_and_out() -> None:
    text = f"""
    //- /{TREE}runtime/sub/a.ts
    import '../client'; import './b'; import '../../streams/builders'; import '@shared/workflow/runtime/sub/b';
    //- /{TREE}runtime/sub/b.ts
    export const b = 1;
    //- /{TREE}streams/x.ts
    import '../runtime/sub/b';
    """
    after = f"""
    //- /{TREE}runtime/sub/a.ts
    import '../runtime/client'; import './b'; import '../streams/builders'; import '@shared/workflow/sub/b';
    //- /{TREE}streams/x.ts
    import '../sub/b';
    """
    check(text, {f"{TREE}runtime/sub": f"{TREE}sub"}, after)


def test_a_module_beside_a_folder_of_its_name() -> None:
    check(
        f"""
        //- /{TREE}flow.ts
        export const a = 1;
        //- /{TREE}other/b.ts
        import {{ a }} from '../flow';
        """,
        {f"{TREE}other/b.ts": f"{TREE}flow/deep/b.ts"},
        f"//- /{TREE}other/b.ts\nimport {{ a }} from '../../flow';",
    )


def test_reference_paths() -> None:
    text = f"""
    //- /{TREE}runtime/globals.d.ts
    declare const x: 1;
    //- /{TREE}runtime/a.ts
    /// <reference path="globals.d.ts" />
    //- /{TREE}b.ts
    /// <reference path="./runtime/globals.d.ts" />
    """
    after = f"""
    //- /{TREE}runtime/a.ts
    /// <reference path="../types/globals.d.ts" />
    //- /{TREE}b.ts
    /// <reference path="./types/globals.d.ts" />
    """
    check(text, {f"{TREE}runtime/globals.d.ts": f"{TREE}types/globals.d.ts"}, after)


@pytest.mark.parametrize(
    ("path", "specifier", "moves", "reason"),
    [
        (
            "a.ts",
            "@alga-psa/workflows/runtime/client",
            {f"{SOURCES}runtime/client.ts": f"{SOURCES}other/client.ts"},
            (
                f"{SOURCES}other/client.ts has no package specifier, since @alga-psa/workflows does not export "
                "`./other/client`. Add it to the `exports` of "
            ),
        ),
        (
            "shared/lib/a.ts",
            "@shared/workflow/runtime/client",
            {f"{TREE}runtime/client.ts": f"{SOURCES}runtime/caller.ts"},
            "the core ships without EE",
        ),
        (
            f"{TREE}runtime/a.ts",
            "./client",
            {f"{TREE}runtime/client.ts": f"{TREE}runtime/types.tsx"},
            "`./types` would not lead to shared/workflow/runtime/types.tsx",
        ),
        (
            "a.ts",
            "@alga-psa/workflows/runtime/client",
            {f"{SOURCES}runtime/client.ts": "ee/packages/workflows/client.ts"},
            "ee/packages/workflows/client.ts is outside of ee/packages/workflows/src",
        ),
    ],
)
def test_what_is_left_is_told(path: str, specifier: str, moves: dict[str, str], reason: str) -> None:
    changed, left = renamed(f"//- /{path}\nimport '{specifier}';", moves)
    assert path not in changed
    [(where, what, why)] = [item for item in left if item[0] == path]
    assert (where, what) == (path, specifier)
    assert why.startswith(reason)


def test_the_message_is_short() -> None:
    moves = {f"{SOURCES}runtime/client.ts": f"{SOURCES}other/client.ts"}
    text = "".join(f"//- /packages/{name}/a.ts\nimport '@alga-psa/workflows/runtime/client';\n" for name in "abcde")
    _, workspace = open_project(text)
    renaming = Rename(workspace, [Move(old, new) for old, new in moves.items()])
    left = [item for path in renaming.paths for item in renaming.edits(path)[1]]
    assert describe(left).endswith(" And 2 more.")
    assert describe(left[:1]).startswith(
        "packages/a/a.ts: `@alga-psa/workflows/runtime/client` can't be updated: "
        f"{SOURCES}other/client.ts has no package specifier, since @alga-psa/workflows does not export "
    )


def test_line_endings_and_columns_stay() -> None:
    line = "const e = '😀\u2028é'; import '@shared/workflow/runtime/client'; // x"
    text = f"//- /packages/a/a.ts\n{line}\r\n{line}"
    changed, _ = renamed(text, CLIENT)
    assert changed == {"packages/a/a.ts": project(text).files["packages/a/a.ts"].replace("client", "caller")}


@pytest.mark.parametrize("name", ["data.json", "style.css"])
def test_what_is_no_source_file_keeps_its_ending(name: str) -> None:
    new = f"other{name[name.index('.') :]}"
    file = f"//- /{TREE}runtime/{name}\n{{}}\n"
    check(
        f"{file}//- /{TREE}runtime/a.ts\nimport d from './{name}';\n",
        {f"{TREE}runtime/{name}": f"{TREE}runtime/{new}"},
        f"//- /{TREE}runtime/a.ts\nimport d from './{new}';\n",
    )
    check(
        f"{file}//- /{TREE}runtime/a.ts\nimport d from './{name}';\n",
        {f"{TREE}runtime/a.ts": f"{TREE}streams/a.ts"},
        f"//- /{TREE}runtime/a.ts\nimport d from '../runtime/{name}';\n",
    )
