"""From a scenario file to a result; with `coverplan.answer.computed` the only module that knows the order of things.

Its name is not ``run``: that is the function of the package, and a module of the same name would shadow it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from coverplan.answer.prepared import prepare
from coverplan.errors import Problems
from coverplan.results.folders import default_folder
from coverplan.text.progress import Progress, tell_nobody
from coverplan.text.reading import Print, watching
from coverplan.yamlfile import read_yaml

if TYPE_CHECKING:
    from coverplan.results.files import Extra
    from coverplan.results.result import Result


def run(
    scenario: str | Path,
    *,
    out: str | Path | None = None,
    progress: Progress | None = None,
    write: bool = True,
    extra: Extra | None = None,
    internal: str | Path | None = None,
) -> Result:
    """Answer a scenario.

    Parameters
    ----------
    scenario
        Path of a scenario file.
    out
        Folder for the result; ``maps/<scenario>`` beside the folder ``scenarios`` when not given.
    progress
        Told about each step.
    write
        False keeps the result in memory.
    extra
        Writes more files into the result's folder, such as maps and reports.
    internal
        File for the whole chosen scenario of a siting question, with the places that are not public. Nothing else
        that a run gives or writes holds them.

    Raises
    ------
    InputError
        With everything that is wrong with the input, before anything is written.
    """
    if _asks_a_ledger(Path(scenario)):
        from coverplan.answer.ledger_runner import run_ledger

        return run_ledger(scenario, out=out, write=write, extra=extra)
    folder = default_folder(Path(scenario)) if out is None else Path(out)
    told = progress or tell_nobody
    with watching() as opened:
        result = _answer(scenario, folder, told, opened, areas=extra is not None, internal=internal)
    told("step.write", {})
    if not write:
        return result
    from coverplan.results.files import write_result

    return write_result(result, folder, extra)


def _answer(
    scenario: str | Path,
    folder: Path,
    told: Progress,
    opened: Mapping[Path, Print],
    *,
    areas: bool,
    internal: str | Path | None,
) -> Result:
    """The answer as it may leave, with every file that was opened for it."""
    started = time.perf_counter()
    told("step.read", {})
    ready = prepare(scenario)
    # what computes is loaded when there is something to compute: what is wrong with a file is said before
    from coverplan.answer.computed import computed

    return computed(ready, folder, told, opened, areas=areas, internal=internal, started=started)


def _asks_a_ledger(path: Path) -> bool:
    """Whether a scenario file asks a ledger instead of a study; False where it cannot be read."""
    document = read_yaml(path, Problems())
    return document is not None and "ledger" in document.data and "study" not in document.data
