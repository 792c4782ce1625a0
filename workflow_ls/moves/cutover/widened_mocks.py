"""The mocks of new modules that replace more after a cutover.

While a new module only re-exports the legacy one, a mock of it replaces nothing for code that imports the legacy one by
another path.  After the cutover there is one module, and the mock replaces it for all.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.moves.move_set import MoveSet
from workflow_ls.moves.plan_model import Note
from workflow_ls.project.runtime.mock_calls import MockCalls
from workflow_ls.project.runtime.module_graph import ModuleGraph, Traversal
from workflow_ls.project.runtime.reachability import Reachability
from workflow_ls.text import line_of


def find_widened_mocks(move_set: MoveSet) -> Iterator[Note]:
    """The mocks of modules that files of the legacy tree take the place of, and that a test also reaches there."""
    workspace = move_set.before
    calls, graph = workspace.component(MockCalls), workspace.component(ModuleGraph)
    reachability = workspace.component(Reachability)
    moved = {move.replaced: move.old for move in move_set.file_moves if move.replaced is not None}
    for facts in workspace.sources.candidate_facts() if moved else ():
        if not facts.canonical_references:
            continue
        path = facts.path
        for call in calls.of_file(path):
            old = None if call.path is None or not call.defines else moved.get(call.path)
            if old is None or old == call.path:
                continue
            within = reachability.files_reaching(path, frozenset({old}))
            walk = Traversal(graph, path, replaced=graph.replaced(path), within=within)
            if walk.reaches(old, old):
                line = line_of(facts.text, call.span.start)
                message = f"the mock of `{call.specifier}` replaces nothing for code that imports {old} today, and will"
                yield Note(path, f"{message} replace it for all code. Run this test, and complete the mock.", line)
