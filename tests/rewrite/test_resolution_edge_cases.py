"""TargetResolver where two conditions meet: several packages, modules of which less is known, and what was tried."""

from __future__ import annotations

import pytest

from tests.checks import change, open_project
from tests.rewrite.test_resolution import (
    BARREL,
    LADDER,
    LOADED,
    NEW,
    OLD,
    ONE,
    OWN,
    RULES,
    explained,
    goes,
    ladder,
    tried,
)
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Blocked
from workflow_ls.rewrite.target import cause_of
from workflow_ls.rules.shared.runner import RuleRunner

GONE = "@alga-psa/gone"
ABSENT = f"the package {GONE} is neither in the workspace nor in node_modules"
PACKAGES = f'"packages": [{{ "name": "{GONE}", "directory": "packages/gone", "sources": "src" }}]'
BOTH = "export const a = 1, b = 1;"


def rows(*, to: str = "", names: str = "") -> str:
    """A configuration that knows a package that is not there, with a row for the module, and rows of names."""
    modules = f', "modules": [{{ "from": "{OLD}", "to": [{to}] }}]' if to else ""
    return f'//- /workflow-ls.json\n{{ {PACKAGES}{modules}, "names": [{names}] }}\n'


def places(line: str, base: str) -> list[str]:
    _, workspace = open_project(f"//- /packages/a/a.ts\n{line}\n", base=base)
    (finding,) = Analysis(workspace, RULES).check_file("packages/a/a.ts")
    return [related.path for related in finding.related]


class TestPackagesThatAreNotThere:
    MOVED = f'{{ "module": "{OLD}", "name": "b", "as": "c" }}'
    USE = f"import {{ a, b }} from '{OLD}';"

    def test_one_behind_the_target_is_not_asked(self) -> None:
        base = ladder(legacy=BOTH, one="export const a = 1, c = 1;")
        base += rows(to=f'"{NEW}/streams/x", "{GONE}/x"', names=self.MOVED)
        assert goes(self.USE, base) == [f"{NEW}/streams/x"]
        text = f"//- /packages/a/a.ts\n{self.USE}"
        target = explained(OLD, base, "packages/a/a.ts", text).uses[0].target
        assert (target.status.value, cause_of(target)) == ("verified", None)

    def test_one_before_the_target_leaves_no_doubt(self) -> None:
        # None of the candidates serves `a` and `d` both, so they are tried in the order of the table.
        base = ladder(one="export const a = 1, c = 1;", barrel="export const d = 1;")
        base += rows(to=f'"{GONE}/x", "{NEW}/streams/x", "{NEW}/streams"', names=self.MOVED)
        more = f"//- /packages/a/b.ts\nimport {{ d }} from '{OLD}';"
        _, workspace = open_project(f"//- /packages/a/a.ts\n{self.USE}\n{more}", base=base)
        (finding,) = Analysis(workspace, RULES).check_file("packages/a/a.ts")
        assert (finding.replacement, finding.reason) == (f"{NEW}/streams/x", None)
        assert [related.path for related in finding.related] == [ONE]

    def test_one_behind_a_target_that_fails_is_no_way_out(self) -> None:
        base = ladder(legacy=BOTH, one="export const a = 1;")
        base += rows(to=f'"{NEW}/streams/x", "{GONE}/x"', names=self.MOVED)
        (reason,) = goes(self.USE, base)
        assert reason.startswith(f"`{NEW}/streams/x` does not export `c`")

    def test_what_was_tried_is_kept(self) -> None:
        base = ladder(legacy=BOTH, one="export const a = 1;")
        base += rows(names=f'{{ "module": "{OLD}", "name": "b", "to": "{GONE}/x" }}')
        text = f"//- /packages/a/a.ts\n{self.USE}"
        found = explained(OLD, base, "packages/a/a.ts", text)
        assert cause_of(found.uses[0].target) == Blocked(ABSENT, "install it, and check again")
        assert (f"{GONE}/x", False) in tried(found)

    def test_a_reason_without_an_advice_is_told_without_one(self) -> None:
        base = ladder(legacy="export const a = 1;", one="export const a = 1;")
        base += rows(to=f'"{GONE}/x", "{NEW}/streams/x"')
        (reason,) = goes(f"import {{ a }} from '{OLD}';", base + LOADED, path="packages/a/a.js")
        assert reason.startswith(
            f"{ABSENT}. Install it, and check again. Other candidates: Node runs this file without a build"
        )


class TestRelatedFiles:
    def test_of_a_target_that_other_files_decide(self) -> None:
        assert places(f"import {{ a }} from '{OLD}';", ladder(one="export const a = 1;")) == [ONE]

    def test_split_whose_first_name_passes_second_candidate(self) -> None:
        base = ladder(
            legacy="export const a = 1, b = 1, c = 1;", one="export const b = 1;", barrel="export const a = 1;"
        )
        assert places(f"import {{ a, b }} from '{OLD}';", base) == [BARREL]


@pytest.mark.parametrize(
    "line", ["import * as all from '{}'; use(all);", "vi.mock('{}', f);", "here();\nexport * from '{}';"]
)
def test_opaque_module_is_served_by_exporter_of_used_names(line: str) -> None:
    base = ladder(legacy="const made = { a: 1 };\nexport = made;", one="export {};")
    other = f"//- /packages/a/b.ts\nimport {{ a }} from '{OLD}';"
    (reason,) = goes(line.format(OLD), base, more=other)
    assert reason.startswith(f"`{NEW}/streams/x` does not export `a`")


def test_a_name_in_another_package_has_its_place_told() -> None:
    base = ladder(legacy=BOTH, one=BOTH, barrel=BOTH)
    base += rows(names=f'{{ "module": "{OLD}", "name": "b", "to": "{NEW}/streams" }}')
    assert goes(f"const {{ b }} = await import('{OLD}');", base) == [f"{NEW}/streams"]
    assert goes(f"const {{ a, b }} = await import('{OLD}');", base) == [f"{NEW}/streams/x, {NEW}/streams"]
    (reason,) = goes(f"const {{ a, b = 1 }} = await import('{OLD}');", base)
    assert reason == (
        f"the names of this module moved to different modules (`b` is now in `{NEW}/streams`), and this form can't be split. "
        "Import each name from its module by hand."
    )


def test_mocks_of_a_module_without_a_row() -> None:
    table = (
        '//- /workflow-ls.json\n{ "replaceModules": true, '
        f'"modules": [{{ "from": "@shared/workflow/runtime", "to": ["{NEW}"] }}], '
        f'"names": [{{ "module": "{OLD}", "name": "a", "to": "{NEW}/streams/x" }}] }}\n'
    )
    base = ladder(legacy="export const a = 1;", one="export const a = 1;") + table
    assert goes(f"import {{ a }} from '{OLD}';", base) == [f"{NEW}/streams/x"]


def test_a_path_that_passes_is_not_tried_where_the_package_does() -> None:
    path = f"{OWN}/src/b.ts"
    base = ladder(legacy="export const a = 1;", one="export const a = 1;", barrel="export const a = 1;")
    found = explained(OLD, base, path, f"//- /{path}\nimport {{ a }} from '{OLD}';")
    assert tried(found) == [(f"{NEW}/streams/x", True), (f"{NEW}/streams", True), (NEW, False)]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [("shared/workflow/streams/x.ts", ".."), ("shared/workflow/y.ts", "./index")],
)
def test_the_root_of_the_tree_from_inside(path: str, wanted: str) -> None:
    base = LADDER + "//- /shared/workflow/index.ts\nexport const a = 1;\n"
    assert goes("import { a } from '@shared/workflow';", base, path=path) == [wanted]


def test_the_root_of_the_package_from_inside() -> None:
    base = LADDER.replace('".": "./src/index.ts", ', "")
    assert goes("import { root } from '@shared/workflow';", base, path=f"{OWN}/src/deep/b.ts") == [".."]


def _changes(base: str, text: str, first: str, other: str, after: str) -> tuple[bool, str | None, str | None]:
    """Whether a change of one file is told to concern others, and what a finding of the first says after it."""
    _, workspace = open_project(text, base=base)
    analysis = Analysis(workspace, RULES)
    analysis.check_file(first)
    change(workspace, other, after)
    told = [path for path, _ in workspace.database.take_stale(RuleRunner.findings)] == [first]
    finding = analysis.check_file(first)[0]
    return told, finding.replacement, finding.reason


def test_a_mock_in_another_file_that_gets_stuck_is_noticed() -> None:
    base = ladder(legacy="export const a = 1;", barrel="export const a = 1;")
    first, other = "packages/a/a.ts", "packages/a/a.test.ts"
    text = f"//- /{first}\nimport {{ a }} from '{OLD}';\na();\n//- /{other}\nimport './a';\nvi.mock('{OLD}', f);\n"
    twice = f"import './a';\nvi.mock('{OLD}', f);\nvi.mock('{NEW}/streams', g);"
    told, replacement, reason = _changes(base, text, first, other, twice)
    assert (told, replacement) == (True, None)
    assert (reason or "").startswith(
        f"the rewrite would disable the mock of this module in {other}, which can't be rewritten yet"
    )


def test_one_module_of_two_that_hangs_on_other_files_is_enough() -> None:
    base = ladder(one="export const a = 1;", barrel="export const a = 1, b = 1;")
    base += "".join(
        f"//- /{folder}/streams/y.ts\nexport const y = 1;\n" for folder in (f"{OWN}/src", "shared/workflow")
    )
    first, other = "packages/a/a.ts", "packages/a/b.ts"
    uses = f"import {{ a }} from '{OLD}';\nimport {{ y }} from '@shared/workflow/streams/y';\n"
    text = f"//- /{first}\n{uses}//- /{other}\nimport {{ a }} from '{OLD}';\n"
    told, replacement, _ = _changes(base, text, first, other, f"import {{ b }} from '{OLD}';")
    assert (told, replacement) == (True, f"{NEW}/streams")


@pytest.mark.parametrize(
    "line", ["import {{ a, b }} from '{}';", "import {{ b }} from '{}';", "import {{ c }} from '{}';"]
)
def test_names_of_a_module_without_a_row(line: str) -> None:
    table = (
        '//- /workflow-ls.json\n{ "replaceModules": true, '
        f'"modules": [{{ "from": "@shared/workflow/runtime", "to": ["{NEW}"] }}], '
        f'"names": [{{ "module": "{OLD}", "name": "a", "to": "{NEW}/streams/x" }}, '
        f'{{ "module": "{OLD}", "name": "c", "as": "d" }}] }}\n'
    )
    base = ladder(legacy="export const a = 1, b = 1, c = 1;", one=BOTH) + table
    reason = "the mapping table has no target for it. Add a row to workflow-ls.json."
    assert goes(line.format(OLD), base) == [reason]


@pytest.mark.parametrize("line", ["import {{}} from '{}';", "export {{}} from '{}';"])
def test_a_clause_without_names_needs_the_one_to_one_module(line: str) -> None:
    (reason,) = goes(line.format(OLD), ladder(legacy="export const a = 1;", barrel="export const b = 1;"))
    assert reason.startswith("the key `./streams/*` in the `exports`")


def test_readable_part_of_opaque_module_decides_nothing() -> None:
    legacy = "export interface T {}\nexport = made;"
    base = ladder(legacy=legacy, one="export const a = 1;", barrel="export interface T {}")
    other = f"//- /packages/a/b.ts\nimport {{ a }} from '{OLD}';"
    assert goes(f"vi.mock('{OLD}', f);", base, more=other) == [f"{NEW}/streams/x"]


def test_the_key_that_led_there_is_kept() -> None:
    found = explained(OLD, ladder(legacy="export const a = 1;", one="export const a = 1;"))
    assert [attempt.key for attempt in found.uses[0].candidates] == ["./streams/*", None, "."]
