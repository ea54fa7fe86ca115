"""A sheet as it stands in its file: cells, merged ranges, and formulas, before anything is taken for a header."""

from __future__ import annotations

from dataclasses import dataclass

#: First row, first column, last row, last column; counted from 0, both ends included.
Range = tuple[int, int, int, int]
#: Row and column from 0, and what a spreadsheet shows there, such as #REF!.
ErrorCell = tuple[int, int, str]
#: No sheet of ours is larger; a larger one is a mistake or an attack.
MAX_CELLS = 40_000_000
MAX_COLUMNS = 2_000
MAX_FILE_BYTES = 400_000_000


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet.

    Parameters
    ----------
    name
        Name of the sheet; None for a text file.
    cells
        Rows of cells from row 1 on; a blank cell is None or an empty text.
    merged
        Merged ranges.
    formulas
        Number of cells that hold formulas, of which only the stored results are read.
    unstored
        Places (row and column from 0) of formulas without a stored result, which read as blank.
    hidden
        Whether the workbook does not show it.
    hidden_rows, hidden_columns
        Rows and columns, counted from 0, that the sheet does not show; a filter hides rows too.
    errors
        Cells whose formula came to nothing but an error, which read as blank.
    """

    name: str | None
    cells: list[list[object]]
    merged: tuple[Range, ...] = ()
    formulas: int = 0
    unstored: tuple[tuple[int, int], ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    errors: tuple[ErrorCell, ...] = ()


def filled(cell: object) -> bool:
    """Whether a cell holds anything but white space."""
    return cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip())


def column_letters(column: int) -> str:
    """Letters that a spreadsheet shows above a column, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Column, counted from 0, of the letters that a spreadsheet shows above it."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
