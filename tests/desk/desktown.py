"""The toy town for the desk: four ways of counting, a plan with five ways of looking, and changes as a page sends them."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pyproj

from coverplan.desk.server.openapi import API
from makers import toyfiles
from towns import toyledger, toytown

CENTRES = {"layer": "elder_care", "types": ["day_care"]}
STANDARDS = [
    {
        "layer": "elder_care",
        "groups": ["total", "age_60_plus"],
        "minutes": 4,
        "name": "all",
        "supply": {"field": "beds", "group": "age_60_plus"},
    },
    {"layer": "elder_care", "groups": ["age_60_plus"], "minutes": 3, "count": "own_unit", "name": "own"},
    {"layer": "elder_care", "minutes": 2, "direction": "round_trip", "name": "round"},
    {"layer": "elder_care", "minutes": 3, "method": "euclidean", "name": "straight"},
]
TARGETS = [
    {"kind": "unit_presence", "units": "units", "facilities": [CENTRES]},
    {"kind": "sum", "amount": {"facilities": {"layer": "elder_care"}, "field": "beds"}},
    {
        "kind": "population_within",
        "reach": {"facilities": CENTRES, "minutes": 3, "profile": "general", "group": "age_60_plus"},
    },
    {
        "kind": "served_within",
        "reach": {"facilities": CENTRES, "minutes": 4, "profile": "general", "group": "age_60_plus"},
        "field": "beds",
        "per_1000": 300,
    },
    {"kind": "reported"},
]


def toy(folder: Path, **more: Any) -> Path:
    """The toy town with a plan: one standard of each way of counting, one target of each way of looking."""
    targets = [
        {
            "id": f"T{at}",
            "row": at,
            "names": {"zh": "指标", "en": "target"},
            "measure": "%",
            "attribute": "binding",
            "indicator": indicator,
            "rule": ">=",
            "goal": {"year": 2025, "year_basis": "printed", "value": 90},
            "base": {"year": 2020, "value": 10},
            "printed": "90",
        }
        for at, indicator in enumerate(TARGETS, start=1)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    plan = toyledger.plan(*targets).model_dump(mode="json", exclude_unset=True)
    toyfiles.write_yaml(folder / "plan.yaml", plan)
    said = {"standards": STANDARDS, "year": 2025, "plan": "plan.yaml", **more}
    return toyfiles.write_town(folder, scenario=said)


def degrees(row: float, column: float) -> dict[str, float]:
    """Longitude and latitude of a place given in streets from the corner."""
    to_degrees = pyproj.Transformer.from_crs(toytown.CRS, "EPSG:4326", always_xy=True)
    x, y = to_degrees.transform(*toytown.xy(row, column))
    return {"x": x, "y": y}


def opening(name: str, row: float, column: float, **more: Any) -> dict[str, Any]:
    """A day-care centre at a place."""
    offers = {"type": "day_care", **more.pop("offers", {})}
    return {"open": {"layer": "elder_care", "id": name, **degrees(row, column), "offers": offers}, **more}


class Web:
    """Asks an application without a server, one request after the other."""

    def __init__(self, app: Any, host: str = "127.0.0.1:8000") -> None:
        self._app, self._host = app, host
        self.cookies = httpx.Cookies()

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request; redirections are not followed."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            base = f"http://{self._host}"
            async with httpx.AsyncClient(transport=transport, base_url=base, cookies=self.cookies) as client:
                answer = await client.request(method, path, **more)
                self.cookies.update(client.cookies)
                return answer

        return asyncio.run(ask())

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Read."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """Send."""
        return self.request("POST", path, **more)

    def put(self, path: str, **more: Any) -> httpx.Response:
        """Write anew."""
        return self.request("PUT", path, **more)


def ended(web: Web, job: dict) -> dict:
    """Work in the background once it has ended; a test that waits too long goes on and fails."""
    until = time.monotonic() + 300
    while job["state"] == "running" and time.monotonic() < until:
        time.sleep(0.01)
        job = web.get(f"{API}/jobs/{job['id']}").json()
    return job
