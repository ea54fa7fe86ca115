"""Tables of any kind, cell by cell: workbooks, text, layers, their headers, words, amounts and dates."""
