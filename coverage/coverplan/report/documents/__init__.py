"""A report as web page, Word file and workbook."""
