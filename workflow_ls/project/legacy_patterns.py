r"""The regular expressions of configurations that name legacy modules.

external: [/^@shared\/workflow/]           a bundler leaves out, or takes in, what matches
deps: { inline: [/shared\/workflow\//] }   so does a test runner

Elsewhere a regular expression mostly looks for a text, whatever that means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_ls.config.table import Table
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.mentions.key_names import is_ban
from workflow_ls.project.mentions.mention_kinds import known_kind
from workflow_ls.project.workspace import Workspace
from workflow_ls.syntax.indices.text_parts import has_any
from workflow_ls.text import Span

_LINT = "lint configuration"


def legacy_patterns(workspace: Workspace, path: str) -> Iterator[tuple[str, Span]]:
    """What the regular expressions of the configuration at `path` name, without those of bans, and where."""
    text = workspace.files.read(path) or b""
    if not has_any(workspace.context.parsed.parts(path, text), (b"\\/",)) or not _is_configuration(workspace, path):
        return
    found = list(_names(workspace.table).finditer(text))
    source = workspace.sources.source(path) if found else None
    for match in found if source is not None else ():
        node = None if source is None else source.ancestry.node_at(*match.span())
        if source is None or node is None or node.type != "regex_pattern":
            continue
        keys, above = list[str](), source.ancestry.parent(node)
        while above is not None:
            key = above.child_by_field_name("key") if above.type == "pair" else None
            keys += () if key is None or key.text is None else (key.text.decode(),)
            above = source.ancestry.parent(above)
        if not any(map(is_ban, keys)):
            yield match[0].decode().replace("\\/", "/"), Span(*match.span())


def _is_configuration(workspace: Workspace, path: str) -> bool:
    kind = known_kind(path)
    is_lint = kind is not None and kind.name == _LINT
    return is_lint or workspace.component(BuildFiles).is_configuration(path)


def _names(table: Table) -> re.Pattern[bytes]:
    """The legacy roots and the trees, with their slashes as a regular expression has them."""
    texts = sorted({*table.roots, *table.trees}, key=len, reverse=True)
    names = (re.escape(text.encode()).replace(b"/", rb"\\/") for text in texts if "/" in text)
    return re.compile(rb"(?<![\w@-])(?:" + b"|".join(names) + rb")(?![\w-])")
