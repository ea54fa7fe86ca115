// Who gets a place: asked for after the numbers of a step, because giving out places takes longer than a click may.

import { Offline, Refused, call } from "./api.js";
import { nameOf } from "./changes.js";
import { count, section } from "./dom.js";
import { element, grouped } from "./map/text.js";
import { refresh } from "./state.js";

const FULLEST = 5;
// Nobody has clicked for as long.
const QUIET_MS = 250;
const PARTS = ["served", "no_place", "place_unknown", "not_reached"];

// The supply of the idea as it stands now, null where it is not known yet.
function known(desk) {
  const kept = desk.supply;
  return kept && kept.idea === desk.card.id && kept.found.revision === desk.card.revision ? kept.found : null;
}

function asks(desk) {
  const standard = desk.standardOf();
  return standard && standard.supply;
}

let going = false;
let waiting = null;

// Of several steps in a row only the last is asked about: the answer to the next one would wait for that to this one.
export function askSupply(desk) {
  clearTimeout(waiting);
  waiting = setTimeout(function () {
    if (desk.busy) askSupply(desk);
    else ask(desk);
  }, QUIET_MS);
}

async function ask(desk) {
  if (going || !asks(desk) || known(desk)) return;
  going = true;
  const idea = desk.card.id;
  const asked = desk.card.revision;
  try {
    const found = await call("GET", "/ideas/" + idea + "/supply", { lang: desk.language });
    if (idea === desk.card.id && found.revision === desk.card.revision) {
      desk.supply = { idea: idea, found: found };
      desk.tell("supply");
    } else if (idea === desk.card.id && found.revision > desk.card.revision && !desk.busy) {
      // somebody else went on with this idea
      await refresh(desk);
    }
  } catch (error) {
    // the next step asks again; a lost connection is told by the step itself
    if (error instanceof Offline || error instanceof Refused) return;
    throw error;
  } finally {
    going = false;
  }
  // another step came meanwhile
  if (desk.card.id !== idea || desk.card.revision !== asked) askSupply(desk);
}

function cell(text, value) {
  const made = element("td", null, text);
  if (value !== undefined) made.dataset.value = value === null ? "" : String(value);
  return made;
}

function head(table, words) {
  const row = table.createTHead().insertRow();
  for (const word of words) {
    row.appendChild(element("th", null, word)).scope = "col";
  }
}

// Values stand as … while a step is being reckoned, so that nothing old is read and nothing below moves.
function value(isKnown, text, number) {
  return isKnown ? cell(text, number) : cell("…");
}

function places(desk, found, isKnown) {
  const table = element("table", "three");
  head(table, [desk.words("unit_people"), desk.words("before"), desk.words("idea")]);
  const body = table.createTBody();
  for (const part of PARTS) {
    const now = found.now[part];
    const before = found.before[part];
    if (part === "place_unknown" && !now && !before) continue;
    const row = body.insertRow();
    row.dataset.supply = part;
    row.appendChild(element("th", null, desk.words("supply_" + part))).scope = "row";
    row.append(value(isKnown, count(before), before), value(isKnown, count(now), now));
    if (part === "served") row.className = "first";
  }
  return table;
}

function percent(part, whole) {
  return part === null || !whole ? "—" : grouped(Math.round(100 * part / whole)) + "%";
}

// What the idea opens is called as in the list of changes.
function openedName(desk, id) {
  const change = desk.numbers.changes.find(function (one) {
    return one.open && one.open.id === id && one.open.layer === desk.standardOf().layer;
  });
  return change ? nameOf(desk, change) : null;
}

function fullest(desk, found, isKnown) {
  const units = new Map(desk.study.units.map(function (unit) { return [unit.code, unit.name]; }));
  const rows = found.facilities.filter(function (one) { return one.capacity; }).slice(0, FULLEST);
  if (!rows.length) return null;
  const table = element("table", "three fullest");
  head(table, [desk.words("supply_fullest"), asks(desk).capacity, desk.words("supply_used"), desk.words("supply_wanted")]);
  const body = table.createTBody();
  for (const one of rows) {
    const row = body.insertRow();
    row.dataset.facility = one.id || "";
    const unit = units.get(one.unit) || "";
    const name = openedName(desk, one.id) || one.name || one.id || desk.words("supply_not_public", { unit: unit });
    row.appendChild(element("th", null, name)).scope = "row";
    for (const text of [count(one.capacity), percent(one.used, one.capacity), percent(one.wanted, one.capacity)]) {
      row.appendChild(value(isKnown, text));
    }
  }
  return table;
}

// What is told of the chosen standard, and whether it is of the idea as it stands; before the first answer null.
function toldNow(desk) {
  const answer = known(desk);
  const kept = desk.supply && desk.supply.idea === desk.card.id ? desk.supply.found : null;
  const shown = answer || kept;
  const found = shown && shown.standards.find(function (one) { return one.key === desk.standard; });
  return { found: found || null, isKnown: Boolean(answer) };
}

// What the section depends on.
export function toldSupply(desk) {
  return [desk.language, desk.standard, asks(desk) ? toldNow(desk) : null];
}

// The section of the numbers panel; null where the standard asks for no supply.
export function supplyPart(desk) {
  if (!asks(desk)) return null;
  const { found, isKnown } = toldNow(desk);
  const title = desk.words("supply");
  if (!found) return isKnown ? null : section(title, [element("p", "note", desk.words("supply_running"))]);
  const group = desk.standardOf().groups.find(function (one) { return one.key === found.group; });
  const asked = desk.words("supply_asked", {
    group: group ? group.name : asks(desk).group, value: grouped(found.per_1000), text: asks(desk).capacity,
  });
  const note = found.unknown ? element("p", "note", desk.words("supply_unknown", { count: found.unknown })) : null;
  const made = section(title, [
    element("p", "note", asked), places(desk, found, isKnown), note, fullest(desk, found, isKnown),
  ]);
  made.setAttribute("aria-busy", String(!isKnown));
  return made;
}
