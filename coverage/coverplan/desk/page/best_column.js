// The third column: the best known with as many new sites, or for the same money, and what is so of it beside the idea.

import { costWords, typeName } from "./changes.js";
import { button, count } from "./dom.js";
import { element } from "./map/text.js";
import { lookForBest, lookForMoney, running, standardType } from "./proposals.js";

// How many sites the idea opens in the layer of the standard: the best is looked for with as many.
function opened(desk) {
  const layer = desk.standardOf().layer;
  return desk.numbers.changes.filter(function (change, i) {
    return change.open && change.open.layer === layer && desk.numbers.applied.includes(i);
  }).length;
}

function bestKey(desk) {
  const standard = desk.shownStandard();
  return [desk.standard, standardType(desk), opened(desk), standard.minutes, standard.profile, standard.count, desk.numbers.year].join("|");
}

// Standards for which the idea's money is spent: those of the layers in which it opens something, and the one that is shown.
function paidStandards(desk, key) {
  const layers = new Set(desk.numbers.changes.filter(function (change, i) {
    return change.open && desk.numbers.applied.includes(i);
  }).map(function (change) { return change.open.layer; }));
  return desk.study.standards.filter(function (one) {
    return one.key === key || (layers.has(one.layer) && buildsSomething(desk, one));
  }).map(function (one) { return one.key; });
}

// The best for the idea's money is of that sum alone, and of the standards that share it.
function moneyKey(desk, key) {
  const asked = desk.numbers.standards.map(function (one) { return [one.key, one.minutes, one.profile, one.count]; });
  return JSON.stringify([key, paidStandards(desk, key), asked, desk.numbers.year, desk.numbers.cost.known]);
}

// What was found for several standards at once is the best of each of them.
function keepMoney(desk, keys, found) {
  for (const one of desk.study.standards) {
    const best = one.key === found.standard ? found.best : found.beside[one.key];
    if (best && keys[one.key]) desk.best[keys[one.key]] = Object.assign({}, found, { group: one.groups[0].key, best: best });
  }
}

function lookAtMoney(desk) {
  const paid = paidStandards(desk, desk.standard);
  const keys = {};
  for (const key of paid) if (paidStandards(desk, key).join() === paid.join()) keys[key] = moneyKey(desk, key);
  const beside = paid.filter(function (key) { return key !== desk.standard; });
  return look(desk, lookForMoney(desk, desk.numbers.cost.known, beside), function (found) { keepMoney(desk, keys, found); });
}

// People newly reached, once for every standard that newly reaches them, of the standards that share the money.
function togetherReached(desk, best) {
  const keys = Object.keys(best.beside).concat(best.standard);
  return keys.reduce(function (sum, key) {
    const people = desk.numbers.standards.find(function (one) { return one.key === key; }).groups[0];
    return sum + people.covered - people.before;
  }, 0);
}

function isShared(best) {
  return Object.keys(best.beside || {}).length > 0;
}

// What the third column shows: the best for the money where it was asked for, else the best with as many.
export function bestOf(desk) {
  return desk.best[moneyKey(desk, desk.standard)] || desk.best[bestKey(desk)] || null;
}

// Looks for the best as if nothing had been changed, and shows it in the third column.
async function look(desk, looking, keep) {
  const found = await looking;
  if (found) keep(found);
  desk.tell("proposal");
  desk.tell("best");
}

function lookAtNumber(desk, number) {
  const key = bestKey(desk);
  return look(desk, lookForBest(desk, true, number), function (found) { desk.best[key] = found; });
}

// What no choice among the candidates exceeds, where that is more than was found; it holds for the group that was asked for.
function mostOf(desk, best) {
  const group = best.best.groups[desk.group];
  const most = group.covered + best.bound - best.total;
  return best.group === desk.group && !isShared(best) && Math.round(most) > Math.round(group.covered) ? most : null;
}

// How many more the idea reaches than the best that was found; less than nothing where it reaches fewer.
function ahead(desk, best) {
  if (best && isShared(best)) return Math.round(togetherReached(desk, best)) - Math.round(best.total);
  const group = best && best.best.groups[desk.group];
  return group ? Math.round(desk.people().covered) - Math.round(group.covered) : -1;
}

function ownScope(desk, best) {
  const asked = desk.standardOf().groups.find(function (one) { return one.key === best.group; });
  return desk.words("best_scope", { count: count(best.candidates), group: asked ? asked.name : best.group });
}

function sharedScope(desk, best) {
  return desk.words("best_scope_together", {
    count: count(best.candidates), number: Object.keys(best.beside).length + 1, people: count(best.total),
    value: count(best.bound), share: count(togetherReached(desk, best)),
  });
}

// Among what the best was looked for, whether the search was cut short, and that an idea may be better all the same.
export function bestNote(desk, best) {
  if (!best || !best.best.groups[desk.group]) return null;
  const shared = isShared(best);
  const told = [shared ? sharedScope(desk, best) : ownScope(desk, best)];
  if (best.stopped === "time" || best.stopped === "cancel") told.push(desk.words("best_stopped_" + best.stopped));
  const more = ahead(desk, best);
  if (more === 0) told.push(desk.words("best_equalled"));
  if (more > 0) told.push(desk.words(shared ? "best_beaten_together" : "best_beaten", { people: count(more) }));
  const note = element("p", "note", told.join(desk.language === "zh" ? "" : " "));
  note.id = "best-note";
  return note;
}

export function bestCell(desk, best) {
  const cell = element("td");
  const number = opened(desk);
  const layer = desk.study.layers.find(function (one) { return one.key === desk.standardOf().layer; });
  const group = best && best.best.groups[desk.group];
  if (group) {
    cell.append(element("strong", null, count(group.covered)));
    if (mostOf(desk, best) !== null) cell.appendChild(element("small", null, desk.words("at_most", { people: count(mostOf(desk, best)) })));
    cell.dataset.value = String(group.covered);
  } else if (desk.solving && desk.solving.kind === "best") {
    cell.appendChild(running(desk, "best"));
  } else if (number && layer && !layer.by_unit) {
    const start = button(desk.words("look"), function () { lookAtNumber(desk, number); }, "small");
    start.id = "look";
    start.disabled = Boolean(desk.solving);
    start.setAttribute("aria-label", desk.words("look") + ": " + desk.words("proposal_start"));
    start.title = desk.words("proposal_start");
    cell.appendChild(start);
  } else {
    cell.textContent = "—";
  }
  return cell;
}

// Whether the idea's money builds something that the standard counts, where prices are known.
function buildsSomething(desk, standard) {
  const layer = desk.study.layers.find(function (one) { return one.key === standard.layer; });
  const cost = desk.numbers.cost;
  if (!layer || layer.by_unit || cost.unknown) return false;
  return layer.types.some(function (one) {
    return one.cost && one.cost <= cost.known && (!standard.types || standard.types.includes(one.key));
  });
}

// Of which types how many, where there is more than one type.
function mixOf(desk, best) {
  const counts = new Map();
  for (const place of best.places) {
    const name = typeName(desk, place.layer, place.type);
    counts.set(name, (counts.get(name) || 0) + 1);
  }
  return Array.from(counts, function ([name, number]) { return number + " × " + name; });
}

// What the best costs, and the best that the idea's money would build.
export function bestCost(desk, best) {
  const cell = element("td", null, "—");
  if (best) cell.textContent = costWords(desk, { known: best.best.cost, unknown: best.best.cost_unknown });
  if (best && best.budget) for (const text of mixOf(desk, best)) cell.appendChild(element("small", null, text));
  if (buildsSomething(desk, desk.standardOf()) && !desk.best[moneyKey(desk, desk.standard)]) {
    const more = button(desk.words("best_money"), function () { lookAtMoney(desk); }, "small");
    more.id = "look-money";
    more.title = desk.words("best_money_hint");
    more.disabled = Boolean(desk.solving);
    cell.appendChild(more);
  }
  return cell;
}

export function bestTitle(desk, best) {
  if (!best) return desk.words("best");
  const count = best.places.length;
  if (ahead(desk, best) > 0) return desk.words("best_found", { count: count });
  if (best.budget) return desk.words("best_for_money", { count: count });
  return count !== opened(desk) ? desk.words("best_of", { count: count }) : desk.words("best");
}
