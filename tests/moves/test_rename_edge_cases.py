"""Renames: which files are looked at, where a move crosses a border, and what has no specifier afterwards."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.moves.test_rename import CLIENT, SOURCES, TREE, check, renamed
from workflow_ls.diagnostics import Blocked
from workflow_ls.moves.plan_model import Problem
from workflow_ls.moves.rename import Rename, describe
from workflow_ls.vfs.overlay import Move

TYPES = {f"{TREE}runtime/types.ts": f"{SOURCES}runtime/kinds.ts"}
OWN_ALIAS = f'//- /{TREE}odd/tsconfig.json\n{{ "compilerOptions": {{ "paths": {{ "~/*": ["./*"] }} }} }}\n'
STUBS = '//- /packages/a/tsconfig.json\n{ "compilerOptions": { "paths": { "@shared/workflow/*": ["./stubs/*"] } } }\n'
NO_KEY = "has no package specifier, since @alga-psa/workflows does not export"
ADD_KEY = "Add it to the `exports` of ee/packages/workflows/package.json."
KINDS = "@alga-psa/workflows/runtime/kinds"


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        # A file's name without a dot is a package's.
        (f"//- /{TREE}runtime/a.ts\nimport 'client.ts';", CLIENT),
        # What was not there before is not looked for.
        ('//- /a.ts\n/// <reference path="../outside.d.ts" />', CLIENT),
        (
            f'//- /{TREE}runtime/a.ts\n/// <reference path="gone.d.ts" />\nimport "./gone";',
            {f"{TREE}runtime/a.ts": f"{TREE}a.ts"},
        ),
        # What an alias of its own leads elsewhere is not the legacy module.
        (
            (
                f"{STUBS}//- /packages/a/stubs/runtime/client.ts\nexport {{}};\n"
                "//- /packages/a/a.ts\nimport '@shared/workflow/runtime/client';"
            ),
            CLIENT,
        ),
        # An alias of a folder's own configuration.
        (
            f"{OWN_ALIAS}//- /{TREE}odd/a.ts\nimport '~/b';\n//- /{TREE}odd/b.ts\nexport {{}};\n",
            {f"{TREE}odd/a.ts": f"{TREE}a.ts"},
        ),
    ],
)
def test_nothing_to_do(text: str, moves: dict[str, str]) -> None:
    check(text, moves)


@pytest.mark.parametrize(
    ("path", "before", "after", "moves"),
    [
        # The only reference of a file in a folder that moves names neither the folder nor workflow code.
        (f"{TREE}runtime/sub/a.ts", "import '../client';", "import '../runtime/client';",
         {f"{TREE}runtime/sub": f"{TREE}sub"}),
        ("a.ts", "load('@shared/workflow/runtime/client');", "load('@shared/workflow/runtime/caller');", CLIENT),
        ("a.ts", '/// <reference types="@shared/workflow/runtime/client" />',
         '/// <reference types="@shared/workflow/runtime/caller" />', CLIENT),
        ("a.ts", "import '@s/workflow/runtime/client';", "import '@s/workflow/runtime/caller';", CLIENT),
        # Dots on the way do not make it a path.
        ("a.ts", "import '@shared/workflow/./runtime/client';", "import '@shared/workflow/runtime/caller';", CLIENT),
        # A path from elsewhere stays one, with its ending.
        ("packages/a/a.ts", "import '../../shared/workflow/runtime/client.js';",
         "import '../../shared/workflow/runtime/caller.js';", CLIENT),
        # A folder's name stands for the index in it.
        (f"{TREE}a.ts", "import './runtime';", "import './engine';",
         {f"{TREE}runtime/index.ts": f"{TREE}engine/index.ts"}),
        # Dots alone.
        (f"{TREE}runtime/a.ts", "import '.';", "import '..';", {f"{TREE}runtime/a.ts": f"{TREE}runtime/x/a.ts"}),
        (f"{TREE}runtime/x/a.ts", "import '..';", "import '.';", {f"{TREE}runtime/x/a.ts": f"{TREE}runtime/a.ts"}),
        # Out of the tree and into a package: by the package's name, seen from elsewhere.
        ("packages/a/a.ts", "import '../../shared/workflow/runtime/types';", f"import '{KINDS}';", TYPES),
        (f"{TREE}a.ts", "import '@shared/workflow/runtime/types';", f"import '{KINDS}';", TYPES),
        # By a path, seen from the package itself, from the core, which may not name it, and from the tree.
        (f"{SOURCES}a.ts", "import '../../../../shared/workflow/runtime/types';", "import './runtime/kinds';", TYPES),
        ("shared/lib/a.ts", "import '../workflow/runtime/types';",
         "import '../../ee/packages/workflows/src/runtime/kinds';", TYPES),
        (f"{TREE}a.ts", "import './runtime/types';", "import '../../ee/packages/workflows/src/runtime/kinds';", TYPES),
        # A path to a file of the package stays one.
        ("packages/a/a.ts", "import '../../ee/packages/workflows/src/runtime/client';",
         "import '../../ee/packages/workflows/src/runtime/caller';",
         {f"{SOURCES}runtime/client.ts": f"{SOURCES}runtime/caller.ts"}),
        # The core names what it named before.
        ("shared/lib/a.ts", "import '@alga-psa/workflows/runtime/client';",
         "import '@alga-psa/workflows/runtime/caller';",
         {f"{SOURCES}runtime/client.ts": f"{SOURCES}runtime/caller.ts"}),
        # Two files of the tree that go to one package see each other by a path.
        (f"{TREE}streams/a.ts", "import '@shared/workflow/streams/builders';", "import './builders';",
         {f"{TREE}streams": f"{SOURCES}flows"}),
        # But `types` takes no path.
        (f"{TREE}streams/a.ts", '/// <reference types="@shared/workflow/streams/builders" />',
         '/// <reference types="@alga-psa/workflows/runtime/flows/builders" />',
         {f"{TREE}streams": f"{SOURCES}runtime/flows"}),
        # Nor does a file that was in the package before, or comes from elsewhere, or one that names the package.
        (f"{SOURCES}a.ts", "import '@shared/workflow/runtime/types';", f"import '{KINDS}';", TYPES),
        ("packages/a/a.ts", "import '@shared/workflow/runtime/types';", f"import '{KINDS}';",
         {**TYPES, "packages/a/a.ts": f"{SOURCES}runtime/a.ts"}),
        (f"{TREE}streams/a.ts", "import '@alga-psa/workflows/runtime/client';",
         "import '@alga-psa/workflows/runtime/caller';",
         {f"{TREE}streams/a.ts": f"{SOURCES}flows/a.ts", f"{SOURCES}runtime/client.ts": f"{SOURCES}runtime/caller.ts"}),
    ],
)  # fmt: skip
def test_specifiers_follow(path: str, before: str, after: str, moves: dict[str, str]) -> None:
    config = """
//- /workflow-ls.json
{ "callees": ["load"] }
//- /tsconfig.json
{ "compilerOptions": { "baseUrl": ".", "moduleResolution": "bundler", "paths": {
  "@s/*": ["shared/*"], "@shared/*": ["shared/*"] } } }
"""
    changed, left = renamed(f"{config}//- /{path}\n{before}", moves)
    assert changed[path] == f"{after}\n"
    assert [item for item in left if item[0] == path] == []


@pytest.mark.parametrize(
    ("name", "new", "before", "after"),
    [
        # A file beside it, with and without a dot.
        ("globals.d.ts", "others.d.ts", "globals.d.ts", "others.d.ts"),
        ("globals.d.ts", "others.d.ts", "./globals.d.ts", "./others.d.ts"),
        ("globals.d.ts", "x/globals.d.ts", "globals.d.ts", "x/globals.d.ts"),
        ("globals.d.ts", "others.d.ts", "runtime/../globals.d.ts", "others.d.ts"),
    ],
)
def test_reference_paths(name: str, new: str, before: str, after: str) -> None:
    file = f"//- /{TREE}{name}\ndeclare const x: 1;\n//- /{TREE}a.ts\n"
    check(
        f'{file}/// <reference path="{before}" />',
        {TREE + name: TREE + new},
        f'//- /{TREE}a.ts\n/// <reference path="{after}" />',
    )


def test_a_reference_path_out_of_the_tree_stays_a_path() -> None:
    check(
        f"//- /{TREE}globals.d.ts\ndeclare const x: 1;\n"
        '//- /packages/a/a.ts\n/// <reference path="../../shared/workflow/globals.d.ts" />',
        {f"{TREE}globals.d.ts": f"{SOURCES}globals.d.ts"},
        '//- /packages/a/a.ts\n/// <reference path="../../ee/packages/workflows/src/globals.d.ts" />',
    )


def test_without_aliases_a_legacy_specifier_is_read_by_the_table() -> None:
    _, workspace = open_project("//- /a.ts\nimport '@shared/workflow/runtime/client';")
    edit, left = Rename(workspace, [Move(*pair) for pair in CLIENT.items()]).edits("a.ts")
    assert edit is not None
    assert [change.new for change in edit.edits] == ["@shared/workflow/runtime/caller"]
    assert left == ()


@pytest.mark.parametrize(
    ("exports", "before", "after", "moves"),
    [
        # The ending that a specifier has stays; an index is named by its folder.
        ('{ "./*.js": "./src/*.ts" }', "runtime/client.js", "runtime/caller.js",
         {"runtime/client.ts": "runtime/caller.ts"}),
        ('{ "./a": "./src/runtime/index.ts", "./b": "./src/b/index.ts" }', "a", "b",
         {"runtime/index.ts": "b/index.ts"}),
        ('{ "./a": "./src/runtime/client.ts", "./b/index": "./src/b/index.ts" }', "a", "b/index",
         {"runtime/client.ts": "b/index.ts"}),
        # So do an index that is spelled out and one that is not.
        ('{ "./a": "./src/a/index.ts", "./b": "./src/b/index.ts", "./b/index": "./src/b/index.ts" }', "a", "b",
         {"a/index.ts": "b/index.ts"}),
        ('{ "./*/index": "./src/*/index.ts", "./b": "./src/b/index.ts" }', "a/index", "b/index",
         {"a/index.ts": "b/index.ts"}),
        # What only the compiler could find before, only the compiler must find.
        ('{ "./runtime/*": { "types": "./src/runtime/*.ts" } }', "runtime/client", "runtime/caller",
         {"runtime/client.ts": "runtime/caller.ts"}),
    ],
)  # fmt: skip
def test_canonical_specifiers(exports: str, before: str, after: str, moves: dict[str, str]) -> None:
    manifest = f'//- /ee/packages/workflows/package.json\n{{ "name": "@alga-psa/workflows", "exports": {exports} }}\n'
    manifest += f"//- /{SOURCES}a/index.ts\nexport {{}};\n"
    changed, left = renamed(
        f"{manifest}//- /a.ts\nimport '@alga-psa/workflows/{before}';",
        {SOURCES + old: SOURCES + new for old, new in moves.items()},
    )
    assert left == []
    assert changed["a.ts"] == f"import '@alga-psa/workflows/{after}';\n"


@pytest.mark.parametrize(
    ("specifier", "moves", "reason"),
    [
        (
            "@alga-psa/workflows",
            {f"{SOURCES}index.ts": f"{SOURCES}main.ts"},
            f"{SOURCES}main.ts {NO_KEY} `./main`. {ADD_KEY}",
        ),
        (
            "@shared/workflow/streams/builders",
            {f"{TREE}streams/builders.ts": f"{SOURCES}extra/index.ts"},
            f"{SOURCES}extra/index.ts {NO_KEY} `./extra`. {ADD_KEY}",
        ),
        (
            "@alga-psa/workflows/runtime/client",
            {f"{SOURCES}runtime/client.ts": "packages/b/client.ts"},
            "no specifier of its kind leads to packages/b/client.ts. Edit it by hand.",
        ),
        # A folder around the tree.
        (
            "@shared/workflow/runtime/client",
            {"shared": "core"},
            "no specifier of its kind leads to core/workflow/runtime/client.ts. Edit it by hand.",
        ),
    ],
)
def test_what_has_no_specifier(specifier: str, moves: dict[str, str], reason: str) -> None:
    changed, left = renamed(f"//- /a.ts\nimport '{specifier}';", moves)
    assert "a.ts" not in changed
    assert [item for item in left if item[0] == "a.ts"] == [("a.ts", specifier, reason)]


def test_a_file_that_is_not_there_needs_no_edit() -> None:
    _, workspace = open_project("")
    assert Rename(workspace, [Move(*pair) for pair in CLIENT.items()]).edits("nothing.ts") == (None, ())


def test_what_is_left_in_one_message() -> None:
    left = [Problem(f"{name}.ts", Blocked("so", "do that"), specifier="@a/b") for name in "abcd"]
    one = "`@a/b` can't be updated: so. Do that."
    assert describe(left[:2]) == f"a.ts: {one} b.ts: {one}"
    assert describe(left[:3]).endswith(f"c.ts: {one}")
    assert describe(left).endswith(f"c.ts: {one} And 1 more.")
