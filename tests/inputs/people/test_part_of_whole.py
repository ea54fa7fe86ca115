"""A part that is larger than its whole, with numbers counted by hand."""

from pathlib import Path

import numpy as np
import pytest

from coverplan.inputs.people.part_of_whole import larger_parts
from coverplan.inputs.people.population import People


def said(**groups):
    points = len(next(iter(groups.values())))
    ids = np.array([f"p{number}" for number in range(points)], dtype=object)
    people = People(
        ids, np.zeros(points), np.zeros(points), {g: np.array(v, dtype=float) for g, v in groups.items()}, 0.0
    )
    return [
        (problem.details["part"], problem.details["whole"], problem.details["count"], problem.value)
        for problem in larger_parts(people, Path("people.csv"))
    ]


def test_more_old_people_than_people():
    assert said(total=[100, 100, 0], age_60_plus=[150, 20, 3]) == [
        ("age_60_plus", "total", 2, "p0 (150 of 100), p2 (3 of 0)")
    ]


@pytest.mark.parametrize(
    ("groups", "pairs"),
    [
        ({"age_60_plus": [20], "age_80_plus": [45]}, [("age_80_plus", "age_60_plus")]),
        ({"age_0_14": [9], "age_5_9": [10]}, [("age_5_9", "age_0_14")]),
        ({"age_0_14": [9], "age_60_plus": [30]}, []),
        ({"total": [50], "children": [60]}, [("children", "total")]),
        ({"total": [50], "children": [50], "age_60_plus": [50.4]}, []),
    ],
)
def test_who_is_part_of_whom(groups, pairs):
    assert [(part, whole) for part, whole, *_ in said(**groups)] == pairs
