"""Leaflet from its package, with its pictures inlined, and the page's own scripts.

The scripts stand in ``page/`` as ES modules. A server gives them out as they are (`modules`); in a file that opens
without one they become one script (`page_script`), since browsers import nothing from a neighbouring file there.
"""

from __future__ import annotations

import base64
import re
from importlib import resources
from importlib.resources.abc import Traversable

_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
_SOURCE_MAP = re.compile(r"^//[#@] sourceMappingURL=.*$", re.MULTILINE)
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|const) )", re.MULTILINE)
#: The module that puts ``map.html`` together, and the style sheets in their order.
MAIN = "main"
STYLES = ("study_map", "page")


def leaflet_script() -> str:
    """Leaflet, without the pointer to a file that is not there."""
    return _SOURCE_MAP.sub("", _text(_leaflet() / "leaflet.js"))


def leaflet_style() -> str:
    """Leaflet's style sheet; its pictures stand in it as data."""
    return _URL.sub(_as_data, _text(_leaflet() / "leaflet.css"))


def modules() -> dict[str, str]:
    """Text of every ES module by its file name, for a server; `study_map.js` is the map to import."""
    return {
        file.name: _text(file) for file in sorted(_own().iterdir(), key=_name) if file.name.endswith(".js")
    }


def page_script() -> str:
    """The modules of the page as one classic script: one function, so that none of its names is global.

    The names of all modules stand beside each other in it, so no two modules may share one.
    """
    ordered: list[str] = []
    _add_module(MAIN, ordered, ())
    parts = [_EXPORT.sub("", _IMPORT.sub("", _module(name))) for name in ordered]
    return '(function () {\n"use strict";\n' + "\n".join(parts) + "\n})();"


def page_style() -> str:
    """The style sheets of the map and of the page around it."""
    return "\n".join(_text(_own() / f"{name}.css") for name in STYLES)


def map_style() -> str:
    """The style sheet of the map alone, for pages of a server with a style of their own."""
    return _text(_own() / f"{STYLES[0]}.css")


def _add_module(name: str, ordered: list[str], above: tuple[str, ...]) -> None:
    """Add a module after all that it imports."""
    if name in above:
        raise ValueError(f"modules import each other: {' -> '.join([*above, name])}")
    if name in ordered:
        return
    for imported in _IMPORT.findall(_module(name)):
        _add_module(imported, ordered, (*above, name))
    ordered.append(name)


def _module(name: str) -> str:
    return _text(_own() / f"{name}.js")


def _name(file: Traversable) -> str:
    return file.name


def _as_data(found: re.Match[str]) -> str:
    name = found.group(1)
    if name.startswith(("data:", "#")):
        return found.group(0)
    data = base64.b64encode((_leaflet() / name).read_bytes()).decode("ascii")
    return f"url(data:image/png;base64,{data})"


def _leaflet() -> Traversable:
    return resources.files("xstatic.pkg.leaflet") / "data"


def _own() -> Traversable:
    return resources.files("coverplan.maps.web") / "page"


def _text(file: Traversable) -> str:
    return file.read_text(encoding="utf-8")
