"""Which files a configuration governs: those of the folder that its tool is run in."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, open_project
from workflow_ls.project.builds.build_files import BuildFiles

ALIAS = "export default {{ {}resolve: {{ alias: {{ flow: '{}' }} }} }};"
CONFIG = ALIAS.format("", "/x")


def governing(text: str, directory: str) -> list[str]:
    _, workspace = open_project(f"//- /package.json\n{{}}\n{text}", base="")
    return list(workspace.component(BuildFiles).governing(directory))


def runner(text: str, directory: str) -> str | None:
    _, workspace = open_project(f"//- /package.json\n{{}}\n{text}", base="")
    return workspace.component(BuildFiles).runner(directory)


@pytest.mark.parametrize(
    ("path", "more", "directory"),
    [
        ("vite.config.ts", "", "apps/web/src"),
        ("apps/web/vite.config.ts", '//- /apps/web/package.json\n{ "name": "web" }', "apps/web/src"),
        ("apps/web/vite.config.ts", "//- /apps/web/project.json\n{}", "apps/web/src"),
        ("apps/web/vite.config.ts", "//- /apps/web/index.html\n<p>", "apps/web/lib"),
        ("apps/web/webpack.config.js", "//- /apps/web/tsconfig.json\n{}", "apps/web"),
        ("apps/web/.storybook/main.ts", "//- /apps/web/project.json\n{}", "apps/web/src"),
        ("apps/web/config/vite.config.ts", '//- /apps/web/package.json\n{ "name": "web" }', "apps/web/src"),
        (
            "tools/vitest.config.ts",
            '//- /apps/web/package.json\n{ "name": "web", "scripts": { "t": "vitest --config ../../tools/vitest.config.ts" } }',
            "apps/web/src",
        ),
        (
            "tools/webpack.config.js",
            '//- /apps/web/package.json\n{ "name": "web", "scripts": { "b": "x=1 webpack -c ../../tools/webpack.config.js && echo" } }',
            "apps/web/src",
        ),
        (
            "tools/vite.config.ts",
            '//- /apps/web/project.json\n{ "targets": { "build": { "options": { "configFile": "tools/vite.config.ts" } } } }',
            "apps/web/src",
        ),
        (
            "tools/vite.config.ts",
            '//- /apps/web/project.json\n{ "targets": { "t": { "options": { "config": "{workspaceRoot}/tools/vite.config.ts" } } } }',
            "apps/web/src",
        ),
    ],
)
def test_it_governs_the_folder_of_its_tool(path: str, more: str, directory: str) -> None:
    assert governing(f"//- /{path}\n{CONFIG}\n{more}", directory) == [path]


@pytest.mark.parametrize(
    "option", ["root: '../apps/web', ", "root: __dirname + '/../apps/web', ", "test: { root: '../apps/web' }, "]
)
def test_it_may_state_its_root(option: str) -> None:
    text = f"//- /tools/vite.config.ts\n{ALIAS.format(option, '/x')}\n//- /apps/web/src/a.ts\n1;"
    assert governing(text, "apps/web/src") == ["tools/vite.config.ts"]
    assert governing(text, "lib") == []


def test_a_project_is_not_governed_by_that_of_another() -> None:
    text = f"//- /apps/web/vite.config.ts\n{CONFIG}\n//- /apps/web/project.json\n{{}}\n"
    assert governing(text, "apps/api/src") == []


@pytest.mark.parametrize(
    "command", ["vitest --config tools/vitest.config.ts", "vitest run -c ./tools/vitest.config.ts"]
)
def test_the_runner_of_a_script_counts(command: str) -> None:
    manifest = f'//- /apps/web/package.json\n{{ "name": "web", "scripts": {{ "t": "{command}" }} }}\n'
    config = f"//- /apps/web/tools/vitest.config.ts\n{CONFIG}\n"
    assert runner(config + manifest, "apps/web/src") == "apps/web/tools/vitest.config.ts"
    assert runner(config, "apps/web/src") is None


def test_an_alias_of_a_project_without_a_manifest_is_followed() -> None:
    check_diagnostics(
        """
        //- /apps/web/project.json
        {}
        //- /apps/web/vite.config.ts
        export default { resolve: { alias: { flow: '../../shared/workflow' } } };
                                             ^^^^ deprecated-alias
        //- /apps/web/src/a.ts
        import { client } from 'flow/runtime/client';
                                ^^^^^^^^^^^^^^^^^^^ deprecated-import
        """,
        rules={"deprecated-import", "deprecated-alias"},
    )


@pytest.mark.parametrize("own", ["", "//- /apps/api/jest.config.js\nmodule.exports = { rootDir: '../..' };\n"])
def test_it_governs_its_own_folder_however_far_its_root_is(own: str) -> None:
    config = "module.exports = { rootDir: '../..', moduleNameMapper: { '^flow$': '/x' } };"
    text = f'//- /apps/web/package.json\n{{ "name": "web" }}\n//- /apps/web/jest.config.js\n{config}\n{own}'
    assert governing(text, "apps/web/src") == ["apps/web/jest.config.js"]
    assert governing(text, "apps/api/src") == ([] if own else ["apps/web/jest.config.js"])
