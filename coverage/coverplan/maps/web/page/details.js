// What a click tells.

import { cellsNow, measuredNow, servesNow } from "./study.js";
import { supplyList, useLines } from "./supply.js";
import { addingUp, element, fill } from "./text.js";

// The numbers of a group as they stand in the result, of the time that is shown: without what is done no mean is known.
export function numbersNow(study, numbers) {
  if (!study.before || numbers.covered_before === undefined || numbers.covered_before === null) return numbers;
  const outside = numbers.outside_units || 0;
  const covered = numbers.covered_before;
  return Object.assign({}, numbers, {
    covered: covered,
    uncovered: numbers.people - outside - numbers.off_network - covered,
    share: numbers.people ? covered / numbers.people : null,
    mean_minutes: undefined,
  });
}

const UNIT_NUMBERS = ["people", "covered", "uncovered", "off_network", "share", "mean_minutes", "outside_units", "covered_before"];

export function unitNumbers(row) {
  const numbers = {};
  UNIT_NUMBERS.forEach(function (name, i) { numbers[name] = row[i]; });
  return numbers;
}

// Key, label and text of each number; rows of people add up as they are written.
function numberRows(study, numbers) {
  const words = study.words;
  const parts = addingUp(
    [numbers.covered, numbers.uncovered, numbers.off_network, numbers.outside_units], numbers.people
  ).map(study.numbers.count);
  const rows = [
    ["people", words.people, study.numbers.count(numbers.people)],
    ["covered", words.covered, parts[0]],
    ["uncovered", words.uncovered_people, parts[1]],
    ["off_network", words.off_network, parts[2]],
  ];
  if (numbers.outside_units) rows.push(["outside_units", words.outside_units, parts[3]]);
  rows.push(["share", words.share, study.numbers.share(numbers.share)]);
  if (numbers.mean_minutes !== undefined) {
    rows.push(["mean_minutes", words.mean_minutes, study.numbers.minutes(numbers.mean_minutes)]);
  }
  return rows;
}

// The number as it stands in the result stays with the cell that shows it.
function numberCell(name, text, value) {
  const cell = element("td", null, text);
  cell.dataset.column = name;
  cell.dataset.value = value === null || value === undefined ? "" : String(value);
  return cell;
}

export function numberList(study) {
  const table = element("table", "numbers list");
  const numbers = numbersNow(study, study.group.numbers);
  for (const [name, label, text] of numberRows(study, numbers)) {
    const row = table.insertRow();
    row.appendChild(element("th", null, label));
    row.appendChild(numberCell(name, text, numbers[name]));
  }
  return table;
}

// A column for each group.
function coverageTable(study, groups, coverage) {
  const table = element("table", "numbers");
  const head = table.createTHead().insertRow();
  head.appendChild(element("th", null, ""));
  for (const group of groups) head.appendChild(element("th", null, group.name));
  const body = table.createTBody();
  const numbers = groups.map(function (group) { return numbersNow(study, unitNumbers(coverage[group.key])); });
  const columns = numbers.map(function (one) { return numberRows(study, one); });
  columns[0].forEach(function (first, position) {
    const row = body.insertRow();
    row.appendChild(element("th", null, first[1]));
    groups.forEach(function (group, i) {
      const [name, , text] = columns[i][position];
      row.appendChild(numberCell(name, text, numbers[i][name])).dataset.group = group.key;
    });
  });
  return table;
}

function targetList(title, names) {
  const box = element("div", "targets");
  box.appendChild(element("strong", null, title));
  const list = box.appendChild(element("ul"));
  for (const name of names) list.appendChild(element("li", null, name));
  return box;
}

export function unitDetails(study, unit) {
  const units = study.units;
  const words = study.words;
  const box = element("div", "details");
  box.dataset.code = units.codes[unit];
  box.appendChild(element("h3", null, units.names[unit]));
  const parent = units.parents[unit] === null ? -1 : units.codes.indexOf(units.parents[unit]);
  const facts = [units.types[unit], units.codes[unit]];
  if (parent >= 0) facts.push(fill(words.in_unit, { name: units.names[parent] }));
  box.appendChild(element("p", "facts", facts.join(" · ")));
  const coverage = units.coverage[unit][study.standard.key];
  if (coverage) {
    box.appendChild(element("p", "facts", measuredNow(study)));
    const groups = study.standard.groups.filter(function (group) { return group.key in coverage; });
    if (groups.length) box.appendChild(coverageTable(study, groups, coverage));
  }
  const supply = units.supply && units.supply[unit][study.standard.key];
  if (supply) box.appendChild(supplyList(study, supply));
  // targets are judged with everything that is done
  const failing = !study.before && units.failing && units.failing[units.codes[unit]];
  if (failing && failing[0].length) box.appendChild(targetList(words.targets, failing[0]));
  if (failing && failing[1].length) box.appendChild(targetList(words.targets_unsure, failing[1]));
  return box;
}

export function facilityDetails(study, i) {
  const facilities = study.facilities;
  const words = study.words;
  const box = element("div", "details");
  box.dataset.id = facilities.id[i];
  box.appendChild(element("h3", null, facilities.name[i] || facilities.id[i]));
  const list = box.appendChild(element("dl"));
  function line(name, text) {
    if (!text) return;
    list.appendChild(element("dt", null, name));
    list.appendChild(element("dd", null, text));
  }
  line(words.type, facilities.layers[facilities.layer[i]].name + " · " + facilities.types[facilities.type[i]].name);
  line(words.status, facilities.statuses[facilities.status[i]] || facilities.status[i]);
  const capacity = [];
  for (const name of ["beds", "places", "niches"]) {
    const known = facilities.capacity && facilities.capacity[name];
    if (known && known[i] !== null) capacity.push(fill(words[name], { count: study.numbers.count(known[i]) }));
  }
  line(words.capacity, capacity.join(" · "));
  for (const [name, text] of useLines(study, i)) line(words.use + " · " + name, text);
  line(words.id, facilities.id[i]);
  box.appendChild(element("p", "facts", servesNow(study, i) ? words.serves_now : words.not_counted));
  return box;
}

export function clusterDetails(study, i) {
  const clusters = study.clusters;
  const box = element("div", "details");
  const people = study.numbers.count(clusters.people[i]);
  const title = fill(study.words.cluster_people, { number: clusters.number[i], people: people });
  box.appendChild(element("h3", null, title));
  const where = [clusters.unit[i]];
  if (clusters.street[i]) where.push(fill(study.words.near_street, { street: clusters.street[i] }));
  box.appendChild(element("p", "facts", where.filter(Boolean).join(" · ")));
  return box;
}

// A part of a person is not written as nobody.
function peopleHere(study, people) {
  return people < 0.95 ? study.words.few_here : fill(study.words.people_here, { count: study.numbers.count(people) });
}

export function cellSentence(study, i) {
  const key = study.standard.key;
  const cells = cellsNow(study);
  if (!(key in cells.classes)) return null;
  const tenths = cells.minutes[key][i];
  const text = peopleHere(study, study.cells.people[study.group.key][i] / 10);
  if (cells.classes[key][i] === study.time_colours.length - 1) return fill(study.words.cell_off, { text: text });
  if (!tenths) return fill(study.words.cell_none, { text: text });
  return fill(study.words.cell, { text: text, minutes: ((tenths - 1) / 10).toFixed(1) });
}
