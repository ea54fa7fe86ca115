"""The last boundary: an exception that nobody foresaw ends in one sentence and a file without data to send us."""

from __future__ import annotations

import datetime as dt
import platform
import re
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from coverplan.errors import InputError, Problem
from coverplan.text.version import VERSION
from coverplan.text.writing import reason

#: Frames of a chain of exceptions that are written down.
_MOST_FRAMES = 60
_OPTION = re.compile("--?[a-z]+(-[a-z]+)*")


def outside_problem(error: BaseException) -> InputError | None:
    """A disk, folder or memory that does not do what was asked, as a problem of the input; None for anything else."""
    if isinstance(error, MemoryError):
        return InputError(
            [
                Problem(
                    "the memory of this computer does not suffice",
                    remedy="close other programs, or take a smaller area or coarser population cells",
                    code="out_of_memory",
                )
            ]
        )
    if isinstance(error, OSError) and error.strerror:
        return InputError(
            [
                Problem(
                    f"the file cannot be written: {error.strerror}",
                    None if error.filename is None else Path(str(error.filename)),
                    remedy="free space on the disk, or name another folder",
                    code="unwritable",
                    details={"why": reason(error)},
                )
            ]
        )
    return None


def write_failure(error: BaseException, command: Sequence[str]) -> Path | None:
    """Write where in the program an exception arose, without any value, name or path of the user's.

    Parameters
    ----------
    error
        The exception; its message is left out, since it may quote data.
    command
        Arguments of the command line, of which only the command and the names of options are written.

    Returns
    -------
    Path or None
        The file, in the folder where the command ran, else in that for temporary files; None if neither can be written.
    """
    text = "\n".join(_lines(error, command)) + "\n"
    name = f"coverplan-failure-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}.txt"
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        try:
            path = folder / name
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError:
            continue
        return path
    return None


def _lines(error: BaseException, command: Sequence[str]) -> Iterator[str]:
    yield f"coverplan {VERSION}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    commands = _commands()
    options = [word.split("=", 1)[0] for word in command]
    known = [word for word in options if word in commands or _OPTION.fullmatch(word)]
    yield f"command: {' '.join(known)}"
    frames = 0
    one: BaseException | None = error
    while one is not None and frames < _MOST_FRAMES:
        yield f"{type(one).__module__}.{type(one).__qualname__}"
        for frame in traceback.extract_tb(one.__traceback__)[-_MOST_FRAMES:]:
            yield f"  {_inside(frame.filename)}:{frame.lineno} {frame.name}"
            frames += 1
        one = one.__cause__ or one.__context__


def _commands() -> set[str]:
    """Names of our commands; any other word is a name or a value of the user's."""
    from typer.main import get_command

    from coverplan.cli.main import app

    waiting, names = [get_command(app)], set[str]()
    while waiting:
        for name, command in getattr(waiting.pop(), "commands", {}).items():
            names.add(name)
            waiting.append(command)
    return names


def _inside(filename: str) -> str:
    """Path of a module inside its package, without the folders above, which may hold a person's name."""
    parts = Path(filename).parts
    for top in ("site-packages", "coverage"):
        if top in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(top) :])
    return parts[-1] if parts else filename
