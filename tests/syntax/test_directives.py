"""The directives at the start of a file."""

from __future__ import annotations

import pytest

from workflow_ls.syntax.directives import find_directives


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("import 'use client';", []),
        ("const a = 1; 'use client'", []),
        ("'use client'.length", []),
        ("'use client', f()", []),
        ("`use client`", []),
        ("// 'use client'\nf()", []),
        ("'use client'", ["use client"]),
        ('"use client";\nimport a from "a"', ["use client"]),
        ("'use strict'\n'use server'\nf()", ["use strict", "use server"]),
        ("/* licence */ // more\n;'use client'", []),
        ("/* licence */ // more\n'use client'\n/* x */;f()", ["use client"]),
        ("#!/usr/bin/env node\n'use server';", ["use server"]),
        ("\ufeff'use client'", ["use client"]),
        ("'use client'\r\nexport {}", ["use client"]),
    ],
)
def test_only_strings_that_stand_first_are_directives(text: str, expected: list[str]) -> None:
    assert list(find_directives(text.encode())) == expected
