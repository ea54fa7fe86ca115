#!/usr/bin/env bash
# Guess before running: osmnx.graph_from_xml makes a street graph of the ways of an extract that have a `highway` tag, as its
# graphs from the network do; its docstring names no filter and no need of one.
# Found: every way becomes edges. The outline of a house and a river are walked like streets, and join the streets they touch.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "osmnx==2.1.1"
cd "$work"
cat >town.osm <<'XML'
<?xml version="1.0"?>
<osm version="0.6">
<node id="1" lat="30.000" lon="120.000"/><node id="2" lat="30.000" lon="120.005"/><node id="3" lat="30.000" lon="120.010"/>
<node id="4" lat="30.005" lon="120.005"/><node id="5" lat="29.995" lon="120.005"/>
<node id="6" lat="30.001" lon="120.001"/><node id="7" lat="30.001" lon="120.002"/><node id="8" lat="30.002" lon="120.002"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
<way id="11"><nd ref="4"/><nd ref="2"/><nd ref="5"/><tag k="waterway" v="river"/></way>
<way id="12"><nd ref="6"/><nd ref="7"/><nd ref="8"/><nd ref="6"/><tag k="building" v="yes"/></way>
</osm>
XML
"$work/venv/bin/python" - <<'PY'
import sys

import networkx
import osmnx

print("osmnx", osmnx.__version__)
graph = osmnx.graph_from_xml("town.osm", simplify=False, retain_all=True)
ways = {data["osmid"] for *_ends, data in graph.edges(data=True)}
metres = networkx.shortest_path_length(graph, 4, 5, weight="length")
print("ways in the graph:", sorted(ways), "- along the river from 4 to 5:", round(metres), "m")
sys.exit(0 if ways == {10, 11, 12} and 1100 < metres < 1125 else 1)
PY
