"""Squares of OpenStreetMap that are relations: their tags stand on the relation, their rim is other ways."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def square_rims(path: Path, file_format: str) -> Mapping[int, Mapping[str, str]]:
    """Tags of the square for each way on the rim of a multipolygon that is a highway, an outer or an inner one.

    A way that is part of several squares takes the tags of the first.
    """
    import osmium

    rims: dict[int, Mapping[str, str]] = {}
    source = osmium.FileProcessor(osmium.io.File(str(path), file_format), osmium.osm.RELATION)
    for square in source.with_filter(osmium.filter.KeyFilter("highway")):
        tags = dict(square.tags)
        if isinstance(square, osmium.osm.Relation) and tags.get("type") == "multipolygon":
            for member in square.members:
                if member.type == "w":
                    rims.setdefault(member.ref, tags)
    return rims
