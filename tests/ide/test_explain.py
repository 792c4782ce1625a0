"""Where a specifier goes, candidate by candidate, for a file that uses it, for one that does not, and for none."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.ide.explanation import Explanation, explain
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rewrite.target import CORE_WITHOUT_EE, Target

CLIENT = "@shared/workflow/runtime/client"


def explained(specifier: str, importer: str | None, text: str = "") -> Explanation | None:
    return explain(open_project(text)[1].component(TargetResolver), specifier, importer)


@pytest.mark.parametrize("specifier", ["@alga-psa/workflows/runtime", "./client", "vitest", "@shared/workflows"])
def test_what_is_not_legacy_has_no_explanation(specifier: str) -> None:
    assert explained(specifier, None) is None


@pytest.mark.parametrize("importer", [None, "packages/a/a.ts", "packages/a/gone.ts"])
def test_without_a_use_it_is_a_namespace_import(importer: str | None) -> None:
    found = explained(CLIENT, importer, "//- /packages/a/a.ts\nexport {};")
    assert found is not None
    (use,) = found.uses
    assert isinstance(use.target, Target)
    assert (use.names, use.span, use.target.status.value) == (("*",), None, "verified")
    assert use.target.replacements == ("@alga-psa/workflows/runtime/client",)
    assert found.module == "runtime/client"


def test_the_place_of_the_importer_counts_without_a_use_too() -> None:
    found = explained(CLIENT, "shared/lib/a.ts")
    assert found is not None
    assert found.uses[0].target == CORE_WITHOUT_EE


def test_each_use_of_a_file_is_told() -> None:
    text = (
        f"//- /packages/a/a.ts\nimport {{ client }} from '{CLIENT}';\nimport '@shared/workflow/runtime';\n"
        f"export {{ nothing }} from '{CLIENT}';\n"
        "//- /shared/workflow/runtime/client.ts\nexport const client = 1, nothing = 2;"
    )
    found = explained(CLIENT, "packages/a/a.ts", text)
    assert found is not None
    assert [(use.names, use.target.status.value) for use in found.uses] == [
        (("client",), "verified"),
        (("nothing",), "blocked"),
    ]


def test_a_module_that_is_gone_exports_nothing() -> None:
    found = explained("@shared/workflow/gone", None)
    assert found is not None
    assert (found.path, found.exports) == (None, 0)
