"""The overview of a batch as an office hands it in: a document of sentences, maps and tables, and a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coverplan.batch.batch_file import Batch
from coverplan.batch.job import Outcome
from coverplan.batch.overview import AreaRows, added_up, ranked
from coverplan.batch.overview_map import area_map
from coverplan.report.content import (
    Block,
    Column,
    Document,
    Figure,
    Head,
    Heading,
    PageBreak,
    Paragraph,
    Row,
    Table,
    numbered,
)
from coverplan.report.files import write_documents
from coverplan.report.outline import chinese_number
from coverplan.scenario.base import title_in
from coverplan.text.version import VERSION
from coverplan.text.words import Language, Words
from coverplan.text.writing import write_whole

#: Areas that the sentence above a ranking names.
LOWEST = 3
#: So many areas with a map fit on half a page; with more, each section begins a page of its own.
_SHORT = 12
_PEOPLE = ("people", "covered", "uncovered", "off_network", "outside_units")


def write_office_files(
    batch: Batch, outcomes: Sequence[Outcome], rows: AreaRows, language: Language
) -> tuple[Path, ...]:
    """Write ``overview.<language>.docx`` and ``overview.<language>.xlsx`` into the folder of a batch."""
    from coverplan.report.documents.workbook import write_table_book

    overview = Overview(batch, outcomes, rows, language)
    book = partial(write_table_book, overview.tables(), head=overview.head(), words=overview.words)
    return (
        *write_documents({"docx": overview.document()}, batch.out, name=f"overview.{language}"),
        write_whole(batch.out / f"overview.{language}.xlsx", book),
    )


class Overview:
    """What the documents of a batch say in one language.

    Parameters
    ----------
    batch, outcomes
        What was asked and what came of it.
    rows
        What the results say about whole areas.
    language
        Of the reader.
    """

    def __init__(self, batch: Batch, outcomes: Sequence[Outcome], rows: AreaRows, language: Language) -> None:
        self.words = Words(language)
        self._batch, self._outcomes, self._rows, self._language = batch, outcomes, rows, language
        self._total = added_up(rows.coverage)
        self._missing = [one for one in outcomes if one.status in {"input", "failed"}]

    def head(self) -> Head:
        """What stands on the first page and at the edges of all others."""
        title, made = title_in(self._batch.file.title, self._language), self._rows.made
        facts = [self.words("report.internal")]
        if made is not None:
            day = self.words.date(made.date())
            facts.insert(0, self.words("report.fact_line", name=self.words("report.fact.made"), value=day))
        return Head(
            title=title,
            subtitle=self.words("batch.subtitle"),
            facts=tuple(facts),
            mark=self.words("summary.synthetic") if self._rows.synthetic else None,
            foot=self.words("report.foot", place=title, version=VERSION),
            made=made,
        )

    def document(self) -> Document:
        """Everything in reading order: all areas together, each standard and group, targets, areas without a result."""
        sections: list[tuple[str, str, list[Block]]] = [
            ("all", self.words("batch.together"), self._together())
        ]
        sections += [
            (f"part{at}", self._named(row["standard"], row["group"]), self._part(row))
            for at, row in enumerate(self._total.to_dict("records"))
        ]
        if len(self._rows.targets):
            sections.append(("targets", self.words("batch.targets"), [self._targets()]))
        if self._missing:
            sections.append(("missing", self.words("batch.without"), [self._states(self._missing)]))
        blocks: list[Block] = []
        for number, (key, text, content) in enumerate(sections, start=1):
            told = chinese_number(number) if self._language == "zh" else str(number)
            if number > 2 and len(self._outcomes) > _SHORT:
                blocks.append(PageBreak())
            blocks += [Heading(key, self.words("report.number.section", number=told) + text)]
            blocks += content
        return Document(self.head(), self._language, numbered(blocks))

    def tables(self) -> tuple[Table, ...]:
        """Every table in full, for a workbook; empty ones are left out."""
        every = self._rows.coverage.assign(
            name=[self._standard(key) for key in self._rows.coverage["standard"]],
            who=[self.words.name_of("group", group) for group in self._rows.coverage["group"]],
        ).sort_values(["name", "who", "area"], kind="stable")
        keys = ("area", "name", "who", *_PEOPLE, "share", "mean_minutes")
        found = [
            self._table("areas", self.words("batch.every"), keys, every),
            self._totals(),
            self._targets(),
            self._states(self._outcomes),
        ]
        return tuple(table for table in found if table.rows)

    def _together(self) -> list[Block]:
        answered = len(self._outcomes) - len(self._missing)
        said: list[Block] = [
            Paragraph(self.words("batch.intro", areas=len(self._outcomes), answered=answered), "lead")
        ]
        if self._missing:
            said.append(Paragraph(self.words("batch.missing", count=len(self._missing)), "warning"))
        return [*said, self._totals()] if len(self._total) else said

    def _part(self, row: dict[Any, Any]) -> list[Block]:
        standard, group = row["standard"], row["group"]
        ranking = ranked(self._rows.coverage, standard, group)
        named = self._named(standard, group)
        told = self.words(
            "batch.total", people=self.words.number(row["people"]), covered=self.words.number(row["covered"]),
            share=self.words.share(row["share"]), areas=row["areas"],
        )  # fmt: skip
        return [
            Paragraph(told + self.lowest(ranking), "lead"),
            *self._map(ranking, named, f"{standard}-{group}"),
            self._table(
                f"rank-{standard}-{group}", self.words("batch.ranking", named=named),
                ("rank", "area", "people", "covered", "uncovered", "off_network", "share", "mean_minutes"), ranking,
            ),
        ]  # fmt: skip

    def lowest(self, ranking: pd.DataFrame) -> str:
        """The areas with the lowest shares in a sentence; nothing where there are few areas."""
        if len(ranking) <= 2 * LOWEST:
            return ""
        first = ranking.head(LOWEST)
        names = [
            f"{area} {self.words.share(share)}"
            for area, share in zip(first["area"], first["share"], strict=True)
        ]
        space = "" if self._language == "zh" else " "
        return (
            space
            + self.words("batch.lowest")
            + self.words("batch.then").join(names)
            + self.words("batch.stop")
        )

    def _map(self, ranking: pd.DataFrame, named: str, key: str) -> list[Figure]:
        outlines: gpd.GeoDataFrame = self._rows.outlines
        if outlines.empty:
            return []
        drawing = area_map(ranking, outlines, self.words)
        caption = f"{named}：" if self._language == "zh" else f"{named}: "
        caption += self.words("batch.map")
        return [Figure(f"map-{key}", caption, drawing, caption)]

    def _totals(self) -> Table:
        total = self._total.assign(
            name=[self._standard(key) for key in self._total["standard"]],
            who=[self.words.name_of("group", group) for group in self._total["group"]],
        )
        people = [key for key in _PEOPLE if key != "outside_units" or total[key].any()]
        caption = self.words("batch.together")
        return self._table("total", caption, ("name", "who", "areas", *people, "share"), total)

    def _targets(self) -> Table:
        targets = self._rows.targets
        verdicts = [name for name in targets.columns if name != "area"]
        columns = [Column("area", self.words("batch.area"), width=18)]
        columns += [
            Column(name, self.words.name_of("report.verdict", name), "people", width=9) for name in verdicts
        ]
        rows = tuple(
            Row((str(row[0]), *(int(count) for count in row[1:]))) for row in targets.itertuples(index=False)
        )
        return Table("targets", self.words("batch.targets"), tuple(columns), rows)

    def _states(self, outcomes: Sequence[Outcome]) -> Table:
        columns = (
            Column("area", self.words("batch.area"), width=14),
            Column("status", self.words("batch.why"), width=14),
            Column("tries", self.words("batch.tries"), "people", width=6),
            Column("reason", self.words("batch.reason"), width=58),
        )
        rows = tuple(
            Row((one.name, self.words(f"batch.status.{one.status}"), one.tries, one.why(self._language)))
            for one in outcomes
        )
        return Table("states", self.words("batch.states"), columns, rows)

    def _table(self, key: str, caption: str, keys: Sequence[str], frame: pd.DataFrame) -> Table:
        rows = tuple(
            Row(tuple(_plain(value) for value in values))
            for values in frame[list(keys)].itertuples(index=False, name=None)
        )
        return Table(key, caption, tuple(self._column(one) for one in keys), rows)

    def _column(self, key: str) -> Column:
        if key in _PEOPLE:
            return Column(key, self.words(f"report.column.{key}"), "people", width=10)
        return {
            "rank": Column("rank", self.words("batch.rank"), "people", width=5),
            "area": Column("area", self.words("batch.area"), width=18),
            "areas": Column("areas", self.words("batch.areas"), "people", width=6),
            "name": Column("name", self.words("report.column.standard"), width=24),
            "who": Column("who", self.words("report.column.group"), width=10),
            "share": Column("share", self.words("report.column.share"), "share", width=8),
            "mean_minutes": Column(
                "mean_minutes",
                self.words("report.column.mean_minutes"),
                "minutes",
                self.words("batch.minutes"),
                12,
            ),
        }[key]

    def _standard(self, key: str) -> str:
        return str(self._rows.titles.get((key, self._language), key))

    def _named(self, standard: str, group: str) -> str:
        return self.words(
            "batch.standard", standard=self._standard(standard), group=self.words.name_of("group", group)
        )


def _plain(value: Any) -> str | int | float | dt.date | None:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (str, int, float)):
        return value
    return str(value)
