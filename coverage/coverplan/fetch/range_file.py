"""A file far away of which only the parts that are needed are read."""

from __future__ import annotations

import io
from collections import OrderedDict

from coverplan.fetch.web import Got, Web, failed

_BLOCK = 1 << 18
_KEPT = 64
_PARTIAL = 206


class RangeFile(io.RawIOBase):
    """Seekable bytes of an address, read block by block.

    Raises
    ------
    InputError
        If the service does not give parts, or the file changes while it is read.
    """

    def __init__(self, web: Web, address: str) -> None:
        super().__init__()
        self._web, self._address = web, address
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._place, self._came = 0, 0
        self._mark: str | None = None
        first = self._ask(0)
        self.whole = first

    def got(self) -> Got:
        """What came so far."""
        return Got(self._address, self._address, self._mark or "", self._came)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It has places."""
        return True

    def tell(self) -> int:
        """Place of the next byte."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.whole}[whence]
        self._place = max(0, start + offset)
        return self._place

    def read(self, size: int = -1) -> bytes:
        """Bytes from the place on."""
        stop = self.whole if size is None or size < 0 else min(self.whole, self._place + size)
        pieces = []
        while self._place < stop:
            number, within = divmod(self._place, _BLOCK)
            piece = self._block(number)[within : within + stop - self._place]
            if not piece:
                raise failed(self._address, f"nothing at byte {self._place}")
            pieces.append(piece)
            self._place += len(piece)
        return b"".join(pieces)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer from the place on."""
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            self._ask(number)
        self._blocks.move_to_end(number)
        return self._blocks[number]

    def _ask(self, number: int) -> int:
        """Read a block; the length of the whole file."""
        start = number * _BLOCK
        for _ in range(self._web.tries):
            content, got, total = self._part(start)
            if self._mark is not None and got != self._mark:
                raise failed(self._address, "it changed while it was read")
            self._mark = got
            if len(content) == min(_BLOCK, total - start):
                break
        else:
            raise failed(
                self._address, f"{len(content)} bytes where {min(_BLOCK, total - start)} were asked for"
            )
        self._came += len(content)
        self._web.bytes += len(content)
        self._blocks[number] = content
        while len(self._blocks) > _KEPT:
            self._blocks.popitem(last=False)
        return total

    def _part(self, start: int) -> tuple[bytes, str, int]:
        import requests

        answer = self._web.ask(self._address, headers={"Range": f"bytes={start}-{start + _BLOCK - 1}"})
        total = answer.headers.get("Content-Range", "").rpartition("/")[2]
        if answer.status_code != _PARTIAL or not total.isdigit():
            answer.close()
            raise failed(self._address, "the service does not give parts of a file")
        try:
            content = answer.content
        except requests.RequestException:
            content = b""
        mark = " ".join(answer.headers.get(name, "") for name in ("Last-Modified", "ETag")).strip()
        return content, mark, int(total)
