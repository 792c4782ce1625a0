"""Monorepos of chance, whose modules moved in many ways: the inferred rows lead each name to its declaration."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mapping.proposals import OLD, ToldHistory, open_repository
from tests.strategies import examples
from workflow_ls.analysis import Analysis
from workflow_ls.mapping.inference import infer
from workflow_ls.mapping.joined_frame import joined_frame
from workflow_ls.mapping.legacy_frame import legacy_frames
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FixOptions

PACKAGES = ("@acme/one", "@acme/two")


class Moved(NamedTuple):
    """How one legacy module moved: of which package, to which, by which evidence, and how its new place is public.

    "alias" goes into the application, "part" leaves a name behind in a module that stays.
    """

    old: str
    package: int
    way: str
    by_barrel: bool
    names: int


MOVES = st.lists(
    st.builds(
        Moved,
        st.sampled_from(("kit", "tool")),
        st.integers(0, len(PACKAGES) - 1),
        st.sampled_from(("shim", "facade", "rename", "copy", "stays", "alias", "part")),
        st.booleans(),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=5,
)


def names_of(number: int, moved: Moved) -> list[str]:
    return [f"name{number}{letter}" for letter in "abc"[: moved.names]]


def written(moves: list[Moved]) -> tuple[str, ToldHistory]:
    """The monorepo after the moves, and what its history knows."""
    files: dict[str, str] = {}
    barrels: dict[int, list[str]] = {}
    renamed, texts, left = dict[str, str](), dict[str, str](), dict[str, str]()
    for number, moved in enumerate(moves):
        names = names_of(number, moved)
        body = "".join(f"export function {name}() {{\n  return 'of {name}';\n}}\n" for name in names)
        old, module = f"packages/{moved.old}/src/part{number}.ts", f"@acme/{moved.old}/part{number}"
        folder = f"packages/{PACKAGES[moved.package].partition('/')[2]}"
        new = f"{folder}/src/{'inner' if moved.by_barrel else 'open'}/place{number}.ts"
        specifier = PACKAGES[moved.package] if moved.by_barrel else f"{PACKAGES[moved.package]}/place{number}"
        if moved.way == "alias":
            renamed[old] = new = f"apps/shop/src/inner/place{number}.ts"
            files[new] = body
        elif moved.way != "stays":
            files[new] = body
            if moved.by_barrel:
                barrels.setdefault(moved.package, []).append(f"export * from './inner/place{number}';\n")
        if moved.way == "shim":
            files[old] = f"export * from '{specifier}';\n"
        elif moved.way == "facade":
            files[new], files[old] = f"export * from '{module}';\n", body
        elif moved.way == "rename":
            renamed[old] = new
        elif moved.way == "copy":
            texts[old] = body
        elif moved.way == "part":
            files[old] = f"export const rest{number} = 1;\n"
            left |= dict.fromkeys(names, f"{body}export const rest{number} = 1;\n")
            files[f"apps/shop/src/rest{number}.ts"] = f"import {{ rest{number} }} from '{module}';\nrest{number};\n"
        elif moved.way == "stays":
            files[old] = body
        imported = ", ".join(names)
        files[f"apps/shop/src/use{number}.ts"] = f"import {{ {imported} }} from '{module}';\nconsole.log({imported});\n"
    for number, name in enumerate(PACKAGES):
        folder = f"packages/{name.partition('/')[2]}"
        files[f"{folder}/package.json"] = (
            f'{{ "name": "{name}", "exports": {{ ".": "./src/index.ts", "./*": "./src/open/*.ts" }} }}\n'
        )
        files[f"{folder}/src/index.ts"] = "".join(barrels.get(number, ())) or "export {};\n"
    dependencies = ", ".join(f'"{name}": "*"' for name in ("@acme/kit", "@acme/tool", *PACKAGES))
    exports = '"exports": { ".": "./src/index.ts", "./*": "./src/*.ts" }'
    files["packages/tool/package.json"] = f'{{ "name": "@acme/tool", {exports} }}\n'
    files["packages/tool/src/index.ts"] = files["packages/kit/src/index.ts"] = "export {};\n"
    files["apps/shop/tsconfig.json"] = '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }\n'
    files["apps/shop/src/own.ts"] = "import { own } from '@/inner/own';\n"
    files["apps/shop/src/inner/own.ts"] = "export const own = 1;\n"
    files["apps/shop/package.json"] = f'{{ "name": "shop", "dependencies": {{ {dependencies} }} }}\n'
    return "".join(f"//- /{path}\n{text}" for path, text in files.items()), ToldHistory(renamed, texts, left=left)


@settings(max_examples=examples(40), deadline=None)
@given(MOVES)
def test_each_name_is_led_to_where_it_went(moves: list[Moved]) -> None:
    text, history = written(moves)
    workspace = open_repository(text, base=OLD)
    table = joined_frame(legacy_frames(workspace, ["@acme/kit", "@acme/tool"]))
    proposal = infer(Workspace(workspace.files.untracked, table, workspace.settings), history)
    after = Analysis(Workspace(workspace.files.untracked, proposal.table, workspace.settings))
    fixed = {change.path: change.after.decode() for change in after.fix(("",), FixOptions())}
    for number, moved in enumerate(moves):
        home = PACKAGES[moved.package] if moved.by_barrel else f"{PACKAGES[moved.package]}/place{number}"
        home = f"@/inner/place{number}" if moved.way == "alias" else home
        specifier = f"@acme/{moved.old}/part{number}" if moved.way == "stays" else home
        path = f"apps/shop/src/use{number}.ts"
        found = fixed.get(path, (workspace.files.read(path) or b"").decode())
        imported = ", ".join(names_of(number, moved))
        assert found.startswith(f"import {{ {imported} }} from '{specifier}';\n"), (moved, found, proposal.rows)
    homeless = {each.name for each in proposal.homeless if not each.name.startswith("rest")}
    assert homeless == {n for number, each in enumerate(moves) if each.way == "stays" for n in names_of(number, each)}
