"""One standard measured live for several ideas at once, each from the idea that is most like it."""

from __future__ import annotations

from threading import Lock

from coverplan.ground.facilities import Facilities
from coverplan.scenario.scenario_file import Standard
from coverplan.service.cover import Coverage
from coverplan.service.live import LiveStandard
from coverplan.service.measure import Surveyor

#: An idea that differs by more places than this from every other one is measured apart from them.
ALIKE = 3
#: Ideas that are held, and bytes that they may take; a demand point and its nodes take about forty.
MOST_IDEAS, IDEA_BYTES = 32, 64_000_000


class LiveIdeas:
    """Coverage of a standard for one idea after the other; safe to use from several threads.

    Parameters
    ----------
    surveyor, standard
        As `LiveStandard` takes them.

    Notes
    -----
    People who work on ideas of their own ask in turn. If all of them shared one state, every question would open and
    close all places in which two ideas differ.
    """

    def __init__(self, surveyor: Surveyor, standard: Standard) -> None:
        self._lock = Lock()
        self._ideas = [LiveStandard(surveyor, standard)]
        self._most = max(1, min(MOST_IDEAS, IDEA_BYTES // (40 * surveyor.demand.points + 1)))

    def coverage(self, facilities: Facilities, year: int | None) -> Coverage:
        """Every demand point, for the facilities that serve in `year`."""
        with self._lock:
            places = self._ideas[0].places(facilities, year)
            unlike = [idea.unlike(places) for idea in self._ideas]
            at = min(range(len(unlike)), key=unlike.__getitem__)
            idea = self._ideas[at]
            if unlike[at] > ALIKE and len(self._ideas) < self._most:
                idea = idea.copy()
                self._ideas.append(idea)
            return idea.coverage_of(places)
