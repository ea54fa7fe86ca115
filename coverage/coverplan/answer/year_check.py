"""Whether the years of a scenario fit the date of its data and the day on which it is asked."""

from __future__ import annotations

import datetime as dt

from coverplan.errors import Problems
from coverplan.scenario.load import Loaded


def check_years(loaded: Loaded, problems: Problems, *, today: dt.date) -> None:
    """Warn of data that are dated ahead, and of years before the data, whose people and facilities nobody told."""
    as_of, scenario = loaded.study.as_of, loaded.scenario
    if as_of is None:
        return
    if as_of > today:
        problems.add(
            loaded.study_document.problem(
                ("as_of",),
                "the data are dated after today",
                value=as_of.isoformat(),
                expected="the day on which the facilities were as the files say",
                remedy="mend the date; what comes later stands in `projects:` or `changes:`",
                severity="warning",
                code="data_of_the_future",
            )
        )
    earlier: list[tuple[tuple[str | int, ...], int | None]] = [(("year",), scenario.year)]
    earlier += [(("changes", at, "year"), change.year) for at, change in enumerate(scenario.changes)]
    for place, year in earlier:
        if year is not None and year < as_of.year:
            problems.add(
                loaded.scenario_document.problem(
                    place,
                    "the year is before the data, which are taken as they are",
                    value=year,
                    expected=f"{as_of.year} or later",
                    remedy="write a later year, or name the data of that year",
                    severity="warning",
                    code="year_before_data",
                    details={"year": as_of.year},
                )
            )
