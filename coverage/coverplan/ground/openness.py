"""Which places may be shown: what is not surely public appears by unit only (DESIGN section 8)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from coverplan.text.folding import folded
from coverplan.vocabulary import PRIVATE_TYPES

#: Code of the note that a file holds places that are not public.
PROTECTED_ROWS = "protected_rows"

#: Parts of a type or name that say what stands there needs protection: small, simplified, letters and figures alone.
_PROTECTED = re.compile(
    "救助(?:管理|站|保护|中心|管护|所|安置|服务站|服务中心|服务机构|托养)|流浪|乞讨|受助人员"
    "|未成年人保护中心|未保中心|庇护|避护|反家暴|家庭暴力|家暴|受害|受虐|被拐|戒毒|强制隔离"
    "|(?:妇女|儿童|母婴|女性)(?:避难|避险|安置)|避险屋|寄养家庭|家庭寄养"
    "|rescue(?:station|cent(?:re|er)|home|house|shelter)|protectioncent(?:re|er)|shelter|refuge|safe(?:house|home)"
    "|domestic(?:violence|abuse)|genderviolence|batteredwom|traffick|homeless|fosterhome|fosterfamil"
    "|abrigo|refugio|casadepassagem|casadeacogida|violenciadomestica|violenciadegenero"
    "|frauenhaus|schutzwohnung|notunterkunft|foyerdurgence|hebergementdurgence|シェルター|女性相談"
)
_NO_LETTER = re.compile(r"[\W_]+")


def may_be_shown(*texts: object, said: bool | None = None, of_layer: bool | None = None) -> bool:
    """Whether the place of a facility may leave the office.

    Parameters
    ----------
    texts
        Its type, a word of the vocabulary or the study's own, its name, and what else says what it is; what is no text
        says nothing.
    said
        What is said of it alone, which goes before everything else; None where nothing is.
    of_layer
        What the study says of its layer.
    """
    if said is not None:
        return said
    if of_layer is not None:
        return of_layer
    return not any(is_telling(text) for text in texts if isinstance(text, str))


@lru_cache(maxsize=4_096)
def is_telling(text: str) -> bool:
    """Whether a type, a name or a title says that what it stands for needs protection."""
    if text in PRIVATE_TYPES:
        return True
    if text.isascii():
        return _PROTECTED.search(_NO_LETTER.sub("", text).casefold()) is not None
    # accents go, and what they stand on stays; letters of other scripts are not taken apart
    small = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(sign for sign in unicodedata.normalize("NFD", small) if not "\u0300" <= sign <= "\u036f")
    return _PROTECTED.search(folded(_NO_LETTER.sub("", unicodedata.normalize("NFC", bare)))) is not None


def said_of_layer(layer: str, titles: Iterable[str] = (), *, said: bool | None) -> bool | None:
    """What a study says of a layer by `public:`, else by its name and titles; None where they say nothing."""
    if said is not None:
        return said
    return False if any(map(is_telling, (layer, *titles))) else None


def layers_said(entries: Iterable[tuple[str, bool | None]]) -> Mapping[str, bool]:
    """What a study says of its layers; a layer of which one entry is not public is not public."""
    said: dict[str, bool] = {}
    for layer, public in entries:
        if public is not None:
            said[layer] = public and said.get(layer, True)
    return said
