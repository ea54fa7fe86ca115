// The map of the desk: the study's map with the idea on it, sites that can be dragged, ghosts of proposals.

import { button } from "./dom.js";
import { degrees, movedTo, partOf, sizeWords, titleOf } from "./changes.js";
import { cellSentence, facilityDetails } from "./map/details.js";
import { bytesOf } from "./map/packing.js";
import { shownFacilities } from "./map/study.js";
import { StudyMap } from "./map/study_map.js";
import { element, grouped } from "./map/text.js";
import { showSplit } from "./split.js";
import { step } from "./state.js";

// Reached as before, newly reached, no longer reached, not reached, off the network.
export const GAIN_COLOURS = ["#cfe0ea", "#0a7d4f", "#c8102e", "#e4e2dc", "#ffffff"];
const WITHIN = 3;
const CLICK_PIXELS = 12;
const REST_MS = 80;

function words16(text) {
  const bytes = bytesOf(text);
  return new Uint16Array(bytes.buffer, 0, bytes.length / 2);
}

function gainClasses(before, after, off) {
  const classes = new Uint8Array(after.length);
  for (let i = 0; i < after.length; i += 1) {
    const was = before[i] < WITHIN;
    const is = after[i] < WITHIN;
    classes[i] = after[i] === off ? 4 : is ? (was ? 0 : 1) : was ? 2 : 3;
  }
  return classes;
}

// The classes of the map are those of time, or who is gained and lost: colours and labels go with them.
function applyCells(desk, study, shown) {
  if (!study.cells) return;
  const key = shown.key;
  const gain = desk.theme === "gain";
  study.own_colours = study.own_colours || study.time_colours;
  study.standard.own_labels = study.standard.own_labels || study.standard.time_labels;
  study.own_legend = study.own_legend || study.words.time_legend;
  study.words.time_legend = gain ? desk.words("theme_gain") : study.own_legend;
  study.time_colours = gain ? GAIN_COLOURS : study.own_colours;
  study.standard.time_labels = gain ? desk.gainLabels() : desk.timeLabels(shown.minutes);
  document.body.classList.toggle("gain", gain);
  if (!shown.cells) {
    delete study.cells.classes[key];
    return;
  }
  const after = bytesOf(shown.cells);
  const before = bytesOf(shown.cells_before);
  study.cells.classes[key] = gain ? gainClasses(before, after, study.own_colours.length - 1) : desk.before ? before : after;
  study.cells.minutes[key] = words16(shown.minutes_of_cells);
}

function applyUnits(desk, study, standard) {
  if (!study.units) return;
  const position = {};
  desk.study.units.forEach(function (unit, i) { position[unit.code] = i; });
  study.units.codes.forEach(function (code, i) {
    const coverage = study.units.coverage[i][standard.key];
    const at = position[code];
    for (const group in standard.units) {
      if (!coverage || !coverage[group] || at === undefined) continue;
      const columns = standard.units[group];
      const row = coverage[group];
      row[1] = (desk.before ? columns.before : columns.covered)[at];
      row[2] = columns.people[at] - row[1] - row[3];
      row[4] = columns.people[at] > 0 ? row[1] / columns.people[at] : null;
    }
  });
}

function applyFacilities(desk, study) {
  const facilities = study.facilities;
  desk.served = desk.served || facilities.serves.slice();
  const gone = new Set();
  for (const change of desk.before ? [] : desk.numbers.changes) {
    const place = change.close || change.move;
    if (place) gone.add(place.layer + "/" + place.id);
  }
  facilities.serves = facilities.id.map(function (id, i) {
    return desk.served[i] && !gone.has(facilities.layers[facilities.layer[i]].key + "/" + id);
  });
}

function signOf(number, kind) {
  const sign = element("span", "sign-" + kind, String(number));
  return L.divIcon({ html: sign, className: "site", iconSize: [28, 28], iconAnchor: [14, 14] });
}

function siteDetails(desk, change, position) {
  const box = element("div", "details");
  box.appendChild(element("h3", null, titleOf(desk, change)));
  for (const words of sizeWords(desk, change)) box.appendChild(element("p", "facts", words));
  if (change.year) box.appendChild(element("p", "facts", desk.words("from_year", { year: change.year })));
  const row = box.appendChild(element("p", "buttons"));
  row.appendChild(button(desk.words("move_site"), function () {
    desk.view.map.closePopup();
    desk.place({ kind: "swap", change: change, position: position });
  }));
  // where places are named by unit, nothing is sent back with a point
  const layer = desk.study.layers.find(function (one) { return one.key === change[partOf(change)].layer; });
  if (change.open && !(layer && layer.by_unit)) row.appendChild(resizeButton(desk, change, position));
  row.appendChild(button(desk.words("remove"), function () {
    desk.view.map.closePopup();
    step(desk, { drop: position });
  }));
  return box;
}

function resizeButton(desk, change, position) {
  return button(desk.words("upgrade_facility"), function () {
    desk.view.map.closePopup();
    desk.resize(change, position);
  });
}

function addSite(desk, change, position) {
  const place = change.open || change.move;
  const layer = desk.study.layers.find(function (one) { return one.key === place.layer; });
  const fixed = layer && layer.by_unit;
  const applied = desk.numbers.applied.includes(position);
  const marker = L.marker([place.y, place.x], {
    icon: signOf(position + 1, applied ? "site" : "later"),
    draggable: !fixed,
    title: titleOf(desk, change),
    alt: titleOf(desk, change),
    zIndexOffset: 1000,
  });
  marker.on("dragstart", function () { desk.dragged = { marker: marker, back: L.latLng(place.y, place.x) }; });
  marker.on("drag", function () {
    desk.preview({ change: movedTo(change, degrees(marker.getLatLng())), position: position }, marker.getLatLng());
  });
  marker.on("dragend", function () {
    desk.dragged = null;
    desk.endPreview();
    step(desk, { swap: movedTo(change, degrees(marker.getLatLng())), position: position });
  });
  marker.bindPopup(function () { return siteDetails(desk, change, position); }, { minWidth: 250, maxWidth: 320 });
  return marker.addTo(desk.sites);
}

function addGhost(desk, place, number) {
  if (place.x === undefined) return;
  const marker = L.marker([place.y, place.x], {
    icon: signOf(number, "ghost"),
    title: place.change ? titleOf(desk, place.change) : desk.words("reach_more", { people: grouped(Math.round(place.gained)) }),
    zIndexOffset: 500,
  });
  marker.on("click", function () { desk.accept(number - 1); });
  marker.addTo(desk.ghosts);
}

// Sites that are as they were stay: to take a mark off the map and put it there again costs the page a layout.
function drawSites(desk) {
  const before = desk.drawnSites || new Map();
  const after = new Map();
  const changes = desk.before ? [] : desk.numbers.changes;
  changes.forEach(function (change, position) {
    // a crs of its own comes from a file; such places are shown by the numbers alone
    const place = change.open || change.move;
    if (!place || (place.crs && place.crs !== "EPSG:4326")) return;
    const told = [position, change, titleOf(desk, change), desk.numbers.applied.includes(position), desk.language];
    const key = JSON.stringify(told.concat(desk.study.read));
    const marker = before.get(key) || addSite(desk, change, position);
    // one that was dragged to where it may not stand goes back
    if (!marker.getLatLng().equals([place.y, place.x])) marker.setLatLng([place.y, place.x]);
    after.set(key, marker);
  });
  for (const [key, marker] of before) if (!after.has(key)) desk.sites.removeLayer(marker);
  desk.drawnSites = after;
}

export function drawIdea(desk) {
  drawSites(desk);
  desk.ghosts.clearLayers();
  if (desk.proposal) desk.proposal.places.forEach(function (place, i) { if (!place.taken) addGhost(desk, place, i + 1); });
}

export function applyNumbers(desk) {
  applyOne(desk);
  const past = showSplit(desk);
  if (past) applyOne(past);
}

// Of a step mostly the colours alone are others, or nothing that the map shows.
function redrawn(desk, study) {
  const before = desk.redrawn || {};
  const shown = desk.shownStandard();
  const told = [study.standard.key, study.group.key, study.standard.time_labels, study.facilities.serves, desk.theme, desk.before];
  const now = { study: study, told: JSON.stringify(told), cells: shown.cells, cells_before: shown.cells_before };
  desk.redrawn = now;
  const asBefore = before.study === study && before.told === now.told;
  if (!asBefore) desk.view.redraw();
  else if (!now.cells || now.cells !== before.cells || now.cells_before !== before.cells_before) desk.view.recolour();
}

function applyOne(desk) {
  const study = desk.view.study;
  study.standard = study.standards.find(function (one) { return one.key === desk.standard; }) || study.standard;
  study.group = study.standard.groups.find(function (one) { return one.key === desk.group; }) || study.standard.groups[0];
  study.theme = desk.theme === "uncovered" || desk.theme === "gain" ? "time" : desk.theme;
  if (desk.theme === "uncovered") study.shown.add("uncovered");
  else study.shown.delete("uncovered");
  applyCells(desk, study, desk.shownStandard());
  for (const standard of desk.numbers.standards) applyUnits(desk, study, standard);
  applyFacilities(desk, study);
  redrawn(desk, study);
  drawIdea(desk);
}

// Facility of the study nearest to a click, -1 where none is near.
function facilityAt(desk, latLng) {
  const view = desk.view;
  const points = view.study.facilities.points;
  const at = view.map.latLngToContainerPoint(latLng);
  let found = -1;
  let least = CLICK_PIXELS;
  for (const i of shownFacilities(view.study)) {
    const distance = at.distanceTo(view.map.latLngToContainerPoint(view.places.latLng(points[2 * i], points[2 * i + 1])));
    if (distance <= least) {
      least = distance;
      found = i;
    }
  }
  return found;
}

// A facility that the idea changes says so, and the change may be taken back or resized there.
function alreadyChanged(desk, box, row, position) {
  const change = desk.numbers.changes[position];
  const told = element("p", "facts", desk.words("in_idea", { number: position + 1, text: titleOf(desk, change) }));
  box.insertBefore(told, row);
  for (const words of sizeWords(desk, change)) box.insertBefore(element("p", "facts", words), row);
  if (change.upgrade) row.appendChild(resizeButton(desk, change, position));
  row.appendChild(button(desk.words("remove"), function () {
    desk.view.map.closePopup();
    step(desk, { drop: position });
  }));
}

// Sizes that the map knows of a facility.
function presentSizes(study, i) {
  const known = study.facilities.capacity || {};
  return Object.fromEntries(Object.keys(known).map(function (name) { return [name, known[name][i]]; }));
}

function existingDetails(desk, i) {
  const study = desk.view.study;
  const box = facilityDetails(study, i);
  const layer = study.facilities.layers[study.facilities.layer[i]].key;
  const id = study.facilities.id[i];
  const palette = desk.study.layers.find(function (one) { return one.key === layer; });
  if (!palette || !desk.served[i]) return box;
  const row = box.appendChild(element("p", "buttons"));
  const changed = desk.numbers.changes.findIndex(function (change) {
    const part = partOf(change);
    return part !== "open" && change[part].layer === layer && change[part].id === id;
  });
  if (changed >= 0) {
    alreadyChanged(desk, box, row, changed);
    return box;
  }
  row.appendChild(button(desk.words("close_facility"), function () {
    desk.view.map.closePopup();
    step(desk, { add: { close: { layer: layer, id: id } } });
  }));
  if (!palette.by_unit) {
    row.appendChild(button(desk.words("move_facility"), function () {
      desk.view.map.closePopup();
      desk.place({ kind: "add", change: { move: { layer: layer, id: id, x: 0, y: 0 } } });
    }));
  }
  row.appendChild(button(desk.words("upgrade_facility"), function () {
    desk.view.map.closePopup();
    desk.upgrade(layer, id, presentSizes(study, i));
  }));
  return box;
}

// Unit, people and minutes under the pointer.
function showWhere(desk, latLng) {
  const study = desk.view.study;
  const found = desk.view.at(latLng);
  const told = [];
  if (found.unit >= 0) told.push(study.units.names[found.unit]);
  const cell = found.cell >= 0 ? cellSentence(study, found.cell) : null;
  if (cell) told.push(cell);
  const box = document.getElementById("where");
  box.textContent = told.join(" · ");
  box.hidden = !told.length;
}

// The units fill the map; streets beyond the border may lie outside.
export function fitUnits(desk) {
  const units = desk.view.study.units;
  if (!units || !units.boxes.length) {
    desk.view.fit();
    return;
  }
  const box = units.boxes.reduce(function (all, one) {
    return [Math.min(all[0], one[0]), Math.min(all[1], one[1]), Math.max(all[2], one[2]), Math.max(all[3], one[3])];
  });
  const corners = [desk.view.places.latLng(box[0], box[1]), desk.view.places.latLng(box[2], box[3])];
  desk.view.map.fitBounds(corners, { animate: false, padding: [6, 6] });
}

export function makeMap(desk, content) {
  if (desk.view) {
    desk.served = null;
    desk.view.show(content);
    desk.map = desk.view;
    return;
  }
  const map = L.map("map", { zoomSnap: 0.5, maxZoom: 19, fadeAnimation: false, attributionControl: false, zoomControl: false });
  L.control.zoom({ position: "topright" }).addTo(map);
  desk.view = StudyMap(map, content);
  desk.view.legend.tabIndex = 0; // a long one is scrolled by the keyboard too
  const goToFacility = desk.view.goToFacility;
  desk.view.goToFacility = function (i) {
    goToFacility(i);
    const points = desk.view.study.facilities.points;
    desk.view.tell(desk.view.places.latLng(points[2 * i], points[2 * i + 1]), existingDetails(desk, i));
    // whoever found it by its name acts on it without a pointer; on no button, which the same key would press
    const told = document.querySelector("#map .leaflet-popup .details");
    if (!told) return;
    told.tabIndex = -1;
    told.focus({ preventScroll: true });
  };
  desk.map = desk.view;
  let looking = null;
  map.on("mousemove", function (event) {
    clearTimeout(looking);
    looking = setTimeout(function () { showWhere(desk, event.latlng); }, REST_MS);
  });
  map.on("mouseout", function () {
    clearTimeout(looking);
    document.getElementById("where").hidden = true;
  });
  desk.sites = L.layerGroup().addTo(map);
  desk.ghosts = L.layerGroup().addTo(map);
  desk.view.on.click = function (latLng) {
    if (desk.placing) {
      desk.placed(latLng);
      return true;
    }
    const facility = facilityAt(desk, latLng);
    if (facility < 0) return false;
    desk.view.tell(latLng, existingDetails(desk, facility));
    return true;
  };
}
