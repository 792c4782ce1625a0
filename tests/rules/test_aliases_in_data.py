"""Aliases of tools that have them in JSON: SWC, Parcel, module-alias, and Jest under another name."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix
from tests.moves.cuts import MODULE, check_cut

OLD, NEW = "../../shared/workflow", "../../ee/packages/workflows/src"
DEPENDENCIES = '"dependencies": { "@alga-psa/workflows": "*" }'
MANIFEST = f'//- /packages/d/package.json\n{{ "name": "d", {DEPENDENCIES} }}\n'


def swc(*entries: str, base: str = ".") -> str:
    return f'{{ "jsc": {{ "baseUrl": "{base}", "paths": {{ {", ".join(entries)} }} }} }}'


def importing(specifier: str) -> str:
    return f"//- /packages/d/app.ts\nimport {{ client }} from '{specifier}'; client;\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".swcrc", swc('"~/*": ["./src/*"]', '"flows/*": ["../../shared/workflows/*"]')),
        (".swcrc", '{ "paths": { "~/*": ["../../shared/workflow/*"] } }'),
        ("jest-e2e.json", '{ "moduleNameMapper": { "^~/(.*)$": "<rootDir>/src/$1" } }'),
    ],
)
def test_what_leads_elsewhere_stays(name: str, text: str) -> None:
    check_diagnostics(f"{MANIFEST}//- /packages/d/{name}\n{text}\n", base=SOUND, rules={"deprecated-alias"})


SWC = [
    ('"flow/*": ["../../shared/workflow/*"]', ".", "flow/runtime/client"),
    ('"flow/*": ["workflow/*"]', "../../shared", "flow/runtime/client"),
    ('"flow": ["../../shared/workflow/runtime/client.ts"]', ".", "flow"),
    ('"@shared/workflow/*": ["../../shared/workflow/*"]', ".", "@shared/workflow/runtime/client"),
]


@pytest.mark.parametrize("name", [".swcrc", ".lib.swcrc"])
@pytest.mark.parametrize(("entry", "base", "specifier"), SWC)
def test_swc_and_the_import_are_fixed_together(name: str, entry: str, base: str, specifier: str) -> None:
    before, after = swc(entry, '"~/*": ["./src/*"]', base=base), swc('"~/*": ["./src/*"]', base=base)
    check_fix(
        f"{MANIFEST}//- /packages/d/{name}\n{before}\n{importing(specifier)}",
        f"{MANIFEST}//- /packages/d/{name}\n{after}\n{importing('@alga-psa/workflows/runtime/client')}",
        base=SOUND,
    )


@pytest.mark.parametrize("key", ["alias", "_moduleAliases"])
@pytest.mark.parametrize("specifier", ["flow/runtime/client", "run"])
def test_aliases_of_a_manifest_are_fixed(key: str, specifier: str) -> None:
    text = f'//- /packages/d/package.json\n{{ "name": "d", "{key}": {{ {{}}"~": "./src" }}, {DEPENDENCIES} }}\n'
    old = f'"flow": "{OLD}", "run": "{OLD}/runtime/client.ts", '
    check_fix(
        text.replace("{}", old) + importing(specifier),
        text.replace("{}", "") + importing("@alga-psa/workflows/runtime/client"),
        base=SOUND,
    )


def test_a_glob_of_parcel_is_one_for_what_is_below() -> None:
    check_diagnostics(
        f"""
        //- /packages/d/package.json
        {{ "name": "d", "alias": {{ "flow/*": "{OLD}/$1" }}, {DEPENDENCIES} }}
                                   ^^^^^^ deprecated-alias … 
        //- /packages/d/app.ts
        import {{ client }} from 'flow/runtime/client'; client;
                                ^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime/client
        """,  # noqa: W291 - a mark ends with what it leaves open
        base=SOUND,
    )


def test_jest_under_another_name_is_fixed() -> None:
    text = '{ "rootDir": "..", "moduleNameMapper": { {}"^~/(.*)$": "<rootDir>/src/$1" } }'
    old = '"^flow/(.*)$": "<rootDir>/../../shared/workflow/$1", '
    importer = "//- /packages/d/test/app.e2e-spec.ts\nimport {{ client }} from '{}'; client;\n"
    check_fix(
        f"{MANIFEST}//- /packages/d/test/jest-e2e.json\n{text.replace('{}', old)}\n"
        + importer.format("flow/runtime/client"),
        f"{MANIFEST}//- /packages/d/test/jest-e2e.json\n{text.replace('{}', '')}\n"
        + importer.format("@alga-psa/workflows/runtime/client"),
        base=SOUND,
    )


BABEL = '{ "plugins": [["module-resolver", { "alias": { {} } }]] }'
MAPPED = '{ "moduleNameMapper": { {} } }'


@pytest.mark.parametrize(
    ("name", "text", "entry", "specifiers"),
    [
        (".babelrc", BABEL, rf'"^@flow/(.+)": "{OLD}/\\1"', ["@flow/runtime/client"]),
        (".babelrc", BABEL, rf'"^@flow/(.+)$": "{OLD}/\\1"', ["@flow/runtime/client"]),
        (".babelrc", BABEL, rf'"^(?:flow|wf)/(.+)$": "{OLD}/\\1"', ["flow/runtime/client", "wf/runtime/client"]),
        ("jest.config.json", MAPPED, f'"^@(flow|wf)/(.*)$": "<rootDir>/{OLD}/$2"', ["@flow/runtime/client", "@wf/runtime/client"]),
        ("jest.config.json", MAPPED, f'"^@f/(runtime|streams)/(.*)$": "<rootDir>/{OLD}/$1/$2"', ["@f/runtime/client"]),
        ("jest.config.json", MAPPED, f'"^@f(?:-x|-y)$": "<rootDir>/{OLD}/runtime/client"', ["@f-x", "@f-y"]),
    ],
)  # fmt: skip
def test_regular_expressions_are_followed(name: str, text: str, entry: str, specifiers: list[str]) -> None:
    other = '"^~/(.*)$": "./src"'

    def importers(names: list[str]) -> str:
        return "".join(importing(name).replace("app.ts", f"app{number}.test.ts") for number, name in enumerate(names))

    check_fix(
        f"{MANIFEST}//- /packages/d/{name}\n{text.replace('{}', f'{entry}, {other}')}\n{importers(specifiers)}",
        f"{MANIFEST}//- /packages/d/{name}\n{text.replace('{}', other)}\n"
        + importers(["@alga-psa/workflows/runtime/client" for _ in specifiers]),
        base=SOUND,
    )


class TestCutover:
    @pytest.mark.parametrize(
        ("name", "text", "specifier"),
        [
            (".swcrc", swc(f'"flow/*": ["{OLD}/*"]'), "flow/runtime/a"),
            ("jest-e2e.json", f'{{ "moduleNameMapper": {{ "^flow/(.*)$": "<rootDir>/{OLD}/$1" }} }}', "flow/runtime/a"),
        ],
    )
    def test_targets_follow(self, name: str, text: str, specifier: str) -> None:
        check_cut(
            f"{MANIFEST}//- /packages/d/{name}\n{text}\n{importing(specifier)}{MODULE}",
            f"{MANIFEST}//- /packages/d/{name}\n{text.replace(OLD, NEW)}\n{importing(specifier)}"
            + MODULE.replace("shared/workflow", "ee/packages/workflows/src"),
        )

    def test_those_of_a_manifest_follow(self) -> None:
        text = f'//- /packages/d/package.json\n{{ "name": "d", "alias": {{ "flow": "{OLD}" }} }}\n'
        check_cut(
            f"{text}{importing('flow/runtime/a')}{MODULE}",
            f"{text.replace(OLD, NEW)}{importing('flow/runtime/a')}"
            + MODULE.replace("shared/workflow", "ee/packages/workflows/src"),
        )
