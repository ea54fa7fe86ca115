"""A folium map that carries everything it needs; further folium layers can be added to it as to any other."""

from __future__ import annotations

import html
from typing import cast
from urllib.parse import urlsplit

import folium
from branca.element import Element, Figure
from folium.template import Template

from coverplan.errors import InputError, Problem
from coverplan.maps.web.assets import leaflet_script, leaflet_style, page_script, page_style

#: Name of the map on the page, the same in every run.
NAME = "coverplan"
DATA_ID = "coverplan-data"


class Verbatim(Element):
    """Text that goes into the page as it is; it is never read as a template."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class OfflineMap(folium.Map):
    """Leaflet map with the page of a result around it.

    Parameters
    ----------
    data
        What the page shows, as JSON that may stand in a script element.
    title
        Title of the window.
    tiles
        Address of background tiles, or None.

    Raises
    ------
    InputError
        If the tiles' address is none.
    """

    def __init__(self, data: str, *, title: str, tiles: str | None = None) -> None:
        super().__init__(
            tiles=None,
            zoom_control="topright",
            max_zoom=19,
            zoom_snap=0.5,
            fade_animation=False,
            attribution_control=tiles is not None,
        )
        self._id = NAME
        self.default_js: list[tuple[str, str]] = []
        self.default_css: list[tuple[str, str]] = []
        root = cast("Figure", self.get_root())
        root.title = html.escape(title)
        root.header.add_child(Verbatim(f"<style>{leaflet_style()}</style>"), name="leaflet_style")
        root.header.add_child(Verbatim(f"<script>{leaflet_script()}</script>"), name="leaflet")
        root.header.add_child(Verbatim('<link rel="icon" href="data:,">'), name="icon")
        if tiles is not None:
            self._add_tiles(tiles)
        root.html.add_child(
            Verbatim(f'<script type="application/json" id="{DATA_ID}">{data}</script>'), name="data"
        )
        root.html.add_child(Verbatim('<div id="coverplan-panel"></div>'), name="panel")
        self.add_child(_Page(), name="page")

    def _add_tiles(self, tiles: str) -> None:
        address = urlsplit(tiles)
        if address.scheme not in {"http", "https"} or not address.netloc or "{z}" not in tiles:
            raise InputError(
                [
                    Problem(
                        "the tiles have no address",
                        field="tiles",
                        value=tiles,
                        expected="http(s)://host/{z}/{x}/{y}.png",
                        remedy="give the address of a tile server, or leave it out",
                        code="tiles",
                    )
                ]
            )
        layer = folium.TileLayer(tiles, attr=html.escape(address.netloc), name="tiles")
        layer._id = NAME  # noqa: SLF001 - the same bytes in every run
        self.add_child(layer, name="tiles")


class _Page(Element):
    """Style and script of the page, after those of the map."""

    def render(self, **_: object) -> str:
        root = cast("Figure", self.get_root())
        root.header.add_child(Verbatim(f"<style>{page_style()}</style>"), name="page_style")
        start = f"window.coverplanMap = map_{NAME};"
        root.script.add_child(Verbatim(f"{start}\n{page_script()}"), name="page_script")
        return ""
