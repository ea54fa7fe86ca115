"""Results of the toy town with a plan, a ledger and projects, to make reports of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from coverplan.answer.study_runner import run
from coverplan.report.cellformat import written
from coverplan.report.content import (
    Blank,
    Bullets,
    Contents,
    Document,
    Figure,
    Gallery,
    Heading,
    Paragraph,
    Table,
)
from coverplan.results.result import Result
from coverplan.text.words import Words
from makers import toyfiles
from towns import toytown

KEY = "elder_care-general-4min"
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://evil.example","x")',
    '"};alert(1)//',
    "</script><script>alert(1)</script>",
)
DAY_CARE = {"layer": "elder_care", "types": ["day_care"]}


def target(identifier: str, indicator: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A target for 2025."""
    goal = {"year": 2025, "year_basis": "printed", "value": 100} | more.pop("goal", {})
    return {
        "id": identifier,
        "names": {"zh": f"指标{identifier}", "en": f"Indicator {identifier}"},
        "measure": "%",
        "attribute": "binding",
        "indicator": indicator,
        "rule": ">=",
        "goal": goal,
        "printed": "every one",
    } | more


def plan(**names: str) -> dict[str, Any]:
    """Presence in every town; beds from 5 to 40; a typed-in figure; one that nobody can compute."""
    beds = {"kind": "sum", "amount": {"facilities": DAY_CARE, "field": "beds"}}
    return {
        "format": 1,
        "id": "toy",
        "names": {"zh": "玩具规划", "en": "Toy plan"},
        "area": {"zh": "玩具县", "en": "Toy County"},
        "level": "district",
        "horizon": [2021, 2025],
        "synthetic": True,
        "source": {"title": "none"},
        "unit_sets": {
            "towns": {"names": {"zh": "镇街", "en": "towns and streets"}, "types": ["town", "street"]}
        },
        "targets": [
            target("T1", {"kind": "unit_presence", "units": "towns", "facilities": [DAY_CARE]}),
            target("T2", beds, measure="beds", goal={"value": 40}, base={"year": 2020, "value": 5}),
            target("T3", {"kind": "reported"}, names={"zh": "填报项", "en": names.get("t3", "Typed in")}),
            target(
                "T4",
                {"kind": "ratio_of_sums", "numerator": {"register": "a"}, "denominator": {"register": "b"}},
            ),
        ],
    }


def homes() -> pd.DataFrame:
    """One home in town A that serves, one in town B that opens in 2026."""
    table = toyfiles.homes((0, 0), (4, 4))
    return table.assign(status=["operating", "planned"], opened=[2015, 2026], beds=[10, 30])


def result(
    folder: Path,
    *,
    names: tuple[str, ...] = (),
    units: tuple[str, ...] = (),
    study: dict[str, Any] | None = None,
    **scenario: Any,
) -> Result:
    """Result of the toy town in 2025, in memory; facilities and towns may be given other names."""
    path = toyfiles.write_town(
        folder,
        scenario={"plan": "plan.yaml", "year": 2025, "reported": {"T3": 87.5}, **scenario},
        study=study,
    )
    toyfiles.write_yaml(folder / "plan.yaml", plan())
    table = homes()
    for row, name in enumerate(names[: len(table)]):
        table.loc[row, "name"] = name
    table.to_csv(folder / "homes.csv", index=False)
    if units:
        _rename(folder / "units.gpkg", units)
    return run(path, write=False)


def _rename(path: Path, names: tuple[str, ...]) -> None:
    tree = toytown.units().table.reset_index()
    for row, name in enumerate(names[: len(tree)]):
        tree.loc[row, "name"] = name
    gpd.GeoDataFrame(tree, geometry="geometry", crs=toytown.CRS).to_file(path, layer="units")


#: Tables that tell of the machine and the moment.
VOLATILE = frozenset({"facts", "inputs", "versions"})


def told(document: Document) -> str:
    """Everything that a report says, as text: one block or row a line."""
    words = Words(document.language)
    lines = [document.head.title, document.head.subtitle, document.head.mark or "", document.head.foot]
    for block in document.blocks:
        if isinstance(block, Heading):
            lines.append(f"\n{'#' * block.level} {block.text}")
        elif isinstance(block, Paragraph | Contents | Blank):
            lines.append(block.text if isinstance(block, Paragraph) else block.title)
        elif isinstance(block, Bullets):
            lines += [f"- {item}" for item in block.items]
        elif isinstance(block, Figure):
            lines.append(f"[figure {block.number}] {block.alt}")
        elif isinstance(block, Gallery):
            lines += [f"[figure {figure.number}] {figure.alt}" for figure in block.figures]
        elif isinstance(block, Table) and block.key not in VOLATILE:
            lines.append(f"[table {block.number}] {block.caption}")
            lines.append(" | ".join(column.title for column in block.columns))
            volatile = words("report.sheet.versions") if block.key == "method_sheet" else None
            for row in (row for row in block.rows if volatile is None or row.values[0] != volatile):
                cells = (
                    written(v, c, words, row.decimals) for v, c in zip(row.values, block.columns, strict=True)
                )
                lines.append(" | ".join(cells).replace("\n", " / "))
            lines += [block.note] if block.note else []
    return "\n".join(lines) + "\n"
