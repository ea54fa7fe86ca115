"""The border of results: what is withheld there of a result made up for it, and of an answer that chooses protected places."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
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
        ("Safe-House", None, None, None, False),
        ("庇護所", None, None, None, False),
        (None, "救\u200b助站", None, None, False),
        (None, "Refúgio da Mulher", None, None, False),
        ("relief_point", "社会救助服务点", None, None, True),
        ("community_centre", "应急避难场所", None, None, True),
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


MARK = "（不公开）"


def cleaned(withheld: Withheld, **columns: list) -> pd.DataFrame:
    """A table with these columns, as it may leave."""
    table = pd.DataFrame(columns)
    return redacted(Result({}, pd.DataFrame(), {}, {}, tables={"t": table}), withheld).tables["t"]


@pytest.mark.parametrize(
    ("name", "telling"),
    [
        ("老屋北", True), ("老屋", False), ("AB-12", True), ("AB-1", False), ("屋ab", False), ("屋abc", True),
        ("1234567", True), ("123456", False), ("12-456", True),
        ("\u2e80\u2e80\u2e80", True), ("\u2e7f\u2e7f\u2e7f", False),
    ],
)  # fmt: skip
def test_what_is_too_short_to_tell_a_place_is_withheld_where_ids_stand_alone(name, telling) -> None:
    """Three signs of Chinese, five letters or seven digits tell a place wherever they stand."""
    left = cleaned(
        Withheld(names=frozenset({name}), standards=frozenset({"any"})), site=[name], note=[f"near {name}."]
    )
    assert left["site"].tolist() == [MARK]
    assert left["note"].tolist() == [f"near {MARK}." if telling else f"near {name}."]


def test_a_name_that_a_plan_says_anyway_is_withheld_where_ids_stand_alone() -> None:
    withheld = Withheld(
        names=frozenset({NAME}), public_texts=f"build {NAME} by 2030", files=frozenset({Path("a")})
    )
    assert cleaned(withheld, site=[NAME], note=[NAME]).to_dict("list") == {"site": [MARK], "note": [NAME]}


def test_every_kind_of_column_is_cleaned_and_the_others_are_as_they_were() -> None:
    """Lists, texts of pandas' own kind, and nested values; numbers and what is absent stay."""
    withheld = Withheld(units={("civic", "7"): None}, names=frozenset({NAME}))
    before = {
        "facility_ids": [("7", NAME, "8"), ()],
        "units": [(NAME, "7"), ["x"]],
        "more": [{"name": NAME, "7": ["7", 7]}, None],
        "plain": [1.5, float("nan")],
    }
    own = pd.Series([f"{NAME} x", None], dtype="string")
    left = cleaned(withheld, **before, own=own, kept=pd.Series(["a", None], dtype="string"))
    assert left["facility_ids"].tolist() == [(MARK, MARK, "8"), ()]
    assert left["units"].tolist() == [(MARK, "7"), ["x"]]
    assert left["more"].tolist() == [{"name": MARK, "7": ["7", 7]}, None]
    assert left["own"].tolist()[0] == f"{MARK} x"
    assert left["own"].isna().tolist() == [False, True]
    assert str(left["kept"].dtype) == "string"
    assert left["plain"].dtype == float


def test_layers_lose_rows_of_protected_facilities_and_names_in_the_others() -> None:
    withheld = Withheld(units={("civic", "=7"): None}, names=frozenset({NAME}))
    places = [shapely.Point(0, 0), shapely.Point(1, 1), shapely.Point(2, 2)]
    rows = {
        "layer": ["civic", "civic", "elder_care"],
        "id": ["'=7", "8", "'=7"],
        "note": ["x", f"beside {NAME}", "y"],
    }
    facilities = gpd.GeoDataFrame(rows, geometry=places, crs="EPSG:4549")
    actions = facilities.rename(columns={"id": "facility"})
    units = gpd.GeoDataFrame({"note": [NAME]}, geometry=places[:1], crs="EPSG:4549")
    layers = {"facilities": facilities, "actions": actions, "changes": actions, "units": units}
    whole = Result({}, pd.DataFrame(), layers, {})
    clean = redacted(whole, withheld).layers
    for name, column in (("facilities", "id"), ("actions", "facility"), ("changes", "facility")):
        assert clean[name][["layer", column]].to_numpy().tolist() == [["civic", "8"], ["elder_care", "'=7"]]
        assert clean[name]["note"].tolist() == [f"beside {MARK}", "y"]
        assert clean[name].geometry.tolist() == places[1:]
    assert clean["units"] is units
    nobody = redacted(whole, Withheld(units={("civic", "other"): None}, names=frozenset({"nobody"}))).layers
    assert nobody["facilities"] is facilities


def test_the_manifest_and_the_summary_tell_no_more_than_the_problems(tmp_path) -> None:
    ledger = tmp_path / "a.csv"
    problems = (
        Problem(f"odd: {NAME}", ledger, value=NAME, remedy=NAME),
        Problem(f"odd {NAME}", value=f"{NAME} 7", remedy=f"mend {NAME}"),
        Problem("plain", value=12),
    )
    described = [
        {"what": one.what, "value": one.value, "remedy": one.remedy, "code": "c"} for one in problems
    ]
    change = {"close": {"layer": "civic", "id": "8"}, "year": 2026}
    whole = Result(
        {"warnings": [f"{NAME}!"], "changes": {"applied": [change], "later": 0}},
        pd.DataFrame(),
        {},
        {"problems": described, "parameters": {"scenario": {"name": NAME, "year": 2030}, "speed": 1.2}},
        problems=problems,
    )
    clean = redacted(whole, Withheld(names=frozenset({NAME}), files=frozenset({ledger.resolve()})))
    assert clean.manifest["problems"] == [
        {"what": "odd", "value": None, "remedy": None, "code": "c"},
        {"what": f"odd {MARK}", "value": f"{MARK} 7", "remedy": f"mend {MARK}", "code": "c"},
        {"what": "plain", "value": "12", "remedy": None, "code": "c"},
    ]
    assert clean.manifest["parameters"] == {"scenario": {"name": MARK, "year": 2030}, "speed": 1.2}
    assert clean.summary == {"warnings": [f"{MARK}!"], "changes": {"applied": [change], "later": 0}}
    half = Result({}, pd.DataFrame(), {}, {"problems": described[:1]}, problems=problems)
    with pytest.raises(ValueError, match="zip"):  # none is dropped in silence
        redacted(half, Withheld(names=frozenset({NAME}), standards=frozenset({"any"})))
    bare = Result({"a": 1}, pd.DataFrame(), {}, {})
    assert (redacted(bare, Withheld(standards=frozenset({"any"}))).summary, bare.manifest) == ({"a": 1}, {})


def test_changes_of_a_scenario_keep_what_they_offer_without_name_and_place() -> None:
    """In the order of the scenario each protected place has a number, the same wherever it is changed."""
    hidden, other = {"layer": "civic", "id": "h1"}, {"layer": "civic", "id": "h2"}
    offers = {"beds": 4, "name": NAME, "grade": None, "phone": "1"}
    changes = [
        {"upgrade": {**hidden, "offers": offers}, "year": 2026},
        {"move": {**other, "x": 1.0, "y": 2.0}, "close": None},
        {"close": hidden, "year": 2030},
        {"close": {"layer": "civic", "id": "p"}, "reason": "old"},
    ]
    whole = Result({}, pd.DataFrame(), {}, {"parameters": {"scenario": {"changes": changes}}})
    withheld = Withheld(units={("civic", "h1"): "001", ("civic", "h2"): None})
    clean = redacted(whole, withheld).manifest["parameters"]["scenario"]["changes"]
    first, second = "protected-1", "protected-2"
    assert clean == [
        {
            "upgrade": {
                "layer": "civic",
                "id": first,
                "offers": {"beds": 4, "unit_code": "001", "public": False},
            },
            "year": 2026,
        },
        {"move": {"layer": "civic", "id": second, "offers": {"unit_code": None, "public": False}}},
        {
            "close": {"layer": "civic", "id": first, "offers": {"unit_code": "001", "public": False}},
            "year": 2030,
        },
        changes[3],
    ]


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
        ids=np.array(["c2", "c1"]),
        x=np.array([2.0, 1.0]),
        y=np.array([20.0, 10.0]),
        unit=np.array(["001002", "001001"]),
        open_site=np.array([1, 0]),
        open_type=np.array(["community_centre", "rescue_station"]),
        open_layer=np.array(["civic", "civic"]),
        open_cost=np.array([1.0, 9.0]),
        indptr_0=np.array([0, 1, 3]),
        demand_0=np.array([9, 4, 7]),
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
        assert [arrays[name].tolist() for name in ("x", "y", "unit")] == [[1.0], [10.0], ["001001"]]
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


def candidates_left(withheld: Withheld, *, empty: bool = False) -> list[str] | None:
    """Ids of the layer of candidates of the made-up answer, None where the layer is left out."""
    layer = gpd.GeoDataFrame(
        {"id": ["c1", "c2", "c3"]}, geometry=[shapely.Point(at, at) for at in range(3)], crs="EPSG:4549"
    )
    whole = _siting_result()
    layers = {"candidates": layer[:0] if empty else layer, "other": layer}
    clean = redacted(dataclasses.replace(whole, layers=layers), withheld).layers
    assert clean["other"]["id"].tolist() == ["c1", "c2", "c3"]
    return clean["candidates"]["id"].tolist() if "candidates" in clean else None


def test_candidates_that_only_protected_types_may_use_are_left_out() -> None:
    """Where they stand says where those will be; what may be used by others too, or by nobody, stays."""
    rescue = Withheld(openings=frozenset({("civic", "rescue_station")}))
    assert candidates_left(rescue) == ["c1", "c3"]
    assert candidates_left(Withheld(standards=frozenset({"closed"}))) == ["c1", "c2", "c3"]
    assert candidates_left(rescue, empty=True) == []
    layer = gpd.GeoDataFrame({"id": ["c2"]}, geometry=[shapely.Point(0, 0)], crs="EPSG:4549")
    alone = dataclasses.replace(_siting_result(), layers={"candidates": layer})
    assert "candidates" not in redacted(alone, rescue).layers


def test_a_chosen_scenario_stays_readable_and_without_protected_places_is_left_as_it_is() -> None:
    whole = _siting_result()
    withheld = Withheld(units={("civic", f"new:rescue_station:{ID}"): None})
    data = yaml.safe_load(whole.files["chosen.yaml"])
    data["changes"][0]["open"]["offers"]["name"] = "南桥"
    text = yaml.safe_dump(data, allow_unicode=True).encode()
    left = redacted(dataclasses.replace(whole, files={"chosen.yaml": text}), withheld).files["chosen.yaml"]
    said = left.decode()
    assert "南桥" in said
    assert said.count("1 项变动") == said.count("1 changes") == 1
    assert list(yaml.safe_load(left)) == list(data)
    ordered = {"study": "study.yaml", "changes": data["changes"], "also": 1}
    text = yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False).encode()
    left = redacted(dataclasses.replace(whole, files={"chosen.yaml": text}), withheld).files["chosen.yaml"]
    assert list(yaml.safe_load(left)) == ["study", "changes", "also"]
    other = Withheld(units={("civic", "nobody"): None})
    assert redacted(whole, other).files["chosen.yaml"] == whole.files["chosen.yaml"]
    assert redacted(whole, other).files["siting.npz"] == whole.files["siting.npz"]
    more = dataclasses.replace(whole, files={"notes.txt": NAME.encode()})
    assert redacted(more, withheld).files == {"notes.txt": NAME.encode()}


def test_arrays_of_objects_are_no_arrays_of_ours() -> None:
    """They would be unpickled."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, ids=np.array([{"a": 1}], dtype=object))
    whole = dataclasses.replace(_siting_result(), files={"siting.npz": buffer.getvalue()})
    with pytest.raises(ValueError, match="pickle"):
        redacted(whole, Withheld(standards=frozenset({"closed"})))


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


def test_short_ids_are_withheld_in_every_column_of_ids() -> None:
    columns = (
        "facility",
        "id",
        "site",
        "nearest",
        "shared_with",
        "short",
        "unsure",
        "flagged",
        "facility_ids",
        "example",
    )
    withheld = Withheld(units={("civic", "7"): None})
    found = cleaned(
        withheld, **{name: ["7"] for name in (*columns, "alternative", "code", "chosen")}, count=["7"]
    )
    assert found.iloc[0].tolist() == [MARK] * (len(columns) + 3) + ["7"]
