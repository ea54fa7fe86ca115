// Supply for a thousand people, drawn at each place or by unit, and how full every facility is.

import { drawCells, drawUnitFills } from "./drawing.js";
import { addingUp, element, fill, grouped } from "./text.js";

const SUPPLY_THEMES = ["supply", "supply_unit"];
const SUPPLY_ROWS = ["people", "served", "no_place", "place_unknown", "not_reached"];

export function isSupplyTheme(study) {
  return SUPPLY_THEMES.includes(study.theme);
}

// Whether any standard was asked for supply, which decides what there is to choose.
export function asksSupply(study) {
  return study.standards.some(function (standard) { return Boolean(standard.supply); });
}

// What is told of the chosen standard's supply; it is only known with everything that is done.
export function supplyNow(study) {
  return study.before ? null : study.standard.supply;
}

// Why nothing is drawn, where a theme of supply is chosen.
export function supplyNote(study) {
  if (!isSupplyTheme(study)) return "";
  if (!supplyNow(study)) return study.words.no_supply;
  return study.theme === "supply" && !(study.standard.key in study.cells.supply) ? study.words.supply_no_cells : "";
}

export function drawSupply(pen, study, shown) {
  const key = study.standard.key;
  const told = supplyNow(study);
  if (!told) return;
  if (study.theme === "supply_unit") {
    drawUnitFills(pen, study.units, shown, function (unit) {
      const row = study.units.supply[unit][key];
      return study.supply_colours[row ? row[0] : study.supply_colours.length - 1];
    });
  }
  if (study.theme === "supply" && study.cells && key in study.cells.supply) {
    drawCells(pen, study.cells, study.cells.supply[key], study.cells.people[study.group.key], study.supply_colours);
  }
}

function oneDecimal(value) {
  return value === null ? "—" : grouped(value, 1);
}

// A row of a unit or of the whole area: class, supply for a thousand, then people.
export function supplyList(study, row) {
  const told = supplyNow(study);
  const box = element("div", "supply");
  if (!told || !row) return box;
  box.appendChild(element("p", "facts", told.title + " · " + told.wanted));
  const table = box.appendChild(element("table", "numbers list"));
  function add(name, label, text, value) {
    const line = table.insertRow();
    line.appendChild(element("th", null, label));
    const cell = line.appendChild(element("td", null, text));
    cell.dataset.column = "supply_" + name;
    cell.dataset.value = value === null ? "" : String(value);
  }
  add("per_1000", study.words.supply_short, oneDecimal(row[1]), row[1]);
  const parts = addingUp(row.slice(3), row[2]);
  const people = [Math.round(row[2]), ...parts];
  SUPPLY_ROWS.forEach(function (name, i) {
    add(name, study.words["supply_" + name], study.numbers.count(people[i]), row[2 + i]);
  });
  if (told.note) box.appendChild(element("p", "facts", told.note));
  return box;
}

// How full a facility is and whom it reaches, a line for each standard that counts it.
export function useLines(study, i) {
  const lines = [];
  if (study.before) return lines;
  for (const standard of study.standards) {
    const row = study.facilities.use[standard.key] && study.facilities.use[standard.key][i];
    if (!row) continue;
    const [capacity, used, reached, only] = row;
    const told = [study.words.use_people + " " + study.numbers.count(reached)];
    if (only >= 0.5) told.push(study.words.use_only_here + " " + study.numbers.count(only));
    if (standard.supply) {
      const part = capacity ? used / capacity : null;
      const numbers = { number: oneDecimal(used), count: oneDecimal(capacity), value: study.numbers.share(part) };
      told.unshift(capacity === null ? study.words.use_unknown : fill(study.words.use_taken, numbers));
    }
    lines.push([standard.name, told.join(" · ")]);
  }
  return lines;
}
