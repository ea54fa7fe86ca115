"""Pdf files of maps that write what is alike once: ground that sheets share, a line of text, a picture of a map.

Shapes with many corners become forms of the file, which any sheet calls up; what forms and pictures are packed to is kept
for the files of other papers and languages. matplotlib alone writes and packs all of it again for every sheet.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import matplotlib as mpl
import numpy as np
from matplotlib._text_helpers import layout
from matplotlib.backends.backend_pdf import Name, Op, PdfFile, PdfPages, Stream, pdfRepr
from matplotlib.font_manager import FontPath, FontProperties
from matplotlib.ft2font import LayoutItem
from matplotlib.path import Path as Outline

from coverplan.maps.sheets.picture_file import png_file

#: Corners from which shapes become a form.
MANY = 200
POINTS_PER_INCH = 72
#: Size at which lines are laid out, larger than any on paper.
LAID_OUT_PT = 100.0


@dataclass(frozen=True, slots=True)
class Packed:
    """What several files hold alike.

    Parameters
    ----------
    forms
        Packed shapes by outline, place and way of painting, with the outline, so that it stays the one it was.
    layouts
        Letters of lines with their places, by text and font, at a size of `LAID_OUT_PT`.
    pictures
        Packed pictures by their content.
    """

    forms: dict[tuple[Any, ...], tuple[Outline, bytes]] = field(default_factory=dict)
    layouts: dict[tuple[str, ...], list[LayoutItem]] = field(default_factory=dict)
    pictures: dict[bytes, tuple[bytes, Any, Any]] = field(default_factory=dict)


class MapPages(PdfPages):  # type: ignore[misc, unused-ignore]
    """Pages of a map's pdf file; files that share `packed` are made in less time.

    Parameters
    ----------
    file
        Takes the finished file.
    metadata
        Title, creator and date.
    packed
        What was packed for other files, and takes what this one packs.
    """

    def __init__(self, file: BinaryIO, metadata: Mapping[str, Any], packed: Packed) -> None:
        super().__init__(file, metadata=dict(metadata))
        self._packed = packed

    def _ensure_file(self) -> PdfFile:
        if self._file is None:
            self._file = MapFile(self._filename, self._metadata, self._packed)
        return self._file


class MapFile(PdfFile):  # type: ignore[misc, unused-ignore]
    """The file itself; its methods have matplotlib's names."""

    def __init__(self, file: BinaryIO, metadata: Mapping[str, Any], packed: Packed) -> None:
        self._packed = packed
        self._forms: dict[tuple[Any, ...], tuple[Name, Any, bytes, list[float]]] = {}
        self._lines: dict[tuple[str, ...], bytes] = {}
        self._to_paint: tuple[Outline, Any, bool] | None = None
        super().__init__(file, metadata=metadata)

    def beginStream(self, id: Any, len: Any, extra: Any = None, png: Any = None) -> None:  # noqa: A002, N802
        """Begin a stream that is packed at its end, in one piece."""
        self.currentstream = _Whole(id, len, self, extra, png)

    def writePath(self, path: Outline, transform: Any, clip: bool = False, sketch: Any = None) -> None:  # noqa: FBT001, FBT002, N802
        """Write a path; one with many corners waits for the word how it is painted."""
        if len(path) < MANY or sketch is not None:
            super().writePath(path, transform, clip, sketch)
        else:
            self._to_paint = path, transform, clip

    def output(self, *data: Any) -> None:
        """Write words; the one that paints waiting shapes calls up their form."""
        if self._to_paint is None:
            super().output(*data)
            return
        (path, transform, clip), self._to_paint = self._to_paint, None
        super().output(self._form(path, transform.frozen(), data[0], clip=clip), Op.use_xobject)

    def _form(self, path: Outline, transform: Any, paint: Op, *, clip: bool) -> Name:
        page = [0.0, 0.0, self.width * POINTS_PER_INCH, self.height * POINTS_PER_INCH]
        key = id(path), transform.to_values(), paint.value, clip, *page
        if key not in self._packed.forms:
            simplify = clip and path.should_simplify
            (drawn,) = self.pathOperations(path, transform, tuple(page) if clip else None, simplify)
            level = mpl.rcParams["pdf.compression"]
            self._packed.forms[key] = path, zlib.compress(drawn.pdfRepr() + b"\n" + paint.value, level)
        if key not in self._forms:
            number = len(self._forms)
            self._forms[key] = (
                Name(f"L{number}"),
                self.reserveObject(f"form {number}"),
                self._packed.forms[key][1],
                page,
            )
        return self._forms[key][0]

    def line(
        self, renderer: Any, look: Any, place: tuple[float, float], text: str, font: FontProperties
    ) -> None:
        """Write a line of text that begins at a place, in points; it is laid out once for all sizes and files."""
        renderer.check_gc(look, look._rgb)  # noqa: SLF001
        key = text, "\n".join(font.get_family()), str(font.get_weight())
        if key not in self._packed.layouts:
            large = font.copy()
            large.set_size(LAID_OUT_PT)
            self._packed.layouts[key] = [*layout(text, renderer._get_font_ttf(large))]  # noqa: SLF001
        if key not in self._lines:
            self._lines[key] = self._show(self._packed.layouts[key])
        smaller = font.get_size_in_points() / LAID_OUT_PT
        self.write(b"q\n%.6f 0 0 %.6f %.4f %.4f cm\n" % (smaller, smaller, *place) + self._lines[key])

    def _show(self, letters: Sequence[LayoutItem]) -> bytes:
        """Operators that show letters: runs of one part of a font and one height, with what is closer or farther apart."""
        said, begun, font, rise = [b"BT"], 0.0, None, 0.0
        run: list[Any] = []
        for letter in letters:
            face: Any = letter.ft_object
            part, code = self._character_tracker.track_glyph(face, letter.char, letter.glyph_index)
            other = (face, part) != font
            if run and (other or letter.y != rise):
                said.append(pdfRepr(run) + b" TJ")
                run = []
            if other:
                name = self.fontName(FontPath(face.fname, face.face_index), part)
                said.append(b"%s %.0f Tf\n%.3f 0 Td" % (name.pdfRepr(), LAID_OUT_PT, letter.x - begun))
                begun, font = letter.x, (face, part)
            elif letter.prev_kern:
                run.append(-1000 * letter.prev_kern / LAID_OUT_PT)
            if letter.y != rise:
                rise = letter.y
                said.append(b"%.3f Ts" % rise)
            if run and isinstance(run[-1], bytes):
                run[-1] += bytes([code])
            else:
                run.append(bytes([code]))
        return b"\n".join([*said, pdfRepr(run) + b" TJ", b"ET", b"Q\n"])

    def writeObject(self, object: Any, contents: Any) -> None:  # noqa: A002, N802
        """Write an object; forms stand in the list of what pages may call up."""
        if object is self.XObjectObject:
            contents = {**contents, **{name: number for name, number, *_ in self._forms.values()}}
        super().writeObject(object, contents)

    def writeImages(self) -> None:  # noqa: N802
        """Write all pictures and forms."""
        super().writeImages()
        kind = {"Type": Name("XObject"), "Subtype": Name("Form")}
        for _, number, packed, page in self._forms.values():
            self.beginStream(number.id, None, {**kind, "BBox": page}, png={"Predictor": 1})
            self.write(packed)
            self.endStream()

    def _writePng(self, img: Any) -> tuple[bytes, Any, Any]:  # noqa: N802
        pixels = img.tobytes() + bytes(img.getpalette() or [])
        key = hashlib.blake2b(repr((img.mode, img.size)).encode() + pixels, digest_size=32).digest()
        if key not in self._packed.pictures:
            self._packed.pictures[key] = super()._writePng(_Quick(img))
        return self._packed.pictures[key]


class _Quick:
    """A picture whose PNG file takes little time; one with a palette has no filters already."""

    def __init__(self, picture: Any) -> None:
        self._picture = picture

    def save(self, file: BinaryIO, format: str) -> None:  # noqa: A002 - as Pillow has it
        if self._picture.mode == "RGB":
            file.write(png_file(np.asarray(self._picture)))
        else:
            self._picture.save(file, format=format, compress_level=1, compress_type=zlib.Z_RLE)


class _Whole(Stream):  # type: ignore[misc, unused-ignore]
    """A stream that is packed in one piece: words come in tens of thousands of small ones."""

    def __init__(self, *arguments: Any) -> None:
        self._parts: list[bytes] | None = []
        super().__init__(*arguments)

    def write(self, data: bytes) -> None:
        if self._parts is None:  # its length, which stands behind it
            self.file.write(data)
        else:
            self._parts.append(data)

    def _flush(self) -> None:
        whole, self._parts = b"".join(self._parts or []), None
        if self.compressobj is not None:
            whole = self.compressobj.compress(whole) + self.compressobj.flush()
            self.compressobj = None
        self.file.write(whole)
