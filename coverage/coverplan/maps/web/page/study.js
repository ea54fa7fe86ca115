// What a study's page knows and shows: the unpacked content, and what is chosen of it.

import { bytesOf, unpack, unpackAreas, unpackLines, unpackPoints } from "./packing.js";
import { Numbers } from "./text.js";

function readCells(packedCells) {
  if (!packedCells) return null;
  const cells = { points: unpackPoints(packedCells.xy), corners: packedCells.corners };
  cells.reach = Math.max.apply(null, cells.corners.map(Math.abs));
  cells.people = {};
  for (const group in packedCells.people) cells.people[group] = unpack(packedCells.people[group]);
  Object.assign(cells, readTimes(packedCells.class, packedCells.minutes));
  cells.supply = {};
  for (const key in packedCells.supply) cells.supply[key] = bytesOf(packedCells.supply[key]);
  cells.before = readTimes(packedCells.class_before || {}, packedCells.minutes_before || {});
  return cells;
}

function readTimes(classes, minutes) {
  const read = { classes: {}, minutes: {} };
  for (const key in classes) {
    read.classes[key] = bytesOf(classes[key]);
    read.minutes[key] = unpack(minutes[key]);
  }
  return read;
}

function readFacilities(facilities) {
  const read = Object.assign({}, facilities, { points: unpackPoints(facilities.xy) });
  if (facilities.before) {
    read.before = Object.assign({}, facilities.before, { points: unpackPoints(facilities.before.xy) });
  }
  return read;
}

function readUnits(units) {
  if (!units) return null;
  const read = Object.assign({}, units, unpackAreas(units));
  read.labels = unpackPoints(units.labels);
  return read;
}

function readAreas(areas) {
  const read = {};
  for (const key in areas) {
    read[key] = areas[key].map(function (one) { return Object.assign({ minutes: one.minutes }, unpackAreas(one)); });
  }
  return read;
}

function readSiting(siting) {
  if (!siting) return null;
  const read = Object.assign({ upTo: null }, siting);
  if (!siting.candidates) return read;
  read.candidates = Object.assign({}, siting.candidates, { points: unpackPoints(siting.candidates.xy) });
  for (const part of ["state", "source", "reason"]) read.candidates[part] = bytesOf(siting.candidates[part]);
  return read;
}

function unpacked(content) {
  return Object.assign({}, content, {
    numbers: Numbers(content.language),
    cells: readCells(content.cells),
    units: readUnits(content.units),
    areas: readAreas(content.areas),
    streets: content.streets.map(unpackLines),
    base: content.base.map(function (layer) {
      return Object.assign({}, layer, { areas: unpackAreas(layer.areas), lines: unpackLines(layer.lines) });
    }),
    facilities: readFacilities(content.facilities),
    listedClusters: content.listed_clusters,
    clusters: content.clusters && Object.assign({}, content.clusters, { points: unpackPoints(content.clusters.xy) }),
    siting: readSiting(content.siting),
  });
}

function firstChoice(study) {
  study.standard = study.standards[0];
  study.group = study.standard.groups[0];
  study.shown = new Set(["base", "streets", "names", "clusters"]);
  study.theme = hasCells(study) ? "time" : study.units ? "share" : "none";
  study.level = study.units ? study.units.start : 0;
  // where actions answer, the people whom nobody reaches stand back
  if (study.siting && study.siting.actions.length) {
    study.shown.add("actions");
    study.shown.delete("clusters");
  }
  showStandardFacilities(study);
}

// What was chosen before stays chosen where it is still there.
function sameChoice(study, before) {
  firstChoice(study);
  const standard = study.standards.find(function (one) { return one.key === before.standard.key; });
  if (!standard) return;
  study.standard = standard;
  study.group = standard.groups.find(function (one) { return one.key === before.group.key; }) || standard.groups[0];
  study.shown = before.shown;
  study.before = before.before && hasBefore(study);
  if (before.theme !== "share" || study.units) study.theme = before.theme;
  if (study.units && before.level < study.units.levels.length) study.level = before.level;
  if (study.siting && before.siting) study.siting.upTo = before.siting.upTo;
}

export function readStudy(content, before) {
  const study = unpacked(content);
  study.chosen = null;
  study.before = false;
  if (before) sameChoice(study, before);
  else firstChoice(study);
  return study;
}

// Whether the content says what is so without the changes and actions of the scenario.
export function hasBefore(study) {
  return study.standards.some(function (standard) {
    return standard.groups.some(function (group) { return group.numbers.covered_before !== undefined; });
  });
}

// The time that is shown, where the numbers are no present ones; null where they are.
export function momentNow(study) {
  if (!study.statement) return null;
  return study.before ? study.moment_before : study.moment;
}

// The chosen standard, with the time that is shown.
export function measuredNow(study) {
  return [study.standard.name, momentNow(study)].filter(Boolean).join(" · ");
}

// Travel times of the time that is shown: without what is done, or with it.
export function cellsNow(study) {
  return study.before ? study.cells.before : study.cells;
}

// Whether the chosen standard may be shown point by point.
export function hasCells(study) {
  return Boolean(study.cells) && study.standard.key in cellsNow(study).classes;
}

export function servesNow(study, i) {
  const facilities = study.facilities;
  return study.before && facilities.before ? facilities.before.serves[i] : facilities.serves[i];
}

// Places of the facilities of the time that is shown.
export function facilityPoints(study) {
  const facilities = study.facilities;
  return study.before && facilities.before ? facilities.before.points : facilities.points;
}

// Switches on the facilities that the standard counts, and those of other layers off.
export function showStandardFacilities(study) {
  study.facilities.types.forEach(function (type, i) {
    const counted =
      study.facilities.layers[type.layer].key === study.standard.layer &&
      (!study.standard.types || study.standard.types.includes(type.key));
    if (counted) study.shown.add("type-" + i);
    else study.shown.delete("type-" + i);
  });
}

export function chooseStandard(study, key) {
  study.standard = study.standards.find(function (one) { return one.key === key; });
  const same = study.standard.groups.find(function (group) { return group.key === study.group.key; });
  study.group = same || study.standard.groups[0];
  showStandardFacilities(study);
}

export function chooseGroup(study, key) {
  study.group = study.standard.groups.find(function (group) { return group.key === key; });
}

export function unitsOfLevel(study, level) {
  const found = [];
  if (!study.units) return found;
  for (let i = 0; i < study.units.count; i += 1) if (study.units.level[i] === level) found.push(i);
  return found;
}

export function shownFacilities(study) {
  const found = [];
  const there = study.before && study.facilities.before ? study.facilities.before.there : null;
  for (let i = 0; i < study.facilities.id.length; i += 1) {
    if (there && !there[i]) continue;
    if (study.shown.has("type-" + study.facilities.type[i])) found.push(i);
  }
  return found;
}

// The clusters of the chosen standard and group, at most so many: those with most people come first.
export function shownClusters(study, most) {
  const found = [];
  if (!study.clusters || study.before || !study.shown.has("clusters")) return found;
  for (let i = 0; i < study.clusters.number.length; i += 1) {
    if (study.clusters.standard[i] !== study.standard.key || study.clusters.group[i] !== study.group.key) continue;
    if (study.clusters.number[i] <= most) found.push(i);
  }
  return found;
}
