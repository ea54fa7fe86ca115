"""A workbench gives, after any sequence of edits, the numbers of a run of the scenario that it writes."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Event

import numpy as np
import pytest
import yaml
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import coverplan
from coverplan.desk.workbench.bench import Workbench
from coverplan.desk.workbench.kept import Kept
from coverplan.desk.workbench.touched import layers_of
from coverplan.desk.workbench.written import scenario_text
from coverplan.errors import InputError
from coverplan.scenario.change_file import Change
from coverplan.scenario.scenario_file import Standard
from desk.desktown import toy
from makers.volume import examples
from towns import toytown


def spot(row: float, column: float) -> dict[str, object]:
    x, y = toytown.xy(row, column)
    return {"x": x, "y": y, "crs": toytown.CRS}


def opening(name: str, row: float, column: float, **more) -> Change:
    return Change.model_validate(
        {
            "open": {"layer": "elder_care", "id": name, **spot(row, column), "offers": {"type": "day_care"}},
            **more,
        }
    )


def same(bench: Workbench, folder: Path) -> None:
    """Every figure of the workbench against a run of the file that it writes."""
    path = folder / "tried.yaml"
    path.write_text(bench.scenario_text(folder), encoding="utf-8")
    result = coverplan.run(path, write=False)
    answer = bench.state()
    for one in answer.standards:
        for group, columns in one.people.items():
            rows = result.of_standard(one.standard.key, group)
            assert rows["unit_code"].tolist() == list(bench.ground.codes)
            for name, values in columns.items():
                for mine, theirs in zip(values.tolist(), rows[name].tolist(), strict=True):
                    assert mine == theirs or (math.isnan(mine) and math.isnan(theirs)), (name, mine, theirs)
        if not one.protected:
            layer = result.layers["demand"]
            minutes = layer[f"{one.standard.key}|minutes"].tolist()
            np.testing.assert_array_equal(one.coverage.minutes, minutes)
    same_supply(bench, result)
    if "gaps" in result.tables:
        gaps = result.tables["gaps"]
        for target in answer.targets:
            row = gaps.loc[target.value.target_id]
            assert target.value.verdict.status == row["verdict"], target.value.target_id
            assert target.value.value == row["present"]
            assert target.gap == row["gap"]
            assert target.units_missing == row["units_missing"]
            assert len(target.value.short) == len(row["short"])


def same_supply(bench: Workbench, result: coverplan.Result) -> None:
    """Who gets a place, and every facility's row, as the tables of the run have them."""
    for one in bench.supply():
        rows = result.tables["supply"]
        rows = rows[(rows["standard"] == one.standard.key) & (rows["group"] == one.group)]
        assert rows["unit_code"].tolist() == list(bench.ground.codes)
        for name, values in one.people.items():
            np.testing.assert_array_equal(values, rows[name].to_numpy(dtype=float), err_msg=name)
        used = result.tables.get("utilisation")
        rows = used[used["standard"] == one.standard.key].to_dict("records") if used is not None else []
        assert len(rows) == len(one.facilities)
        for mine, theirs in zip(one.facilities, rows, strict=True):
            assert mine["facility"] == theirs["facility"]
            for name in ("reached", "only_here", "capacity", "used", "wanted"):
                np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)


class Edits(RuleBasedStateMachine):
    """Edits of the toy town in any order; the town's folder is given by the test."""

    folder: Path
    ground = None

    @initialize()
    def begin(self) -> None:
        cls = type(self)
        if cls.ground is None:
            cls.ground = Workbench.open(toy(cls.folder)).ground
        self.bench = Workbench(cls.ground)
        self.count = 0
        self.names: list[str] = []

    @rule(row=st.integers(0, 8), column=st.integers(0, 8), year=st.sampled_from([None, 2024, 2027]))
    def open(self, row: int, column: int, year: int | None) -> None:
        self.count += 1
        more = {} if year is None else {"year": year}
        # "g9" stands before "h0", "h00" behind it: new ids among the old ones
        name = f"{'gh'[self.count % 2]}{self.count}"
        self.bench.apply(opening(name, row / 2, column / 2, **more))
        self.names.append(name)

    @rule(data=st.data(), row=st.integers(0, 8), column=st.integers(0, 8))
    def move(self, data: st.DataObject, row: int, column: int) -> None:
        name = data.draw(st.sampled_from(["h0", *self.names]))
        change = Change.model_validate(
            {"move": {"layer": "elder_care", "id": name, **spot(row / 2, column / 2)}}
        )
        self.attempt(change)

    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(["h0", *self.names]))
        self.attempt(Change.model_validate({"close": {"layer": "elder_care", "id": name}}))

    @rule(beds=st.integers(0, 50))
    def upgrade(self, beds: int) -> None:
        self.attempt(
            Change.model_validate({"upgrade": {"layer": "elder_care", "id": "h0", "offers": {"beds": beds}}})
        )

    @rule()
    def undo(self) -> None:
        self.bench.undo()

    @rule()
    def redo(self) -> None:
        self.bench.redo()

    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        if self.bench.idea.changes:
            at = data.draw(st.integers(0, len(self.bench.idea.changes) - 1))
            with suppress(InputError):
                self.bench.drop(at)

    @rule(year=st.sampled_from([2023, 2025, 2028]))
    def look_at(self, year: int) -> None:
        self.bench.set_year(year)

    @rule(minutes=st.sampled_from([1, 2.5, 4, 6]))
    def minutes(self, minutes: float) -> None:
        first, *others = self.bench.idea.standards
        self.bench.set_standards([first.model_copy(update={"minutes": minutes}), *others])

    def attempt(self, change: Change) -> None:
        before = self.bench.idea
        try:
            self.bench.apply(change)
        except InputError:  # a facility whose opening was taken back
            assert self.bench.idea == before

    @invariant()
    def counted_the_same(self) -> None:
        if hasattr(self, "bench"):
            answer = self.bench.state()
            for one in answer.standards:
                people = one.people[one.standard.groups[0]]
                assert people["covered"][0] + people["uncovered"][0] + people["off_network"][
                    0
                ] == pytest.approx(people["people"][0])

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            same(self.bench, self.folder)


def test_any_sequence_of_edits_equals_a_run(tmp_path_factory) -> None:
    Edits.folder, Edits.ground = tmp_path_factory.mktemp("toy"), None
    run_state_machine_as_test(
        Edits,
        settings=settings(
            max_examples=examples(4, 12), stateful_step_count=10, deadline=None, derandomize=True
        ),
    )


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    return Workbench.open(toy(tmp_path_factory.mktemp("ground"))).ground


def covered(answer, standard: int = 0, group: str = "total") -> float:
    return float(answer.standards[standard].people[group]["covered"][0])


def test_a_site_in_the_far_corner_reaches_who_lives_there(ground) -> None:
    bench = Workbench(ground)
    # row + column <= 4: 15 of 25 points; from the opposite corner 15 as well, 5 on the diagonal twice
    assert covered(bench.state()) == 150
    answer = bench.apply(opening("new", 4, 4))
    assert covered(answer) == 250
    assert answer.standards[0].people["total"]["covered_twice"][0] == 50
    assert covered(bench.apply(Change.model_validate({"close": {"layer": "elder_care", "id": "h0"}}))) == 150
    assert covered(bench.undo()) == 250
    assert covered(bench.undo()) == 150
    assert not bench.can_undo
    assert covered(bench.redo()) == 250
    assert covered(bench.present()) == 150


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"close": {"layer": "elder_care", "id": "nobody"}}, "unknown_facility"),
        ({"close": {"layer": "cemetery", "id": "h0"}}, "unknown_layer"),
        ({"open": {"layer": "elder_care", "id": "h0", **spot(1, 1)}}, "duplicate_id"),
        ({"open": {"layer": "elder_care", "id": "x", "x": 1e9, "y": 1e9, "crs": "EPSG:4326"}}, "impossible_coordinates"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_made_changes_nothing(ground, change, code) -> None:
    bench = Workbench(ground)
    with pytest.raises(InputError) as caught:
        bench.apply(Change.model_validate(change))
    assert [problem.code for problem in caught.value.problems] == [code]
    assert not bench.can_undo
    assert covered(bench.state()) == 150


def test_dropping_what_another_change_needs_is_refused(ground) -> None:
    bench = Workbench(ground)
    bench.apply(opening("new", 4, 4))
    bench.apply(Change.model_validate({"close": {"layer": "elder_care", "id": "new"}}))
    with pytest.raises(InputError):
        bench.drop(0)
    with pytest.raises(InputError):
        bench.drop(7)
    assert covered(bench.swap(1, opening("other", 2, 2))) == 250
    assert [len(bench.idea.changes), bench.can_undo] == [2, True]


def test_a_standard_beyond_the_streets_that_were_read_is_refused(ground) -> None:
    bench = Workbench(ground)
    far = bench.idea.standards[0].model_copy(update={"minutes": 120})
    with pytest.raises(InputError) as caught:
        bench.set_standards([far])
    assert caught.value.problems[0].code == "beyond_streets"


def test_costs_that_nobody_gave_are_counted_as_unknown(ground) -> None:
    bench = Workbench(ground)
    bench.apply(opening("new", 4, 4))
    offers = {"type": "day_care", "cost": 120}
    priced = {"open": {"layer": "elder_care", "id": "priced", **spot(2, 2), "offers": offers}}
    cost = bench.apply(Change.model_validate(priced)).cost
    assert (cost.known, cost.unknown) == (120, 1)


def test_memory_stays_flat_over_many_edits(ground) -> None:
    from coverplan.desk.workbench import bench as module

    bench = Workbench(ground)
    for step in range(60):
        bench.apply(opening(f"s{step}", step % 5, step // 5 % 5))
        bench.undo()
    assert len(bench._steps) <= module.KEPT_STEPS
    assert len(ground._coverages) <= 512


def test_the_demo_knows_which_layers_its_targets_look_at() -> None:
    from coverplan.errors import Problems
    from coverplan.plan.load import read_plan

    plan = read_plan(Path(__file__).parents[2] / "data" / "demo" / "plan.yaml", Problems())
    touched = {target.id: layers_of(target) for target in plan.targets}
    assert touched["D-09"] == {"elder_care"}  # a question of reach
    assert touched["D-21"] == frozenset()  # typed in by the office
    assert set().union(*touched.values()) == {
        "elder_care",
        "social_work",
        "child_protection",
        "civic",
        "cemetery",
    }


def test_a_standard_needs_no_run_to_be_the_same(ground) -> None:
    """Standards measured live equal standards measured afresh, for the library's own user."""
    from coverplan.service.live import LiveStandard

    standard = Standard(layer="elder_care", minutes=4)
    facilities = ground.ready.study.facilities
    live = LiveStandard(ground.surveyor, standard).coverage(facilities, 2025)
    fresh = ground.surveyor.measure(standard, facilities, 2025).coverage
    for name in ("nearest_ms", "nearest_site", "times_within", "reason"):
        np.testing.assert_array_equal(getattr(live, name), getattr(fresh, name))


def test_several_people_at_once_get_what_each_would_get_alone(ground) -> None:
    places = [(0, 4), (2, 2), (4, 0), (4, 4), (1, 3), (3, 1)]
    alone = [covered(Workbench(ground).apply(opening(f"p{at}", *place))) for at, place in enumerate(places)]
    fresh = type(ground)(ground.ready)
    together = Barrier(len(places))

    def one(at: int) -> float:
        together.wait()
        return covered(Workbench(fresh).apply(opening(f"p{at}", *places[at])))

    with ThreadPoolExecutor(len(places)) as pool:
        assert list(pool.map(one, range(len(places)))) == alone


def test_who_asks_what_somebody_is_finding_waits_for_it() -> None:
    kept, begun, asked, found = Kept(4), Event(), Event(), []

    def find() -> int:
        begun.set()
        assert asked.wait(60)
        found.append(1)
        return 7

    def second() -> int:
        begun.wait(60)
        asked.set()
        return kept("question", find)

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(kept, "question", find), pool.submit(second)]
        assert [answer.result() for answer in answers] == [7, 7]
    assert found == [1]


def test_a_question_that_failed_may_be_asked_again() -> None:
    kept = Kept(1)
    with pytest.raises(ZeroDivisionError):
        kept("question", lambda: 1 // 0)
    assert kept("question", lambda: 3) == 3
    assert kept("other", lambda: 4) == 4
    assert len(kept) == 1
    assert kept("question", lambda: 5) == 5


def test_ideas_that_differ_are_measured_apart_and_alike(ground) -> None:
    """Two ideas asked in turn: more copies than places that differ, and the figures of a fresh measurement."""
    from coverplan.desk.workbench import live_ideas

    standard = Standard(layer="elder_care", minutes=4)
    live = live_ideas.LiveIdeas(ground.surveyor, standard)
    one, other = Workbench(ground), Workbench(ground)
    for step in range(live_ideas.ALIKE + 2):
        one.apply(opening(f"a{step}", 4, step % 5))
        other.apply(opening(f"b{step}", step % 5, 4))
        for bench in (one, other):
            facilities = bench.ground.facilities(bench.idea, "elder_care")
            found = live.coverage(facilities, 2025)
            fresh = ground.surveyor.measure(standard, facilities, 2025).coverage
            np.testing.assert_array_equal(found.nearest_ms, fresh.nearest_ms)
            np.testing.assert_array_equal(found.times_within, fresh.times_within)
    assert len(live._ideas) == 2


@pytest.mark.parametrize(
    ("own", "further", "reader", "pages"),
    [
        ("en", [], "zh", ["zh"]),
        ("zh", ["en"], "en", ["en", "zh"]),
        ("zh", ["en"], "zh", ["zh", "en"]),
        ("en", [], None, ["en"]),
    ],
)
def test_documents_come_first_in_the_reader_s_language(tmp_path, own, further, reader, pages) -> None:
    bench = Workbench.open(toy(tmp_path, language=own, also_in=further))
    said = yaml.safe_load(scenario_text(bench.ground.ready, bench.idea, tmp_path, reader=reader))
    assert [said["language"], *said.get("also_in", [])] == pages
