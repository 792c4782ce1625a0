"""Import maps, Deno's configuration and the `imports` of manifests: their entries for legacy modules are aliases."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix, check_no_fix
from tests.moves.cuts import MODULE, check_cut

OLD, NEW = "../shared/workflow/", "../ee/packages/workflows/src/"
PAGE = '<!-- <script type="importmap">[]</script> --><script type="importmap">{}</script>'
FILES = [
    ("deno.json", "{}"),
    ("deno.jsonc", "// Deno\n{}"),
    ("import_map.json", "{}"),
    ("importmap.json", "{}"),
    ("index.html", PAGE),
]


def entries(*written: str) -> str:
    return f'{{ "imports": {{ {", ".join(written)} }} }}'


def importing(specifier: str) -> str:
    return f"//- /web/app.ts\nimport {{ client }} from '{specifier}'; client;\n"


LIB = '"lib": "./lib.ts"'
MODULE_OF_PACKAGE = f'"@alga-psa/workflows/runtime/client": "{NEW}runtime/client.ts"'


@pytest.mark.parametrize(
    "written",
    [
        entries(LIB, '"flows/": "../shared/workflows/"'),
        entries(LIB, '"flow": "npm:shared/workflow"'),
        '{ "scopes": { "../shared/workflow/": { "lib": "./lib.ts" } } }',
        '{ "exports": { "./flow": "../shared/workflow/runtime/client.ts" } }',
    ],
)
def test_an_entry_for_something_else_stays(written: str) -> None:
    check_diagnostics(f"//- /web/deno.json\n{written}\n", base=SOUND, rules={"deprecated-alias", "missing-alias"})


@pytest.mark.parametrize(("name", "around"), FILES)
def test_a_prefix_is_found(name: str, around: str) -> None:
    found = f'{{ "imports": {{ "flow/": "{OLD}", {LIB} }} }}\n                ^^^^^ deprecated-alias'
    marked = around.replace("{}", f"\n{found}\n")
    check_diagnostics(f"//- /web/{name}\n{marked}\n", base=SOUND, rules={"deprecated-alias"})


@pytest.mark.parametrize(
    "written",
    [
        f'"@shared/workflow/": "{OLD}"',
        f'"run": "{OLD}runtime/client.ts"',
        f'"flow/runtime/": "./{OLD}runtime/"',
    ],
)
def test_an_entry_that_nothing_needs_is_removed(written: str) -> None:
    check_fix(f"//- /web/deno.json\n{entries(written, LIB)}\n", f"//- /web/deno.json\n{entries(LIB)}\n", base=SOUND)


def test_an_entry_of_a_scope_is_removed() -> None:
    scopes = '{{ "scopes": {{ "./a/": {{ {}"x": "./x.ts" }} }} }}'
    old = f'"flow/": "{OLD}", '
    check_fix(f"//- /web/deno.json\n{scopes.format(old)}\n", f"//- /web/deno.json\n{scopes.format('')}\n", base=SOUND)


@pytest.mark.parametrize(("name", "around"), FILES[:4])
@pytest.mark.parametrize("specifier", ["flow/runtime/client.ts", "run"])
def test_the_import_and_its_entry_are_fixed_together(name: str, around: str, specifier: str) -> None:
    old = [f'"flow/": "{OLD}"', f'"run": "{OLD}runtime/client.ts"']
    before, after = entries(*old, LIB), entries(MODULE_OF_PACKAGE, LIB)
    check_fix(
        f"//- /web/{name}\n{around.replace('{}', before)}\n{importing(specifier)}",
        f"//- /web/{name}\n{around.replace('{}', after)}\n{importing('@alga-psa/workflows/runtime/client')}",
        base=SOUND,
    )


def test_deno_with_a_manifest_finds_packages_without_an_entry() -> None:
    manifest = '//- /web/package.json\n{ "name": "web", "dependencies": { "@alga-psa/workflows": "*" } }\n'
    check_fix(
        f'{manifest}//- /web/deno.json\n{entries(f"{chr(34)}run{chr(34)}: {chr(34)}{OLD}runtime/client.ts{chr(34)}", LIB)}\n{importing("run")}',
        f"{manifest}//- /web/deno.json\n{entries(LIB)}\n{importing('@alga-psa/workflows/runtime/client')}",
        base=SOUND,
    )  # fmt: skip


def test_a_page_that_lacks_the_entry_is_named() -> None:
    page = f'<script type="importmap">{{ "imports": {{ "flow/": "{OLD}" }} }}</script>'
    where = (
        "web/index.html has no alias for `@alga-psa/workflows/runtime/client`, and nothing else leads to the package"
    )
    text = (
        f"//- /web/index.html\n{page}\n//- /web/app.ts\nimport {{ client }} from 'flow/runtime/client.ts'; client;\n"
        f"                        ^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: {where} there. … "
    )
    check_diagnostics(text, base=SOUND, rules={"deprecated-import"})


class TestScopes:
    RUN = f'"run": "{OLD}runtime/client.ts"'
    OWN = '"run": "./y.ts"'
    Y = "//- /web/y.ts\nexport const client = 4;\n"

    @pytest.mark.parametrize(
        ("scopes", "path"),
        [
            ({"./old/": RUN}, "web/new/app.ts"),
            ({"./old/": RUN}, "web/older/app.ts"),
            ({"./old/": RUN, "./": OWN}, "web/new/app.ts"),
            ({"./": RUN, "./new/": OWN}, "web/new/app.ts"),
            ({"./": RUN, "./new/": '"run": "npm:run"'}, "web/new/app.ts"),
            ({"./": '"run": "./y.ts"', "../": RUN}, "web/new/app.ts"),
        ],
    )
    def test_a_scope_is_for_its_files(self, scopes: dict[str, str], path: str) -> None:
        written = ", ".join(f'"{scope}": {{ {entry} }}' for scope, entry in scopes.items())
        check_diagnostics(
            f'//- /web/deno.json\n{{ "scopes": {{ {written} }} }}\n{self.Y}'
            f"//- /{path}\nimport {{ client }} from 'run'; client;\n",
            base=SOUND,
            rules={"deprecated-import"},
        )

    def test_imports_count_where_no_scope_has_the_name(self) -> None:
        check_diagnostics(
            f'//- /web/deno.json\n{{ "imports": {{ {self.RUN} }}, "scopes": {{ "./new/": {{ {self.OWN} }} }} }}\n{self.Y}'
            "//- /web/new/app.ts\nimport { client } from 'run'; client;\n"
            "//- /web/app.ts\nimport { client } from 'run'; client;\n"
            "                        ^^^ deprecated-import … ",
            base=SOUND,
            rules={"deprecated-import"},
        )

    def test_an_entry_in_the_scope_lets_the_import_go(self) -> None:
        before = f'//- /web/deno.json\n{{ "scopes": {{ "./old/": {{ {self.RUN}, {MODULE_OF_PACKAGE} }} }} }}\n'
        after = f'//- /web/deno.json\n{{ "scopes": {{ "./old/": {{ {MODULE_OF_PACKAGE} }} }} }}\n'
        old, new = "run", "@alga-psa/workflows/runtime/client"
        importer = "//- /web/old/app.ts\nimport {{ client }} from '{}'; client;\n"
        check_fix(before + importer.format(old), after + importer.format(new), base=SOUND)


class TestCutover:
    @pytest.mark.parametrize(("name", "around"), FILES)
    def test_targets_follow(self, name: str, around: str) -> None:
        old = entries('"flow/": "../shared/workflow/"', '"run": "../shared/workflow/runtime/a.ts"', LIB)
        new = old.replace("shared/workflow", "ee/packages/workflows/src")
        importer = "//- /web/app.ts\nimport { a } from 'flow/runtime/a.ts'; a;\n"
        check_cut(
            f"//- /web/{name}\n{around.replace('{}', old)}\n{importer}{MODULE}",
            f"//- /web/{name}\n{around.replace('{}', new)}\n{importer}"
            + MODULE.replace("shared/workflow", "ee/packages/workflows/src"),
        )


class TestManifests:
    MANIFEST = '//- /packages/p/package.json\n{{ "name": "p", "imports": {{ {} }}, "dependencies": {{ "@alga-psa/workflows": "*" }} }}\n'

    @pytest.mark.parametrize(
        "written",
        [
            '"#lib": "./lib.js"',
            '"#flow": "./workflow/a.js"',
            '"#flow": "@alga-psa/shared/workflows/a"',
            '"#flow": null',
        ],
    )
    def test_entries_for_something_else_stay(self, written: str) -> None:
        check_no_fix(self.MANIFEST.format(written), base=SOUND)

    @pytest.mark.parametrize(
        "written",
        [
            '"#flow/*": "@alga-psa/shared/workflow/*"',
            '"#flow": "@shared/workflow/runtime/client"',
            '"#flow": { "node": "@shared/workflow/runtime", "default": "@shared/workflow/runtime/client" }',
            '"#flow": ["@shared/workflow/runtime/client", "@shared/workflow/runtime"]',
        ],
    )
    def test_an_entry_goes_with_the_imports_that_use_it(self, written: str) -> None:
        use = "//- /packages/p/a.ts\nimport {{ client }} from '{}'; client;\n"
        specifier = "#flow/runtime/client" if "*" in written else "#flow"
        check_fix(
            self.MANIFEST.format(f'{written}, "#lib": "./l.js"') + use.format(specifier),
            self.MANIFEST.format('"#lib": "./l.js"') + use.format("@alga-psa/workflows/runtime/client"),
            base=SOUND,
        )

    def test_an_entry_of_the_package_of_the_tree_needs_no_specifier(self) -> None:
        check_diagnostics(
            """
            //- /shared/package.json
            { "name": "@alga-psa/shared", "imports": { "#wf/*": "./workflow/*.ts" } }
                                                       ^^^^^^^ deprecated-alias verified -> None
            """,
            base=SOUND,
        )

    def test_an_entry_with_a_stub_is_for_a_person(self) -> None:
        check_diagnostics(
            """
            //- /packages/p/package.json
            { "name": "p", "imports": { "#run": { "node": "@shared/workflow/runtime", "default": "./stub.js" } } }
                                        ^^^^^^ deprecated-alias blocked: `#run` also leads to `./stub.js`. Write the new place of the legacy module in it by hand.
            """,
            base=SOUND,
            rules={"deprecated-alias"},
        )  # fmt: skip
