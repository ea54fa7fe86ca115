"""Which datum do coordinates look like? Several kinds of evidence, a likelihood ratio, or "cannot decide".

Nothing is ever converted by this module: it tells, and the study file decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from types import MappingProxyType

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.ground.transformers import transformer
from coverplan.inputs.places.coordinate_digits import Habit, log_odds
from coverplan.inputs.places.datum import Datum, Pair, distance_m, from_wgs84, in_china_box, to_wgs84
from coverplan.units import BoolArray, FloatArray

#: What printed coordinates may be, and how WGS-84 follows from each. The last three are what wrong conversions leave.
HYPOTHESES: Mapping[str, Callable[[FloatArray, FloatArray], Pair]] = MappingProxyType(
    {
        "wgs84": lambda lon, lat: (lon, lat),
        "gcj02": lambda lon, lat: to_wgs84(lon, lat, "gcj02"),
        "bd09": lambda lon, lat: to_wgs84(lon, lat, "bd09"),
        "gcj02_undone_twice": lambda lon, lat: from_wgs84(lon, lat, "gcj02"),
        "bd09_undone_twice": lambda lon, lat: from_wgs84(lon, lat, "bd09"),
        "bd09_over_wgs84": lambda lon, lat: from_wgs84(*to_wgs84(lon, lat, "bd09"), "gcj02"),
    }
)
FEWEST_POINTS = 5
#: So many points of each of two datums are a group and no slips.
FEWEST_MIXED = 3
_ROUNDS = 30
#: Natural logarithms of the odds that are asked for: against chance, and against the next hypothesis.
_AGAINST_CHANCE = np.log(100.0)
_AGAINST_NEXT = np.log(1000.0)
#: What a shift explains must be so much more than what one as long in another direction does.
_NO_CHANCE = 2.0
_LENGTHS = (0.6, 1.0)
#: A facility with right coordinates is in its unit, near a street and among people with these probabilities.
_IN_UNIT, _SETTLED, _NEAR_STREET = 0.97, 0.95, 0.95
#: Mean distance from a facility to the axis of its street, metres.
_STREET_M = 25.0
#: Points are not independent of each other; every point counts for this part of one.
_WEIGHT = 0.5
#: Displacements that stand for chance: metres, in twelve directions.
_DISPLACED_M = (400.0, 700.0, 1_000.0, 1_300.0)
_DIRECTIONS = 12
_MOST_POINTS = 500
#: Beyond this a street is no neighbour.
_FAR_M = 500.0
#: Places nearer than this to a street are beside it, and places all farther than the second from every street are not.
_BESIDE_M, _FAR_FROM_STREETS_M = 30.0, 75.0
_PLACES_BESIDE_STREETS = 120
_STREET_DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the place, all in the study's CRS.

    Parameters
    ----------
    crs
        The study's CRS.
    outlines
        Shape (points,): outline of each point's declared unit, None where it is not known; or None.
    streets
        Lines of streets, or None.
    people_x, people_y
        Where people are; empty when not known.
    settled_m
        A place is settled when people are nearer than this.
    habit
        How the coordinates are printed, or None.
    """

    crs: pyproj.CRS
    outlines: NDArray[np.object_] | None = None
    streets: NDArray[np.object_] | None = None
    people_x: FloatArray = field(default_factory=lambda: np.zeros(0))
    people_y: FloatArray = field(default_factory=lambda: np.zeros(0))
    settled_m: float = 100.0
    habit: Habit | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """What coordinates look like.

    Parameters
    ----------
    datum
        A key of `HYPOTHESES`, or None when it cannot be decided.
    points
        Number of points looked at.
    median_shift_m
        Median distance between the coordinates as printed and as they would be in WGS-84.
    likelihood_ratio
        Of the best hypothesis against the next one (capped at 1e12).
    scores
        Natural logarithm of the odds against chance, by hypothesis.
    kinds
        Kinds of evidence that were there.
    mixed
        Two keys of `HYPOTHESES` that together explain the points far better than any one does, else None.
    of_second
        How many points look like the second of them.
    """

    datum: str | None
    points: int
    median_shift_m: float
    likelihood_ratio: float
    scores: Mapping[str, float]
    kinds: tuple[str, ...]
    mixed: tuple[str, str] | None = None
    of_second: int = 0

    def sentence(self) -> str:
        """The finding in one sentence."""
        if self.mixed is not None:
            first, second = self.mixed
            return (
                f"{self.of_second} of these {self.points} points look like {second} and the others like {first}: "
                "two datums in one file"
            )
        if self.datum is None:
            why = "no evidence" if not self.kinds else f"likelihood ratio {self.likelihood_ratio:.3g}"
            return f"cannot decide which datum these {self.points} points are in ({why})"
        return (
            f"these {self.points} points look like {self.datum} (median shift {self.median_shift_m:.0f} m), "
            f"likelihood ratio {self.likelihood_ratio:.3g} from {', '.join(self.kinds)}"
        )


def detect_datum(lon: FloatArray, lat: FloatArray, evidence: Evidence) -> Detection:
    """Score every hypothesis for coordinates in degrees as they are printed.

    For each hypothesis the points are moved to where they would be, and each kind of evidence is asked how much
    better they fit than the same points displaced by 400 to 1,300 m in all directions; that comparison makes dense
    streets or large units weak evidence by themselves. How the coordinates are printed counts once for all points.

    Parameters
    ----------
    lon, lat
        Shape (points,): degrees; NaN and points outside China are left out.
    evidence
        What is known of the place.
    """
    usable = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & in_china_box(lon, lat))
    if len(usable) > _MOST_POINTS:
        usable = np.random.default_rng(0).choice(usable, _MOST_POINTS, replace=False)
    lon, lat = np.asarray(lon)[usable], np.asarray(lat)[usable]
    outlines = None if evidence.outlines is None else evidence.outlines[usable]
    tests = _tests(evidence, outlines)
    to_metres = transformer("EPSG:4326", evidence.crs)

    def odds(x: FloatArray, y: FloatArray) -> FloatArray:
        return np.sum([np.zeros(len(x)), *(_WEIGHT * test(x, y) for test in tests.values())], axis=0)

    places = {name: to_metres.transform(*undo(lon, lat)) for name, undo in HYPOTHESES.items()}
    of_points = {name: odds(*place) for name, place in places.items()}
    scores = {}
    for name in HYPOTHESES:
        scores[name] = float(of_points[name].sum())
        if evidence.habit is not None:
            scores[name] += log_odds(evidence.habit, name)
    kinds = (*tests, *(() if evidence.habit is None else ("digits",)))
    found = decided(lon, lat, scores, kinds)
    pair, second = two_groups(of_points)
    if pair is not None and _no_chance(pair, places, of_points, odds):
        return replace(found, datum=None, mixed=pair, of_second=second)
    if found.datum in {None, "wgs84"} or not tests:
        return found
    assert found.datum is not None
    turned = _turned(places["wgs84"], places[found.datum])
    most = max(float(odds(x, y).sum()) for x, y in turned)
    return found if scores[found.datum] > _NO_CHANCE * most else replace(found, datum=None)


def _no_chance(
    pair: tuple[str, str],
    places: Mapping[str, Pair],
    of_points: Mapping[str, FloatArray],
    odds: Callable[[FloatArray, FloatArray], FloatArray],
) -> bool:
    """Whether two datums explain points much better than one of them and shifts as long in other directions do.

    Where streets or points stand at even distances, some of the points fit after any shift.
    """
    first, second = (of_points[name] for name in pair)
    single = max(float(each.sum()) for each in of_points.values())
    gain = _mixed(first, second)[0] - single
    turned = [odds(x, y) for part in _LENGTHS for x, y in _turned(places[pair[0]], places[pair[1]], part)]
    other = max(_mixed(one, two)[0] for one, two in combinations([first, *turned], 2)) - single
    return gain > _NO_CHANCE * other


def _turned(start: Pair, end: Pair, part: float = 1.0) -> list[Pair]:
    """Where points would be after shifts as long as (part of) that from start to end, aside and back."""
    east, north = part * (end[0] - start[0]), part * (end[1] - start[1])
    angles = 2 * np.pi * np.arange(_DIRECTIONS // 4, _DIRECTIONS * 3 // 4 + 1) / _DIRECTIONS
    return [
        (start[0] + np.cos(a) * east - np.sin(a) * north, start[1] + np.sin(a) * east + np.cos(a) * north)
        for a in angles.tolist()
    ]


def two_groups(of_points: Mapping[str, FloatArray]) -> tuple[tuple[str, str] | None, int]:
    """The two hypotheses, and how many points follow the second, where points of two datums are mixed; else None.

    For each pair the share of the second is fitted (expectation and maximisation). The mixture is believed where it
    explains the points a thousand times better than the best single hypothesis, with `FEWEST_MIXED` points of each.

    Parameters
    ----------
    of_points
        By hypothesis, shape (points,): natural logarithm of the odds of each point against chance.
    """
    single = max((float(odds.sum()) for odds in of_points.values()), default=0.0)
    best: tuple[float, tuple[str, str] | None, int] = (single + float(_AGAINST_NEXT), None, 0)
    for first, second in combinations(of_points, 2):
        score, count = _mixed(of_points[first], of_points[second])
        if score > best[0] and min(count, len(of_points[first]) - count) >= FEWEST_MIXED:
            best = (score, (first, second), count)
    return best[1], best[2]


def _mixed(first: FloatArray, second: FloatArray) -> tuple[float, int]:
    """How well points fit that are each of one of two kinds, and how many are of the second, from their odds."""
    one, other = np.exp(first), np.exp(second)
    share, belongs = 0.5, np.zeros(len(one))
    for _ in range(_ROUNDS):
        belongs = share * other / ((1 - share) * one + share * other)
        share = float(np.clip(belongs.mean(), 1e-6, 1 - 1e-6)) if len(one) else 0.5
    return float(np.log((1 - share) * one + share * other).sum()), int((belongs > 0.5).sum())


def decided(
    lon: FloatArray, lat: FloatArray, scores: Mapping[str, float], kinds: tuple[str, ...]
) -> Detection:
    """What scores say: the best hypothesis if it beats chance and the next one clearly, else nothing.

    Parameters
    ----------
    lon, lat
        Shape (points,): degrees as they are printed.
    scores, kinds
        As those of `Detection`.
    """
    order = sorted(scores, key=lambda name: -scores[name])
    best, following = order[0], order[1]
    lead = scores[best] - scores[following]
    sure = len(lon) >= FEWEST_POINTS and scores[best] >= _AGAINST_CHANCE and lead >= _AGAINST_NEXT
    shift = distance_m(lon, lat, *HYPOTHESES[best](lon, lat))
    return Detection(
        best if sure else None,
        len(lon),
        float(np.median(shift)) if len(lon) else 0.0,
        float(np.exp(min(lead, np.log(1e12)))),
        MappingProxyType(dict(scores)),
        kinds,
    )


def streets_datum(
    lon: FloatArray, lat: FloatArray, crs: pyproj.CRS | str, streets: NDArray[np.object_]
) -> Detection:
    """Score which datum streets are in, by how near places known in WGS-84 lie to them.

    Streets in GCJ-02 lie where the places would lie in GCJ-02; what is said of shifts is that of the places. Too few
    places for odds are enough when each lies far from every street as they are, and beside one when shifted.

    Parameters
    ----------
    lon, lat
        Shape (places,): degrees of homes and facilities.
    crs
        CRS of the streets, in metres.
    streets
        Lines.
    """
    usable = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & in_china_box(lon, lat))
    usable = usable[:: len(usable) // _PLACES_BESIDE_STREETS + 1]
    lon, lat = np.asarray(lon)[usable], np.asarray(lat)[usable]
    tree = shapely.STRtree(streets)
    to_metres = transformer("EPSG:4326", crs)
    as_they_are = to_metres.transform(lon, lat)
    if not len(lon) or np.median(_distance(tree, *as_they_are, _FAR_M, far=_FAR_M)) < _BESIDE_M:
        return Detection("wgs84", len(lon), 0.0, 1.0, {}, ("streets",))
    test = _street_test(tree)
    moved = {name: to_metres.transform(*from_wgs84(lon, lat, name)) for name in _STREET_DATUMS}
    found = decided(
        lon, lat, {name: float(_WEIGHT * test(x, y).sum()) for name, (x, y) in moved.items()}, ("streets",)
    )
    if found.datum is not None or len(lon) >= FEWEST_POINTS:
        return found
    away = {name: _distance(tree, x, y, _FAR_M, far=_FAR_M) for name, (x, y) in moved.items()}
    beside = [name for name in ("gcj02", "bd09") if (away[name] < _BESIDE_M).all()]
    if len(beside) == 1 and (away["wgs84"] > _FAR_FROM_STREETS_M).all():
        return replace(found, datum=beside[0])
    return found


_Test = Callable[[FloatArray, FloatArray], FloatArray]
_Holds = Callable[[FloatArray, FloatArray], BoolArray]


def _tests(evidence: Evidence, outlines: NDArray[np.object_] | None) -> dict[str, _Test]:
    """Log odds against chance of each point at x, y, by kind of evidence."""
    tests: dict[str, _Test] = {}
    if outlines is not None:
        known = np.array([shape is not None and not shape.is_empty for shape in outlines], dtype=bool)
        if known.any():
            shapes = outlines[known]
            shapely.prepare(shapes)
            within = _holds_test(lambda x, y: np.asarray(shapely.intersects_xy(shapes, x, y)), _IN_UNIT)

            def units(x: FloatArray, y: FloatArray) -> FloatArray:
                odds = np.zeros(len(x))
                odds[known] = within(x[known], y[known])
                return odds

            tests["declared units"] = units
    if evidence.streets is not None and len(evidence.streets):
        tests["streets"] = _street_test(shapely.STRtree(evidence.streets))
    if len(evidence.people_x):
        tests["settled places"] = _holds_test(_settled(evidence), _SETTLED)
    return tests


def _settled(evidence: Evidence) -> _Holds:
    """Whether people are near points; all of them are looked for where only few can be, else the nearest one."""
    people_x, people_y, most_m = evidence.people_x, evidence.people_y, evidence.settled_m
    tree = shapely.STRtree(np.asarray(shapely.points(people_x, people_y)))
    square_m = (np.ptp(people_x) + most_m) * (np.ptp(people_y) + most_m)
    crowded = len(people_x) * most_m**2 > square_m

    def holds(x: FloatArray, y: FloatArray) -> BoolArray:
        if crowded:
            return np.isfinite(_distance(tree, x, y, most_m))
        found = np.zeros(len(x), dtype=bool)
        found[tree.query(shapely.points(x, y), predicate="dwithin", distance=most_m)[0]] = True
        return found

    return holds


def _holds_test(holds: _Holds, right: float) -> _Test:
    """Evidence of a condition that right coordinates meet with probability `right`, and displaced ones as it happens."""

    def test(x: FloatArray, y: FloatArray) -> FloatArray:
        chance = np.mean([holds(x + east, y + north) for east, north in _displacements()], axis=0)
        chance = np.clip(chance, 0.01, 0.99)
        met = holds(x, y)
        odds = np.where(met, right / chance, (1 - right) / (1 - chance))
        return np.asarray(np.log(np.clip(odds, 1 - right, 1 / (1 - right))))

    return test


def _street_test(tree: shapely.STRtree) -> _Test:
    """Evidence of distances to the nearest street against those of displaced points, both as exponential laws."""

    def test(x: FloatArray, y: FloatArray) -> FloatArray:
        away = _distance(tree, x, y, _FAR_M)
        around = np.mean(
            [_distance(tree, x + e, y + n, _FAR_M, far=_FAR_M) for e, n in _displacements()], axis=0
        )
        around = np.maximum(around, _STREET_M)
        away = np.where(np.isfinite(away), away, _FAR_M)
        chance = np.exp(-away / around) / around
        near = np.exp(-away / _STREET_M) / _STREET_M
        return np.asarray(np.log(_NEAR_STREET * near / chance + (1 - _NEAR_STREET)))

    return test


def _displacements() -> list[tuple[float, float]]:
    angles = np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS)
    return [(r * float(np.cos(a)), r * float(np.sin(a))) for r in _DISPLACED_M for a in angles]


def _distance(
    tree: shapely.STRtree, x: FloatArray, y: FloatArray, most_m: float, *, far: float = np.inf
) -> FloatArray:
    """Metres to the nearest shape of a tree, `far` where none is nearer than `most_m`."""
    found = np.full(len(x), far)
    (at, _), metres = tree.query_nearest(
        shapely.points(x, y), max_distance=most_m, return_distance=True, all_matches=False
    )
    found[at] = metres
    return found
