"""Lines of a plan document of any usual kind: txt, docx, html, pdf with text."""

from __future__ import annotations

import html.parser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coverplan.errors import InputError, Problem
from coverplan.inputs.tables.encodings import detect_encoding

#: Documents beyond these are refused before the work.
MOST_BYTES = 50_000_000
MOST_PAGES = 1_000
MOST_CHARACTERS = 5_000_000
#: Fewer characters than this on a page of a pdf mean that it holds a picture of text.
_FEWEST_ON_PAGE = 20

KINDS = (".docx", ".html", ".htm", ".pdf", ".txt", ".md")


@dataclass(frozen=True, slots=True)
class Line:
    """One line or paragraph of a document, or one row of a table.

    Parameters
    ----------
    number
        Line of the text, or running number of the paragraph, from 1.
    text
        As printed.
    page
        Page of a pdf, from 1, else None.
    cells
        Cells of a table's row, else None.
    """

    number: int
    text: str
    page: int | None = None
    cells: tuple[str, ...] | None = None


def read_document(path: Path) -> tuple[Line, ...]:
    """Read the lines of a document.

    Raises
    ------
    InputError
        When the file is missing, of another kind, damaged, locked, too large, or holds no text.
    """
    kind = path.suffix.lower()
    if not path.is_file():
        raise _refused(path, "the file does not exist", code="missing_file", remedy="check the name")
    if kind not in KINDS:
        raise _refused(
            path, "the kind of document is not known", code="unknown_document",
            expected=f"one of {', '.join(KINDS)}", remedy="save the document as docx, pdf with text, html or txt",
        )  # fmt: skip
    if path.stat().st_size > MOST_BYTES:
        raise _refused(
            path, "the document is too large", code="document_too_large",
            expected=f"at most {MOST_BYTES // 1_000_000} MB", remedy="save it without pictures",
        )  # fmt: skip
    readers = {".docx": _docx, ".pdf": _pdf, ".html": _html, ".htm": _html}
    lines = tuple(readers.get(kind, _text)(path))
    if sum(len(line.text) for line in lines) > MOST_CHARACTERS:
        raise _refused(
            path, "the document is too long", code="document_too_large",
            expected=f"at most {MOST_CHARACTERS:,} characters", remedy="cut out the plan alone",
        )  # fmt: skip
    if not any(line.text.strip() for line in lines):
        raise _refused(
            path, "the document holds no text", code="document_without_text",
            remedy="a scan holds pictures of pages: have its text recognised first, or type the targets into a table",
        )  # fmt: skip
    return lines


def _refused(path: Path, what: str, *, code: str, **more: str) -> InputError:
    return InputError(
        [Problem(what, path, code=code, expected=more.get("expected"), remedy=more.get("remedy"))]
    )


def _text(path: Path) -> Iterator[Line]:
    for number, line in enumerate(_decoded(path).split("\n"), start=1):
        yield Line(number, line.rstrip("\r"))


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    encoding = detect_encoding(content)
    if encoding is None:
        raise _refused(
            path, "the text is in no encoding that is known here", code="unknown_encoding",
            expected="UTF-8, GB18030 or Big5", remedy="save it as UTF-8",
        )  # fmt: skip
    return content.decode(encoding.name, errors="replace")


def _docx(path: Path) -> Iterator[Line]:
    """Paragraphs and tables in their order; a cell that is merged over several counts once."""
    import zipfile

    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        document = Document(str(path))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise _refused(
            path, "the document cannot be opened: it is damaged or locked with a password", code="broken_document",
            remedy="open it in a word processor and save it anew without a password",
        ) from error  # fmt: skip
    number = 0
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                number += 1
                seen: list[str] = []
                cells = []
                for cell in row.cells:
                    if cell._tc not in seen:  # noqa: SLF001 - the same element stands for every merged cell
                        seen.append(cell._tc)  # noqa: SLF001
                        cells.append(cell.text.strip())
                yield Line(number, " ".join(cells), cells=tuple(cells))
        else:
            number += 1
            yield Line(number, block.text)


def _pdf(path: Path) -> Iterator[Line]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _refused(
                path, "the pdf is locked with a password", code="broken_document",
                remedy="save it without a password",
            )  # fmt: skip
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            raise _refused(
                path, "the pdf has too many pages", code="document_too_large",
                expected=f"at most {MOST_PAGES} pages", remedy="cut out the plan alone",
            )  # fmt: skip
        number, characters = 0, 0
        for page, content in enumerate(reader.pages, start=1):
            text = content.extract_text()
            characters += len(text.strip())
            for line in _joined(text.splitlines()):
                number += 1
                yield Line(number, line, page)
    except (PyPdfError, ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise _refused(
            path, "the pdf cannot be read: it is damaged or locked", code="broken_document",
            remedy="print it into a new pdf, or save it as docx",
        ) from error  # fmt: skip
    if characters < _FEWEST_ON_PAGE * pages:
        raise _refused(
            path, "the pdf holds pictures of pages and hardly any text", code="document_without_text",
            remedy="have its text recognised first, or type the targets into a table",
        )  # fmt: skip


def _joined(lines: list[str]) -> Iterator[str]:
    """Lines of a page put together again where a sentence goes on; a short line stays alone, as cells of tables do."""
    whole = ""
    width = max((len(line.strip()) for line in lines), default=0)
    for line in lines:
        text = line.strip()
        whole += text
        if len(text) < width * 0.8 or text.endswith(("。", "；", "：", ";", ":")):
            yield whole
            whole = ""
    if whole:
        yield whole


class _Page(html.parser.HTMLParser):
    """Blocks of text and rows of tables of a page; scripts and styles are no text."""

    _BLOCKS = frozenset(
        {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "br", "section", "article", "title"}
    )
    _SILENT = frozenset({"script", "style", "head", "noscript"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, tuple[str, ...] | None]] = []
        self._text = ""
        self._row: list[str] | None = None
        self._cell: str | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in self._SILENT:
            self._silent += 1
        elif tag == "tr":
            self.flush()
            self._row = []
        elif tag in {"td", "th"} and self._row is not None:
            self._cell = ""
        elif tag in self._BLOCKS and self._cell is None:
            self.flush()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in {"td", "th"} and self._row is not None and self._cell is not None:
            self._row.append(" ".join(self._cell.split()))
            self._cell = None
        elif tag == "tr" and self._row is not None:
            if any(self._row):
                self.blocks.append((" ".join(self._row), tuple(self._row)))
            self._row = None
        elif tag in self._BLOCKS and self._cell is None:
            self.flush()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._cell is not None:
            self._cell += data
        elif self._row is None:
            self._text += data

    def flush(self) -> None:
        """End the block of text that is open."""
        text = " ".join(self._text.split())
        if text:
            self.blocks.append((text, None))
        self._text = ""


def _html(path: Path) -> Iterator[Line]:
    page = _Page()
    page.feed(_decoded(path))
    page.close()
    page.flush()
    for number, (block, cells) in enumerate(page.blocks, start=1):
        yield Line(number, block, cells=cells)
