"""How well plan documents are read, against statements that people found in them.

python bench/plan_reader.py PLANS [--list] [--held-out]: PLANS is a folder with plan_targets.csv and documents/.

With --held-out each document is read without every word of the rules that stands in none of the other documents: what could
only have been learned from the document itself is taken away before it is read. Patterns within functions stay as they are.

A statement counts as found when a draft stands at its line, with the printed phrase or name overlapping in at least four
characters in a row that hold a number or a facility, one to one. Exactness is counted over the found ones only.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import time
from collections import Counter, defaultdict
from contextlib import contextmanager, nullcontext
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from pathlib import Path

from coverplan.plan import library_names, load_plan
from coverplan.setup.plan_reader import numbers, statements, terms
from coverplan.setup.plan_reader.document import read_document
from coverplan.setup.plan_reader.read import read_lines
from coverplan.setup.plan_reader.spelling import narrow

ATTRIBUTES = {"约束性": "binding", "预期性": "expected", "文本承诺": "promise", "设计标准": "design_standard", "既有成效": "achieved", "人口预测": "forecast"}  # fmt: skip
LAYERS = {
    "elder": "elder_care", "special": "elder_care", "social": "social_work", "relief": "social_work", "minor": "child_protection",
    "child": "child_protection", "cemetery": "cemetery", "columbarium": "cemetery", "funeral": "cemetery", "none": None, "all": None, "population": None,
}  # fmt: skip
UNITS = {
    "town_street": {"town", "township", "street"}, "street": {"street"}, "town": {"town", "township"}, "community": {"community"},
    "village": {"village"}, "village_community": {"community", "village"}, "county_district": {"county"}, "county": {"county"},
    "street+community": {"street", "community"}, "town+village": {"town", "township", "village"},
}  # fmt: skip

#: Rules of the plans of the library, which were read from the documents once more and go before the table of statements.
RULES = {target.id: target.rule for name in library_names() for target in load_plan(name).targets}


def number(text):
    match = re.match(r"\d+(\.\d+)?", text or "")
    try:
        return Decimal(match[0]) if match else None
    except InvalidOperation:
        return None


def plain(text):
    return re.sub(r"\s+", "", narrow(text))


def likeness(truth, draft):
    quote = plain(truth["quote"])
    words = plain(draft.printed), plain(draft.name)
    sizes = []
    for text in words:
        match = SequenceMatcher(None, quote, text, autojunk=False).find_longest_match()
        sizes.append(match.size)
    best = max(sizes)
    same = number(truth["target_value"]) is not None and draft.value == number(truth["target_value"])
    return best + (6 if same else 0) if best >= 4 else 0


def matched(truths, drafts):
    pairs = []
    for t, truth in enumerate(truths):
        for d, draft in enumerate(drafts):
            near = (
                int(truth["source_line"]) - 1
                <= draft.line
                <= int(truth["source_line"]) + (2 if draft.row or draft.start == 0 else 0)
            )
            if near and (score := likeness(truth, draft)):
                pairs.append((-score, t, d))
    told, used = {}, set()
    for _, t, d in sorted(pairs):
        if t not in told and d not in used:
            told[t] = d
            used.add(d)
    return told


def layer_of(truth):
    first = truth["facility_layer"].split("|")[0]
    return LAYERS.get(first.split("_")[0], "civic")


def exact(truth, draft):
    wanted = number(truth["target_value"])
    high = number(truth["target_value_high"])
    attribute = next((v for k, v in ATTRIBUTES.items() if truth["attribute"].startswith(k)), "history")
    year = number(truth["target_year"]) if re.match(r"20\d\d", truth["target_year"]) else None
    units = UNITS.get(truth["spatial_unit"])
    return {
        "value": draft.value == wanted and (high is None or draft.high == high),
        "rule": draft.rule == RULES.get(truth["target_id"], truth["rule"]),
        "year": year is None or draft.year == int(year),
        "layer": draft.thing.layer == layer_of(truth),
        "units": None if units is None else draft.units is not None and set(draft.units.types) == units,
        "kind": draft.kind == truth["kind"],
        "attribute": draft.attribute == attribute,
    }


def alternatives(pattern):
    """Parts of a pattern between the bars that stand in no bracket."""
    parts, depth, start, at = [], 0, 0, 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif sign == "[":
            at = pattern.index("]", at + 2)
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and depth == 0:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*parts, pattern[start:]]


def without(pattern, text):
    """A pattern without the alternatives that fit nowhere in a text, and how many those are; one that fits nothing for none."""
    parts = alternatives(pattern.pattern)
    kept = [part for part in parts if re.search(part, text)]
    return re.compile("|".join(kept) if kept else r"(?!)"), len(parts) - len(kept)


@contextmanager
def held_out(texts):
    """The reader with the words that other documents could have taught; how many words went."""
    text = narrow("\n".join(texts))
    lists = [(terms, "_COMPILED"), (terms, "_UNIT_PATTERNS")]
    names = ("_SHARE", "_MONEY", "_SITE", "_DESIGN", "_SMALL_DOUBT", "_ACHIEVED", "PAST")
    singles = [(terms, "PEOPLE"), *((statements, name) for name in names), (numbers, "_EVERY")]
    before = [(place, name, getattr(place, name)) for place, name in lists + singles]
    gone = 0
    for place, name in lists:
        shorter = [(*without(pattern, text), what) for pattern, what in getattr(place, name)]
        gone += sum(count for _, count, _ in shorter)
        setattr(place, name, tuple((pattern, what) for pattern, _, what in shorter))
    for place, name in singles:
        pattern, count = without(getattr(place, name), text)
        gone += count
        setattr(place, name, pattern)
    try:
        yield gone
    finally:
        for place, name, value in before:
            setattr(place, name, value)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plans", type=Path)
    parser.add_argument("--list", action="store_true", help="name what was missed, wrong or too much")
    parser.add_argument(
        "--held-out", action="store_true", help="take away what only the document itself could teach"
    )
    asked = parser.parse_args()
    texts = {
        path.name: path.read_text(encoding="utf-8") for path in (asked.plans / "documents").glob("*.txt")
    }
    truths = defaultdict(list)
    with (asked.plans / "plan_targets.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            truths[row["source_file"]].append(row)
    whole, right, counted = Counter(), Counter(), Counter()
    for name, rows in sorted(truths.items()):
        start = time.perf_counter()
        others = [text for other, text in texts.items() if other != name]
        with held_out(others) if asked.held_out else nullcontext(0) as gone:
            reading = read_lines(read_document(asked.plans / "documents" / name))
        if gone:
            print(f"{gone} words taken away")
        seconds = time.perf_counter() - start
        told = matched(rows, reading.found)
        both = sum(
            exact(rows[t], reading.found[d])["value"] and exact(rows[t], reading.found[d])["rule"]
            for t, d in told.items()
        )
        print(
            f"{name}: {len(rows)} statements, {len(reading.found)} drafted, {len(told)} found: recall {len(told) / len(rows):.0%}, "
            f"precision {len(told) / max(1, len(reading.found)):.0%}, value and rule {both}/{len(told)}, {seconds:.2f} s"
        )
        whole += Counter(truth=len(rows), drafted=len(reading.found), found=len(told), both=both)
        for t, d in told.items():
            for key, is_right in exact(rows[t], reading.found[d]).items():
                if is_right is not None:
                    counted[key] += 1
                    right[key] += is_right
        if asked.list:
            for t, row in enumerate(rows):
                if t not in told:
                    print(
                        "   MISSED",
                        row["target_id"],
                        row["source_line"],
                        row["name_zh"],
                        "|",
                        row["quote"][:60],
                    )
                else:
                    wrong = [k for k, ok in exact(row, reading.found[told[t]]).items() if ok is False]
                    draft = reading.found[told[t]]
                    if wrong:
                        print(
                            "   WRONG",
                            row["target_id"],
                            wrong,
                            "|",
                            draft.name,
                            draft.rule,
                            draft.value,
                            draft.high,
                            draft.year,
                            draft.kind,
                            draft.thing,
                            draft.units and draft.units.key,
                            "| truth",
                            row["rule"],
                            row["target_value"],
                            row["target_year"],
                            row["kind"],
                            row["facility_layer"],
                            row["spatial_unit"],
                            row["attribute"],
                        )
            for d, draft in enumerate(reading.found):
                if d not in told.values():
                    print(
                        "   EXTRA",
                        draft.line,
                        draft.printed,
                        "|",
                        draft.name,
                        draft.value,
                        draft.measure,
                        draft.kind,
                    )
    print(
        f"all: recall {whole['found'] / whole['truth']:.1%}, precision {whole['found'] / whole['drafted']:.1%}, value and rule {whole['both'] / whole['found']:.1%}"
    )
    print(
        "exact of the found:",
        ", ".join(f"{key} {right[key] / counted[key]:.0%} of {counted[key]}" for key in counted),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
