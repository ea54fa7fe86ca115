"""Candidates with whom they reach, as one array file, so that other answers can be held against the best there is."""

from __future__ import annotations

import io

import numpy as np
import shapely

from coverplan.programme.outcome.recount import Recount
from coverplan.programme.solving.choose import Programme
from coverplan.units import minutes_to_ms


def pairs_file(programme: Programme, counted: Recount) -> bytes | None:
    """Bytes of ``siting.npz``; None where nothing may open.

    Arrays: ``ids``, ``x``, ``y``, ``unit`` of the candidate places; for standard number n of the question's standards
    ``indptr_n`` and ``demand_n`` (positions of demand points within the standard) and ``before_n`` (which demand points
    are within it in the last year without any action); for every opening ``open_site``
    (position of its place), ``open_type``, ``open_layer`` and ``open_cost`` (NaN unknown).
    """
    question = programme.question
    opens = [action for action in question.actions if action.kind == "open" and action.host is None]
    if not opens or question.covers is None:
        return None
    sites = sorted({str(action.site) for action in opens})
    place = {action.site: action for action in opens}
    points = [point for site in sites if (point := place[site].place) is not None]
    arrays: dict[str, np.ndarray] = {
        "ids": np.array(sites, dtype=str),
        "x": shapely.get_x(points),
        "y": shapely.get_y(points),
        "unit": np.array([place[site].unit or "" for site in sites], dtype=str),
    }
    position = {site: at for at, site in enumerate(sites)}
    arrays["open_site"] = np.array([position[str(action.site)] for action in opens], dtype=np.int32)
    arrays["open_type"] = np.array([action.type for action in opens], dtype=str)
    arrays["open_layer"] = np.array([action.layer for action in opens], dtype=str)
    arrays["open_cost"] = np.array([action.cost for action in opens], dtype=np.float64)
    codes = [place[site].unit for site in sites]
    for number, aim in enumerate(question.aims):
        reach = question.covers.surveyor.reach_of(aim.standard, sites, points, codes)
        cover = reach.within(minutes_to_ms(aim.standard.minutes))
        arrays[f"indptr_{number}"], arrays[f"demand_{number}"] = cover.indptr, cover.demand
        arrays[f"before_{number}"] = counted.covered_without[question.years[-1], aim.standard.key] > 0
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()
