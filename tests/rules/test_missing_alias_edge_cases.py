"""missing-alias: which file is edited, what counts as right already, and how a new alias is written."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Diagnostic

RULES = {"missing-alias"}
BOTH = '"@alga-psa/workflows": ["ee/packages/workflows/src"], "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]'


def server(options: str) -> str:
    """The server's configuration with these compiler options."""
    return f'//- /server/tsconfig.json\n{{ "compilerOptions": {{ {options} }} }}'


def below_root(paths: str) -> str:
    """Compiler options with path aliases that start at the root."""
    return f'"baseUrl": "..", "paths": {{ {paths} }}'


def finding(text: str, path: str, *, base: str = SOUND) -> Diagnostic:
    (found,) = Analysis(open_project(text, base=base)[1], RULES).check_file(path)
    return found


def edited(text: str, path: str) -> str:
    """The file that the fix of a finding at `path` edits."""
    found = finding(text, path)
    assert found.fix is not None
    (edit,) = found.fix.files
    return edit.path


def test_an_alias_that_names_the_files_ending_leads_there_too() -> None:
    paths = '"@alga-psa/workflows": ["ee/packages/workflows/src"], "@alga-psa/workflows/*": ["ee/packages/workflows/src/*.ts"]'
    check_diagnostics(server(below_root(paths)), base=SOUND, rules=RULES)


@pytest.mark.parametrize("target", ["ee/packages/workflows/src-old", "ee/packages/workflows/src/runtime", "nothing/*"])
def test_what_only_begins_like_the_right_place_is_another(target: str) -> None:
    paths = BOTH.replace('"ee/packages/workflows/src"', f'"{target}"')
    found = finding(server(below_root(paths)), "server/tsconfig.json")
    assert found.message == f"the alias `@alga-psa/workflows` leads to {target}, not to ee/packages/workflows/src"


def test_missing_path_is_not_a_package_without_index() -> None:
    base = "//- /ee/packages/workflows/package.json\n{}"
    paths = BOTH.replace('"ee/packages/workflows/src"', '"x"')
    found = finding(server(below_root(paths)), "server/tsconfig.json", base=base)
    assert found.message == "the alias `@alga-psa/workflows` leads to x, not to ee/packages/workflows/src"


def test_the_right_path_is_right_whatever_is_there() -> None:
    base = "//- /ee/packages/workflows/package.json\n{}"
    check_diagnostics(server(below_root(BOTH)), base=base, rules=RULES)


def test_without_paths_topmost_listed_config_is_edited() -> None:
    text = """
    //- /tsconfig.base.json
    { "compilerOptions": { "strict": true } }
    //- /server/tsconfig.json
    { "extends": "../tsconfig.base.json" }
    //- /ee/server/tsconfig.json
    { "extends": "../../server/tsconfig.json" }
    """
    for path in ("tsconfig.base.json", "server/tsconfig.json", "ee/server/tsconfig.json"):
        assert edited(text, path) == "tsconfig.base.json"


def test_without_paths_a_file_that_is_not_listed_stays_as_it_is() -> None:
    text = """
    //- /server/tsconfig.json
    { "extends": "../configs/strict.json" }
    //- /configs/strict.json
    { "compilerOptions": { "strict": true } }
    """
    assert edited(text, "server/tsconfig.json") == "server/tsconfig.json"


def test_alias_not_added_upstream_when_it_would_be_shadowed() -> None:
    text = """
    //- /tsconfig.base.json
    { "compilerOptions": { "strict": true } }
    //- /paths.json
    { "compilerOptions": { "paths": { "z": ["./z"] } } }
    //- /server/tsconfig.json
    { "extends": "../tsconfig.base.json" }
    //- /ee/server/tsconfig.json
    { "extends": ["../../paths.json", "../../tsconfig.base.json"] }
    """
    assert edited(text, "server/tsconfig.json") == "server/tsconfig.json"
    assert edited(text, "ee/server/tsconfig.json") == "paths.json"
    found = finding(text, "tsconfig.base.json")
    assert found.reason == (
        "no targets in tsconfig.base.json are right for both tsconfig.base.json and ee/server/tsconfig.json. "
        "Edit both files by hand."
    )
    assert [(place.path, place.message) for place in found.related] == [
        ("ee/server/tsconfig.json", "resolves them differently")
    ]


def test_an_import_that_would_be_lost_is_pointed_at() -> None:
    text = """
    //- /tsconfig.json
    { "compilerOptions": { "baseUrl": ".", "paths": { "@alga-psa/workflows/*": ["x/*"] } } }
    //- /x/only-there.ts
    export const a = 1;
    //- /packages/a/a.ts
    import { a } from '@alga-psa/workflows/only-there';
    """
    (place,) = finding(text, "tsconfig.json").related
    assert (place.path, place.message) == ("packages/a/a.ts", "this import depends on the alias as it is")
    assert place.span == (19, 49)


def test_without_paths_targets_are_relative_to_the_base_url() -> None:
    check_fix(server('"baseUrl": ".."'), server(f'"baseUrl": "..", "paths": {{ {BOTH} }}'), base=SOUND)


def test_a_base_url_outside_stands_in_the_way_without_paths_too() -> None:
    found = finding(server('"baseUrl": "../.."'), "server/tsconfig.json")
    assert found.fix is None
    assert found.reason == "`baseUrl` is outside the workspace. Add the aliases by hand."


@pytest.mark.parametrize(
    ("neighbours", "lead"),
    [
        (["./a"], "./"),
        (["a"], ""),
        (["./a", "b"], ""),
        (["./a", "./b", "c"], "./"),
        # Those that could not do without what they begin with say nothing.
        (["../a", "../b", "c"], ""),
        (["./a", "../b"], "./"),
        (["./a", "/b"], "./"),
        (["./a", "${configDir}/b"], "./"),
        (["../a"], ""),
    ],
)
def test_alias_target_has_the_prefix_of_most_neighbours(neighbours: list[str], lead: str) -> None:
    listed = ", ".join(f'"z{at}": ["{target}"]' for at, target in enumerate(neighbours))
    new = BOTH.replace('"ee/', f'"{lead}ee/')
    check_fix(server(below_root(listed)), server(below_root(f"{new}, {listed}")), base=SOUND)


@pytest.mark.parametrize(
    ("paths", "after"),
    [
        (
            '"@alga-psa/workflows": ["x"], "a": ["b"], "@shared/workflow": ["s"]',
            f'{BOTH}, "a": ["b"]',
        ),
        # A sorted place that no legacy key is next to.
        (
            '"@a": ["b"], "@shared/workflow": ["s"], "a": ["b"], "c": ["d"]',
            f'"@a": ["b"], {BOTH}, "a": ["b"], "c": ["d"]',
        ),
    ],
)
def test_new_keys_beside_legacy_ones(paths: str, after: str) -> None:
    check_fix(server(below_root(paths)), server(below_root(after)), base=SOUND)
