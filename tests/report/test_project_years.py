"""Projects by year: what comes late is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import coverplan
from coverplan.report.build import build
from coverplan.report.content import Paragraph, Table
from coverplan.report.labels import Labels
from coverplan.report.tables.gaps import inferred_years
from coverplan.report.tables.ledger import last_year_share, project_years
from makers.volume import gate_only

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


@gate_only
def test_nearly_half_of_the_beds_of_shaoyang_arrive_in_the_last_year_and_the_report_says_so():
    result = coverplan.run(SCENARIOS / "shaoyang-2025.yaml", write=False)
    table = project_years(result, Labels(result, "zh"))
    # 94.01 hundred million yuan and 30,630 beds in all, as the document adds them up
    assert sum(value or 0 for value in table.column("cost")) == 940_100
    assert sum(value or 0 for value in table.column("beds")) == 30_630
    assert table.column("opened") == ["2022", "2023", "2024", "2025", "未定"]
    assert table.column("beds") == [None, 11_260, 5_500, 13_870, None]
    told = "已知床位数的项目共新增床位30,630张，其中13,870张（45.3%）要到2025年才投用。"
    document = build(result, language="zh")
    undated = int(result.tables["projects"]["opened"].isna().sum())
    assert undated > 0
    told += f"另有{undated}个项目未定投用年份，未计入上述数字。"
    assert told in [block.text for block in document.blocks if isinstance(block, Paragraph)]
    [known] = [block for block in document.blocks if isinstance(block, Table) and block.key == "known"]
    assert any("年※" in str(goal) for goal in known.column("target"))
    assert known.note.endswith("※ 原文未写年份，按规划期推定。")
    english = str(last_year_share(result, Labels(result, "en")))
    assert "13,870 (45.3 %) arrive only in 2025" in english
    assert f"Of {undated} more projects the opening year is not known" in english


def test_a_mark_of_inferred_years_is_explained_where_a_row_bears_it(toy):
    labels = Labels(toy, "en")
    assert inferred_years([{"year_basis": "stated"}, {"year_basis": "horizon"}], labels).startswith(" * ")
    assert inferred_years([{"year_basis": "stated"}], labels) == ""


def test_projects_of_one_year_or_of_unknown_beds_say_nothing(toy):
    projects = toy.tables["projects"]
    assert len(projects) == 1
    assert last_year_share(toy, Labels(toy, "en")) is None
    assert len(project_years(toy, Labels(toy, "en")).rows) == 1
    none = replace(toy, tables={**toy.tables, "projects": projects.iloc[:0]})
    assert project_years(none, Labels(none, "en")).rows == ()
