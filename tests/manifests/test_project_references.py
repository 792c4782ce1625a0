"""References between TypeScript projects that a rewrite brings along."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.checks import fix_project, open_project
from workflow_ls.analysis import Analysis

BASE = """
//- /workflow-ls.json
{ "replaceModules": true, "canonical": { "name": "@acme/flows", "directory": "libs/flows" }, "tsconfigs": [],
  "legacy": { "roots": ["@acme/old"], "tree": "libs/old" },
  "modules": [{ "from": "@acme/old/*", "to": ["@acme/flows/*"] }] }
//- /libs/flows/package.json
{ "name": "@acme/flows", "exports": { "./*": "./src/*.ts" } }
//- /libs/flows/src/clock.ts
export const now = 0;
//- /libs/old/clock.ts
export const now = 0;
//- /libs/old/tsconfig.json
{ "compilerOptions": { "composite": true } }
//- /web/package.json
{ "name": "web", "dependencies": { "@acme/flows": "*" } }
//- /web/src/page.ts
import { now } from '@acme/old/clock';
export const page = now;
"""
COMPOSITE = {"compilerOptions": {"composite": True}}
FLOWS = "libs/flows/tsconfig.json"
WEB = "web/tsconfig.json"
OLD = {"path": "../libs/old"}


def fixed(configs: dict[str, Any], path: str = WEB, others: str = "") -> str:
    """The text of a configuration after a fix; texts and data for the others."""
    texts = {name: data if isinstance(data, str) else json.dumps(data, indent=2) for name, data in configs.items()}
    project = BASE + others + "".join(f"//- /{name}\n{text}\n" for name, text in texts.items())
    after = fix_project(open_project(project, base="")[1], None)
    assert "web/src/page.ts" in after
    return after.get(path, texts[path].encode()).decode().rstrip("\n")


def paths(text: str) -> list[str]:
    return [item["path"] for item in json.loads(text).get("references", [])]


@pytest.mark.parametrize(
    ("web", "expected"),
    [
        ({**COMPOSITE, "references": [OLD]}, ["../libs/old", "../libs/flows"]),
        (COMPOSITE, ["../libs/flows"]),
        ({**COMPOSITE, "references": []}, ["../libs/flows"]),
        # An application that only builds in order is not composite itself.
        ({"include": ["src"], "references": [OLD]}, ["../libs/old", "../libs/flows"]),
        (
            {**COMPOSITE, "references": [{"path": "../libs/old/tsconfig.json"}]},
            ["../libs/old/tsconfig.json", "../libs/flows/tsconfig.json"],
        ),
        # None is needed.
        ({"include": ["src"]}, []),
        ({**COMPOSITE, "references": [{"path": "../libs/flows"}]}, ["../libs/flows"]),
        ({**COMPOSITE, "references": [{"path": "../libs/flows/tsconfig.json"}]}, ["../libs/flows/tsconfig.json"]),
        ({**COMPOSITE, "include": ["src", "../libs/**/*"]}, []),
    ],
)
def test_the_project_of_the_target_is_referenced(web: dict[str, Any], expected: list[str]) -> None:
    assert paths(fixed({WEB: web, FLOWS: COMPOSITE})) == expected


def test_composite_is_inherited_and_references_are_not() -> None:
    base = {**COMPOSITE, "references": [{"path": "./libs/flows"}]}
    child = {"extends": "../tsconfig.base.json"}
    configs = {"tsconfig.base.json": base, WEB: child, FLOWS: {"extends": "../../tsconfig.base.json"}}
    assert paths(fixed(configs)) == ["../libs/flows"]


def test_a_reference_of_a_reference_suffices() -> None:
    old = {**COMPOSITE, "references": [{"path": "../flows"}]}
    configs = {WEB: {**COMPOSITE, "references": [OLD]}, "libs/old/tsconfig.json": old, FLOWS: COMPOSITE}
    assert paths(fixed(configs)) == ["../libs/old"]


def test_the_project_that_contains_the_file_gets_it() -> None:
    configs = {
        WEB: {"files": [], "references": [{"path": "./tsconfig.app.json"}, {"path": "./tsconfig.spec.json"}]},
        "web/tsconfig.app.json": {**COMPOSITE, "include": ["src/**/*.ts"], "references": [OLD]},
        "web/tsconfig.spec.json": {**COMPOSITE, "include": ["test/**/*.ts"]},
        FLOWS: {"files": [], "references": [{"path": "./tsconfig.lib.json"}]},
        "libs/flows/tsconfig.lib.json": {**COMPOSITE, "include": ["src"]},
    }
    assert paths(fixed(configs, "web/tsconfig.app.json")) == ["../libs/old", "../libs/flows/tsconfig.lib.json"]
    assert "flows" not in fixed(configs, "web/tsconfig.spec.json")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[{"path": "../libs/old"}]', '[{"path": "../libs/old"}, {"path": "../libs/flows"}]'),
        ('[{"path": "../libs/old"},]', '[{"path": "../libs/old"}, {"path": "../libs/flows"},]'),
        ('[\n\t\t{ "path": "../libs/old" } // old\n\t]', '[\n\t\t{ "path": "../libs/old" }, // old\n\t\tNEW\n\t]'),
        ('[\n\t\t{ "path": "../libs/old" }, // old\n\t]', '[\n\t\t{ "path": "../libs/old" }, // old\n\t\tNEW,\n\t]'),
        ("[]", '[{"path": "../libs/flows"}]'),
    ],
)
def test_it_is_written_as_its_neighbours_are(before: str, after: str) -> None:
    text = '{\n\t"compilerOptions": {"composite": true},\n\t"references": LIST\n}'
    written = fixed({WEB: text.replace("LIST", before), FLOWS: COMPOSITE})
    assert written == text.replace("LIST", after.replace("NEW", '{ "path": "../libs/flows" }'))


@pytest.mark.parametrize(
    ("flows", "reason"),
    [
        (None, "libs/flows/src/clock.ts is in no composite project"),
        ({"include": ["src"]}, "libs/flows/src/clock.ts is in no composite project"),
        (
            {**COMPOSITE, "references": [{"path": "../../web"}]},
            "the project libs/flows/tsconfig.json references web/tsconfig.json in turn",
        ),
    ],
)
def test_a_composite_project_that_could_not_take_it_in_stays(flows: dict[str, Any] | None, reason: str) -> None:
    web = {**COMPOSITE, "references": [OLD]}
    text = f"{BASE}//- /{WEB}\n{json.dumps(web)}\n" + (f"//- /{FLOWS}\n{json.dumps(flows)}\n" if flows else "")
    workspace = open_project(text, base="")[1]
    (finding,) = Analysis(workspace, {"deprecated-import"}).check_file("web/src/page.ts")
    assert finding.fix is None
    assert finding.reason is not None
    assert f"the project {WEB} is composite, and can't take in the target: {reason}. " in finding.reason


def test_what_fails_already_is_no_obstacle() -> None:
    assert paths(fixed({WEB: COMPOSITE, FLOWS: {"include": ["src"]}})) == []
