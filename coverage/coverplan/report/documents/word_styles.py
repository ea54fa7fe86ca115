"""Styles of a Word file: fonts, sizes, distances, and lines of one height whatever font a machine has."""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Pt, RGBColor

from coverplan.report.documents.word_table import CELL_PT

#: Fonts that Word has on every Chinese PC: letters of the text, of headings, and Latin ones. None is embedded.
SONG, HEI, LATIN = "宋体", "黑体", "Times New Roman"
TITLE_PT, BODY_PT, NOTE_PT = 16.0, 10.5, 8.5
#: Height of a line for the size of its letters.
LINE = {"zh": 1.35, "en": 1.2}
#: Styles of lines that pictures stand in, or whose height moves nothing.
_FREE = frozenset({"Normal", "Footer"})

ACCENT, ALARM = RGBColor(0x0B, 0x4F, 0x79), RGBColor(0x8A, 0x3B, 0x00)
SOFT = RGBColor(0x5F, 0x63, 0x68)


def set_styles(file: WordDocument, language: str, room: Emu) -> None:
    """Fonts, sizes and distances of every style that is used; East Asian letters have a font of their own.

    Parameters
    ----------
    room
        Width of an upright page's text, at whose end page numbers stand.
    """
    _style(file, "Normal", SONG, BODY_PT)
    _write_chinese(file)
    _style(file, "Footer", SONG, NOTE_PT)
    _style(file, "Title", HEI, TITLE_PT, colour=ACCENT).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for level, size in ((1, 16), (2, 13), (3, 11)):
        style = _style(file, f"Heading {level}", HEI, size, colour=ACCENT, bold=False)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(6)
        style.paragraph_format.keep_with_next = True
    body = _style(file, "Body Text", SONG, BODY_PT)
    body.paragraph_format.space_after = Pt(6)
    caption = _style(file, "Caption", HEI, 9, colour=RGBColor(0x1A, 0x1A, 0x1A), bold=False)
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
    lead = _style(file, "Lead", "仿宋", 13, add=True)
    lead.paragraph_format.space_after, lead.paragraph_format.line_spacing = Pt(8), 1.5
    if language == "zh":
        lead.paragraph_format.first_line_indent = Pt(26)
    # the same takes more room in English
    brief = _style(file, "Brief", "仿宋", 10.5 if language == "zh" else 9, add=True)
    brief.paragraph_format.space_after = Pt(3)
    brief.paragraph_format.line_spacing = 1.15 if language == "zh" else 1.05
    closing = _style(file, "Closing Line", SONG, BODY_PT, add=True)
    closing.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _style(
        file, "Warning", HEI, 10.5 if language == "zh" else 9, colour=ALARM, add=True
    ).paragraph_format.space_after = Pt(8)
    note = _style(file, "Note", SONG, NOTE_PT, colour=SOFT, add=True)
    note.paragraph_format.space_after = Pt(4)
    cell = _style(file, "Cell", SONG, CELL_PT, add=True)
    cell.paragraph_format.space_after = cell.paragraph_format.space_before = Pt(1)
    _style(file, "Contents Title", HEI, 16, colour=ACCENT, add=True).paragraph_format.space_after = Pt(10)
    for level in (1, 2):
        entry = _style(file, f"TOC {level}", SONG, BODY_PT, add=True)
        entry.paragraph_format.left_indent = Pt(14 * (level - 1))
        entry.paragraph_format.space_after, entry.paragraph_format.line_spacing = Pt(1), 1.0
        _dotted_tab(entry, room)
    for name in ("List Number", "List Bullet"):
        _style(file, name, SONG, BODY_PT)
    for style in file.styles:
        if style.type == WD_STYLE_TYPE.PARAGRAPH and style.font.size and style.name not in _FREE:
            _set_line(style, language)


def _style(
    file: WordDocument,
    name: str,
    font: str,
    size: float,
    *,
    colour: RGBColor | None = None,
    bold: bool | None = None,
    add: bool = False,
) -> Any:
    style: Any = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) if add else file.styles[name]
    style.font.name, style.font.size = LATIN, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    if colour is not None:
        style.font.color.rgb = colour
    if bold is not None:
        style.font.bold = bold
    style.font.italic = False
    return style


def _write_chinese(file: WordDocument) -> None:
    """East Asian letters are mainland Chinese: their punctuation is drawn so."""
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    file.styles["Normal"].element.get_or_add_rPr().append(language)


def _set_line(style: Any, language: str) -> None:
    """An exact height instead of so many lines of whatever font is there."""
    lines = style.paragraph_format.line_spacing
    style.paragraph_format.line_spacing = line_height(style.font.size.pt, language, lines or 1.0)


def line_height(size: float, language: str, lines: float = 1.0) -> Pt:
    """Exact height of a line, in half points: some fonts of one size are a third higher than others."""
    return Pt(round(2 * size * LINE[language] * lines) / 2)


def _dotted_tab(style: Any, room: Emu) -> None:
    """Page numbers stand at the right edge, with dots before them."""
    style.paragraph_format.tab_stops.add_tab_stop(room, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
