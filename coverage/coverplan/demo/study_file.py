"""The study file of the demo, written from what the other parts wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from coverplan.demo.frame import CRS
from coverplan.demo.ledgers.facility import COLUMNS, FUNCTIONS, STATUSES
from coverplan.demo.ledgers.projects import FIELDS as PROJECT_FIELDS
from coverplan.demo.ledgers.projects import TYPES as PROJECT_TYPES
from coverplan.demo.people import GROUPS

HEAD = "# 虚构数据：编造的区，任何名称均不指真实地点 / synthetic: an invented district; no name means a real place\n"
# columns of the project list that are kept as the office's own
NOT_READ = ("layer", "nature", "started")
_FIELDS = {"lon": "x", "lat": "y", "serves": "serves_units", "cost_wan": "cost"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """One workbook of facilities.

    Parameters
    ----------
    layer, file, sheet
        Where it stands.
    types
        The office's word for each type; None where the ledger uses ours.
    header
        Its first row.
    """

    layer: str
    file: str
    sheet: str
    types: Mapping[str, str] | None
    header: Sequence[str]


def _facilities(ledger: Ledger) -> dict[str, Any]:
    """The block of the study file that tells how to read a ledger."""
    english = ledger.types is None
    names = {column[2 if english else 1]: _FIELDS.get(column[0], column[0]) for column in COLUMNS}
    block: dict[str, Any] = {
        "layer": ledger.layer,
        "file": ledger.file,
        "sheet": ledger.sheet,
        "datum": "wgs84",
        "columns": {names[header]: header for header in ledger.header},
    }
    if ledger.types is not None:
        block["types"] = {word: kind for kind, word in ledger.types.items()}
        block["statuses"] = {word: status for status, word in STATUSES.items()}
        if "functions" in block["columns"]:
            block["functions"] = {word: function for function, word in FUNCTIONS.items()}
    return block


def study(ledgers: Sequence[Ledger]) -> dict[str, Any]:
    """The study as plain values, in the order in which a person reads it."""
    return {
        "name": {"zh": "澄湾区（虚构）", "en": "Chengwan District (synthetic example)"},
        "synthetic": True,
        "crs": CRS,
        "as_of": "2025-06-30",
        "units": {"file": "units.gpkg", "table": "units"},
        "population": {
            "file": "population.tif", "base": "resident", "year": 2020,
            "groups": {group: band for band, group in enumerate(GROUPS, start=1)},
        },
        "streets": {"file": "streets.gpkg", "table": "streets"},
        "base": {layer: _base(layer) for layer in ("water", "railway", "green", "built_up")},
        "barriers": [_base(layer) for layer in ("water", "railway", "walls")],
        "elevation": {"file": "dem.tif"},
        "facilities": [_facilities(ledger) for ledger in ledgers],
        "projects": {
            "file": "ledgers/projects.xlsx", "sheet": "项目库", "datum": "wgs84", "layer_column": PROJECT_FIELDS["layer"],
            "columns": {field: header for field, header in PROJECT_FIELDS.items() if field not in NOT_READ},
            "types": {word: kind for kind, word in PROJECT_TYPES.items()},
        },
        "sources": [{"zh": "虚构数据，由 coverplan demo build 生成，非真实地区", "en": "invented by coverplan demo build, no real place"}],
    }  # fmt: skip


def _base(layer: str) -> dict[str, str]:
    return {"file": "base.gpkg", "table": layer}


def write_study(path: Path, ledgers: Sequence[Ledger]) -> None:
    """The study file as YAML that people can read and edit."""
    text = yaml.safe_dump(study(ledgers), allow_unicode=True, sort_keys=False, width=110)
    text = text.replace("as_of: '2025-06-30'", "as_of: 2025-06-30")
    path.write_text(HEAD + text, encoding="utf-8", newline="\n")
