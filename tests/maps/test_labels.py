"""Letters and marks on paper never stand on each other, and marks stay near their places."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.maps.sheets.chart import round_scale
from coverplan.text.placing import MOST_MOVED, Taken, pushed_apart

POINTS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=25)


@settings(max_examples=60, deadline=None)
@given(POINTS)
def test_points_are_pushed_apart_and_never_far(points) -> None:
    xy = np.array(points, dtype=float)
    moved = pushed_apart(xy, 10.0, 26.0)
    assert np.hypot(*(moved - xy).T).max() <= 26.0 + 1e-6
    assert np.array_equal(pushed_apart(xy, 10.0, 26.0), moved)
    apart = np.hypot(*(xy[:, None] - xy[None]).T)
    alone = (apart < 40).sum(axis=0) == 1
    assert np.allclose(moved[alone], xy[alone], atol=0.1)


def test_three_at_one_place_do_not_touch() -> None:
    moved = pushed_apart(np.zeros((3, 2)), 10.0, 26.0)
    apart = np.hypot(*(moved[:, None] - moved[None]).T)
    assert apart[np.triu_indices(3, 1)].min() > 9.5


def test_very_many_points_stay_where_they_are() -> None:
    xy = np.zeros((MOST_MOVED + 1, 2))
    assert pushed_apart(xy, 10.0, 26.0) is xy


@settings(max_examples=60, deadline=None)
@given(POINTS)
def test_no_label_stands_on_another(points) -> None:
    taken, placed = Taken(), []
    for x, y in points:
        place = taken.place([(x, y), (x, y + 12), (x, y - 12)], 20.0, 5.0)
        placed += [] if place is None else [place]
    assert placed
    for i, (x, y) in enumerate(placed):
        for other_x, other_y in placed[i + 1 :]:
            assert abs(x - other_x) >= 40.0 or abs(y - other_y) >= 10.0


def test_a_label_avoids_marks_where_it_can() -> None:
    taken = Taken()
    taken.avoid(np.array([[0.0, 0.0], [1.0, 0.0]]))
    assert taken.place([(0, 0), (0, 30)], 10, 5) == (0, 30)
    assert taken.place([(0, 0)], 10, 5) == (0, 0)
    assert taken.place([(0, 0)], 10, 5) is None


@settings(max_examples=40, deadline=None)
@given(POINTS, POINTS)
def test_the_first_free_choice_that_covers_fewest_points_is_taken(points, avoided) -> None:
    """Held against the words of the rule, rectangle by rectangle."""
    taken, soft = Taken(), np.array(avoided, dtype=float)
    taken.avoid(soft)
    hard: list[tuple[float, float]] = []
    for x, y in points * 3:
        choices = [(x + aside, y + up) for aside in (0.0, 9.0) for up in (0.0, 7.0, -7.0)]
        free = [
            choice
            for choice in choices
            if all(abs(choice[0] - a) >= 24.0 or abs(choice[1] - b) >= 8.0 for a, b in hard)
        ]
        covered = [sum(abs(cx - a) < 12.0 and abs(cy - b) < 4.0 for a, b in soft) for cx, cy in free]
        wanted = free[covered.index(min(covered))] if free else None
        assert taken.place(choices, 12.0, 4.0) == wanted
        hard += [] if wanted is None else [wanted]


@given(st.floats(500, 5e6))
def test_scales_are_round_and_show_no_less(scale) -> None:
    found = round_scale(scale)
    assert scale * (1 - 1e-6) <= found <= scale * 1.34 + 1e-6
    digits = f"{found:.6e}".split("e")[0].replace(".", "").rstrip("0")
    # scales of maps that offices print: 1:10,000, 1:12,000, 1:15,000, 1:20,000 ...
    assert digits in {"1", "12", "15", "2", "25", "3", "4", "5", "6", "8"}
