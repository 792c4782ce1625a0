"""What was built, and a folder where npm installed it, without Python on PATH."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dist.registry import Registry, manifest_of, serving

ROOT = Path(__file__).parent.parent.parent
CACHE = Path(
    os.environ.get("WORKFLOW_LS_EDITORS_CACHE")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "workflow-ls-editors"
)


@pytest.fixture(autouse=True)
def _asked_for() -> None:
    if "WORKFLOW_LS_DIST" not in os.environ:
        pytest.skip("these test what was built: run make test-dist")


@pytest.fixture(scope="session")
def program() -> Path:
    """The program whole."""
    return ROOT / "dist" / "program" / "workflow-ls" / "workflow-ls"


@pytest.fixture(scope="session")
def path_without_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PATH: Node, npm and the shell that npm starts."""
    folder = tmp_path_factory.mktemp("bin")
    for name in ("node", "npm", "npx", "sh"):
        found = shutil.which(name)
        assert found is not None, name
        (folder / name).symlink_to(Path(found).resolve())
    assert shutil.which("python3", path=str(folder)) is None
    return folder


@pytest.fixture(scope="session")
def tarballs() -> list[Path]:
    """The packed packages: workflow-ls, and that of this platform."""
    found = sorted((ROOT / "dist" / "npm").glob("*.tgz"))
    assert len(found) == 2, found
    return found


@pytest.fixture(scope="session")
def platforms() -> dict[str, dict[str, str]]:
    """The platforms that have a package, as npm names them."""
    script = "import('./npm/platforms.mjs').then(({PLATFORMS}) => console.log(JSON.stringify(PLATFORMS)))"
    told = subprocess.run(["node", "-e", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found: dict[str, dict[str, str]] = json.loads(told)
    return found


@pytest.fixture(scope="session")
def registry(tarballs: list[Path], platforms: dict[str, dict[str, str]]) -> Iterator[Registry]:
    """A registry with all packages; those of other platforms can't be downloaded."""
    others: list[dict[str, Any]] = []
    version = manifest_of(tarballs[0])["version"]
    for name, platform in platforms.items():
        keys: dict[str, Any] = {key: [platform[key]] for key in ("os", "cpu", "libc") if key in platform}
        others.append({"name": f"@workflow-ls/{name}", "version": version, **keys})
    with serving(Registry(tarballs, others)) as found:
        yield found


class Installed:
    """A folder with package.json, where npm installed workflow-ls."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        """Start with a folder that exists, and all that is in the environment."""
        self.folder, self.environment = folder, environment

    def run(self, *command: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program there to its end; nothing but `environment` is inherited."""
        program = shutil.which(command[0], path=self.environment["PATH"]) or command[0]
        environment = {**self.environment, **options.pop("env", {})}
        settings: dict[str, Any] = {"stdin": subprocess.DEVNULL, "timeout": 120, **options}
        if "input" in settings:
            del settings["stdin"]
        return subprocess.run(
            [program, *command[1:]],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            **settings,
        )

    def files(self) -> set[str]:
        """The packages in node_modules."""
        modules = self.folder / "node_modules"
        found = [path.parent.relative_to(modules).as_posix() for path in modules.glob("**/package.json")]
        return set(found)


@pytest.fixture
def empty(tmp_path: Path, path_without_python: Path, registry: Registry) -> Installed:
    """An empty folder, and npm with the registry."""
    environment = {
        "PATH": str(path_without_python),
        "HOME": str(tmp_path / "home"),
        "npm_config_registry": registry.url,
        "npm_config_cache": str(tmp_path / "cache"),
        "npm_config_update_notifier": "false",
    }
    (tmp_path / "home").mkdir()
    (tmp_path / "project").mkdir()
    return Installed(tmp_path / "project", environment)


@pytest.fixture(scope="session")
def modules(
    tmp_path_factory: pytest.TempPathFactory, path_without_python: Path, registry: Registry
) -> Path:
    """A node_modules folder with workflow-ls, installed once."""
    home = tmp_path_factory.mktemp("installed")
    environment = {"PATH": str(path_without_python), "HOME": str(home), "npm_config_registry": registry.url}
    npm = path_without_python / "npm"
    subprocess.run([npm, "install", "-D", "workflow-ls"], cwd=home, env=environment, check=True, capture_output=True)
    return home / "node_modules"


@pytest.fixture
def installed(empty: Installed, modules: Path) -> Installed:
    """A folder of its own with workflow-ls in node_modules."""
    shutil.copytree(modules, empty.folder / "node_modules", symlinks=True)
    return empty


def _nodes() -> list[Any]:
    newer = CACHE / "node" / "only" / "node"
    without = pytest.mark.skipif(not newer.exists(), reason="Node 24 is missing: make test-vscode sets it up")
    return [pytest.param("node", id="node"), pytest.param(str(newer), id="node-24", marks=without)]


@pytest.fixture(params=_nodes())
def shim(request: pytest.FixtureRequest, installed: Installed) -> list[str]:
    """The command that npx runs, with each Node: one starts the program, a newer one becomes it."""
    node = shutil.which(request.param, path=installed.environment["PATH"])
    assert node is not None
    return [node, str(installed.folder / "node_modules" / "workflow-ls" / "bin" / "workflow-ls.js")]
