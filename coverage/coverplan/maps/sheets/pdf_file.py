"""Pdf files of maps that write what is alike once: ground that sheets share, a line of text, a picture of a map.

Shapes with many corners become forms of the file, which any sheet calls up; what forms and pictures are packed to is kept
for the files of other papers and languages. matplotlib alone writes and packs all of it again for every sheet.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import matplotlib as mpl
from matplotlib.backends.backend_pdf import Name, Op, PdfFile, PdfPages, Stream
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline

#: Corners from which shapes become a form.
MANY = 200
POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True)
class Packed:
    """What several files hold alike.

    Parameters
    ----------
    forms
        Packed shapes by outline, place and way of painting, with the outline, so that it stays the one it was.
    pictures
        Packed pictures by their content.
    """

    forms: dict[tuple[Any, ...], tuple[Outline, bytes]] = field(default_factory=dict)
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
        self._lines: dict[tuple[Any, ...], bytes] = {}
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
        """Write a line of text that begins at a place, in points; it is laid out once for each size."""
        renderer.check_gc(look, look._rgb)  # noqa: SLF001
        key = text, font.get_size_in_points(), font.get_name(), font.get_weight()
        if key not in self._lines:
            stream, self.currentstream = self.currentstream, _Said()
            try:
                renderer.draw_text(look, 0.0, 0.0, text, font, 0, ismath=False)
                said = b"".join(self.currentstream.parts)
            finally:
                self.currentstream = stream
            self._lines[key] = said.split(b"cm\n", 1)[1]  # all after the place
        self.write(b"q\n1 0 0 1 %.4f %.4f cm\n" % place + self._lines[key])

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
            self._packed.pictures[key] = super()._writePng(img)
        return self._packed.pictures[key]


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


class _Said:
    """Takes what is written, so that it can be written again."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.parts.append(data)
