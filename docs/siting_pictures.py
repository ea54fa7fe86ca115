"""Pictures of docs/siting.md and siting.zh.md, drawn from a small made-up town: python docs/siting_pictures.py."""

# ruff: noqa: INP001

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("agg")
import matplotlib.pyplot as plt
from matplotlib import font_manager

from coverplan.siting.frontier import by_number
from coverplan.siting.limit import Number
from coverplan.siting.objective import MostPeople
from coverplan.siting.pairs import from_coordinates
from coverplan.siting.points import make_points
from coverplan.siting.problem import Problem, make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Progress, Search
from coverplan.text.typeface import font_file

FOLDER = Path(__file__).parent
ANSWER, BOUND, QUIET = "#1b6ca8", "#c0392b", "#9aa5ad"
WALK_M = 900.0
#: Every word on a picture, in English and Chinese.
WORDS = {
    "missed": ("not reached", "未覆盖"),
    "reached": ("reached", "已覆盖"),
    "possible": ("possible site", "候选点"),
    "chosen": ("chosen", "选定"),
    "five": (
        "Five sites reach {got:,.0f} of {all:,.0f} people",
        "五处设施覆盖 {all:,.0f} 人中的 {got:,.0f} 人",
    ),
    "gap": ("gap: nobody knows yet", "差距：尚不知道"),
    "bound": ("bound: no plan reaches more", "界：任何方案都不会更多"),
    "answer": ("answer: this plan reaches so many", "方案：已能覆盖这么多"),
    "steps": ("steps of the search", "搜索步数"),
    "people": ("people reached", "覆盖人数"),
    "everybody": (
        "everybody whom any place reaches: {reach:,.0f}",
        "所有候选点能够到达的全部人口：{reach:,.0f}",
    ),
    "ruled_out": ("proven: no plan lies here", "已证明：没有方案在此"),
    "shown": ("shown: a plan that reaches so many, counted twice", "已算出：覆盖这么多人的方案，经两次核算"),
    "unknown": (
        "not known: at most {more:,.0f} more than {got:,.0f}",
        "尚不知道：最多比 {got:,.0f} 多 {more:,.0f}",
    ),
    "time": ("time, in steps of the search", "时间（搜索步数）"),
    "between": ("between answer and bound", "方案与界之间"),
    "best": ("best plan found", "已找到的最好方案"),
    "number": ("number of sites", "设施数"),
}


def said(key: str, language: str, **numbers: float) -> str:
    """A word of a picture."""
    return WORDS[key][language == "zh"].format(**numbers)


def town(sites: int, points: int, opened: int = 5) -> tuple[Problem, np.ndarray, np.ndarray]:
    """Villages of different size in a square of six kilometres; up to 900 m on foot."""
    rng = np.random.default_rng(7)
    centre = rng.uniform(700, 5300, (9, 2))
    homes = centre[rng.integers(0, 9, points)] + rng.normal(0, 420, (points, 2))
    places = homes[rng.choice(points, sites, replace=False)] + rng.normal(0, 60, (sites, 2))
    problem = make_problem(
        make_sites(tuple(f"s{k:03d}" for k in range(sites))),
        make_points(tuple(f"p{k:04d}" for k in range(points)), rng.integers(1, 60, points).astype(float)),
        from_coordinates(places, homes, limit=WALK_M),
        objectives=(MostPeople(),),
        limits=(Number(opened, opened),),
        standard=WALK_M,
    )
    return problem, places, homes


def draw_answer(problem: Problem, places: np.ndarray, homes: np.ndarray, language: str) -> None:
    """Map of homes, candidates and the five best sites."""
    answer = solve(problem)
    chosen = places[answer.open_site]
    near = np.hypot(*(homes[:, None] - chosen[None]).transpose(2, 0, 1)).min(axis=1) <= WALK_M
    figure, axes = plt.subplots(figsize=(5.2, 4.6))
    size = problem.weight / 3
    axes.scatter(*homes[~near].T, s=size[~near], color=QUIET, label=said("missed", language))
    axes.scatter(*homes[near].T, s=size[near], color=ANSWER, alpha=0.55, label=said("reached", language))
    axes.scatter(*places.T, marker="+", s=28, color="black", linewidths=0.7, label=said("possible", language))
    axes.scatter(*chosen.T, marker="*", s=170, color=BOUND, edgecolor="white", label=said("chosen", language))
    for place in chosen:
        axes.add_patch(plt.Circle(place, WALK_M, fill=False, color=BOUND, linewidth=0.8))
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.legend(loc="upper left", fontsize=7, framealpha=0.9)
    axes.set_title(said("five", language, got=answer.objective, all=problem.weight.sum()), fontsize=10)
    save(figure, "siting-answer", language)


def draw_gap(problem: Problem, language: str) -> None:
    """Answer and bound of one search, step by step."""
    steps: list[Progress] = []
    solve(problem, Search(progress=steps.append))
    answer = np.array([step.objective for step in steps], dtype=float)
    bound = np.array([step.bound for step in steps], dtype=float)
    turn = np.arange(1, len(steps) + 1)
    figure, axes = plt.subplots(figsize=(5.6, 3.4))
    axes.fill_between(turn, answer, bound, color="#f4d9d6", label=said("gap", language))
    axes.plot(turn, bound, color=BOUND, marker="o", markersize=3, label=said("bound", language))
    axes.plot(turn, answer, color=ANSWER, marker="o", markersize=3, label=said("answer", language))
    axes.set_xlabel(said("steps", language))
    axes.set_ylabel(said("people", language))
    axes.legend(fontsize=7, loc="right")
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, "siting-gap", language)


def draw_proven(problem: Problem, language: str) -> None:
    """What a search has shown at every moment, what it has ruled out, and what lies between."""
    steps: list[Progress] = []
    answer_given = solve(problem, Search(gap=0.004, progress=steps.append))
    shown = [step for step in steps if step.objective is not None and step.bound is not None]
    answer = np.array([*(step.objective for step in shown), answer_given.objective], dtype=float)
    bound = np.array([*(step.bound for step in shown), answer_given.bound], dtype=float)
    reach = float(problem.weight[np.unique(problem.pairs.demand)].sum())
    turn = np.arange(1, len(answer) + 1)
    figure, axes = plt.subplots(figsize=(6.4, 4.0))
    axes.axhline(reach, color="black", linewidth=0.9, linestyle="--")
    axes.fill_between(turn, bound, reach, color="#f4d9d6", step="post")
    axes.fill_between(turn, answer, bound, color="#f2e6a8", step="post")
    axes.fill_between(turn, 0, answer, color="#cfe3f1", step="post")
    axes.step(turn, bound, color=BOUND, where="post")
    axes.step(turn, answer, color=ANSWER, where="post")
    low, high = answer.min() - 0.4 * (reach - answer.min()), reach + 0.08 * (reach - answer.min())
    middle = 1 + 0.6 * (turn[-1] - 1)
    for height, words in (
        (reach + 0.04 * (reach - answer.min()), said("everybody", language, reach=reach)),
        ((bound[-1] + reach) / 2, said("ruled_out", language)),
        ((low + answer[-1]) / 2, said("shown", language)),
    ):
        axes.text(middle, height, words, ha="center", va="center", fontsize=9)
    axes.annotate(
        said("unknown", language, more=bound[-1] - answer[-1], got=answer[-1]),
        (turn[-1] - 0.1, (answer[-1] + bound[-1]) / 2),
        (middle, answer[-1] + 0.22 * (reach - answer[-1])),
        ha="center",
        fontsize=9,
        arrowprops={"arrowstyle": "->", "linewidth": 0.7},
    )
    axes.set_xlim(1, turn[-1])
    axes.set_ylim(low, high)
    axes.set_xlabel(said("time", language))
    axes.set_ylabel(said("people", language))
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, "siting-proven", language)


def draw_frontier(problem: Problem, language: str) -> None:
    """What one more site buys."""
    points = by_number(problem, range(13), Search(gap=0.04))
    number = [point.limit for point in points]
    figure, axes = plt.subplots(figsize=(5.6, 3.4))
    bound, answer = [point.bound for point in points], [point.objective for point in points]
    axes.fill_between(number, answer, bound, color="#f4d9d6", label=said("between", language))
    axes.plot(number, answer, color=ANSWER, marker="o", markersize=4, label=said("best", language))
    axes.axhline(problem.weight.sum(), color=QUIET, linewidth=0.8, linestyle="--")
    axes.set_xlabel(said("number", language))
    axes.set_ylabel(said("people", language))
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=7, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, "siting-frontier", language)


def save(figure: plt.Figure, name: str, language: str) -> None:
    """Write without names and dates, so that a second run gives the same file."""
    figure.tight_layout()
    figure.savefig(
        FOLDER / f"{name}{'.zh' if language == 'zh' else ''}.png", dpi=110, metadata={"Software": None}
    )
    plt.close(figure)


if __name__ == "__main__":
    font_manager.fontManager.addfont(font_file())
    for spoken in ("en", "zh"):
        if spoken == "zh":
            mpl.rcParams["font.family"] = font_manager.FontProperties(fname=font_file()).get_name()
        draw_answer(*town(60, 400), spoken)
        draw_gap(town(160, 1500)[0], spoken)
        draw_proven(town(600, 6000, 7)[0], spoken)
        draw_frontier(town(60, 400)[0], spoken)
