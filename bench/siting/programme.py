"""How fast a plan becomes a programme of actions on the demo: python bench/siting/programme.py [scenario.yaml ...]

For each run of the solver: aim, columns, rows, entries, processor seconds and proven gap; then candidates, actions,
targets, cells with people, and processor seconds in all. The two scenarios beside this file are the default.
"""

from __future__ import annotations

import functools
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from coverplan.answer.computed import surveyor_of
from coverplan.answer.prepared import prepare
from coverplan.errors import Problems
from coverplan.ground.facilities import Facilities
from coverplan.programme.solving import support
from coverplan.programme.solving.choose import Ground, Programme, make_programme
from coverplan.scenario.change_file import Change
from coverplan.study.changes import apply_changes

HERE = Path(__file__).parent
SCENARIOS = (HERE / "programme-three-layers.yaml", HERE / "programme-shared-premises.yaml")


def ground_of(scenario: Path) -> Ground:
    """Everything that a programme needs, read from a scenario's files."""
    ready = prepare(scenario)
    loaded = ready.loaded
    assert ready.plan is not None, "the scenario names no plan"

    @functools.cache
    def facilities_in(year: int, changes: tuple[Change, ...]) -> Facilities:
        problems = Problems()
        changed = apply_changes(
            ready.study.facilities,
            loaded.scenario_document,
            (*loaded.scenario.changes, *changes),
            year=year,
            area=ready.study.area,
            units=ready.study.units,
            problems=problems,
            language=loaded.scenario.language,
        )
        problems.raise_if_errors()
        return changed.facilities

    surveyor = surveyor_of(ready)
    assert ready.plan is not None
    assert ready.printed is not None
    return Ground(
        ready.study,
        loaded.scenario,
        loaded.scenario_document,
        ready.plan,
        ready.printed,
        surveyor,
        facilities_in,
    )


def timed(run: Callable[..., Any]) -> Callable[..., Any]:
    """The same solver run, which also says how long it took."""

    @functools.wraps(run)
    def told(model: Any, expression: Any, sense: str, *rest: Any) -> Any:
        began, wall = time.process_time(), time.perf_counter()
        found = run(model, expression, sense, *rest)
        entries = sum(len(part) for part in model.value_of)
        print(
            f"    {sense} {model.columns} columns {model.rows} rows {entries} entries: "
            f"{time.process_time() - began:.1f} s processor, {time.perf_counter() - wall:.1f} s wall"
            + (" infeasible" if found.infeasible else "")
            + (f" stopped by {found.stopped_by}" if found.stopped_by else ""),
            flush=True,
        )
        return found

    return told


def report(scenario: Path) -> None:
    """Run one scenario and print its figures."""
    print(scenario.name, flush=True)
    began, wall = time.process_time(), time.perf_counter()
    ground = ground_of(scenario)
    print(f"    read: {time.process_time() - began:.1f} s processor", flush=True)
    chosen, since = time.process_time(), time.perf_counter()
    made: Programme = make_programme(ground, Problems())
    question, demand = made.question, ground.study.demand
    states = [one.state for one in made.wanted]
    for stage in made.answer.stages:
        gap = "none" if stage.gap is None else f"{100 * stage.gap:.3f} %"
        print(f"  {stage.name}: {stage.value:.6g}, gap {gap}")
    usable = (
        0
        if made.candidates is None
        else sum(int(made.candidates.usable(t).sum()) > 0 for t in made.candidates.reasons)
    )
    print(
        f"  candidates {0 if made.candidates is None else made.candidates.count} (types with usable places {usable}),"
        f" actions that may be done {len(question.actions)}, done {len(made.answer.year_of)},"
        f" guests {len(made.answer.guests)}, targets {states.count('constraint')},"
        f" cells with people {int(np.sum(np.sum(list(demand.people.values()), axis=0) > 0))}"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  programme {time.process_time() - chosen:.1f} s processor {time.perf_counter() - since:.1f} s wall;"
        f" with reading {time.process_time() - began:.1f} s processor {time.perf_counter() - wall:.1f} s wall;"
        f" peak {peak:.0f} MB"
    )


def main() -> None:
    """Print the figures of every scenario."""
    support.run_highs = timed(support.run_highs)
    for scenario in [Path(name) for name in sys.argv[1:]] or list(SCENARIOS):
        report(scenario)


if __name__ == "__main__":
    main()
