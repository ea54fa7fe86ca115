"""Fields, bookmarks and links of a Word file, which python-docx has no door for."""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph


def add_field(paragraph: WordParagraph, code: str, shown: str) -> None:
    """A field such as PAGE, with what it shows until Word counts again."""
    open_field(paragraph, code)
    paragraph.add_run(shown)
    close_field(paragraph)


def open_field(paragraph: WordParagraph, code: str) -> None:
    """Begin a field; what is added up to `close_field` is what it shows."""
    _field_mark(paragraph, "begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    paragraph.add_run()._r.append(instruction)  # noqa: SLF001 - fields are made of raw elements
    _field_mark(paragraph, "separate")


def close_field(paragraph: WordParagraph) -> None:
    """End a field."""
    _field_mark(paragraph, "end")


def add_bookmarked(paragraph: WordParagraph, text: str, name: str, number: int) -> None:
    """Text that links and fields find by a name; names and numbers are unique in a file."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    end.set(qn("w:id"), str(number))
    paragraph._p.append(start)  # noqa: SLF001
    paragraph.add_run(text)
    paragraph._p.append(end)  # noqa: SLF001


def add_entry(paragraph: WordParagraph, text: str, bookmark: str, page: str | None) -> None:
    """A line of the contents that leads to its heading; with a page, a field that shows it."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    link.set(qn("w:history"), "1")
    first = len(paragraph._p)  # noqa: SLF001
    paragraph.add_run(text)
    if page is not None:
        paragraph.add_run("\t")
        add_field(paragraph, f"PAGEREF {bookmark} \\h", page)
    moved = list(paragraph._p)[first:]  # noqa: SLF001
    paragraph._p.append(link)  # noqa: SLF001
    link.extend(moved)


def _field_mark(paragraph: WordParagraph, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)  # noqa: SLF001
