"""Mutated YAML: scenario, study and plan files with values, keys and lines changed, in many kinds of wrong."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import yaml
from run import Slips, attempt

import coverplan
from makers import toyfiles
from towns import toytown

ODD: list[Any] = [
    None, True, 0, -1, 1, 2**31, 2**63, 1e300, -1e300, float("nan"), float("inf"), 3.4e38, 1e-300, "", " ", "a", "甲",
    "\u0000", "x" * 5_000, "../../x", "/", ".", "study.yaml", "people.csv", "homes.csv", "EPSG:4326", "EPSG:0",
    'LOCAL_CS["x",UNIT["metre",1]]', "+proj=utm +zone=99", "2025-02-30", "20300", 20_300, [], {}, [[]], [None], {"a": {}},
    {"zh": None}, [1, 1], ["total", "total"], {"": 1}, "total", "elder_care", "civic", "rescue_station", -0.0, "4:30",
    "=1+1", "http://127.0.0.1:9/x.geojson", "/vsicurl/http://127.0.0.1:9/x", "!!python/object:x", "&a", "0x10", 10**40,
]  # fmt: skip
TEXTS = [
    "<<: 5\n", "<<: [1, 2]\n", "a: &a [*a]\n", "? [1, 2]\n: 3\n", "- 1\n", "{" * 3_000, "[" * 3_000, "a: !!binary x\n",
    "a: 2025-13-45\n", "\ufeff", "a: 'b\n", "\t- x", "%YAML 9.9\n---\n", "---\n---\n", "a: 1\na: 1\n", "a: *nobody\n",
    "a: 1:99999999999999999999\n", "a: 0o9\n", "a: 1e99999\n", "a: .inf\n", "a: !!int x\n", "a: !!float x\n", "a: !!timestamp x\n",
    "a: !!set {b}\n", "a: !!omap [b: 1]\n", "a: !<tag:yaml.org,2002:int> 1_2_3\n", "1.5: 2\nnull: 3\n", "a:\n  <<: {b: 1}\n  b: 2\n",
]  # fmt: skip

PLAN: dict[str, Any] = {
    "format": 1, "id": "toy", "names": {"zh": "甲", "en": "A"}, "area": {"zh": "甲", "en": "A"}, "level": "district",
    "horizon": [2021, 2030], "source": {"title": "甲"},
    "unit_sets": {"towns": {"names": {"zh": "乡镇", "en": "towns"}, "types": ["town", "street"], "printed": 2}},
    "targets": [
        {
            "id": "T1", "names": {"zh": "覆盖", "en": "presence"}, "measure": "%", "attribute": "binding",
            "indicator": {
                "kind": "unit_presence", "units": "towns", "facilities": [{"layer": "elder_care", "types": ["day_care"]}],
            },
            "rule": ">=", "base": {"year": 2020, "value": 43.5},
            "goal": {"value": 90, "year": 2025, "year_basis": "printed"}, "printed": "覆盖90%",
        },
        {
            "id": "T2", "names": {"zh": "护理", "en": "nursing"}, "measure": "%", "attribute": "expected",
            "indicator": {
                "kind": "ratio_of_sums",
                "numerator": {"facilities": {"layer": "elder_care"}, "field": "nursing_beds"},
                "denominator": {"facilities": {"layer": "elder_care"}, "field": "beds"},
            },
            "rule": ">", "goal": {"value": 55, "year": 2030, "year_basis": "printed"}, "printed": "护理55%",
        },
    ],
}  # fmt: skip


def base(folder: Path) -> Path:
    """A town whose settings use most keys."""
    at = toytown.xy
    x, y = at(3, 3)
    changes = [
        {
            "open": {
                "layer": "elder_care",
                "id": "n1",
                "x": x,
                "y": y,
                "crs": toytown.CRS,
                "offers": {"beds": 3},
            }
        },
        {"move": {"layer": "elder_care", "id": "h0", "x": x + 9, "y": y, "crs": toytown.CRS}, "year": 2027},
        {"upgrade": {"layer": "elder_care", "id": "h0", "offers": {"beds": 30, "type": "institution"}}},
    ]
    return toyfiles.write_town(
        folder,
        study={"as_of": "2025-06-30", "sources": ["a"], "area": {"file": "units.gpkg"}},
        scenario={
            "year": 2026, "changes": changes, "clusters": {}, "plan": "plan.yaml",
            "profiles": [{"name": "slow", "based_on": "general", "speed_m_s": 0.9, "source": "a"}],
            "standards": [
                {"layer": "elder_care", "groups": ["total"], "minutes": 4, "profile": "slow"},
                {"layer": "elder_care", "method": "euclidean", "minutes": 3, "count": "own_unit"},
            ],
        },
    )  # fmt: skip


def paths_of(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += paths_of(one, (*here, key))
    return found


def mutated(random_: random.Random, content: Any) -> Any:
    """One to three changes of values and keys."""
    content = copy.deepcopy(content)
    for _ in range(random_.choice((1, 1, 1, 2, 3))):
        place = random_.choice(paths_of(content))
        holder = content
        for key in place[:-1]:
            holder = holder[key]
        how = random_.random()
        if how < 0.6:
            holder[place[-1]] = copy.deepcopy(random_.choice(ODD))
        elif how < 0.75:
            del holder[place[-1]]
        elif how < 0.85 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[place[-1]]))
        elif isinstance(holder, dict):
            holder[str(place[-1]) + "x"] = holder.pop(place[-1])
        if not paths_of(content):
            return content
    return content


def attack(random_: random.Random, count: int, folder: Path, slips: Slips) -> int:
    scenario = base(folder / "town")
    (folder / "town" / "plan.yaml").write_text(yaml.safe_dump(PLAN, allow_unicode=True), encoding="utf-8")
    texts = {
        name: (scenario.parent / name).read_text("utf-8")
        for name in ("scenario.yaml", "study.yaml", "plan.yaml")
    }
    for number in range(count):
        name = random_.choice(list(texts))
        if random_.random() < 0.15:
            lines = texts[name].splitlines(keepends=True)
            lines.insert(random_.randrange(len(lines) + 1), random_.choice(TEXTS))
            text = "".join(lines)
        else:
            text = yaml.safe_dump(
                mutated(random_, yaml.safe_load(texts[name])), allow_unicode=True, sort_keys=False
            )
        (scenario.parent / name).write_text(text, encoding="utf-8")
        attempt(
            lambda: coverplan.run(scenario, write=False),
            slips,
            f"{number} {name}\n{text if len(text) < 4_000 else name}",
        )
        (scenario.parent / name).write_text(texts[name], encoding="utf-8")
    return count
