"""Doors of the demand points, kept in the cache by everything that they depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import shapely

from coverplan.cache import content_key, fingerprint, study_cache
from coverplan.reach.snapping.snap import Snaps
from coverplan.reach.speeds.profiles import Profile
from coverplan.study.kept_streets import cached_snaps
from coverplan.study.load import Study
from coverplan.units import Int64Array

#: Finds the rows of all doors and the point of each.
Found = Callable[[], tuple[Int64Array, Snaps]]


def doors_kept(study: Study) -> Callable[[Profile, Found], tuple[Int64Array, Snaps]]:
    """Doors of the demand points from the study's cache; the key holds all that they depend on, by content."""
    cache = study_cache()

    def doors_of(profile: Profile, find: Found) -> tuple[Int64Array, Snaps]:
        network, demand = study.network, study.demand
        assert network is not None
        passage = network.passages[profile.mode]
        ends = (
            network.edge_from,
            network.edge_to,
            network.length_m,
            network.bridge,
            network.tunnel,
            network.kind,
        )
        shapes = (network.shape_start, network.shape_x, network.shape_y, passage.forward, passage.backward)
        private = passage.restricted
        walls = b"" if study.barriers is None else b"".join(shapely.to_wkb(study.barriers))
        key = content_key(
            arrays=fingerprint(*ends, *shapes, network.node_key, private, demand.x, demand.y),
            walls=hashlib.sha256(walls).hexdigest(),
            rows="all doors",
            mode=profile.mode,
            first_m=profile.access_first_m,
            second_m=profile.access_second_m,
        )
        return cached_snaps(cache, key, find)

    return doors_of
