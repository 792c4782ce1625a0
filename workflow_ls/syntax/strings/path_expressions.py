"""Paths that a program computes from the directory of its own file, or joins from several strings.

    new URL('../x.json', import.meta.url)    join(__dirname, '..', 'x.json')    `${__dirname}/../x.json`
    import.meta.glob('../x/*.ts')            import(`../x/${name}.ts`)          join(root, 'a', 'b', 'x.json')

They are searched in the bytes; the syntax tree confirms that they are strings, and shows which call they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from workflow_ls.records import record, replace
from workflow_ls.regular_expressions import compile_on_use
from workflow_ls.syntax.model import StringUse
from workflow_ls.syntax.parser import Source
from workflow_ls.syntax.spelling.trivia import BLOCK_COMMENT
from workflow_ls.syntax.strings.string_literals import find_string_matches
from workflow_ls.text import Span

_OWN_DIRECTORY = (
    rb"(?:\b__dirname\b|\bimport\.meta\.dirname\b"
    rb"|\b(?:path\.)?dirname\(\s*(?:__filename|import\.meta\.filename|(?:url\.)?fileURLToPath\(\s*import\.meta\.url\s*\))\s*\)"
    rb"|\b(?:url\.)?fileURLToPath\(\s*new\s+URL\(\s*(?:'\./?'|\"\./?\")\s*,\s*import\.meta\.url\s*\)\s*\))"
)
_NAMED = compile_on_use(
    rb"\b(?:const|let|var)\s+([\w$]+)\s*(?::\s*string\s*)?=\s*" + _OWN_DIRECTORY + rb"(?=[ \t]*(?:;|\r|\n|$))"
)
_LITERAL = rb"(?P<quote>['\"`])(?P<text>[^'\"`\\\n$]*)(?P=quote)"
_LIST = rb"(?P<quote>['\"`])(?P<text>[^'\"`\\\n$]*(?:(?P=quote)\s*,\s*(?P=quote)[^'\"`\\\n$]*)*)(?P=quote)"
_OPEN = rb"(?P<quote>`)(?P<text>\.[^`$\\\n]*)(?=\$\{)"
_IN_CALLS = tuple(
    compile_on_use(pattern)
    for pattern in (
        rb"\bnew\s+URL\(\s*" + _LITERAL + rb"\s*,\s*import\.meta\.url\b",
        rb"\bnew\s+URL\(\s*" + _OPEN + rb"[^`\n]*`\s*,\s*import\.meta\.url\b",
        rb"\brequire\.context\(\s*" + _LITERAL,
        rb"\b(?:import|require)\(\s*(?:" + BLOCK_COMMENT + rb"\s*)*" + _OPEN,
    )
)
_GLOBS = compile_on_use(
    rb"\bimport\.meta\.glob(?:Eager)?\s*(?:<[^()]*>)?\(\s*(?P<list>\[[^\]]*\]|['\"`][^'\"`\n]*['\"`])"
)
_ANY_LITERAL = compile_on_use(_LITERAL)
_MARKS = (b"__dirname", b"__filename", b"import.meta", b"require.context", b"import(", b"require(")
_STRINGS = frozenset({"string", "template_string"})
_JOINING = ("join", "resolve", "joinPath")


@record
class PathExpression:
    """A path that a program joins from strings.

    `strings` are their values; `span` reaches from the start of the first to the end of the last, without the outer
    quotes; `quote` is their quote character.  `anchored`: it is relative to the directory of its file.  `banned`: a
    test expects that there is nothing at the path.
    """

    strings: tuple[str, ...]
    span: Span
    quote: str
    anchored: bool
    banned: bool = False

    @property
    def text(self) -> str:
        """The strings, joined by slashes."""
        return "/".join([*(string.rstrip("/") for string in self.strings[:-1]), self.strings[-1]])


def find_path_expressions(source: Source, tree: str) -> tuple[PathExpression, ...]:
    """The path expressions of a file, in file order, none inside another.

    These are the paths relative to the file's own directory, also through a variable that is declared as such, and
    the paths that name the directory `tree` in several strings.
    """
    found = list[PathExpression]()
    built = (*_split_paths(source, tree), *_anchored_paths(source))
    candidates = {path.span: path for path in built if path.text not in (".", "./")}
    for span in sorted(candidates):
        if not found or span.start >= found[-1].span.end:
            found.append(candidates[span])
    if not found:
        return ()
    matches = find_string_matches(source, {string for path in found for string in path.strings}, (), with_use=True)
    confirmed = list[PathExpression]()
    for path in found:
        match = next((m for m in matches if m.span.start <= path.span.start < m.span.end), None)
        if match is not None:
            confirmed.append(replace(path, banned=match.use is StringUse.BANNED))
    return tuple(confirmed)


def may_split_path(text: bytes, tree: str) -> bool:
    """Whether a text may name the directory `tree` in several strings, which needs a syntax tree to decide."""
    return "/" in tree and _parts_pattern(tree).search(text) is not None


def may_anchor_path(text: bytes) -> bool:
    """Whether a text may contain a path relative to the directory of its file."""
    return any(mark in text for mark in _MARKS)


def split_path_needles(tree: str) -> tuple[str, ...]:
    """Texts to search for: a file that names the directory `tree` in several strings contains one of them."""
    segments = tree.split("/")
    ends = ("/".join(segments[index:]) for index in range(1, len(segments)))
    return tuple(quote + end for end in ends for quote in ("'", '"', "`"))


def _anchored_paths(source: Source) -> Iterator[PathExpression]:
    text = source.text
    if not may_anchor_path(text):
        return
    names = sorted({re.escape(match[1]) for match in _NAMED.finditer(text)})
    own_directory = (
        rb"(?:" + b"|".join((_OWN_DIRECTORY, *(rb"(?<![\w$.])" + name + rb"(?![\w$])" for name in names))) + rb")"
    )
    for match in re.finditer(own_directory + rb"\s*,\s*" + _LIST, text):
        callee = _callee(source, match.start("text"))
        if callee is not None:
            path = _anchored_path(match)
            # What another function does with its other arguments is unknown.
            yield path if callee in _JOINING else _first_string(text, path)
    for pattern in (re.compile(own_directory + rb"\s*\+\s*" + _LITERAL), *_IN_CALLS):
        yield from (_anchored_path(match) for match in pattern.finditer(text))
    for match in re.finditer(rb"\$\{\s*" + own_directory + rb"\s*\}(?P<text>/[^`$\\\n]*)", text):
        yield PathExpression((_decode(match["text"]),), Span(*match.span("text")), "`", anchored=True)
    for match in _GLOBS.finditer(text):
        for literal in _ANY_LITERAL.finditer(text, *match.span("list")):
            start = literal.start("text") + literal["text"].startswith(b"!")
            value = _decode(text[start : literal.end("text")])
            yield PathExpression((value,), Span(start, literal.end("text")), _decode(literal["quote"]), anchored=True)


def _split_paths(source: Source, tree: str) -> Iterator[PathExpression]:
    for match in _parts_pattern(tree).finditer(source.text) if "/" in tree else ():
        if f"{tree}/" not in f"{_decode(match['first'])}/" and _callee(source, match.start("text")) in _JOINING:
            strings = re.split(rf"{_decode(match['quote'])}\s*,\s*{_decode(match['quote'])}", _decode(match["text"]))
            yield PathExpression(tuple(strings), Span(*match.span("text")), _decode(match["quote"]), anchored=False)


@lru_cache(maxsize=8)
def _parts_pattern(tree: str) -> re.Pattern[bytes]:
    """Matches literals of one quote character, separated by commas, that name the segments of `tree` in order."""
    segments = [re.escape(segment.encode()) for segment in tree.split("/")]
    named = rb"(?:/|/?(?P=quote)\s*,\s*(?P=quote))".join(segments)
    more = rb"(?:/[^'\"`\\\n$]*)?(?:(?P=quote)\s*,\s*(?P=quote)[^'\"`\\\n$]*)*"
    first = rb"(?=(?P<first>[^'\"`\\\n$]*))"
    return re.compile(rb"(?P<quote>['\"`])(?P<text>" + first + rb"(?:[^'\"`\\\n$]*/)?" + named + more + rb")(?P=quote)")


def _anchored_path(match: re.Match[bytes]) -> PathExpression:
    quote, value = _decode(match["quote"]), _decode(match["text"])
    return PathExpression(
        tuple(re.split(rf"{quote}\s*,\s*{quote}", value)), Span(*match.span("text")), quote, anchored=True
    )


def _first_string(text: bytes, path: PathExpression) -> PathExpression:
    end = text.index(path.quote.encode(), path.span.start)
    return PathExpression(path.strings[:1], Span(path.span.start, end), path.quote, path.anchored)


def _callee(source: Source, offset: int) -> str | None:
    """The last name of the function that has the string at an offset as argument; None if there is no call."""
    node = source.ancestry.node_at(offset, offset)
    node = source.ancestry.nearest(node, _STRINGS)
    arguments = None if node is None else source.ancestry.parent(node)
    call = None if arguments is None or arguments.type != "arguments" else source.ancestry.parent(arguments)
    function = None if call is None else call.child_by_field_name("function")
    return None if function is None else _last_name(source.text[function.start_byte : function.end_byte])


def _last_name(text: bytes) -> str:
    return _decode(re.split(rb"[.\s]", text)[-1])


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def join_arguments(segments: Sequence[str], quote: str) -> str:
    """Strings written as a list of arguments, without the outermost quotes."""
    return f"{quote}, {quote}".join(segments)
