"""Where new members of a JSON object go: behind which comma or comment, on which line, and what separates them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from workflow_ls.jsonc.layout import Layout, is_on_lines, layout_of, line_indent, member_indent
from workflow_ls.jsonc.model import Value
from workflow_ls.jsonc.parts import (
    LINE_BREAK,
    Part,
    has_break,
    has_break_between,
    has_trailing_comma,
    is_line_comment,
)
from workflow_ls.text import Edit, Span

Members = Sequence[tuple[str, object]]


class Inserter:
    """Where new members go in one object, some of whose parts are `going`; `kept` are the indices of the others."""

    def __init__(
        self, text: bytes, owner: Value, parts: Sequence[Part], going: Collection[int], kept: Sequence[int]
    ) -> None:
        self.text = text
        self.owner = owner
        self.parts = parts
        self.going = going
        self.kept = kept
        self.at = {part.member: at for at, part in enumerate(parts) if part.kind == "member"}
        self.lines = is_on_lines(text, owner)
        self.layout: Layout = layout_of(text, owner)

    def insert(self, place: int, group: Members) -> Iterator[Edit]:
        """Put members between the kept one before the `place` and the one after it."""
        before = self.at[self.kept[place - 1]] if place else 0
        after = self.at[self.kept[place]] if place < len(self.kept) else len(self.parts) - 1
        first, last = before == 0, after == len(self.parts) - 1
        if first and last:
            yield self._alone(group)
            return
        lines = self.lines if first or last else has_break_between(self.text, self.parts, before, after)
        anchor = self._anchor(before, after, lines=lines)
        end = self.parts[anchor].span.end
        if first and not (lines and has_break_between(self.text, self.parts, anchor, after)):
            start = self._start(after)
            written = [
                f"{member},{self._gap(after, lines=lines)}" for member in self._written(after, group, lines=lines)
            ]
            yield Edit(Span(start, start), "".join(written))
            return
        lines = lines or is_line_comment(self.text, self.parts[anchor])
        end = self._line_end(anchor, after) if lines else end
        gap = self._gap(before, lines=lines)
        written = [f"{gap}{member}," for member in self._written(before, group, lines=lines)]
        if last and not has_trailing_comma(self.parts):
            written[-1] = written[-1][:-1]
            if end == self.parts[before].span.end or not lines:
                written[0] = f",{written[0]}"
            else:
                comma = self.parts[before].span.end
                yield Edit(Span(comma, comma), ",")
        yield Edit(Span(end, end), "".join(written))

    def _alone(self, group: Members) -> Edit:
        """Put members into an object that has none, or keeps none."""
        text, parts = self.text, self.parts
        stays = [at for at in range(1, len(parts) - 1) if at not in self.going]
        close = parts[-1].span.start
        anchor = self._anchor(0, len(parts) - 1, lines=True)
        lines = self.lines or is_line_comment(text, parts[anchor])
        if anchor and not lines:
            # A comment that has a line of its own keeps it.
            lines = has_break(text, parts[anchor].span.end, parts[anchor + 1].span.start)
        start = end = parts[anchor].span.end
        if stays and lines:
            start = end = self._line_end(anchor, len(parts) - 1)
        gap = self._gap(0, lines=lines)
        head, tail = gap, ""
        if not stays and self.going:
            # The blanks at both ends were right for what is removed.
            head, tail = text[start : parts[1].span.start].decode(), text[parts[-2].span.end : close].decode()
        elif not self.going:
            end = close
            tail = self.layout.line(line_indent(text, self.owner.span.start)) if lines else self.layout.pad
            head = gap if lines else self.layout.pad
        comma = "," if has_trailing_comma(parts) else ""
        return Edit(Span(start, end), head + f",{gap}".join(self._written(0, group, lines=lines)) + comma + tail)

    def _anchor(self, before: int, after: int, *, lines: bool) -> int:
        """The part that is kept, behind which new members go: before what is removed there, else on the line before."""
        between = range(before + 1, after)
        removed = next((at for at in between if self.parts[at].kind == "member"), None)
        if removed is not None:
            return next(at for at in range(removed - 1, -1, -1) if at not in self.going)
        if before == 0:
            start = self.parts[0].span.end
            if not self.at:
                return after - 1
            own = self.parts[after].member
            same_line = (at for at in between if not has_break(self.text, start, self.parts[at].span.start))
            return max((at for at in same_line if self.parts[at].member != own), default=0)
        beside = [at for at in between if self.parts[at].member == self.parts[before].member and at not in self.going]
        commas = [at for at in beside if self.parts[at].kind == "comma"]
        if lines:
            return max(beside, default=before)
        if commas or any(is_line_comment(self.text, self.parts[at]) for at in beside):
            return max(commas, default=before)
        return max(beside, default=before)

    def _line_end(self, anchor: int, after: int) -> int:
        """Where a line for new members begins: the end of the anchor, or of the blank lines before what is removed."""
        last = self.parts[after - 1].span.end
        if self.parts[after].kind == "close" and not has_break(self.text, last, self.parts[after].span.start):
            return self.parts[anchor].span.end  # what is deleted may begin there
        for at in range(anchor + 1, after):
            if at not in self.going:
                break
            breaks = list(LINE_BREAK.finditer(self.text, self.parts[at - 1].span.end, self.parts[at].span.start))
            if breaks:
                return breaks[-1].start()
        return self.parts[anchor].span.end

    def _start(self, after: int) -> int:
        """Where a member starts, with the comments about it that stand before it on its line."""
        own = self.parts[after].member
        return min(part.span.start for part in self.parts[: after + 1] if part.member == own)

    def _gap(self, near: int, *, lines: bool) -> str:
        return self.layout.line(self._indent(near)) if lines else self.layout.comma

    def _indent(self, near: int) -> str:
        return member_indent(self.text, self.owner, max(self.parts[near].member, 0), self.layout)

    def _written(self, near: int, group: Members, *, lines: bool) -> list[str]:
        like = nearest(self.owner, self.parts[near].span.end)
        indent = self._indent(near)
        return [self.layout.member(key, data, like, indent, lines=lines) for key, data in group]


def nearest(owner: Value, offset: int) -> list[Value]:
    """The values in an object or array, those nearest to the offset first."""
    values: Iterable[Value] = (*owner.items, *(member.value for member in owner.members))
    return sorted(values, key=lambda value: max(value.span.start - offset, offset - value.span.end, 0))
