"""What the program whole is built without is imported by nothing, and its entry leaves the environment as it was."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tools.program.entry import restore
from tools.program.left_out import LEFT_OUT

IMPORT_ALL = """
import sys
left_out = set(sys.argv[1].split())
class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name in left_out or name.partition(".")[0] in left_out:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
for name in left_out & set(sys.modules):
    del sys.modules[name]
sys.meta_path.insert(0, Refusing())
import importlib, pkgutil, workflow_ls
for module in pkgutil.walk_packages(workflow_ls.__path__, "workflow_ls."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
import hashlib
hashlib.sha256(b"").hexdigest(), hashlib.blake2b(b"").hexdigest(), hashlib.sha1(b"").hexdigest()
"""


@pytest.mark.slow
def test_nothing_that_is_left_out_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, " ".join(LEFT_OUT)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("started", "wanted"),
    [
        ({"LD_LIBRARY_PATH": "/p/_internal"}, {}),
        ({"LD_LIBRARY_PATH": "/p/_internal:/opt", "LD_LIBRARY_PATH_ORIG": "/opt"}, {"LD_LIBRARY_PATH": "/opt"}),
        ({"LD_LIBRARY_PATH": "/opt"}, {"LD_LIBRARY_PATH": "/opt"}),  # where the bootloader sets none
        ({"_PYI_ARCHIVE_FILE": "/p/workflow-ls", "_PYI_PARENT_PROCESS_LEVEL": "1"}, {}),
    ],
)
def test_the_environment_is_as_it_was(started: dict[str, str], wanted: dict[str, str]) -> None:
    environment = {"PATH": "/bin", **started}
    restore(environment, "/p/_internal")
    assert environment == {"PATH": "/bin", **wanted}
