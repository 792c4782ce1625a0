"""Traversals that keep to a sketched region find what traversals through everything find."""

from __future__ import annotations

import random

import pytest

from tests.project.workspaces import workspace_of
from workflow_ls.project.runtime import reachability as module
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.runtime.reachability import Reachability
from workflow_ls.project.runtime.traversal import Traversal
from workflow_ls.project.workspace import Workspace

FILES = [f"m{number}.ts" for number in range(12)]
FORMS = [
    "import {{ a }} from './{0}'; a();",
    "import * as ns from './{0}'; let t: ns.T;",
    "import type {{ T }} from './{0}';",
    "export * from './{0}';",
    "const late = () => import(/* late */ './{0}');",
    "const it = require<typeof import('./{0}')>('./{0}');",
    "// import './{0}';",
    "vi.importActual('./{0}');",
    "vi.mock('./{0}', () => ({{}}));",
]


@pytest.mark.parametrize("seed", range(60))
def test_a_region_leaves_nothing_out(seed: int) -> None:
    rng = random.Random(seed)
    files = {path: "\n".join(rng.choice(FORMS).format(rng.choice(FILES)[:-3]) for _ in range(2)) for path in FILES}
    if rng.random() < 0.2:
        files[rng.choice(FILES)] += "\nimport(name);"
    workspace, start = workspace_of(files), FILES[0]
    for wanted in FILES[1:]:
        for late in (False, True):
            region = workspace.component(Reachability).files_reaching(start, frozenset({wanted}))
            assert region is not None
            near = Traversal(workspace.component(ModuleGraph), start, late=late, within=region).reaches(wanted, "")
            assert near in answers(workspace, files, wanted, late=late)


def answers(workspace: Workspace, files: dict[str, str], wanted: str, *, late: bool) -> set[bool | None]:
    """What a traversal may answer: one that meets what is wanted and what can't be followed may stop at either."""
    found = Traversal(workspace.component(ModuleGraph), FILES[0], late=late).reaches(wanted, "")
    computed = any("(name)" in text for text in files.values())
    return {True, None} if computed and found is not False else {found}


def test_distances_lead_the_way() -> None:
    chain = {"a.ts": "import './b'; import './d';", "b.ts": "import './c';", "c.ts": "import './e';"}
    files = {**chain, "d.ts": "", "e.ts": ""}
    reachability = workspace_of(files).component(Reachability)
    assert reachability.files_reaching("a.ts", frozenset({"e.ts"})) == {"c.ts": 0, "b.ts": 1, "a.ts": 2}


def test_too_many_files_are_not_sketched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FILES", 1)
    files = {"a.ts": "import './b';", "b.ts": ""}
    assert workspace_of(files).component(Reachability).files_reaching("a.ts", frozenset({"b.ts"})) is None
