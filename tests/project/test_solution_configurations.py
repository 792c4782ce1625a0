"""Which configuration of TypeScript is in force for a file, where one passes on to the projects that it references."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, open_project

APP = '{ "include": ["src"], "exclude": ["src/old/**"] }'


@pytest.mark.parametrize(
    ("solution", "others", "path", "found"),
    [
        ('{ "include": ["src"] }', {"tsconfig.app.json": APP}, "web/src/a.ts", "tsconfig.json"),
        ('{ "references": [{ "path": "./tsconfig.app.json" }] }', {"tsconfig.app.json": APP}, "web/src/a.ts", "tsconfig.json"),  # noqa: E501
        ('{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }', {"tsconfig.app.json": APP}, "web/src/a.ts", "tsconfig.app.json"),  # noqa: E501
        ('{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }', {"tsconfig.app.json": APP}, "web/src/old/a.ts", "tsconfig.json"),  # noqa: E501
        ('{ "files": [], "references": [{ "path": "./gone" }, { "path": "./tools" }] }', {"tools/tsconfig.json": "{}"}, "web/tools/deep/a.ts", "tools/tsconfig.json"),  # noqa: E501
        ('{ "files": [], "references": [{ "path": "./tsconfig.node.json" }, { "path": "./tsconfig.app.json" }] }', {"tsconfig.app.json": APP, "tsconfig.node.json": '{ "include": ["vite.config.ts"] }'}, "web/src/a.ts", "tsconfig.app.json"),  # noqa: E501
        ('{ "files": [], "references": [{ "path": "./tsconfig.node.json" }, { "path": "./tsconfig.app.json" }] }', {"tsconfig.app.json": APP, "tsconfig.node.json": '{ "include": ["vite.config.ts"] }'}, "web/vite.config.ts", "tsconfig.node.json"),  # noqa: E501
        ('{ "include": ["src/**/*.ts"], "references": [{ "path": "./tsconfig.test.json" }] }', {"tsconfig.test.json": '{ "include": ["test/**/*"] }'}, "web/test/unit/a.ts", "tsconfig.test.json"),  # noqa: E501
    ],
)  # fmt: skip
def test_the_configuration_in_force(solution: str, others: dict[str, str], path: str, found: str) -> None:
    texts = {"tsconfig.json": solution, **others}
    text = "\n".join(f"//- /web/{name}\n{written}" for name, written in texts.items())
    _, workspace = open_project(text, base="")
    config = workspace.packages.tsconfig_for(path)
    assert config is not None
    assert config.path == f"web/{found}"


def test_an_alias_of_a_referenced_project_is_a_back_door() -> None:
    check_diagnostics(
        """
        //- /packages/a/package.json
        { "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
        //- /packages/a/tsconfig.json
        { "files": [], "references": [{ "path": "./tsconfig.app.json" }] }
        //- /packages/a/tsconfig.app.json
        { "include": ["src"], "compilerOptions": { "paths": { "flow/*": ["../../shared/workflow/*"] } } }
        //- /packages/a/src/a.ts
        import { client } from 'flow/runtime/client';
                                ^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime/client
        """,
        rules={"deprecated-import"},
    )
