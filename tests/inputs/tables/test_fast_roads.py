"""What is read in one go or passed over without a closer look is what a look at each cell would say."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.inputs.tables.amounts import BLANK, is_blank, surely_says
from coverplan.inputs.tables.books.zip_guard import _BEHIND, _FAR, _reach, _stands, _unusual, _usual_reach
from coverplan.inputs.tables.grid import Grid
from coverplan.inputs.tables.header_row import table_of
from coverplan.text.folding import plain, word_key, word_keys

_SIGNS = "养老院Yy01１Ａ合计小總其 \u3000\u200bΣς½㈱\x00-/\n无待定nA"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(_SIGNS, max_size=8), st.text(max_size=6)), max_size=6))
def test_words_read_together_are_the_words_read_alone(words: Sequence[str]) -> None:
    assert word_keys(words) == [word_key(word) for word in words]


@settings(max_examples=60, deadline=None)
@given(st.text(_SIGNS + "none", max_size=9))
def test_a_cell_says_nothing_when_its_narrow_form_is_among_the_blanks(cell: str) -> None:
    assert is_blank(cell) == (plain(cell).lower() in BLANK)


def test_signs_that_are_passed_over_never_read_otherwise() -> None:
    signs = [chr(code) for code in range(0x4E00, 0xA000)]
    assert unicodedata.normalize("NFKC", "".join(signs)) == "".join(signs)
    assert all(surely_says(sign * 5) for sign in (signs[0], signs[-1], "0", "z"))


_CELLS = st.sampled_from(
    ["A1", "养老院", "合计", "小计", "名称", "编号", " ", "", None, 3, 2.5, "共3个", "注：无", "第二养老院"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(_CELLS, min_size=5, max_size=5), min_size=1, max_size=8))
def test_rows_of_a_wide_sheet_are_taken_as_in_a_ragged_one(body: list[list[object]]) -> None:
    """A last row of another width makes every row be looked at one by one."""
    head: list[object] = ["编号", "名称", "类型", "地址", "床位"]
    fast = table_of(Grid("表", [head, *map(list, body), ["Z9", "末行", "类", "处", 1]]), header_row=1)
    slow = table_of(Grid("表", [head, *map(list, body), ["Z9", "末行", "类", "处", 1, None]]), header_row=1)
    assert fast.rows.index.tolist() == slow.rows.index.tolist()
    assert fast.rows.to_numpy().tolist() == slow.rows.to_numpy().tolist()
    assert fast.set_aside == slow.set_aside


_PLACES = st.lists(
    st.sampled_from(
        [
            b'r="',
            b"r=",
            b"r =",
            b"r\t=",
            b"r='",
            b'"',
            b"A",
            b"AB",
            b"z",
            b"1",
            b"999999",
            b"7654321",
            b" ",
            b"<f",
        ]
    ),
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(_PLACES)
def test_a_piece_of_a_sheet_without_unusual_places_has_none_far_out(parts: list[bytes]) -> None:
    piece = b"".join(parts)
    signs = np.frombuffer(piece + _BEHIND, dtype=np.uint8)
    assert _unusual(signs) or _FAR.search(piece) is None
    assert _stands(b"<f", signs) == (b"<f" in piece)
    assert _stands(b'="A', signs) == (b'="A' in piece)


def test_usual_places_are_no_reason_for_a_closer_look() -> None:
    usual = b'<row r="999999"><c r="Z999999" t="s"><v>1</v></c><c r="a1"/></row>'
    assert not _unusual(np.frombuffer(usual + _BEHIND, dtype=np.uint8))
    for far in (b'r="1000000"', b'r="A1000000"', b'r="AA1"', b"r='A1'", b'r ="A1"', b'r="AA'):
        assert _unusual(np.frombuffer(usual + far + _BEHIND, dtype=np.uint8))
        assert _FAR.search(usual + far)


def test_places_of_cells_are_found_as_by_a_regular_expression() -> None:
    chance = random.Random(18)  # noqa: S311
    number, letters = re.compile(rb'r="[A-Za-z]*(\d+)'), re.compile(rb'r="([A-Za-z]+)\d')
    quick = 0
    for _ in range(600):
        xml = "".join(
            chance.choice(['<c r="', 'for="', 'r="', "x", '"', "="])
            + "".join(chance.choices("ABzZ", k=chance.randint(0, 4)))
            + "".join(chance.choices("0189", k=chance.randint(0, 8)))
            + chance.choice(['"', "", "[", "`", "@", "/", ":"])
            for _ in range(chance.randint(0, 5))
        ).encode()
        columns = [
            sum((byte - 64) * 26**at for at, byte in enumerate(reversed(found.upper())))
            for found in letters.findall(xml)
        ]
        expected = max(columns, default=0), max(map(int, number.findall(xml)), default=0)
        quick += _usual_reach(xml) is not None
        assert _usual_reach(xml) in {None, expected}
        assert _FAR.search(xml) or (expected[0] <= 26 and expected[1] <= 999_999)
    assert quick > 200
    assert _reach(b"<c r='AB12'/><c r = \"c7\"/>") == (28, 12)
