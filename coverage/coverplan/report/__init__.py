"""Reports and tables of a result: ``report.html``, ``report.docx``, ``report.xlsx``, ``tables.xlsx``.

Other rooms use: `build`, `cellformat`, `content`, `evaluation_form`, `files`, `labels`, `outline`,
`spoken`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coverplan.report.files import FORMATS, Format, write_report, write_tables

__all__ = ["FORMATS", "Format", "write_report", "write_tables"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: a run of numbers alone opens `labels` and no more."""
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    from coverplan.report import files

    return getattr(files, name)
