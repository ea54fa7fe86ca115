// What a click tells.

import { element, fill } from "./text.js";

function numberColumns(words, numbers) {
  return [
    ["people", words.people, numbers.count],
    ["covered", words.covered, numbers.count],
    ["uncovered", words.uncovered_people, numbers.count],
    ["off_network", words.off_network, numbers.count],
    ["share", words.share, numbers.share],
    ["mean_minutes", words.mean_minutes, numbers.minutes],
  ];
}

// The number as it stands in the result stays with the cell that shows it.
function numberCell(column, value) {
  const cell = element("td", null, column[2](value));
  cell.dataset.column = column[0];
  cell.dataset.value = value === null ? "" : String(value);
  return cell;
}

export function numberList(study) {
  const table = element("table", "numbers list");
  for (const column of numberColumns(study.words, study.numbers)) {
    const row = table.insertRow();
    row.appendChild(element("th", null, column[1]));
    row.appendChild(numberCell(column, study.group.numbers[column[0]]));
  }
  return table;
}

// A column for each group.
function coverageTable(words, numbers, groups, rows) {
  const table = element("table", "numbers");
  const head = table.createTHead().insertRow();
  head.appendChild(element("th", null, ""));
  for (const group of groups) head.appendChild(element("th", null, group.name));
  const body = table.createTBody();
  numberColumns(words, numbers).forEach(function (column, position) {
    const row = body.insertRow();
    row.appendChild(element("th", null, column[1]));
    for (const group of groups) {
      const cell = row.appendChild(numberCell(column, rows(group.key)[position]));
      cell.dataset.group = group.key;
    }
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
    box.appendChild(element("p", "facts", study.standard.name));
    const groups = study.standard.groups.filter(function (group) { return group.key in coverage; });
    box.appendChild(
      coverageTable(words, study.numbers, groups, function (group) { return coverage[group]; })
    );
  }
  const failing = units.failing && units.failing[units.codes[unit]];
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
  line(words.id, facilities.id[i]);
  box.appendChild(element("p", "facts", facilities.serves[i] ? words.serves_now : words.not_counted));
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

export function cellSentence(study, i) {
  const key = study.standard.key;
  const cells = study.cells;
  if (!(key in cells.classes)) return null;
  const tenths = cells.minutes[key][i];
  const people = study.numbers.count(cells.people[study.group.key][i] / 10);
  if (cells.classes[key][i] === study.time_colours.length - 1) return fill(study.words.cell_off, { people: people });
  if (!tenths) return fill(study.words.cell_none, { people: people });
  return fill(study.words.cell, { people: people, minutes: ((tenths - 1) / 10).toFixed(1) });
}
