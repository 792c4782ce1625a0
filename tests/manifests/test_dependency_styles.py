"""Versions that the package manager of the workspace can install."""

from __future__ import annotations

import json

import pytest

from tests.checks import fix_project, open_project

TABLE = """
//- /workflow-ls.json
{ "replaceModules": true, "canonical": { "name": "@acme/flows", "directory": "libs/flows" },
  "legacy": { "roots": ["@acme/old-flows"], "tree": "libs/old" },
  "modules": [{ "from": "@acme/old-flows/*", "to": ["@acme/flows/*"] }] }
//- /libs/old/clock.ts
export const now = () => 0;
//- /libs/flows/src/clock.ts
export const now = () => 0;
//- /services/billing/src/due.ts
import { now } from '@acme/old-flows/clock';
export const due = now();
//- /libs/core/package.json
{ "name": "@acme/core", "version": "1.4.0" }
"""

NPM = '//- /package.json\n{ "workspaces": ["libs/*", "services/*"] }\n//- /package-lock.json\n{}\n'
PNPM = """//- /package.json
{ "packageManager": "pnpm@9.12.0" }
//- /pnpm-workspace.yaml
packages:
  # ours
  - 'libs/*'
  - services/*   # deployed
catalog:
  zod: ^3
"""
PNPM_8 = PNPM.replace("9.12.0", "8.15.0")
PNPM_LINKING = (
    "//- /package.json\n{}\n//- /.npmrc\nlink-workspace-packages=deep\n"
    '//- /pnpm-workspace.yaml\n"packages": ["libs/*",\n  \'services/*\']\n'
)
YARN = '//- /package.json\n{ "workspaces": { "packages": ["libs/*", "services/*"] } }\n//- /.yarnrc.yml\n\n'
YARN_LOCK = YARN.replace("//- /.yarnrc.yml\n\n", "//- /yarn.lock\n__metadata:\n  version: 8\n")
YARN_1 = YARN.replace("/.yarnrc.yml", "/yarn.lock")
BUN = '//- /package.json\n{ "workspaces": ["libs/*", "services/*"] }\n//- /bun.lock\n{}\n'
DEV_ENGINES = (
    '//- /package.json\n{ "workspaces": ["libs/*", "services/*"],\n'
    '  "devEngines": { "packageManager": { "name": "yarn", "version": "^4.1.0" } } }\n'
)


def version(root: str, neighbour: str = "", *, target: str = "3.1.0", directory: str = "libs/flows") -> str:
    """The version of the new dependency, beside a neighbour's on another package of the workspace."""
    manifest = {"name": "@acme/flows", **({"version": target} if target else {}), "exports": {"./*": "./src/*.ts"}}
    own = {"name": "@acme/billing", **({"dependencies": {"@acme/core": neighbour}} if neighbour else {})}
    text = TABLE.replace("libs/flows", directory) + root
    text += f"//- /{directory}/package.json\n{json.dumps(manifest)}\n"
    text += f"//- /services/billing/package.json\n{json.dumps(own)}\n"
    fixed = fix_project(open_project(text, base="")[1], None)
    return str(json.loads(fixed["services/billing/package.json"])["dependencies"]["@acme/flows"])


@pytest.mark.parametrize(
    ("root", "written"),
    [
        (NPM, "*"),
        (PNPM, "workspace:*"),
        (PNPM_8, "workspace:*"),
        (PNPM_LINKING, "workspace:*"),
        (YARN, "workspace:*"),
        (YARN_LOCK, "workspace:*"),
        (DEV_ENGINES, "workspace:*"),
        (YARN_1, "*"),
        (BUN, "workspace:*"),
    ],
)
def test_without_a_model_it_is_what_the_manager_links(root: str, written: str) -> None:
    assert version(root) == written


@pytest.mark.parametrize(
    ("root", "neighbour", "written"),
    [
        (NPM, "^1.0.0", "^3.1.0"),
        (NPM, "1.4.0", "3.1.0"),
        (NPM, "file:../../libs/core", "file:../../libs/flows"),
        # npm knows neither of these protocols.
        (NPM, "workspace:^", "*"),
        (NPM, "link:../../libs/core", "*"),
        (PNPM, "workspace:^", "workspace:^"),
        (PNPM, "workspace:~1.4.0", "workspace:~"),
        (PNPM, "workspace:../../libs/core", "workspace:../../libs/flows"),
        (PNPM, "link:../../libs/core", "link:../../libs/flows"),
        (PNPM, "workspace:@acme/core@*", "workspace:*"),
        (PNPM, "catalog:", "workspace:*"),
        (PNPM, "catalog:ours", "workspace:*"),
        # pnpm 9 looks such a version up in the registry, unless a setting says otherwise.
        (PNPM, "*", "workspace:*"),
        (PNPM, "^1.0.0", "workspace:*"),
        (PNPM_8, "^1.0.0", "^3.1.0"),
        (PNPM_LINKING, "^1.0.0", "^3.1.0"),
        (YARN, "workspace:^", "workspace:^"),
        (YARN, "workspace:libs/core", "workspace:*"),
        (YARN, "portal:../../libs/core", "portal:../../libs/flows"),
        (YARN, "^1.0.0", "^3.1.0"),
        (YARN_1, "^1.0.0", "^3.1.0"),
        (YARN_1, "workspace:*", "*"),
        (BUN, "workspace:^", "workspace:^"),
        (BUN, "link:../../libs/core", "workspace:*"),
    ],
)
def test_a_model_is_followed_as_far_as_the_manager_can(root: str, neighbour: str, written: str) -> None:
    assert version(root, neighbour) == written


@pytest.mark.parametrize(
    ("root", "neighbour", "target", "written"),
    [
        # Without a version, no range finds it; and `*` finds no prerelease, but for npm.
        (NPM, "^1.0.0", "", "*"),
        (PNPM_LINKING, "^1.0.0", "", "workspace:*"),
        (YARN, "*", "", "workspace:*"),
        # Yarn 1 installs it once it has a version.
        (YARN_1, "^1.0.0", "", "*"),
        (NPM, "*", "2.0.0-beta.1", "*"),
        (YARN, "*", "2.0.0-beta.1", "workspace:*"),
        (YARN_1, "*", "2.0.0-beta.1", "2.0.0-beta.1"),
        (BUN, "*", "", "workspace:*"),
    ],
)
def test_the_target_s_version_must_match(root: str, neighbour: str, target: str, written: str) -> None:
    assert version(root, neighbour, target=target) == written


@pytest.mark.parametrize(
    ("root", "written"),
    [
        (NPM, "file:../../vendor/flows"),
        (PNPM, "link:../../vendor/flows"),
        (PNPM.replace("'libs/*'", "'libs/*'\n  - 'vendor/*'\n  - '!vendor/flows'"), "link:../../vendor/flows"),
        (YARN, "portal:../../vendor/flows"),
        (YARN_1, "link:../../vendor/flows"),
        (BUN, "file:../../vendor/flows"),
        (PNPM.replace("'libs/*'", "'libs/*'\n  - vendor/**"), "workspace:*"),
    ],
)
def test_a_package_outside_the_workspace_is_installed_by_path(root: str, written: str) -> None:
    assert version(root, "workspace:*" if "pnpm" in root else "*", directory="vendor/flows") == written


@pytest.mark.parametrize(
    ("root", "written"),
    [
        (NPM, "file:../../libs/flows"),
        (NPM.replace("//- /package-lock.json\n{}\n", ""), "file:../../libs/flows"),
        (PNPM, "link:../../libs/flows"),
        (YARN, "portal:../../libs/flows"),
    ],
)
def test_members_prove_nothing_for_a_package_beside_them(root: str, written: str) -> None:
    declared = "workspace:*" if "pnpm" in root else "*"
    text = root.replace(', "services/*"', "").replace("  - services/*   # deployed\n", "")
    text += f'//- /libs/other/package.json\n{{ "dependencies": {{ "@acme/flows": "{declared}" }} }}\n'
    assert version(text) == written


def test_a_workspace_below_the_root_has_a_manager_of_its_own() -> None:
    text = (
        TABLE.replace("/libs/", "/js/libs/").replace('"libs/', '"js/libs/').replace("/services/", "/js/services/")
        + '//- /package.json\n{ "name": "all" }\n//- /package-lock.json\n{}\n//- /js/package.json\n{ "name": "js" }\n'
        + "//- /js/pnpm-workspace.yaml\npackages:\n- libs/*\n- ./services/*\n"
        + '//- /js/libs/flows/package.json\n{ "name": "@acme/flows", "exports": { "./*": "./src/*.ts" } }\n'
        + '//- /js/services/billing/package.json\n{ "dependencies": { "@acme/core": "workspace:~" } }\n'
    )
    fixed = fix_project(open_project(text, base="")[1], None)["js/services/billing/package.json"]
    assert json.loads(fixed)["dependencies"]["@acme/flows"] == "workspace:~"
