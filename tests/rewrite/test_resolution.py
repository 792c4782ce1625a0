"""Where a reference goes: which candidate is taken and why, and what a reader is told of the others."""

from __future__ import annotations

import pytest

from tests.checks import change, check_diagnostics, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.ide.explanation import Explanation
from workflow_ls.rewrite.module_choice import ModuleChoices
from workflow_ls.rewrite.resolution import TargetResolver
from workflow_ls.rules.shared.runner import RuleRunner

RULES = {"deprecated-import", "deprecated-relative-import"}
NEW = "@alga-psa/workflows"
OWN = "ee/packages/workflows"

# A module with a one-to-one target, the barrel above it, and the root above that.
LADDER = """
//- /package.json
{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }
//- /shared/package.json
{ "name": "@alga-psa/shared" }
//- /packages/a/package.json
{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
//- /ee/packages/workflows/package.json
{ "name": "@alga-psa/workflows", "exports": {
  ".": "./src/index.ts", "./streams": "./src/streams.ts", "./streams/*": "./src/streams/*.ts" } }
//- /ee/packages/workflows/src/index.ts
export const root = 1;
"""
ONE, BARREL = f"{OWN}/src/streams/x.ts", f"{OWN}/src/streams.ts"
OLD = "@shared/workflow/streams/x"
LOADED = "//- /node_modules/@shared/workflow/streams/x.js\nexport const a = 1;\n"
"""What Node finds by that name, so that a rewrite may make it worse."""


def ladder(*, legacy: str | None = None, one: str | None = None, barrel: str | None = None) -> str:
    """The base with the legacy module `streams/x`, its one-to-one target and the barrel, as far as they are there."""
    files = {"shared/workflow/streams/x.ts": legacy, ONE: one, BARREL: barrel}
    return LADDER + "".join(f"//- /{path}\n{text}\n" for path, text in files.items() if text is not None)


def goes(line: str, base: str, *, path: str = "packages/a/a.ts", more: str = "") -> list[str]:
    """The replacement of each reference of a file, or why there is none."""
    _, workspace = open_project(f"//- /{path}\n{line}\n{more}", base=base)
    found = Analysis(workspace, RULES).check_file(path)
    return [str(finding.replacement or finding.reason) for finding in found]


def explained(specifier: str, base: str, importer: str | None = None, text: str = "") -> Explanation:
    _, workspace = open_project(text, base=base)
    found = Analysis(workspace).explain(specifier, importer)
    assert found is not None
    return found


def tried(explanation: Explanation) -> list[tuple[str, bool]]:
    """The candidates of the first use in the order in which they were tried, and whether they passed."""
    return [(attempt.specifier, attempt.passed) for attempt in explanation.uses[0].candidates]


class TestTheChoice:
    """One target for all references of the workspace."""

    def test_the_first_that_exports_all_of_the_legacy_module(self) -> None:
        base = ladder(
            legacy="export const a = 1, b = 1;", one="export const a = 1;", barrel="export const a = 1, b = 1;"
        )
        assert goes(f"import {{ a }} from '{OLD}';", base) == [f"{NEW}/streams"]

    def test_first_candidate_with_all_names_when_legacy_is_gone(self) -> None:
        base = ladder(one="export const a = 1;", barrel="export const a = 1, b = 1;")
        assert goes(f"import {{ a }} from '{OLD}';", base) == [f"{NEW}/streams/x"]
        other = f"//- /packages/a/b.ts\nimport {{ b }} from '{OLD}';"
        assert goes(f"import {{ a }} from '{OLD}';", base, more=other) == [f"{NEW}/streams"]
        assert goes(f"vi.mock('{OLD}', () => ({{ a: 1 }}));", base, more=other) == [f"{NEW}/streams"]

    def test_the_same_where_no_candidate_exports_all_of_it(self) -> None:
        base = ladder(
            legacy="export const a = 1, b = 1, c = 1;", one="export const a = 1;", barrel="export const a = 1, b = 1;"
        )
        assert goes(f"import {{ a }} from '{OLD}';", base) == [f"{NEW}/streams/x"]
        other = f"//- /packages/a/b.ts\nimport {{ b }} from '{OLD}';"
        assert goes(f"import {{ a }} from '{OLD}';", base, more=other) == [f"{NEW}/streams"]

    def test_opaque_legacy_module_requires_no_names(self) -> None:
        base = ladder(
            legacy="const made = { a: 1, b: 1 };\nexport = made;",
            one="export const a = 1;",
            barrel="export const a = 1, b = 1;",
        )
        assert goes(f"import {{ a }} from '{OLD}';", base) == [f"{NEW}/streams/x"]

    @pytest.mark.parametrize("legacy", ["export const a = 1, gone = 1;", None])
    def test_a_name_with_a_row_of_its_own_has_no_say(self, legacy: str | None) -> None:
        rows = f'//- /workflow-ls.json\n{{ "names": [{{ "module": "{OLD}", "name": "gone", "to": "{NEW}" }}] }}\n'
        base = ladder(legacy=legacy, one="export const a = 1;", barrel="export const a = 1, gone = 1;") + rows
        other = f"//- /packages/a/b.ts\nimport {{ a, gone }} from '{OLD}';"
        assert goes(f"import {{ a }} from '{OLD}';", base, more=other) == [f"{NEW}/streams/x"]

    def test_name_not_exported_by_legacy_module_is_not_required(self) -> None:
        both = "export const a = 1;"
        base = ladder(legacy=both, one=both)
        assert goes(f"import {{ a, other }} from '{OLD}';", base) == [f"{NEW}/streams/x"]
        # Where another target has it, that one is better.
        base = ladder(legacy=both, one=both, barrel="export const a = 1, other = 1;")
        assert goes(f"import {{ a, other }} from '{OLD}';", base) == [f"{NEW}/streams"]

    def test_a_class_needs_both_its_meanings(self) -> None:
        use = f"import {{ A }} from '{OLD}';\nlet a: A = new A();"
        legacy = "export class A {}"
        for one, kind in (("export const A = 1;", "value"), ("export interface A {}", "type")):
            (reason,) = goes(use, ladder(legacy=legacy, one=one))
            wanted = f"`{NEW}/streams/x` exports `A` only as a {kind}. Export it in full from {ONE}"
            assert reason.startswith(wanted)
        assert goes(use, ladder(legacy="export class A {}", one="export class A {}")) == [f"{NEW}/streams/x"]


class TestWithoutNames:
    """Where no name tells, a barrel would pass for anything."""

    @pytest.mark.parametrize("legacy", ["globalThis.on = true;\nexport {};", None])
    def test_only_the_one_to_one_module_will_do(self, legacy: str | None) -> None:
        barrel = "export const a = 1;"
        (reason,) = goes(f"import '{OLD}';", ladder(legacy=legacy, barrel=barrel))
        assert reason == (
            f"the key `./streams/*` in the `exports` of {OWN}/package.json points to a missing file "
            f"(src/streams/x.ts). Add {OWN}/src/streams/x.ts."
        )
        assert goes(f"import '{OLD}';", ladder(legacy=legacy, barrel=barrel, one="export {};")) == [f"{NEW}/streams/x"]


class TestRowsOfNames:
    def test_they_concern_a_form_that_takes_some_of_them_or_any(self) -> None:
        rows = f'//- /workflow-ls.json\n{{ "names": [{{ "module": "{OLD}", "name": "b", "as": "c" }}] }}\n'
        base = ladder(legacy="export const a = 1, b = 1;", one="export const a = 1, c = 1;") + rows
        assert goes(f"const {{ b }} = await import('{OLD}');", base) == [f"{NEW}/streams/x"]  # `c: b`
        (reason,) = goes(f"const {{ b, ...rest }} = await import('{OLD}');", base)
        assert reason == (
            "names of this module changed (`b` is now `c`), and a fix can't rename them in this form. "
            "Write the new specifier and the new names by hand."
        )
        assert goes(f"const {{ a }} = await import('{OLD}');", base) == [f"{NEW}/streams/x"]
        # What is called `b` there may be something else.
        names = "export const a = 1, b = 1; export default a;"
        base = ladder(legacy=names, one=f"{names} export const c = 1;") + rows
        assert goes(f"import {{ a }} from '{OLD}';", base) == [f"{NEW}/streams/x"]
        for form in (
            "import * as all from '{}'; use(all);",
            "import own, * as all from '{}'; use(all);",
            "const {{ a, ...all }} = await import('{}');",
        ):
            assert goes(form.format(OLD), base) == [reason]


class TestSplits:
    """Names that go to different candidates part, and what was tried for each is kept."""

    BASE = ladder(legacy="export const a = 1, b = 1, c = 1;", one="export const a = 1;", barrel="export const b = 1;")

    def test_the_file_of_the_first_piece_is_told(self) -> None:
        _, workspace = open_project(f"//- /packages/a/a.ts\nimport {{ a, b }} from '{OLD}';", base=self.BASE)
        (finding,) = Analysis(workspace, RULES).check_file("packages/a/a.ts")
        assert finding.replacement == f"{NEW}/streams/x, {NEW}/streams"
        assert [place.path for place in finding.related] == [ONE]

    @pytest.mark.parametrize(
        "line",
        [
            "const {{ a, b = 1 }} = await import('{}');",
            "import * as all from '{}'; f(all.a, all.b);",
            "import a, * as all from '{}'; f(all.a, all.b);",
        ],
    )
    def test_not_in_a_form_that_asks_once(self, line: str) -> None:
        (reason,) = goes(line.format(OLD), self.BASE)
        assert reason.startswith(f"`{NEW}/streams/x` does not export `b`")

    def test_what_was_tried(self) -> None:
        text = f"//- /packages/a/a.ts\nimport {{ a, b }} from '{OLD}';"
        steps = tried(explained(OLD, self.BASE, "packages/a/a.ts", text))
        one, barrel = f"{NEW}/streams/x", f"{NEW}/streams"
        assert steps == [(one, True), (barrel, False), (NEW, False), (one, False), (barrel, True), (NEW, False)]


class TestReasons:
    """A refusal begins with the table's first candidate, whichever is chosen, and tells where to look."""

    def test_in_the_order_of_the_table(self) -> None:
        # Chosen is the barrel, but Node could load neither.
        base = ladder(
            legacy="export const a = 1, b = 1;", one="export const a = 1;", barrel="export const a = 1, b = 1;"
        )
        (reason,) = goes(f"import {{ a }} from '{OLD}';", base + LOADED, path="packages/a/a.js")
        one = "Node runs this file without a build, and can't load src/streams/x.ts, which is TypeScript"
        assert reason == (
            f"{one}. Give the package a built entry, or turn this file into TypeScript. "
            "Other candidates: "
            "Node runs this file without a build, and can't load src/streams.ts, which is TypeScript; "
            "Node runs this file without a build, and can't load src/index.ts, which is TypeScript."
        )

    @pytest.mark.parametrize(
        ("candidates", "others"),
        [
            (1, ""),
            (2, " Other candidates: … `./c1`."),
            (3, " Other candidates: … `./c1`; … `./c2`."),
            (4, " Other candidates: … `./c1`; … `./c2`; and 1 more."),
            (5, " Other candidates: … `./c1`; … `./c2`; and 2 more."),
        ],
    )
    def test_two_others_are_told_and_the_rest_is_counted(self, candidates: int, others: str) -> None:
        to = ", ".join(f'"{NEW}/c{number}"' for number in range(candidates))
        rows = f'//- /workflow-ls.json\n{{ "modules": [{{ "from": "{OLD}", "to": [{to}] }}] }}\n'
        (reason,) = goes(f"import {{ a }} from '{OLD}';", ladder() + rows)
        told = reason.replace(f"{NEW} does not export", "…")
        assert told == f"… `./c0`. Add it to the `exports` of {OWN}/package.json.{others}"

    @pytest.mark.parametrize(
        ("names", "told"),
        [
            ("a", "`a`"),
            ("a, b", "`a`, `b`"),
            ("a, b, c", "`a`, `b`, `c`"),
            ("a, b, c, d", "`a`, `b`, `c` and 1 more"),
            ("a, b, c, d, e", "`a`, `b`, `c` and 2 more"),
        ],
    )
    def test_three_names_are_told_and_the_rest_is_counted(self, names: str, told: str) -> None:
        (reason,) = goes(f"export {{ {names} }} from '{OLD}';", ladder(one="export {};"))
        them = "it" if "," not in names else "them"
        assert reason.startswith(f"`{NEW}/streams/x` does not export {told}. Export {them} from {ONE}. Other")

    def test_missing_name_reported_before_type_only_name(self) -> None:
        base = ladder(legacy="export class A {}\nexport const b = 1;", one="export interface A {}")
        (reason,) = goes(f"import {{ A, b }} from '{OLD}';\nnew A();\nb;", base)
        assert reason.startswith(f"`{NEW}/streams/x` does not export `A`, `b`. Export them from {ONE}")

    def test_no_row_of_the_table(self) -> None:
        rows = (
            '//- /workflow-ls.json\n{ "replaceModules": true, '
            f'"modules": [{{ "from": "@shared/workflow/runtime", "to": ["{NEW}"] }}] }}\n'
        )
        base = ladder(one="export const a = 1;") + rows
        reason = "the mapping table has no target for it. Add a row to workflow-ls.json."
        assert goes(f"import {{ a }} from '{OLD}';", base) == [reason]
        assert goes(f"import {{ a }} from '{OLD}';", base, path=f"{OWN}/src/b.ts") == [reason]

    def test_the_file_itself(self) -> None:
        base = ladder(one=f"import {{ a }} from '{OLD}';\nexport const a = 1;", legacy="export const a = 1;")
        _, workspace = open_project("", base=base)
        (finding,) = Analysis(workspace, RULES).check_file(ONE)
        assert (finding.reason or "").startswith(
            f"`{NEW}/streams/x` is this file itself. Move the implementation here first."
        )
        assert finding.replacement is None

    def test_a_circle(self) -> None:
        base = (
            ladder(one="export { a } from '../inner';", legacy="export const a = 1;")
            + f"//- /{OWN}/src/inner.ts\nimport {{ a as before }} from '{OLD}';\nexport const a = before;\n"
        )
        _, workspace = open_project("", base=base)
        (finding,) = Analysis(workspace, RULES).check_file(f"{OWN}/src/inner.ts")
        wanted = f"`{NEW}/streams/x` re-exports this file, which would import itself. Move the implementation first."
        assert (finding.reason or "").startswith(wanted)

    def test_names_that_can_not_be_read(self) -> None:
        base = ladder(legacy="export const a = 1;", one="const made = { a: 1 };\nexport = made;")
        (reason,) = goes(f"import {{ a }} from '{OLD}';", base)
        assert reason.startswith(
            f"the exports of {ONE} can't be read, since it uses `export =`. Check the names by hand"
        )

    def test_name_moved_to_other_package_not_searched_at_home(self) -> None:
        rows = """//- /workflow-ls.json
        { "packages": [{ "name": "@alga-psa/clock", "directory": "packages/clock", "sources": "src" }],
          "modules": [{ "from": "@shared/workflow/streams/x", "to": ["@alga-psa/clock/streams/x"] }] }
        //- /packages/clock/package.json
        { "name": "@alga-psa/clock", "exports": {} }
        """.replace("\n        ", "\n")
        base = ladder(legacy="export const a = 1;", one="export const a = 1;") + rows
        (reason,) = goes(f"import {{ a }} from '{OLD}';", base, path=f"{OWN}/src/b.ts")
        assert (
            reason
            == "@alga-psa/clock does not export `./streams/x`. Add it to the `exports` of packages/clock/package.json."
        )


class TestPlaces:
    """The other places that a finding names."""

    @staticmethod
    def places(
        base: str, line: str = f"import {{ a }} from '{OLD}';", path: str = "packages/a/a.ts"
    ) -> list[tuple[str, str, str]]:
        _, workspace = open_project(f"//- /{path}\n{line}\n", base=base)
        (finding,) = Analysis(workspace, RULES).check_file(path)
        found = []
        for related in finding.related:
            text = workspace.files.read(related.path) or b""
            found.append(
                (related.path, "" if related.span is None else text[slice(*related.span)].decode(), related.message)
            )
        return found

    def test_where_it_goes(self) -> None:
        base = ladder(legacy="export const a = 1;", one="export const a = 1;")
        assert self.places(base) == [(ONE, "", "the target module")]

    def test_where_it_goes_in_the_legacy_tree(self) -> None:
        path = "shared/workflow/y.ts"
        base = ladder(legacy="export const a = 1;")
        assert self.places(base, path=path) == [("shared/workflow/streams/x.ts", "", "the target module")]

    def test_the_modules_that_lack_the_name(self) -> None:
        base = ladder(one="export {};", barrel="export {};")
        wanted = [(path, "", "the module") for path in (ONE, BARREL, f"{OWN}/src/index.ts")]
        assert self.places(base) == wanted

    def test_the_module_that_can_not_be_read(self) -> None:
        base = ladder(one="export = {};", barrel="export = {};")
        assert self.places(base)[:2] == [(ONE, "", "the module"), (BARREL, "", "the module")]

    @pytest.mark.parametrize(
        ("exports", "text", "message"),
        [
            ('{ "./streams/y": "./y.ts", "./streams/x": null }', '"./streams/x"', "this key matches the subpath"),
            ('{ "./streams/*": "./gone/*.ts" }', '"./streams/*"', "this key matches the subpath"),
            ('{ "./streams/x": { "browser": "./x.ts" } }', '"./streams/x"', "this key matches the subpath"),
            ('{ "./streams/y": "./y.ts" }', '{ "./streams/y": "./y.ts" }', "no key matches it"),
            ('"./src/index.ts"', '"./src/index.ts"', "no key matches it"),
        ],
    )
    def test_the_key_that_decides(self, exports: str, text: str, message: str) -> None:
        manifest = f'//- /{OWN}/package.json\n{{ "name": "{NEW}", "version": "1", "exports": {exports} }}\n'
        assert self.places(ladder() + manifest)[0] == (f"{OWN}/package.json", text, message)


class TestExplained:
    """`explain` tries every candidate, also behind the first that passes, and none twice."""

    BASE = ladder(legacy="export const a = 1, b = 1;", one="export const a = 1;", barrel="export const a = 1, b = 1;")

    def test_every_candidate(self) -> None:
        found = explained(OLD, self.BASE)
        assert found.candidates == (f"{NEW}/streams/x", f"{NEW}/streams", NEW)
        assert found.chosen == f"{NEW}/streams"
        assert tried(found) == [(f"{NEW}/streams", True), (f"{NEW}/streams/x", False), (NEW, False)]

    def test_of_a_use(self) -> None:
        text = f"//- /packages/a/a.ts\nimport {{ a }} from '{OLD}';"
        found = explained(OLD, self.BASE, "packages/a/a.ts", text)
        assert found.uses[0].names == ("a",)
        assert tried(found) == [(f"{NEW}/streams", True), (f"{NEW}/streams/x", True), (NEW, False)]

    def test_without_the_package(self) -> None:
        found = explained(OLD, self.BASE.replace(f'"name": "{NEW}"', '"name": "other"'))
        assert [passed for _, passed in tried(found)] == [False, False, False]


class TestReferenceComments:
    @pytest.mark.parametrize("ending", [".d.ts", ".d.mts", ".d.cts"])
    def test_a_declaration_file_is_what_they_take(self, ending: str) -> None:
        exports = f'{{ "./streams/x": "./src/streams/x{ending}" }}'
        manifest = f'//- /{OWN}/package.json\n{{ "name": "{NEW}", "exports": {exports} }}\n'
        base = ladder() + manifest + f"//- /{OWN}/src/streams/x{ending}\nexport declare const a: 1;\n"
        assert goes(f'/// <reference types="{OLD}" />', base) == [f"{NEW}/streams/x"]


class TestMocks:
    """A mock is stuck where its file mocks the new specifier, too."""

    def test_one_in_a_test_that_does_not_load_the_file_holds_nobody_back(self) -> None:
        base = ladder(legacy="export const a = 1;", one="export const a = 1;")
        twice = f"//- /packages/a/a.test.ts\nvi.mock('{OLD}', f);\nvi.mock('{NEW}/streams/x', f);"
        assert goes(f"import {{ a }} from '{OLD}';", base, more=twice) == [f"{NEW}/streams/x"]

    def test_one_in_a_test_that_loads_the_file_holds_it_back(self) -> None:
        base = ladder(legacy="export const a = 1;", barrel="export const a = 1;")
        twice = f"//- /packages/a/a.test.ts\nimport './a';\nvi.mock('{OLD}', f);\nvi.mock('{NEW}/streams', g);"
        (reason,) = goes(f"import {{ a }} from '{OLD}';\na();", base, more=twice)
        assert reason.startswith(
            "the rewrite would disable the mock of this module in packages/a/a.test.ts, which can't be rewritten yet"
        )


def test_findings_refresh_when_other_files_imports_change() -> None:
    base = ladder(one="export const a = 1;", barrel="export const a = 1, b = 1;")
    first, other = "packages/a/a.ts", "packages/a/b.ts"
    text = f"//- /{first}\nimport {{ a }} from '{OLD}';\n//- /{other}\nimport {{ a }} from '{OLD}';\n"
    _, workspace = open_project(text, base=base)
    analysis = Analysis(workspace, RULES)

    def replacement() -> str | None:
        return analysis.check_file(first)[0].replacement

    assert replacement() == f"{NEW}/streams/x"
    change(workspace, other, f"import {{ b }} from '{OLD}';")
    assert replacement() == f"{NEW}/streams"
    change(workspace, other, f"import {{ b }} from '{OLD}';\n// nothing that anyone else would notice")
    assert workspace.database.take_stale(RuleRunner.findings) == []


def test_no_demand_where_the_legacy_module_decides() -> None:
    base = ladder(legacy="export const a = 1;", one="export const a = 1;")
    _, workspace = open_project(f"//- /packages/a/a.ts\nimport {{ a }} from '{OLD}';", base=base)
    targets = workspace.component(TargetResolver)
    assert targets.choices.choice("streams/x").chosen == f"{NEW}/streams/x"
    assert workspace.database.count(ModuleChoices._uses) == 0


def test_the_view_of_the_compiler_is_the_one_that_is_told() -> None:
    manifest = (
        f'//- /{OWN}/package.json\n{{ "name": "{NEW}", "exports": {{ "./streams/x": '
        '{ "types": "./types/x.d.ts", "default": "./src/streams/x.ts" } } }\n'
    )
    types = f"//- /{OWN}/types/x.d.ts\nexport declare const a: 1;\n"
    base = ladder(one="export const other = 1;") + manifest + types
    check_diagnostics(
        f"""
        //- /packages/a/a.ts
        import {{ a }} from '{OLD}';
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> {NEW}/streams/x
        """,
        base=base,
        rules=RULES,
    )


@pytest.mark.parametrize(("files", "goes_to"), [("index.ts", f"{NEW}/streams/x"), ("index.js", "Node runs")])
def test_a_package_without_exports(files: str, goes_to: str) -> None:
    manifest = f'//- /{OWN}/package.json\n{{ "name": "{NEW}" }}\n//- /{OWN}/streams/x.ts\nexport const a = 1;\n'
    path = files.replace("index", "packages/a/a")
    (found,) = goes(f"import {{ a }} from '{OLD}';", ladder() + LOADED + manifest, path=path)
    assert found.startswith(goes_to)


def test_reasons_list_names_in_the_order_of_the_files_after_a_rename() -> None:
    files = {"a": f"import {{ one }} from '{OLD}';", "b": f"import {{ two }} from '{OLD}';", "m": f"vi.mock('{OLD}');"}
    text = "".join(f"//- /packages/a/{name}.ts\n{code}\n" for name, code in files.items())
    _, workspace = open_project(text, base=ladder(one="export const x = 1;"))
    analysis = Analysis(workspace, RULES)
    [before] = analysis.check_file("packages/a/m.ts")
    assert "does not export `one`, `two`" in str(before.reason)
    change(workspace, "packages/a/z.ts", files["a"])
    change(workspace, "packages/a/a.ts", None)
    [after] = analysis.check_file("packages/a/m.ts")
    assert "does not export `two`, `one`" in str(after.reason)
