// What the colours and marks on the map stand for.

import { candidatePicture, signPicture } from "./actions.js";
import { markPicture } from "./marks.js";
import { hasBefore, hasCells, servesNow, shownFacilities } from "./study.js";
import { isSupplyTheme, supplyNow } from "./supply.js";
import { element, fill } from "./text.js";

// A line of the legend in data: its picture, its words and what else it is; the same lines need not be made again.
function swatch(colour, label, className) {
  return { kind: "patch", colour: colour, label: label, className: className || "" };
}

function inWords(label, className) {
  return { kind: "words", label: label, className: className || "swatch" };
}

function rowPicture(row) {
  if (row.kind === "mark") return markPicture(row.mark, row.filled);
  if (row.kind === "sign") return signPicture(row.mark, "#777777");
  if (row.kind === "candidate") return candidatePicture(row.colours, row.state);
  const patch = element("i", row.kind === "line" ? "line" : row.kind === "patch" ? null : "sign " + row.kind);
  if (row.kind === "line") patch.style.borderTop = row.style;
  if (row.kind === "patch") patch.style.background = row.colour;
  return patch;
}

function legendRow(row) {
  if (row.kind === "words") return element("div", row.className, row.label);
  const box = element("div", ("swatch " + (row.className || "")).trim());
  box.append(rowPicture(row), element("span", null, row.label));
  return box;
}

// Types that are on the map, and the hollow mark where some of them do not count.
function facilityLegend(study) {
  const shown = shownFacilities(study);
  const types = study.facilities.types;
  const there = new Set(shown.map(function (i) { return study.facilities.type[i]; }));
  const rows = types.filter(function (type, i) { return there.has(i); }).map(function (type) {
    return { kind: "mark", mark: type, filled: true, label: type.name };
  });
  const hollow = shown.find(function (i) { return !servesNow(study, i); });
  if (hollow === undefined) return rows;
  const mark = types[study.facilities.type[hollow]];
  return rows.concat([{ kind: "mark", mark: mark, filled: false, label: study.words.not_serving }]);
}

function sitingLegend(study) {
  const siting = study.siting;
  const rows = [];
  if (!siting) return rows;
  if (study.shown.has("actions") && !study.before) {
    for (const mark of siting.marks) rows.push({ kind: "sign", mark: mark, label: mark.name });
    if (siting.marks.length) rows.push(inWords(study.words.other_layers));
  }
  if (!siting.candidates || !study.shown.has("candidates")) return rows;
  siting.candidates.states.forEach(function (name, state) {
    const text = study.words.candidates + " · " + name + " (" + study.numbers.count(siting.candidates.counts[state]) + ")";
    rows.push({ kind: "candidate", colours: siting.candidates.colours, state: state, label: text });
  });
  return rows;
}

// What lies under it all: water and green, railways, streets, borders of each level that is drawn.
function groundLegend(study) {
  const rows = [];
  const line = function (style, label) { rows.push({ kind: "line", style: style, label: label }); };
  for (const layer of study.shown.has("base") ? study.base : []) {
    if (layer.fill) rows.push(swatch(layer.fill, layer.title));
    else line("2px dashed " + layer.stroke, layer.title);
  }
  if (study.shown.has("streets") && study.streets.length) line("1.5px solid #5a5a5a", study.words.streets);
  if (!study.units) return rows;
  line("1.5px solid #2b2b2b", fill(study.words.border_of, { name: study.units.levels[study.level] }));
  if (study.level > 0) line("3px solid #2b2b2b", fill(study.words.border_of, { name: study.units.levels[study.level - 1] }));
  return rows;
}

function supplyLegend(study) {
  const told = supplyNow(study);
  if (!told) return [];
  const rows = [inWords(told.title), inWords(told.wanted)];
  told.labels.forEach(function (label, i) { rows.push(swatch(study.supply_colours[i], label)); });
  return told.note ? rows.concat([inWords(told.note)]) : rows;
}

function themeLegend(study) {
  if (study.theme === "time" && hasCells(study)) {
    return [inWords(study.words.time_legend)].concat(study.standard.time_labels.map(function (label, i) {
      return swatch(study.time_colours[i], label, i === 2 ? "limit" : "");
    }));
  }
  if (study.theme !== "share") return isSupplyTheme(study) ? supplyLegend(study) : [];
  const rows = study.standard.share_labels.map(function (label, i) { return swatch(study.share_colours[i], label); });
  return [inWords(study.words.theme_share)].concat(rows, [swatch("#ffffff", study.words.share_nobody)]);
}

function isThere(study, key) {
  if (key === "clusters") return Boolean(study.clusters) && !study.before;
  if (key === "areas") return Boolean(study.areas[study.standard.key]) && !study.before;
  if (key === "failing") return Boolean(study.units && study.units.failing) && !study.before;
  return hasCells(study);
}

function legendRows(study) {
  const moment = hasBefore(study) ? [inWords(study.before ? study.moment_before : study.moment, "moment")] : [];
  const further = ["clusters", "uncovered", "areas", "failing"].filter(function (key) {
    return study.shown.has(key) && isThere(study, key);
  }).map(function (key) { return { kind: key, label: study.words[key] }; });
  return moment.concat(themeLegend(study), facilityLegend(study), sitingLegend(study), groundLegend(study), further);
}

export function fillLegend(study, box) {
  const rows = legendRows(study);
  const told = JSON.stringify(rows);
  if (box.told === told) return;
  box.told = told;
  box.replaceChildren(...rows.map(legendRow));
}
