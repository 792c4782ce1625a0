"""Which memos of an earlier run hold in a fork, looked at one by one."""

from __future__ import annotations

from collections.abc import Callable

from workflow_ls.project.queries.packed_memos import PackedMemos

_UNKNOWN, _UNTOUCHED, _TOUCHED = 0, 1, 2
_AS_STATES = bytes((_UNKNOWN, *[_TOUCHED] * 255))


class UntouchedMemos:
    """The memos that read nothing, at any depth, that is another in a fork.

    A fork looks few memos up, and a manifest that it edits is behind most of them: to find all that are touched would
    cost more than the look-ups themselves.
    """

    def __init__(self, packed: PackedMemos, is_touched: Callable[[int], bool], excluded: bytes | bytearray) -> None:
        """`is_touched` is about inputs; a memo whose byte in `excluded` is not zero never holds."""
        self._packed = packed
        self._is_touched = is_touched
        self._memos = bytearray(excluded.translate(_AS_STATES))
        self._inputs = bytearray(packed.inputs)

    def __contains__(self, number: int) -> bool:
        """Whether a memo is one of them."""
        packed, memos = self._packed, self._memos
        reads, starts, inputs = packed.reads, packed.starts, packed.inputs
        todo = [] if memos[number] else [(number, starts[number])]
        while todo:
            current, place = todo.pop()
            end = starts[current + 1]
            while place < end:
                read = reads[place]
                state = self._state_of_input(read) if read < inputs else memos[read - inputs]
                if state == _UNKNOWN:
                    todo += ((current, place), (read - inputs, starts[read - inputs]))
                    break
                if state == _TOUCHED:
                    memos[current] = _TOUCHED
                    break
                place += 1
            else:
                memos[current] = _UNTOUCHED
        return memos[number] == _UNTOUCHED

    def _state_of_input(self, number: int) -> int:
        known = self._inputs[number]
        if known == _UNKNOWN:
            known = self._inputs[number] = _TOUCHED if self._is_touched(number) else _UNTOUCHED
        return known
