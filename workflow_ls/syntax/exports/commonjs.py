"""The names that a CommonJS module exports, judging by its text."""

from __future__ import annotations

from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.parser import Source
from workflow_ls.text import Span

_NAMED = compile_on_use(
    rb"(?<![\w$.])(?:(?:module\.)?exports\.(?P<assigned>[A-Za-z_$][\w$]*)\s*=(?!=)"
    rb"|Object\.defineProperty\(\s*(?:module\.)?exports\s*,\s*(?P<quote>['\"])(?P<defined>[\w$]+)(?P=quote))"
)
_WHOLE = compile_on_use(rb"(?<![\w$.])module\.exports\s*=(?!=)")
_COPIED = compile_on_use(rb"(?<![\w$.])(?:exports\s*\[|__exportStar\s*\(\s*require|__export\s*\(\s*require)")
_OPAQUE = ((_WHOLE, "it assigns `module.exports`"), (_COPIED, "it fills `exports` when it runs"))


def exported_names(source: Source) -> dict[str, Span]:
    """The names that a module assigns to `exports`, with their places; empty if there are none.

    Detects what Node's lexer (cjs-module-lexer) does of assignments and `Object.defineProperty`, which TypeScript and
    Babel emit.  The names include `default`: for an ES module that imports this one, it is `exports` itself.
    """
    matches = (match for match in _NAMED.finditer(source.text) if _is_code(source, match.start()))
    found = {(match["assigned"] or match["defined"]).decode(): Span(*match.span()) for match in matches}
    found.pop("__esModule", None)
    return {"default": Span(0, 0), **found} if found else {}


def opaque_reason(source: Source) -> str | None:
    """Why the text of a module does not show its names; None if it does."""
    for pattern, reason in _OPAQUE:
        if any(_is_code(source, match.start()) for match in pattern.finditer(source.text)):
            return reason
    return None


def _is_code(source: Source, offset: int) -> bool:
    """Whether an offset is in an identifier, not in a comment or string."""
    node = source.ancestry.node_at(offset, offset)
    return node is not None and node.type in ("identifier", "property_identifier")


_REQUIRE = rb"require\s*\(\s*(?P<quote>['\"])(?P<from>[^'\"\\]+)(?P=quote)\s*\)"
_SIDE = rb"(?:module\s*\.\s*)?exports"
_PASSING = tuple(
    compile_on_use(form + rb"\s*;?")
    for form in (
        rb"(?:exports\s*=\s*)?" + _SIDE + rb"(?:\s*\.\s*[\w$]+)?\s*=\s*" + _REQUIRE + rb"(?:\s*\.\s*[\w$]+)?",
        rb"Object\s*\.\s*assign\s*\(\s*" + _SIDE + rb"\s*,\s*" + _REQUIRE + rb"\s*,?\s*\)",
        rb"(?:[\w$]+\s*\.\s*)?__exportStar\s*\(\s*" + _REQUIRE + rb"\s*,\s*exports\s*\)",
    )
)
_BINDING = compile_on_use(
    rb"(?:(?:const|let|var)\s+(?P<names>\{[\w\s,:$]*\}|[\w$]+)|import\s+(?P<alias>[\w$]+))\s*=\s*"
    + _REQUIRE
    + rb"(?:\s*\.\s*[\w$]+)?\s*;?"
)
_NAMES = compile_on_use(
    rb"(?:export\s*=|(?:exports\s*=\s*)?" + _SIDE + rb"(?:\s*\.\s*[\w$]+)?\s*=)\s*"
    rb"(?P<given>[\w$]+(?:\s*\.\s*[\w$]+)?|\{[\w\s,:.$]*\})\s*;?"
)
_MEMBER = compile_on_use(rb"\s*(?:\.\.\.\s*|[\w$]+\s*:\s*)?(?P<name>[\w$]+)(?:\s*\.\s*[\w$]+)?\s*")
_IDLE = compile_on_use(
    rb"(['\"])use [\w ]+\1\s*;?|;"
    rb"|Object\s*\.\s*defineProperty\s*\(\s*exports\s*,\s*(['\"])__esModule\2\s*,\s*\{\s*value\s*:\s*true\s*\}\s*\)\s*;?"
)


def passed_on(source: Source) -> frozenset[str]:
    """The specifiers of the modules that a CommonJS module only passes on; none if it has anything of its own."""
    specifiers, bound, used, passes = set[bytes](), dict[bytes, bytes](), set[bytes](), False
    for node in source.tree.root_node.named_children:
        written = source.text[node.start_byte : node.end_byte]
        if node.type == "comment" or _IDLE.fullmatch(written):
            continue
        found = next((match for form in _PASSING if (match := form.fullmatch(written))), None)
        if found is not None:
            specifiers.add(found["from"])
            passes = True
        elif binding := _BINDING.fullmatch(written):
            names = binding["alias"] or binding["names"]
            for each in names.strip(b"{} \t\r\n,").split(b","):
                bound[each.rpartition(b":")[2].strip()] = binding["from"]
        elif given := _NAMES.fullmatch(written):
            members = [_MEMBER.fullmatch(each) for each in given["given"].strip(b"{} \t\r\n,").split(b",")]
            if any(member is None or member["name"] not in bound for member in members):
                return frozenset()
            used.update(bound[member["name"]] for member in members if member is not None)
            passes = True
        else:
            return frozenset()
    if not passes or not set(bound.values()) <= used | specifiers:
        return frozenset()
    return frozenset(each.decode("utf-8", "replace") for each in specifiers | used)
