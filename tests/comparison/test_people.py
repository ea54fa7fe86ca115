"""Who gains and loses between two answers, counted on paper, by brute force and by their symmetries."""

from __future__ import annotations

import math

import numpy as np
import pytest

import coverplan
from coverplan.errors import InputError
from towns import toytown
from towns.toycompare import KEY, moving, opening


def held(*folders, **options):
    return coverplan.compare(*folders, write=False, **options)


def at(comparison, unit: str, group: str = "total") -> dict:
    rows = comparison.people
    chosen = rows[(rows["standard"] == KEY) & (rows["unit_code"] == unit) & (rows["group"] == group)]
    return chosen.to_dict("records")[0]


def test_a_home_that_moves_along_the_edge_counted_by_hand(town) -> None:
    found = held(town.answer("stay"), town.answer("move", changes=[moving(0, 4)]))
    # within 4 minutes of (0, 0) are r + c <= 4, of (0, 4) r + 4 - c <= 4: 15 points each, 9 of them in both
    whole = at(found, "")
    assert [whole[n] for n in ("covered_A", "covered_B", "gained_B", "lost_B")] == [150, 150, 60, 60]
    # columns 3 and 4 get nearer, columns 0 and 1 farther, column 2 stays
    assert [whole["nearer_B"], whole["farther_B"]] == [100, 100]
    # town A is columns 0 and 1: 5 + 4 points before, 1 + 2 after
    west = at(found, "001001")
    names = ("covered_A", "covered_B", "gained_B", "lost_B", "nearer_B", "farther_B")
    assert [west[n] for n in names] == [90, 30, 0, 60, 0, 100]
    east = at(found, "001002")
    assert [east[n] for n in names] == [60, 120, 60, 0, 100, 0]
    assert at(found, "001002", "age_60_plus")["gained_B"] == 12
    ways = found.nearer.set_index("group").loc["total"]
    assert ways[["nearer", "farther", "same", "no_way"]].tolist() == [100, 100, 50, 0]
    # rows have a mean of 2; columns 3 and 4 a mean of 3.5 from the first corner and 0.5 from the second
    expected = {"mean_before": 4, "mean_after": 4, "nearer_before": 5.5, "nearer_after": 2.5}
    assert all(math.isclose(ways[name], value) for name, value in expected.items())
    worst = found.worst[found.worst["group"] == "total"].set_index("scenario")
    assert worst["unit_code"].to_dict() == {"A": "001002", "B": "001001"}
    assert worst["share"].tolist() == [0.4, 0.3]


def test_what_changes_nothing_is_first_whatever_the_order(town) -> None:
    a, b = town.answer("a"), town.answer("b", changes=[moving(0, 4), opening(4, 4)])
    there, back = held(a, b), held(b, a)
    assert [side.stem for side in back.sides] == [side.stem for side in there.sides] == ["a", "b"]
    assert there.people.equals(back.people)
    assert there.people["gained_B"].sum() > 0
    assert there.people["lost_B"].sum() > 0


@pytest.mark.parametrize("seed", range(3))
def test_two_ideas_are_held_against_the_year_without_them_at_every_node(town, seed) -> None:
    rng = np.random.default_rng(seed)
    (r1, c1), (r2, c2), (r3, c3) = rng.integers(0, 5, size=(3, 2)).tolist()
    one = town.answer("one", changes=[opening(r1, c1, "one")])
    two = town.answer("two", changes=[moving(r2, c2), opening(r3, c3, "two")])
    found = held(one, two)
    assert [(side.letter, side.stem, side.derived) for side in found.sides] == [
        ("A", "unchanged", True),
        ("B", "one", False),
        ("C", "two", False),
    ]
    names = ("gained", "lost", "nearer", "farther")
    units = ("001001", "001002")
    tally = {(unit, letter): dict.fromkeys(names, 0) for unit in units for letter in "BC"}
    for row in range(5):
        for column in range(5):
            before = row + column
            after = {
                "B": min(before, abs(row - r1) + abs(column - c1)),
                "C": min(abs(row - r2) + abs(column - c2), abs(row - r3) + abs(column - c3)),
            }
            for letter, steps in after.items():
                own = tally["001001" if column < 2 else "001002", letter]
                own["gained"] += 10 * (steps <= 4 < before)
                own["lost"] += 10 * (before <= 4 < steps)
                own["nearer"] += 10 * (steps < before)
                own["farther"] += 10 * (before < steps)
    people = found.people
    total = people[people["group"] == "total"].set_index("unit_code")
    for (unit, letter), counts in tally.items():
        assert {name: total.loc[unit, f"{name}_{letter}"] for name in names} == counts
    # whoever only opens sites takes nothing from anybody
    assert total["lost_B"].sum() == 0
    for letter in "BC":
        # gained less lost is the difference of the covered, in every row
        net = people[f"gained_{letter}"] - people[f"lost_{letter}"]
        np.testing.assert_allclose(net, people[f"covered_{letter}"] - people["covered_A"])
        for name in names:
            assert total.loc["", f"{name}_{letter}"] == total.loc[list(units), f"{name}_{letter}"].sum()


def test_the_year_without_ideas_is_what_an_answer_without_them_says(town) -> None:
    changes = [moving(0, 4), opening(4, 4)]
    plain = coverplan.read_result(town.answer("plain"))
    made = held(town.answer("one", changes=changes), town.answer("two", changes=changes)).sides[0].result
    for column in ("people", "covered", "uncovered", "off_network", "share"):
        np.testing.assert_allclose(made.coverage[column], plain.coverage[column])
    for name in ("minutes", "reason"):
        key = f"{KEY}|{name}"
        assert made.layers["demand"][key].equals(plain.layers["demand"][key])
    then, now = (r.layers["facilities"].set_index("id") for r in (made, plain))
    assert then.index.tolist() == now.index.tolist()
    assert then.geometry.geom_equals(now.geometry).all()


def test_answers_of_different_years_are_refused(town) -> None:
    a = town.answer("a", year=2025)
    b = town.answer("b", year=2030, changes=[opening(4, 4)])
    with pytest.raises(InputError) as refused:
        held(a, b)
    assert [problem.code for problem in refused.value.problems] == ["other_year"]


def test_three_answers_are_each_held_against_the_first(town) -> None:
    a, b, c = town.answer("a"), town.answer("b", changes=[opening(4, 4)]), town.answer("c")
    found = held(a, b, c)
    two = held(a, b)
    np.testing.assert_array_equal(found.people["gained_B"], two.people["gained_B"])
    assert found.people["gained_C"].sum() == 0
    assert found.same("C")
    assert not found.same("B")


def test_answers_of_different_studies_are_refused_with_everything_that_differs(town, tmp_path) -> None:
    a = town.answer("a")
    other = type(town)(tmp_path / "other")
    people = other.folder / "people.csv"
    people.write_text("\n".join(people.read_text().splitlines()[:-1]) + "\n")
    study = (other.folder / "study.yaml").read_text("utf-8")
    (other.folder / "study.yaml").write_text(study.replace("Toy town", "Another town"), "utf-8")
    with pytest.raises(InputError) as refused:
        held(a, other.answer("b"))
    text = str(refused.value)
    assert "its name differs" in text
    assert "its set of demand points differs" in text
    assert "24 points" in text


def test_other_people_leave_shares_and_nothing_else(town) -> None:
    a = town.answer("a")
    people = town.folder / "people.csv"
    people.write_text(people.read_text().replace(",10,2", ",30,2"))
    b = town.answer("b")
    found = held(a, b)
    assert {remark.code for remark in found.common.remarks} == {"people", "inputs", "no_plan"}
    assert "gained_B" not in found.people
    assert found.people["share_A"].tolist() == found.people["share_B"].tolist()
    assert found.nearer.empty
    assert found.regret.reasons == {"": "no_candidates"}


def test_standards_that_differ_or_are_missing_are_left_out_and_named(town) -> None:
    def standard(minutes: float, name: str) -> dict:
        return {"layer": "elder_care", "minutes": minutes, "name": name}

    a = town.answer("a", standards=[standard(3, "x"), standard(4, "y"), standard(2, "only_a")], year=2030)
    b = town.answer("b", standards=[standard(3, "x"), standard(5, "y")], year=2030)
    found = held(a, b)
    assert found.common.standards == ("x",)
    told = {(remark.code, remark.values.get("standard")) for remark in found.common.remarks}
    assert {("standard_differs", "y"), ("standard_missing", "only_a")} <= told


def test_a_scenario_without_a_current_result_is_answered_first(town) -> None:
    a = town.answer("a")
    path = town.write("b", changes=[opening(4, 4)])
    first = held(a, path).people["gained_B"].sum()
    assert first > 0
    folder = town.folder / "maps" / "b"
    stamp = (folder / "result.json").stat().st_mtime_ns
    held(a, path)
    assert (folder / "result.json").stat().st_mtime_ns == stamp
    # another ledger: the answer is no longer that of the files
    homes = town.folder / "homes.csv"
    x, y = toytown.xy(4, 4)
    homes.write_text(homes.read_text() + f"h1,Home 1,{x},{y},10\n")
    held(a, path)
    assert (folder / "result.json").stat().st_mtime_ns != stamp


def test_what_is_neither_result_nor_scenario_is_said_for_both_at_once(town, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as refused:
        held(tmp_path / "empty", tmp_path / "nothing.txt")
    assert "holds no result" in str(refused.value)
    assert "neither a result nor a scenario" in str(refused.value)
