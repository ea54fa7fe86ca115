"""Large workbooks with the merged cells of each sheet said before its rows, so that no reader goes through the rows for them.

The reader of workbooks looks through a whole sheet for its merged cells, and then through it again for its values. In a
file they stand below the rows. What it is given of a large workbook is a copy in memory in which a list of them stands
at the sheet's very beginning: a block of its own before the packed bytes, which stay as they are.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

#: A smaller sheet is read twice in less time than its copy is worth.
LEAST_BYTES = 4_000_000
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_UTF8_NAMES = 0x800
#: No date that a zip file could hold is earlier.
_DAY = 0x21
_VERSION = 20
_ALL_BITS = 0xFFFFFFFF
_ZEROS = memoryview(bytes(1 << 20))


def merges_first(path: Path, merged: Mapping[str, tuple[bytes, ...]]) -> io.BytesIO:
    """A workbook in memory whose sheets begin with the places of their merged cells.

    Parameters
    ----------
    path
        The workbook, whose parts are packed by deflating or not at all.
    merged
        By name of a part: places of its merged cells (``A1:B2``), for the sheets that shall begin with them.
    """
    copy = io.BytesIO()
    directory = []
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        for member in members:
            places = merged.get(member.filename)
            start = b"" if places is None else _beginning(places)
            before, packed = _deflated(start) if start else b"", _packed(archive, member)
            name = member.filename.encode()
            sizes = (
                _checksum(start, member) if start else member.CRC,
                len(before) + len(packed),
                len(start) + member.file_size,
            )
            common = (_VERSION, _UTF8_NAMES, member.compress_type, 0, _DAY, *sizes, len(name), 0)
            at = copy.tell()
            copy.write(_LOCAL.pack(0x04034B50, *common) + name + before + packed)
            directory.append(_CENTRAL.pack(0x02014B50, _VERSION, *common, 0, 0, 0, 0, at) + name)
    at = copy.tell()
    copy.write(b"".join(directory))
    copy.write(_END.pack(0x06054B50, 0, 0, len(members), len(members), copy.tell() - at, at, 0))
    copy.seek(0)
    return copy


def _beginning(places: tuple[bytes, ...]) -> bytes:
    cells = b"".join(b'<mergeCell ref="%s"/>' % place for place in places)
    return b"<mergeCells>%s</mergeCells>" % cells


def _checksum(start: bytes, member: zipfile.ZipInfo) -> int:
    """CRC-32 of a start and of the part behind it: sums are linear, so that zeros as long as the part shift the start's."""
    shifted = zlib.crc32(start)
    for at in range(0, member.file_size, len(_ZEROS)):
        shifted = zlib.crc32(_ZEROS[: member.file_size - at], shifted ^ _ALL_BITS) ^ _ALL_BITS
    return shifted ^ member.CRC


def _deflated(start: bytes) -> bytes:
    """A packed block that ends on a whole byte, so that other blocks may follow."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(start) + packer.flush(zlib.Z_SYNC_FLUSH)


def _packed(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    file = archive.fp
    assert file is not None
    file.seek(member.header_offset)
    header = file.read(_LOCAL.size)
    file.seek(
        int.from_bytes(header[26:28], "little")
        + int.from_bytes(header[28:30], "little")
        + member.header_offset
        + _LOCAL.size
    )
    return file.read(member.compress_size)
