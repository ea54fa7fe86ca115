"""What a person sees in the terminal of where to build next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from coverplan.results.chosen import (
    chosen_actions,
    cost_decimals,
    cost_head,
    counted_kinds,
    money,
    most_people_words,
    question_of,
    standing,
    total_cost,
)
from coverplan.results.result import CHOSEN_YAML, Result
from coverplan.text.words import Words

#: Actions in the table of a terminal; the rest is counted and stands in the files.
MOST_ACTIONS = 20


def print_siting(console: Console, result: Result, words: Words) -> None:
    """Print the status, the actions by year, what they cost, the targets that they meet, and where they stand.

    Parameters
    ----------
    console
        That prints.
    result
        Nothing is printed for one without siting.
    words
        Of the reader's language.
    """
    siting = question_of(result)
    if siting is None:
        return
    console.print(f"\n[bold cyan]{words('siting_page.heading')}[/bold cyan]")
    console.print(f"  [bold]{escape(standing(siting, words))}[/bold]")
    for line in _unproven(siting, words):
        console.print(f"  {escape(line)}")
    chosen = chosen_actions(result)
    if chosen:
        kinds = counted_kinds(chosen, words)
        told = words("siting_page.in_all", count=len(chosen), kinds=kinds, cost=total_cost(siting, words))
        console.print(f"  {escape(told)}")
    gained = most_people_words(siting, words)
    if gained is not None:
        console.print(f"  {escape(gained)}")
    asked, met = _targets(result)
    if asked:
        console.print(f"  {words('siting_page.met', asked=asked, met=met)}")
    targets = result.tables.get("siting_targets")
    unjudged = 0 if targets is None else int((targets["state"] == "not_judged").sum())
    if unjudged:
        console.print(f"  [yellow]{words('siting_page.not_judged', count=unjudged)}[/yellow]")
    if chosen:
        console.print(_table(result, siting, words))
    if result.folder is not None and chosen:
        console.print(words("siting_page.chosen_file", file=escape(str(result.folder / CHOSEN_YAML))))


def _unproven(siting: Mapping[str, Any], words: Words) -> list[str]:
    """What is left to gain at most in every step that is not proven best."""
    return [
        words(
            "siting_page.stage",
            name=words(f"report.siting_stage.{stage['name']}"),
            value=_measured(stage, stage["value"], siting, words),
            bound=_measured(stage, stage["bound"], siting, words),
            gap=words.share(stage["gap"], 2),
        )
        for stage in siting["stages"]
        if stage["gap"]
    ]


def _measured(stage: Mapping[str, Any], figure: float, siting: Mapping[str, Any], words: Words) -> str:
    """A figure of a step with its unit; a shortfall is counted in shares, which have none."""
    if stage["name"] == "least_cost":
        return money(figure, siting, words)
    if stage["name"] == "least_shortfall":
        return words.number(figure)
    unit = words(f"report.siting_stage_unit.{stage['name']}")
    return words("siting_page.money", cost=words.number(figure), currency=unit)


def _targets(result: Result) -> tuple[int, int]:
    """How many targets are constraints or were relaxed, and how many of them the actions meet."""
    table = result.tables.get("siting_targets")
    if table is None:
        return 0, 0
    asked = table[table["state"].isin(["constraint", "relaxed"])]
    return len(asked), int((asked["verdict_promised"] == "met").sum())


def _table(result: Result, siting: Mapping[str, Any], words: Words) -> Table:
    chosen = chosen_actions(result)
    table = Table(
        title=words("siting_page.by_year"), title_justify="left", title_style="bold", box=None, pad_edge=True
    )
    for name in ("number", "year_column", "what", "name", "place"):
        table.add_column(words(f"map.siting.{name}"), overflow="fold")
    for head in (words("map.siting.people_column"), cost_head(siting, words)):
        table.add_column(head, justify="right")
    decimals = cost_decimals(chosen[:MOST_ACTIONS])
    for action in chosen[:MOST_ACTIONS]:
        named = action.title(words.name_of("type", action.type), words)
        table.add_row(
            *(escape(text) for text in (action.action_id, str(action.year))),
            words.name_of("siting_action", action.action),
            escape(named),
            escape(action.where),
            words.number(action.people_reached),
            words("siting_page.unknown") if action.cost is None else words.number(action.cost, decimals),
        )
    if len(chosen) > MOST_ACTIONS:
        table.caption = words("siting_page.more_actions", count=len(chosen) - MOST_ACTIONS)
        table.caption_justify = "left"
    return table
