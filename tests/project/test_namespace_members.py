"""What a module exports that another one declares inside a namespace."""

from __future__ import annotations

import pytest

from tests.project.rows_namespaces import FILES, ROWS
from tests.project.workspaces import workspace_of
from workflow_ls.project.exports.module_exports import Meaning

MEANINGS = {Meaning(value=True, type=False): "value", Meaning(value=False, type=True): "type"}


def exported(text: str, **others: str) -> tuple[str, ...]:
    """The names that a module exports, each with its meanings and the file that declares it."""
    exports = workspace_of({**FILES, **others, "module.ts": text}).exports.exports("module.ts")
    return tuple(
        f"{name} {MEANINGS.get(meaning, 'both')} {exports.origins[name].path}"
        for name, meaning in exports.names.items()
    )


@pytest.mark.parametrize(("text", "names"), ROWS, ids=[text for text, _ in ROWS])
def test_members_of_imported_namespaces(text: str, names: tuple[str, ...]) -> None:
    assert exported(text) == names


def test_a_module_that_is_not_there_may_have_any_member() -> None:
    assert exported("import { N } from './none'; export import a = N.b;") == ("a both ./none",)


def test_modules_that_name_members_of_each_other() -> None:
    text = "import { back2 } from './round'; export import back = back2.X; export * from './round';"
    assert exported(text) == ()


def test_an_edit_in_the_namespace_changes_what_others_export() -> None:
    text = "import { Codes } from './shop'; export import a = Codes.first;"
    renamed = FILES["shop.ts"].replace("const first", "type first")
    assert exported(text, **{"shop.ts": renamed}) == ("a type shop.ts",)
