"""The footer of a Parquet file, walked through before a library reads it: such readers trust the lengths that stand in it."""

from __future__ import annotations

from typing import BinaryIO

_MARK = b"PAR1"
#: Mark, footer, its length, mark.
_LEAST = 12
_LARGEST = 256 * 1024 * 1024
_DEEPEST = 32
_BOOLEANS, _BYTE, _NUMBERS, _DOUBLE, _BYTES, _LISTS, _MAP, _STRUCT = (
    (1, 2),
    3,
    (4, 5, 6),
    7,
    8,
    (9, 10),
    11,
    12,
)
_LONGEST_NUMBER = 10


def check_footer(file: BinaryIO) -> None:
    """Whether a file ends in a footer whose every part lies within it, as Thrift's compact protocol has it.

    Raises
    ------
    ValueError
        If it does not.
    """
    size = file.seek(0, 2)
    if size < _LEAST:
        raise ValueError("it is too short")
    file.seek(0)
    begins = file.read(4)
    file.seek(size - 8)
    end = file.read(8)
    if begins != _MARK or end[4:] != _MARK:
        raise ValueError("its marks are missing")
    length = int.from_bytes(end[:4], "little")
    if not 0 < length <= min(size - _LEAST, _LARGEST):
        raise ValueError("the length of its footer is impossible")
    file.seek(size - 8 - length)
    footer = file.read(length)
    file.seek(0)
    if len(footer) != length:
        raise ValueError("its footer is cut")
    walk = _Walk(footer)
    try:
        walk.struct(0)
    except IndexError:
        raise ValueError("its footer ends within a part") from None
    if walk.at != length:
        raise ValueError("its footer ends before its length")


class _Walk:
    """A place in the bytes of a message, moved on part by part; IndexError beyond their end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def struct(self, depth: int) -> None:
        if depth > _DEEPEST:
            raise ValueError("its footer is nested too deep")
        while (head := self._byte()) != 0:
            if not head >> 4:
                self._number()
            self._value(head & 15, depth)

    def _value(self, kind: int, depth: int, *, within: bool = False) -> None:
        if kind in _BOOLEANS:
            self._skip(1 if within else 0)  # of a field, the kind is the value
        elif kind == _BYTE:
            self._skip(1)
        elif kind in _NUMBERS:
            self._number()
        elif kind == _DOUBLE:
            self._skip(8)
        elif kind == _BYTES:
            self._skip(self._number())
        elif kind in _LISTS:
            head = self._byte()
            count = head >> 4 if head >> 4 < 15 else self._number()
            self._many(count, (head & 15,), depth)
        elif kind == _MAP:
            count = self._number()
            if count:
                kinds = self._byte()
                self._many(count, (kinds >> 4, kinds & 15), depth)
        elif kind == _STRUCT:
            self.struct(depth + 1)
        else:
            raise ValueError("its footer has a part of no kind")

    def _many(self, count: int, kinds: tuple[int, ...], depth: int) -> None:
        if count > len(self.data) - self.at:  # each takes a byte at least
            raise IndexError
        for _ in range(count):
            for kind in kinds:
                self._value(kind, depth + 1, within=True)

    def _byte(self) -> int:
        byte = self.data[self.at]
        self.at += 1
        return byte

    def _number(self) -> int:
        """An unsigned number in groups of seven bits."""
        number = 0
        for place in range(_LONGEST_NUMBER):
            byte = self._byte()
            number |= (byte & 127) << 7 * place
            if byte < 128:
                return number
        raise ValueError("its footer has a number of no end")

    def _skip(self, count: int) -> None:
        if count > len(self.data) - self.at:
            raise IndexError
        self.at += count
