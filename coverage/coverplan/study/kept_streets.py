"""Compiled networks and snaps of a study, kept in the cache by what they were made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coverplan.cache import Arrays, Cache
from coverplan.errors import Problem, Problems
from coverplan.ground.network import Network, Passage
from coverplan.reach.snapping.snap import Snaps
from coverplan.units import Int64Array


def cached_network(
    cache: Cache,
    key: str,
    read: Callable[[Problems], Network | None],
    problems: Problems,
    *,
    unchanged: Callable[[], bool] = lambda: True,
    source: Path | None = None,
) -> Network | None:
    """Network from the cache, or read and kept.

    Parameters
    ----------
    cache, key
        Where and under which `content_key`.
    read
        Reads the network and reports what is wrong; called only if there is no entry.
    problems
        Receives what reading reported, from the cache as from the file. With errors nothing is kept.
    unchanged
        Whether the files are, after reading, still those of the key; where not, nothing is kept.
    source
        File that is read. What was reported of a file of the same name and content elsewhere is reported of this one.
    """
    found = cache.load(key)
    if found is not None:
        problems.extend(_problem(row, source) for row in found[1])
        return _network(found[0])
    noticed = Problems()
    network = read(noticed)
    problems.extend(noticed)
    if network is not None and not noticed.errors and unchanged():
        cache.keep(key, _network_arrays(network), [_plain(problem) for problem in noticed])
    return network


def cached_snaps(
    cache: Cache, key: str, snap: Callable[[], tuple[Int64Array, Snaps]]
) -> tuple[Int64Array, Snaps]:
    """Point of each row, and rows, from the cache, or made and kept; the key must hold all that they depend on."""
    found = cache.load(key)
    if found is not None:
        arrays = dict(found[0])
        point = arrays.pop("point")
        return point, Snaps(**arrays)
    point, snaps = snap()
    cache.keep(key, {"point": point, **{item.name: getattr(snaps, item.name) for item in fields(Snaps)}})
    return point, snaps


def _network_arrays(network: Network) -> Arrays:
    """Network as arrays without Python objects; each name is stored once."""
    names, of_edge = np.unique(network.name.astype(np.str_), return_inverse=True)
    arrays: Arrays = {
        item.name: getattr(network, item.name)
        for item in fields(Network)
        if item.name not in {"crs", "kinds", "name", "passages"}
    }
    for mode, passage in network.passages.items():
        arrays[f"{mode} forward"], arrays[f"{mode} backward"] = passage.forward, passage.backward
        if passage.private is not None:
            arrays[f"{mode} private"] = passage.private
    text = json.dumps({"crs": network.crs, "kinds": network.kinds, "modes": list(network.passages)})
    arrays |= {"names": names, "name of edge": of_edge.astype(np.int32)}
    return arrays | {"text": np.frombuffer(text.encode(), dtype=np.uint8)}


def _network(arrays: Mapping[str, NDArray[Any]]) -> Network:
    text = json.loads(arrays["text"].tobytes().decode())
    kept = {item.name: arrays[item.name] for item in fields(Network) if item.name in arrays}
    return Network(
        crs=text["crs"],
        kinds=tuple(text["kinds"]),
        name=arrays["names"].astype(np.object_)[arrays["name of edge"]],
        passages={
            mode: Passage(
                arrays[f"{mode} forward"], arrays[f"{mode} backward"], arrays.get(f"{mode} private")
            )
            for mode in text["modes"]
        },
        **kept,
    )


def _plain(problem: Problem) -> dict[str, object]:
    row = {item.name: getattr(problem, item.name) for item in fields(Problem)}
    row["file"] = None if problem.file is None else str(problem.file)
    if not isinstance(problem.value, int | float | str | None):
        row["value"] = str(problem.value)
    return row


def _problem(row: Mapping[str, Any], source: Path | None) -> Problem:
    file = None if row["file"] is None else Path(row["file"])
    if file is not None and source is not None and file.name == source.name:
        file = source
    return Problem(**{**row, "file": file})
