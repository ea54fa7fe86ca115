"""What type checkers must know of the public names; mypy and pyright read this file, nobody runs it."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

import pandas as pd

import coverplan
from coverplan.plan.schema import Plan
from coverplan.siting import MCLP, Answer, PMedian

result = coverplan.run("scenario.yaml", out=Path("answer"), pages=True, language="en")
assert_type(result, coverplan.Result)
assert_type(result.share("elder_care-15min", "age_60_plus"), float)
assert_type(result.coverage, pd.DataFrame)
assert_type(result.table("gaps"), pd.DataFrame)
assert_type(result.worst_units("elder_care-15min", "total", ("street",)), pd.DataFrame)
assert_type(result.folder, Path | None)
assert_type(result.problems, tuple[coverplan.Problem, ...])
assert_type(coverplan.read_result("answer"), coverplan.Result)
assert_type(coverplan.load_plan("xinwu-2025"), Plan)
assert_type(coverplan.__version__, str)
assert_type(coverplan.prepare("scenario.yaml").problems.errors, tuple[coverplan.Problem, ...])
try:
    coverplan.run("missing.yaml")
except coverplan.InputError as error:
    assert_type(error.problems, tuple[coverplan.Problem, ...])
except coverplan.UnknownNameError as error:
    assert_type(error.known, tuple[str, ...])

coverplan.rnu  # type: ignore[attr-defined] # a misspelt name is an error
coverplan.run("scenario.yaml", output="x")  # type: ignore[call-arg]
coverplan.run("scenario.yaml", language="fr")  # type: ignore[arg-type]

model = MCLP.from_cost_matrix([[1.0]], weights=[1.0], service_radius=1.0, p_facilities=1)
assert_type(model.solve(), Answer)
assert_type(PMedian.from_cost_matrix([[1.0]], weights=[1.0], p_facilities=1).solve(), Answer)
