"""Cutovers of made-up workspaces: whatever led to a file leads to it afterwards, and nothing is left to do."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from tests.fixture import project
from tests.moves.cuts import BASE, SOURCES, TREE
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.moves.cutover.plan import make_plan
from workflow_ls.moves.plan_model import Plan
from workflow_ls.project.workspace import Workspace
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.references.reference_finder import find_references
from workflow_ls.vfs.files import MemoryFiles

MODULES = ("runtime/a.ts", "runtime/b.tsx", "runtime/index.ts", "streams/index.ts", "streams/deep/c.ts", "d.ts")
OTHERS = (f"{SOURCES}lib/x.ts", f"{SOURCES}runtime/y.ts", "shared/lib/z.ts", "packages/a/w.test.ts", "server/v.js")
FORMS = (
    "import {{ v{0} }} from '{1}';",
    'import type {{ v{0} }} from "{1}";',
    "export {{ v{0} as w{0} }} from '{1}';",
    "export * from '{1}';",
    "vi.mock('{1}', () => ({{}}));",
    "const m{2} = import('{1}');",
    "type T{2} = typeof import('{1}');",
)
# What may lie in the new place of a module: a proxy, a barrel that passes other modules on, too, one with code.
OCCUPANTS = (
    "export * from '{0}';",
    "export * from '{0}';\nexport * from '{1}';",
    "export * from '{0}';\nexport const {2} = 1;",
)


def stem(path: str) -> str:
    return posixpath.splitext(path)[0]


def spellings(importer: str, target: str) -> list[str]:
    """The ways to name a file of the tree, or beside it, from another file."""
    relative = posixpath.relpath(stem(target), posixpath.dirname(importer))
    relative = relative if relative.startswith("../") else f"./{relative}"
    found = [relative, f"{relative}.js"]
    found += [relative.removesuffix("/index")] if relative.endswith("/index") and relative != "./index" else []
    if target.startswith(TREE):
        below = stem(target)[len(TREE) :]
        for root in ("@shared/workflow/", "@alga-psa/shared/workflow/"):
            found += [root + below, root + below.removesuffix("/index")]
    return found


@st.composite
def workspaces(draw: st.DrawFn) -> dict[str, str]:
    """Files by path: modules in the tree, others around it, and now and then a barrel or a proxy in their new place."""
    modules = [TREE + name for name in draw(st.lists(st.sampled_from(MODULES), min_size=1, unique=True))]
    others = draw(st.lists(st.sampled_from(OTHERS), unique=True))
    paths = [*modules, *others]
    files = dict(project(BASE).files)
    for number, path in enumerate(paths):
        lines = [f"export const v{number} = 1;"]
        for line in range(draw(st.integers(0, 4))):
            at = draw(st.integers(0, len(paths) - 1))
            target = paths[at]
            within = target in modules or path.startswith(TREE) or target.split("/")[:3] == path.split("/")[:3]
            if target != path and within:
                specifier = draw(st.sampled_from(spellings(path, target)))
                lines.append(draw(st.sampled_from(FORMS)).format(at, specifier, line))
        files[path] = "\n".join(lines) + "\n"
    for path in modules:
        new = SOURCES + path[len(TREE) :]
        if draw(st.integers(0, 3)) == 0:
            named = [posixpath.relpath(stem(p), posixpath.dirname(new)) for p in (path, draw(st.sampled_from(modules)))]
            own = draw(st.sampled_from(["mine", "v0", "v1"]))
            files[new] = draw(st.sampled_from(OCCUPANTS)).format(*named, own) + "\n"
    return files


def workspace(files: Mapping[str, str | bytes]) -> Workspace:
    return Workspace(MemoryFiles(files), builtin_table(), Settings())


def targets(state: Workspace, path: str) -> list[str | None]:
    source = parse(state.files.read(path) or b"", path)
    found = find_references(source)
    table = state.table
    resolved = []
    for reference in found:
        module = table.module_of(reference.specifier)
        path_of = state.resolver.resolve(reference.specifier, path)
        if path_of is None and module is not None:
            path_of = next(
                (f"{TREE}{module}{e}" for e in (".ts", ".tsx", "/index.ts") if state.files.kind(f"{TREE}{module}{e}")),
                None,
            )
        resolved.append(path_of)
    return resolved


def carried_out(files: Mapping[str, str], plan: Plan) -> dict[str, str | bytes]:
    left: dict[str, str | bytes] = {path: text for path, text in files.items() if path not in plan.before}
    return {**left, **plan.after}


@given(workspaces())
def test_every_reference_follows_its_file(files: dict[str, str]) -> None:
    before = workspace(files)
    plan = make_plan(Analysis(before))
    # The only thing that may stand in the way is a module with code where there is one with code already.
    assert all("imports it and has code of its own" in problem.message for problem in plan.problems)
    if plan.problems:
        return
    after = workspace(carried_out(files, plan))
    assert not any(path.startswith(TREE) for path in carried_out(files, plan))
    moved = {move.old: move.new for move in plan.file_moves if move.new is not None}
    dropped = {move.replaced for move in plan.file_moves} | {p.old for p in plan.file_moves if p.is_dropped}
    indexes = before.exports, after.exports
    for path in files:
        if path.endswith((".ts", ".tsx", ".js")) and path in {*moved, *dropped}:
            exported, exports = (
                index.exports(p).names.keys() for index, p in zip(indexes, (path, moved.get(path, path)))
            )
            assert exported <= exports, path
        if path.endswith((".json",)) or path in dropped:
            continue
        here = moved.get(path, path)
        wanted = [target and moved.get(target, target) for target in targets(before, path)]
        # A barrel that joins a module adds references of its own behind it.
        assert targets(after, here)[: len(wanted)] == wanted, (path, here)
    again = make_plan(Analysis(after))
    assert (dict(again.before), dict(again.after), again.problems) == ({}, {}, ())
