"""Detection and false-alarm rates of the datum detector on the demo district, by number of points and shift, by hand.

    python bench/datum_detector.py [TRIALS] [EVIDENCE ...]

Places are the demo's own facilities, drawn at random; each hypothesis is planted in turn. "found" is the share of
trials in which it is named, "wrong" the share in which another one is named; the rest is "cannot decide".
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj

from coverplan.errors import Problems
from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.inputs.ledgers.unit_table import read_units
from coverplan.inputs.places.coordinate_digits import log_odds
from coverplan.inputs.places.coordinates import transform_points
from coverplan.inputs.places.datum import from_wgs84, to_wgs84
from coverplan.inputs.places.datum_detector import Evidence, decided, detect_datum
from coverplan.inputs.rasters.population_cells import read_population_raster
from coverplan.scenario.load import load_study_file

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
POINTS = (5, 10, 20, 50, 100, 500)
PRINTED = {
    "wgs84": lambda lon, lat: (lon, lat),
    "gcj02": lambda lon, lat: from_wgs84(lon, lat, "gcj02"),
    "bd09": lambda lon, lat: from_wgs84(lon, lat, "bd09"),
    "gcj02_undone_twice": lambda lon, lat: to_wgs84(lon, lat, "gcj02"),
    "bd09_undone_twice": lambda lon, lat: to_wgs84(lon, lat, "bd09"),
    "bd09_over_wgs84": lambda lon, lat: from_wgs84(*to_wgs84(lon, lat, "gcj02"), "bd09"),
}


def demo():
    """Longitudes, latitudes and declared outlines of the demo's sites, and the places of its people."""
    problems = Problems()
    file, _ = load_study_file(DEMO / "study.yaml", problems)
    crs = pyproj.CRS.from_user_input(file.crs)
    units = read_units(file.units, DEMO, crs=crs, problems=problems)
    cells = read_population_raster(
        DEMO / "population.tif", file.population.groups, crs=crs, problems=problems
    )
    ledgers = [read_ledger(layer, DEMO, crs=crs, problems=problems, units=units) for layer in file.facilities]
    rows = [ledger.rows[[shape is not None for shape in ledger.rows.geometry]] for ledger in ledgers]
    lon, lat = (
        np.concatenate(part)
        for part in zip(*(transform_points(r.geometry.x, r.geometry.y, crs, 4326) for r in rows), strict=True)
    )
    outline = units.geometry.to_dict()
    outlines = np.array([outline.get(code) for r in rows for code in r["unit_code"]], dtype=object)
    lived = cells.groups["total"] > 0
    streets = gpd.read_file(DEMO / "streets.gpkg").to_crs(crs).geometry.explode(index_parts=False).to_numpy()
    return (
        lon,
        lat,
        outlines,
        {"crs": crs, "people_x": cells.x[lived], "people_y": cells.y[lived], "settled_m": 75.0},
        streets,
    )


#: The likeliest habit of printing of each hypothesis, and the one that speaks most against it.
FITTING = {"wgs84": "seconds", "gcj02": "six"}
MISLEADING = {"wgs84": "six", "gcj02": "seconds", "bd09": "seconds"}


KINDS = ("people", "units and people", "units, people and streets")


def main(trials: int, kinds: tuple[str, ...]) -> None:
    lon, lat, outlines, people, streets = demo()
    random = np.random.default_rng(0)
    for kind in kinds:
        digits = ("no digits", "digits that fit", "digits that mislead")
        tables = {each: {count: [] for count in POINTS} for each in digits}
        for count in POINTS:
            for truth, printed in PRINTED.items():
                told = {each: [] for each in digits}
                for _ in range(trials):
                    chosen = random.choice(len(lon), count, replace=count > len(lon))
                    evidence = Evidence(
                        **people,
                        outlines=outlines[chosen] if "units" in kind else None,
                        streets=streets if "streets" in kind else None,
                    )
                    place = printed(lon[chosen], lat[chosen])
                    plain = detect_datum(*place, evidence)
                    habits = (None, FITTING.get(truth, "many"), MISLEADING.get(truth, "six"))
                    for each, habit in zip(digits, habits, strict=True):
                        scores = {
                            name: score + (0.0 if habit is None else log_odds(habit, name))
                            for name, score in plain.scores.items()
                        }
                        told[each].append(decided(*place, scores, plain.kinds).datum)
                for each, said in told.items():
                    found = np.mean([one == truth for one in said])
                    wrong = np.mean([one not in {truth, None} for one in said])
                    tables[each][count].append(f"{found:.0%} / {wrong:.0%}")
        for each, table in tables.items():
            print(f"\nevidence: {kind}; {each}\n| points | " + " | ".join(PRINTED) + " |")
            print("|---|" + "---|" * len(PRINTED))
            for count, cells in table.items():
                print(f"| {count} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, tuple(sys.argv[2:]) or KINDS)
