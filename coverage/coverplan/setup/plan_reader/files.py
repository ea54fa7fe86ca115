"""What reading a plan document leaves behind: the draft of the plan file and a page on which it is checked."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any, get_args

from coverplan.errors import InputError, Problem
from coverplan.plan.schema import Rule
from coverplan.setup.plan_reader.document import read_document
from coverplan.setup.plan_reader.draft import Drafted, draft_plan, yaml_text
from coverplan.setup.plan_reader.hooked_scenario import SCENARIO, hooked_text
from coverplan.setup.plan_reader.read import read_lines
from coverplan.text.words import Language, Words
from coverplan.text.writing import reason, write_whole

PLAN, REVIEW = "plan.yaml", "review.html"


def read_plan_files(
    document: Path, out: Path, *, language: Language = "zh", scenario: Path | None = None
) -> tuple[Drafted, tuple[Path, ...]]:
    """Read a plan document and write ``plan.yaml`` and ``review.html`` into a folder.

    Parameters
    ----------
    document
        The plan as docx, pdf with text, html or txt.
    out
        Folder; made when it is not there. Files of these names are replaced.
    language
        Language of the reasons and of the page.
    scenario
        Scenario whose study or ledger the plan is to be held against: ``scenario.yaml`` is written too.

    Raises
    ------
    InputError
        When the document cannot be read, holds no target, or the folder cannot be written.
    """
    words = Words(language)
    lines = read_document(document)
    reading = read_lines(lines)
    if not reading.found:
        raise InputError(
            [
                Problem(
                    "the document holds no statement that a plan can be held to",
                    document,
                    code="no_target",
                    expected="numbers or words such as 全覆盖 with a facility, beds, area, staff, people or a share",
                    remedy="check that it is the plan itself; otherwise type the targets into a plan file",
                )
            ]
        )
    drafted = draft_plan(reading, lines, document, words)
    hooked = None if scenario is None else hooked_text(scenario, out, plan=PLAN, title=drafted.plan["names"])
    try:
        out.mkdir(parents=True, exist_ok=True)
        text = yaml_text(drafted, words)
        write_whole(out / PLAN, lambda path: path.write_text(text, encoding="utf-8", newline="\n"))
        page = review_page(drafted, words)
        write_whole(out / REVIEW, lambda path: path.write_text(page, encoding="utf-8", newline="\n"))
        if hooked is not None:
            write_whole(out / SCENARIO, lambda path: path.write_text(hooked, encoding="utf-8", newline="\n"))
    except OSError as error:
        raise InputError(
            [
                Problem(
                    f"the folder cannot be written: {error.strerror or error}", out, code="unwritable",
                    details={"why": reason(error)},
                    remedy="name another folder with --out",
                )
            ]
        ) from error  # fmt: skip
    names = (PLAN, REVIEW) if hooked is None else (PLAN, REVIEW, SCENARIO)
    return drafted, tuple(out / name for name in names)


def review_page(drafted: Drafted, words: Words) -> str:
    """Page with the document on the left and the drafted targets on the right; it needs no network and asks nobody."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("coverplan.setup", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    script = environment.loader.get_source(environment, "plan_review.js")[0] if environment.loader else ""
    data = json.dumps(_content(drafted, words), ensure_ascii=False).replace("<", "\\u003c")
    sealed = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in (script,)
    ]
    return environment.get_template("plan_review.html").render(
        words=words, drafted=drafted, script=script, data=data, hashes=" ".join(sealed)
    )


def _content(drafted: Drafted, words: Words) -> dict[str, Any]:
    marks: dict[int, list[tuple[int, int, int]]] = {}
    for at, one in enumerate(drafted.found):
        marks.setdefault(one.line, []).append((one.start, one.stop, at))
    return {
        "head": {key: value for key, value in drafted.plan.items() if key != "targets"},
        "targets": drafted.plan["targets"],
        "doubts": {str(at): list(reasons) for at, reasons in drafted.doubts.items()},
        "lines": [
            {"n": line.number, "t": line.text, "m": sorted(marks.get(line.number, []))}
            for line in drafted.lines
            if line.text.strip()
        ],
        "left": [
            {"n": one.line, "t": one.text, "why": words(f"plan_reader.left_out.{one.reason}")}
            for one in drafted.left_out
        ],
        "words": {
            key: words(f"plan_reader.review.{key}", line="{line}", done="{done}", all="{all}")
            for key in ("accept", "reject", "value", "year", "rule", "kind", "name", "line", "progress")
        },
        "kinds": {
            str(target["indicator"]["kind"]): words.name_of("report.kind", str(target["indicator"]["kind"]))
            for target in drafted.plan["targets"]
        },
        "rules": {rule: words.name_of("report.rule_word", rule) for rule in get_args(Rule)},
        "comment": words("plan_reader.file_head"),
    }
