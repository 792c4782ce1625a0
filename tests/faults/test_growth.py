"""Large projects of one shape: twice the size is twice the work"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.checks import change, open_project
from tests.strategies import at_night
from tests.work import assert_in_proportion, count_work
from workflow_ls.analysis import Analysis
from workflow_ls.project.queries.database import Component, query
from workflow_ls.proof.joined_fixes import FixOptions

LEGACY = "@shared/workflow/runtime"
Shape = Callable[[int], str]


def each(size: int, text: str, *, between: str = "") -> str:
    """A text many times over; `#` is the number of each, and `+` that of the next one."""
    return between.join(text.replace("#", str(n)).replace("+", str(n + 1)) for n in range(size))


def analysis_of(text: str) -> Analysis:
    return Analysis(open_project(text.replace("~", LEGACY))[1])


def check(text: str) -> int:
    return count_work(analysis_of(text).check)


def fix(text: str) -> int:
    analysis = analysis_of(text)
    analysis.check()
    return count_work(lambda: analysis.fix_all(("",), FixOptions()))


def file(path: str, text: str) -> str:
    return f"//- /{path}\n{text}\n"


BARRELS: dict[str, Shape] = {
    "a chain": lambda size: (
        each(size, file("packages/a/src/m#.ts", "export * from './m+';\nexport * from '~';\nexport const v# = 1;"))
        + file(f"packages/a/src/m{size}.ts", "export const last = 1;")
    ),
    "a fan that others re-export": lambda size: (
        file("packages/a/src/index.ts", each(size, "export * from './m#';\n") + "export * from '~';")
        + each(size, file("packages/a/src/m#.ts", "export const v# = 1;"))
        + each(size, file("packages/a/src/u#.ts", "export * from './index';\nexport * from '~';"))
    ),
    "names that would become ambiguous": lambda size: (
        file("packages/a/src/index.ts", each(size, "export * from '~/m#';\nexport * from './o#';\n"))
        + each(size, file("packages/a/src/o#.ts", "export const w# = 1;"))
        + each(size, file("shared/workflow/runtime/m#.ts", "export const v# = 1;"))
        + each(size, file("ee/packages/workflows/src/runtime/m#.ts", "export const v# = 1;\nexport const w# = 1;"))
    ),
}


@pytest.mark.parametrize("shape", BARRELS.values(), ids=BARRELS)
@pytest.mark.parametrize("work", [fix, *at_night(check)])
def test_barrels(work: Callable[[str], int], shape: Shape) -> None:
    """Thousands of barrels re-export each other, in a chain or a fan -> each costs the same."""
    assert_in_proportion(lambda size: work(shape(size)), 40)


IMPORTER = file("packages/p#/src/a.ts", "import { start } from '~';\nstart();")
DECLARING = file("packages/p#/package.json", '{ "name": "@x/p#", "dependencies": { "@alga-psa/workflows": "*" } }')
COMPOSITE = '{ "compilerOptions": { "composite": true }, "include": [INCLUDE], "references": [REFERENCES] }'


def composite(path: str, *, include: str = '"src"', references: str = "") -> str:
    return file(path, COMPOSITE.replace("INCLUDE", include).replace("REFERENCES", references))


PACKAGE = '{ "path": "./packages/p#" }'
PROJECTS: dict[str, Shape] = {
    "a root that references all, and is referenced": lambda size: (
        file(
            "tsconfig.json",
            '{ "files": [], "references": [' + each(size, '{ "path": "./packages/p#" }', between=",") + "] }",
        )
        + composite("ee/packages/workflows/tsconfig.json")
        + each(size, composite("packages/p#/tsconfig.json", references='{ "path": "../.." }') + DECLARING + IMPORTER)
    ),
    "configurations beside each other": lambda size: (
        file("tsconfig.json", '{ "files": [], "compilerOptions": { "composite": true } }')
        + composite("tsconfig.w.json", include='"ee/**/*"')
        + each(size, composite("tsconfig.p#.json", include='"packages/p#/**/*"') + DECLARING + IMPORTER)
    ),
}


@pytest.mark.parametrize("shape", PROJECTS.values(), ids=PROJECTS)
def test_projects_that_reference_each_other(shape: Shape) -> None:
    """Thousands of TypeScript projects reference each other -> each costs the same."""
    assert_in_proportion(lambda size: check(shape(size)), 60)


def unexported(size: int) -> str:
    return each(
        size,
        file("ee/packages/workflows/src/s#/k.ts", "export const x = 1;")
        + file("packages/a/src/u#.ts", "import { x } from '@alga-psa/workflows/s#/k';"),
    )


@pytest.mark.parametrize("work", [fix, *at_night(check)])
def test_new_keys_of_a_manifest(work: Callable[[str], int]) -> None:
    """A manifest gets thousands of new keys -> each costs the same."""
    assert_in_proportion(lambda size: work(unexported(size)), 20)


def package(config: str, more: str = "") -> str:
    return file("packages/p#/package.json", f'{{ "name": "@x/p#"{more} }}') + IMPORTER + config


LEGACY_PATHS = '"baseUrl": ".", "paths": { "@shared/workflow/*": ["../../shared/workflow/*"] }'
CONFIGURED: dict[str, Shape] = {
    "`paths` of the tree": lambda size: each(
        size, package(file("packages/p#/tsconfig.json", f'{{ "compilerOptions": {{ {LEGACY_PATHS} }} }}'))
    ),
    "`paths` of the tree, beside others": lambda size: each(
        size, package(file("packages/p#/tsconfig.app.json", f'{{ "compilerOptions": {{ {LEGACY_PATHS} }} }}'))
    ),
    "aliases of a bundler": lambda size: each(
        size,
        package(
            file(
                "packages/p#/vite.config.ts",
                "export default { resolve: { alias: { '@shared/workflow': '../../shared/workflow' } } };",
            )
        ),
    ),
    "names of a package's own": lambda size: each(
        size, package("", ', "imports": { "#flow/*": "../../shared/workflow/*.ts" }')
    ),
    "style sheets": lambda size: each(
        size,
        package(file("packages/p#/tsconfig.json", f'{{ "compilerOptions": {{ {LEGACY_PATHS} }} }}'))
        + file("packages/p#/src/a.css", "@import '@shared/workflow/ui/a.css';"),
    ),
}


@pytest.mark.parametrize("shape", CONFIGURED.values(), ids=CONFIGURED)
@pytest.mark.parametrize("work", [fix, *at_night(check)])
def test_configurations_with_aliases(work: Callable[[str], int], shape: Shape) -> None:
    """Thousands of configurations have an alias for the tree -> each is compared with the files that it is for."""
    assert_in_proportion(lambda size: work(shape(size)), 30, most=2.15)


PATTERNS = '"exports": { ".": "./src/index.ts", "./runtime": "./src/runtime/index.ts", KEYS }'


def patterns(size: int) -> str:
    keys = each(size, '"./*/x#": "./src/*/x#.ts"', between=",")
    return (
        file(
            "ee/packages/workflows/package.json",
            f'{{ "name": "@alga-psa/workflows", {PATTERNS.replace("KEYS", keys)} }}',
        )
        + each(size, file("ee/packages/workflows/src/a/x#.ts", "export const x = 1;"))
        + file("packages/a/src/u.ts", each(size, "import { start as s# } from '~/x#';\n"))
        + each(size, file("packages/a/src/v#.ts", "import { x } from '@alga-psa/workflows/a/x#';"))
    )


def test_patterns_of_a_manifest() -> None:
    """A manifest exports thousands of patterns, which thousands of files import by -> each costs the same."""
    assert_in_proportion(lambda size: check(patterns(size)), 150, most=2.1)


class _Counting(Component):
    """A query that reads thousands of others, as those that look at the whole workspace."""

    @query
    def is_long(self, path: str) -> bool:
        return len(self.files.read(path) or b"") > 100

    @query
    def long_ones(self) -> int:
        return sum(self.is_long(f"many/{name}") for name in self.files.entries("many"))


def test_a_key_in_one_of_the_files_that_a_query_reads() -> None:
    """A query reads thousands of files, and a key changes one -> what did not change is not looked at."""

    def look_again(size: int) -> int:
        workspace = open_project(each(size, file("many/f#.ts", "text")))[1]
        counting = workspace.component(_Counting)
        for text in ("one", "another"):
            assert counting.long_ones() == 0
            change(workspace, "many/f1.ts", text)
        return count_work(counting.long_ones)

    assert look_again(800) == look_again(200)
    assert look_again(200) > 10
