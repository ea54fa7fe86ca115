"""Names of new places that nobody has named: the community near which they lie, and its street or town."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from coverplan.ground.openness import may_be_shown
from coverplan.ground.units_tree import UnitTree
from coverplan.text.words import Language, Words
from coverplan.vocabulary import STREET_TYPES

#: Layer and id of a facility.
Key = tuple[str, str]


def place_names(places: Mapping[Key, str | None], units: UnitTree, language: Language) -> dict[Key, str]:
    """Where every place is, in words; those of one layer that would be called alike are numbered in their order.

    Parameters
    ----------
    places
        Code of the unit in which each lies, None outside every unit; the order in which they were opened.
    units
        Names and nesting.
    language
        Of the words around the names of units, which stay as they are written.

    Returns
    -------
    dict
        Nothing for a place outside every unit, and for one whose unit is called like a protected facility: the
        name of a place must not decide whether it may be shown.
    """
    words = Words(language)
    near = {key: _near(code, units, words) for key, code in places.items() if code in units.names}
    near = {key: name for key, name in near.items() if may_be_shown(None, name)}
    alike = Counter((layer, name) for (layer, _), name in near.items())
    told = Counter[tuple[str, str]]()
    names = {}
    for key, name in near.items():
        called = key[0], name
        told[called] += 1
        several = alike[called] > 1
        names[key] = words("placed.numbered", place=name, number=told[called]) if several else name
    return names


def _near(code: str | None, units: UnitTree, words: Words) -> str:
    assert code is not None  # the caller looked
    street = units.ancestor_of_type(code, STREET_TYPES)
    unit = units.names[code]
    if street is None or street == code:
        return words("placed.near", unit=unit)
    return words("placed.near_both", unit=unit, street=units.names[street])
