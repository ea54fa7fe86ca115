"""What the desk does in the background: proposals, and the documents of an idea."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyproj

from coverplan.desk.server.asked import Ask
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.jobs import Jobs, Work
from coverplan.desk.workbench.idea import Idea
from coverplan.desk.workbench.proposal import propose
from coverplan.desk.workbench.written import scenario_text
from coverplan.errors import InputError, Problem
from coverplan.siting.solvers.search import Progress

#: Longest search for a proposal, and longest making of documents.
PROPOSAL_S = 60.0
DOCUMENTS_S = 900.0
#: Documents that a page may open, in the order in which they are shown.
SHOWN_DOCUMENTS = (
    "report.html",
    "report.docx",
    "report.xlsx",
    "map.html",
    "map.pdf",
    "coverage.csv",
    "scenario.yaml",
)


class Background:
    """Starts work for a desk.

    Parameters
    ----------
    desk
        Whose ideas are worked on.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.jobs = Jobs()
        self._documents: dict[str, dict[str, Path]] = {}

    def propose(self, idea: int, asked: Ask) -> Work:
        """Look for the next ones."""
        said = Idea.read(self._desk.store.said(idea))
        standard = next((one for one in said.standards if one.key == asked.standard), None)
        if standard is None:
            known = ", ".join(one.key for one in said.standards)
            raise InputError(
                [
                    Problem(
                        "the choice is unknown",
                        field="standard",
                        value=asked.standard,
                        expected=known,
                        code="unknown_choice",
                    )
                ]
            )
        if standard.layer in self._desk.places.by_unit:
            raise InputError(
                [
                    Problem(
                        "the layer has protected places: proposals would show where they are",
                        code="placed_by_unit",
                    )
                ]
            )
        base = replace(said, changes=()) if asked.from_present else said
        ground = self._desk.ground
        degrees = pyproj.Transformer.from_crs(ground.ready.study.area.crs, "EPSG:4326", always_xy=True)

        def search(work: Work) -> dict[str, Any]:
            def tell(now: Progress) -> None:
                work.progress = {"best": now.objective, "bound": now.bound}

            found = propose(
                ground,
                base,
                standard,
                asked.new,
                kind=asked.type,
                time_limit_s=PROPOSAL_S,
                cancel=work.cancelled.is_set,
                progress=tell,
            )
            longitude, latitude = degrees.transform(found.x, found.y)
            places = [
                {"x": float(x), "y": float(y), "gained": gained}
                for x, y, gained in zip(longitude, latitude, found.gained, strict=True)
            ]
            return {
                "standard": standard.key,
                "layer": standard.layer,
                "type": asked.type,
                "group": standard.groups[0],
                "places": places,
                "total": found.total,
                "bound": found.bound,
                "from_present": asked.from_present,
                "candidates": found.candidates,
                "stopped": found.stopped,
            }

        return self.jobs.start("proposal", idea, search)

    def document(self, idea: int) -> Work:
        """Make report, maps and tables of an idea as ``coverplan run`` makes them, in a process of its own."""
        card = self._desk.store.card(idea)
        said = Idea.read(self._desk.store.said(idea))
        folder = self._desk.folder / "documents" / f"{idea}-{card.revision}"

        def make(work: Work) -> dict[str, Any]:
            folder.mkdir(parents=True, exist_ok=True)
            scenario = folder / "scenario.yaml"
            text = scenario_text(self._desk.ground.ready, said, folder, name=card.name)
            scenario.write_text(text, encoding="utf-8")
            _run(scenario, folder / "result", work)
            found = _found(folder)
            self._documents[work.id] = found
            return {"files": list(found), "revision": card.revision}

        return self.jobs.start("documents", idea, make)

    def file(self, work: str, name: str) -> Path | None:
        """A document by the name under which it was listed; nothing else is ever opened."""
        return self._documents.get(work, {}).get(name)


def _run(scenario: Path, out: Path, work: Work) -> None:
    """Answer a scenario file in another process; raises InputError with what it says where it cannot."""
    command = [sys.executable, "-P", "-m", "coverplan", "run", str(scenario), "--out", str(out), "--json"]
    with subprocess.Popen(  # noqa: S603 - our own program and a file that we wrote
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        waited = 0.0
        while True:
            try:
                _, said = process.communicate(timeout=0.5)
                break
            except subprocess.TimeoutExpired:
                waited += 0.5
                if work.cancelled.is_set() or waited > DOCUMENTS_S:
                    process.kill()
    # 3: finished, and something on the pages needs a look
    if process.returncode not in {0, 3} and not work.cancelled.is_set():
        lines = said.strip().splitlines()
        raise InputError(
            [
                Problem(
                    "the documents could not be made",
                    value=lines[-1] if lines else None,
                    code="documents_failed",
                )
            ]
        )


def _found(folder: Path) -> dict[str, Path]:
    """Documents that are there, by the name under which they are shown."""
    result = folder / "result"
    found = {name: result / name for name in SHOWN_DOCUMENTS if (result / name).is_file()}
    for further in sorted(result.glob("*/")):
        found |= {
            f"{further.name}/{name}": further / name for name in SHOWN_DOCUMENTS if (further / name).is_file()
        }
    found["scenario.yaml"] = folder / "scenario.yaml"
    return found


def written(found: dict[str, Any]) -> str:
    """Plain values as JSON."""
    return json.dumps(found, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
