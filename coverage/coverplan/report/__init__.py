"""Reports and tables of a result: ``report.html``, ``report.docx``, ``report.xlsx``, ``tables.xlsx``."""

from coverplan.report.files import FORMATS, Format, write_report, write_tables

__all__ = ["FORMATS", "Format", "write_report", "write_tables"]
