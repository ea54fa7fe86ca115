"""Rooms of the house, read from the imports: who uses whom, what is open to others, and the picture of it.

``python tools/rooms.py`` writes ``docs/architecture.svg`` anew and the line "Other rooms use" of each room's
``__init__.py``; a test fails when either is no longer true.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "coverage" / "coverplan"
PICTURE = ROOT / "docs" / "architecture.svg"
USED = "Other rooms use:"

Arrows = Mapping[str, set[str]]

_BOX_W, _BOX_H, _GAP_X, _GAP_Y, _MARGIN = 118, 32, 26, 46, 24


def module_name(path: Path) -> str:
    """Dotted name of a file of the package."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """Folder or loose module at the top of the package in which a module stands; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def imported(path: Path, modules: set[str]) -> Iterator[str]:
    """Modules of the package that a file imports, also inside functions; imports for type checkers alone are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "coverplan":
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if inner in modules else node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in modules)


def module_imports() -> dict[str, set[str]]:
    """Modules of the package that each module imports."""
    files = {module_name(path): path for path in sorted(SOURCE.rglob("*.py"))}
    return {name: set(imported(path, set(files))) for name, path in files.items()}


def room_arrows(imports: Arrows) -> dict[str, set[str]]:
    """Rooms that each room uses."""
    arrows: dict[str, set[str]] = defaultdict(set)
    for module, used in imports.items():
        room = room_of(module)
        arrows[room] |= {room_of(name) for name in used} - {room, ""}
    arrows.pop("", None)
    return dict(arrows)


def open_modules(imports: Arrows) -> dict[str, set[str]]:
    """By package: its modules that other rooms import."""
    found: dict[str, set[str]] = defaultdict(set)
    for module, used in imports.items():
        for name in used:
            parent, _, own = name.rpartition(".")
            if room_of(name) != room_of(module) and parent.count(".") >= 1:
                found[parent].add(own)
    return dict(found)


def said_open(package: Path) -> set[str]:
    """Modules that the docstring of a room names as used by others."""
    text = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    _, found, names = text.partition(USED)
    return {name.strip("`. \n") for name in names.split("\n\n")[0].split(",")} if found else set()


def write_doors(imports: Arrows) -> None:
    """Name in each room's docstring the modules that other rooms use."""
    opened = open_modules(imports)
    for file in sorted(SOURCE.rglob("__init__.py")):
        package = module_name(file)
        if package == "coverplan":
            continue
        text = file.read_text(encoding="utf-8")
        start = text.index('"""') + 3
        stop = text.index('"""', start)
        said = re.sub(rf"\n*{USED}[^\n]*(\n(?!\n)[^\n]+)*", "", text[start:stop]).rstrip()
        names = ", ".join(f"`{name}`" for name in sorted(opened.get(package, ())))
        if names:
            said += "\n\n" + _wrapped(f"{USED} {names}.") + "\n"
        file.write_text(text[:start] + said + text[stop:], encoding="utf-8")


def _wrapped(text: str, width: int = 108) -> str:
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "\n".join(lines)


def floors(arrows: Arrows) -> list[list[str]]:
    """Rooms by floor, the door on top: no room uses one of its own floor or above."""
    height: dict[str, int] = {}

    def height_of(room: str) -> int:
        if room not in height:
            height[room] = 1 + max((height_of(below) for below in arrows.get(room, ())), default=-1)
        return height[room]

    rooms = sorted({*arrows, *(below for used in arrows.values() for below in used)})
    top = max(map(height_of, rooms))
    return [[room for room in rooms if height[room] == floor] for floor in range(top, -1, -1)]


def stairs(arrows: Arrows) -> set[tuple[str, str]]:
    """Arrows that no longer way replaces (the transitive reduction)."""

    def below(room: str) -> set[str]:
        found: set[str] = set()
        for used in arrows.get(room, ()):
            found |= {used} | below(used)
        return found

    return {
        (room, used)
        for room, all_used in arrows.items()
        for used in all_used
        if not any(used in below(other) for other in all_used - {used})
    }


def picture(arrows: Arrows) -> str:
    """The house as a drawing: one box a room, floors from the door down, stairs as lines; a box's hover names all it uses."""
    rows = floors(arrows)
    width = max(len(row) for row in rows) * (_BOX_W + _GAP_X) - _GAP_X + 2 * _MARGIN
    place: dict[str, tuple[float, float]] = {}
    for level, row in enumerate(rows):
        left = (width - (len(row) * (_BOX_W + _GAP_X) - _GAP_X)) / 2
        for at, room in enumerate(row):
            place[room] = (left + at * (_BOX_W + _GAP_X), _MARGIN + level * (_BOX_H + _GAP_Y))
    height = _MARGIN * 2 + len(rows) * (_BOX_H + _GAP_Y) - _GAP_Y
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for room, used in sorted(stairs(arrows)):
        (x, y), (to_x, to_y) = place[room], place[used]
        start, end = (x + _BOX_W / 2, y + _BOX_H), (to_x + _BOX_W / 2, to_y)
        bend = (end[1] - start[1]) / 2
        lines.append(
            f'<path d="M{start[0]:g} {start[1]:g} C{start[0]:g} {start[1] + bend:g} {end[0]:g} {end[1] - bend:g} '
            f'{end[0]:g} {end[1]:g}" fill="none" stroke="#9bb" stroke-width="1.3"/>'
        )
    for room, (x, y) in sorted(place.items()):
        colour = "#eef5f4" if (SOURCE / room).is_dir() else "#f6f3ea"
        uses = ", ".join(sorted(arrows.get(room, ()))) or "nothing"
        lines += [
            f"<g><title>{escape(f'{room} uses {uses}')}</title>",
            f'<rect x="{x:g}" y="{y:g}" width="{_BOX_W}" height="{_BOX_H}" rx="5" fill="{colour}" stroke="#577"/>',
            f'<text x="{x + _BOX_W / 2:g}" y="{y + _BOX_H / 2 + 5:g}" text-anchor="middle" fill="#123">{escape(room)}</text></g>',
        ]
    return "\n".join([*lines, "</svg>", ""])


def layers() -> list[set[str]]:
    """Rooms by layer as the import contract has them."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    whole = next(one for one in contracts if one["containers"] == ["coverplan"])
    return [{name.strip(" ()") for name in row.split("|")} for row in whole["layers"]]


if __name__ == "__main__":
    found = module_imports()
    write_doors(found)
    PICTURE.write_text(picture(room_arrows(found)), encoding="utf-8", newline="\n")
