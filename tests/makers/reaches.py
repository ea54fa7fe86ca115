"""Travel times written down pair by pair."""

from __future__ import annotations

import numpy as np

from coverplan.reach.matrix import Reach


def reach_of(
    pairs: dict[tuple[int, int], int], sites: int, points: int, limit_ms: int = 15 * 60_000
) -> Reach:
    """Reach of (site, point): milliseconds; ids are s00 ... and p000 ..."""
    rows = sorted(pairs)
    counts = np.bincount([site for site, _ in rows], minlength=sites) if rows else np.zeros(sites, int)
    return Reach(
        tuple(f"s{site:02d}" for site in range(sites)),
        [f"p{point:03d}" for point in range(points)],
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        np.array([point for _, point in rows], dtype=np.int32),
        np.array([pairs[row] for row in rows], dtype=np.int32),
        limit_ms,
    )
