"""What a run must say of the way to facilities: those that no street reaches, delays at crossings that nothing has."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import coverplan
from coverplan.results.cautions import alarms
from coverplan.text.words import Words
from makers import toyfiles


def test_a_facility_that_no_street_reaches_is_named_and_a_protected_one_counted(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    homes = pd.read_csv(tmp_path / "homes.csv")
    far = homes.iloc[[0, 0]].assign(id=["far", "hidden"], name=["远村站", "内部站"])
    far["y"] += 3_000
    rows = pd.concat([homes, far]).assign(public=["yes", "yes", "no"])
    rows.to_csv(tmp_path / "homes.csv", index=False)
    result = coverplan.run(path, write=False)
    found = [warning for warning in result.summary["warnings"] if warning["code"] == "facility_off_network"]
    assert [(warning["count"], warning["names"]) for warning in found] == [(2, ["远村站"])]
    for language in ("zh", "en"):
        said = alarms(result, Words(language), str)
        assert any("远村站" in sentence and "2" in sentence for sentence in said)
        assert not any("内部站" in sentence for sentence in said)


@pytest.mark.parametrize(("seconds", "codes"), [(60, ["no_crossing"]), (0, [])])
def test_a_delay_at_crossings_without_any_crossing_is_said(
    tmp_path: Path, seconds: int, codes: list[str]
) -> None:
    profile = {"name": "slow", "based_on": "general", "crossing_s": seconds, "source": "counted"}
    standard = {"layer": "elder_care", "minutes": 4, "profile": "slow"}
    path = toyfiles.write_town(tmp_path, scenario={"profiles": [profile], "standards": [standard]})
    result = coverplan.run(path, write=False)
    assert [warning["code"] for warning in result.summary["warnings"]] == codes
