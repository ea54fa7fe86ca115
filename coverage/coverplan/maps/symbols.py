"""How facilities are drawn, the same on screen, on paper and in GIS: a colour for a layer, a shape for a type."""

from __future__ import annotations

from dataclasses import dataclass

from coverplan.maps.colours import LAYER_COLOURS
from coverplan.results.result import Result

SHAPES = ("circle", "square", "triangle", "diamond", "pentagon", "inverted", "star", "cross")


@dataclass(frozen=True, slots=True)
class Mark:
    """A shape in a colour."""

    colour: str
    shape: str


@dataclass(frozen=True, slots=True)
class FacilityKind:
    """A type of a layer; the empty type for facilities without one."""

    layer: str
    type: str
    mark: Mark


def layer_order(result: Result) -> list[str]:
    """Layers of the standards in their order, then all others by name."""
    there = result.layers["facilities"]["layer"] if "facilities" in result.layers else []
    named = [standard["layer"] for standard in result.summary["standards"]]
    return list(dict.fromkeys([*named, *sorted(set(there))]))


def layer_mark(position: int) -> Mark:
    """Mark of a layer by its position; beyond eight layers the pairs change before any comes again."""
    turn, colour = divmod(position, len(LAYER_COLOURS))
    return Mark(LAYER_COLOURS[colour], SHAPES[(colour + turn) % len(SHAPES)])


def facility_kinds(result: Result) -> list[FacilityKind]:
    """Every layer and type of which there is a facility, each with its mark."""
    known = result.layers.get("facilities")
    if known is None:
        return []
    kinds = []
    for position, layer in enumerate(layer_order(result)):
        first = layer_mark(position)
        types = sorted(set(known.loc[known["layer"] == layer, "type"].fillna("")))
        for i, kind in enumerate(types):
            shape = SHAPES[(SHAPES.index(first.shape) + i) % len(SHAPES)]
            kinds.append(FacilityKind(layer, kind, Mark(first.colour, shape)))
    return kinds
