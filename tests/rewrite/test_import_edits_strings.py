"""A name that is written as a string may stand close to the words beside it; the one in its place may not."""

from __future__ import annotations

import pytest

from tests.rewrite.surgeries import OLD, only_reference
from workflow_ls.rewrite.target import ImportPart
from workflow_ls.rewrite.text_edits.import_edits import rewrite
from workflow_ls.text import apply_edits


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import { 'a b'as x } from 'old';", "import { c as x } from 'new';"),
        ("import { 'a b' as x } from 'old';", "import { c as x } from 'new';"),
        ("import { type 'a b'as x } from 'old';", "import { type c as x } from 'new';"),
        ("import { type'a b'as x } from 'old';", "import { type c as x } from 'new';"),
        ("import { type'a b' as x } from 'old';", "import { type c as x } from 'new';"),
        ("import {'a b'as x} from 'old';", "import {c as x} from 'new';"),
        ("export { 'a b'as x } from 'old';", "export { c as x } from 'new';"),
        ("export {'a b'} from 'old';", "export {c as 'a b'} from 'new';"),
        ("export { x as'a b' } from 'old';", "export { c as'a b' } from 'new';"),
    ],
)
def test_a_string_gives_way_to_a_word(before: str, after: str) -> None:
    reference = only_reference(before)
    (name,) = reference.names
    edits = rewrite(before.encode(), reference=reference, parts=[ImportPart("new", ((name, "c"),))])
    assert apply_edits(before.encode(), edits).decode() == after
    assert OLD not in after
