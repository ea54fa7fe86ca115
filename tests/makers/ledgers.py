"""Writes small ledgers for tests, in every kind of file that bureaus send."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
import xlwt

Rows = Sequence[Sequence[Any]]

#: Three streets and two communities of one district, two communities of the same name.
UNITS = pd.DataFrame(
    {
        "name": ["新吴区", "旺庄街道", "江溪街道", "春丰社区居委会", "叙丰社区居委会", "春丰社区居委会"],
        "type": ["county", "street", "street", "community", "community", "community"],
        "parent": [None, "320214", "320214", "320214050", "320214050", "320214052"],
    },
    index=["320214", "320214050", "320214052", "320214050001", "320214050002", "320214052001"],
)

#: One clean row.
HEADER = [
    "编号",
    "机构名称",
    "类型",
    "街道",
    "床位数",
    "护理床位",
    "建筑面积",
    "状态",
    "经度",
    "纬度",
    "开业时间",
]
CLEAN = ["A1", "幸福养老院", "养老院", "旺庄街道", 100, 60, 4000, "运营", 120.35, 31.55, 2015]


def write(
    path: Path, rows: Rows, *, merged: Sequence[str] = (), sheet: str = "台账", encoding: str = "utf-8"
) -> Path:
    """Write rows as the kind of file that the name says; `merged` are ranges of an xlsx sheet."""
    writer = {".csv": _csv, ".xlsx": _xlsx, ".xls": _xls, ".ods": _ods}[path.suffix]
    writer(path, rows, list(merged), sheet, encoding)
    return path


def _csv(path: Path, rows: Rows, merged: list[str], sheet: str, encoding: str) -> None:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows(rows)


def _xlsx(path: Path, rows: Rows, merged: list[str], sheet: str, encoding: str) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for span in merged:
        page.merge_cells(span)
    book.save(path)


def _xls(path: Path, rows: Rows, merged: list[str], sheet: str, encoding: str) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is not None:
                page.write(r, c, cell)
    book.save(str(path))


def _ods(path: Path, rows: Rows, merged: list[str], sheet: str, encoding: str) -> None:
    def cell(value: Any) -> str:
        if value is None or value == "":
            return "<table:table-cell/>"
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    empty = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    names = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names}><office:body><office:spreadsheet>'
        f'<table:table table:name="{sheet}">{body}{empty}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
