"""Cells as people write them: amounts, years, angles, words, headers."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverplan.inputs.places.angles import parse_angle, split_pair
from coverplan.inputs.tables.amounts import is_blank, parse_amount
from coverplan.inputs.tables.dates import parse_year
from coverplan.inputs.tables.grid import Grid
from coverplan.inputs.tables.header_row import table_of
from coverplan.inputs.tables.headers import FACILITY, OFFICIAL, PEOPLE, UNIT, parsed_header, recognise
from coverplan.inputs.tables.measures import factor, units_of_title
from coverplan.inputs.tables.numerals import chinese_number
from coverplan.inputs.tables.words import STATUS, parts, yes_or_no
from coverplan.text.folding import meaning_of


@pytest.mark.parametrize(
    ("printed", "kind", "value", "rule"),
    [
        (300, "count", 300, None),
        ("300", "count", 300, None),
        ("300张", "count", 300, "unit"),
        ("１２０", "count", 120, "digits"),
        ("1,093", "count", 1093, "thousands"),
        ("１，０９３", "count", 1093, "digits+thousands"),
        ("1.5万", "count", 15_000, "scale"),
        ("1.5万平方米", "area", 15_000, "scale+unit"),
        ("30亩", "area", 20_000, "unit"),
        ("2公顷", "area", 20_000, "unit"),
        ("120万元", "money", 120, "scale+unit"),
        ("5000元", "money", 0.5, "unit"),
        ("2亿元", "money", 20_000, "scale+unit"),
        ("十二", "count", 12, "numeral"),
        ("一千二百张", "count", 1200, "numeral+unit"),
        ("约300张", "count", 300, "about+unit"),
        ("60余张", "count", 60, "about+unit"),
        ("1.5万多平方米", "area", 15_000, "about+scale+unit"),
        ("300以上", "count", 300, "bound"),
        ("-5", "count", -5, None),
    ],
)
def test_amounts(printed, kind, value, rule):
    amount = parse_amount(printed, kind)
    assert (amount.value, amount.rule) == (pytest.approx(value), rule)


def test_a_range_keeps_both_ends():
    assert (parse_amount("300-350张").value, parse_amount("300-350张").high) == (300, 350)
    assert (parse_amount("1.2~1.5万").value, parse_amount("1.2~1.5万").high) == (12_000, 15_000)
    assert parse_amount("350-300") is None


def test_both_ends_of_a_range_are_in_one_unit():
    found = parse_amount("1公顷-2公顷", "area")
    assert (found.value, found.high) == (10_000, 20_000)
    assert parse_amount("300张至350张床").high == 350
    assert parse_amount("3亩-5", "area").high == pytest.approx(5 * 2000 / 3)
    assert [parse_amount(said, "area") for said in ("1亩-2公顷", "100平方米-2亩")] == [None, None]
    assert parse_amount("3-5万元", "money").value == 3


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        (43831, 2020), (43830, 2019), (20_000, 1954), (79_999, 2119), (80_000, None), (19_999, None), ("43831", 2020),
        ("2019年0月", None), ("2019年12月", 2019), ("2019年13月", None), ("201900", None), ("20190132", None),
        ("20190131", 2019), ("2019-01-00", None), (1900, 1900), (1899, None), (2200, 2200), (2201, None), ("民国108年", 2019),
        (float("inf"), None), (True, None),
    ],
)  # fmt: skip
def test_days_and_months_that_do_not_exist_and_the_first_and_last_year(cell, year):
    found = parse_year(cell)
    assert (None if found is None else found.year) == year


def test_what_is_endless_yes_or_a_whole_sentence_is_no_amount():
    endless = float("inf")
    assert [parse_amount(one) for one in (endless, -endless, True, False, " " * 60 + "3")] == [None] * 5
    assert parse_amount(" " * 59 + "3") is not None


@pytest.mark.parametrize(
    "printed",
    [
        "若干",
        "300平方米",
        "1,09",
        "12%",
        "3040 50",
        "1 093",
        "300张/200张",
        True,
        dt.date(2024, 3, 5),
        "9" * 70,
    ],
)
def test_what_is_no_count_is_not_read(printed):
    assert parse_amount(printed, "count") is None


def test_unit_of_the_header_counts_where_the_cell_names_none():
    assert parse_amount("1.2", "area", header_unit="万平方米").value == 12_000
    assert parse_amount(30, "area", header_unit="亩").value == 20_000
    assert parse_amount("800平方米", "area", header_unit="亩").value == 800


@pytest.mark.parametrize(
    "printed", ["", " ", None, "无", "—", "/", "待定", "不详", "NaN", float("nan"), "－"]
)
def test_words_that_say_nothing(printed):
    assert is_blank(printed)


@pytest.mark.parametrize("printed", [0, "0", "无锡", "否"])
def test_zero_and_words_say_something(printed):
    assert not is_blank(printed)


@given(st.one_of(st.text(max_size=70), st.floats(), st.integers(), st.dates()))
def test_no_cell_is_too_odd(cell):
    for parse in (parse_amount, parse_year, parse_angle, split_pair, is_blank):
        parse(cell)


@given(st.integers(0, 10**9))
def test_a_number_reads_the_same_in_every_dress(number):
    wide = str(number).translate({48 + i: 0xFF10 + i for i in range(10)})
    assert (
        parse_amount(f"{number:,}").value
        == parse_amount(wide).value
        == parse_amount(f"{number}张").value
        == number
    )


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        (2019, 2019), ("2019", 2019), ("2019年", 2019), ("2019年5月", 2019), ("2019 年 5 月 1 日", 2019), ("2019.05", 2019),
        ("2019/5/1", 2019), ("201905", 2019), (20190501, 2019), ("民國108年", 2019), ("二〇一九年", 2019), (43586, 2019),
        (dt.date(2019, 5, 1), 2019), ("2025年底", 2025), ("01/05/2019", 2019), ("2019-05-01 00:00:00", 2019),
        ("2019年13月", None), ("19年", None), ("长期", None), (300, None), ("20191340", None), (True, None),
    ],
)  # fmt: skip
def test_years(printed, year):
    found = parse_year(printed)
    assert (found and found.year) == year


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        (121.5, 121.5), ("121.5", 121.5), ("121°30′00″", 121.5), ("121度30分00秒", 121.5), ("东经121°30′", 121.5),
        ("E121.5", 121.5), ("31.2N", 31.2), ("121 30 0", 121.5), ("33.5S", -33.5), ("40485234.5", 40485234.5),
        ("121°61′", None), ("约121", None), ("x", None), (True, None),
    ],
)  # fmt: skip
def test_angles(printed, value):
    found = parse_angle(printed)
    assert (found and found.value) == (None if value is None else pytest.approx(value))


def test_two_coordinates_in_one_cell():
    assert split_pair("(120.35, 31.55)") == ("120.35", "31.55")
    assert split_pair("东经121°30′，北纬31°12′") == ("东经121°30′", "北纬31°12′")
    assert split_pair("120.35") is None


def test_headers_in_chinese_and_english():
    columns = [
        "序号",
        "机构名称",
        "建筑面积（平方米）",
        "占地(亩)",
        "所属镇（街道）",
        "床位数/总数",
        "床位数/护理型",
        "运营 状态",
        "Lon",
        "纬度*",
    ]
    assert recognise(columns, FACILITY) == {
        "name": ["机构名称"], "floor_area_m2": ["建筑面积（平方米）"], "land_m2": ["占地(亩)"], "town": ["所属镇（街道）"],
        "beds": ["床位数/总数"], "nursing_beds": ["床位数/护理型"], "status": ["运营 状态"], "x": ["Lon"], "y": ["纬度*"],
    }  # fmt: skip
    assert recognise(["區域別", "65岁及以上人口"], OFFICIAL) == {
        "town": ["區域別"],
        "age_65_plus": ["65岁及以上人口"],
    }
    assert parsed_header("占地面积（亩）").unit == "亩"


def test_a_name_that_a_shapefile_cut():
    assert recognise(["floor_area"], FACILITY) == {"floor_area_m2": ["floor_area"]}
    assert recognise(["household"], UNIT) == {"households": ["household"]}


def test_words_of_the_vocabulary():
    assert meaning_of(" 在建 ", STATUS) == "building"
    assert meaning_of("已建未运营", STATUS) is None
    assert parts("全托、日托，助餐") == ("全托", "日托", "助餐")
    assert [yes_or_no(word) for word in ("是", "无", "√", "也许")] == [True, False, True, None]


def spelled(number, digits="零一二三四五六七八九", tens=("", "十", "百", "千")):
    """A number as it is spoken in full, by the rules of a school book: below 10,000 in tens, then 万, then 亿."""

    def section(part):
        said, gap = "", False
        for place in (3, 2, 1, 0):
            digit = part // 10**place % 10
            gap = gap or (not digit and bool(said))
            if digit:
                said += ("零" if gap else "") + digits[digit] + tens[place]
                gap = False
        return said

    said = ""
    for mark, worth in (("亿", 10**8), ("万", 10**4), ("", 1)):
        part = number // worth % 10_000
        if part:
            said += ("零" if said and part < 1_000 else "") + section(part) + mark
    return said or "零"


@given(st.integers(0, 10**12 - 1))
def test_every_number_is_read_as_it_is_spoken(number):
    assert chinese_number(spelled(number)) == number
    assert chinese_number(spelled(number, "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"))) == number


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("一百二", 120), ("两千五", 2_500), ("三万六", 36_000), ("一亿二", 120_000_000), ("一百零二", 102), ("二百五十", 250),
        ("百二", 120), ("千五", 1_500), ("万二", 12_000), ("百零五", 105), ("廿", 20), ("廿五", 25), ("卅", 30), ("一百廿", 120),
        ("十五", 15), ("二〇〇", 200), ("百万", None), ("万", None), ("百", None), ("一百二三", None), ("二十百", None), ("", None),
    ],
)  # fmt: skip
def test_the_last_place_may_be_left_unsaid(printed, number):
    assert chinese_number(printed) == number


@given(st.integers(1, 9_999), st.sampled_from("千百"), st.integers(1, 9))
def test_digits_and_a_sign_leave_out_the_last_place_too(many, sign, last):
    worth = {"千": 1_000, "百": 100}[sign]
    first = many % 9 + 1
    assert parse_amount(f"{first}{sign}{last}").value == first * worth + last * worth // 10
    assert parse_amount(f"{many}万{last}").value == many * 10_000 + last * 1_000


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("3千5", "count", 3_500), ("1千0", "count", 1_000), ("3万1010", "count", 31_010), ("2千05", "count", 2_005), ("3万5千", "count", 35_000), ("3亿2000万", "count", 320_000_000), ("2千3张", "count", 2_300),
        ("1\u00a0200", "count", 1_200), ("1\u202f200\u202f000", "count", 1_200_000), ("1 200 000", "count", 1_200_000),
        ("十二亩半", "area", 12.5 * 10_000 / 15), ("3公顷半", "area", 35_000), ("半亩", "area", 5_000 / 15),
    ],
)  # fmt: skip
def test_mixed_numerals_spaces_and_halves(cell, kind, value):
    assert parse_amount(cell, kind).value == pytest.approx(value)


@pytest.mark.parametrize("cell", ["120 150", "1 200", "12 34", "1.2万3", "2万3号", "百来张", "3张半"])
def test_what_could_be_two_numbers_is_none(cell):
    assert parse_amount(cell) is None


@pytest.mark.parametrize(
    ("head", "field", "kind", "worth"),
    [
        ("人口 单位:千人", "total", "people", 1_000), ("Population, thousands", "total", "people", 1_000),
        ("population in thousands", "total", "people", 1_000), ("population (in thousands)", "total", "people", 1_000),
        ("population (persons, thousands)", "total", "people", 1_000), ("pop (× 1,000)", "total", "people", 1_000),
        ("人口（×千人）", "total", "people", 1_000), ("人口（1万人）", "total", "people", 10_000), ("pop in 1000", "total", "people", 1_000),
        ("population (10000 people)", "total", "people", 10_000),
        ("占地面积 ha", "land_m2", "area", 10_000), ("floor area sq m", "floor_area_m2", "area", 1),
        ("land area in hectares", "land_m2", "area", 10_000), ("Cost in million yuan", "cost", "money", 100),
    ],
)  # fmt: skip
def test_units_behind_white_space_and_words(head, field, kind, worth):
    assert recognise([head], PEOPLE if field == "total" else FACILITY) == {field: [head]}
    assert factor(parsed_header(head).unit, kind) == worth


@pytest.mark.parametrize(
    "head", ["人 口", "total beds", "total hh", "population 2000", "村 里", "单 元", "beds (indoor)"]
)
def test_what_is_counted_is_no_unit_behind_white_space(head):
    assert not parsed_header(head).unit


@pytest.mark.parametrize(
    ("head", "kind", "cell", "value"),
    [
        ("常住人口（千人）", "people", 1.2, 1_200), ("人口/百人", "people", "3", 300), ("人口（2020年，万人）", "people", 2, 20_000),
        ("人口（万）", "people", "1.5", 15_000), ("Population (thousand)", "people", "4", 4_000), ("pop ('000)", "people", 4, 4_000),
        ("总投资（千元）", "money", 5_000, 500), ("投资百万元", "money", "3", 300), ("cost (million yuan)", "money", 2, 200),
        ("投资（人民币万元）", "money", 7, 7), ("用地（ha）", "area", 2, 20_000), ("用地（市亩）", "area", 3, 2_000),
        ("面积（千平方米）", "area", 5, 5_000), ("床位数（百张）", "count", "2", 200), ("area_km2", "area", 1, 10**6),
        ("人口万", "people", "1.2", 12_000), ("人口（10^4人）", "people", 2, 20_000), ("人口（10⁴人）", "people", 2, 20_000),
        ("population_000s", "people", 4, 4_000), ("pop_thousands", "people", 4, 4_000), ("投资（仟元）", "money", 3_000, 300),
        ("占地面积（hm²）", "area", 2, 20_000), ("面积（10⁴m²）", "area", 2, 20_000), ("投资（RMB 10k）", "money", 3, 3),
    ],
)  # fmt: skip
def test_units_in_heads(head, kind, cell, value):
    assert parse_amount(cell, kind, header_unit=parsed_header(head).unit).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("人口（户）", "people"), ("投资（万美元）", "money"), ("面积（平方英尺）", "area"), ("老年人口（%）", "people"),
        ("床位（张/千人）", "count"), ("床位数（每千人）", "count"), ("cost (USD million)", "money"), ("服务（人次）", "people"),
        ("人口（家庭）", "people"), ("60岁以上占比", "people"), ("人口密度", "people"), ("population density", "people"),
    ],
)  # fmt: skip
def test_a_unit_of_something_else_in_a_head_is_no_unit_of_this(head, kind):
    unit = parsed_header(head).unit
    assert unit
    assert factor(unit, kind) is None


@pytest.mark.parametrize(
    "head", ["镇（街道）", "县(市、区)", "床位数（核定）", "人口（常住）", "每千人床位", "机构名称"]
)
def test_a_remark_in_a_head_is_no_unit(head):
    assert not parsed_header(head).unit


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [("222万", "万元", 222), ("222万", "元", 222), ("2亿", "万元", 20_000), ("三百万", "万元", 300), ("三百", "万元", 300),
     ("120万元", "千元", 120), ("5千", "千元", 0.5), ("222", "万元", 222), ("222万", "", 222)],
)  # fmt: skip
def test_a_scale_in_the_cell_is_not_multiplied_by_that_of_the_head(cell, unit, value):
    assert parse_amount(cell, "money", header_unit=unit).value == pytest.approx(value)


def test_two_scales_that_cannot_both_be_meant_are_not_read():
    assert parse_amount("5千", "money", header_unit="万元") is None
    assert parse_amount("1.2万", "area", header_unit="亩").value == pytest.approx(8_000_000)


def test_titles_state_units_and_offices_do_not():
    assert units_of_title("单位：千人") == ("千人",)
    assert units_of_title("2020年 常住人口 （单位：万人、万元）") == ("万人", "万元")
    assert units_of_title("填报单位：民政局") == ()


@pytest.mark.parametrize(
    ("head", "kind", "name", "times"),
    [
        ("造价（港币万元）", "money", "造价", None),
        ("投资（美金）", "money", "投资", None),
        ("投资（含税亿元）", "money", "投资", 10_000),
        ("人口（七普万人）", "count", "人口", 10_000),
        ("人口×1000", "count", "人口", 1_000),
        ("床位（每千人）", "count", "床位", None),
        ("面积x2", "area", "面积x2", 1),
    ],
)
def test_scales_behind_remarks_and_money_of_other_countries(head, kind, name, times):
    parsed = parsed_header(head)
    assert parsed.key == name
    assert factor(parsed.unit, kind) == times


@pytest.mark.parametrize(
    "word",
    ["总計", "合计/Total", "Sum total", "全区共2家", "∑", "Σ", "全村", "中位数", "最大值", "All", "Overall"],
)
def test_rows_of_totals_and_of_other_figures_are_no_places(word):
    body = [["编号", "名称", "街道", "床位"], ["1", "甲院", "东街道", 3], ["", word, "", 7]]
    table = table_of(Grid("表", body))
    assert [row.kind for row in table.set_aside] == ["total"]


@pytest.mark.parametrize(
    "name", ["全家福养老院", "总工会疗养院", "Allambie Home", "全福院", "累积善堂", "价值养老院"]
)
def test_names_with_signs_of_totals_are_places(name):
    table = table_of(Grid("表", [["编号", "名称", "街道", "床位"], ["1", name, "东街道", 3]]))
    assert not table.set_aside


def test_yes_and_no_in_more_words_and_as_numbers_of_a_workbook():
    assert [yes_or_no(word) for word in ("1.0", "T", "对", "sim", "oui")] == [True] * 5
    assert [yes_or_no(word) for word in ("0.0", "F", "没有", "非", "不是", "não", "nein")] == [False] * 7
    assert yes_or_no("暂不清楚") is None


@pytest.mark.parametrize(
    ("printed", "year"), [("1899", None), ("1900", 1900), ("2200", 2200), ("2201", None)]
)
def test_years_of_which_ledgers_may_speak(printed, year):
    found = parse_year(printed)
    assert (None if found is None else found.year) == year
