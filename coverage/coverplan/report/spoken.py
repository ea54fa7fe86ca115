"""What a result says in both languages at once, said in the reader's."""

from __future__ import annotations

from dataclasses import replace

from coverplan.report.content import Block, Bullets, Heading, Paragraph, Row, Table, Value
from coverplan.report.labels import Labels
from coverplan.results.redaction import WITHHELD


def spoken(block: Block, labels: Labels) -> Block:
    """A block in which places that are not public are called so in one language."""
    name = labels("not_public")

    def said(text: str) -> str:
        return text.replace(WITHHELD, name)

    def cell(value: Value) -> Value:
        return said(value) if isinstance(value, str) else value

    if isinstance(block, Paragraph | Heading):
        return replace(block, text=said(block.text))
    if isinstance(block, Bullets):
        return replace(block, items=tuple(map(said, block.items)))
    if isinstance(block, Table):
        rows = tuple(Row(tuple(map(cell, row.values)), row.kind, row.tones) for row in block.rows)
        return replace(block, rows=rows)
    return block
