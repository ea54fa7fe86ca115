// The panel beside the map: title, measured standard, themes, layers, sources.

import { numberList } from "./details.js";
import { choice, labelled, section, tick } from "./fields.js";
import { markPicture } from "./marks.js";
import { savePicture } from "./picture.js";
import { searchSection } from "./search.js";
import { sitingSection } from "./siting_panel.js";
import { chooseGroup, chooseStandard, hasBefore, hasCells, shownClusters } from "./study.js";
import { asksSupply, supplyList, supplyNote, supplyNow } from "./supply.js";
import { element, fill } from "./text.js";

function head(page) {
  const study = page.view.study;
  const box = element("header");
  box.appendChild(element("h1", null, study.title));
  box.appendChild(element("p", "place", study.place));
  if (study.statement) box.appendChild(element("p", "statement", study.statement));
  if (study.synthetic) box.appendChild(element("p", "synthetic", study.synthetic));
  for (const note of study.people_notes) box.appendChild(element("p", "note", note));
  for (const warning of study.warnings) box.appendChild(element("p", "warning", warning));
  box.appendChild(toolRow(page));
  return box;
}

function toolButton(name, label, act) {
  const button = element("button", "tool", label);
  button.type = "button";
  button.id = name;
  button.addEventListener("click", act);
  return button;
}

function toolRow(page) {
  const study = page.view.study;
  const row = element("p", "tools");
  if (study.other) row.appendChild(toolButton("language", study.words.other_language, page.switchLanguage));
  row.append(
    toolButton("print", study.words.print, function () { window.print(); }),
    toolButton("picture", study.words.picture, function () { savePicture(page.view); })
  );
  return row;
}

// Without what is done, or with it.
function momentField(page) {
  const study = page.view.study;
  const options = [{ key: "after", name: study.moment }, { key: "before", name: study.moment_before }];
  return labelled(study.words.time_shown, choice("moment", options, study.before ? "before" : "after", function (key) {
    study.before = key === "before";
    page.view.redraw();
  }));
}

function themeSection(page) {
  const study = page.view.study;
  const words = study.words;
  const box = section(null, hasBefore(study) ? [momentField(page)] : []);
  const standards = study.standards.map(function (one) { return { key: one.key, name: one.name }; });
  const standardField = choice("standard", standards, study.standard.key, function (key) {
    chooseStandard(study, key);
    refreshGroups(page);
    page.view.redraw();
  });
  box.appendChild(labelled(words.standard, standardField));
  page.groupField = box.appendChild(element("div"));
  const themes = [{ key: "none", name: words.theme_none }];
  if (study.units) themes.unshift({ key: "share", name: words.theme_share });
  if (study.cells) themes.unshift({ key: "time", name: words.theme_time });
  if (asksSupply(study)) {
    if (study.units) themes.splice(themes.length - 1, 0, { key: "supply_unit", name: words.theme_supply_unit });
    if (study.cells) themes.splice(themes.length - 1, 0, { key: "supply", name: words.theme_supply });
  }
  box.appendChild(
    labelled(words.theme, choice("theme", themes, study.theme, function (theme) {
      study.theme = theme;
      page.view.redraw();
    }))
  );
  if (study.units && study.units.levels.length > 1) {
    const levels = study.units.levels.map(function (name, i) { return { key: String(i), name: name }; });
    box.appendChild(
      labelled(words.level, choice("level", levels, String(study.level), function (level) {
        study.level = Number(level);
        page.view.redraw();
      }))
    );
  }
  page.note = box.appendChild(element("p", "facts"));
  page.summary = box.appendChild(element("div", "summary"));
  return box;
}

function refreshGroups(page) {
  const study = page.view.study;
  const field = labelled(
    study.words.group,
    choice("group", study.standard.groups, study.group.key, function (key) {
      chooseGroup(study, key);
      page.view.redraw();
    })
  );
  page.groupField.replaceChildren(field);
}

function layerSection(page) {
  const study = page.view.study;
  const words = study.words;
  const ticks = [];
  if (study.base.length) ticks.push(tick(page, "base", words.base));
  if (study.streets.length) ticks.push(tick(page, "streets", words.streets));
  if (study.units) ticks.push(tick(page, "names", words.unit_names));
  if (Object.keys(study.areas).length) ticks.push(tick(page, "areas", words.areas));
  if (study.cells) ticks.push(tick(page, "uncovered", words.uncovered));
  if (study.clusters) ticks.push(tick(page, "clusters", words.clusters), clusterList(page));
  if (study.units && study.units.failing) ticks.push(tick(page, "failing", words.failing));
  return section(words.layers, ticks);
}

// The clusters that the map numbers, with people and place; the list follows the standard and the group.
function clusterList(page) {
  const list = element("ul", "found clusters");
  page.ticks.push(function () {
    const study = page.view.study;
    list.replaceChildren();
    for (const i of shownClusters(study, page.view.mostClusters())) {
      const people = study.numbers.count(study.clusters.people[i]);
      const title = fill(study.words.cluster_people, { number: study.clusters.number[i], people: people });
      const button = element("button", null, title);
      button.type = "button";
      button.appendChild(element("small", null, study.clusters.unit[i]));
      button.addEventListener("click", function () { page.view.goToCluster(i); });
      list.appendChild(element("li")).appendChild(button);
    }
  });
  return list;
}

// A tick for all types of a layer; half set where only some of them are shown.
function layerTick(page, title, keys) {
  const label = element("label", "tick whole");
  const input = element("input");
  const study = page.view.study;
  input.type = "checkbox";
  function refresh() {
    const shown = keys.filter(function (key) { return study.shown.has(key); }).length;
    input.checked = shown === keys.length;
    input.indeterminate = shown > 0 && shown < keys.length;
  }
  page.ticks.push(refresh);
  refresh();
  input.addEventListener("change", function () {
    for (const key of keys) {
      if (input.checked) study.shown.add(key);
      else study.shown.delete(key);
    }
    page.view.redraw();
  });
  label.append(input, element("span", null, title));
  return label;
}

function facilitySection(page) {
  const study = page.view.study;
  const rows = [];
  study.facilities.layers.forEach(function (layer, position) {
    const types = study.facilities.types.map(function (type, i) { return i; }).filter(function (i) {
      return study.facilities.types[i].layer === position;
    });
    const keys = types.map(function (i) { return "type-" + i; });
    const title = fill(study.words.all_types, { layer: layer.name, count: layer.count });
    if (!keys.length) return;
    rows.push(layerTick(page, title, keys));
    for (const i of types) {
      const type = study.facilities.types[i];
      const name = fill(study.words.all_types, { layer: type.name, count: type.count });
      const row = tick(page, "type-" + i, name, markPicture(type, true));
      row.classList.add("part");
      rows.push(row);
    }
  });
  return section(study.words.facilities, rows);
}

function footer(page) {
  const study = page.view.study;
  const box = section(study.words.facts, []);
  for (const fact of study.facts) box.appendChild(element("p", "facts", fact));
  box.appendChild(element("p", "facts", study.words.sources));
  const list = box.appendChild(element("ul", "facts"));
  for (const source of study.sources) list.appendChild(element("li", null, source));
  box.appendChild(element("p", "facts", study.made_with));
  box.appendChild(element("p", "internal", study.internal));
  return box;
}

// Builds the panel anew in its place; `page.ticks` are then what follows the study after every change.
export function buildPanel(page, place) {
  page.ticks = [];
  const menu = element("button", "menu", page.view.study.words.menu);
  menu.type = "button";
  menu.addEventListener("click", function () {
    place.classList.toggle("open");
    page.view.map.invalidateSize();
  });
  place.replaceChildren(menu, head(page), themeSection(page), searchSection(page), ...sitingSection(page));
  place.append(layerSection(page), facilitySection(page), footer(page));
  refreshGroups(page);
}

// The supply of the whole area, where the chosen standard was asked for it.
function wholeSupply(study) {
  const told = supplyNow(study);
  return supplyList(study, told && told.numbers);
}

// Texts and fields that say what is shown now.
export function refreshPanel(page) {
  const study = page.view.study;
  for (const refresh of page.ticks) refresh();
  const level = document.getElementById("level");
  if (level) level.value = String(study.level);
  const moment = document.getElementById("moment");
  if (moment) moment.value = study.before ? "before" : "after";
  page.note.textContent = study.theme === "time" && !hasCells(study) ? study.words.no_cells : supplyNote(study);
  const when = !hasBefore(study) ? "" : " · " + (study.before ? study.moment_before : study.moment);
  page.summary.replaceChildren(element("strong", null, study.words.whole_area + when), numberList(study), wholeSupply(study));
}
