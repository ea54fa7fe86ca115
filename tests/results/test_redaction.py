"""The border of results: what is withheld there of a result made up for it, and of an answer that chooses protected places."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from coverplan.answer.withheld import withheld_of
from coverplan.cli.main import app
from coverplan.comparison.compare import compare
from coverplan.errors import InputError, Problem
from coverplan.ground.openness import may_be_shown
from coverplan.pages.outputs import write_part
from coverplan.results.files import read_result
from coverplan.results.internal import write_internal
from coverplan.results.redaction import Withheld, redacted
from coverplan.results.result import Result
from coverplan.scenario.change_file import Change
from coverplan.study.changes import Changed
from makers import toyfiles
from towns import protectedtown as roads
from towns import toyledger, toytown

NAME, ID = roads.NAME, f"{roads.ID}41"
#: Where it stands, and where it is moved.
(X, Y), MOVED = roads.places(41)

NEW = {"layer": "civic", "id": ID, **roads.at(*MOVED)}


@pytest.mark.parametrize(
    ("kind", "name", "said", "of_layer", "shown"),
    [
        ("community_centre", None, None, None, True),
        ("rescue_station", None, None, None, False),
        ("rescue_station", None, True, None, True),
        ("community_centre", None, False, None, False),
        ("community_centre", None, None, False, False),
        ("rescue_station", None, None, True, True),
        ("Protection Centre", None, None, None, False),
        (None, "某市未成年人救助保护中心", None, None, False),
        ("station", "反家暴庇护所", None, None, False),
        ("protection_station", "未成年人保护工作站", None, None, True),
        (float("nan"), None, None, None, True),
    ],
)
def test_what_is_not_surely_public_is_protected(kind, name, said, of_layer, shown) -> None:
    assert may_be_shown(kind, name, said=said, of_layer=of_layer) is shown


def test_names_of_units_and_of_public_facilities_are_never_withheld() -> None:
    """A protected place that is called like a unit, with the id of a public place of another layer."""
    shared = {"layer": "elder_care", "id": "h0", "name": "Home", "public": True}
    hidden = {"layer": "civic", "id": "h0", "name": "Town A", "unit_code": "001001", "public": False}
    withheld = withheld_of([toyledger.facilities(shared, hidden)], toytown.units(), [])
    assert withheld.units == {("civic", "h0"): "001001"}
    table = pd.DataFrame({"facility": ["h0"], "unit_name": ["Town A"], "text": ["Town A, h0, Home"]})
    whole = Result({}, pd.DataFrame(), {}, {}, tables={"t": table})
    pd.testing.assert_frame_equal(redacted(whole, withheld).tables["t"], table)


def test_a_name_that_is_public_only_until_a_change_hides_it_is_withheld() -> None:
    before = toyledger.facilities({"layer": "civic", "id": "c-1234", "name": NAME, "public": True})
    change = Change.model_validate(
        {"upgrade": {"layer": "civic", "id": "c-1234", "offers": {"type": "rescue_station"}}, "year": 2030}
    )
    changed = Changed(before, (), (change,), {0: "001002"})
    withheld = withheld_of([before], toytown.units(), [], changed=changed, changes=[change])
    assert (withheld.units, NAME in withheld.names) == ({("civic", "c-1234"): "001002"}, True)
    assert not {NAME, "c-1234"} & withheld.spoken


def test_short_ids_are_withheld_where_ids_stand_and_in_values_of_problems() -> None:
    table = pd.DataFrame({"facility": ["7", "17"], "note": ["7", "17"]})
    problems = (Problem("odd", value="7"), Problem("odd", value=7))
    whole = Result({}, pd.DataFrame(), {}, {}, tables={"t": table}, problems=problems)
    clean = redacted(whole, Withheld(units={("civic", "7"): None}))
    assert clean.tables["t"]["facility"].tolist() == ["（不公开）", "17"]
    assert clean.tables["t"]["note"].tolist() == ["7", "17"]
    assert [problem.value for problem in clean.problems] == ["（不公开）", 7]


def test_of_names_that_begin_alike_the_longer_is_withheld_whole() -> None:
    names = frozenset({"城关救助站", "城关救助站北楼", "城关救助站北楼二层"})
    table = pd.DataFrame({"note": [f"与{name}相邻" for name in sorted(names)]})
    whole = Result({}, pd.DataFrame(), {}, {}, tables={"t": table})
    left = redacted(whole, Withheld(names=names, standards=frozenset({"any"}))).tables["t"]["note"]
    assert left.tolist() == ["与（不公开）相邻"] * 3


@pytest.mark.parametrize(
    ("details", "kept"),
    [({"count": 3}, {"count": 3}), ({"count": 3, "line": NAME}, {}), ({"share": 0.5}, {}), ({}, {})],
)
def test_a_problem_of_a_protected_ledger_keeps_all_its_particulars_or_none(details, kept, tmp_path) -> None:
    """Words for a code need every particular, so that half of them would end in a traceback."""
    ledger = tmp_path / "a.csv"
    problem = Problem(f"odd, such as {NAME}", ledger, value=NAME, remedy=NAME, code="odd", details=details)
    elsewhere = Problem(f"odd, {NAME}x", tmp_path / "b.csv", details={"line": "x"})
    whole = Result({}, pd.DataFrame(), {}, {}, problems=(problem, elsewhere))
    clean, other = redacted(
        whole, Withheld(names=frozenset({NAME}), files=frozenset({ledger.resolve()}))
    ).problems
    assert (clean.what, clean.value, clean.remedy, dict(clean.details)) == ("odd", None, None, kept)
    assert (other.what, dict(other.details)) == ("odd, （不公开）x", {"line": "x"})


def _siting_result() -> Result:
    """A made-up answer: two openings, one of a protected type; two standards, of which one counts protected places."""
    opened = {
        **NEW,
        "id": f"new:rescue_station:{ID}",
        "offers": {"name": NAME, "type": "rescue_station", "cost": 9.0},
    }
    public = {
        "layer": "civic",
        "id": "new:centre:c1",
        **roads.at(500_001.0, 3_500_001.0),
        "offers": {"beds": 3},
    }
    changes = [{"open": public, "year": 2026}, {"open": opened, "year": 2026}]
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        ids=np.array(["c1", "c2"]),
        open_site=np.array([0, 1]),
        open_type=np.array(["community_centre", "rescue_station"]),
        open_layer=np.array(["civic", "civic"]),
        open_cost=np.array([1.0, 9.0]),
        indptr_0=np.array([0, 2, 3]),
        demand_0=np.array([4, 7, 9]),
        before_0=np.array([True, False]),
        before_1=np.array([False, True]),
    )
    actions = pd.DataFrame(
        {
            "layer": ["civic"],
            "facility": ["new:centre:c1"],
            "shared_with": [opened["id"]],
            "targets": [("T1",)],
        }
    )
    return Result(
        summary={
            "siting": {"question": {"standards": ["open", "closed"]}},
            "changes": {"applied": changes, "later": []},
        },
        coverage=pd.DataFrame(),
        layers={},
        manifest={"parameters": {"scenario": {"changes": []}}, "problems": []},
        tables={"actions": actions},
        files={
            "chosen.yaml": yaml.safe_dump(
                {"study": "study.yaml", "changes": changes}, allow_unicode=True
            ).encode(),
            "siting.npz": buffer.getvalue(),
        },
    )


def test_a_chosen_place_stands_in_no_file_but_the_internal_one(tmp_path: Path) -> None:
    whole = _siting_result()
    hidden = f"new:rescue_station:{ID}"
    withheld = Withheld(
        units={("civic", hidden): "001002"},
        names=frozenset({NAME}),
        standards=frozenset({"closed"}),
        openings=frozenset({("civic", "rescue_station")}),
    )
    clean = redacted(whole, withheld)
    kept = yaml.safe_load(clean.files["chosen.yaml"])["changes"]
    assert [change["open"]["id"] for change in kept] == ["new:centre:c1"]
    assert clean.files["chosen.yaml"].decode().startswith("# ")
    with np.load(io.BytesIO(clean.files["siting.npz"])) as arrays:
        assert arrays["open_type"].tolist() == ["community_centre"]
        assert arrays["open_site"].tolist() == [0]
        assert arrays["ids"].tolist() == ["c1"]
        assert (arrays["indptr_0"].tolist(), arrays["demand_0"].tolist()) == ([0, 2], [4, 7])
        assert "before_0" in arrays.files
        assert "before_1" not in arrays.files
    changes = clean.summary["changes"]["applied"]
    assert changes[0] == whole.summary["changes"]["applied"][0]
    assert changes[1]["open"]["offers"] == {
        "type": "rescue_station", "cost": 9.0, "unit_code": "001002", "public": False,
    }  # fmt: skip
    assert clean.tables["actions"].loc[0, ["facility", "shared_with"]].tolist() == [
        "new:centre:c1",
        "（不公开）",
    ]
    (tmp_path / "study.yaml").touch()
    written = write_internal(whole, tmp_path / "inner" / "whole.yaml", tmp_path).read_text("utf-8")
    assert written.startswith("# 内部资料")
    assert yaml.safe_load(written)["changes"] == yaml.safe_load(whole.files["chosen.yaml"])["changes"]
    assert yaml.safe_load(written)["study"] == (tmp_path / "study.yaml").as_posix()
    with pytest.raises(InputError):
        write_internal(Result({}, pd.DataFrame(), {}, {}), tmp_path / "none.yaml", tmp_path)
    assert redacted(whole, Withheld()) is whole


@pytest.mark.parametrize(
    ("withheld", "types", "before"),
    [
        (Withheld(standards=frozenset({"closed"})), ["community_centre", "rescue_station"], ["before_0"]),
        (
            Withheld(openings=frozenset({("civic", "rescue_station")})),
            ["community_centre"],
            ["before_0", "before_1"],
        ),
    ],
)
def test_openings_and_whom_protected_places_reach_are_withheld_each_alone(withheld, types, before) -> None:
    clean = redacted(_siting_result(), withheld)
    with np.load(io.BytesIO(clean.files["siting.npz"])) as arrays:
        assert arrays["open_type"].tolist() == types
        assert sorted(name for name in arrays.files if name.startswith("before_")) == before


def test_a_file_of_which_every_opening_is_protected_is_left_out() -> None:
    both = {("civic", "rescue_station"), ("civic", "community_centre")}
    assert "siting.npz" not in redacted(_siting_result(), Withheld(openings=frozenset(both))).files


def test_a_real_answer_that_chooses_protected_places_leaves_none_of_their_marks(tmp_path: Path) -> None:
    """Candidates carry the marks, the plan wants a rescue station in every town, and the answer opens them.

    Pages and a comparison are made of it too, without the candidates that were withheld.
    """
    kind = {"facilities": [{"layer": "civic", "types": ["rescue_station"]}]}
    target = toyledger.target({"kind": "unit_presence", "units": "units", **kind})
    plan = toyledger.plan(target).model_dump(mode="json", by_alias=True, exclude_none=True)
    siting = {
        "targets": "binding",
        "years": [2025],
        "candidates": [{
            "name": "sites", "kind": "layer", "file": "sites.csv", "crs": toytown.CRS, "columns": {"x": "x", "y": "y", "id": "id", "name": "name"},
        }],
        "open": [{"layer": "civic", "type": "rescue_station", "offers": {"beds": 4}}],
    }  # fmt: skip
    pd.DataFrame([roads.public_row()]).to_csv(tmp_path / "civic.csv", index=False)
    entry = {"layer": "civic", "file": "civic.csv", "crs": toytown.CRS}
    path = roads.write_town(tmp_path, [entry], plan="plan.yaml", siting=siting, language="zh", year=2025)
    toyfiles.write_yaml(tmp_path / "plan.yaml", plan)
    sites = pd.DataFrame(
        {"id": [ID, f"{ID}-b"], "name": [NAME, NAME], "x": [X - 190, MOVED[0]], "y": [Y, MOVED[1]]}
    )
    sites.to_csv(tmp_path / "sites.csv", index=False)
    out, inner = tmp_path / "out", tmp_path / "inner.yaml"
    command = ["run", path, "--out", out, "--numbers-only", "--json", "--internal", inner]
    done = CliRunner().invoke(app, [str(word) for word in command])
    assert done.exit_code in {0, 3}, done.output
    wanted = roads.marks([(X - 190, Y), MOVED])
    chosen = yaml.safe_load(inner.read_text("utf-8"))["changes"]
    assert len([change for change in chosen if ID in change["open"]["id"]]) == 2  # they were chosen
    assert any(leak.startswith("inner.yaml") for leak in roads.leaks(tmp_path, wanted, but=("out",)))
    write_part(read_result(out), "pages", [("zh", out / "zh"), ("en", out / "en")])
    compare(out, out, out=tmp_path / "out" / "held")
    assert not roads.leaks(out, wanted)
    assert not [mark.pattern for mark in wanted if mark.search(done.output.encode())]
    assert not (out / "siting.npz").exists()  # only protected types may open anything here
    assert "candidates" not in read_result(out).layers
