"""What bundles leave out, as the tools themselves do: tests/conformance/test_bundles.py asks them."""

from __future__ import annotations

import pytest

from tests.project.builds.bundle_cases import LINKS, SPECIFIERS, TREE, Case, cases
from workflow_ls.config.settings import Settings
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.builds.bundles.bundle_files import BundleFiles
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import MemoryFiles


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: f"{case.tool}: {case.text.splitlines()[-1][:60]}")
def test_what_a_bundle_leaves_out(case: Case) -> None:
    workspace = Workspace(MemoryFiles({**TREE, case.path: case.text}, LINKS), builtin_table(), Settings())
    bundles = workspace.component(BundleFiles)
    found = bundles.of(case.path)
    left = {
        specifier
        for specifier in SPECIFIERS
        if any(bundles.decide(bundle, specifier, "src/main.ts", None).leaves is not False for bundle in found)
    }
    # What a build for a server leaves out by itself is JavaScript, which Node can load.
    assert left == case.left - ({"pkg"} if "ssr:" in case.text else set())
