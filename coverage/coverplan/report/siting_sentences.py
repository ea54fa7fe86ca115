"""Sentences of the siting answer: what it is, how well it is proven, what is left, and why each action is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from coverplan.report.alike_actions import alike, runs
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import name_of, reason, records, whole
from coverplan.report.tables.siting import due_later
from coverplan.report.tables.siting_ground import survival
from coverplan.results.chosen import (
    ChosenAction,
    chosen_actions,
    counted_kinds,
    largest_gap,
    money,
    most_people_words,
    question_of,
    total_cost,
)
from coverplan.results.result import Result
from coverplan.results.whole_numbers import rounded_to

#: Units that a paragraph names; the tables have all of them.
MOST_UNITS = 5
#: Steps of which the first sentence speaks.
PROVEN_LEADS = ("least_cost", "fewest_actions")
#: States of a target that leave something to do, in the order in which they are told.
LEFT = ("relaxed", "not_influenced", "not_judged", "after_horizon")


class SitingSentences:
    """Sentences of one result's siting in one language.

    Parameters
    ----------
    result
        With siting in its summary.
    labels
        Words of the report.
    """

    def __init__(self, result: Result, labels: Labels) -> None:
        found = question_of(result)
        if found is None:
            raise ValueError("the result has no siting")
        self._siting: Mapping[str, Any] = found
        self._labels = labels
        self._targets = {row["target_id"]: row for row in records(result, "siting_targets")}
        self._later = due_later(result)
        self._years = records(result, "siting_years")
        self._people = records(result, "action_people")
        self._alternatives = records(result, "action_alternatives")
        self._survival = survival(result)
        self._variants = records(result, "siting_variants")
        self.actions = chosen_actions(result)

    @property
    def _next(self) -> bool:
        """The next ones were asked for, and no targets."""
        return "most_people" in self._siting["question"]

    def three(self) -> tuple[str, ...]:
        """What to do, how good the answer is, what is left to do, and how much of it stays under variants."""
        return self._lead(), self._proof(), self._left(), *self.stays()

    def brief(self) -> Iterator[str]:
        """What is to be done in all, when and for how much, and how much of it stays: for a page that has room for little."""
        labels, unknown = self._labels, self._siting["cost"]["unknown"]
        if self._next or not self.actions or unknown == self._siting["actions"]:
            yield from self.stays()
            return
        years = sorted({action.year for action in self.actions})
        found = list(self._survival.values())
        counted = {"variants": max((of for _, of in found), default=0), "all": sum(o == n for o, n in found)}
        more = labels("siting.brief_stays", **counted)
        yield labels(
            "siting.brief",
            years=labels.names([str(year) for year in years]),
            count=self._siting["actions"],
            cost=total_cost(self._siting, labels.words),
            stays=more + self._range("siting.brief_range") if found else "",
        )

    def costs(self) -> Iterator[str]:
        """What must be known of the costs before they are quoted."""
        unknown, count = self._siting["cost"]["unknown"], self._siting["actions"]
        if self._next and unknown == count:
            return
        if self._siting["question"]["synthetic_costs"]:
            yield self._labels.words("siting_page.costs_synthetic")
        if unknown and unknown == count:
            yield self._labels("siting.costs_all_unknown")
        elif unknown:
            yield self._labels("siting.costs_unknown", count=unknown)

    def title(self, action: ChosenAction) -> str:
        """Heading of an action."""
        labels = self._labels
        return labels(
            "siting.site_title",
            id=action.action_id,
            year=action.year,
            action=labels.words.name_of("siting_action", action.action),
            name=action.title(labels.type(action.type), labels.words),
        )

    def groups(self) -> tuple[tuple[ChosenAction, ...], ...]:
        """The actions as paragraphs tell them."""
        return alike(self.actions, {row["action_id"] for row in self._alternatives})

    def group_title(self, group: Sequence[ChosenAction]) -> str:
        """Heading of several actions."""
        labels, first = self._labels, group[0]
        return labels(
            "siting.group_title",
            ids=labels.names(runs(group, self.actions, labels)),
            year=first.year,
            action=labels.words.name_of("siting_action", first.action),
            type=labels.type(first.type),
            count=len(group),
        )

    def group_why(self, group: Sequence[ChosenAction]) -> str:
        """What several actions cost together, and what is lost without them."""
        labels, costs = self._labels, [one.cost for one in group if one.cost is not None]
        known = len(costs) == len(group)
        cost = (
            labels("siting.group_cost", cost=money(sum(costs), self._siting, labels.words)) if known else ""
        )
        join = "" if labels.language == "zh" else " "
        told = (labels("siting.group_where"), cost, labels("siting.site_nobody"), *self._needed(group[0]))
        return join.join(filter(None, told))

    def why(self, action: ChosenAction) -> str:
        """Where an action is, what it costs, whom it reaches, what is lost without it, and what else would do."""
        join = "" if self._labels.language == "zh" else " "
        parts = (self._where(action), self._reached(action), self._needed(action), self._instead(action))
        return join.join(sentence for part in parts for sentence in part)

    def named(self, target_ids: tuple[str, ...]) -> str:
        """Targets with their names."""
        labels = self._labels
        named = [
            labels("siting.target_named", id=one, name=name_of(self._targets[one], labels))
            if one in self._targets
            else one
            for one in target_ids
        ]
        return labels("clause").join(named)

    def conflicts(self) -> tuple[str, ...]:
        """Targets that stand against each other, or that nothing can meet."""
        labels = self._labels
        return tuple(
            labels(
                "siting.conflict",
                kind=labels(f"siting_conflict.{conflict['kind']}"),
                targets=self.named(tuple(conflict["targets"])),
            )
            for conflict in self._siting["conflicts"]
        )

    def choices(self, rows: list[dict[str, Any]]) -> tuple[str, ...]:
        """Which units may act for each target whose choice is open, and what must be known first where it is not."""
        return tuple(self._choice(row) for row in rows)

    def _choice(self, row: Mapping[str, Any]) -> str:
        labels, target = self._labels, self.named((row["target_id"],))
        at_most, needed = whole(row["at_most"]), whole(row["needed"])
        ask = reason({"reason": row["ask"]}, labels)
        if at_most is None:
            return labels("siting.choice_unknown", target=target, ask=ask)
        kinds = labels.types(row["type"])
        if needed is None:
            return labels("siting.choice_at_most", target=target, at_most=at_most, type=kinds, ask=ask)
        values = {
            "target": target,
            "needed": needed,
            "count": len(row["units"]),
            "type": kinds,
            "units": labels.some(list(row["unit_names"])),
        }
        if needed < len(row["units"]):
            return labels("siting.choice", **values)
        return labels("siting.choice_all", **values)

    def _lead(self) -> str:
        labels, status = self._labels, self._siting["status"]
        gained = most_people_words(self._siting, labels.words)
        if gained is not None:
            return self._next_ones(gained)
        asked = len(self._siting["question"]["targets"])
        if status == "infeasible":
            return labels("siting_lead.infeasible", asked=asked)
        if status == "nothing_to_do":
            unjudged = sum(row["state"] == "not_judged" for row in self._targets.values())
            first = labels("siting.not_judged_first", count=unjudged) if unjudged else ""
            return labels("siting_lead.nothing", asked=asked, first=first)
        if status == "nothing_asked":
            return labels("siting_lead.nothing_asked")
        relaxed = len(self._siting["relaxed"])
        values = {
            "years": self._span(),
            "count": self._siting["actions"],
            "kinds": counted_kinds(self.actions, labels.words),
            "cost": total_cost(self._siting, labels.words),
            "asked": asked,
            "overdue": self._overdue(),
            "budget": self._within_budget(),
        }
        if relaxed:
            return labels("siting_lead.relaxed", **values, relaxed=relaxed)
        # "least" and "fewest" are said of what is proven alone
        sought = [stage["name"] for stage in self._siting["stages"] if stage["name"] in PROVEN_LEADS]
        return labels(f"siting_lead.{sought[0] if sought and status == 'optimal' else 'found'}", **values)

    def _next_ones(self, gained: str) -> str:
        """What is opened where the next ones were asked for, and how many people that brings within the standard."""
        labels = self._labels
        wanted = self._siting["question"]["most_people"]
        values = {
            "years": self._span(),
            "standard": labels.standard(wanted["standard"]),
            "new": wanted["new"],
        }
        if not self.actions:
            return labels("siting_lead.nobody_new", **values)
        told = labels("siting_lead.most_people", **values, gained=gained)
        if self._siting["cost"]["unknown"] == self._siting["actions"]:
            return told
        cost = labels("siting_lead.costing", cost=total_cost(self._siting, labels.words))
        return told + ("" if labels.language == "zh" else " ") + cost

    def _span(self) -> str:
        years = self._siting["question"]["years"]
        first, last = years[0], years[-1]
        return self._labels("siting.years_one" if first == last else "siting.years", first=first, last=last)

    def _overdue(self) -> str:
        """How many targets the scenario asks for later than the plan does, and in which years."""
        if not self._later:
            return ""
        dues = [str(year) for year in sorted(set(self._later.values()))]
        return self._labels("siting.overdue", count=len(self._later), due=self._labels.names(dues))

    def _within_budget(self) -> str:
        told = [row for row in self._years if row["budget"] is not None and row["left"] is not None]
        kept = bool(told) and all(row["left"] >= 0 for row in told)
        carried = bool(self._siting["question"]["carry_over"])
        more = self._labels("siting.carried") if carried else ""
        return self._labels("siting.within_budget", carried=more) if kept else ""

    def _proof(self) -> str:
        labels, status = self._labels, self._siting["status"]
        if self._next and status == "nothing_to_do":
            return self._proven("optimal")
        if status == "infeasible":
            return labels("siting_proof.infeasible")
        if status == "nothing_to_do":
            return labels("siting_proof.nothing")
        if status == "nothing_asked":
            return labels("siting_proof.nothing_asked")
        return self._proven(status)

    def _proven(self, status: str) -> str:
        """How good an answer with actions is."""
        labels, gap = self._labels, largest_gap(self._siting)
        if status == "stopped":
            if gap is None:
                return labels("siting_proof.stopped_bare")
            return labels("siting_proof.stopped", gap=labels.words.share(gap, 2))
        stages = labels.names([labels(f"siting_stage.{stage['name']}") for stage in self._siting["stages"]])
        if self._next:
            return labels(f"siting_proof.next_{status}", gap=labels.words.share(gap, 2))
        costly = status == "within_gap" and self._siting["stages"][0]["name"] == "least_cost"
        return labels(
            f"siting_proof.{'within_cost' if costly else status}",
            stages=stages,
            gap=labels.words.share(gap, 2),
        )

    def stays(self) -> Iterator[str]:
        """How many actions stay under every variant, and between which costs the answers lie."""
        labels = self._labels
        found = list(self._survival.values())
        if not found:
            return
        yield labels(
            "siting.survive",
            variants=max(of for _, of in found),
            count=len(found),
            all=sum(often == of for often, of in found),
            range=self._range(),
        )

    def _range(self, key: str = "siting.cost_range") -> str:
        """Costs and numbers of actions of the answer and of every variant; nothing where a cost is unknown."""
        costs = [row["cost"] for row in self._variants]
        own = self._siting["cost"]
        if not costs or own["unknown"] or any(cost is None for cost in costs):
            return ""
        told = [money(cost, self._siting, self._labels.words) for cost in sorted([*costs, own["total"]])]
        counts = sorted([*(int(row["actions"]) for row in self._variants), self._siting["actions"]])
        return self._labels(key, low=told[0], high=told[-1], least=counts[0], most=counts[-1])

    def _left(self) -> str:
        labels = self._labels
        if self._next:
            return labels("siting.left_chosen_file")
        counts = Counter(row["state"] for row in self._targets.values())
        parts = [
            labels("siting.left_state", count=counts[state], state=labels(f"siting_left.{state}"))
            for state in LEFT
            if counts[state]
        ]
        if self._siting["cost"]["unknown"]:
            parts.append(labels("siting.left_cost", count=self._siting["cost"]["unknown"]))
        return (
            labels("siting.left", parts=labels("clause").join(parts))
            if parts
            else labels("siting.left_nothing")
        )

    def _where(self, action: ChosenAction) -> Iterator[str]:
        labels = self._labels
        if action.street_name and action.street_name != action.unit_name:
            yield labels("siting.site_where_street", street=action.street_name, unit=action.unit_name)
        elif action.unit_name:
            yield labels("siting.site_where", unit=action.unit_name)
        if not action.public:
            yield labels("siting.site_withheld")
        size = list(self._size(action))
        if size:
            yield labels("siting.site_size", size=labels("list").join(size))
        cost = money(action.cost, self._siting, labels.words)
        if action.saving:
            saving = money(action.saving, self._siting, labels.words)
            yield labels("siting.site_cost_saving", cost=cost, saving=saving)
        else:
            yield labels("siting.site_cost", cost=cost)
        if action.shared_with and action.public:
            yield labels("siting.site_shared", facility=action.shared_with)

    def _size(self, action: ChosenAction) -> Iterator[str]:
        sizes = {
            "siting.site_beds": action.beds,
            "siting.site_nursing" if action.beds else "siting.site_nursing_alone": action.nursing_beds,
            "siting.site_area_after"
            if action.action == "expand"
            else "siting.site_area": action.floor_area_m2,
        }
        for key, amount in sizes.items():
            if amount:
                yield self._labels(key, count=self._labels.words.number(amount))

    def _reached(self, action: ChosenAction) -> Iterator[str]:
        labels = self._labels
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in self._people:
            if row["action_id"] == action.action_id and row["reached"]:
                found.setdefault((row["standard"], row["group"]), []).append(row)
        for (standard, group), rows in found.items():
            rows.sort(key=lambda row: (-row["reached"], row["unit_code"]))
            reached = np.array([row["reached"] for row in rows], dtype=float)
            # the units add up to what the table of actions says
            people = rounded_to(reached, round(reached.sum()))
            units = [
                labels(
                    "siting.site_unit",
                    unit=labels.unit(row["unit_code"]),
                    people=labels.words.number(count),
                )
                for row, count in zip(rows[:MOST_UNITS], people, strict=False)
                if count
            ]
            more = [labels("siting.site_unit_more")] if len(rows) > MOST_UNITS else []
            yield labels(
                "siting.site_people",
                standard=labels.standard(standard),
                group=labels.group(group),
                units=labels.names([*units, *more]),
            )
        if not found and not action.people_reached:
            yield labels("siting.site_nobody")

    def _needed(self, action: ChosenAction) -> Iterator[str]:
        labels = self._labels
        if action.targets:
            yield labels("siting.site_targets", targets=self.named(action.targets))
        elif not self._next:
            yield labels("siting.site_no_targets")
        also = tuple(one for one in action.serves if one not in action.targets)
        if also:
            yield labels("siting.site_serves", targets=self.named(also))
        if action.people_needed:
            yield labels("siting.site_lost", people=labels.words.number(action.people_needed))

    def _instead(self, action: ChosenAction) -> Iterator[str]:
        labels = self._labels
        own = [row for row in self._alternatives if row["action_id"] == action.action_id]
        possible = [row for row in own if row["possible"]]
        if own and not possible:
            yield labels("siting.site_no_alternative")
        if possible:
            best = min(possible, key=lambda row: (row["extra_cost"] is None, row["extra_cost"] or 0.0))
            values = {
                "alternative": self._other(action, best) if action.public else labels("siting.withheld"),
                "price": self._price(best["extra_cost"]),
                "people": self._difference(best["people_difference"]),
            }
            if best["unit_name"]:
                yield labels("siting.site_alternative", **values, unit=best["unit_name"])
            else:
                yield labels("siting.site_alternative_bare", **values)

    def _other(self, action: ChosenAction, best: Mapping[str, Any]) -> str | None:
        """Another place; one that is called as the place of the action is told with its number."""
        name, site = best["alternative"], best["site"]
        if name and site and name == action.name:
            return self._labels.candidate(site, name)
        return self._labels.place(name, site)

    def _price(self, extra: float | None) -> str:
        if extra is None:
            return self._labels("siting.unknown_cost")
        if not extra:
            return self._labels("siting.same_cost")
        cost = money(abs(extra), self._siting, self._labels.words)
        return self._labels("siting.dearer" if extra > 0 else "siting.cheaper", cost=cost)

    def _difference(self, people: float | None) -> str:
        if people is None:
            return self._labels("siting.unknown_people")
        count = self._labels.words.number(abs(people))
        if count == "0":
            return self._labels("siting.same_people")
        return self._labels("siting.more_people" if people > 0 else "siting.fewer_people", count=count)
