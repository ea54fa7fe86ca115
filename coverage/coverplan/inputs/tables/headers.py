"""What a column's header means: aliases in Chinese and English for the fields of facilities, units and people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from coverplan.inputs.tables.measures import Kind, split_unit, unit_behind_space
from coverplan.text.folding import folded, plain

Aliases = Mapping[str, tuple[str, ...]]


def _aliases(**words: str) -> Aliases:
    return MappingProxyType({field: (field, *text.split()) for field, text in words.items()})


FACILITY: Aliases = _aliases(
    id="编号 编码 机构编号 机构编码 机构代码 设施编号 设施编码 设施代码 站点编号 点位编号 标识 唯一标识 facility_id fid code 番号 施設番号 序号编号 objectid gid uid gml_id osm_id",
    name="名称 机构名称 设施名称 站点名称 单位名称 养老机构名称 点位名称 公墓名称 机构 facility facility_name title 施設名 施設名称 事業所名 nom nombre nome bezeichnung naam denominacion denominazione libelle poi_name",
    name_en="英文名称 英文名 english_name",
    xy="坐标 经纬度 地理坐标 位置坐标 lonlat lnglat coordinates",
    x="经度 東經 东经 x坐标 横坐标 lon lng long longitude easting 経度 x_coord xcoord x_mp_100m x_mp_1km coord_x point_x gps_x longitud longitudine laengengrad längengrad länge geo_lon twd97x twd97_x x_twd97 twd97横坐标 wgs84x wgs84_x wgs84经度 utm_x x_utm este leste x",
    y="纬度 緯度 北纬 y坐标 纵坐标 lat latitude northing y_coord ycoord y_mp_100m y_mp_1km coord_y point_y gps_y latitud latitudine breitengrad breite geo_lat twd97y twd97_y y_twd97 twd97纵坐标 wgs84y wgs84_y wgs84纬度 utm_y y_utm norte y",
    type="类型 类别 机构类型 设施类型 机构类别 设施类别 机构性质类型 种类 category kind facility_type 種別 施設種別 サービス種別 設施類別 tipo typ categorie categoria art fclass amenity",
    functions="功能 服务功能 服务内容 服务项目 业务范围 services service",
    grade="等级 星级 评级 机构等级 级别 评定等级 rating level",
    status="状态 运营状态 运营情况 建设状态 使用状态 现状 营业状态 state 営業状況 运作状态 etat estado",
    unit_code="所属单位代码 单元代码 所属单元代码 行政区划代码 区划代码 行政区代码 区划编码 统计用区划代码 admin_code district_code",
    county="县 区 县区 县(市、区) 区县 县市区 所属区县 所在区县 所属县区 所在县区 行政区 district county 縣市 县市 市县",
    town="镇 街道 乡镇 镇街 镇(街道) 街镇 街道(镇) 乡镇街道 乡镇(街道) 镇乡街道 所属街道 所属镇街 所属乡镇 所在街道 所在乡镇 所在镇街  市区町村 市区町村名 鄉鎮市區別 乡镇市区 区别 "
    "所属镇(街道) 所在镇(街道) 街道名称 乡镇名称 鄉鎮 鄉鎮市區 區域別 town street township",
    village="村 社区 村社区 村居 村(社区) 社区(村) 村(居) 所属社区 所在社区 所属村居 所在村居 所属村社区 社区名称 村名 village community 里 里别 村里 村里别 町丁目 町字",
    serves_units="服务单位代码 服务单元代码 服务范围 服务区域 服务单元 覆盖范围 serves",
    premises_id="场所编号 同址编号 建筑编号 共建编号 premises",
    beds="床位 床位数 总床位 总床位数 养老床位 养老床位数 核定床位 核定床位数 床位总数 设置床位 bed total_beds 床数 总床数 核定床数 核准床数 许可床数 开放床数 開設床數 収容床数 plazas lits betten leitos camas",
    nursing_beds="护理床位 护理型床位 护理床位数 护理型床位数 护理型 其中护理型 其中护理型床位 其中护理床位 nursing_bed",
    places="名额 可容纳人数 容纳人数 服务人数 座位数 日托位 capacity seats 定員 核定人数 收托人数 kapazitaet capacite capacidad plätze plaetze",
    niches="格位总数 穴位总数 墓穴总数 穴位 墓穴数 格位 格位数 墓位 墓位数 穴位数 规划穴位",
    niches_left="剩余穴位 剩余墓穴 剩余格位 剩余墓位 可用穴位 剩余穴位数 剩余格位数",
    staff="工作人员 工作人员数 职工人数 从业人员 员工数 人员数 护理人员 employees 職員数",
    social_workers="社工 社工人数 社工数 社会工作者 持证社工 持证社工人数 驻站社工",
    floor_area_m2="建筑面积 楼地板面积 建筑面积m2 总建筑面积 使用面积 用房面积 floor_area building_area gfa",
    land_m2="占地面积 用地面积 占地 土地面积 land_area site_area",
    cost="投资 总投资 投资额 造价 建设投资 费用 investment",
    opened="开业时间 开业年份 开业日期 成立时间 成立日期 建成时间 建成年份 投用时间 启用年份 投用年份 运营年份 投入使用时间 运营时间 启用时间 建成年月 open_date opening_year",
    closes="停用时间 关闭时间 到期时间 关停时间 closing_year close_date",
    funded="资金落实 是否落实资金 资金是否落实 已落实资金",
    precision="精度 定位精度 坐标精度 位置精度 geocoding_level accuracy",
    public="公开 是否公开 可公开 是否对外公开 对外公开 能否公开 可否公开 是否可公开 公开与否 公开情况 公开属性 is_public",
    source="来源 数据来源 资料来源",
)
UNIT: Aliases = _aliases(
    code="代码 编码 区划代码 行政区划代码 统计用区划代码 行政区代码 区划编码 adcode admin_code unit_code 県コード 市区町村コード 全国地方公共団体コード 村里代码 villcode geocode gid_code insee ags codigo cod",
    name="名称 单位名称 行政区名称 区划名称 乡镇名称 街道名称 村名 村里名称 社区名称 鄉鎮 區域別 名字 unit_name unit 市区町村名 村里 里别 nom nombre nome naam adm_name admin_name",
    type="类型 类别 单位类型 城乡类型 level kind",
    parent="上级 上级代码 上级编码 父级代码 所属代码 parent_code streetcode areacode",
    households="户数 总户数 家庭户数 戶數 住户数 hh setai",
)
PEOPLE: Aliases = _aliases(
    id="编号 编码 网格编号 格网编号 cell cell_id grid_id",
    x=" ".join(FACILITY["x"]),
    y=" ".join(FACILITY["y"]),
    total="人口 总人口 人口数 常住人口 户籍人口 总人数 合计 合計 population pop total_population people pop_total 总计 总计人口 人数 総人口 人口総数 totalpop pop_sum tot_pop residents einwohner habitants poblacion populacao bevolking jinko",
    age_0_14="0-14岁 14岁及以下 0-14岁人口 0~14岁 age0_14 pop_0_14",
    age_0_17="0-17岁 17岁及以下 0-17岁人口 未成年人 未成年人口 儿童人口 children pop_0_17",
    age_60_plus="60岁以上 60岁及以上 60岁及以上人口 60岁以上人口 60+ 60岁及以上老年人 60岁及以上老年人口 60岁及以上老人 60岁及以上人数 60岁以上老年人 60岁以上老年人口 60岁以上老人 60岁以上人数 老年人口 老年人口数 elders pop_60 age_60plus age60plus pop_60_plus",
    age_65_plus="65岁以上 65岁及以上 65岁及以上人口 65岁以上人口 65+ 65岁及以上老年人 65岁及以上老年人口 65岁及以上老人 65岁及以上人数 65岁以上老年人 65岁以上老年人口 65岁以上老人 65岁以上人数 pop_65 age_65plus age65plus pop_65_plus",
    age_80_plus="80岁以上 80岁及以上 80岁及以上人口 80岁以上人口 80+ 80岁及以上老年人 80岁及以上老年人口 80岁及以上老人 80岁及以上人数 80岁以上老年人 80岁以上老年人口 80岁以上老人 80岁以上人数 高龄 高龄人口 pop_80 age_80plus age80plus pop_80_plus",
)
OFFICIAL: Aliases = _aliases(
    code=" ".join(UNIT["code"]),
    county=" ".join(FACILITY["county"]),
    # a bare name is a town's, unless it says another level
    town=" ".join(
        (
            *FACILITY["town"],
            *(name for name in UNIT["name"] if name not in {*FACILITY["county"], *FACILITY["village"]}),
        )
    ),
    village=" ".join(FACILITY["village"]),
    **{group: " ".join(PEOPLE[group]) for group in PEOPLE if group not in {"id", "x", "y"}},
)

#: What is measured in a field; the others are counts.
MEASURED: Mapping[str, Kind] = MappingProxyType({"floor_area_m2": "area", "land_m2": "area", "cost": "money"})

#: Traditional and Japanese forms of the signs that stand in heads, and their simplified ones.
_ALL = frozenset({"总数", "合计", "小计", "总计", "数量", "total", "合計"})
_NOISE = re.compile(r"[\s_*※·:.。:_-]+")


@dataclass(frozen=True, slots=True)
class Header:
    """A header in its parts.

    Parameters
    ----------
    key
        What is compared with the aliases.
    unit
        Unit named in it, or an empty text.
    """

    key: str
    unit: str


def parsed_header(name: str) -> Header:
    """A header without white space, stars, units and brackets."""
    words = plain(name).lower()
    rest, unit = split_unit(re.sub(r"\s+", "", words))
    if not unit:
        rest, unit = unit_behind_space(words)
    return Header(_key(rest), unit)


def recognise(columns: Iterable[str], aliases: Aliases) -> dict[str, list[str]]:
    """Columns that mean each field, in the order of the table; a field with several is not decided here."""
    known = _lookup(aliases)
    found: dict[str, list[str]] = {}
    for column in columns:
        field = _field(column, known)
        if field is not None:
            found.setdefault(field, []).append(column)
    return found


def recognised_count(cells: Iterable[object], aliases: Iterable[Aliases]) -> int:
    """How many cells of a row read like headers of any of the kinds of table."""
    texts = [str(cell) for cell in cells if isinstance(cell, str)]
    return max((len(recognise(texts, kind)) for kind in aliases), default=0)


def _lookup(aliases: Aliases) -> dict[str, str]:
    known: dict[str, str] = {}
    for field, words in aliases.items():
        for word in words:
            known.setdefault(_key(word.lower()), field)
    return known


def _field(column: str, known: Mapping[str, str]) -> str | None:
    """Field of a header: whole, its last part under a merged header, or cut off where a dBase file cuts names."""
    whole = parsed_header(column)
    within = column.endswith("…")  # a reader of layers marks heads that end within a character
    field = None if within else known.get(_key(plain(column).lower())) or known.get(whole.key)
    if field is None and "/" in column:
        heading, last = (parsed_header(part).key for part in column.rsplit("/", 1))
        field = known.get(heading) if last in _ALL else known.get(last)
    if field is None and (within or _was_cut(column)):
        longer = {
            target for word, target in known.items() if word.startswith(whole.key) and word != whole.key
        }
        field = longer.pop() if len(longer) == 1 else None
    return field


def _was_cut(column: str) -> bool:
    """Names of 9 or 10 bytes in one of the encodings may have been cut by a Shapefile."""
    return any(len(column.encode(name, "replace")) in {9, 10} for name in ("utf-8", "gb18030"))


@lru_cache(maxsize=8192)
def _key(text: str) -> str:
    text = re.sub(r"[((][^()()]*[))]$", "", text) or text
    return folded(_NOISE.sub("", text)).replace("周岁", "岁")
