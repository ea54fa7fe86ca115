"""Rosters and ledgers of the five places against the official lists, the projects and the documents."""

import csv
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from coverplan.plan import library_names, load_plan

pytestmark = pytest.mark.truth

DATA = Path(__file__).parents[2] / "data"
PLACES = {
    "huaibei": "huaibei",
    "xinwu": "xinwu",
    "shaoyang": "shaoyang",
    "jiujiang": "wuhu_jiujiang",
    "yubei": "yubei",
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("place", PLACES)
def test_a_roster_has_the_codes_and_names_of_the_official_lists(place, shared_data):
    roster = {row["code"]: row for row in rows(DATA / "rosters" / f"{place}.csv")}
    official = {}
    for level, parent in (("towns", "areaCode"), ("villages", "streetCode")):
        for row in rows(shared_data / "china_admin" / f"{PLACES[place]}_{level}.csv"):
            official[row["code"]] = (row["name"], row[parent])
    below = {code: (row["name"], row["parent"]) for code, row in roster.items() if len(code) > 6}
    assert below == official
    assert all(not row["parent"] or row["parent"] in roster for row in roster.values())


@pytest.mark.parametrize(
    ("place", "counts"),
    [
        ("huaibei", {"town": 18, "street": 14, "county": 4}),
        ("xinwu", {"street": 6, "community": 119, "village": 7, "county": 1}),
        ("shaoyang", {"town": 113, "township": 53, "street": 36, "county": 12}),
        ("jiujiang", {"town": 4, "street": 5, "county": 1}),
        ("yubei", {"town": 11, "street": 19, "community": 239, "village": 173}),
    ],
)
def test_counts_by_type(place, counts):
    found = Counter(row["type"] for row in rows(DATA / "rosters" / f"{place}.csv"))
    assert {kind: found[kind] for kind in counts} == counts


def test_aliases_lead_to_units_of_the_roster():
    for alias in rows(DATA / "rosters" / "aliases.csv"):
        roster = {row["code"]: row["name"] for row in rows(DATA / "rosters" / f"{alias['place']}.csv")}
        assert roster[alias["code"]] == alias["name"] != alias["written"]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u3000\xa0]+", "", text)


@pytest.mark.parametrize("name", library_names())
def test_what_a_ledger_holds_stands_in_the_document(name, shared):
    ledger = yaml.safe_load((DATA / "ledgers" / name / "ledger.yaml").read_text(encoding="utf-8"))
    text = (shared / "plans" / "documents" / load_plan(name).source.file).read_text(encoding="utf-8")
    lines = text.split("\n")
    cited = [*ledger.get("everywhere", []), *ledger.get("stocks", []), *ledger.get("people", [])]
    cited += [*ledger.get("registers", {}).values(), *ledger.get("reported", {}).values()]
    for entry in cited:
        assert squeezed(entry["printed"]) in squeezed(lines[entry["line"] - 1]), entry
        assert len(entry["printed"]) <= 30
    for entry in cited:
        value = entry.get("value", entry.get("people"))
        if value is not None:
            seen = {Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", entry["printed"])}
            assert {Decimal(str(value)), Decimal(str(value)) / 10_000} & seen, entry


@pytest.mark.parametrize("name", library_names())
def test_named_facilities_stand_near_their_lines(name, shared):
    """The place or name of every row is written at the line that the row names."""
    text = (shared / "plans" / "documents" / load_plan(name).source.file).read_text(encoding="utf-8")
    lines = text.split("\n")
    for row in rows(DATA / "ledgers" / name / "facilities.csv"):
        near = squeezed("".join(lines[int(row["line"]) - 15 : int(row["line"]) + 18]))
        core = (
            squeezed(row["name"]).removesuffix("公益性公墓").removesuffix("提质改造").removesuffix("殡仪馆")
        )
        core = re.sub(r"\(含.*\)", "", core)  # the document breaks off inside this bracket
        parts = re.split(r"街道|(?<=[县区市镇])", core)
        assert core in near or all(part in near for part in parts if part), (row["id"], core)


def test_the_projects_of_shaoyang_are_those_of_its_list(shared):
    listed = {
        row["project_id"]: row
        for row in rows(shared / "plans" / "planned_projects.csv")
        if row["doc_id"] == "SY"
    }
    held: dict[str, list[dict[str, str]]] = {}
    for row in rows(DATA / "ledgers" / "shaoyang-2025" / "facilities.csv"):
        if row["project"]:
            held.setdefault(row["project"], []).append(row)
    assert set(held) == set(listed)
    for project, parts in held.items():
        source = listed[project]
        for ours, theirs in (("invest_total_yi", "invest_total_yi"), ("invest_period_yi", "invest_145_yi")):
            assert sum(Decimal(part[ours]) for part in parts if part[ours]) == Decimal(source[theirs]), (
                project
            )
        stated = "places" if project == "SY-P13" else "beds"
        assert [part[stated] for part in parts if part[stated]] == (
            [source["beds_new"]] if source["beds_new"] else []
        )
        assert {part["opened"] for part in parts} == {source["end_year"]}
    assert len(held["SY-P35"]) == 16  # one cemetery in each of the towns named
