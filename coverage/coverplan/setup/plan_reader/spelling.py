"""One spelling for comparison: full-width signs narrow, one kind of bracket, dash and comma; lengths never change."""

from __future__ import annotations

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ALIKE: dict[int, int | str] = {
    **_NARROW,
    ord("　"): " ",
    ord("\u00a0"): " ",
    ord("—"): "-",
    ord("–"): "-",
    ord("～"): "-",
    ord("~"): "-",
    ord("﹞"): "]",
    ord("〔"): "[",
    ord("〕"): "]",
    ord("％"): "%",
    ord("﹪"): "%",
    ord("≧"): "≥",
    ord("“"): '"',
    ord("”"): '"',
    ord("『"): '"',
    ord("』"): '"',
    ord("「"): '"',
    ord("」"): '"',
    ord("﹤"): "<",
    ord("﹥"): ">",
}


def narrow(text: str) -> str:
    """A text of the same length in one spelling, so that a position in it is a position in the printed text."""
    return text.translate(_ALIKE)
