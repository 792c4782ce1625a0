"""The namespaces that a file only passes on to those who import it."""

from __future__ import annotations

import re

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import Form, Reference
from workflow_ls.syntax.parser import Source

_NAMESPACE = compile_on_use(rb"\bexport\s+(?:type\s+)?\*\s*as\s+(?P<name>[\w$\x80-\xff]+)\s+from\s*['\"`]\Z")
_TYPE = compile_on_use(rb"\bexport\s+type\s+(?P<name>[\w$\x80-\xff]+)\s*=\s*typeof\s+import\s*\(\s*['\"`]\Z")
_END_OF_TYPE = compile_on_use(
    rb"['\"`]\s*\)\s*(?:;|\r?\n\s*(?:export|import|const|let|type|interface|function|class)\b|\Z)"
)
_MAX_LENGTH = 300  # of such a declaration up to the specifier


def exported_namespace(source: Source, reference: Reference) -> str | None:
    """The name under which a file exports the whole module of a reference, and does nothing else with it.

    That is `export * as name from '…'`, and `export type Name = typeof import('…')` if the name occurs only there.
    """
    start, end = reference.span
    before = source.text[max(0, start - _MAX_LENGTH) : start]
    if reference.form is Form.EXPORT and (found := _NAMESPACE.search(before)) is not None:
        return found["name"].decode("utf-8", "replace")
    found = _TYPE.search(before) if reference.form is Form.IMPORT_TYPE else None
    if found is None or _END_OF_TYPE.match(source.text, end) is None:
        return None
    uses = re.findall(rb"(?<![\w$\x80-\xff])" + re.escape(found["name"]) + rb"(?![\w$\x80-\xff])", source.text)
    return found["name"].decode("utf-8", "replace") if len(uses) == 1 else None
