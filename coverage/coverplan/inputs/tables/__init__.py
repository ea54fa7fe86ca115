"""Tables of any kind, cell by cell: workbooks, text, layers, their headers, words, amounts and dates.

Other rooms use: `amounts`, `column_values`, `encodings`, `gdal_door`, `headers`, `layer_file`,
`layer_kinds`, `mending`, `quarantine`, `read_table`, `table_file`, `words`.
"""
