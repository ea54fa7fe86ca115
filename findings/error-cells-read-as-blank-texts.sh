#!/usr/bin/env bash
# Guess before running: a workbook's cell that shows an error (#REF!, #DIV/0!) comes out of python-calamine as that text, as
# it does out of openpyxl, or as an exception.
# Found: it comes as an empty text, as a blank cell does, so that a sum over the column lacks a number without a word.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "python-calamine==0.9.1" "openpyxl==3.1.5"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import openpyxl
from python_calamine import CalamineWorkbook

print("python-calamine", version("python-calamine"), "openpyxl", openpyxl.__version__)
book = openpyxl.Workbook()
for row in (["beds", "note"], [10, "a"], ["#REF!", "b"], [None, "c"], ["#DIV/0!", "d"]):
    book.active.append(row)
book.save("a.xlsx")
by_openpyxl = [row[0] for row in openpyxl.load_workbook("a.xlsx").active.values][1:]
by_calamine = [row[0] for row in CalamineWorkbook.from_path("a.xlsx").get_sheet_by_index(0).to_python()][1:]
print("openpyxl:", by_openpyxl)
print("calamine:", by_calamine)
sys.exit(0 if by_calamine == [10.0, "", "", ""] and by_openpyxl == [10, "#REF!", None, "#DIV/0!"] else 1)
PY
