"""Adding to the end of a Word file at a cost that does not grow with it.

python-docx looks through the whole file for each paragraph, style and picture that it adds.
"""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordDocument
from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import OxmlElement
from docx.oxml.shape import CT_Inline
from docx.parts.image import ImagePart
from docx.shared import Emu
from docx.text.paragraph import Paragraph as WordParagraph

from coverplan.report.documents.word_fields import add_text


class WordEnd:
    """The end of a Word file.

    Parameters
    ----------
    file
        Its styles are looked up once each.
    """

    def __init__(self, file: WordDocument) -> None:
        self._file = file
        # what stands last in a body is the page of its last section
        self._last: Any = file.element.body.sectPr
        self._styles: dict[str, str] = {}
        self._pictures = 0
        self._known: dict[bytes, str] = {}

    def paragraph(self, text: str = "", style: str | None = None) -> WordParagraph:
        """A new paragraph at the end of the file."""
        element: Any = OxmlElement("w:p")
        self._last.addprevious(element)
        paragraph = WordParagraph(element, self._file._body)  # noqa: SLF001 - as python-docx makes them
        if text:
            add_text(paragraph, text)
        if style is not None:
            element.style = self.style(style)
        return paragraph

    def raw(self, element: Any) -> None:
        """An element as it is, such as a table, at the end of the file."""
        self._last.addprevious(element)

    def style(self, name: str) -> str:
        """Id of a style by its name."""
        if name not in self._styles:
            self._styles[name] = str(self._file.styles[name].style_id)
        return self._styles[name]

    def picture(self, paragraph: WordParagraph, png: bytes, *, width: int, told: str) -> None:
        """A picture in a paragraph, in the proportions of the file.

        Parameters
        ----------
        width
            In English metric units.
        told
            Words for those who cannot see it.
        """
        self._pictures += 1
        image = Image.from_blob(png)
        if png not in self._known:
            part = ImagePart.from_image(image, PackURI(f"/word/media/picture{self._pictures}.png"))
            self._known[png] = self._file.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
        height = Emu(round(width * image.px_height / image.px_width))
        name = f"picture{self._pictures}.png"
        inline = CT_Inline.new_pic_inline(self._pictures, self._known[png], name, Emu(width), height)
        inline.docPr.set("descr", told)
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(
                side, "0"
            )  # without it some programs leave room around a picture and push it over the margin
        run: Any = paragraph.add_run()._r  # noqa: SLF001 - python-docx numbers pictures by reading the whole file
        run.add_drawing(inline)
