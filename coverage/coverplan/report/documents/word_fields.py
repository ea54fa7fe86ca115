"""Fields, bookmarks and links of a Word file, which python-docx has no door for."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph as WordParagraph

#: The hyphen of an id: capitals or a digit before it, a digit behind it, with capitals between at most.
ID_HYPHEN = re.compile(r"(?<=[A-Z0-9])-(?=[A-Z]*[0-9])")


#: Before an id among Chinese letters: LibreOffice finds no other place to break a line at beside hyphens that do not break.
BEFORE_ID = re.compile(r"(?<=[、，；：。\u4e00-\u9fff])(?=[A-Z]+-[A-Z]*[0-9])")


def add_field(paragraph: WordParagraph, code: str, shown: str) -> None:
    """A field such as PAGE, with what it shows until Word counts again."""
    open_field(paragraph, code)
    paragraph.add_run(shown)
    close_field(paragraph)


def numbered_xml(style: str, start: str, field: tuple[str, str], end: str, *, kept: bool | None) -> str:
    """XML of a line that a field numbers, such as a caption.

    Parameters
    ----------
    style
        Id of its style.
    start, end
        What stands before and after the number.
    field
        Its code, and what it shows until Word counts again.
    kept
        Whether it stands on a page with what follows; None as its style says.
    """
    code, shown = field
    keep = {None: "", True: "<w:keepNext/>", False: '<w:keepNext w:val="0"/>'}[kept]
    marks = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
    instruction = f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
    number = f"{marks['begin']}{instruction}{marks['separate']}{run_xml(shown)}{marks['end']}"
    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/>{keep}</w:pPr>'
        f"{run_xml(start)}{number}{run_xml(end)}</w:p>"
    )


def run_xml(text: str) -> str:
    """A run of letters; a broken line stays one."""
    return f"<w:r>{text_xml(text)}</w:r>"


def text_xml(text: str) -> str:
    """Letters within a run: a broken line stays one, an id such as D-09 is not broken."""
    lines = []
    for line in BEFORE_ID.sub(" ", text).split("\n"):
        parts = (f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in ID_HYPHEN.split(line) if part)
        lines.append("<w:noBreakHyphen/>".join(parts))
    return "<w:br/>".join(lines)


def add_text(paragraph: WordParagraph, text: str) -> None:
    """A run at the end of a paragraph, in which no id is broken."""
    if not ID_HYPHEN.search(text):
        paragraph.add_run(text)
        return
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{text_xml(text)}</w:r>"))  # noqa: SLF001


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
    add_text(paragraph, text)
    paragraph._p.append(end)  # noqa: SLF001


def add_entry(paragraph: WordParagraph, text: str, bookmark: str, page: str | None) -> None:
    """A line of the contents that leads to its heading; with a page, a field that shows it."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    link.set(qn("w:history"), "1")
    first = len(paragraph._p)  # noqa: SLF001
    add_text(paragraph, text)
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
