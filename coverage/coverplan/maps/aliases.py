"""What the fields of a GeoPackage are called in the reader's language, for GIS that show it instead of the bare name."""

from __future__ import annotations

from collections.abc import Iterable

from coverplan.maps import wording
from coverplan.results.result import Result
from coverplan.text.words import Words

#: Start of the user's own columns, kept as they are called in the ledger.
OWN = "own:"


def field_aliases(result: Result, layer: str, fields: Iterable[str], words: Words) -> dict[str, str]:
    """Name of each field that has one in the reader's language, each of them once in a layer.

    Parameters
    ----------
    result
        Whose standards stand in the fields.
    layer
        Name of the layer.
    fields
        Names of its fields.
    words
        Words of the reader's language.
    """
    standards = wording.short_names(result, words)
    found: dict[str, str] = {}
    for field in fields:
        alias = _alias(layer, field, standards, words)
        if alias is not None:
            found[field] = alias if alias not in found.values() else f"{alias} ({field})"
    return found


def _alias(layer: str, field: str, standards: dict[str, str], words: Words) -> str | None:
    if field.startswith(OWN):
        return words("map.field_own", name=field.removeprefix(OWN))
    parts = field.split("|")
    if len(parts) == 1:
        return _plain(layer, field, words)
    if parts[0] == "people":
        return words("map.field_people", group=words.name_of("group", parts[1]))
    if parts[0] not in standards:
        return None
    what = words.name_of("map.field", parts[-1])
    if len(parts) == 2:
        return words("map.field_standard", standard=standards[parts[0]], what=what)
    group = words.name_of("group", parts[1])
    return words("map.field_group", standard=standards[parts[0]], group=group, what=what)


def _plain(layer: str, field: str, words: Words) -> str | None:
    """Name of a plain field: that of the layer's own, else the one that it has everywhere."""
    for key in (f"map.field_of.{layer}.{field}", f"map.field.{field}"):
        if key in words.keys():  # noqa: SIM118 - words are no mapping
            return words(key)
    return None
