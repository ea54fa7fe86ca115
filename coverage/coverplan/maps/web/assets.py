"""Leaflet from its package, with its pictures inlined, and the page's own scripts."""

from __future__ import annotations

import base64
import re
from importlib import resources
from importlib.resources.abc import Traversable

_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
_SOURCE_MAP = re.compile(r"^//[#@] sourceMappingURL=.*$", re.MULTILINE)
#: Own scripts in the order in which they are read.
SCRIPTS = ("packing", "view", "marks", "drawing", "details", "actions", "panel", "search", "main")


def leaflet_script() -> str:
    """Leaflet, without the pointer to a file that is not there."""
    return _SOURCE_MAP.sub("", _text(_leaflet() / "leaflet.js"))


def leaflet_style() -> str:
    """Leaflet's style sheet; its pictures stand in it as data."""
    return _URL.sub(_as_data, _text(_leaflet() / "leaflet.css"))


def page_script() -> str:
    """The page's own script; one function, so that none of its names is global."""
    parts = [_text(_own() / f"{name}.js") for name in SCRIPTS]
    return '(function () {\n"use strict";\n' + "\n".join(parts) + "\n})();"


def page_style() -> str:
    """The page's own style sheet."""
    return _text(_own() / "page.css")


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
