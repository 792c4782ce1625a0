"""Import maps: files of their own, the `imports` of Deno's configuration, and scripts in HTML.

{ "imports": { "@a": "./a/index.ts", "@a/": "./a/" }, "scopes": { "./b/": { "@a": "./c.ts" } } }
<script type="importmap"> … </script>

A key that ends with a slash is a prefix, any other a whole specifier; the longest that matches counts
(HTML, "resolving a module specifier").
"""

from __future__ import annotations

import posixpath
import re

from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.tree import Node
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.text import Span

TOOL = "import map"
NAMES = ("deno.json", "deno.jsonc", "import_map.json", "import-map.json", "importmap.json", ".importmap")
PAGES = (".html", ".htm")
_NAME = compile_on_use(r"(?:^|/)(?:deno\.jsonc?|import[_-]?map\.json|[\w.-]*\.importmap)$")
_SCRIPT = compile_on_use(
    rb"<script\b(?:[^>\"']|\"[^\"]*\"|'[^']*'){0,400}?\btype\s*=\s*[\"']?importmap[\"']?[^>]*>(.*?)</script\s*>",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = compile_on_use(rb"<!--.*?-->", re.DOTALL)


def is_import_map(path: str) -> bool:
    """Whether a file is an import map, or may have one, by its name."""
    return _NAME.search(path) is not None or path.endswith(PAGES)


def is_deno(path: str) -> bool:
    """Whether a file is a configuration of Deno, by its name."""
    return posixpath.basename(path) in ("deno.json", "deno.jsonc")


def import_map_of(path: str, text: bytes) -> Node | None:
    """The import map in a file, with its places in the text; None if there is none, or none that can be read."""
    if not path.endswith(PAGES):
        return parse_json(text, comments=True).root
    span = _script(text)
    if span is None:
        return None
    # Blanks in the place of the page keep the places.
    return parse_json(b" " * span.start + text[span.start : span.end], comments=False).root


def _script(text: bytes) -> Span | None:
    """The first import map of a page, which is the one that counts."""
    comments = [comment.span() for comment in _COMMENT.finditer(text)]
    for found in _SCRIPT.finditer(text):
        if not any(start <= found.start() < end for start, end in comments):
            return Span(*found.span(1))
    return None
