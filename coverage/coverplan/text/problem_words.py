"""Problems in the reader's language: what is wrong with its particulars, what was expected, the way out.

A problem is written in English where it is found, with a code and its particulars. ``problem`` holds words for what ledgers
show, ``fault`` for everything else; ``told`` has a sentence for the particulars of a code, ``mend`` what to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, cast

from coverplan.errors import Problem
from coverplan.text.words import Words

if TYPE_CHECKING:
    from coverplan.inputs.places.datum_detector import Detection


#: Families of the words that particulars of these names may be.
_FAMILIES = {
    "layer": "layer", "group": "group", "field": "fields", "kind": "aside_kind", "type": "type", "profile": "profile",
    "why": "os_error",
}  # fmt: skip
_VOCABULARIES = (
    "type",
    "report.status",
    "report.unit_type",
    "report.precision",
    "report.function",
    "layer",
    "group",
)
#: Problems whose value is an English sentence of ours and no cell: its numbers stand among the particulars.
SAID_IN_ENGLISH = frozenset(
    {
        "capacity_unknown", "crowded_units", "datum_converted", "encoding", "encoding_detected", "nested_totals_differ",
        "no_candidate", "no_overlap", "official_factor", "other_ages", "overlapping_units", "roster_compared",
        "rounded_to_nobody", "rows_added", "scaled_to_official", "shape", "too_dense", "too_large", "total_among_rows",
    }
)  # fmt: skip
_NEAR = re.compile(r"did you mean (.+)\?")
_ONE_OF = re.compile(r"(?:table: )?one of (?!the )(.+)", re.DOTALL)
_LIMIT = re.compile(r"input should be (greater|less) than( or equal to)? (-?[\d.]+)")


class Told(Protocol):
    """What words are made from: a problem, or a line of a send-back sheet."""

    @property
    def code(self) -> str:
        """Kind of problem."""

    @property
    def what(self) -> str:
        """What is wrong, in English."""

    @property
    def details(self) -> Mapping[str, object]:
        """Particulars by name."""


def problem_text(problem: Problem, words: Words, *, whole: bool = True) -> str:
    """A problem as a person reads it: what and where, what stands there, what was expected, the way out.

    Parameters
    ----------
    problem
        What was found.
    words
        Of the reader's language.
    whole
        With its severity.
    """
    severity = words(f"inputs.{problem.severity}") if words.language == "zh" else problem.severity
    start = f"{severity}: " if whole else ""
    if words.language == "en":
        return start + problem.text()
    place, what = problem.where(), what_words(problem, words)
    lines = [start + (f"{place}: {what}" if place else what)]
    expected, remedy = way_out(problem, words)
    for key, text in (("printed", printed_value(problem, words)), ("expected", expected), ("remedy", remedy)):
        if text:
            lines.append(f"    {words(f'inputs.{key}')}: {text}")
    return "\n".join(lines)


def printed_value(problem: Problem, words: Words) -> str:
    """What stands in the cell or entry; nothing where that is a sentence in another language."""
    if problem.value is None or (words.language == "zh" and problem.code in SAID_IN_ENGLISH):
        return ""
    if words.language == "zh" and problem.code == "words_read":
        return _read_as(str(problem.value), words)
    return problem.shown_value()


def notice_text(problem: Problem, words: Words) -> str:
    """One line in the reader's language alone: how grave, where, and what is so; particulars without words stay out."""
    if words.language == "en":
        return f"{problem.severity}: {problem.text().splitlines()[0]}"
    place, what = problem.where(), what_words(problem, words)
    said = f"{place}: {what}" if place else what
    return f"{words(f'inputs.{problem.severity}')}: {said}"


def what_words(one: Told, words: Words) -> str:
    """What is wrong in the reader's language; its own English sentence where there are no words for it."""
    named = words.name_of("problem", one.code)
    named = words.name_of("fault", one.code) if named == one.code else named
    if words.language == "en" or named == one.code:
        return one.what
    told, known = f"told.{one.code}", words.keys()
    if one.details and told in known:
        return f"{named}：{words(told, **_particulars(words, one.details))}"
    return named


def way_out(problem: Problem, words: Words) -> tuple[str, str]:
    """What was expected and what to do, in the reader's language: choices and the nearest name, else the words for its code."""
    expected, remedy = problem.expected or "", problem.remedy or ""
    if words.language == "en":
        return expected, remedy
    near, told = _NEAR.fullmatch(remedy), words.name_of("mend", problem.code)
    if near is not None:
        return _choices(expected, problem.code, words), words("inputs.did_you_mean", name=near[1])
    if told == problem.code:  # one of the user's own kinds of problem
        return expected, remedy
    return _choices(expected, problem.code, words), told


def _choices(expected: str, code: str, words: Words) -> str:
    """Names to choose from, or a limit; nothing where what is expected is a sentence."""
    if (listed := _ONE_OF.fullmatch(expected)) is not None:
        named = [vocabulary_name(one, words) for one in listed[1].split(", ")]
        return words(
            "inputs.choices", choices="、".join(named) if named != listed[1].split(", ") else listed[1]
        )
    if code in {"literal_error", "enum"} and "'" in expected:
        return words("inputs.choices", choices=expected.replace(" or ", ", "))
    if (limit := _LIMIT.fullmatch(expected)) is not None:
        return words(f"inputs.limit.{limit[1]}{'_or_equal' if limit[2] else ''}", limit=limit[3])
    return ""


def _read_as(pairs: str, words: Words) -> str:
    """Words and what they were read as, by name; those that are the name itself say nothing."""
    parts = [pair.rpartition(" = ") for pair in pairs.split(", ")]
    named = [(printed, vocabulary_name(word, words)) for printed, _, word in parts]
    return "、".join(f"{printed}→{name}" for printed, name in named if printed != name)


def vocabulary_name(word: str, words: Words) -> str:
    """Name of a word of the vocabulary of types, states, precisions and units, as a person writes it; else the word itself."""
    return next(
        (name for family in _VOCABULARIES if (name := words.name_of(family, word)) != word),
        word,
    )


def datum_words(found: Detection | None, words: Words) -> str:
    """What coordinates look like, in the reader's language."""
    if found is None:
        return ""
    ratio, comma = f"{found.likelihood_ratio:.3g}", "、" if words.language == "zh" else ", "
    if found.mixed is not None:
        first, second = (words(f"inputs.datum_name.{name}") for name in found.mixed)
        return words(
            "inputs.datum_mixed", points=found.points, count=found.of_second, first=first, second=second
        )
    if found.datum is None:
        why = words("inputs.likelihood", ratio=ratio) if found.kinds else words("inputs.no_evidence")
        return words("inputs.datum_undecided", points=found.points, why=why)
    return words(
        "inputs.datum_looks_like",
        points=found.points,
        datum=words(f"inputs.datum_name.{found.datum}"),
        shift=f"{found.median_shift_m:.0f}",
        ratio=ratio,
        kinds=comma.join(words(f"inputs.evidence.{kind.replace(' ', '_')}") for kind in found.kinds),
    )


def _particulars(words: Words, details: Mapping[str, object]) -> dict[str, object]:
    """Details with rules and datums in words."""
    said: dict[str, object] = {
        name: value if isinstance(value, int) else cell_text(value) for name, value in details.items()
    }
    found = details.get("detection")
    if found is not None:
        said["detection"] = datum_words(cast("Detection", found), words)
    if "datum" in said:
        said["datum"] = words.name_of("inputs.datum_name", str(said["datum"]))
    for name, family in _FAMILIES.items():
        if isinstance(said.get(name), str):
            said[name] = words.name_of(family, str(said[name]))
    if "rule" in said:
        said["rule"] = rule_words(str(said["rule"]), words)
    return said


def cell_text(value: object) -> str:
    """A cell as people write it: whole numbers without a point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def rule_words(rule: str, words: Words) -> str:
    """Name of the rules by which a cell was read."""
    parts = [words.name_of("reading_rule", re.sub(r"_\d+$", "", part)) for part in rule.split("+")]
    return ("、" if words.language == "zh" else ", ").join(parts)
