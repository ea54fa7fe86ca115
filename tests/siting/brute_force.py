"""Every subset of sites, in plain Python loops: the truth for tiny siting questions."""

from __future__ import annotations

import itertools

import networkx as nx

from coverplan.siting import limit as limits
from coverplan.siting import objective as objectives


class Town:
    """Problem as dictionaries."""

    def __init__(self, problem):
        self.problem = problem
        self.ids = problem.sites.ids
        self.weight = dict(enumerate(problem.weight.tolist()))
        costs = problem.pairs.costs()
        self.cost = {}
        for site in range(problem.pairs.sites):
            for at in range(problem.pairs.indptr[site], problem.pairs.indptr[site + 1]):
                self.cost[site, int(problem.pairs.demand[at])] = float(costs[at])

    def subsets(self):
        sites = range(len(self.ids))
        for size in range(len(self.ids) + 1):
            for subset in itertools.combinations(sites, size):
                if self.allowed(set(subset)):
                    yield set(subset)

    def allowed(self, subset):
        status = self.problem.sites.status
        must = {s for s in range(len(self.ids)) if status[s] in ("existing", "required")}
        never = {s for s in range(len(self.ids)) if status[s] == "forbidden"}
        return (
            must <= subset
            and not never & subset
            and all(self.keeps(one, subset) for one in self.problem.limits)
        )

    def decided(self, subset):
        return {s for s in subset if self.problem.sites.status[s] in ("candidate", "required", "closing")}

    def times(self, point, subset):
        return sum((site, point) in self.cost for site in subset)

    def unit_of_site(self, site):
        position = int(self.problem.sites.unit[site])
        return None if position < 0 else self.problem.units[position]

    def unit_of_point(self, point):
        position = int(self.problem.points.unit[point])
        return None if position < 0 else self.problem.units[position]

    def people(self, subset, group=None, unit=None, all_of=False):
        weight = self.problem.points.weights[group or self.problem.group].tolist()
        return sum(
            w
            for p, w in enumerate(weight)
            if (unit is None or self.unit_of_point(p) == unit) and (all_of or self.times(p, subset) > 0)
        )

    def served(self, subset):
        """People who can be served within capacities."""
        capacity = self.problem.sites.capacity.tolist()
        if self.problem.capacity.assignment == "nearest":
            come = dict.fromkeys(subset, 0.0)
            for p, w in self.weight.items():
                ways = sorted((self.cost[s, p], s) for s in subset if (s, p) in self.cost)
                if ways:
                    come[ways[0][1]] += w
            return sum(min(capacity[s], come[s]) for s in subset)
        graph = nx.DiGraph()
        graph.add_nodes_from(["from", "to"])
        for p, w in self.weight.items():
            graph.add_edge("from", ("p", p), capacity=w)
        for s in subset:
            graph.add_edge(("s", s), "to", capacity=min(capacity[s], 1e6))
            for p in self.weight:
                if (s, p) in self.cost:
                    graph.add_edge(("p", p), ("s", s), capacity=1e6)
        return nx.maximum_flow_value(graph, "from", "to")

    def reached(self, subset, group=None, unit=None):
        if self.problem.capacity is not None and unit is None:
            return self.served(subset)
        return self.people(subset, group, unit)

    def keeps(self, one, subset):  # noqa: PLR0911
        decided = self.decided(subset)
        units = [self.unit_of_site(s) for s in subset]
        match one:
            case limits.Number(low, high):
                return low <= len(decided) and (high is None or len(decided) <= high)
            case limits.Budget(most):
                return sum(self.problem.sites.cost[s] for s in decided) <= most + 1e-9
            case limits.CoverageFloor(least, codes, group):
                return all(
                    self.reached(subset, group, code)
                    >= least * self.people(subset, group, code, all_of=True) - 1e-6
                    for code in ((None,) if codes is None else codes)
                )
            case limits.UnitQuota(codes, least):
                return sum(code in units for code in codes) >= least
            case limits.UnitCap(codes, most):
                return all(units.count(code) <= most for code in codes)
            case limits.Apart(pairs):
                open_ids = {self.ids[s] for s in subset}
                return not any(a in open_ids and b in open_ids for a, b in pairs)
            case limits.Closings(low, high):
                closing = {s for s in range(len(self.ids)) if self.problem.sites.status[s] == "closing"}
                closed = len(closing - subset)
                return low <= closed and (high is None or closed <= high)
            case limits.Unlike(ids, least, by):
                used = {
                    self.ids[s] if by == "site" else self.unit_of_site(s)
                    for s in (subset if by == "site" else decided)
                }
                return len(set(ids) - used) >= least
            case limits.Capacity():
                return True
        raise AssertionError(one)

    def value(self, objective, subset):  # noqa: PLR0911
        """Value of an objective, None when the subset leaves somebody without a way who must have one."""
        decided = self.decided(subset)
        match objective:
            case objectives.MostPeople():
                return self.reached(subset)
            case objectives.FewestSites():
                return len(decided)
            case objectives.LeastCost():
                return sum(float(self.problem.sites.cost[s]) for s in decided)
            case objectives.LeastPersonTime(unserved):
                return self.person_time(subset, unserved)
            case objectives.LeastTotal(by_way):
                ways = self.person_time(subset, None)
                cost = sum(float(self.problem.sites.cost[s]) for s in decided)
                return None if ways is None else cost + by_way * ways
            case objectives.ShortestLongestWalk():
                walks = [self.nearest(p, subset) for p, w in self.weight.items() if w > 0]
                return None if None in walks else max(walks)
            case objectives.MostBackup(times):
                return sum(w for p, w in self.weight.items() if self.times(p, subset) >= times)
            case objectives.MostNet(against):
                return self.people(subset) - self.people(subset, against)
            case objectives.Fairest(codes):
                shares = []
                for code in codes or self.problem.populated_units():
                    total = self.people(subset, unit=code, all_of=True)
                    shares.append(self.people(subset, unit=code) / total if total else 1.0)
                return min(shares)
            case objectives.MostExpected(busy):
                return sum(w * (1 - busy ** self.times(p, subset)) for p, w in self.weight.items())
        raise AssertionError(objective)

    def nearest(self, point, subset):
        return min((self.cost[s, point] for s in subset if (s, point) in self.cost), default=None)

    def person_time(self, subset, unserved):
        total = 0.0
        for p, w in self.weight.items():
            if w > 0:
                way = self.nearest(p, subset)
                if way is None and unserved is None:
                    return None
                total += w * min(x for x in (way, unserved) if x is not None)
        return total

    def best(self):
        """Best value of every objective in order, or None when no subset is feasible."""
        needs_all = any(
            self.value(one, set()) is None for one in self.problem.objectives if one.sense == "min"
        )
        everybody = [p for p, w in self.weight.items() if w > 0]
        left = [s for s in self.subsets() if not needs_all or all(self.times(p, s) for p in everybody)]
        values = []
        for objective in self.problem.objectives:
            known = [(self.value(objective, subset), subset) for subset in left]
            known = [(value, subset) for value, subset in known if value is not None]
            if not known:
                return None
            top = (max if objective.sense == "max" else min)(value for value, _ in known)
            left = [subset for value, subset in known if abs(value - top) <= 1e-7 * max(1, abs(top))]
            values.append(top)
        return values
