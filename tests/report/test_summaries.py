"""The first pages of the demo, its siting answer and a plan of which most is unknown: what they say, and that it is so.

The results are kept small, as the runs made them: of the layers nothing, of the tables what the page reads. Set
COVERPLAN_WRITE_GOLDEN=1 to write the texts anew.
"""

from __future__ import annotations

import difflib
import os
import re

import pandas as pd
import pytest

from coverplan.report.content import Document, Paragraph, Table
from coverplan.report.front.letter import requests_of
from coverplan.report.labels import Labels
from coverplan.results.result import Result
from coverplan.text.words import LANGUAGES, Words
from makers import toyreport
from makers.summaries import FOLDER, NAMES, page_of, result_of

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")


@pytest.fixture(scope="module", params=NAMES)
def kept(request):
    return request.param, result_of(request.param)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_says_what_was_read_and_approved(kept, language):
    name, result = kept
    found = toyreport.told(page_of(result, language))
    path = FOLDER / f"{name}.{language}.txt"
    if os.environ.get("COVERPLAN_WRITE_GOLDEN") == "1":
        path.write_text(found, encoding="utf-8", newline="\n")
    changes = "\n".join(
        difflib.unified_diff(path.read_text("utf-8").splitlines(), found.splitlines(), lineterm="")
    )
    assert not changes, f"read the difference; if it is right, write it to {path.name}:\n{changes}"


def facts_of(result: Result, words: Words) -> set[str]:
    """Every figure of the result as people write it, counted or added up here and not by the report."""
    found: set[str] = set()

    def amount(value: float) -> None:
        found.update({words.number(value), words.number(value, 1), words.number(value, 2), f"{value:g}"})

    coverage = result.coverage
    for row in coverage.to_dict("records"):
        missing = row["people"] - row["covered"]
        for value in (row["people"], row["covered"], missing, row["off_network"]):
            amount(value)
        parts = [row["covered"], missing, row.get("covered_present"), row.get("covered_before")]
        for part in (part for part in parts if part is not None):
            found.update(NUMBER.findall(words.share(part / row["people"])))
    gaps = result.tables["gaps"].reset_index()
    amount(len(gaps))
    for columns in (["verdict"], ["attribute"], ["attribute", "verdict"]):
        found.update(str(count) for count in gaps.groupby(columns).size())
    binding = gaps[gaps["attribute"] == "binding"]
    judged = binding["verdict"].isin(["met", "not_met", "behind", "on_track"])
    found.update({str(int(judged.sum())), str(int((~judged).sum()))})
    found.add(str(int(binding["verdict"].isin(["not_met", "behind"]).sum())))
    for row in gaps.to_dict("records"):
        for value in (row["present"], row["target"]):
            if value is not None and not pd.isna(value):
                amount(float(value))
    return found | sums_of(result, words)


def sums_of(result: Result, words: Words) -> set[str]:
    """Residents of units that fall short, people in clusters, actions, their costs and how often they are chosen."""
    found: set[str] = set()
    everyone = {
        unit["code"]: next((of["total"]["people"] for of in unit["coverage"].values() if "total" in of), None)
        for unit in result.summary["units"]
    }
    short = result.tables["shortfall"]
    for _, rows in short.groupby("target_id"):
        people = [everyone.get(code) for code in rows["code"]]
        found.add(str(len(rows)))
        if all(one is not None for one in people):
            found.add(words.number(sum(people)))
    found.add(str(short["code"].nunique()))
    if "clusters" in result.tables:
        clusters = result.tables["clusters"]
        found.update(words.number(value) for value in clusters["people"])
        for _, rows in clusters.groupby(["standard", "group"]):
            found.update({words.number(rows["people"].sum()), str(len(rows))})
    if "certainty" in result.tables:
        drawn = result.tables["certainty"]
        drawn = drawn[drawn["verdict"].isin(["met", "on_track", "behind", "not_met"])]
        found.update({str(len(drawn)), str(int((drawn["same"] / drawn["draws"] >= 0.9).sum()))})
    if "actions" in result.tables:
        actions = result.tables["actions"]
        found.add(str(len(actions)))
        for column in ("cost", "people_reached", "year"):
            found.update(f"{value:g}" for value in actions[column].dropna())
            found.update(words.number(value) for value in actions[column].dropna())
        robust = result.tables["siting_robustness"]
        chosen = robust.groupby("action_id")["chosen"].sum()
        of = robust.groupby("action_id").size()
        found.update({str(int((chosen == of).sum())), str(int(of.max()))})
        found.update(str(int(count)) for count in chosen)
        variants = result.tables["siting_variants"]
        for value in [*variants["cost"], result.summary["siting"]["cost"]["total"]]:
            found.add(words.number(value, 2))
        found.update(str(int(count)) for count in variants["actions"])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_first_page_walks_back_to_the_result(kept, language):
    _, result = kept
    words = Words(language)
    known = facts_of(result, words)
    summary = result.summary
    known |= {f"{standard['minutes']:g}" for standard in summary["standards"]} | {"10,000"}
    known |= set(NUMBER.findall(words.date(pd.Timestamp(summary["study"]["as_of"]).date())))
    known |= {
        str(summary["scenario"]["year"]),
        "2030",
        str(int(result.tables["projects"]["opened"].isna().sum())),
    }
    names = [unit["name"] for unit in summary["units"]] + [words.name_of("group", g) for g in GROUPS]
    names += [
        str(row) for row in result.tables["gaps"].reset_index()[["name_zh", "name_en"]].to_numpy().ravel()
    ]
    names += re.findall(
        r"\b[A-Z]+-?T?\d+(?:-\d+)?\b", " ".join(result.tables["gaps"].reset_index()["target_id"])
    )
    names += list(result.tables["actions"]["action_id"]) if "actions" in result.tables else []
    names += [Labels(result, language).standard(standard["key"]) for standard in summary["standards"]]
    names += list(summary["plan"]["names"].values())
    for text in texts_of(page_of(result, language)):
        bare = text
        for name in sorted(names, key=len, reverse=True):
            bare = bare.replace(name, " ")
        assert [number for number in NUMBER.findall(bare) if number not in known] == [], text


GROUPS = ("age_60_plus", "age_80_plus", "age_0_17", "total")


def texts_of(document: Document) -> list[str]:
    """Sentences and cells of the page; places in a list are no numbers of the result."""
    told = [b.text for b in document.blocks if isinstance(b, Paragraph)]
    for table in (b for b in document.blocks if isinstance(b, Table)):
        told += [str(value) for row in table.rows for value in row.values[1:] if value is not None]
    return told


def test_what_is_missing_is_asked_of_who_keeps_it():
    asked = requests_of(result_of("shaoyang-2025"))
    (beds,) = [one for one in asked["elder_care"] if "SY-14" in one.targets]
    assert (beds.reason, beds.what) == ("missing_attribute", "beds")
    (homes,) = asked["statistics"]
    assert (homes.reason, homes.what, homes.targets) == ("missing_register", "households", ["SY-06"])
    centres = [one for one in requests_of(result_of("demo"))["communities"] if "D-14" in one.targets]
    assert [one.targets for one in centres] == [["D-14", "D-15"]]
