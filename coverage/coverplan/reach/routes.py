"""Routes between sites and demand points in one direction: which arcs to search, where they begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from coverplan.reach.attached_demand import AttachedDemand
from coverplan.reach.attachment import Attachment, Ways, attach, direct_ways
from coverplan.reach.graph import Arcs, TravelGraph
from coverplan.reach.snapping.doors import Doors
from coverplan.units import Int64Array

OneWay = Literal["toward", "from"]


@dataclass(frozen=True, slots=True)
class Routes:
    """What a search from sites to demand points needs, whichever way people travel.

    Parameters
    ----------
    arcs
        Arcs to follow from the sites; turned round where people travel toward them.
    site_ways, demand_ways
        Nodes, places and milliseconds between a node and a place, door included.
    direct
        Sites, demand points and milliseconds of ways along one edge that pass no node.
    """

    arcs: Arcs
    site_ways: Ways
    demand_ways: Ways
    direct: tuple[Int64Array, Int64Array, Int64Array]


def routes(graph: TravelGraph, sites: Doors, demand: Doors, direction: OneWay) -> Routes:
    """Routes of a direction: ``toward`` the sites or ``from`` them."""
    return routes_between(graph, attach(graph, sites), AttachedDemand(graph, demand), direction)


def routes_between(
    graph: TravelGraph, at_sites: Attachment, at_demand: AttachedDemand, direction: OneWay
) -> Routes:
    """Routes of a direction for doors that are attached to the graph already."""
    if direction == "toward":
        point, site, ms = direct_ways(at_demand.attachment, at_sites)
        return Routes(graph.into, at_sites.arriving(), at_demand.ways(leaving=True), (site, point, ms))
    direct = direct_ways(at_sites, at_demand.attachment)
    return Routes(graph.out, at_sites.leaving(), at_demand.ways(leaving=False), direct)
