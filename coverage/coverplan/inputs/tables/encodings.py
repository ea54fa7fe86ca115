"""Which encoding a text is in: UTF-8, GB18030, Big5 or Shift JIS, told by which reading makes everyday Chinese or Japanese."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

#: A sample of this many bytes decides; a ledger's header and first rows are enough.
_SAMPLE = 400_000
#: Share of everyday characters above which a reading is believed, and by which it must lead the next one.
_BELIEVED, _LEAD = 0.85, 0.05
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text is encoded and how that is known.

    Parameters
    ----------
    name
        Name that Python decodes with.
    everyday
        Share of the non-ASCII characters that are everyday Chinese in this reading; 1.0 for pure ASCII.
    certain
        False when another encoding reads almost as well.
    """

    name: str
    everyday: float
    certain: bool


def detect_encoding(data: bytes) -> Encoding | None:
    """Encoding of a text, or None when it is neither UTF-8, UTF-16 with a mark, GB18030, Big5 nor Shift JIS."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Encoding(name, 1.0, certain=True)
    sample = data[:_SAMPLE]
    if sample.isascii():
        return Encoding("utf-8", 1.0, certain=True)
    if _decoded(sample, "utf-8") is not None:
        return Encoding("utf-8", 1.0, certain=True)
    found = sorted(
        (
            (_everyday(text, level), name)
            for name, level in (
                ("gb18030", _is_gb_everyday),
                ("big5hkscs", _is_big5_everyday),
                ("cp932", _is_jis_everyday),
            )
            if (text := _decoded(sample, name)) is not None
        ),
        reverse=True,
    )
    if not found:
        return None
    share, name = found[0]
    if share < _BELIEVED:
        return None
    return Encoding(name, share, certain=len(found) == 1 or share - found[1][0] > _LEAD)


def _decoded(sample: bytes, name: str) -> str | None:
    """Text of a sample whose last character may be cut; None when the bytes do not fit the encoding."""
    for cut in range(4):
        try:
            return sample[: len(sample) - cut].decode(name)
        except UnicodeDecodeError as error:
            if len(sample) < _SAMPLE or error.start < len(sample) - 4:
                return None
    return None


def _everyday(text: str, is_everyday: object) -> float:
    assert callable(is_everyday)
    counts: dict[str, int] = {}
    for sign in text:
        if sign > "\x7f":
            counts[sign] = counts.get(sign, 0) + 1
    total = sum(counts.values())
    good = sum(count for sign, count in counts.items() if is_everyday(sign))
    return good / total if total else 1.0


def _is_gb_everyday(sign: str) -> bool:
    """Level 1 of GB 2312, its symbols, or full-width signs."""
    try:
        row = sign.encode("gb2312")[0] - 0xA0
    except UnicodeEncodeError:
        return False
    return row <= 3 or 16 <= row <= 55


def _is_big5_everyday(sign: str) -> bool:
    """Level 1 of Big5 or its punctuation."""
    if unicodedata.category(sign) == "Co":
        return False
    try:
        first = sign.encode("big5")[0]
    except UnicodeEncodeError:
        return False
    return 0xA1 <= first <= 0xC6


def _is_jis_everyday(sign: str) -> bool:
    """Full-width kana and signs, or level 1 of JIS X 0208; half-width kana are what other encodings look like."""
    if "\uff61" <= sign <= "\uff9f":
        return False
    try:
        first = sign.encode("euc_jp")
    except UnicodeEncodeError:
        return False
    return len(first) == 2 and (first[0] - 0xA0 <= 5 or 16 <= first[0] - 0xA0 <= 47)
