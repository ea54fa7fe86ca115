"""Problems as the page tells them: short, in the reader's language alone."""

from __future__ import annotations

from coverplan.desk.server.shown import Trouble
from coverplan.errors import Problem
from coverplan.text.problem_words import way_out
from coverplan.text.words import Words


def trouble(problem: Problem, words: Words) -> Trouble:
    """A problem's code, and a sentence with the value that stands against it and the way out."""
    expected, remedy = way_out(problem, words)
    value = "" if problem.value is None else problem.shown_value()
    parts = [sentence(problem, words), value, remedy or expected]
    return {"code": problem.code, "text": words("desk.clause").join(part for part in parts if part)}


def sentence(problem: Problem, words: Words) -> str:
    """What is wrong, in the reader's language where it has words for it."""
    if words.language == "en":
        return problem.what
    named = words.name_of("fault", problem.code)
    named = words.name_of("problem", problem.code) if named == problem.code else named
    return problem.what if named == problem.code else named
