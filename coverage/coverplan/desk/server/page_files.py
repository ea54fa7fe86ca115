"""Files of the page by the name under which a browser asks for them: its own, the map's, Leaflet's."""

from __future__ import annotations

from functools import cache
from importlib import resources

from coverplan.maps.web.assets import leaflet_script, leaflet_style, map_style, modules


@cache
def page_files() -> dict[str, str]:
    """Text of every file."""
    own = resources.files("coverplan.desk") / "page"
    files = {file.name: file.read_text(encoding="utf-8") for file in own.iterdir() if file.is_file()}
    return {
        **{f"map/{name}": text for name, text in modules().items()},
        "map/leaflet.js": leaflet_script(),
        "map/leaflet.css": leaflet_style(),
        "map/study_map.css": map_style(),
        **files,
    }
