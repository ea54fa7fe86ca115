"""Files of one layer read together: an id means one facility, and a facility that stands in two files is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.ledgers.twins import namesakes, twins
from coverplan.inputs.places.geometries import representative_points
from coverplan.scenario.study_file import FacilityLayer
from coverplan.text.counting import many

_SHOWN = 10


def one_id_space(
    tables: Sequence[gpd.GeoDataFrame], sources: Sequence[FacilityLayer], folder: Path, problems: Problems
) -> list[gpd.GeoDataFrame]:
    """The tables with ids that are unique in each layer.

    Files that number their rows from 1 share ids without meaning the same facility. Nobody can tell which one is
    meant, so each of them becomes ``file:id``, and a warning says which. Ids that stand in one file alone are kept.
    """
    answer = list(tables)
    for layer in sorted({source.layer for source in sources}):
        mine = [at for at, source in enumerate(sources) if source.layer == layer]
        if len(mine) < 2:
            continue
        ids = pd.concat([tables[at]["id"] for at in mine])
        clashing = set(ids[ids.duplicated()])
        if not clashing:
            continue
        names = _names([sources[at].file for at in mine])
        for at, name in zip(mine, names, strict=True):
            table = answer[at] = tables[at].copy()
            table["id"] = [f"{name}:{one}" if one in clashing else one for one in table["id"]]
        shown = ", ".join(sorted(clashing)[:_SHOWN])
        example = f"{names[0]}:{min(clashing)}"
        problems.add(
            Problem(
                f"{many(len(clashing), 'id stands in more than one file', 'ids stand in more than one file')} of the layer {layer}; they are read with the file's name",
                folder / sources[mine[-1]].file,
                field="id",
                value=shown + (" ..." if len(clashing) > _SHOWN else ""),
                expected="ids that are unique in the layer",
                remedy=f"call such a facility {example} in scenarios, or give each one an id of its own",
                severity="warning",
                code="ids_of_files",
                details={"count": len(clashing), "ids": shown, "example": example},
            )
        )
    return answer


def report_twins(
    tables: Sequence[gpd.GeoDataFrame], sources: Sequence[FacilityLayer], folder: Path, problems: Problems
) -> None:
    """A warning for facilities of one layer, name and type that stand at the same place, in one file or in two."""
    for layer in sorted({source.layer for source in sources}):
        mine = [at for at, source in enumerate(sources) if source.layer == layer]
        often, _ = namesakes(
            *([cell for at in mine for cell in tables[at][key].tolist()] for key in ("name", "type"))
        )
        if not len(often):
            continue
        rows = pd.concat([tables[at][["id", "name", "type", "unit_code", "geometry"]] for at in mine]).iloc[
            often
        ]
        files = np.repeat(mine, [len(tables[at]) for at in mine])[often]
        points = representative_points(rows["geometry"].to_numpy())
        names, ids = rows["name"].tolist(), rows["id"].tolist()
        kinds, units = rows["type"].tolist(), rows["unit_code"].tolist()
        earlier = twins(names, kinds, units, points)
        same = (earlier >= 0) & (files == files[earlier])
        within = [(at, int(earlier[at])) for at in np.flatnonzero(same).tolist()]
        between: list[tuple[int, int]] = []
        if len(mine) > 1:
            earlier = twins(names, kinds, units, points, files=files.tolist())
            between = [(at, int(earlier[at])) for at in np.flatnonzero(earlier >= 0).tolist()]
        for code, found, where in (
            ("twice_in_file", within, "twice in one file"),
            ("twice_in_files", between, "in two files"),
        ):
            if not found:
                continue
            pairs = [f"{names[at]} ({ids[other]} = {ids[at]})" for at, other in found[:_SHOWN]]
            shown = ", ".join(pairs) + (" ..." if len(found) > _SHOWN else "")
            problems.add(
                Problem(
                    f"{many(len(found), f'facility of the layer {layer} stands', f'facilities of the layer {layer} stand')} {where}, by name and place; both are counted",
                    folder / sources[int(files[found[0][0]])].file,
                    field="name",
                    value=shown,
                    expected="each facility once",
                    remedy="delete one row (删除 in its send-back sheet), or leave it out with `where:`",
                    severity="warning",
                    code=code,
                    details={"count": len(found), "names": shown},
                )
            )


def _names(files: Sequence[str]) -> list[str]:
    """Short names of files: their stems, or whole paths where stems are the same."""
    stems = [Path(file).stem for file in files]
    return [stem if stems.count(stem) == 1 else file for stem, file in zip(stems, files, strict=True)]
