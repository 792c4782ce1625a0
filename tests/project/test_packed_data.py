"""Plain data as bytes and back, and what is no plain data."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.file_facts import describe
from workflow_ls.project.packed_data import UnpackableError, canonical, pack, unpack
from workflow_ls.records import OrderedMapping, record
from workflow_ls.syntax.exports.export_finder import find_exports
from workflow_ls.syntax.exports.module_syntax import Export, ModuleSyntax
from workflow_ls.syntax.model import Form, Name, Reference, StringUse
from workflow_ls.syntax.parser import parse
from workflow_ls.syntax.values.program_reader import read_program
from workflow_ls.text import Span

EXAMPLES = Path(__file__).parents[2] / "examples/monorepo"
EXPORT = Export("a", value=True, type=False, span=Span(1, 2), specifier="./b")
REFERENCE = Reference(Form.MOCK, "é\ud800", Span(0, 3), "'", (Name("a", None, True, Span(1, 1)),), callee="vi.mock")


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 0, -1, 2**70, "", "é", b"\xff", (), (1, (2,)), [], {}, {"a": 1}, frozenset({"a"}), {1}),
        *(Form.IMPORT, StringUse.PATH, Span(1, 2), EXPORT, REFERENCE, ModuleSyntax((EXPORT, EXPORT), opaque="x")),
        *({"k": (EXPORT,)}, OrderedMapping({"b": 1, "a": 2})),
    ],
    ids=repr,
)
def test_plain_data_comes_back(value: object) -> None:
    again = unpack(pack(value))
    assert (again, type(again)) == (value, type(value))
    assert pack(again) == pack(value)


@pytest.mark.parametrize("find", [find_exports, read_program, lambda source: describe(source, builtin_table(), ())])
def test_facts_of_examples_come_back(find: Callable[..., object]) -> None:
    paths = [path for ending in ("ts", "tsx", "mjs") for path in sorted(EXAMPLES.rglob(f"*.{ending}"))]
    found = [find(parse(path.read_bytes(), path.relative_to(EXAMPLES).as_posix())) for path in paths]
    assert len(found) > 50
    assert [unpack(pack(each)) for each in found] == found


class _Object:
    pass


PLAIN = [object(), _Object(), len, print, Path("a"), 1j, range(3)]


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: type(value).__name__)
def test_what_is_no_plain_data_is_not_packed(value: object) -> None:
    with pytest.raises(UnpackableError):
        pack((value,))
    with pytest.raises(UnpackableError):
        canonical((value,))


class _Call:
    """Is pickled as a call of anything."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


class _State:
    """Is pickled as a class that gets other attributes."""

    def __reduce__(self) -> tuple[object, ...]:
        return setattr, (Span, "start", 5)


def _written_to(kind: str) -> bytes:
    # A class by its name, then a state that would be given to it.
    return b"\x80\x04cworkflow_ls.text\n" + kind.encode() + b"\n}\x8c\x05startK\x05sb."


HOSTILE = {
    "a command": pickle.dumps(_Call(os.system, "touch hostile")),
    "a process": pickle.dumps(_Call(subprocess.Popen, ["touch", "hostile"])),
    "code": pickle.dumps(_Call(eval, "open('hostile', 'w')")),
    "an import": b"\x80\x04cantigravity\nfly\n.",
    "a function of this package": b"\x80\x04cworkflow_ls.vfs.git.git_process\nfind_git\n(\x8c\x01/tR.",
    "what a module has imported": b"\x80\x04cworkflow_ls.cli.cache\nos\n.",
    "a method of a record": b"\x80\x04cworkflow_ls.text\nSpan.__init__\n.",
    "another attribute of a class": pickle.dumps(_State()),
    "another state of a class": _written_to("Span"),
    "a persistent object": b"\x80\x04Phostile\n.",
    "an extension": b"\x80\x04\x82\x01.",
    "nothing": b"",
    "no end": b"\x80\x04K\x01",
    "nothing on the stack": b"\x80\x04.",
    "another protocol": b"\x80\xff.",
    "a length beyond all": b"\x80\x04\x8e" + b"\xff" * 8,
    "a hash that is none": b"\x80\x04(]K\x01\x91.",
    "too few fields": b"\x80\x04cworkflow_ls.text\nSpan\n)R.",
    "no member": b"\x80\x04cworkflow_ls.syntax.model\nForm\n\x8c\x01x\x85R.",
    "nested too deep": b"\x80\x04" + b"(" * 100_000,
    "text": b"hostile",
}


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in HOSTILE.items()])
def test_hostile_data_makes_nothing(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = Span.start, [*sys.modules]
    with pytest.raises(ValueError, match="no plain data"):
        unpack(data)
    assert not (tmp_path / "hostile").exists()
    assert (Span.start, [*sys.modules]) == before


@given(st.binary(max_size=60), st.integers(0, 200))
def test_any_data_is_data_or_a_value_error(noise: bytes, place: int) -> None:
    data = pack((REFERENCE, EXPORT))
    for broken in (noise, data[:place], data[:place] + noise + data[place + len(noise) :]):
        with suppress(ValueError):  # data that is valid by chance raises nothing
            unpack(broken)


def test_a_class_is_no_value() -> None:
    assert not isinstance(unpack(b"\x80\x04cworkflow_ls.text\nSpan\n."), type)


@record
class _Other:
    a: object


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", 1),
        (True, 1),
        (None, "None"),
        (b"a", "a"),
        ((1,), [1]),
        ((1, 2), (12,)),
        (("a", "b"), ("a,b",)),
        (("a'", "b"), ("a", "'b")),
        (frozenset({"a"}), ("a",)),
        (frozenset({"a", "b"}), frozenset({"ab"})),
        (Form.IMPORT, "import"),
        (Form.IMPORT, Form.EXPORT),
        (Span(1, 2), (1, 2)),
        (_Other(1), _Other(2)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)
def test_other_values_have_other_texts(one: object, other: object) -> None:
    assert canonical(one) != canonical(other)
    assert canonical(one) == canonical(unpack(pack(one))) if type(one) is not _Other else True


def test_a_set_has_one_text_in_every_process() -> None:
    names = [f"name{n}" for n in range(50)]
    assert canonical(frozenset(names)) == canonical(frozenset(reversed(names)))
    code = f"from workflow_ls.project.packed_data import canonical; print(canonical(frozenset({names!r})))"
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
        for environment in ({**os.environ, "PYTHONHASHSEED": "1"}, {**os.environ, "PYTHONHASHSEED": "2"})
    ]
    assert runs[0].stdout == runs[1].stdout == canonical(frozenset(names)) + "\n"
