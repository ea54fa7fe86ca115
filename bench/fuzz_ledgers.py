"""Coverage-guided fuzzing of the ledger readers, by hand: never a traceback, a hang, or a lost row.

    python -m pip install atheris
    python bench/fuzz_ledgers.py CORPUS_FOLDER -max_total_time=1200 -timeout=20 -rss_limit_mb=2048

The first byte chooses the kind of file (text, xlsx, xls, ods, cells of a good table, one part of a good workbook), the
rest is the file or the part. Good
ledgers are written into the corpus folder first, so that the fuzzer starts from files that can be read.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["coverplan"]):
    import pyproj

    from coverplan.errors import Problems
    from coverplan.inputs.ledgers.facility_table import read_ledger
    from coverplan.inputs.tables.books import workbooks
    from coverplan.inputs.tables.books.merges_first import LEAST_BYTES
    from coverplan.scenario.study_file import FacilityLayer

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from makers.ledgers import CLEAN, HEADER, UNITS, write

KINDS = (".csv", ".xlsx", ".xls", ".ods", "cells", "sheet", "content")
CRS = pyproj.CRS.from_epsg(4549)
FOLDER = Path(tempfile.mkdtemp())


def cells_of(data: bytes) -> bytes:
    """A good text table whose cells come from the fuzzer."""
    provider = atheris.FuzzedDataProvider(data)
    rows = [HEADER, CLEAN]
    for _ in range(min(provider.remaining_bytes() // 8, 40)):
        row = [*CLEAN]
        row[provider.ConsumeIntInRange(0, len(row) - 1)] = provider.ConsumeUnicodeNoSurrogates(12)
        rows.append(row)
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


def part_of(data: bytes, good: Path, part: str) -> bytes:
    """A good workbook with one part from the fuzzer."""
    target = io.BytesIO()
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.infolist():
            new.writestr(member.filename, data if member.filename == part else old.read(member))
    return target.getvalue()


def one(data: bytes) -> None:
    """Read one damaged ledger."""
    if not data:
        return
    kind = KINDS[data[0] % len(KINDS)]
    path = FOLDER / {"cells": "a.csv", "sheet": "a.xlsx", "content": "a.ods"}.get(kind, f"a{kind}")
    if kind == "cells":
        path.write_bytes(cells_of(data[1:]))
    elif kind == "sheet":
        path.write_bytes(part_of(data[1:], FOLDER / "seed.xlsx", "xl/worksheets/sheet1.xml"))
    elif kind == "content":
        path.write_bytes(part_of(data[1:], FOLDER / "seed.ods", "content.xml"))
    else:
        path.write_bytes(data[1:])
    # every other workbook is read from a copy, as large ones are
    workbooks.LEAST_BYTES = LEAST_BYTES if len(data) % 2 else 0
    problems = Problems()
    source = FacilityLayer(file=path.name, layer="elder_care", datum="gcj02")
    found = read_ledger(source, FOLDER, crs=CRS, problems=problems, units=UNITS)
    if found is None:
        assert problems.errors, "refused without a reason"
    else:
        assert len(found.rows) + len(found.quarantined) + found.left_out == found.table.read, "a row was lost"


def seed(corpus: Path) -> None:
    """Good ledgers of every kind."""
    corpus.mkdir(parents=True, exist_ok=True)
    for number, kind in enumerate(KINDS[:4]):
        path = write(FOLDER / f"seed{kind}", [["台账"], HEADER, CLEAN, ["合计", *[""] * 10]])
        (corpus / f"seed{kind}").write_bytes(bytes([number]) + path.read_bytes())
    for number, name, part in ((5, "seed.xlsx", "xl/worksheets/sheet1.xml"), (6, "seed.ods", "content.xml")):
        with zipfile.ZipFile(FOLDER / name) as archive:
            (corpus / f"seed_part_{number}").write_bytes(bytes([number]) + archive.read(part))
    text = "编号,机构名称,床位数,经度,纬度\nA1,幸福,1.5万,121°30′,31.2\n"
    for encoding in ("utf-8", "gb18030", "utf-16"):
        (corpus / f"seed_{encoding}").write_bytes(bytes([0]) + text.encode(encoding))
    (corpus / "seed_cells").write_bytes(bytes([4]) + "300张约1.5万2019年5月".encode() * 4)


if __name__ == "__main__":
    seed(Path(sys.argv[1]))
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
