"""Answers that are kept: what was asked lately is not computed again, and memory stays bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

Answer = TypeVar("Answer")


class Kept:
    """Answers by question, the longest unasked ones forgotten first; safe to use from several threads.

    Parameters
    ----------
    room
        How many answers are kept.

    Notes
    -----
    Different questions are answered at the same time; who asks what somebody is finding already waits for it. An answer
    may ask further things of other `Kept` ones, as long as none of those asks back.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = Lock()
        self._finding: dict[Hashable, Lock] = {}
        self._answers: OrderedDict[Hashable, object] = OrderedDict()

    def __call__(self, question: Hashable, find: Callable[[], Answer]) -> Answer:
        """The kept answer to a question, or what `find` finds; an error is not kept."""
        with self._lock:
            if question in self._answers:
                return cast("Answer", self._known(question))
            turn = self._finding.setdefault(question, Lock())
        with turn:
            with self._lock:
                if question in self._answers:
                    return cast("Answer", self._known(question))
            try:
                answer = find()
            except BaseException:
                with self._lock:
                    self._finding.pop(question, None)
                raise
            with self._lock:
                self._finding.pop(question, None)
                self._answers[question] = answer
                if len(self._answers) > self._room:
                    self._answers.popitem(last=False)
            return answer

    def _known(self, question: Hashable) -> object:
        self._answers.move_to_end(question)
        return self._answers[question]

    def __len__(self) -> int:
        return len(self._answers)
