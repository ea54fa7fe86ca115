"""Answers that are kept: what was asked lately is not computed again, and memory stays bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

Answer = TypeVar("Answer")


class Kept:
    """Answers by question, the longest unasked ones forgotten first.

    Parameters
    ----------
    room
        How many answers are kept.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._answers: OrderedDict[Hashable, object] = OrderedDict()

    def __call__(self, question: Hashable, find: Callable[[], Answer]) -> Answer:
        """The kept answer to a question, or what `find` finds; an error is not kept."""
        if question in self._answers:
            self._answers.move_to_end(question)
            return cast("Answer", self._answers[question])
        answer = find()
        self._answers[question] = answer
        if len(self._answers) > self._room:
            self._answers.popitem(last=False)
        return answer

    def __len__(self) -> int:
        return len(self._answers)
