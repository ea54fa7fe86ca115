"""The floor plan: rooms, who uses whom, and what is open to others."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "coverage" / "coverplan"
MOST_LINES = 450
MOST_MODULES = 22


@pytest.fixture(scope="module")
def rooms():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import rooms
    finally:
        sys.path.pop(0)
    return rooms


@pytest.fixture(scope="module")
def imports(rooms):
    return rooms.module_imports()


def test_the_picture_is_drawn_from_the_imports_of_today(rooms, imports):
    drawn = rooms.picture(rooms.room_arrows(imports))
    assert rooms.PICTURE.read_text(encoding="utf-8") == drawn, "run: python tools/rooms.py"


def test_every_room_says_what_it_is_for_and_what_others_use(rooms, imports):
    opened = rooms.open_modules(imports)
    for file in SOURCE.rglob("__init__.py"):
        package = rooms.module_name(file)
        if package == "coverplan":
            continue
        assert file.read_text(encoding="utf-8").startswith('"""'), package
        assert rooms.said_open(file.parent) == opened.get(package, set()), f"{package}: python tools/rooms.py"


def test_no_room_is_used_from_below(rooms, imports):
    level = {name: at for at, names in enumerate(rooms.layers()) for name in names}
    for room, used in rooms.room_arrows(imports).items():
        assert all(level[below] > level[room] for below in used), room


def test_nothing_inside_imports_the_front_door(imports):
    """`coverplan.__init__` is for users; rooms import rooms."""
    inside = {name: used for name, used in imports.items() if name not in {"coverplan", "coverplan.__main__"}}
    assert [name for name, used in inside.items() if "coverplan" in used] == []


def test_the_reader_of_imports_sees_every_form(rooms, tmp_path):
    text = (
        "from typing import TYPE_CHECKING\nimport coverplan.units\nfrom coverplan import errors\n"
        "def late():\n    from coverplan.reach.matrix import Reach\n"
        "if TYPE_CHECKING:\n    from coverplan.maps.colours import X\n"
    )
    file = tmp_path / "some.py"
    file.write_text(text)
    known = {"coverplan.units", "coverplan.errors", "coverplan.reach.matrix", "coverplan.maps.colours"}
    assert set(rooms.imported(file, known)) == known - {"coverplan.maps.colours"}


def test_modules_are_short_and_folders_small():
    long = {str(p.relative_to(SOURCE)): n for p in SOURCE.rglob("*.py") if (n := lines(p)) > MOST_LINES}
    assert long == {}
    for folder in {p.parent for p in SOURCE.rglob("*.py")}:
        modules = [p for p in folder.glob("*.py") if p.name != "__init__.py"]
        assert len(modules) <= MOST_MODULES, folder


def test_the_first_look_is_a_table_of_contents():
    entries = [p for p in SOURCE.iterdir() if p.name != "__pycache__"]
    assert len([p for p in entries if p.is_file()]) <= 8
    assert len([p for p in entries if p.is_dir()]) <= 25
    assert [p for p in SOURCE.rglob("*.py") if p.stem == p.parent.name] == []


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_nearly_every_public_name_says_what_it_is():
    told = [
        ast.get_docstring(inner) is not None
        for path in SOURCE.rglob("*.py")
        for outer in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(outer, ast.Module | ast.ClassDef)
        for inner in outer.body
        if isinstance(inner, ast.FunctionDef | ast.ClassDef) and not inner.name.startswith("_")
    ]
    assert len(told) > 1000
    assert sum(told) / len(told) >= 0.95
