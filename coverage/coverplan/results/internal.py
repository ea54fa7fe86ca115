"""The one file that may hold places that are not public: the chosen scenario, for the office alone."""

from __future__ import annotations

from pathlib import Path

import yaml

from coverplan.errors import InputError, Problem
from coverplan.results.result import CHOSEN_YAML, Result
from coverplan.text.writing import write_whole

_HEAD = (
    "# 内部资料，不得公开：含不公开场所的名称和位置。 Internal: holds names and places that are not public.\n"
)


def write_internal(result: Result, path: Path, folder: Path) -> Path:
    """Write the whole chosen scenario, which runs as it is, to a file of the user's choice.

    Parameters
    ----------
    result
        An answer that nothing was taken out of.
    path
        The file.
    folder
        Folder from which the paths of the chosen scenario start.

    Raises
    ------
    InputError
        If the scenario asks no siting question, or the file cannot be written.
    """
    chosen = result.files.get(CHOSEN_YAML)
    if chosen is None:
        raise InputError(
            [
                Problem(
                    "there is no chosen scenario to write: the scenario asks no siting question",
                    path,
                    remedy="leave out --internal, or ask for siting",
                    code="nothing_chosen",
                )
            ]
        )
    data = yaml.safe_load(chosen)
    for name in ("study", "plan"):
        if name in data and (folder / data[name]).is_file():
            data[name] = (folder / data[name]).resolve().as_posix()
    text = _HEAD + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)
    return write_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
