"""What a terminal of 80 columns shows of targets: every word of their names whole, and the names that fall short below."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from coverplan.cli.terminal_numbers import print_plan
from coverplan.report.labels import Labels
from makers import summaries


def shown(name: str, language: str, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    result = summaries.result_of(name)
    print_plan(console, result, Labels(result, language))
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", ["demo", "demo-siting"])
def test_no_word_of_a_target_is_broken(name, width):
    told = set(shown(name, "en", width).replace("-", " ").split())
    names = summaries.result_of(name).tables["gaps"]["name_en"]
    words = {word for one in names for word in one.replace("-", " ").split()}
    assert words <= told


def test_names_that_fall_short_stand_below_a_narrow_table_and_beside_a_broad_one():
    narrow, broad = shown("demo", "zh", 80), shown("demo", "zh", 120)
    head = "未达标单位或设施"
    assert narrow.count(head) == broad.count(head) == 1
    below = narrow[narrow.index(head) :].splitlines()
    assert below[0] == head
    assert "街道未成年人保护工作站覆盖率：澄北街道、砚山街道、菱湖湾街道" in {
        line.strip() for line in below[1:]
    }
    assert head in next(line for line in broad.splitlines() if "判定" in line)


def test_targets_name_what_they_are_counted_in_and_no_gap_is_below_zero():
    told = [" ".join(line.split()) for line in shown("demo", "zh", 160).splitlines()]
    assert "养老机构护理型床位占比（%） 48.8 55 6.2 未达标" in told
    assert any(line.endswith("（平方米/百户） 30.3 > 30 超0.3 达标") for line in told)
    later = shown("demo-siting", "en", 160)
    assert "-" not in {word[0] for line in later.splitlines() for word in line.split() if word[-1].isdigit()}
    assert " over" in later
