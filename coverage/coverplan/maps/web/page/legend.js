// What the colours and marks on the map stand for.

import { candidatePicture, signPicture } from "./actions.js";
import { markPicture } from "./marks.js";
import { hasBefore, hasCells, servesNow, shownFacilities } from "./study.js";
import { isSupplyTheme, supplyNow } from "./supply.js";
import { element, fill } from "./text.js";

function swatch(colour, label) {
  const row = element("div", "swatch");
  const patch = row.appendChild(element("i"));
  patch.style.background = colour;
  row.appendChild(element("span", null, label));
  return row;
}

function markRow(mark, filled, label) {
  const row = element("div", "swatch");
  row.append(markPicture(mark, filled), element("span", null, label));
  return row;
}

// Types that are on the map, and the hollow mark where some of them do not count.
function facilityLegend(study, box) {
  const shown = shownFacilities(study);
  const types = new Set(shown.map(function (i) { return study.facilities.type[i]; }));
  study.facilities.types.forEach(function (type, i) {
    if (types.has(i)) box.appendChild(markRow(type, true, type.name));
  });
  const hollow = shown.find(function (i) { return !servesNow(study, i); });
  if (hollow === undefined) return;
  box.appendChild(markRow(study.facilities.types[study.facilities.type[hollow]], false, study.words.not_serving));
}

function sitingLegend(study, box) {
  const siting = study.siting;
  if (!siting) return;
  if (study.shown.has("actions") && !study.before) {
    for (const mark of siting.marks) {
      const row = box.appendChild(element("div", "swatch"));
      row.append(signPicture(mark, "#777777"), element("span", null, mark.name));
    }
    if (siting.marks.length) box.appendChild(element("div", "swatch", study.words.other_layers));
  }
  if (!siting.candidates || !study.shown.has("candidates")) return;
  siting.candidates.states.forEach(function (name, state) {
    const row = box.appendChild(element("div", "swatch"));
    const text = study.words.candidates + " · " + name + " (" + study.numbers.count(siting.candidates.counts[state]) + ")";
    row.append(candidatePicture(siting.candidates.colours, state), element("span", null, text));
  });
}

// What lies under it all: water and green, railways, streets, borders of each level that is drawn.
function groundLegend(study, box) {
  const line = function (style, label) {
    const row = box.appendChild(element("div", "swatch"));
    row.appendChild(element("i", "line")).style.borderTop = style;
    row.appendChild(element("span", null, label));
  };
  for (const layer of study.shown.has("base") ? study.base : []) {
    if (layer.fill) box.appendChild(swatch(layer.fill, layer.title));
    else line("2px dashed " + layer.stroke, layer.title);
  }
  if (study.shown.has("streets") && study.streets.length) line("1.5px solid #5a5a5a", study.words.streets);
  if (!study.units) return;
  line("1.5px solid #2b2b2b", fill(study.words.border_of, { name: study.units.levels[study.level] }));
  if (study.level > 0) line("3px solid #2b2b2b", fill(study.words.border_of, { name: study.units.levels[study.level - 1] }));
}

function supplyLegend(study, box) {
  const told = supplyNow(study);
  if (!told) return;
  for (const text of [told.title, told.wanted]) box.appendChild(element("div", "swatch", text));
  told.labels.forEach(function (label, i) { box.appendChild(swatch(study.supply_colours[i], label)); });
  if (told.note) box.appendChild(element("div", "swatch", told.note));
}

function isThere(study, key) {
  if (key === "clusters") return Boolean(study.clusters) && !study.before;
  if (key === "areas") return Boolean(study.areas[study.standard.key]) && !study.before;
  if (key === "failing") return Boolean(study.units && study.units.failing) && !study.before;
  return hasCells(study);
}

export function fillLegend(study, box) {
  box.replaceChildren();
  if (hasBefore(study)) box.appendChild(element("div", "moment", study.before ? study.moment_before : study.moment));
  if (study.theme === "time" && hasCells(study)) {
    box.appendChild(element("div", "swatch", study.words.time_legend));
    study.standard.time_labels.forEach(function (label, i) {
      const row = box.appendChild(swatch(study.time_colours[i], label));
      if (i === 2) row.classList.add("limit");
    });
  }
  if (study.theme === "share") {
    box.appendChild(element("div", "swatch", study.words.theme_share));
    study.standard.share_labels.forEach(function (label, i) {
      box.appendChild(swatch(study.share_colours[i], label));
    });
    box.appendChild(swatch("#ffffff", study.words.share_nobody));
  }
  if (isSupplyTheme(study)) supplyLegend(study, box);
  facilityLegend(study, box);
  sitingLegend(study, box);
  groundLegend(study, box);
  for (const key of ["clusters", "uncovered", "areas", "failing"]) {
    if (!study.shown.has(key) || !isThere(study, key)) continue;
    const row = box.appendChild(swatch("", study.words[key]));
    row.firstChild.className = "sign " + key;
  }
}
