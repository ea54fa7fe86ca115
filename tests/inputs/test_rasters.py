"""People from rasters, counted as rasterio and exactextract count them; heights between the cells."""

import json
import tracemalloc
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import rasterio
import shapely
import yaml
from affine import Affine
from exactextract import exact_extract
from rasterio.features import geometry_mask
from scipy.ndimage import map_coordinates

from coverplan.errors import Problems
from coverplan.inputs.rasters import heights, population_cells
from coverplan.inputs.rasters.heights import noise_m, read_elevation
from coverplan.inputs.rasters.population_cells import read_population_raster
from coverplan.scenario.study_file import Population

CRS = "EPSG:32650"
GRID = Affine(100, 0, 500_000, 0, -100, 3_500_000)
SHAPE = {"count": 1, "dtype": "int32", "height": 6, "width": 8}
DEGREES = Affine(1 / 1200, 0, 117.0, 0, -1 / 1200, 31.0)


def write(
    path: Path, *bands, transform=GRID, crs: str | None = CRS, nodata=None, descriptions=(), **profile
) -> Path:
    stack = np.stack([np.asarray(band) for band in bands])
    kind = {
        "dtype": stack.dtype,
        "count": len(stack),
        "height": stack.shape[1],
        "width": stack.shape[2],
        **profile,
    }
    with rasterio.open(
        path, "w", driver="GTiff", crs=crs, transform=transform, nodata=nodata, **kind
    ) as target:
        target.write(stack)
        for number, text in enumerate(descriptions, start=1):
            target.set_band_description(number, text)
    return path


def read(path: Path, bands, *, notes=(), crs=CRS, **options):
    problems = Problems()
    cells = read_population_raster(path, bands, crs=crs, problems=problems, **options)
    assert [problem.code for problem in problems] == list(notes), [problem.text() for problem in problems]
    assert cells is not None
    return cells


def refused(path: Path, bands=None, **options):
    problems = Problems()
    assert read_population_raster(path, bands or {"total": 1}, crs=CRS, problems=problems, **options) is None
    assert problems.errors
    return [(problem.code, problem.field, problem.value) for problem in problems]


def test_cells_with_people_become_points_at_their_centres(tmp_path):
    total = np.array([[0, 1.5, -1], [2, 0, 8]], dtype=np.float32)
    old = np.array([[0, 0.5, -1], [0, 0, 8]], dtype=np.float32)
    path = write(tmp_path / "p.tif", total, old, nodata=-1, descriptions=("all", "60+"))
    cells = read(path, {"total": 1, "age_60_plus": "60+"})
    assert cells.ids.tolist() == ["r0c1", "r1c0", "r1c2"]
    assert cells.x.tolist() == [500_150, 500_050, 500_250]
    assert cells.y.tolist() == [3_499_950, 3_499_850, 3_499_850]
    assert cells.groups["total"].tolist() == [1.5, 2, 8]
    assert cells.groups["age_60_plus"].tolist() == [0.5, 0, 8]
    assert cells.cell_m == pytest.approx(100)


def test_ids_ascend_in_the_order_of_the_cells(tmp_path):
    cells = read(write(tmp_path / "p.tif", np.ones((12, 101), dtype=np.uint8)), {"total": 1})
    assert cells.ids[0] == "r00c000"
    assert cells.ids[-1] == "r11c100"
    assert sorted(cells.ids.tolist()) == cells.ids.tolist()


def test_degrees_are_projected_and_never_resampled(tmp_path):
    people = np.random.default_rng(1).gamma(0.3, 20, (40, 50))
    path = write(tmp_path / "p.tif", people, transform=DEGREES, crs="EPSG:4326")
    cells = read(path, {"total": 1})
    assert cells.groups["total"].sum() == pytest.approx(people.sum(), rel=1e-12)
    lon, lat = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(cells.x, cells.y)
    row = ((31 - lat) * 1200).astype(int)
    column = ((lon - 117) * 1200).astype(int)
    np.testing.assert_array_equal(cells.groups["total"], people[row, column])
    # 3 seconds of arc at 31 N: 92.4 m of meridian, 79.6 m of parallel.
    assert cells.cell_m == pytest.approx((92.4 * 79.6) ** 0.5, rel=2e-3)


def test_strips_windows_and_scales_change_nothing(tmp_path, monkeypatch):
    people = np.random.default_rng(2).poisson(0.7, (64, 48)).astype(np.int16)
    path = write(tmp_path / "p.tif", people)
    whole = read(path, {"total": 1})
    monkeypatch.setattr(population_cells, "_CELLS_AT_ONCE", 100)
    strips = read(path, {"total": 1})
    assert strips.ids.tolist() == whole.ids.tolist()
    np.testing.assert_array_equal(strips.groups["total"], whole.groups["total"])
    with rasterio.open(path, "r+") as target:
        target.scales = (0.5,)
        target.offsets = (0.0,)
    np.testing.assert_array_equal(read(path, {"total": 1}).groups["total"], whole.groups["total"] / 2)


def test_bounds_choose_whole_cells(tmp_path):
    path = write(tmp_path / "p.tif", np.ones((60, 60)), transform=DEGREES, crs="EPSG:4326")
    cells = read(path, {"total": 1}, bounds_lonlat=(117.0101, 30.9799, 117.0199, 30.9901))
    lon, lat = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(cells.x, cells.y)
    within = (lon > 117.0101) & (lon < 117.0199) & (lat > 30.9799) & (lat < 30.9901)
    assert within.sum() == 12 * 12
    assert len(lon) <= 16 * 16
    assert refused(path, bounds_lonlat=(10, 10, 11, 11))[0][0] == "no_overlap"


def test_negative_counts_are_named_with_row_and_column(tmp_path):
    people = np.ones((3, 4))
    people[2, 1], people[0, 3] = -99999, np.inf
    path = write(tmp_path / "p.tif", people)
    assert refused(path) == [
        ("negative_population", "total: row 0, column 3 (from 0)", np.inf),
        ("negative_population", "total: row 2, column 1 (from 0)", -99999.0),
    ]
    everywhere = write(tmp_path / "n.tif", -np.ones((30, 30)))
    found = refused(everywhere)
    assert len(found) == 11
    problems = Problems()
    read_population_raster(everywhere, {"total": 1}, crs=CRS, problems=problems)
    assert "900 counts in all" in list(problems)[-1].what


def test_a_group_without_data_beside_people_is_said(tmp_path):
    path = write(tmp_path / "p.tif", np.array([[4.0, 2.0]]), np.array([[np.nan, 1.0]]))
    cells = read(path, {"total": 1, "age_60_plus": 2}, notes=("partial_data",))
    assert cells.groups["age_60_plus"].tolist() == [0, 1]


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_rasters_that_cannot_be_used(tmp_path):
    assert refused(tmp_path / "gone.tif")[0][0] == "missing_file"
    (tmp_path / "text.tif").write_text("no raster")
    assert refused(tmp_path / "text.tif")[0][0] == "broken_file"
    bare = write(tmp_path / "bare.tif", np.ones((2, 2)), crs=None)
    assert refused(bare)[0][0] == "missing_crs"
    fine = write(tmp_path / "fine.tif", np.ones((2, 2)))
    assert refused(fine, {"total": 1, "old": 2, "young": "0-14"}) == [
        ("missing_band", "population.groups.old", 2),
        ("missing_band", "population.groups.young", "0-14"),
    ]
    assert refused(write(tmp_path / "zero.tif", np.zeros((2, 2))))[0][0] == "empty_layer"


@pytest.mark.truth
def test_sums_equal_those_of_rasterio_and_exactextract(tmp_path):
    random = np.random.default_rng(7)
    people = random.gamma(0.4, 10, (80, 90)).astype(np.float32)
    people[random.random(people.shape) < 0.3] = -9999
    path = write(tmp_path / "p.tif", people, nodata=-9999)
    cells = read(path, {"total": 1})
    with rasterio.open(path) as source:
        masked = source.read(1, masked=True)
    assert cells.groups["total"].sum() == pytest.approx(float(masked.sum(dtype=np.float64)), rel=1e-12)

    along_cells = shapely.box(501_000, 3_495_000, 506_000, 3_498_000)
    slanted = shapely.Polygon([(500_730, 3_493_120), (508_110, 3_494_870), (504_020, 3_499_550)])
    zones = gpd.GeoDataFrame({"zone": ["along", "slanted"]}, geometry=[along_cells, slanted], crs=CRS)
    exact = exact_extract(str(path), zones, ["sum"], include_cols=["zone"], output="pandas").set_index(
        "zone"
    )["sum"]
    for zone, shape in zip(zones["zone"], zones.geometry, strict=True):
        ours = cells.groups["total"][shapely.contains_xy(shape, cells.x, cells.y)].sum()
        outside = geometry_mask([shape], people.shape, GRID)
        assert ours == pytest.approx(float(masked[~outside].sum(dtype=np.float64)), rel=1e-9)
        if zone == "along":
            assert ours == pytest.approx(exact[zone], rel=1e-9)
        else:
            # Where the border cuts cells, points and shares of area differ by less than the people of cut cells.
            squares = shapely.box(cells.x - 50, cells.y - 50, cells.x + 50, cells.y + 50)
            share = shapely.area(shapely.intersection(squares, shape)) / 1e4
            assert (cells.groups["total"] * share).sum() == pytest.approx(exact[zone], rel=1e-6)
            cut = (share > 0) & (share < 1)
            assert abs(ours - exact[zone]) < cells.groups["total"][cut].sum()
            assert abs(ours - exact[zone]) / exact[zone] < 0.05


def ground(path: Path, heights, **options):
    problems = Problems()
    elevation = read_elevation(
        write(path, heights, **options.pop("profile", {})), problems=problems, **options
    )
    return elevation, [problem.code for problem in problems]


def test_heights_on_a_ramp_are_those_of_the_ramp(tmp_path):
    row, column = np.mgrid[0:20, 0:30]
    elevation, codes = ground(tmp_path / "d.tif", (3.0 * column - 2.0 * row + 100).astype(np.float32))
    assert codes == []
    random = np.random.default_rng(3)
    x, y = random.uniform(500_050, 502_950, 200), random.uniform(3_498_050, 3_499_950, 200)
    expected = 3 * ((x - 500_050) / 100) - 2 * ((3_499_950 - y) / 100) + 100
    np.testing.assert_allclose(elevation.heights(x, y, CRS), expected, atol=1e-4)
    lon, lat = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(x, y)
    np.testing.assert_allclose(elevation.heights(lon, lat, "EPSG:4326"), expected, atol=1e-4)


def test_heights_are_unknown_outside_and_beside_gaps(tmp_path):
    heights = np.full((4, 4), 7, dtype=np.int16)
    heights[1, 1] = -32768
    elevation, _ = ground(tmp_path / "d.tif", heights, profile={"nodata": -32768}, unit="dm")
    at = elevation.heights(
        np.array([500_020.0, 500_160, 500_350, 499_990]),
        np.array([3_499_990.0, 3_499_840, 3_499_650, 3_499_800]),
        CRS,
    )
    np.testing.assert_allclose(at, [0.7, np.nan, 0.7, np.nan], rtol=1e-6)


def test_elevation_that_does_not_cover_the_area(tmp_path):
    profile = {"transform": DEGREES, "crs": "EPSG:4326"}
    heights = np.ones((60, 60), dtype=np.float32)
    assert (
        ground(tmp_path / "a.tif", heights, profile=profile, bounds_lonlat=(117.01, 30.96, 117.03, 30.98))[1]
        == []
    )
    half, codes = ground(
        tmp_path / "a.tif", heights, profile=profile, bounds_lonlat=(117.02, 30.96, 117.08, 30.98)
    )
    assert half is not None
    assert codes == ["partial_elevation"]
    assert ground(tmp_path / "a.tif", heights, profile=profile, bounds_lonlat=(10, 10, 11, 11)) == (
        None,
        ["no_overlap"],
    )
    assert ground(tmp_path / "a.tif", heights * np.nan, profile=profile) == (None, ["empty_layer"])


@pytest.mark.truth
def test_heights_of_a_real_city(shared_data):
    path = shared_data / "poa/poa_elevation.tif"
    problems = Problems()
    elevation = read_elevation(path, problems=problems, bounds_lonlat=(-51.24, -30.08, -51.17, -30.02))
    assert [problem.code for problem in problems] == ["heights_smoothed"]  # whole metres
    with rasterio.open(path) as source:
        whole, t = source.read(1).astype(float), source.transform
    random = np.random.default_rng(4)
    lon, lat = random.uniform(-51.24, -51.17, 500), random.uniform(-30.08, -30.02, 500)
    row, column = (lat - t.f) / t.e - 0.5, (lon - t.c) / t.a - 0.5
    expected = map_coordinates(whole, [row, column], order=1)
    moved = elevation.heights(lon, lat, "EPSG:4326") - expected
    assert abs(moved.mean()) < 0.05
    assert np.quantile(np.abs(moved), 0.95) < 1.5
    assert elevation.height_m.shape < whole.shape


def undeclared(tmp_path, values, *, people=50, nodata=None):
    """One cell of people on a raster full of some value; what is said of it, and the cells."""
    cells = np.full((30, 30), values)
    cells[4, 5] = people
    problems = Problems()
    found = read_population_raster(
        write(tmp_path / "p.tif", cells), {"total": 1}, crs=CRS, problems=problems, nodata=nodata
    )
    return [(problem.code, problem.severity) for problem in problems], found


@pytest.mark.parametrize(
    "value",
    [
        *(np.iinfo(kind).max for kind in ("uint8", "uint16", "int16", "uint32", "int32")),
        np.float32(3.4028235e38),
        np.float32(1e20),
        np.float64(9_999),
        np.uint16(65_534),
        np.float64(99_999_999),
        np.float32(255),
    ],
)
def test_a_mark_for_no_data_is_no_number_of_people(tmp_path, value):
    kind = {255: "uint8", 65_535: "uint16", 32_767: "int16", 2**32 - 1: "uint32", 2**31 - 1: "int32"}
    typed = np.dtype(kind[value]).type(value) if isinstance(value, int) else value
    said, found = undeclared(tmp_path, typed)
    assert found is None
    assert said == [("undeclared_nodata", "error")]
    said, found = undeclared(tmp_path, typed, nodata=float(typed))
    assert said == []
    assert found.groups["total"].tolist() == [50]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_may_be_said_to_be_no_data(tmp_path, value):
    written = yaml.safe_load(f"nodata: {yaml.safe_dump(float(value))}")["nodata"]
    source = Population(file="p.tif", base="resident", groups={"total": 1}, nodata=written)
    kept = json.loads(json.dumps(source.model_dump(mode="json"), allow_nan=False))  # as a result keeps it
    nodata = Population.model_validate(kept).nodata
    np.testing.assert_equal((nodata, source.nodata), (value, value))
    said, found = undeclared(tmp_path, np.float32(value), nodata=nodata)
    assert said == []
    assert found.groups["total"].tolist() == [50]


def test_counts_that_happen_to_be_large_are_counts(tmp_path):
    assert undeclared(tmp_path, np.uint8(200))[1].groups["total"].sum() == 200 * 899 + 50
    many = np.random.default_rng(0).integers(0, 255, (30, 30)).astype(np.uint8)
    many[0, 0], many[3, 3] = 255, 254
    assert read(write(tmp_path / "m.tif", many), {"total": 1}).groups["total"].sum() == many.sum(dtype=int)
    many[1, :3] = 255  # counts cut off at the end of their type, or no data: nobody can tell
    read(write(tmp_path / "m.tif", many), {"total": 1}, notes=("undeclared_nodata",))
    said, found = undeclared(tmp_path, np.uint8(255), nodata=-1)
    assert said == []
    assert found.groups["total"].sum() == 255 * 899 + 50


@pytest.mark.parametrize(
    ("stored", "said"),
    [(1e20, 1.00000002e20), (1e20, 1e20), (-3.4e38, -3.4e38), (-3.4028235e38, -3.4e38), (-9_999.9, -9_999.9)],
)
def test_a_mark_is_known_as_a_band_of_32_bits_holds_it(tmp_path, stored, said):
    found = undeclared(tmp_path, np.float32(stored), nodata=said)[1]
    assert found.groups["total"].tolist() == [50]


def test_what_nobody_can_be_is_refused_whatever_else_is_declared(tmp_path):
    assert undeclared(tmp_path, np.float32(1e20), nodata=-1) == ([("undeclared_nodata", "error")], None)
    said, found = undeclared(tmp_path, np.int16(128))
    assert said == [("undeclared_nodata", "warning")]
    assert found.groups["total"].sum() == 128 * 899 + 50


def test_numbers_that_resampling_leaves_below_zero_are_nobody(tmp_path):
    people = np.full((5, 5), 2.0)
    people[1, 1] = -1e-7
    assert read(write(tmp_path / "p.tif", people), {"total": 1}, notes=("rounded_to_nobody",)).x.size == 24
    people[1, 1] = -0.3
    assert refused(write(tmp_path / "p.tif", people))[0][0] == "negative_population"


def test_more_people_than_live_anywhere_are_doubted(tmp_path):
    assert read(write(tmp_path / "p.tif", np.full((3, 3), 2_900.0)), {"total": 1}).x.size == 9
    read(write(tmp_path / "p.tif", np.full((3, 3), 3_100.0)), {"total": 1}, notes=("too_dense",))


@pytest.mark.parametrize(
    ("value", "kind"), [(-32_768, "int16"), (65_535, "uint16"), (-3.4e38, "float32"), (-9_999, "float32")]
)
def test_numbers_that_are_no_heights_are_unknown(tmp_path, value, kind):
    heights = np.full((20, 20), 50, dtype=kind)
    heights[:, 7] = value
    elevation, codes = ground(tmp_path / "d.tif", heights)
    assert codes == ["no_height"]
    assert np.isnan(elevation.height_m[:, 7]).all()
    assert (np.delete(elevation.height_m, 7, axis=1) == 50).all()


@pytest.mark.parametrize("value", [0, -1, 255, 8_888])
def test_a_number_far_from_all_other_heights_is_a_mark(tmp_path, value):
    ramp = np.linspace(500, 700, 400).reshape(20, 20).astype(np.float32)
    marked = ramp.copy()
    marked[::3, 7] = value
    elevation, codes = ground(tmp_path / "d.tif", marked)
    assert codes == ["height_apart"]
    np.testing.assert_array_equal(np.isnan(elevation.height_m), marked == value)
    assert ground(tmp_path / "r.tif", ramp)[1] == []
    shore = np.maximum(ramp - 600, 0)  # a sea, and land that rises from it
    assert ground(tmp_path / "s.tif", shore)[1] == []


def test_feet_are_a_unit_of_heights(tmp_path):
    metres = ground(tmp_path / "m.tif", np.full((9, 9), 100, dtype=np.float32))[0].height_m
    feet = ground(tmp_path / "f.tif", np.full((9, 9), 100 / 0.3048, dtype=np.float32), unit="ft")[0].height_m
    np.testing.assert_allclose(feet, metres, rtol=1e-6)


def test_grids_of_text_and_erdas_files_are_read_as_their_geotiff(tmp_path):
    people = np.random.default_rng(4).poisson(3.0, (6, 8)).astype(np.int32)
    expected = read(write(tmp_path / "p.tif", people), {"total": 1})
    with rasterio.open(tmp_path / "p.img", "w", driver="HFA", crs=CRS, transform=GRID, **SHAPE) as target:
        target.write(people, 1)
    rows = "\n".join(" ".join(map(str, row)) for row in people.tolist())
    head = "ncols 8\nnrows 6\nxllcorner 500000\nyllcorner 3499400\ncellsize 100\nNODATA_value -9999\n"
    (tmp_path / "p.asc").write_text(head + rows)
    assert refused(tmp_path / "p.asc")[0][0] == "missing_crs"
    for path, said in ((tmp_path / "p.img", {}), (tmp_path / "p.asc", {"said_crs": CRS})):
        cells = read(path, {"total": 1}, **said)
        assert cells.ids.tolist() == expected.ids.tolist()
        np.testing.assert_allclose(cells.x, expected.x)
        np.testing.assert_array_equal(cells.groups["total"], expected.groups["total"])
    (tmp_path / "p.asc").write_text("GDAL_WMS")
    assert refused(tmp_path / "p.asc", said_crs=CRS)[0][0] == "broken_file"
    assert refused(tmp_path / "p.nc")[0][0] == "missing_file"
    (tmp_path / "p.nc").write_bytes(b"CDF")
    assert refused(tmp_path / "p.nc")[0][0] == "broken_file"


def test_a_grid_is_not_bent_to_another_datum(tmp_path):
    path = write(tmp_path / "p.tif", np.ones((3, 3)))
    assert refused(path, datum="gcj02")[0][0] == "raster_shifted"
    assert read(path, {"total": 1}, datum="cgcs2000").x.size == 9


def test_the_errors_of_heights_are_told_from_hills(tmp_path):
    random = np.random.default_rng(5)
    row, column = np.mgrid[0:200, 0:200]
    hills = 40 * np.sin(row / 15) + 30 * np.cos(column / 20) + 0.2 * row
    profile = {"transform": Affine(30, 0, 500_000, 0, -30, 3_500_000)}
    smooth, codes = ground(tmp_path / "h.tif", hills.astype(np.float32), profile=profile)
    assert codes == []
    np.testing.assert_array_equal(smooth.height_m, hills.astype(np.float32))
    for size in (1.0, 3.0):
        errors = random.normal(0, size, hills.shape)
        assert noise_m(hills + errors) == pytest.approx(size, rel=0.05)
        rough, codes = ground(tmp_path / "h.tif", (hills + errors).astype(np.float32), profile=profile)
        assert codes == ["heights_smoothed"]
        level, _ = ground(tmp_path / "l.tif", (100 + errors).astype(np.float32), profile=profile)
        feigned = np.diff(level.height_m, axis=1) / 30
        assert feigned.std() == pytest.approx(0.005, rel=0.15)
        inner = np.s_[10:-10, 10:-10]
        assert np.abs(rough.height_m - hills)[inner].mean() < size / 2


def test_unevenness_is_that_of_a_convolution():
    from scipy.ndimage import convolve

    height_m = np.random.default_rng(3).normal(500, 200, (40, 25))
    height_m[7, 9] = np.nan
    expected = convolve(height_m, heights._UNEVEN, mode="nearest")[1:-1, 1:-1]
    assert np.array_equal(heights._uneven(height_m), expected, equal_nan=True)


def test_more_people_of_a_group_than_people_are_doubted_as_in_tables(tmp_path):
    people = np.full((4, 5), 40.0, dtype=np.float32)
    older = np.full((4, 5), 40.9, dtype=np.float32)  # rounded apart: within one person
    assert len(read(write(tmp_path / "a.tif", people, older), {"total": 1, "age_60_plus": 2}).x) == 20
    older[2, 3], older[1, 1] = 55, 41.5
    problems = Problems()
    path = write(tmp_path / "b.tif", people, older)
    cells = read_population_raster(path, {"total": 1, "age_60_plus": 2}, crs=CRS, problems=problems)
    assert len(cells.x) == 20
    assert [(one.severity, one.code, one.field, one.value) for one in problems] == [
        ("warning", "more_than_total", "age_60_plus: row 2, column 3 (from 0)", "55 > 40")
    ]
    assert len(read(write(tmp_path / "c.tif", older), {"age_60_plus": 1}).x) == 20


def test_cells_are_read_in_little_memory(tmp_path, monkeypatch):
    """Two bands, a place and a row and column need 40 bytes a cell; what is read strip by strip is not kept beside them."""
    people = np.random.default_rng(1).uniform(1, 40, (600, 500)).astype(np.float32)
    path = write(tmp_path / "p.tif", people, people / 4)
    monkeypatch.setattr(population_cells, "_CELLS_AT_ONCE", 10_000)
    read(path, {"total": 1, "age_60_plus": 2})
    tracemalloc.start()
    cells = read(path, {"total": 1, "age_60_plus": 2})
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(cells.x) == 300_000
    assert kept < 45 * 300_000
    assert most < 75 * 300_000
    np.testing.assert_array_equal(cells.groups["total"], people.ravel().astype(np.float64))


@pytest.mark.parametrize("side", [(8, 4_000_016), (220_000, 220_000)])
def test_a_raster_that_declares_more_cells_than_any_country_is_refused_unread(tmp_path, side):
    path = tmp_path / "large.tif"
    rows, columns = side
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="uint8", crs=CRS, transform=GRID,
        sparse_ok=True, tiled=True, blockxsize=8192, blockysize=8192, BIGTIFF="YES",
    ):  # fmt: skip
        pass  # nothing is written: a file of some kilobytes
    assert refused(path) == [("broken_file", None, None)]
    assert read_elevation(path, problems=Problems()) is None
