"""The Neovim plugin in a real Neovim."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.editors.conftest import files
from tests.editors.neovim import PLUGIN, ROOT, Neovim
from workflow_ls.config.table_loader import builtin_table

EVENTS = "packages/billing/src/invoice-events.ts"


@pytest.mark.parametrize("scenario", ["findings", "blocked", "mapping", "fix_file", "hidden", "elsewhere"])
def test_scenario(neovim: Neovim, monorepo: Path, scenario: str) -> None:
    neovim.run(scenario, monorepo)


def test_quick_fix(neovim: Neovim, monorepo: Path) -> None:
    before = files(monorepo)
    neovim.run("quick_fix", monorepo)
    old, new = b"'@shared/workflow/persistence/taskStore'", b"'@alga-psa/workflows/persistence'"
    assert files(monorepo) == {**before, EVENTS: before[EVENTS].replace(old, new)}


def test_fix_workspace_writes_what_the_command_line_writes(
    neovim: Neovim, monorepo: Path, fixed: dict[str, bytes]
) -> None:
    neovim.run("fix_workspace", monorepo)
    assert files(monorepo) == fixed


def test_status(neovim: Neovim, monorepo: Path, server: Path) -> None:
    check = [str(server), "check", "--format", "json"]
    report = json.loads(subprocess.run(check, cwd=monorepo, check=False, capture_output=True).stdout)
    neovim.run("status", monorepo, FINDINGS=len(report["diagnostics"]))


def test_nothing_to_do(neovim: Neovim, tmp_path: Path) -> None:
    (tmp_path / "clean" / ".git").mkdir(parents=True)
    (tmp_path / "clean" / "shared" / "workflow").mkdir(parents=True)
    (tmp_path / "clean" / "a.ts").write_text("export const one = 1;\n")
    neovim.run("nothing", tmp_path / "clean")


REASONS = [
    "workflow-ls.json",
    "shared/workflow/a.ts",
    "ee/packages/workflows/package.json",
    "node_modules/@alga-psa/workflows/package.json",
]


@pytest.mark.parametrize("reason", [None, "shared/other/a.ts", "package.json", *REASONS])
def test_it_starts_with_a_reason(neovim: Neovim, tmp_path: Path, reason: str | None) -> None:
    root = tmp_path / "some"
    (root / ".git").mkdir(parents=True)
    (root / "a.ts").write_text("export const one = 1;\n")
    if reason is not None:
        (root / reason).parent.mkdir(parents=True, exist_ok=True)
        (root / reason).write_text("{}\n")
    neovim.run("reason", root, **({"STARTS": 1} if reason in REASONS else {}))


def test_the_reasons_are_those_of_vs_code_and_of_the_table() -> None:
    manifest = json.loads((ROOT / "editors/vscode/package.json").read_text(encoding="utf-8"))
    lua = (PLUGIN / "lua/workflow_ls/server.lua").read_text(encoding="utf-8")
    named = re.findall(r"'(.*?)'", re.search(r"M\.reasons = \{(.*?)\}", lua, re.DOTALL)[1])  # type: ignore[index]
    table = builtin_table()
    package, tree = table.canonical, table.tree
    reasons = [event for event in manifest["activationEvents"] if not event.startswith("onLanguage:")]
    assert [f"workspaceContains:{name}" for name in named] == reasons
    assert named[1:] == [f"{package.directory}/package.json", tree, f"node_modules/{package.name}/package.json"]


def test_commands_of_a_buffer(neovim: Neovim, monorepo: Path, fixed: dict[str, bytes]) -> None:
    neovim.run("buffer_commands", monorepo)
    assert (monorepo / EVENTS).read_bytes() == fixed[EVENTS]


def test_the_recipe_for_lazy_names_the_plugin() -> None:
    """Two plugins in folders of one name are one plugin for lazy.nvim."""
    [recipe] = re.findall(r"^\{.*dir = .*\}$", (PLUGIN / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert "name = 'workflow-ls'" in recipe


def test_json_files(neovim: Neovim, monorepo: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "package.json").write_text("{}\n")
    neovim.run("json", monorepo, OUTSIDE=tmp_path / "outside")


def test_health(neovim: Neovim, monorepo: Path) -> None:
    assert re.search(r"OK Server: workflow-ls \d.* from PATH\)", neovim.run("health", monorepo))


def test_missing_server(bare: Callable[..., Neovim], monorepo: Path, tmp_path: Path) -> None:
    bare(program(tmp_path, "pipx")).run("missing", monorepo, ADVICE="pipx install PATH-OF-THE-WORKFLOW-LS-CHECKOUT")


@pytest.mark.parametrize(("installer", "advice"), [("pipx", "pipx install"), ("uv", "uv tool install")])
def test_missing_server_beside_its_checkout(
    nvim: Path, monorepo: Path, tmp_path: Path, installer: str, advice: str
) -> None:
    init = f"vim.opt.runtimepath:append('{PLUGIN}')\nvim.lsp.enable('workflow_ls')\n"
    neovim = Neovim(nvim, tmp_path / "home", init, [program(tmp_path, installer).parent], package=False)
    neovim.run("missing", monorepo, ADVICE=f"{advice} {ROOT}")


@pytest.mark.parametrize("trusted", [False, True])
def test_server_of_the_workspace(bare: Callable[..., Neovim], monorepo: Path, server: Path, trusted: bool) -> None:
    (monorepo / ".venv" / "bin").mkdir(parents=True)
    (monorepo / ".venv" / "bin" / "workflow-ls").symlink_to(server)
    bare().run("venv", monorepo, **({"TRUSTED": 1} if trusted else {}))


def test_command_of_the_user(bare: Callable[..., Neovim], monorepo: Path, server: Path) -> None:
    bare().run("command", monorepo, SERVER=server)


@pytest.mark.parametrize(
    ("start", "scenario"),
    [
        ("vim.api.nvim_create_autocmd({ 'LspAttach'", "lens"),
        ("vim.lsp.config('workflow_ls', {\n      root_dir", "findings"),
        ("vim.lsp.config('workflow_ls', {\n      settings", "settings"),
    ],
)
def test_as_the_help_says(nvim: Path, server: Path, monorepo: Path, tmp_path: Path, start: str, scenario: str) -> None:
    text = (PLUGIN / "doc" / "workflow_ls.txt").read_text(encoding="utf-8")
    snippet = re.search(rf"^ *{re.escape(start)}.*?^    \}}\)$", text, re.DOTALL | re.MULTILINE)
    assert snippet is not None
    init = f"vim.lsp.enable('workflow_ls')\n{snippet[0]}\n"
    Neovim(nvim, tmp_path / "home", init, [server.parent]).run(scenario, monorepo)


@pytest.mark.parametrize(
    ("document", "which"), [("README.md", 0), ("doc/workflow_ls.txt", 0), ("doc/workflow_ls.txt", 1)]
)
def test_fix_on_save_as_documented(
    nvim: Path, server: Path, monorepo: Path, fixed: dict[str, bytes], tmp_path: Path, document: str, which: int
) -> None:
    text = (PLUGIN / document).read_text(encoding="utf-8")
    snippets = re.findall(r"^ *vim\.api\.nvim_create_autocmd\('BufWritePre'.*?^ *\}\)$", text, re.DOTALL | re.MULTILINE)
    init = f"vim.lsp.enable('workflow_ls')\n{snippets[which]}\n"
    Neovim(nvim, tmp_path / "home", init, [server.parent]).run("on_save", monorepo)
    assert (monorepo / EVENTS).read_bytes() == fixed[EVENTS] + b"// typed\n"


def test_from_where_it_lies(nvim: Path, server: Path, monorepo: Path, tmp_path: Path) -> None:
    line = re.search(r"^vim\.opt\.runtimepath:append\('(.*)'\)$", (PLUGIN / "README.md").read_text(), re.MULTILINE)
    assert line is not None
    init = f"{line[0].replace(line[1], str(PLUGIN))}\nvim.lsp.enable('workflow_ls')\n"
    Neovim(nvim, tmp_path / "home", init, [server.parent], package=False).run("findings", monorepo)


def test_help(neovim: Neovim, monorepo: Path) -> None:
    neovim.run("help", monorepo)


def test_from_a_wheel(bare: Callable[..., Neovim], monorepo: Path, tmp_path: Path) -> None:
    """A machine that has nothing but the plugin's folder and a wheel."""
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path / "dist"), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    venv.create(tmp_path / "venv", with_pip=True)
    python, wheel = tmp_path / "venv" / "bin" / "python", next((tmp_path / "dist").glob("*.whl"))
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel], check=True)
    neovim = bare(tmp_path / "venv" / "bin" / "workflow-ls")
    neovim.run("findings", monorepo)
    neovim.run("health", monorepo)


def program(tmp_path: Path, name: str) -> Path:
    """A program that does nothing."""
    path = tmp_path / "installers" / name
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path
