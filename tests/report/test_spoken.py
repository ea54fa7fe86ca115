"""Places that are not public are called so in the reader's language alone."""

import pytest

from coverplan.report.content import Bullets, Column, Heading, PageBreak, Paragraph, Row, Table
from coverplan.report.labels import Labels
from coverplan.report.spoken import spoken
from coverplan.results.redaction import WITHHELD


@pytest.mark.parametrize(("language", "said"), [("zh", "（不公开）"), ("en", "(not public)")])
def test_every_kind_of_block_says_it_in_one_language(toy, language, said):
    labels = Labels(toy, language)
    row = Row((f"a {WITHHELD}", 3, None), tones={"a": "bad"})
    columns = (Column("a", "a"), Column("b", "b", "people"), Column("c", "c"))
    table = spoken(Table("t", "t", columns, (row,)), labels)
    assert table.rows[0].values == (f"a {said}", 3, None)
    assert table.rows[0].tones == {"a": "bad"}
    assert spoken(Paragraph(WITHHELD, "note"), labels) == Paragraph(said, "note")
    assert spoken(Heading("h", WITHHELD), labels).text == said
    assert spoken(Bullets((WITHHELD, "b"), ordered=True), labels) == Bullets((said, "b"), ordered=True)
    assert spoken(PageBreak(), labels) == PageBreak()
