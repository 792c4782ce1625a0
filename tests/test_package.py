"""The wheel and the source distribution, as a user installs them."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from workflow_ls import __version__
from workflow_ls.rules import CODES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
CARRIED = (
    "workflow_ls/config/table.json",
    "workflow_ls/config/table.schema.json",
    "workflow_ls/config/settings.schema.json",
    "workflow_ls/py.typed",
    *(f"workflow_ls/rules/pages/{code}.md" for code in CODES),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", out, ROOT], check=True, capture_output=True)
    return out


def test_the_wheel_carries_its_data(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    assert set(CARRIED) <= set(names)
    assert all(name.startswith(("workflow_ls/", f"workflow_ls-{__version__}.dist-info/")) for name in names)


def test_the_source_distribution_carries_its_data(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {*CARRIED, "README.md", "LICENSE", "tests/test_package.py", "examples/monorepo/README.md"} <= names


def test_the_wheel_works_in_a_fresh_environment(built: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    wheel = str(next(built.glob("*.whl")))
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel]
    subprocess.run(install, check=True)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a.ts").write_text("import { x } from '@shared/workflow/runtime';\n")
    tool = tmp_path / "venv" / "bin" / "workflow-ls"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([tool, *arguments], cwd=tmp_path / "work", capture_output=True, text=True, check=False)

    assert run("--version").stdout == f"workflow-ls {__version__}\n"
    assert run("explain", "deprecated-import").stdout.startswith("deprecated-import")
    checked = run("check")
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "→ '@alga-psa/workflows/runtime'" in checked.stdout
    assert run("fix").returncode == 0
    assert (tmp_path / "work" / "a.ts").read_text() == "import { x } from '@alga-psa/workflows/runtime';\n"
