"""The package and its folder named coverage/: every known trap has a test."""

from __future__ import annotations

import os
import pydoc
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import coverplan
from makers.toyfiles import write_town

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "coverage"


def python(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "COVERAGE_"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**clean, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def test_the_folder_has_exactly_one_child_and_is_no_package() -> None:
    assert not (FOLDER / "__init__.py").exists()
    children = [
        p.name for p in FOLDER.iterdir() if p.name != "__pycache__" and not p.name.endswith(".egg-info")
    ]
    assert children == ["coverplan"]


def test_import_coverage_is_coverage_py_even_from_the_root() -> None:
    done = python(
        "-c", "import coverage, numba; print(coverage.Coverage.__name__, coverage.__file__)", cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Coverage ")
    assert str(FOLDER) not in done.stdout


def test_python_m_from_the_root() -> None:
    done = python("-m", "coverplan", "--version", cwd=ROOT)
    assert done.stdout.strip() == f"coverplan {coverplan.__version__}", done.stderr


def test_git_does_not_ignore_the_source() -> None:
    done = subprocess.run(
        ["git", "check-ignore", "coverage/coverplan/__init__.py"], cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode == 128:
        pytest.skip("not a git checkout")
    assert done.returncode == 1


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from coverplan.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "heavy = {'numpy', 'pandas', 'geopandas', 'numba', 'osmnx', 'networkx', 'sklearn', 'matplotlib', 'folium',"
        " 'shapely', 'pydantic', 'scipy', 'rasterio', 'highspy'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = python("-c", code, cwd=ROOT)
    assert done.stderr.strip() == "[]"


def test_importing_the_package_imports_nothing() -> None:
    done = python(
        "-c", "import sys, coverplan; print('numpy' in sys.modules, 'yaml' in sys.modules)", cwd=ROOT
    )
    assert done.stdout.split() == ["False", "False"]


def test_every_public_name_exists() -> None:
    for name in coverplan.__all__:
        assert getattr(coverplan, name) is not None
    with pytest.raises(AttributeError, match="no attribute nothing"):
        coverplan.nothing  # noqa: B018


def test_public_names_are_seen_before_they_are_loaded() -> None:
    code = "import sys, coverplan; print(sorted(set(coverplan.__all__) - set(dir(coverplan))), 'numpy' in sys.modules)"
    assert python("-c", code, cwd=ROOT).stdout.split() == ["[]", "False"]


def test_help_teaches_every_public_name() -> None:
    text = pydoc.plain(pydoc.render_doc(coverplan))
    assert 'coverplan.run("scenarios/demo.yaml", pages=True)' in text
    for name in set(coverplan.__all__) - {"__version__"}:
        assert re.search(rf"^    (class )?{name}\b", text, re.MULTILINE), name
        assert getattr(coverplan, name).__doc__
    assert "maps/<scenario>" in text, "where a run writes"


def test_the_built_wheel_holds_the_package_and_nothing_of_the_folder() -> None:
    """The gate builds the wheel and names it; a checkout alone has none."""
    named = os.environ.get("COVERPLAN_WHEEL")
    if not named:
        pytest.skip("COVERPLAN_WHEEL does not name a built wheel (the gate does)")
    with zipfile.ZipFile(named) as wheel:
        names = wheel.namelist()
    assert "coverplan/py.typed" in names
    assert "coverplan/text/zh.yaml" in names
    assert not [name for name in names if name.startswith("coverage/")]


def test_travel_times_on_the_flat_load_no_tables_and_no_solvers() -> None:
    modules = (
        "snapping.snap",
        "graph",
        "travel",
        "live",
        "snapping.entrances",
        "snapping.audit",
        "speeds.profiles",
    )
    wanted = "; ".join(f"import coverplan.reach.{module}" for module in modules)
    heavy = "pandas", "geopandas", "scipy.sparse", "scipy.spatial", "pyproj", "networkx", "pydantic"
    done = python("-c", f"import sys; {wanted}; print([m for m in {heavy} if m in sys.modules])", cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_check_of_streets_that_are_kept_loads_no_kernel_and_numbers_no_solver_and_no_page(
    tmp_path: Path,
) -> None:
    scenario = str(write_town(tmp_path))
    code = (
        "import sys\n"
        "from coverplan.cli.main import main\n"
        "try:\n    main(['check', *sys.argv[1:]])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "heavy = {'numba', 'scipy', 'sklearn', 'highspy', 'matplotlib', 'folium', 'docx', 'openpyxl', 'jinja2', 'osmium'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    cache = {"COVERPLAN_CACHE": str(tmp_path / "kept")}
    cold = python("-c", code, scenario, cwd=ROOT, **cache)
    assert "numba" not in cold.stderr
    assert "'scipy'" in cold.stderr, "streets are audited when they are read first"
    assert python("-c", code, scenario, cwd=ROOT, **cache).stderr.strip() == "[]"

    run = code.replace(
        "main(['check', *sys.argv[1:]])", "main(['run', *sys.argv[1:], '--numbers-only', '--quiet'])"
    )
    run = run.replace("{'numba', ", "{'coverage', 'networkx', 'osmnx', 'requests', ")
    done = python("-c", run, scenario, "--out", str(tmp_path / "out"), cwd=ROOT, **cache)
    assert done.stderr.strip() == "[]", (
        "what a run of numbers needs is numba, and of numba not what it only looks for"
    )


def test_a_run_begins_before_kernels_solvers_and_pages_are_loaded() -> None:
    heavy = (
        "numba",
        "scipy",
        "sklearn",
        "highspy",
        "matplotlib",
        "folium",
        "docx",
        "openpyxl",
        "jinja2",
        "osmium",
    )
    code = f"import sys, coverplan.cli.terminal, coverplan.pages.paged_run; print([m for m in {heavy} if m in sys.modules])"
    done = python("-c", code, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr


def test_only_numba_is_kept_from_scipy_and_only_while_it_loads() -> None:
    code = (
        "import sys\n"
        "from coverplan.cli.lean_numba import lean_numba\n"
        "with lean_numba():\n"
        "    import numpy as np\n"
        "    from coverplan.reach.kernels._arcs import connected_nodes\n"
        "    ends = np.array([0, 1, 3], dtype=np.int32), np.array([1, 2, 3], dtype=np.int32)\n"
        "    print(connected_nodes(*ends, 4).tolist(), 'scipy' in sys.modules, 'coverage' in sys.modules)\n"
        "    import scipy.linalg, coverage\n"
        "    print('scipy.linalg' in sys.modules, 'coverage' in sys.modules)\n"
        "print(any('lean' in type(finder).__module__ for finder in sys.meta_path))\n"
    )
    done = python("-c", code, cwd=ROOT)
    assert done.stdout.split("\n")[:3] == ["[0, 0, 0, 3] False False", "True True", "False"], done.stderr


def test_no_kernel_multiplies_matrices() -> None:
    """What numba cannot compile where it was loaded without scipy's linear algebra."""
    source = ROOT / "coverage" / "coverplan"
    kernels = [
        file for file in source.rglob("*.py") if "from numba import" in file.read_text(encoding="utf-8")
    ]
    assert len(kernels) > 10
    products = re.compile(r"linalg|\bdot\(|\bvdot\(|matmul| @ ")
    assert [file.name for file in kernels if products.search(file.read_text(encoding="utf-8"))] == []
