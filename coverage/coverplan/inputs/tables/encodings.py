"""Which encoding a text is in: UTF-8, GB18030, Big5 or Shift JIS by everyday signs, Windows-1252 by accents within words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: A sample of this many bytes decides; a ledger's header and first rows are enough.
_SAMPLE = 400_000
#: Share of everyday characters above which a reading is believed, and by which it must lead the next one.
_BELIEVED, _LEAD = 0.85, 0.05
#: Accented Latin letters and the signs of degree, of ordinals, of quotation and of inverted questions in Windows-1252.
_LATIN = frozenset(
    (*range(0xC0, 0x100), *b"\x85\x91\x92\x93\x94\x96\x97\xa1\xa7\xaa\xb0\xb2\xb3\xb7\xba\xbf")
) - {0xD7, 0xF7}
_LETTERS = frozenset(range(0xC0, 0x100))
_RUN = re.compile(rb"[\x80-\xff]+")
#: Accents stand alone or in pairs (as in the Portuguese -ção); words of Cyrillic or Greek are longer.
_LONGEST_ACCENTS = 2
#: Runs of accents of which this share is short, and of which this share is a single byte, which pairs of bytes never make.
_SHORT, _SINGLE = 0.97, 0.5
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text is encoded and how that is known.

    Parameters
    ----------
    name
        Name that Python decodes with.
    everyday
        Share of the non-ASCII characters that are everyday signs in this reading; 1.0 for pure ASCII.
    certain
        False when another encoding reads almost as well.
    """

    name: str
    everyday: float
    certain: bool


def detect_encoding(data: bytes) -> Encoding | None:
    """Encoding of a text, or None when it is neither UTF-8, UTF-16, GB18030, Big5, Shift JIS nor Windows-1252."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Encoding(name, 1.0, certain=True)
    sample = data[:_SAMPLE]
    if b"\0" in sample:
        return _without_mark(sample)
    if sample.isascii() or _decoded(sample, "utf-8") is not None:
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
    if (accents := _accents(sample)) >= _BELIEVED:
        return Encoding("cp1252", accents, certain=True)
    if not found or found[0][0] < _BELIEVED:
        return None
    share, name = found[0]
    return Encoding(name, share, certain=len(found) == 1 or share - found[1][0] > _LEAD)


def _without_mark(sample: bytes) -> Encoding | None:
    """UTF-16 that does not say so: texts of tables hold line ends and no character that nobody types; None for other bytes."""
    for name in ("utf-16-le", "utf-16-be"):
        text = _decoded(sample, name)
        if text is None or "\n" not in text or "\0" in text:
            continue
        share = max(
            _everyday(text, level) for level in (_is_gb_everyday, _is_big5_everyday, _is_jis_everyday)
        )
        if share >= _BELIEVED:
            return Encoding(name, share, certain=True)
    return None


def _decoded(sample: bytes, name: str) -> str | None:
    """Text of a sample whose last character may be cut; None when the bytes do not fit the encoding."""
    for cut in range(4):
        try:
            return sample[: len(sample) - cut].decode(name)
        except UnicodeDecodeError as error:
            if len(sample) < _SAMPLE or error.start < len(sample) - 4:
                return None
    return None


def _accents(sample: bytes) -> float:
    """Share of the bytes beyond ASCII that are accented letters or signs of Western European words; 0 where they make no words."""
    runs = _RUN.findall(sample)
    lengths = [len(run) for run in runs]
    short = sum(length <= _LONGEST_ACCENTS for length in lengths)
    single = sum(length == 1 for length in lengths)
    if short < _SHORT * len(runs) or single < _SINGLE * len(runs):
        return 0.0
    beyond = b"".join(runs)
    if not _LETTERS.intersection(beyond) or _decoded(sample, "cp1252") is None:
        return 0.0
    return sum(byte in _LATIN for byte in beyond) / len(beyond)


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
