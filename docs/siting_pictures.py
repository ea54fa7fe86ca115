"""Pictures of docs/siting.md, drawn from a small made-up town: python docs/siting_pictures.py."""

# ruff: noqa: INP001

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("agg")
import matplotlib.pyplot as plt

from coverplan.siting.frontier import by_number
from coverplan.siting.limit import Number
from coverplan.siting.objective import MostPeople
from coverplan.siting.pairs import from_coordinates
from coverplan.siting.points import make_points
from coverplan.siting.problem import Problem, make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Progress, Search

FOLDER = Path(__file__).parent
ANSWER, BOUND, QUIET = "#1b6ca8", "#c0392b", "#9aa5ad"
WALK_M = 900.0


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


def draw_answer(problem: Problem, places: np.ndarray, homes: np.ndarray) -> None:
    """Map of homes, candidates and the five best sites."""
    answer = solve(problem)
    chosen = places[answer.open_site]
    near = np.hypot(*(homes[:, None] - chosen[None]).transpose(2, 0, 1)).min(axis=1) <= WALK_M
    figure, axes = plt.subplots(figsize=(5.2, 4.6))
    size = problem.weight / 3
    axes.scatter(*homes[~near].T, s=size[~near], color=QUIET, label="not reached")
    axes.scatter(*homes[near].T, s=size[near], color=ANSWER, alpha=0.55, label="reached")
    axes.scatter(*places.T, marker="+", s=28, color="black", linewidths=0.7, label="possible site")
    axes.scatter(*chosen.T, marker="*", s=170, color=BOUND, edgecolor="white", label="chosen")
    for place in chosen:
        axes.add_patch(plt.Circle(place, WALK_M, fill=False, color=BOUND, linewidth=0.8))
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.legend(loc="upper left", fontsize=7, framealpha=0.9)
    axes.set_title(
        f"Five sites reach {answer.objective:,.0f} of {problem.weight.sum():,.0f} people", fontsize=10
    )
    save(figure, "siting-answer.png")


def draw_gap(problem: Problem) -> None:
    """Answer and bound of one search, step by step."""
    steps: list[Progress] = []
    solve(problem, Search(progress=steps.append))
    answer = np.array([step.objective for step in steps], dtype=float)
    bound = np.array([step.bound for step in steps], dtype=float)
    turn = np.arange(1, len(steps) + 1)
    figure, axes = plt.subplots(figsize=(5.6, 3.4))
    axes.fill_between(turn, answer, bound, color="#f4d9d6", label="gap: nobody knows yet")
    axes.plot(turn, bound, color=BOUND, marker="o", markersize=3, label="bound: no plan reaches more")
    axes.plot(turn, answer, color=ANSWER, marker="o", markersize=3, label="answer: this plan reaches so many")
    axes.set_xlabel("steps of the search")
    axes.set_ylabel("people reached")
    axes.legend(fontsize=7, loc="right")
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, "siting-gap.png")


def draw_proven(problem: Problem) -> None:
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
        (reach + 0.04 * (reach - answer.min()), f"everybody whom any place reaches: {reach:,.0f}"),
        ((bound[-1] + reach) / 2, "proven: no plan lies here"),
        ((low + answer[-1]) / 2, "shown: a plan that reaches so many, counted twice"),
    ):
        axes.text(middle, height, words, ha="center", va="center", fontsize=9)
    axes.annotate(
        f"not known: at most {bound[-1] - answer[-1]:,.0f} more than {answer[-1]:,.0f}",
        (turn[-1] - 0.1, (answer[-1] + bound[-1]) / 2),
        (middle, answer[-1] + 0.22 * (reach - answer[-1])),
        ha="center",
        fontsize=9,
        arrowprops={"arrowstyle": "->", "linewidth": 0.7},
    )
    axes.set_xlim(1, turn[-1])
    axes.set_ylim(low, high)
    axes.set_xlabel("time, in steps of the search")
    axes.set_ylabel("people reached")
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, "siting-proven.png")


def draw_frontier(problem: Problem) -> None:
    """What one more site buys."""
    points = by_number(problem, range(13), Search(gap=0.04))
    number = [point.limit for point in points]
    figure, axes = plt.subplots(figsize=(5.6, 3.4))
    bound, answer = [point.bound for point in points], [point.objective for point in points]
    axes.fill_between(number, answer, bound, color="#f4d9d6", label="between answer and bound")
    axes.plot(number, answer, color=ANSWER, marker="o", markersize=4, label="best plan found")
    axes.axhline(problem.weight.sum(), color=QUIET, linewidth=0.8, linestyle="--")
    axes.set_xlabel("number of sites")
    axes.set_ylabel("people reached")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=7, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, "siting-frontier.png")


def save(figure: plt.Figure, name: str) -> None:
    """Write without names and dates, so that a second run gives the same file."""
    figure.tight_layout()
    figure.savefig(FOLDER / name, dpi=110, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    draw_answer(*town(60, 400))
    draw_gap(town(160, 1500)[0])
    draw_proven(town(600, 6000, 7)[0])
    draw_frontier(town(60, 400)[0])
