"""How a result shows itself in a notebook: whose numbers, of which time, who is covered, how the plan stands."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

from coverplan.results.cautions import alarms, computable, people_note
from coverplan.results.tense import tense_of
from coverplan.results.titles import layer_title
from coverplan.results.whole_people import in_whole_people
from coverplan.results.wording import method_words
from coverplan.text.words import UNKNOWN, Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coverplan.results.result import Result

_COLUMNS = ("group", "people", "covered", "uncovered", "share")


def as_html(result: Result) -> str:
    """A result as a small page of its own words, in the language of its scenario; names are escaped."""
    result = in_whole_people(result)
    asked = result.summary["scenario"]
    words = Words("en" if asked["language"] == "en" else "zh")
    tense = tense_of(result)
    name = asked["name"]
    title = name if isinstance(name, str) else name.get(words.language) or next(iter(name.values()))
    lines = [f"<p><b>{escape(tense.titled(title, words))}</b></p>"]
    synthetic = words("summary.synthetic") if result.summary["study"]["synthetic"] else None
    marks = [tense.statement(words), synthetic, *alarms(result, words, _standard_of(result, words))]
    lines += [f"<p><mark>{escape(mark)}</mark></p>" for mark in marks if mark is not None]
    note = people_note(result, words)
    if note is not None:
        lines.append(f"<p>{escape(note)}</p>")
    lines += [_standard(result, standard, words) for standard in result.summary["standards"]]
    if "gaps" in result.tables:
        lines.append(_verdicts(result, words))
    if result.folder is not None:
        lines.append(f"<p>{escape(words('summary.written', folder=str(result.folder)))}</p>")
    return "\n".join(lines)


def _standard_of(result: Result, words: Words) -> Any:
    layers = {standard["key"]: standard["layer"] for standard in result.summary["standards"]}
    return lambda key: layer_title(result, layers[key], words) if key in layers else key


def _standard(result: Result, standard: dict[str, Any], words: Words) -> str:
    profile = words.name_of("profile", standard["profile"]["name"])
    told = f"{layer_title(result, standard['layer'], words)} · {profile} · {method_words(standard, words)}"
    caption = f"{escape(told)}<br><code>{escape(standard['key'])}</code>"
    known = computable(result, standard["key"])
    rows = []
    for group, people in standard["people"].items():
        counted = [people["people"], *((people["covered"], people["uncovered"]) if known else (None, None))]
        cells = [words.number(number) for number in counted]
        share = words.share(people["share"]) if known else UNKNOWN
        rows.append([words.name_of("group", group), *cells, share])
    return _table(caption, [words(f"column.{name}") for name in _COLUMNS], rows)


def _verdicts(result: Result, words: Words) -> str:
    counted = Counter(result.tables["gaps"]["verdict"])
    rows = [[words(f"terminal.{verdict}"), words.number(count)] for verdict, count in counted.most_common()]
    return _table("", [words("terminal.verdict"), words("notebook.targets")], rows)


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table whose caption is HTML already and whose cells are text."""
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>\n" for row in rows)
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
