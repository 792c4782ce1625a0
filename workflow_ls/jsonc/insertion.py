"""Places new properties in a JSON object: after which comma or comment, on which line, and with what separators."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from workflow_ls.jsonc.formatting import Formatter, formatter_at, is_multiline, line_indent, property_indent
from workflow_ls.jsonc.object_tokens import Token, has_break, has_break_between, has_trailing_comma, is_line_comment
from workflow_ls.jsonc.tree import Node
from workflow_ls.text import LINE_BREAK, Edit, Span

NewProperties = Sequence[tuple[str, object]]
"""Keys and the data for each."""


class Inserter:
    """Inserts properties into one object.

    `removed` are the indices of the tokens that another edit removes, `kept` the indices of the properties that stay.
    """

    def __init__(
        self, text: bytes, node: Node, tokens: Sequence[Token], removed: Collection[int], kept: Sequence[int]
    ) -> None:
        self.text = text
        self.node = node
        self.tokens = tokens
        self.removed = removed
        self.kept = kept
        self.token_of = {token.owner: at for at, token in enumerate(tokens) if token.kind == "property"}
        self.multiline = is_multiline(text, node)
        self.formatter: Formatter = formatter_at(text, node)

    def insert(self, index: int, group: NewProperties) -> Iterator[Edit]:
        """Insert properties after the first `index` of the kept ones."""
        before = self.token_of[self.kept[index - 1]] if index else 0
        after = self.token_of[self.kept[index]] if index < len(self.kept) else len(self.tokens) - 1
        is_first, is_last = before == 0, after == len(self.tokens) - 1
        if is_first and is_last:
            yield self._fill(group)
            return
        multiline = self.multiline if is_first or is_last else has_break_between(self.text, self.tokens, before, after)
        anchor = self._anchor(before, after, multiline=multiline)
        end = self.tokens[anchor].span.end
        if is_first and not (multiline and has_break_between(self.text, self.tokens, anchor, after)):
            start = self._start(after)
            separator = self._separator(after, multiline=multiline)
            pieces = [f"{piece},{separator}" for piece in self._format(after, group, multiline=multiline)]
            yield Edit(Span(start, start), "".join(pieces))
            return
        multiline = multiline or is_line_comment(self.text, self.tokens[anchor])
        end = self._line_end(anchor, after) if multiline else end
        separator = self._separator(before, multiline=multiline)
        pieces = [f"{separator}{piece}," for piece in self._format(before, group, multiline=multiline)]
        if is_last and not has_trailing_comma(self.tokens):
            pieces[-1] = pieces[-1][:-1]
            if end == self.tokens[before].span.end or not multiline:
                pieces[0] = f",{pieces[0]}"
            else:
                comma = self.tokens[before].span.end
                yield Edit(Span(comma, comma), ",")
        yield Edit(Span(end, end), "".join(pieces))

    def _fill(self, group: NewProperties) -> Edit:
        """Insert properties into an object that has none, or keeps none."""
        text, tokens = self.text, self.tokens
        stays = [at for at in range(1, len(tokens) - 1) if at not in self.removed]
        close = tokens[-1].span.start
        anchor = self._anchor(0, len(tokens) - 1, multiline=True)
        multiline = self.multiline or is_line_comment(text, tokens[anchor])
        if anchor and not multiline:
            # A comment that has a line of its own keeps it.
            multiline = has_break(text, tokens[anchor].span.end, tokens[anchor + 1].span.start)
        start = end = tokens[anchor].span.end
        if stays and multiline:
            start = end = self._line_end(anchor, len(tokens) - 1)
        separator = self._separator(0, multiline=multiline)
        head, tail = separator, ""
        if not stays and self.removed:
            # Keep the white space at both ends, which suited the removed properties.
            head, tail = text[start : tokens[1].span.start].decode(), text[tokens[-2].span.end : close].decode()
        elif not self.removed:
            end = close
            formatter, indent = self.formatter, line_indent(text, self.node.span.start)
            tail = formatter.new_line(indent) if multiline else formatter.brace_space
            head = separator if multiline else formatter.brace_space
        comma = "," if has_trailing_comma(tokens) else ""
        pieces = self._format(0, group, multiline=multiline)
        return Edit(Span(start, end), head + f",{separator}".join(pieces) + comma + tail)

    def _anchor(self, before: int, after: int, *, multiline: bool) -> int:
        """The kept token to insert after: the one before removed properties, or the last on the line of `before`."""
        between = range(before + 1, after)
        removed = next((at for at in between if self.tokens[at].kind == "property"), None)
        if removed is not None:
            return next(at for at in range(removed - 1, -1, -1) if at not in self.removed)
        if before == 0:
            start = self.tokens[0].span.end
            if not self.token_of:
                return after - 1
            following = self.tokens[after].owner
            same_line = (at for at in between if not has_break(self.text, start, self.tokens[at].span.start))
            return max((at for at in same_line if self.tokens[at].owner != following), default=0)
        owner = self.tokens[before].owner
        attached = [at for at in between if self.tokens[at].owner == owner and at not in self.removed]
        commas = [at for at in attached if self.tokens[at].kind == "comma"]
        if multiline:
            return max(attached, default=before)
        if commas or any(is_line_comment(self.text, self.tokens[at]) for at in attached):
            return max(commas, default=before)
        return max(attached, default=before)

    def _line_end(self, anchor: int, after: int) -> int:
        """Where the line of the new properties begins: at the anchor's end, or after blank lines that follow it."""
        last = self.tokens[after - 1].span.end
        if self.tokens[after].kind == "close" and not has_break(self.text, last, self.tokens[after].span.start):
            return self.tokens[anchor].span.end  # a removal may begin there
        for at in range(anchor + 1, after):
            if at not in self.removed:
                break
            breaks = list(LINE_BREAK.finditer(self.text, self.tokens[at - 1].span.end, self.tokens[at].span.start))
            if breaks:
                return breaks[-1].start()
        return self.tokens[anchor].span.end

    def _start(self, after: int) -> int:
        """Where a property starts, including its comments that precede it on its line."""
        owner = self.tokens[after].owner
        return min(token.span.start for token in self.tokens[: after + 1] if token.owner == owner)

    def _separator(self, neighbour: int, *, multiline: bool) -> str:
        return self.formatter.new_line(self._indent(neighbour)) if multiline else self.formatter.comma_space

    def _indent(self, neighbour: int) -> str:
        return property_indent(self.text, self.node, max(self.tokens[neighbour].owner, 0), self.formatter)

    def _format(self, neighbour: int, group: NewProperties, *, multiline: bool) -> list[str]:
        siblings = children_near(self.node, self.tokens[neighbour].span.end)
        indent = self._indent(neighbour)
        return [self.formatter.property(key, data, siblings, indent, multiline=multiline) for key, data in group]


def children_near(node: Node, offset: int) -> list[Node]:
    """The values in an object or array, the nearest to an offset first."""
    return sorted(node.children, key=lambda child: max(child.span.start - offset, offset - child.span.end, 0))
