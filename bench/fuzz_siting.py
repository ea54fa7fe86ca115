"""Siting questions by chance against every set of sites and HiGHS, until the time is over or something is wrong.

    python bench/fuzz_siting.py MINUTES [--first SEED] [--cold]

Every question is asked in several ways: the road that fits it, the fast roads although it is small, HiGHS; with gaps,
time limits from nothing up, cancelled at once and later, with one thread and two. `--cold` begins with no compiled
code. Every fourth seed also asks a classic model, existing and predefined sites among it, from the same table in eight shapes,
and every second one a covering with the thresholds set so that each part of the search for large coverings is asked; every
eighth a p-median, with rooms or without, that is large enough for sites to be left out for a gap.
Prints the seeds at which something was wrong, and how often each of those parts was asked; exits with 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

TABLES = 4  # every so many questions, one from tables of every shape
MEDIANS = 8  # one p-median
COVERS = 2  # and one covering for the parts that large ones are left to


def main() -> int:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("minutes", type=float)
    reader.add_argument("--first", type=int, default=0)
    reader.add_argument("--cold", action="store_true", help="begin without compiled code")
    given = reader.parse_args()
    if given.cold:
        os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp()
    from siting.random_covers import fuzz_cover
    from siting.random_medians import fuzz_median
    from siting.random_questions import fuzz_one
    from siting.random_tables import fuzz_tables

    parts: Counter[str] = Counter()
    ends, seed, asked, wrong = time.monotonic() + 60 * given.minutes, given.first, 0, []
    while time.monotonic() < ends and len(wrong) < 20:
        try:
            asked += fuzz_one(seed)
            if seed % TABLES == 0:
                fuzz_tables(seed)
                asked += 1
            if seed % MEDIANS == 0:
                fuzz_median(seed)
                asked += 1
            if seed % COVERS == 0:
                parts += fuzz_cover(seed)
                asked += 1
        except Exception:  # noqa: BLE001 - whatever it is, it is a finding
            wrong.append(seed)
            print(f"seed {seed}:", traceback.format_exc(limit=-4), flush=True)
        seed += 1
    print(f"{asked} questions from seed {given.first} to {seed - 1}, {len(wrong)} wrong: {wrong}")
    print("parts of large coverings:", ", ".join(f"{name} {times}" for name, times in sorted(parts.items())))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
