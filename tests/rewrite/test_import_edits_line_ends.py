"""Where a declaration's line starts, whatever ends the lines before it."""

from __future__ import annotations

import pytest

from tests.rewrite.surgeries import check_rewrite


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "f();", "f();END", "f();ENDg();END  ", "  f();END"])
def test_the_indentation_is_that_of_the_line(line_end: str, before: str) -> None:
    lead = f"{before}END\t".replace("END", line_end)
    check_rewrite(
        f"{lead}import {{ a, b }} from 'old';",
        "one: a | two: b",
        f"{lead}import {{ a }} from 'one';{line_end}\timport {{ b }} from 'two';",
    )


@pytest.mark.parametrize(
    ("before", "plan", "after"),
    [
        (
            "import {\n  a, b } from 'old';",
            "one: a | two: b",
            "import {\n  a\n} from 'one';\nimport {\n  b\n} from 'two';",
        ),
        (
            "import\n      D, {\n  a,\n  b\n} from 'old';",
            "one: default, a | two: b",
            "import\n      D, {\n  a\n} from 'one';\nimport\n      {\n  b\n} from 'two';",
        ),
    ],
)
def test_names_on_several_lines_stay_on_lines_of_their_own(before: str, plan: str, after: str) -> None:
    check_rewrite(before, plan, after)
