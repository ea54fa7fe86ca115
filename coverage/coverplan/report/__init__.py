"""Reports and tables of a result: ``report.html``, ``report.docx``, ``report.xlsx``, ``tables.xlsx``.

Other rooms use: `build`, `cellformat`, `content`, `files`, `labels`, `outline`, `sentences`.
"""

from coverplan.report.files import FORMATS, Format, write_report, write_tables

__all__ = ["FORMATS", "Format", "write_report", "write_tables"]
