"""Which OpenStreetMap reader: pyosmium (inside coverplan) against pyrosm, in time, memory and streets.

Usage::

    python bench/osm_readers.py enlarge SMALL.osm.pbf BIG.osm.pbf 33   # tiles with new ids
    python bench/osm_readers.py measure FILE.osm.pbf EPSG:31982        # each reader in its own process
    python bench/osm_readers.py one coverplan FILE.osm.pbf EPSG:31982

pyrosm is no dependency of the project: ``pip install pyrosm`` before measuring.
"""

import json
import math
import resource
import subprocess
import sys
import time
from pathlib import Path

READERS = ("coverplan", "pyrosm", "handler")


def enlarge(small: str, big: str, tiles: int) -> None:
    """Write `tiles` copies of a file side by side, each with ids of its own, nodes first, ways second."""
    import osmium

    offset = 20_000_000_000
    across = math.ceil(math.sqrt(tiles))
    lons, lats = [], []
    for node in osmium.FileProcessor(small, osmium.osm.NODE):
        lons.append(node.lon)
        lats.append(node.lat)
    width, height = max(lons) - min(lons), max(lats) - min(lats)
    with osmium.SimpleWriter(big, overwrite=True) as writer:
        for tile in range(tiles):
            east, north = tile % across * width, tile // across * height
            for node in osmium.FileProcessor(small, osmium.osm.NODE):
                writer.add_node(
                    node.replace(id=node.id + tile * offset, location=(node.lon + east, node.lat + north))
                )
        for tile in range(tiles):
            for way in osmium.FileProcessor(small, osmium.osm.WAY):
                refs = [node.ref + tile * offset for node in way.nodes]
                writer.add_way(way.replace(id=way.id + tile * offset, nodes=refs))


def with_coverplan(path: str, crs: str) -> dict[str, float]:
    from coverplan.errors import Problems
    from coverplan.inputs.streets.read import read_streets

    network = read_streets(Path(path), crs=crs, problems=Problems())
    return {
        "edges": network.edges,
        "nodes": network.nodes,
        "km": round(float(network.length_m.sum()) / 1000, 1),
    }


def with_pyrosm(path: str, _crs: str) -> dict[str, float]:
    import pyrosm

    nodes, edges = pyrosm.OSM(path).get_network(network_type="walking", nodes=True)
    return {"edges": len(edges), "nodes": len(nodes), "km": round(float(edges["length"].sum()) / 1000, 1)}


def with_python_loop(path: str, _crs: str) -> dict[str, float]:
    """The plain way to use pyosmium: a handler with a dictionary of tags and a list of places for each way."""
    import osmium

    class Ways(osmium.SimpleHandler):
        def __init__(self) -> None:
            super().__init__()
            self.ways = []

        def way(self, way) -> None:
            if "highway" in way.tags:
                self.ways.append(
                    (
                        dict(way.tags),
                        [(node.ref, node.lon, node.lat) for node in way.nodes if node.location.valid()],
                    )
                )

    handler = Ways()
    handler.apply_file(path, locations=True)
    return {"edges": sum(len(places) - 1 for _, places in handler.ways), "nodes": 0, "km": 0.0}


def one(reader: str, path: str, crs: str) -> None:
    """Read in this process and print the figures as JSON."""
    run = {"coverplan": with_coverplan, "pyrosm": with_pyrosm, "handler": with_python_loop}[reader]
    begin = time.perf_counter()
    found = run(path, crs)
    seconds = time.perf_counter() - begin
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"reader": reader, "s": round(seconds, 2), "peak_mb": round(peak_mb), **found}))


def measure(path: str, crs: str) -> None:
    """Every reader in a process of its own, imports included, one after another."""
    for reader in READERS:
        subprocess.run([sys.executable, __file__, "one", reader, path, crs], check=True)


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "enlarge":
        enlarge(rest[0], rest[1], int(rest[2]))
    elif command == "measure":
        measure(*rest)
    else:
        one(*rest)
