"""Files that are written whole or not at all: aside under a name of their own, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coverplan.errors import InputError, Problem
from coverplan.text.part_names import left_behind, new_mark


def write_whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file whole or not at all; two processes that write the same file never mix.

    What a process that was killed had begun of it is removed.

    Parameters
    ----------
    path
        The file; its folder is made where it is not there.
    write
        Writes everything to the path that it is given, which has the ending of `path`.

    Raises
    ------
    InputError
        If the file cannot be written, a full disk included.
    """
    start = f".{path.stem[:40]}-"
    aside = path.parent / f"{start}{new_mark()}{path.suffix}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for part in left_behind(path.parent, start):
            part.unlink(missing_ok=True)
        try:
            write(aside)
            os.replace(aside, path)  # noqa: PTH105 - one call that replaces on every system
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise InputError([unwritable(path, error)]) from error
    return path


#: A disk with less than this left is full: GDAL does not say why it could not write.
_FULL_BYTES = 1_000_000


def write_layer(frame: Any, path: Path, layer: str, **options: Any) -> None:
    """Write a GeoDataFrame as a layer of a GeoPackage.

    Raises
    ------
    OSError
        If it cannot be written; GDAL's own errors say neither what nor why, and are none of these.
    """
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio", **options)
    except (DataLayerError, DataSourceError) as error:
        full = shutil.disk_usage(path.parent).free < _FULL_BYTES
        number = errno.ENOSPC if full else errno.EIO
        raise OSError(number, os.strerror(number), str(path)) from error


def unwritable(path: Path, error: OSError) -> Problem:
    """The problem of a file or folder that cannot be written."""
    return Problem(
        f"the file cannot be written: {error.strerror or error}",
        path,
        remedy="make room, name another folder (--out, of the demo --folder), or close the program that holds it open",
        code="unwritable",
        details={"why": reason(error)},
    )


def reason(error: OSError) -> str:
    """Name of what the system says, such as ENOSPC, for which there are words."""
    return errno.errorcode.get(error.errno or 0, str(error.strerror or error))
