"""The demo study: an invented district, complete enough to learn with, to test with and to show (R14).

Other rooms use: `user_folder`.
"""

from __future__ import annotations

import logging
from pathlib import Path

DEFAULT_SEED = 20250630

logger = logging.getLogger(__name__)


def build(folder: Path, *, seed: int = DEFAULT_SEED) -> None:
    """Write the whole demo study into a folder; the same seed gives the same files.

    Parameters
    ----------
    folder
        Where to write; made if it is not there. Files of the same names are replaced, others are left alone.
    seed
        Seed of all chance.
    """
    from coverplan.demo.district import make_district
    from coverplan.demo.folder import write_district

    district = make_district(seed=seed)
    write_district(district, Path(folder), seed=seed)
    logger.info(
        "demo study written to %s: %d street edges, %d units",
        folder,
        len(district.streets),
        len(district.units),
    )
