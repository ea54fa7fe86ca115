"""The guard before the reader of Parquet: whole footers pass, and nothing that ends elsewhere than it says does."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverplan.fetch.parquet_footer import check_footer

FILES = sorted((Path(__file__).parent / "overture").glob("*.parquet"))
WHOLE = FILES[0].read_bytes()
LENGTH = int.from_bytes(WHOLE[-8:-4], "little")
FOOTER = WHOLE[-8 - LENGTH : -8]


def of(footer: bytes, *, length: int | None = None, ahead: bytes = b"PAR1") -> io.BytesIO:
    said = len(footer) if length is None else length
    return io.BytesIO(ahead + footer + said.to_bytes(4, "little") + b"PAR1")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_of_a_writer_pass(path):
    with path.open("rb") as file:
        check_footer(file)
        assert file.tell() == 0


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (io.BytesIO(b"PAR1PAR1"), "too short"),
        (io.BytesIO(b"<html>the page is not here</html>"), "marks"),
        (of(FOOTER, ahead=b"PART"), "marks"),
        (of(FOOTER, length=0), "length"),
        (of(FOOTER, length=len(FOOTER) + 9), "length"),
        (of(FOOTER[:-1]), "within a part"),
        (of(FOOTER + b"\0"), "before its length"),
        (of(b"\x1c" * 50 + b"\0" * 51), "too deep"),
        (of(b"\x1d\0"), "no kind"),
        (of(b"\x15" + b"\xff" * 12 + b"\0"), "no end"),
        (of(b"\x18\x7f\0"), "within a part"),
        (of(b"\x19\xfc\xff\xff\x03\0"), "within a part"),
    ],
)
def test_what_is_no_whole_footer_is_refused(file, why):
    with pytest.raises(ValueError, match=why):
        check_footer(file)


def test_a_message_by_hand():
    # 1: i32 -3, 2: [true, false], 3: {1: "ab"}, 4: 2.5, 20: struct {}, end
    parts = [
        b"\x15\x05",
        b"\x19\x21\x01\x02",
        b"\x1b\x01\x58\x02\x02ab",
        b"\x17" + b"\0" * 8,
        b"\x0c\x28\0",
        b"\0",
    ]
    check_footer(of(b"".join(parts)))


@given(st.integers(0, len(FOOTER) - 1), st.binary(max_size=6))
def test_no_change_does_more_than_fail(at, put):
    with suppress(ValueError):
        check_footer(of(FOOTER[:at] + put + FOOTER[at + len(put) :]))
