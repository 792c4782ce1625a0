"""The architecture, and the promises that no single test owns."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Container, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.editor_cases import editor_cases
from tests.generate import generated
from workflow_ls import config
from workflow_ls.rules import CODES, all_rules

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "workflow_ls"
MODULES = sorted(PACKAGE.rglob("*.py"))

# What each layer may import, besides itself and what those may import: a directed graph without cycles.
LAYERS: dict[str, tuple[str, ...]] = {
    "records": (),
    "regular_expressions": (),
    "text": ("regular_expressions",),
    "printable": ("regular_expressions",),
    "diagnostics": ("records", "text", "printable"),
    "causes": ("diagnostics",),
    "jsonc": ("diagnostics",),
    "vfs": ("records", "regular_expressions"),
    "syntax": ("text", "vfs"),
    "config": ("jsonc", "vfs", "diagnostics"),
    "project": ("config", "syntax"),
    "initial": ("project",),
    "kept": ("project",),
    "rewrite": ("project",),
    "manifests": ("rewrite",),
    "ide": ("rewrite",),
    "rules": ("manifests",),
    "proof": ("rules",),
    "checking": ("rules",),
    "analysis": ("proof", "checking", "ide"),
    "status": ("analysis", "causes"),
    "baseline": ("analysis",),
    "moves": ("analysis", "status"),
    "mapping": ("analysis",),
    "reporters": ("moves", "status", "mapping"),
    "server": ("reporters", "baseline", "kept"),
    "cli": ("reporters", "server", "initial"),
    "__main__": ("cli",),
}


def allowed_of(layer: str) -> set[str]:
    return {layer}.union(*(allowed_of(below) for below in LAYERS[layer]))


ON_DISK = ("access", "disk.py", "disk_reads", "git/", "readings", "searching/", "tree_state")

# Who may import what, besides the standard library's plain parts.
ONLY_IN = {
    "pickle": ("workflow_ls/project/packed_data.py",),
    "tree_sitter": ("workflow_ls/syntax/",),
    "tree_sitter_typescript": ("workflow_ls/syntax/",),
    "ruamel": ("workflow_ls/project/",),
    "argparse": ("workflow_ls/cli/",),
    "subprocess": ("workflow_ls/cli/", "workflow_ls/vfs/git/git_history.py"),
    "pathlib": ("workflow_ls/cli/", "workflow_ls/server/", "workflow_ls/vfs/root.py"),
    "pygls": ("workflow_ls/server/",),
    "lsprotocol": ("workflow_ls/server/",),
    "asyncio": ("workflow_ls/server/",),
    "os": (
        "workflow_ls/server/",
        "workflow_ls/vfs/root.py",
        "workflow_ls/cli/",
        "workflow_ls/kept/",
        *(f"workflow_ls/vfs/{name}" for name in ON_DISK),
    ),
}
DISK = (
    "workflow_ls/cli/",
    "workflow_ls/kept/",
    *(f"workflow_ls/vfs/{name}" for name in ON_DISK),
    "workflow_ls/vfs/root.py",
    "workflow_ls/server/debug.py",  # tells what this process uses
)


def name_of(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def layer_of(dotted: str) -> str:
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 else ""


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_layers(module: Path) -> None:
    here = layer_of(".".join(module.relative_to(ROOT).with_suffix("").parts))
    for imported, line in imports(module):
        top = imported.split(".")[0]
        if top == "workflow_ls":
            there = layer_of(imported)
            is_allowed = not there or here == "__init__" or there in allowed_of(here)
            assert is_allowed, f"{name_of(module)}:{line} imports {imported}. LAYERS above says what {here} may import."
        allowed = ONLY_IN.get(top)
        assert allowed is None or name_of(module).startswith(allowed), f"{name_of(module)}:{line} imports {imported}"


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_the_core_neither_reads_nor_prints(module: Path) -> None:
    if name_of(module).startswith(DISK) or module.name == "__main__.py":
        return
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("print", "open", "input"), f"{name_of(module)}:{node.lineno} {node.func.id}()"
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("read_text", "read_bytes", "write_text", "write_bytes"), (
                f"{name_of(module)}:{node.lineno}"
            )


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_expression_is_compiled_before_it_is_used(module: Path) -> None:
    inside: set[ast.AST] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if node in inside or isinstance(node, ast.FunctionDef | ast.Lambda):
            inside.update(ast.iter_child_nodes(node))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile":
            pytest.fail(f"{name_of(module)}:{node.lineno} re.compile(): write compile_on_use() at the top of a module")


def imports(module: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(module)}:{node.lineno} a relative import"
            found.append((node.module or "", node.lineno))
            if node.module == "workflow_ls":
                modules = (
                    alias.name for alias in node.names if not alias.name.isupper() and alias.name != "__version__"
                )
                found += [(f"workflow_ls.{name}", node.lineno) for name in modules]
    return found


@pytest.mark.parametrize(
    "command",
    [
        ["--version"],
        ["explain", "deprecated-import"],
        ["check", "examples/monorepo"],
        ["status", "examples/monorepo"],
        ["cutover", "examples/monorepo", "--dry-run"],
    ],
)
def test_the_command_line_imports_no_language_server(command: list[str]) -> None:
    script = (
        "import sys\n"
        "from workflow_ls.cli.main import run\n"
        "try:\n    run(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "found = {name.split('.')[0] for name in sys.modules} & {'pygls', 'lsprotocol', 'asyncio'}\n"
        "print(sorted(found), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("path", sorted(generated()))
def test_generated_files_are_fresh(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == generated()[path], "run `make docs`"


@pytest.mark.parametrize("code", CODES)
def test_rule_is_documented_and_tested(code: str) -> None:
    rule = next(rule for rule in all_rules() if rule.code == code)
    assert rule.code == code
    assert rule.page.strip(), "its module's docstring is its page"
    folders = (ROOT / "tests" / name for name in ("rules", "rewrite", "manifests"))
    tests = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("test_*.py"))
    assert code in tests
    expected = json.loads((ROOT / "tests/example_expected.json").read_text(encoding="utf-8"))
    cases = [case for case in editor_cases() if case.rule == code]
    assert len(cases) == 1, f"{code} has {len(cases)} editor cases. Give EDITOR_CASES in its test exactly one."
    (case,) = cases
    assert case.text is not None or any(entry["rule"] == code for entry in expected), "the example shows it"


def test_no_path_of_a_machine_is_in_the_repository() -> None:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.split(b"\0")
    pattern = re.compile(rb"(?<![\w.$}])/(?:home|root|Users)/[a-z]")
    hits = [
        name.decode()
        for name in files
        if name and (ROOT / name.decode()).is_file() and pattern.search((ROOT / name.decode()).read_bytes())
    ]
    assert hits == []


def test_the_table_lies_beside_its_schema() -> None:
    folder = Path(config.__file__).parent
    assert {"table.json", "table.schema.json"} <= {path.name for path in folder.iterdir()}


def test_no_import_closes_a_circle() -> None:
    graph = import_graph()
    assert [(start, end) for start in graph for end in graph[start] if reaches(end, start, graph)] == []


@cache
def import_graph() -> dict[str, set[str]]:
    """The modules that each module imports, be it in a function or for types only."""
    known = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    graph = {}
    for name, path in known.items():
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        graph[name] = {imported for node in nodes for imported in modules_in(node, known)} - {name}
    return graph


def modules_in(node: ast.AST, known: Container[str]) -> set[str]:
    """The modules of the package that a statement imports: submodules, or the module that names are taken from."""
    if isinstance(node, ast.Import):
        names = {alias.name for alias in node.names}
    elif isinstance(node, ast.ImportFrom):
        below = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        names = {path if path in known else str(node.module) for path in below.values()}
    else:
        return set()
    return {name for name in names if name in known}


def reaches(start: str, end: str, graph: Mapping[str, set[str]]) -> bool:
    seen, ahead = set[str](), [start]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += graph[name]
    return end in seen


# A command, a format and a feature bear the name that their user knows them by.
SHARED_NAMES = {"__init__.py", "cutover.py", "status.py", "fix.py", "explain.py", "text.py", "progress.py"}


def test_no_two_modules_have_one_name() -> None:
    names = Counter(module.name for module in MODULES)
    assert {name for name, count in names.items() if count > 1} <= SHARED_NAMES


def test_no_two_public_classes_have_one_name() -> None:
    classes = Counter(
        node.name
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, count in classes.items() if count > 1] == []


@pytest.mark.parametrize("folder", sorted({module.parent for module in MODULES}), ids=name_of)
def test_a_folder_is_small_enough_to_hold_in_the_head(folder: Path) -> None:
    modules = [module.name for module in folder.glob("*.py") if module.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES, f"{name_of(folder)} is two things: {modules}"


MOST_MODULES = 15
