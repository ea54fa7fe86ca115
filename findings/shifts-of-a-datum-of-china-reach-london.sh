#!/usr/bin/env bash
# Guess before running: a converter of Chinese map coordinates leaves points outside China alone, as the others do.
# Found: transbigdata's wgs84togcj02 moves them as well: Seoul by about 460 m, London by about 1.3 km, without a word;
# eviltransform and coord-convert leave London where it is. Its way back misses the start by 1 to 3 m, that of
# coord-convert by less than a millimetre. Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "transbigdata==0.5.3" "coord-convert==0.2.1" "eviltransform==0.1.1"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys
import warnings
from importlib.metadata import version

warnings.filterwarnings("ignore")
import coord_convert.transform as convert
import eviltransform
import transbigdata
from pyproj import Geod

print("transbigdata", version("transbigdata"), "coord-convert", version("coord-convert"), "eviltransform", version("eviltransform"))


def metres(start, end):
    return Geod(ellps="WGS84").inv(*start, *end)[2]


moved = {}
for name, place in {"Huaibei": (116.8, 33.95), "Seoul": (126.98, 37.57), "London": (-0.12, 51.5)}.items():
    latitude, longitude = eviltransform.wgs2gcj(place[1], place[0])
    moved[name] = [
        metres(place, transbigdata.wgs84togcj02(*place)),
        metres(place, convert.wgs2gcj(*place)),
        metres(place, (longitude, latitude)),
    ]
    print(name, "moved by", [round(each, 1) for each in moved[name]], "m")
place = (116.8, 33.95)
back = metres(place, transbigdata.gcj02towgs84(*transbigdata.wgs84togcj02(*place)))
exact = metres(place, convert.gcj2wgs(*convert.wgs2gcj(*place)))
print("way back misses by", round(back, 2), "m and", round(exact, 6), "m")
agreed = max(moved["Huaibei"]) - min(moved["Huaibei"]) < 1
outside = moved["London"][0] > 1000 and moved["London"][1:] == [0, 0] and moved["Seoul"][0] > 400
sys.exit(0 if agreed and outside and 1 < back < 10 and exact < 0.01 else 1)
PY
