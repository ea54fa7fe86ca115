"""Candidates of every kind of source: from a file, from streets, from cells, from uncovered people."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.candidates.centres import population_centres
from coverplan.candidates.place_files import PlaceFiles
from coverplan.candidates.street_places import street_names, street_nodes, thinned
from coverplan.errors import Problems, Severity
from coverplan.inputs.places.geometries import representative_points
from coverplan.scenario.candidate_file import (
    CandidateSource,
    CellCandidates,
    ClusterCandidates,
    LayerCandidates,
    StreetCandidates,
)
from coverplan.scenario.known_words import KnownWords
from coverplan.study.load import Study
from coverplan.units import BoolArray, FloatArray, Int64Array
from coverplan.yamlfile import Document, KeyPath

#: Standard's key and group to shape (points,): people there are not covered.
Uncovered = Callable[[str, str], BoolArray]


@dataclass(frozen=True, slots=True)
class Made:
    """Candidates of one source.

    Parameters
    ----------
    ids
        Unique in the source.
    names
        Shape (candidates,), object: name or None.
    x, y
        Shape (candidates,): metres in the study's CRS.
    floor_area_m2
        Shape (candidates,): NaN where unknown.
    """

    ids: tuple[str, ...]
    names: NDArray[np.object_]
    x: FloatArray
    y: FloatArray
    floor_area_m2: FloatArray


@dataclass(frozen=True, slots=True)
class Maker:
    """What candidates are made from.

    Parameters
    ----------
    study
        Streets, people and area.
    document
        File whose settings ask for candidates; paths start at its folder.
    standards
        Keys of the standards that clusters may name.
    uncovered
        Says whom a standard leaves uncovered.
    seed
        Seed of the clusters.
    problems
        Collects what is wrong.
    """

    study: Study
    document: Document
    standards: Collection[str]
    uncovered: Uncovered
    seed: int
    problems: Problems

    def make(self, source: CandidateSource, place: KeyPath) -> Made | None:
        """Candidates of a source; None and a reason in `problems` where there are none.

        `place` is where the source stands in the document.
        """
        if isinstance(source, LayerCandidates):
            return self._layer(source, place)
        if isinstance(source, StreetCandidates):
            return self._streets(source, place)
        if isinstance(source, CellCandidates):
            return self._cells(source, place)
        return self._clusters(source, place)

    @property
    def files(self) -> PlaceFiles:
        """Reads the files that the settings name."""
        return PlaceFiles(self.document, self.study.area.crs, self.problems)

    def nothing(self, place: KeyPath, what: str, remedy: str, severity: Severity = "error") -> None:
        """Note a source that yields no candidate."""
        self.problems.add(
            self.document.problem(place, what, remedy=remedy, severity=severity, code="no_candidates")
        )

    def _layer(self, source: LayerCandidates, place: KeyPath) -> Made | None:
        found = self.files.listed(source, place)
        if found is None:
            return None
        points = representative_points(found.shapes)
        return Made(found.ids, found.names, shapely.get_x(points), shapely.get_y(points), found.floor_area_m2)

    def _streets(self, source: StreetCandidates, place: KeyPath) -> Made | None:
        network = self.study.network
        if network is None:
            self.problems.add(
                self.document.problem(
                    place,
                    "candidates are asked from streets and the study has none",
                    expected="streets in the study file",
                    remedy="add them, or use kind: cells",
                    code="no_streets",
                )
            )
            return None
        nodes = street_nodes(network, self.study.area)
        nodes = nodes[thinned(network.node_x[nodes], network.node_y[nodes], source.spacing_m)]
        if not len(nodes):
            self.nothing(place, "no street node lies in the study area", "check the coordinate systems")
            return None
        return self._numbered(network.node_x[nodes], network.node_y[nodes], street_names(network, nodes))

    def _cells(self, source: CellCandidates, place: KeyPath) -> Made | None:
        demand = self.study.demand
        if not self._knows_group(source.group, place):
            return None
        rows = np.flatnonzero(demand.inside & (demand.people[source.group] >= source.least_people))
        if not len(rows):
            most = float(np.where(demand.inside, demand.people[source.group], 0.0).max(initial=0.0))
            self.nothing(
                place,
                f"no point of the study area has {source.least_people:g} people of {source.group}",
                f"lower least_people; the fullest point has {most:g}",
            )
            return None
        nothing = np.full(len(rows), np.nan)
        ids = tuple(str(name) for name in demand.ids[rows])
        return Made(ids, np.full(len(rows), None, dtype=object), demand.x[rows], demand.y[rows], nothing)

    def _clusters(self, source: ClusterCandidates, place: KeyPath) -> Made | None:
        known = KnownWords(self.document, self.problems)
        known.word((*place, "standard"), source.standard, self.standards, "standard")
        if not self._knows_group(source.group, place) or source.standard not in self.standards:
            return None
        demand = self.study.demand
        people = demand.people[source.group]
        left = self.uncovered(source.standard, source.group) & demand.inside & (people > 0)
        rows = np.flatnonzero(left)
        if not len(rows):
            self.nothing(
                place,
                f"{source.standard} covers everyone of {source.group}; there is nobody to cluster",
                "nothing, or name a stricter standard",
                "warning",
            )
            return None
        centres = population_centres(demand.x[rows], demand.y[rows], people[rows], source.number, self.seed)
        x, y, names = self._snapped(centres, rows)
        if len(x) < source.number:
            self.problems.add(
                self.document.problem(
                    (*place, "number"),
                    f"{len(x)} clusters were made; people or streets lie at fewer places than were asked for",
                    value=source.number,
                    severity="note",
                    code="fewer_clusters",
                    details={"count": len(x)},
                )
            )
        return self._numbered(x, y, names)

    def _snapped(
        self, centres: FloatArray, rows: Int64Array
    ) -> tuple[FloatArray, FloatArray, NDArray[np.object_]]:
        """Nearest street node (or populated point) of each centre, each place once, in the order of the centres."""
        network, demand = self.study.network, self.study.demand
        nodes = np.zeros(0, np.int64) if network is None else street_nodes(network, self.study.area)
        if network is None or not len(nodes):
            rows = rows[np.lexsort((demand.y[rows], demand.x[rows]))]
            x, y, names = demand.x[rows], demand.y[rows], np.full(len(rows), None, dtype=object)
        else:
            x, y, names = network.node_x[nodes], network.node_y[nodes], street_names(network, nodes)
        # places stand from west to east: of equally near ones the most western is taken
        centre, near = shapely.STRtree(np.asarray(shapely.points(x, y))).query_nearest(
            shapely.points(centres)
        )
        order = np.lexsort((near, centre))
        _, first = np.unique(centre[order], return_index=True)
        taken = np.array(list(dict.fromkeys(near[order][first].tolist())), dtype=np.int64)
        return x[taken], y[taken], names[taken]

    @staticmethod
    def _numbered(x: FloatArray, y: FloatArray, names: NDArray[np.object_]) -> Made:
        width = len(str(len(x)))
        ids = tuple(f"{number:0{width}d}" for number in range(1, len(x) + 1))
        return Made(ids, names, x, y, np.full(len(x), np.nan))

    def _knows_group(self, group: str, place: KeyPath) -> bool:
        groups = self.study.demand.people
        KnownWords(self.document, self.problems).word((*place, "group"), group, groups, "demand group")
        return group in groups
