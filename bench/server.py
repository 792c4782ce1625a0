"""Measures the language server beside ast-grep's, with one rule that finds the same, in one run.

    python bench/server.py [TREE] [--rounds N] [--statements N] [--hour N] [--write]

Without TREE, a tree is rendered from the recorded monorepo beside the project, in its state `head`, with bodies of
their real sizes.  What the server keeps between its runs is in a directory of its own.  The servers take turns, round
by round, so that a busy moment of the machine hits both.  ast-grep comes from npm, or from PATH; without it, only this
server is measured.  `--write` puts what was measured into bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))
from client import Server
from results import Reached, environment, write_section, write_targets
from tools import PYTHON, RULE, find_ast_grep
from tree import render
from typist import FULL, Document, text_of

LINES, MANY_LINES = 8_000, 80_000
FILE = "packages/bench.tsx"
SWITCHED = 1_000  # files that a branch switch touches
KEYS_TYPED = 5_000  # of a long session
KEYS_ENOUGH = 37  # for a percentile
COLD = "spawn to first diagnostics of the largest candidate, nothing kept"
KEPT = "spawn to first diagnostics of the largest candidate"
INDEXED = "memory with the monorepo indexed"
INDEXED_COLD = f"{INDEXED}, nothing kept"
OPEN = f"{INDEXED}, largest candidate open"
Measures = dict[str, list[float]]


class Tool(NamedTuple):
    """A server to measure; `ours` also runs the requests that the other does not support."""

    name: str
    command: list[str]
    ours: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", nargs="?", type=Path, help="a tree to work on; files of it are changed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--statements", type=int, default=5, help="typed in each round, 37 keys each")
    parser.add_argument("--hour", type=int, default=KEYS_TYPED, metavar="KEYS", help="typed to see the memory grow")
    parser.add_argument("--write", action="store_true", help="write bench/RESULTS.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        tree = (options.tree or render(scratch, "head")).resolve()
        text = environment()
        tools = [Tool("workflow-ls", [*PYTHON, "serve"], ours=True)]
        other = find_ast_grep()  # into the usual cache; that of the servers is deleted again and again
        cache = scratch / "cache"
        os.environ["XDG_CACHE_HOME"] = str(cache)
        if other is None:
            print("ast-grep is not installed: left out")
        else:
            command = [other, "lsp", "--config", str(ast_grep_config(scratch))]
            tools.append(Tool("ast-grep", command, ours=False))
        measured: dict[str, Measures] = {tool.name: {} for tool in tools}
        for tool in tools:
            measure(tool, tree, 1, {})  # the first start fills caches
        imported, inside = list[float](), largest_candidate(tree)
        for _ in range(options.rounds):
            imported.append(import_of_protocol())
            index(tools[0], tree, cache, measured[tools[0].name])
            if inside:
                spawn(tools[0], tree, inside, cache, measured[tools[0].name])
            for tool in tools:
                measure(tool, tree, options.statements, measured[tool.name])
        for tool in tools if inside else ():
            type_inside(tool, tree, inside, options.statements, measured[tool.name])
        for tool in tools:
            type_in_large_file(tool, tree, 2 if tool.ours else 1, measured[tool.name])
        last(tools[0], tree, options.hour, measured[tools[0].name])
    report = "\n".join([*text, "", *table(measured, options.hour)])
    reached = targets(measured, imported)
    print(report, *reached, sep="\n")
    if options.write:
        write_section("language server", report)
        write_targets(reached)


def ast_grep_config(scratch: Path) -> Path:
    rules = scratch / "rules"
    rules.mkdir()
    rule = RULE.format(language="tsx") + "message: a legacy module\nseverity: warning\nfix: '@alga-psa/workflows'\n"
    (rules / "legacy.yml").write_text(rule)
    config = scratch / "sgconfig.yml"
    config.write_text("ruleDirs: [rules]\n")
    return config


class Clock:
    """Puts durations in milliseconds, and other figures, under their names."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def took(self, what: str, since: float) -> None:
        self.add(what, (time.perf_counter() - since) * 1000)

    def add(self, what: str, *values: float) -> None:
        self._measures.setdefault(what, []).extend(values)


def start(tool: Tool, tree: Path) -> tuple[Server, bool]:
    """A server that is initialized, and whether it wants whole texts."""
    server = Server(tool.command, tree)
    synchronization = server.initialize(tree)["textDocumentSync"]
    kind = synchronization if isinstance(synchronization, int) else synchronization["change"]
    return server, kind == FULL


def measure(tool: Tool, tree: Path, statements: int, measures: Measures) -> None:
    """One session with the file of the usual size."""
    clock, uri, lines = Clock(measures), (tree / FILE).as_uri(), text_of(LINES)
    began = time.perf_counter()
    server, whole = start(tool, tree)
    clock.took("spawn to the answer to initialize", began)
    document = Document(server, uri, lines, whole=whole)
    clock.took("spawn to first diagnostics", began)
    if tool.ours:
        for what in ("all files' diagnostics, first", "all files' diagnostics, again"):
            since = time.perf_counter()
            server.request("workspace/diagnostic", {"previousResultIds": []})
            clock.took(what, since)
        clock.add(f"{INDEXED}, a file of {LINES:,} lines open", server.memory())
    clock.add(f"key to diagnostics, {LINES:,} lines", *document.type(statements))
    open_bracket = document.type(-(-statements // 3), closing=False)
    clock.add(f"the same, with a bracket left open, {LINES:,} lines", *open_bracket)
    finding = document.found[1]
    for _ in range(20):
        since = time.perf_counter()
        context = {"diagnostics": [finding]}
        params = {"textDocument": {"uri": uri}, "range": finding["range"], "context": context}
        assert server.request("textDocument/codeAction", params)
        clock.took("code action", since)
    clock.add("peak memory, one file open", server.memory(peak=True))
    server.stop()


def index(tool: Tool, tree: Path, cache: Path, measures: Measures) -> None:
    """Two sessions without a document: when nothing is kept of the monorepo, and with what the first one kept."""
    clock = Clock(measures)
    shutil.rmtree(cache, ignore_errors=True)
    for what in (INDEXED_COLD, INDEXED):
        server, _ = start(tool, tree)
        server.request("workspace/diagnostic", {"previousResultIds": []})
        clock.add(what, server.memory())
        # The facts are kept before the next answer of the same thread.
        server.request("workspace/diagnostic", {"previousResultIds": []})
        server.stop()


def spawn(tool: Tool, tree: Path, path: Path, cache: Path, measures: Measures) -> None:
    """Two starts with a file of the monorepo: when nothing is kept of it, and with what the first one kept."""
    clock, lines = Clock(measures), path.read_text().split("\n")
    shutil.rmtree(cache, ignore_errors=True)
    for what in (COLD, KEPT):
        began = time.perf_counter()
        server, whole = start(tool, tree)
        document = Document(server, path.as_uri(), lines, whole=whole, made=False)
        clock.took(what, began)
        # Diagnostics may come before the mocks of the workspace are judged, and fixes do not.
        finding = document.found[0]
        params = {"range": finding["range"], "context": {"diagnostics": [finding]}}
        server.request("textDocument/codeAction", {"textDocument": {"uri": document.uri}, **params})
        clock.took(f"{what}, with its fixes", began)
        server.request("workspace/diagnostic", {"previousResultIds": []})
        clock.add(OPEN, server.memory())
        # The facts are kept before the next answer of the same thread.
        server.request("textDocument/codeLens", {"textDocument": {"uri": document.uri}})
        server.stop()


def largest_candidate(tree: Path) -> Path | None:
    """The file with a legacy specifier that has most lines, of those that git does not ignore."""
    search = ["git", "grep", "--no-index", "--exclude-standard", "-lE", "@(alga-psa/)?shared/workflow"]
    command = [*search, "--", "*.ts", "*.tsx"]
    found = subprocess.run(command, cwd=tree, capture_output=True, text=True).stdout.splitlines()
    return max((tree / name for name in found), key=lambda path: path.read_bytes().count(b"\n"), default=None)


def type_inside(tool: Tool, tree: Path, path: Path, statements: int, measures: Measures) -> None:
    """Keys in a file of the monorepo itself, once all of that is indexed."""
    clock = Clock(measures)
    server, whole = start(tool, tree)
    lines = path.read_text().split("\n")
    began = time.perf_counter()
    document = Document(server, path.as_uri(), lines, whole=whole, made=False)
    clock.took("open the largest candidate", began)
    if tool.ours:
        server.request("workspace/diagnostic", {"previousResultIds": []})
    for _ in document.type(1):
        pass
    clock.add("key in the largest candidate", *document.type(statements))
    clock.add("the same, with a bracket left open, in the largest candidate", *document.type(statements, closing=False))
    server.stop()


def type_in_large_file(tool: Tool, tree: Path, statements: int, measures: Measures) -> None:
    clock = Clock(measures)
    server, whole = start(tool, tree)
    document = Document(server, (tree / FILE).as_uri(), text_of(MANY_LINES), whole=whole)
    clock.add(f"key to diagnostics, {MANY_LINES:,} lines", *document.type(statements))
    server.stop()


def last(tool: Tool, tree: Path, hour: int, measures: Measures) -> None:
    """What the other server has not, or what would take it an hour: at the end, since files of the tree change."""
    clock = Clock(measures)
    server, whole = start(tool, tree)
    since = time.perf_counter()
    server.request("workspace/executeCommand", {"command": "workflow-ls.fixWorkspace", "arguments": []})
    clock.took("fixWorkspace", since)
    clock.add("files in its edit", len(server.edits[-1]["documentChanges"]))
    document = Document(server, (tree / FILE).as_uri(), text_of(LINES), whole=whole)
    for _ in document.type(10):
        pass
    server.request("workspace/diagnostic", {"previousResultIds": []})
    clock.add("memory before long typing", server.memory())
    for _ in document.type(hour // 37):
        pass
    clock.add("memory after it", server.memory())
    switch_branch(server, tree)
    since = time.perf_counter()
    next(document.type(1))
    clock.took("the next key after a branch switch", since)
    since = time.perf_counter()
    server.request("workspace/diagnostic", {"previousResultIds": []})
    clock.took("all files' diagnostics after a branch switch", since)
    clock.add("memory after a branch switch", server.memory())
    clock.add("peak memory of the whole session", server.memory(peak=True))
    server.stop()


def switch_branch(server: Server, tree: Path) -> None:
    """Change a thousand files, those with legacy references first, and notify the server of them in one message."""
    sources = sorted(path for path in tree.rglob("*.ts*") if path.suffix in (".ts", ".tsx"))
    sources.sort(key=lambda path: b"shared/workflow" not in path.read_bytes())
    for path in sources[:SWITCHED]:
        path.write_bytes(path.read_bytes() + b"\n// on another branch\n")
    changes = [{"uri": path.as_uri(), "type": 2} for path in sources[:SWITCHED]]
    server.notify("workspace/didChangeWatchedFiles", {"changes": changes})


def percentile(values: list[float]) -> float:
    """The 99th."""
    return statistics.quantiles(values, n=100)[98]


def table(measured: dict[str, Measures], hour: int) -> list[str]:
    names = list(measured)
    heads = ["what", *names, *(["times faster"] if names[1:] else [])]
    lines = [
        f"A TSX file of {LINES:,} lines with four legacy references, in the same monorepo; long typing is",
        f"{hour:,} keys, and a branch switch changes {SWITCHED:,} files.",
        "",
        f"| {' | '.join(heads)} |",
        "|---" * len(heads) + "|",
    ]
    for what, values in measured[names[0]].items():
        kinds: list[tuple[str, Callable[[list[float]], float]]] = [("", statistics.median)]
        if len(values) >= KEYS_ENOUGH:
            kinds = [(", median", statistics.median), (", 99th percentile", percentile)]
        unit = " MB" if "memory" in what else "" if what.startswith("files") else " ms"
        for kind, sum_up in kinds:
            found = [sum_up(measured[name][what]) if what in measured[name] else None for name in names]
            cells = [f"{what}{kind}", *("" if value is None else f"{value:,.1f}{unit}" for value in found)]
            if names[1:]:
                cells.append(f"{found[1] / found[0]:.1f}" if found[0] and found[1] and unit == " ms" else "")
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def import_of_protocol() -> float:
    """The milliseconds that a process takes to start and to import the library of the protocol."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import pygls.lsp.server, lsprotocol.types"], check=True)
    return (time.perf_counter() - began) * 1000


def targets(measured: dict[str, Measures], imported: list[float]) -> list[Reached]:
    """What is to be reached, and what is."""
    ours, other = measured["workflow-ls"], measured.get("ast-grep", {})
    first = "spawn to first diagnostics"
    rows = []
    for what, where in (
        (f"key to diagnostics, {LINES:,} lines", f"a file of {LINES:,} lines beside the monorepo"),
        (f"the same, with a bracket left open, {LINES:,} lines", "the same, with a bracket left open"),
        ("key in the largest candidate", "the largest candidate of the monorepo"),
        ("the same, with a bracket left open, in the largest candidate", "that, with a bracket left open"),
    ):
        if len(ours.get(what, ())) < 2:
            continue
        middle, high = statistics.median(ours[what]), percentile(ours[what])
        rows.append(Reached("one key, median", where, "at most 6 ms", f"{middle:.1f} ms", middle <= 6))
        rows.append(Reached("one key, 99th percentile", where, "at most 15 ms", f"{high:.1f} ms", high <= 15))
        if what in other:
            ratio = statistics.median(other[what]) / middle
            found = f"{ratio:.1f} times faster"
            rows.append(Reached("one key, beside ast-grep's server", where, "10 times faster", found, ratio >= 10))
    library, wanted = statistics.median(imported), "at most 2.5 times the import of the protocol library"
    for what in (first, KEPT, COLD):
        if what in ours:
            spawned = statistics.median(ours[what])
            found = f"{spawned / library:.1f} times ({spawned:.0f} ms of {library:.0f} ms)"
            rows.append(Reached(what, "the monorepo", wanted, found, spawned <= 2.5 * library))
    for what in (INDEXED, INDEXED_COLD, OPEN):
        if what in ours:
            memory = max(ours[what])
            rows.append(Reached(what, "the monorepo", "under 120 MB", f"{memory:.0f} MB", memory < 120))
    return rows


if __name__ == "__main__":
    main()
