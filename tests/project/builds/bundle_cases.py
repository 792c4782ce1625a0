"""The cases of bundle_table.txt: configurations, and what the tools leave out of their bundles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("bundle_table.txt")
SPECIFIERS = ("@lib/dep", "@lib/dep/sub", "@lib/peer", "@lib/dev", "@lib/optional", "pkg", "@p/a")

_MAIN = "".join(f"import * as m{number} from '{each}';\n" for number, each in enumerate(SPECIFIERS))
_EXPORTS = '"exports": { ".": "./a.ts", "./sub": "./a.ts" }'
_NAMES = ("dep", "peer", "dev", "optional")
TREE = {
    "package.json": """{
  "name": "web",
  "type": "module",
  "dependencies": { "@lib/dep": "*" },
  "peerDependencies": { "@lib/peer": "*" },
  "optionalDependencies": { "@lib/optional": "*" },
  "devDependencies": { "@lib/dev": "*", "pkg": "*" }
}
""",
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@p/*": ["./src/*"] } } }',
    "src/main.ts": f"{_MAIN}console.log({', '.join(f'm{number}' for number in range(len(SPECIFIERS)))});\n",
    "src/a.ts": "export const a = 1;\n",
    "node_modules/pkg/package.json": '{ "name": "pkg", "main": "./main.js" }',
    "node_modules/pkg/main.js": "exports.a = 1;\n",
    **{f"libraries/{name}/package.json": f'{{ "name": "@lib/{name}", {_EXPORTS} }}' for name in _NAMES},
    **{f"libraries/{name}/a.ts": f"export const a = '{name}';\n" for name in _NAMES},
}
LINKS = {f"node_modules/@lib/{name}": f"libraries/{name}" for name in _NAMES}


class Case(NamedTuple):
    """A configuration of a tool, and the specifiers that it leaves out."""

    tool: str
    path: str
    text: str
    left: frozenset[str]


def cases() -> Iterator[Case]:
    """The cases of the table."""
    for block in re.split(r"^== ", TABLE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _, rest = block.partition("\n")
        text, _, left = rest.rpartition("\n!")
        tool, path = head.split()
        yield Case(tool, path, f"{text}\n", frozenset(left.split()))


def with_answers(answers: Iterable[Iterable[str]]) -> str:
    """The text of the table with the answers of the tools, in the order of its cases."""
    found = iter(answers)
    return re.sub(
        r"^!(?!.*…).*$",
        lambda _: " ".join(["!", *next(found)]),
        TABLE.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
