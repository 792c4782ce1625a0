"""Packages that are built into a folder which nothing leads back from: they are named, with what to write."""

from __future__ import annotations

import json

import pytest

from tests.mapping.proposals import open_repository, proposal_for, told_homeless, told_rows
from workflow_ls.config.settings import load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.mapping.inference import infer
from workflow_ls.project.configuration.members import member_lookup
from workflow_ls.project.workspace import Workspace
from workflow_ls.reporters.mapping.row_proposals import render_text

MONEY = "export function total(): number {\n  return 1 + 2;\n}\n"
USER = (
    "//- /apps/shop/src/basket.ts\nimport { total } from '@acme/kit/money';\ntotal();\n"
    f"//- /packages/kit/src/money.ts\n{MONEY}"
)


def sums(exports: str, path: str = "src/index.ts", body: str = MONEY) -> str:
    manifest = f'{{ "name": "@acme/sums", "exports": {exports} }}'
    return f"//- /packages/sums/package.json\n{manifest}\n//- /packages/sums/{path}\n{body}"


BUILT = sums('{ ".": { "types": "./artifacts/types/index.d.ts", "default": "./artifacts/index.js" } }')


@pytest.mark.parametrize(
    "text",
    [
        sums('"./src/index.ts"'),
        sums('"./dist/index.js"'),
        sums('"./artifacts/never.js"'),
        sums('"./artifacts/index.js"', body="export const other = 1;\n"),
        sums('"./artifacts/index.js"') + "//- /packages/sums/artifacts/index.js\nexports.total = 1;\n",
        sums('"./artifacts/index.js"')
        + '//- /packages/sums/tsconfig.json\n{ "compilerOptions": { "outDir": "artifacts", "rootDir": "src" } }\n',
    ],
    ids=["a source", "a usual folder", "no such source", "another name", "it is built", "a tsconfig tells"],
)
def test_what_is_known_is_not_asked_for(text: str) -> None:
    assert proposal_for(USER + text).unknown == ()


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        (BUILT, {"name": "@acme/sums", "directory": "packages/sums", "output": "artifacts/types"}),
        (
            sums('"./artifacts/index.js"', "index.ts"),
            {"name": "@acme/sums", "directory": "packages/sums", "sources": ".", "output": "artifacts"},
        ),
        (
            sums('{ "types": "./typings/main.d.ts" }', "src/main.ts"),
            {"name": "@acme/sums", "directory": "packages/sums", "output": "typings"},
        ),
    ],
)
def test_what_to_write_is_told(text: str, entry: dict[str, str]) -> None:
    proposal = proposal_for(USER + text)
    assert told_homeless(proposal) == ["total of @acme/kit/money"]
    told = render_text([proposal])
    assert "Not searched, since nothing shows from which sources they are built.\n" in told
    assert f"  {json.dumps(entry)}\n" in told


def test_with_it_the_package_is_a_home() -> None:
    config = {
        "replaceModules": True,
        "legacy": {"roots": ["@acme/kit"], "tree": "packages/kit/src"},
        "packages": [{"name": "@acme/sums", "directory": "packages/sums", "output": "artifacts/types"}],
        "modules": [],
    }
    manifest = sums('{ ".": { "types": "./artifacts/types/index.d.ts" }, "./*": "./artifacts/types/*.js" }')
    workspace = open_repository(f"{USER}{manifest}//- /packages/sums/src/money.ts\n{MONEY}")
    files = workspace.files.untracked
    base = builtin_table()
    text = json.dumps(config).encode()
    loaded = load_config(text, base=base, rules=frozenset(), members=member_lookup(files, base))
    assert not loaded.problems
    proposal = infer(Workspace(files, loaded.table, loaded.settings), None)
    assert told_rows(proposal) == ["@acme/kit/money -> @acme/sums/money (copy, 100 % of lines)"]
    assert (proposal.after, proposal.references, proposal.unknown) == (1, 1, ())
