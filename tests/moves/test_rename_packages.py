"""Renames with a second package in the table, and with manifests and trees of other shapes."""

from __future__ import annotations

import pytest

from tests.moves.test_rename import CLIENT, SOURCES, TREE, check, renamed
from workflow_ls.rewrite.target import CORE_WITHOUT_EE

CLOCK = """//- /workflow-ls.json
{ "packages": [{ "name": "@alga-psa/clock", "directory": "packages/clock", "sources": "." }] }
//- /packages/clock/package.json
{ "name": "@alga-psa/clock", "exports": { "./*": "./*.ts" } }
//- /packages/clock/now.ts
export const now = 1;
"""


@pytest.mark.parametrize(
    ("path", "before", "after", "moves"),
    [
        # A package whose sources are its own directory.
        ("a.ts", "@alga-psa/clock/now", "@alga-psa/clock/then", {"packages/clock/now.ts": "packages/clock/then.ts"}),
        ("a.ts", "@shared/workflow/runtime/client", "@alga-psa/clock/client",
         {f"{TREE}runtime/client.ts": "packages/clock/client.ts"}),
        # A path from inside the package stays one.
        ("packages/clock/a.ts", "../../shared/workflow/runtime/client", "./client",
         {f"{TREE}runtime/client.ts": "packages/clock/client.ts"}),
        # From one package to the other.
        ("a.ts", "@alga-psa/clock/now", "@alga-psa/workflows/runtime/now",
         {"packages/clock/now.ts": f"{SOURCES}runtime/now.ts"}),
    ],
)  # fmt: skip
def test_specifiers_follow(path: str, before: str, after: str, moves: dict[str, str]) -> None:
    changed, left = renamed(f"{CLOCK}//- /{path}\nimport '{before}';", moves)
    assert left == []
    assert changed[path] == f"import '{after}';\n"


def test_the_core_may_not_name_the_other_package_either() -> None:
    specifier = "@alga-psa/clock/now"
    text = f"{CLOCK}//- /shared/lib/a.ts\nimport '{specifier}';"
    changed, left = renamed(text, {"packages/clock/now.ts": f"{SOURCES}runtime/now.ts"})
    assert changed == {}
    assert [(item[0], item[1], item[2]) for item in left] == [("shared/lib/a.ts", specifier, CORE_WITHOUT_EE.message)]


def test_what_only_the_compiler_finds_is_no_new_target() -> None:
    manifest = (
        '//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows", '
        '"exports": { "./runtime/*": { "types": "./src/runtime/*.ts" } } }\n'
    )
    specifier = "@shared/workflow/runtime/types"
    moves = {f"{TREE}runtime/types.ts": f"{SOURCES}runtime/kinds.ts"}
    changed, left = renamed(f"{manifest}//- /a.ts\nimport '{specifier}';", moves)
    assert "a.ts" not in changed
    reason = (
        f"{SOURCES}runtime/kinds.ts has no package specifier, since the key `./runtime/*` in the `exports` of "
        "ee/packages/workflows/package.json has no `import` condition. Add that condition, or `default`."
    )
    assert [(item[1], item[2]) for item in left if item[0] == "a.ts"] == [(specifier, reason)]


def test_a_new_specifier_leaves_the_index_out() -> None:
    manifest = (
        '//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows", '
        '"exports": { "./*": "./src/*.ts", "./engine": "./src/engine/index.ts" } }\n'
    )
    text = f"{manifest}//- /a.ts\nimport '@shared/workflow/runtime/index';"
    changed, _ = renamed(text, {f"{TREE}runtime/index.ts": f"{SOURCES}engine/index.ts"})
    assert changed["a.ts"] == "import '@alga-psa/workflows/engine';\n"


def test_dots_on_the_way_do_not_make_an_alias_known() -> None:
    config = (
        '//- /packages/a/tsconfig.json\n{ "compilerOptions": { "paths": { "@t/*": ["../../shared/workflow/*"] } } }\n'
    )
    text = f"{config}//- /packages/a/a.ts\nimport '@t/./runtime/types';"
    target = f"{SOURCES}runtime/kinds.ts"
    changed, left = renamed(text, {f"{TREE}runtime/types.ts": target})
    assert "packages/a/a.ts" not in changed
    reason = f"no specifier of its kind leads to {target}. Edit it by hand."
    assert [item for item in left if item[0] == "packages/a/a.ts"] == [
        ("packages/a/a.ts", "@t/./runtime/types", reason)
    ]


def test_a_file_that_comes_to_stand_before_another_is_told() -> None:
    text = f"//- /{TREE}runtime/old.js\nexport {{}};\n//- /{TREE}runtime/a.ts\nimport './old';"
    changed, left = renamed(text, {f"{TREE}runtime/client.ts": f"{TREE}runtime/old.ts"})
    assert changed == {}
    assert left == [
        (f"{TREE}runtime/a.ts", "./old", f"`./old` would not lead to {TREE}runtime/old.js. Edit it by hand.")
    ]


def test_an_index_is_named_where_a_module_has_the_name_of_its_folder() -> None:
    files = f"//- /{TREE}engine.ts\nexport {{}};\n//- /{TREE}deep/index.ts\nexport {{}};\n"
    changed, left = renamed(f"{files}//- /{TREE}a.ts\nimport './deep';", {f"{TREE}deep": f"{TREE}engine"})
    assert (changed, left) == ({f"{TREE}a.ts": "import './engine/index';\n"}, [])


def test_a_path_has_the_ending_that_node_requires() -> None:
    config = (
        '//- /ee/packages/workflows/tsconfig.json\n{ "compilerOptions": { "moduleResolution": "nodenext" } }\n'
        '//- /ee/packages/workflows/package.json\n{ "name": "@alga-psa/workflows", "type": "module", "exports": {} }\n'
    )
    text = f"{config}//- /{TREE}streams/a.ts\nimport '@shared/workflow/streams/builders';"
    changed, _ = renamed(text, {f"{TREE}streams": f"{SOURCES}flows"})
    assert changed[f"{TREE}streams/a.ts"] == "import './builders.js';\n"


def test_what_a_program_could_load_it_must_load_afterwards() -> None:
    exports = '{ "./runtime/*": "./src/runtime/*.ts", "./types/*": { "types": "./src/types/*.ts" } }'
    manifest = f'//- /ee/packages/workflows/package.json\n{{ "name": "@alga-psa/workflows", "exports": {exports} }}\n'
    moves = {f"{SOURCES}runtime/client.ts": f"{SOURCES}types/client.ts"}
    specifier, new = "@alga-psa/workflows/runtime/client", "@alga-psa/workflows/types/client"
    changed, left = renamed(
        f"{manifest}//- /a.ts\nimport '{specifier}';\n//- /b.ts\nimport type C from '{specifier}';", moves
    )
    assert changed == {"b.ts": f"import type C from '{new}';\n"}
    [(path, _, reason)] = left
    assert path == "a.ts"
    assert reason.endswith("has no `import` condition. Add that condition, or `default`.")


def test_a_folder_around_a_tree_that_roots_name_otherwise() -> None:
    config = (
        '//- /workflow-ls.json\n{ "legacy": { "roots": ["@wf"], "tree": "libs/core/flow" } }\n'
        "//- /libs/core/flow/b.ts\nexport {};\n"
    )
    changed, left = renamed(f"{config}//- /a.ts\nimport '@wf/b';", {"libs/core": "libs/kernel"})
    assert changed == {}
    assert left == [("a.ts", "@wf/b", "no specifier of its kind leads to libs/kernel/flow/b.ts. Edit it by hand.")]


def test_an_import_that_no_move_concerns_stays() -> None:
    check(f"{CLOCK}//- /packages/a/a.ts\nimport '@alga-psa/clock/now';", CLIENT)
