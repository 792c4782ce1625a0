"""Edits of random objects in random styles change what they should, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import examples
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.property_edits import (
    remove_properties,
    set_properties,
    set_properties_at,
)
from workflow_ls.jsonc.tree import Node
from workflow_ls.text import apply_edits

KEYS = ["", "B", "a", "b", "c/*", "//d", "{,}", "ä", "😀", "\ufffd"]
NEW_KEYS = ["A", "aa", "c", "z", "\ue000", "😀!"]
DATA: list[object] = [0, "x", "// ,", "}", None, [], {}, [1, "/*"], {"k": 1}, {"k": {"l": [1]}, "m": [{"n": 2}]}]
COMMENTS = ["", " c", ' "a": 1,', " }", " {,", " //", " 😀"]

Members = list[tuple[str, object]]


def keys(among: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(among), unique=True, max_size=5)


@st.composite
def new_members(draw: st.DrawFn) -> Members:
    return [(key, draw(st.sampled_from(DATA))) for key in draw(keys(NEW_KEYS))]


def code_units(key: str) -> bytes:
    return key.encode("utf-16-be")


def expected_keys(kept: list[str], new: list[str]) -> list[str]:
    return sorted([*kept, *new], key=code_units) if kept and kept == sorted(kept, key=code_units) else [*kept, *new]


def parsed(text: str) -> Node:
    document = parse_json(text.encode(), comments=True)
    assert document.problems == (), text
    assert document.root is not None
    return document.root


def edited(text: str, path: Sequence[str], gone: Sequence[str], new: Members) -> str:
    """The text after both verbs, which must also hold for the removal alone."""
    raw, root = text.encode(), parsed(text)
    owner = root.at(*path)
    assert owner is not None
    removal = remove_properties(raw, owner, gone)
    left = parsed(apply_edits(raw, removal).decode()).at(*path)
    assert left is not None
    assert left.data == {member.key: member.value.data for member in owner.properties if member.key not in gone}
    return apply_edits(raw, (*removal, *set_properties(raw, owner, new, removed=gone))).decode()


class Line(NamedTuple):
    """A line of an object: a member, or a comment or nothing where `key` is None."""

    key: str | None
    data: object
    comment: str


class Style(NamedTuple):
    line_break: str
    unit: str
    trailing: bool


@st.composite
def tidy(draw: st.DrawFn) -> tuple[Style, list[Line]]:
    found = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1, max_size=6))
    if draw(st.booleans()):
        found.sort(key=code_units)
    lines = list[Line]()
    for key in [*found, None]:
        for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
            lines.append(
                Line(None, None, draw(st.sampled_from(["", "// own", "/* own */", '// "a": 1,', "/* // } */"])))
            )
        if key is not None:
            beside = draw(st.sampled_from(["", "", " // c", " /* c */", ' // "x",', " // }", " /**/ // 😀"]))
            lines.append(Line(key, draw(st.sampled_from(DATA)), beside))
    units = st.sampled_from(["\t", "  ", "    ", " "])
    return Style(draw(st.sampled_from(["\n", "\r\n"])), draw(units), draw(st.booleans())), lines


def written(style: Style, lines: list[Line]) -> str:
    """An object with one entry a line, its values in one line each."""
    last = max((at for at, line in enumerate(lines) if line.key is not None), default=-1)
    if not lines:
        return "{}"
    found = list[str]()
    for at, line in enumerate(lines):
        if line.key is None:
            found.append(style.unit + line.comment if line.comment else "")
            continue
        comma = "," if at < last or style.trailing else ""
        key, data = (json.dumps(part, ensure_ascii=False) for part in (line.key, line.data))
        found.append(f"{style.unit}{key}: {data}{comma}{line.comment}")
    return style.line_break.join(["{", *found, "}"])


def model(lines: list[Line], gone: Sequence[str], new: Members) -> list[Line]:
    """The expected lines: new ones in the place of removed ones, else after the preceding property."""
    kept = [line.key for line in lines if line.key is not None and line.key not in gone]
    order = expected_keys(kept, [key for key, _ in new])
    data = dict(new)
    result = list(lines)
    if not kept and not any(line.comment for line in lines if line.key is None):
        # Of what nobody wants, only the blank lines at both ends are left.
        members = [at for at, line in enumerate(lines) if line.key is not None]
        result = [line for at, line in enumerate(lines) if line.key is not None or not members[0] < at < members[-1]]
    for key in reversed([key for key in order if key in data]):
        before = [other for other in order[: order.index(key)] if other in kept]
        start = next((at + 1 for at, line in enumerate(result) if before and line.key == before[-1]), 0)
        following = [at for at in range(start, len(result)) if result[at].key is not None]
        place = start
        if following:
            ahead = result[following[0]]
            if ahead.key in gone or (ahead.key in data and ahead.key not in before):
                place = following[0]
        result.insert(place, Line(key, data[key], ""))
    return [line for line in result if line.key not in gone]


@settings(max_examples=examples(300))
@given(tidy(), keys(KEYS), new_members(), st.booleans(), st.booleans())
def test_lines(case: tuple[Style, list[Line]], gone: list[str], new: Members, mark: bool, final: bool) -> None:
    style, lines = case
    new = [(key, data) for key, data in new if not isinstance(data, dict | list) or not data]
    around = ("\ufeff" if mark else "") + "{}" + (style.line_break if final else "")
    before = around.replace("{}", written(style, lines))
    after = edited(before, [], gone, new)
    after_lines = model(lines, gone, new)
    blank = all(line.key is None and not line.comment for line in after_lines)
    assert after == around.replace("{}", "{}" if blank else written(style, after_lines)), before


class Loose(NamedTuple):
    text: str
    path: tuple[str, ...]
    owned: list[str]


@st.composite
def gaps(draw: st.DrawFn) -> str:
    parts = list[str]()
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 3]))):
        comment = draw(st.sampled_from(COMMENTS))
        choices = [" ", "  ", "\t", "\n", "\n\n\t", "\r\n  ", f"/*{comment}*/", f"/*{comment}\n*/", f"//{comment}\n"]
        parts.append(draw(st.sampled_from([*choices, f"\n//!{comment}\n", f"\n  /*!{comment}*/\n"])))
    return "".join(parts)


@st.composite
def loose(draw: st.DrawFn) -> Loose:
    """An object with any text that is allowed between two tokens, alone or in another object."""
    found = draw(st.lists(st.sampled_from(KEYS), max_size=5))
    if draw(st.booleans()):
        found.sort(key=code_units)
    tokens = ["{"]
    for at, key in enumerate(found):
        data = draw(st.sampled_from(DATA))
        shown = json.dumps(data, indent=draw(st.sampled_from([None, 2])), ensure_ascii=False)
        last = at == len(found) - 1
        comma = draw(st.sampled_from(["", ","])) if last else ","
        tokens += [draw(gaps()), json.dumps(key), draw(gaps()), ":", draw(gaps()), shown, draw(gaps()), comma]
    text = "".join([*tokens, draw(gaps()), "}"])
    around = draw(st.sampled_from(["{}", "\ufeff{}\n", '{"o": {}}', '// c\n{\n\t"o": {}, // d\n}']))
    return Loose(around.replace("{}", text), ("o",) if "o" in around else (), found)


def own_lines(text: str) -> list[str]:
    """The comments marked as standing on lines of their own, outside of members."""
    owner = parsed(text)
    inside = [(member.key_span.start, member.value.span.end) for member in owner.properties]
    raw, found, at = text.encode(), list[str](), 0
    for line in raw.splitlines(keepends=True):
        comment = line.strip()
        alone = comment.startswith((b"//!", b"/*!")) and (comment.startswith(b"//") or comment.endswith(b"*/"))
        if alone and not any(start <= at < end for start, end in inside):
            found.append(comment.decode())
        at += len(line)
    return found


@settings(max_examples=examples(500))
@given(loose(), keys(KEYS), new_members())
def test_whatever_stands_between(case: Loose, gone: list[str], new: Members) -> None:
    after = edited(case.text, case.path, gone, new)
    owner = parsed(after).at(*case.path)
    old = parsed(case.text).at(*case.path)
    assert owner is not None
    assert old is not None
    kept = [key for key in case.owned if key not in gone]
    assert [member.key for member in owner.properties] == expected_keys(kept, [key for key, _ in new]), after
    values = {member.key: member.value.data for member in old.properties if member.key not in gone}
    assert owner.data == {**values, **dict(new)}
    if not case.path:
        assert own_lines(after) == own_lines(case.text)


@settings(max_examples=examples(200))
@given(loose(), new_members(), st.lists(st.sampled_from(["o", "p", "q"]), max_size=3), keys(KEYS))
def test_put_makes_what_is_missing(case: Loose, new: Members, path: list[str], after: list[str]) -> None:
    raw, root = case.text.encode(), parsed(case.text)
    result = apply_edits(raw, set_properties_at(raw, root, path, new, after=after))
    again = parsed(result.decode())
    assert set_properties_at(result, again, path, new, after=after) == ()
    if new:
        found = again.at(*path)
        assert found is not None
        assert all(found.at(key) is not None for key, _ in new)
    else:
        assert result == raw
