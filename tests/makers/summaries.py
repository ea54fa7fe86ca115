"""Kept results of the demo, its siting answer and a plan of which most is unknown, and their first pages."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from coverplan.report.build import heading
from coverplan.report.content import Document, numbered
from coverplan.report.front.one_page import one_page
from coverplan.report.labels import Labels
from coverplan.report.outline import Outline
from coverplan.results.result import Result
from coverplan.results.tables import read_tables_csv

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "summaries"
NAMES = ("demo", "demo-siting", "shaoyang-2025")


def result_of(name: str) -> Result:
    folder = FOLDER / name
    coverage = pd.read_csv(
        folder / "coverage.csv", dtype={"unit_code": str}, keep_default_na=False, na_values={}
    )
    for column in coverage.columns.difference(["standard", "unit_code", "unit_name", "unit_type", "group"]):
        coverage[column] = pd.to_numeric(coverage[column], errors="coerce")
    summary = json.loads((folder / "result.json").read_text("utf-8"))
    return Result(summary, coverage, {}, {}, tables=dict(read_tables_csv(folder / "tables")))


def page_of(result: Result, language: str) -> Document:
    outline = Outline(labels := Labels(result, language))
    one_page(result, labels, outline)
    return Document(heading(result, language=language), language, numbered(outline.blocks()))
