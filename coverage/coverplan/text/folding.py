"""How a printed text is compared: narrow, in simplified signs, without white space."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

#: Stands between words that are read in one go: no white space, and no neighbour of it reads otherwise.
_BETWEEN = "\x00"
_FOLDED = str.maketrans(
    "編號機構稱區別鄉鎮縣類種數總經経緯東狀態積樓護養設備營業啟開關閉時間來準級評質單員會務項標識處點戶齡歲長兒劃碼計門國學資額費價餘擬"
    "規運場範圍屬從專職實證內萬億畝頃臺轄組織負責電話個張舊營樁發團隊",
    "编号机构称区别乡镇县类种数总经经纬东状态积楼护养设备营业启开关闭时间来准级评质单员会务项标识处点户龄岁长儿划码计门国学资额费价余拟"
    "规运场范围属从专职实证内万亿亩顷台辖组织负责电话个张旧营桩发团队",
)

_JAPANESE = str.maketrans("歳総齢県団駅介護", "岁总龄县团站介护")
_TO_FOLD = frozenset(map(chr, (*_FOLDED, *_JAPANESE)))


def plain(text: str) -> str:
    """Text with full-width signs made narrow and white space trimmed."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").strip()


def folded(text: str) -> str:
    """A text with traditional and Japanese signs, of those that heads and words are made of, in their simplified form."""
    return text if _TO_FOLD.isdisjoint(text) else text.translate(_FOLDED).translate(_JAPANESE)


def word_key(printed: str) -> str:
    """A printed word as it is compared: narrow, simplified signs, lower case, no white space."""
    return folded("".join(plain(printed).lower().split()))


def word_keys(printed: Sequence[str]) -> list[str]:
    """`word_key` of many printed words, all in one go."""
    together = _BETWEEN.join(printed)
    if together.count(_BETWEEN) != len(printed) - 1:
        return [word_key(word) for word in printed]
    return word_key(together).split(_BETWEEN)


def meanings(**words: str) -> Mapping[str, str]:
    """The word that each of the printed words stands for, by :func:`word_key`'s form of it; printed ones apart by spaces."""
    return MappingProxyType(
        {folded(printed): word for word, text in words.items() for printed in (word, *text.split())}
    )


def meaning_of(printed: str, known: Mapping[str, str]) -> str | None:
    """The word of the vocabulary that a printed word stands for, or None."""
    return known.get(word_key(printed))
