"""Requests to a bundler in a specifier: a query after the module (`./a?raw`), or loaders before it (`!!raw-loader!a`).

Such an import gives what the loader makes of the file, such as its text, its URL or a worker, and not what it exports.
"""

from __future__ import annotations

from workflow_ls.records import replace
from workflow_ls.syntax.model import Reference
from workflow_ls.text import Span


def module_part(specifier: str) -> str:
    """The module in a specifier, without a query and without loaders."""
    return specifier.rpartition("!")[2].partition("?")[0]


def is_request(specifier: str) -> bool:
    """Whether a specifier has a query or loaders."""
    return "?" in specifier or "!" in specifier


def split_request(request: str) -> tuple[str, str]:
    """The loaders and the query of a specifier without its module."""
    end = request.rfind("!") + 1
    return request[:end], request[end:]


def without_request(text: bytes, reference: Reference) -> Reference:
    """A reference reduced to the module in its specifier, so that a rewrite keeps the query and the loaders.

    It takes no names from the module.  A specifier with escapes, and one without a request, stays as it is.
    """
    specifier, span = reference.specifier, reference.span
    if not is_request(specifier) or text[slice(*span)] != specifier.encode():
        return reference
    module = module_part(specifier)
    start = span.start + len(specifier[: specifier.rfind("!") + 1].encode())
    narrowed = Span(start, start + len(module.encode()))
    return replace(reference, specifier=module, span=narrowed, names=(), whole=False)


def with_request(text: bytes, reference: Reference) -> Reference:
    """A reference that was reduced to its module, with the query and the loaders that its string has in the text."""
    quote, (start, end) = reference.quote.encode(), reference.span
    if not quote or text[start - 1 : start] == quote == text[end : end + 1]:
        return reference
    whole = Span(text.rfind(quote, 0, start) + 1, text.find(quote, end))
    specifier = text[slice(*whole)].decode("utf-8", "replace")
    return replace(reference, specifier=specifier, span=whole) if is_request(specifier) else reference
