"""Which places may be shown: what is not surely public appears by unit only (DESIGN section 8)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from coverplan.vocabulary import PRIVATE_TYPES

#: Code of the note that a file holds places that are not public.
PROTECTED_ROWS = "protected_rows"

#: Parts of a type or name that say what stands there needs protection, written small and without spaces.
PROTECTED_WORDS = (
    "救助管理",
    "救助站",
    "救助保护",
    "救助中心",
    "救助管护",
    "未成年人保护中心",
    "未保中心",
    "庇护",
    "反家暴",
    "rescuestation",
    "rescuecentre",
    "rescuecenter",
    "protectioncentre",
    "protectioncenter",
    "shelter",
)


def may_be_shown(
    kind: object, name: object = None, *, said: bool | None = None, of_layer: bool | None = None
) -> bool:
    """Whether the place of a facility may leave the office.

    Parameters
    ----------
    kind, name
        Its type, a word of the vocabulary or the study's own, and its name; None where unknown.
    said
        What is said of it alone, which goes before everything else; None where nothing is.
    of_layer
        What the study says of its layer.
    """
    if said is not None:
        return said
    if of_layer is not None:
        return of_layer
    return not _protected(text for text in (kind, name) if isinstance(text, str))


def layers_said(entries: Iterable[tuple[str, bool | None]]) -> Mapping[str, bool]:
    """What a study says of its layers; a layer of which one entry is not public is not public."""
    said: dict[str, bool] = {}
    for layer, public in entries:
        if public is not None:
            said[layer] = public and said.get(layer, True)
    return said


def _protected(texts: Iterable[str]) -> bool:
    for text in texts:
        small = "".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").split())
        if text in PRIVATE_TYPES or any(word in small for word in PROTECTED_WORDS):
            return True
    return False
