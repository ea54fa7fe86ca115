"""Where the numbers of a study's answer come from (R13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from coverplan.errors import Problem
from coverplan.results.manifest import described_inputs, described_problem, relative, sha256, versions
from coverplan.scenario.load import Loaded
from coverplan.text.reading import Print, whole_path


def manifest_of(
    loaded: Loaded, problems: Iterable[Problem], summary: Mapping[str, Any], opened: Mapping[Path, Print]
) -> dict[str, Any]:
    """What ``manifest.json`` holds of a study's answer: inputs by content, parameters, versions, what was noticed."""
    folder = whole_path(loaded.scenario_document.path).parent
    scenario_file = loaded.scenario_document.path
    inputs = {path: one for path, one in opened.items() if path != whole_path(scenario_file)}
    return {
        "format": summary["format"],
        "scenario": {"file": scenario_file.name, "sha256": sha256(scenario_file)},
        "parameters": {
            "scenario": loaded.scenario.model_dump(mode="json"),
            "study": loaded.study.model_dump(mode="json"),
            "profiles": {m["profile"]["name"]: m["profile"] for m in summary["standards"]},
        },
        "study": relative(loaded.study_document.path, folder),
        "inputs": described_inputs(inputs, folder),
        "versions": versions(),
        "seed": loaded.scenario.seed,
        "reconciliation": summary["reconciliation"],
        "problems": [described_problem(problem, folder) for problem in problems],
        "run": summary["run"],
    }
