"""Records behave as the data classes of the standard library do."""

from __future__ import annotations

import dataclasses

import pytest

from workflow_ls import records


@records.record
class Light:
    """A record."""

    place: int
    names: tuple[str, ...] = ()
    found: list[int] = records.field(default_factory=list)
    note: str = records.field(default="", repr=False, compare=False)

    @property
    def first(self) -> str:
        return self.names[0]


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """A record."""

    place: int
    names: tuple[str, ...] = ()
    found: list[int] = dataclasses.field(default_factory=list)
    note: str = dataclasses.field(default="", repr=False, compare=False)

    @property
    def first(self) -> str:
        return self.names[0]


def test_an_ordered_mapping_differs_where_its_order_does() -> None:
    mapping = records.OrderedMapping({"a": 1, "b": 2})
    assert mapping == records.OrderedMapping({"a": 1, "b": 2}) == {"b": 2, "a": 1}
    assert mapping != records.OrderedMapping({"b": 2, "a": 1})
    assert mapping != {"a": 1}
    assert mapping != 1


@pytest.mark.parametrize("make", [Light, Standard])
def test_values(make: type[Light]) -> None:
    one = make(1, ("a",))
    assert (one.place, one.names, one.found, one.note, one.first) == (1, ("a",), [], "", "a")
    assert repr(one) == f"{make.__name__}(place=1, names=('a',), found=[])"
    assert make(1).found is not make(1).found
    assert make.__doc__ == "A record."
    assert not hasattr(one, "__dict__")


@pytest.mark.parametrize("make", [Light, Standard])
def test_equality(make: type[Light]) -> None:
    assert make(1, note="x") == make(1, note="y")
    assert make(1) != make(2)
    one: object = make(1)
    assert one not in ((1, (), [], ""), None)
    light: object = Light(1)
    assert light != Standard(1)
    assert hash(make(1, found=())) == hash(make(1, found=()))  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [Light, Standard])
@pytest.mark.parametrize("replace", [records.replace, dataclasses.replace])
def test_replace(make: type[Light], replace: object) -> None:
    changed = replace(make(1, ("a",)), place=2)  # type: ignore[operator]
    assert changed == make(2, ("a",))


@pytest.mark.parametrize("make", [Light, Standard])
def test_mistakes_in_a_call(make: type[Light]) -> None:
    for arguments, keywords in (((), {}), ((1, (), [], "", 5), {}), ((1,), {"nowhere": 1})):
        with pytest.raises(TypeError):
            make(*arguments, **keywords)  # type: ignore[arg-type]


def test_the_standard_library_reads_them() -> None:
    assert dataclasses.is_dataclass(Light(1))
    assert [field.name for field in dataclasses.fields(Light)] == ["place", "names", "found", "note"]
    assert dataclasses.asdict(Light(1)) == {"place": 1, "names": (), "found": [], "note": ""}


def test_matching() -> None:
    match Light(1, ("a",)):
        case Light(place, names):
            assert (place, names) == (1, ("a",))
        case _:
            pytest.fail("no match")


def test_without_slots() -> None:
    @records.record(frozen=False, slots=False)
    class Counted:
        name: str
        count: int = 0
        kept: dict[str, int] = records.field(default_factory=dict, init=False, repr=False, compare=False)

    one = Counted("a")
    one.count += 1
    one.kept["x"] = 1
    assert one == Counted("a", 1)
    assert Counted("b").kept == {}
    assert repr(one) == "test_without_slots.<locals>.Counted(name='a', count=1)"


def test_identity_where_equality_is_off() -> None:
    @records.record(eq=False)
    class Node:
        name: str

    assert Node("a") != Node("a")
    assert len({Node("a"), Node("a")}) == 2


def test_a_class_that_extends_one() -> None:
    @records.record(slots=False)
    class Named:
        name: str

    class Longer(Named):
        def __init__(self, name: str) -> None:
            super().__init__(name + name)

    assert (Longer("a").name, Named("a").name, Longer("b").name) == ("aa", "a", "bb")
