"""Reads plan files: the library's by name, the user's by path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from coverplan.errors import Problem, Problems
from coverplan.plan.check import check_plan
from coverplan.plan.schema import Plan
from coverplan.plan.sheet_columns import ENDING
from coverplan.plan.sheet_reader import read_sheet
from coverplan.yamlfile import read_yaml, validate

LIBRARY = Path(__file__).parent / "library"


def library_names() -> tuple[str, ...]:
    """Names of the plans that come with coverplan, in name order."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def plan_path(source: str | Path) -> Path:
    """File of a plan: a name of the library, else a path."""
    named = LIBRARY / f"{source}.yaml"
    return named if str(source) in library_names() else Path(source)


def read_plan(
    source: str | Path,
    problems: Problems,
    *,
    own_types: Mapping[str, str] | None = None,
    own_groups: tuple[str, ...] = (),
    own_words: Mapping[str, str] | None = None,
) -> Plan | None:
    """Read and check a plan file.

    Parameters
    ----------
    source
        Name of a plan of the library, or path of a YAML file or of a workbook (xlsx).
    problems
        Collects everything that is wrong with the file, each with its line (R12).
    own_types
        Facility types that a study adds to the vocabulary, each with its layer.
    own_groups
        Groups of people that a study adds.
    own_words
        What a study calls facility types, each word with its type.

    Returns
    -------
    Plan or None
        None when the file cannot be read or does not fit the schema. A plan with errors of meaning is
        returned too: `problems` says that it must not be used.
    """
    path = plan_path(source)
    if not path.exists() and path.suffix == "":
        problems.add(
            Problem(
                "no such plan",
                value=str(source),
                expected=f"a path, or one of {', '.join(library_names())}",
                remedy="list the plans with: coverplan plans list",
                code="unknown_plan",
            )
        )
        return None
    document = read_sheet(path, problems) if path.suffix.lower() == ENDING else read_yaml(path, problems)
    document = None if document is None else document.in_codes(own_words)
    plan = None if document is None else validate(document, Plan, problems)
    if document is None or plan is None:
        return None
    check_plan(plan, document, problems, own_types=own_types or {}, own_groups=own_groups)
    return plan


def load_plan(source: str | Path) -> Plan:
    """Plan of a name or path.

    Raises
    ------
    InputError
        With everything that is wrong with the file, at once (R12).
    """
    problems = Problems()
    plan = read_plan(source, problems)
    problems.raise_if_errors()
    assert plan is not None  # no plan without an error
    return plan
