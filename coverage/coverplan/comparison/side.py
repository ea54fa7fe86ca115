"""What is compared: results from folders or memory, and scenarios that are answered first where they must be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from coverplan.errors import InputError, Problem, Problems
from coverplan.results.files import MANIFEST_JSON, RESULT_JSON, read_result
from coverplan.results.folders import default_folder, restore
from coverplan.results.manifest import inputs_unchanged, sha256
from coverplan.results.result import Result
from coverplan.text.progress import Progress
from coverplan.text.reading import whole_path
from coverplan.text.version import VERSION

LETTERS = "ABCD"
#: Layers that a comparison reads, and the one that only the map of the first side shows.
LAYERS, BACKDROP = ("units", "demand", "facilities", "changes", "actions"), "streets"
SCENARIO_ENDINGS = frozenset({".yaml", ".yml"})
Source = str | Path | Result


@dataclass(frozen=True)
class Side:
    """One of the answers that are compared.

    Parameters
    ----------
    letter
        ``A`` for the one that the others are held against, then ``B`` and ``C``.
    stem
        Short name for files: that of its folder, else of its scenario file.
    result
        The answer.
    derived
        Nobody asked for it: it is what another side says would be so without its changes.
    """

    letter: str
    stem: str
    result: Result
    derived: bool = False

    @property
    def summary(self) -> Any:
        """Plain values of the answer."""
        return self.result.summary

    @property
    def year(self) -> int | None:
        """Year that it looks at."""
        return None if self.summary["scenario"]["year"] is None else int(self.summary["scenario"]["year"])

    @property
    def has_map(self) -> bool:
        """It has places and not ledgers alone."""
        return self.summary["study"]["crs"] is not None

    @cached_property
    def standards(self) -> dict[str, dict[str, Any]]:
        """Standards by key."""
        return {str(standard["key"]): standard for standard in self.summary["standards"]}

    @cached_property
    def demand(self) -> pd.DataFrame | None:
        """Demand points in their order, None for ledgers alone."""
        return self.result.layers.get("demand")

    @cached_property
    def applied(self) -> tuple[dict[str, Any], ...]:
        """Changes of the scenario that hold in its year."""
        return tuple(self.summary.get("changes", {}).get("applied", ()))

    @property
    def changed(self) -> bool:
        """Whether something is changed or proposed."""
        return bool(self.applied) or "actions" in self.result.tables

    def counts(self, standard: str, layer: str, facility_type: str | None) -> bool:
        """Whether a facility of a layer and type counts for a standard."""
        asked = self.standards[standard]
        return bool(
            asked["layer"] == layer and (asked["types"] is None or facility_type in set(asked["types"]))
        )


def take_sides(sources: Sequence[Source], progress: Progress) -> tuple[Side, ...]:
    """Read or answer everything that is compared, the first as ``A``.

    Raises
    ------
    InputError
        With everything that is wrong with any of them.
    """
    troubles = Problems()
    found: list[Side] = []
    for letter, source in zip(LETTERS, sources, strict=False):
        try:
            layers = LAYERS if found else (*LAYERS, BACKDROP)
            result = source if isinstance(source, Result) else _answer(Path(source), layers, progress)
        except InputError as error:
            troubles.extend(error.problems)
            continue
        found.append(Side(letter, _stem(result), result))
    troubles.raise_if_errors()
    return tuple(found)


def is_current(scenario: Path, folder: Path) -> bool:
    """Whether a folder holds the answer to a scenario as it, its inputs and this version are now (R13)."""
    restore(folder)
    try:
        manifest = json.loads((folder / MANIFEST_JSON).read_text(encoding="utf-8"))
        described = manifest["scenario"]["sha256"], manifest["versions"]["coverplan"]
        if not (folder / RESULT_JSON).is_file() or described != (sha256(scenario), VERSION):
            return False
        return inputs_unchanged(manifest["inputs"], whole_path(scenario).parent)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _answer(path: Path, layers: Sequence[str], progress: Progress) -> Result:
    restore(path)
    if path.is_dir():
        return read_result(path, layers=layers)
    if path.suffix.lower() not in SCENARIO_ENDINGS or not path.is_file():
        raise InputError([_neither(path)])
    folder = default_folder(path)
    if is_current(path, folder):
        return read_result(folder, layers=layers)
    from coverplan.answer.study_runner import run

    return run(path, progress=progress)


def _stem(result: Result) -> str:
    if result.folder is not None:
        return result.folder.resolve().name
    return Path(str(result.summary["scenario"]["file"])).stem


def _neither(path: Path) -> Problem:
    return Problem(
        "this can be compared with nothing: it is neither a result nor a scenario",
        path,
        expected="a folder that holds a result, or a scenario file (.yaml)",
        remedy="check the path, or run the scenario first",
        code="nothing_to_compare",
    )
