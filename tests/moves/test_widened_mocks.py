"""Mocks of a new module that re-exports the legacy one: a cutover makes them one, and no test sees another one."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.moves.cuts import BASE, CANONICAL, LEGACY, MODULE, SOURCES, TREE, cut, plan_of, problems
from workflow_ls.analysis import Analysis
from workflow_ls.moves.cutover.plan import make_plan

FACADE = f"""{MODULE}
//- /{SOURCES}runtime/a.ts
export * from '../../../../../{TREE}runtime/a';
export {{ default }} from '../../../../../{TREE}runtime/a';
"""
TEST = "packages/a/b.test.ts"
BY_NEW = f"import {{ a }} from '{CANONICAL}';\nexport const b = a;"
BY_OLD = f"import {{ a }} from '{LEGACY}';\nexport const b = a;"
INDEX = f"//- /{TREE}runtime/index.ts\nexport * from './a';\n//- /{SOURCES}runtime/index.ts\nexport * from './a';\n"
MOCK = f"vi.mock('{CANONICAL}', () => ({{ a: 2 }}));"
IDLE = f"the mock of `{CANONICAL}` replaces nothing today, and would replace `a` for"


def tree(loaded: str, mock: str, base: str = FACADE) -> str:
    return f"{base}//- /packages/a/b.ts\n{loaded}\n//- /{TEST}\nimport {{ b }} from './b';\n{mock}\nb;\n"


def told(text: str) -> list[tuple[str, int | None, str]]:
    plan = plan_of(text)
    notes = [(note.path, note.line, note.message) for note in plan.notes if "mock" in note.message]
    return [*notes, *((each.path, each.line, each.message) for each in plan.problems)]


@pytest.mark.parametrize(
    ("loaded", "mock", "base"),
    [
        # All code reaches the module through the new one.
        (BY_NEW, MOCK, FACADE),
        # The new module is no facade.
        (BY_OLD, "vi.mock('@alga-psa/workflows', () => ({ version: 2 }));", FACADE),
        # Nothing mocks it.
        (BY_OLD, f"import '{CANONICAL}';", FACADE),
        # What is not loaded does not count.
        ("export const b = 1;", MOCK, FACADE),
        # Nor does what is loaded and not used, or used as a type.
        (f"import {{ a }} from '{LEGACY}';\nexport const b = 1;", MOCK, FACADE),
        (f"import {{ T }} from '{LEGACY}';\nexport const b: T = 1;", MOCK, FACADE),
        (f"import {{ a }} from '{LEGACY}';\nconst dead = () => a;\nexport const b = 1;", MOCK, FACADE),
        # The mock gives what the module has.
        (BY_OLD, f"vi.mock('{CANONICAL}', async (load) => ({{ ...(await load()), other: 1 }}));", FACADE),
        # Both are mocked alike.
        (BY_OLD, f"{MOCK}\n{MOCK.replace(CANONICAL, LEGACY)}", FACADE),
        (f"{BY_NEW}\nexport {{ a as c }} from '{LEGACY}';", f"{MOCK}\n{MOCK.replace(CANONICAL, LEGACY)}", FACADE),
        # The legacy module is mocked, and the facade passes that on.
        (f"{BY_NEW}\nexport {{ a as c }} from '{LEGACY}';", MOCK.replace(CANONICAL, LEGACY), FACADE),
        # What goes past the mock goes past it afterwards, too.
        (BY_NEW, f"{MOCK}\nexport const c = await vi.importActual('{CANONICAL}');", FACADE),
    ],
)
def test_silent(loaded: str, mock: str, base: str) -> None:
    assert told(tree(loaded, mock, base)) == []


@pytest.mark.parametrize(
    ("loaded", "place"),
    [
        (BY_OLD, f"packages/a/b.ts, which imports `{LEGACY}`"),
        (f"import {{ b }} from '../../{TREE}user';\nexport {{ b }};", f"{TREE}user.ts, which imports `./runtime/a`"),
        (
            "import { a } from '@shared/workflow/runtime';\nexport const b = a;",
            "packages/a/b.ts, which imports `@shared/workflow/runtime`",
        ),
        (f"import * as it from '{LEGACY}';\nexport const b = it.a;", f"packages/a/b.ts, which imports `{LEGACY}`"),
        (
            f"export const b = async () => (await import('{LEGACY}')).a;",
            f"packages/a/b.ts, which imports `{LEGACY}`",
        ),
    ],
)
def test_a_mock_that_replaces_nothing_goes(loaded: str, place: str) -> None:
    base = f"{FACADE}{INDEX}//- /{TREE}user.ts\nimport {{ a }} from './runtime/a';\nexport const b = a;\n"
    assert told(tree(loaded, MOCK, base)) == [(TEST, 2, f"{IDLE} {place}. It is removed.")]
    left = cut(tree(loaded, MOCK, base))
    assert left[TEST] == "import { b } from './b';\nb;\n"


@pytest.mark.parametrize(
    ("mock", "left"),
    [
        (
            MOCK.replace("=> ", "=> {\n  const a = 2;\n  return ").replace("}));", "};\n});"),
            "import { b } from './b';\nb;\n",
        ),
        (f"vi.mock('{CANONICAL}')", "import { b } from './b';\nb;\n"),
        (f"vi.mock(import('{CANONICAL}'), () => ({{ a: 2 }}));", "import { b } from './b';\nb;\n"),
        (f"\n// Mocks\n{MOCK}\n", "import { b } from './b';\n\n// Mocks\n\nb;\n"),
        (f"\n{MOCK}\n", "import { b } from './b';\n\nb;\n"),
        (f"\n// @ts-expect-error not typed\n{MOCK}\n", "import { b } from './b';\n\nb;\n"),
        (
            f"beforeEach(() => {{\n  vi.doMock('{CANONICAL}', () => ({{}}));\n}});",
            "import { b } from './b';\nbeforeEach(() => {\n});\nb;\n",
        ),
    ],
)
def test_no_line_of_it_stays(mock: str, left: str) -> None:
    assert cut(tree(BY_OLD, mock))[TEST] == left


def test_names_that_only_the_mock_used_are_told() -> None:
    names = "const fake = vi.hoisted(() => 2);\nconst kept = 1;"
    mock = f"{names}\nvi.mock('{CANONICAL}', () => ({{ a: fake + kept }}));\nkept;"
    assert told(tree(BY_OLD, mock))[1:] == [
        (TEST, None, "`fake` is unused without the mocks that are removed. Remove it, too.")
    ]


@pytest.mark.parametrize(
    "loaded",
    [
        f"{BY_NEW}\nimport {{ a as other }} from '{LEGACY}';\nexport const c = other;\nc;",
        f"{BY_NEW}\nimport {{ c }} from '../../{TREE}user';\nexport const d = c;\nd;",
        f"{BY_NEW}\nimport d from '{LEGACY}';\nd;",
    ],
)
def test_one_that_works_for_others_stands_in_the_way(loaded: str) -> None:
    base = f"{FACADE}//- /{TREE}user.ts\nimport {{ a }} from './runtime/a';\nexport const c = a;\n"
    mock = MOCK.replace("a: 2", "a: 2, default: 3")
    ((path, line, message),) = told(tree(loaded, mock, base))
    assert (path, line) == (TEST, 2)
    assert message.startswith(f"the mock of `{CANONICAL}` works for packages/a/b.ts today, and would also replace `")
    assert message.endswith(
        f"Mock `{LEGACY}` here, too, by the same factory, and see this test pass, or pass --widen-mocks."
    )


def test_what_the_test_itself_imports_is_what_its_mock_gives() -> None:
    text = tree(BY_OLD, f"import {{ a }} from '{CANONICAL}';\n{MOCK}\na;")
    assert [message.partition(" today")[0] for _, _, message in told(text)] == [
        f"the mock of `{CANONICAL}` works for this file"
    ]


def test_a_mock_in_a_chain_is_removed_by_hand() -> None:
    mock = f"jest.mock('./c', () => ({{}})).mock('{CANONICAL}', () => ({{ a: 2 }}));"
    assert problems(tree(BY_OLD, mock)) == [
        (
            TEST,
            f"{IDLE} packages/a/b.ts, which imports `{LEGACY}`. Remove this mock by hand first, or pass --widen-mocks.",
        )
    ]


BARREL, OLD_BARREL = "@alga-psa/workflows/runtime", "@shared/workflow/runtime"
STARTING = f"""{FACADE}
//- /{TREE}runtime/index.ts
export * from './a';
//- /{SOURCES}runtime/index.ts
export * from './a';
export * from './start';
//- /{SOURCES}runtime/start.ts
console.log('starts');
export const start = 1;
"""


def test_a_mock_that_keeps_others_from_running_stands_in_the_way() -> None:
    loaded = f"import {{ a }} from '{OLD_BARREL}';\nexport const b = a;\nimport '{BARREL}';"
    assert problems(tree(loaded, f"vi.mock('{BARREL}', () => ({{ a: 2 }}));", STARTING)) == [
        (
            TEST,
            (
                f"the mock of `{BARREL}` would replace `a` for packages/a/b.ts, which imports `{OLD_BARREL}`, and it "
                "keeps other modules from running. Complete or remove this mock first, or pass --widen-mocks."
            ),
        )
    ]
    # They run anyway.
    loaded += f"\nimport '../../{SOURCES}runtime/start';"
    assert problems(tree(loaded, f"vi.mock('{BARREL}', () => ({{ a: 2 }}));", STARTING)) == []


def test_the_mock_of_a_legacy_barrel_that_becomes_a_larger_one_stands_in_the_way() -> None:
    loaded = f"import {{ a }} from '{OLD_BARREL}';\nimport {{ start }} from '{BARREL}';\nexport const b = a + start;"
    assert problems(tree(loaded, f"vi.mock('{OLD_BARREL}', () => ({{ a: 2 }}));", STARTING)) == [
        (
            TEST,
            (
                f"the mock of `{OLD_BARREL}` works for packages/a/b.ts today, and would also replace `start` for "
                f"packages/a/b.ts, which imports `{BARREL}`. Mock `{BARREL}` here, too, by the same factory, and see "
                "this test pass, or pass --widen-mocks."
            ),
        )
    ]


def test_on_request_a_mock_may_replace_more() -> None:
    loaded = f"{BY_NEW}\nimport {{ a as other }} from '{LEGACY}';\nexport const c = other;\nc;"
    analysis = Analysis(open_project(tree(loaded, MOCK), base=BASE)[1])
    plan = make_plan(analysis, widen_mocks=True)
    assert plan.problems == ()
    (message,) = (note.message for note in plan.notes if "mock" in note.message)
    assert message.startswith(f"the mock of `{CANONICAL}` works for packages/a/b.ts today, and would also replace `a`")
    assert message.endswith(". Run the tests that load this file.")


HELPER = f"//- /packages/a/fakes.ts\nimport {{ vi }} from 'vitest';\n{MOCK}\n"
LOADS_HELPER = "//- /packages/a/{}.test.ts\nimport './fakes';\nimport {{ b }} from './{}';\nb;\n"
USERS = f"//- /packages/a/old.ts\n{BY_OLD}\n//- /packages/a/new.ts\n{BY_NEW}\n"


def test_a_mock_in_a_helper_goes_if_it_is_idle_in_all_tests() -> None:
    text = FACADE + HELPER + USERS + LOADS_HELPER.format("one", "old") + LOADS_HELPER.format("two", "old")
    assert cut(text)["packages/a/fakes.ts"] == "import { vi } from 'vitest';\n"


def test_a_mock_in_a_helper_stands_in_the_way_if_another_test_needs_it() -> None:
    text = FACADE + HELPER + USERS + LOADS_HELPER.format("one", "old") + LOADS_HELPER.format("two", "new")
    ((path, message),) = problems(text)
    assert path == "packages/a/fakes.ts"
    assert message.startswith(
        f"the mock of `{CANONICAL}` works for packages/a/new.ts today, and would also replace `a`"
    )


@pytest.mark.parametrize(
    ("config", "counts"),
    [
        ("vitest.config.ts", "export default defineConfig({ test: { setupFiles: ['./fakes'] } });"),
        ("vitest.config.mts", "const test = { setupFiles: './fakes.ts' };\nexport default { test };"),
        ("vite.config.ts", "export default () => ({ test: { projects: [{ test: { setupFiles: ['fakes.ts'] } }] } });"),
        ("jest.config.js", "module.exports = { setupFilesAfterEnv: ['<rootDir>/fakes.ts'] };"),
    ],
)
def test_a_mock_in_a_set_up_file_counts_for_the_tests_of_its_configuration(config: str, counts: str) -> None:
    test = "//- /packages/a/two.test.ts\nimport { b } from './old';\ntest('it', () => b);\n"
    elsewhere = test.replace("/packages/a/two", "/shared/two").replace("./old", "../packages/a/old")
    text = FACADE + HELPER + USERS + f"//- /packages/a/{config}\n{counts}\n"
    assert told(text + elsewhere) == []
    assert cut(text + test)["packages/a/fakes.ts"] == "import { vi } from 'vitest';\n"


SPREAD = f"""vi.mock('{CANONICAL}', async (load) => ({{
  ...(await load<object>()),
  a: 2,
  default: 3,
}}));"""


def test_a_name_that_a_spreading_factory_gives_to_nothing_goes() -> None:
    loaded = f"import it from '{CANONICAL}';\nimport {{ a }} from '{LEGACY}';\nexport const b = [it, a];"
    ((path, line, message),) = told(tree(loaded, SPREAD))
    assert (path, line) == (TEST, 2)
    assert message == (
        f"the mock of `{CANONICAL}` would replace `a` for packages/a/b.ts, which imports `{LEGACY}`, where it "
        "replaces nothing today. It is removed from the factory."
    )
    assert cut(tree(loaded, SPREAD))[
        TEST
    ] == f"import {{ b }} from './b';\n{SPREAD.replace('  a: 2,', '')}\nb;\n".replace("\n\n", "\n")


def test_a_name_that_it_gives_to_some_stands_in_the_way() -> None:
    loaded = f"import {{ a as one }} from '{CANONICAL}';\nimport {{ a }} from '{LEGACY}';\nexport const b = [one, a];"
    assert len(problems(tree(loaded, SPREAD))) == 1
