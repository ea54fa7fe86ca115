"""Problems as the page tells them: short, in the reader's language alone."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ValidationError

from coverplan.desk.server.shown import Trouble
from coverplan.errors import Problem, Problems
from coverplan.text.problem_words import printed_value, way_out, what_words
from coverplan.text.words import Words
from coverplan.yamlfile import Document, validate


def trouble(problem: Problem, words: Words) -> Trouble:
    """A problem's code, and a sentence with the value that stands against it and the way out."""
    expected, remedy = way_out(problem, words)
    parts = [what_words(problem, words), printed_value(problem, words), remedy or expected]
    return {"code": problem.code, "text": words("desk.clause").join(part for part in parts if part)}


def misfits(
    error: ValidationError, sent: bytes | str, model: type[BaseModel] | None, words: Words
) -> list[Trouble]:
    """Everything in a request's body that does not fit its schema, each with its place.

    Parameters
    ----------
    error
        What the schema said.
    sent
        The body as JSON.
    model
        The schema of the body; None where the request has none.
    words
        Of the reader's language.
    """
    try:
        body = json.loads(sent)
    except (ValueError, RecursionError):
        return [trouble(Problem("the request is not JSON", code="request_not_json"), words)]
    found = Problems()
    if model is not None and isinstance(body, dict):
        validate(Document(Path("request"), body, {(): 1}), model, found)
    if not found:
        found.add(Problem(str(error.errors()[0]["msg"]), code="unfit_request"))
    told = [(problem.field, trouble(problem, words)) for problem in found]
    return [{**one, "text": f"{place}: {one['text']}" if place else one["text"]} for place, one in told]
