"""A report as web page, Word file and workbook.

Other rooms use: `word_pages`, `workbook`.
"""
