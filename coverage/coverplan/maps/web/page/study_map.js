// The map of a study: one canvas of cells, units, facilities and actions on a Leaflet map, with legend and popups.
//
// Used alike by map.html, where the modules stand in the file as one script, and by pages of a server, which import
// them as they are. Leaflet must be there as the global L before; study_map.css styles what is made here.
//
//   import { StudyMap } from "./study_map.js";
//   const view = StudyMap(L.map("map"), content);   // content: what maps/web/page_content.py gives, as JSON
//   view.study.theme = "share";                     // what is chosen: see study.js
//   view.redraw();                                  // ... and is drawn with its legend
//   view.recolour();                                // ... where only classes of cells or numbers of units are others
//   view.show(newContent);                          // another answer of the same study; what was chosen stays
//   view.on.click = function (latLng) { ... };      // true where the page itself did something with a click
//   view.on.change = function () { ... };           // called after every redraw, for the page's own texts
//   view.at(latLng);                                // unit and cell at a place by position, -1 for none
//   view.goToUnit(i); view.goToFacility(i); view.goToCluster(i); view.goToAction(action); view.tell(latLng, element);

import { actionDetails, candidateDetails, drawActions, drawCandidates, shownActions } from "./actions.js";
import { Places, StudyCanvas } from "./canvas.js";
import { cellSentence, clusterDetails, facilityDetails, numbersNow, unitDetails, unitNumbers } from "./details.js";
import {
  drawBase, drawCells, drawChosen, drawClusters, drawFacilities, drawFailing, drawNames, drawServiceAreas, drawStreets,
  drawUncovered, drawUnitBorders, drawUnitFills,
} from "./drawing.js";
import { addHover } from "./hover.js";
import { fillLegend } from "./legend.js";
import { holds } from "./packing.js";
import { placeFacts } from "./place_facts.js";
import {
  cellsNow, facilityPoints, hasCells, readStudy, shownClusters, shownFacilities, unitsOfLevel,
} from "./study.js";
import { drawSupply } from "./supply.js";
import { element } from "./text.js";

const CLICK_PIXELS = 12;
const SMALL_SCREEN = 620;
// From afar only the clusters with most people are shown, as many as on paper.
const CLOSE_ZOOM = 13;

function shareColour(study, unit) {
  const coverage = study.units.coverage[unit][study.standard.key];
  const share = coverage ? numbersNow(study, unitNumbers(coverage[study.group.key])).share : null;
  if (share === null) return "#ffffff";
  return study.share_colours[study.standard.share_breaks.filter(function (end) { return share >= end; }).length];
}

function peopleNow(study) {
  return hasCells(study) && study.cells.people[study.group.key];
}

function drawTheme(pen, study, shown) {
  const people = peopleNow(study);
  if (study.theme === "share") {
    drawUnitFills(pen, study.units, shown, function (unit) { return shareColour(study, unit); });
  }
  drawSupply(pen, study, shown);
  if (study.theme !== "time" || !people) return;
  drawCells(pen, study.cells, cellsNow(study).classes[study.standard.key], people, study.time_colours);
}

function drawOverTheme(pen, study) {
  const key = study.standard.key;
  const people = peopleNow(study);
  if (study.shown.has("streets")) drawStreets(pen, study.streets);
  if (study.shown.has("areas") && study.areas[key] && !study.before) drawServiceAreas(pen, study.areas[key], study.standard.minutes);
  if (study.shown.has("uncovered") && people) {
    study.cells.most = people.reduce(function (most, one) { return Math.max(most, one); }, 1);
    drawUncovered(pen, study.cells, cellsNow(study).classes[key], people);
  }
}

function drawUnits(pen, study, shown) {
  drawUnitBorders(pen, study.units, shown, 1.2, "rgba(40, 40, 40, 0.8)");
  if (study.level > 0) drawUnitBorders(pen, study.units, unitsOfLevel(study, study.level - 1), 2.4, "#2b2b2b");
  if (study.shown.has("failing") && study.units.failing && !study.before) {
    drawFailing(pen, study.units, shown.filter(function (unit) {
      const failing = study.units.failing[study.units.codes[unit]];
      return failing && failing[0].length;
    }));
  }
}

// Middles and half widths of what no name of a unit may stand on.
function takenPlaces(pen, study, clusters) {
  const taken = clusters.map(function (i) {
    return [pen.x(study.clusters.points[2 * i]), pen.y(study.clusters.points[2 * i + 1]), 12];
  });
  for (const action of shownActions(study)) {
    taken.push([pen.x(action.xy[0]) + action.shift[0], pen.y(action.xy[1]) + action.shift[1], 11]);
  }
  return taken;
}

function drawOver(pen, view) {
  const study = view.study;
  const shown = unitsOfLevel(study, study.level);
  const clusters = shownClusters(study, view.mostClusters());
  drawOverTheme(pen, study);
  if (study.units) drawUnits(pen, study, shown);
  drawFacilities(pen, study, shownFacilities(study));
  drawClusters(pen, study.clusters, clusters);
  drawCandidates(pen, study);
  drawActions(pen, study);
  if (study.units && study.shown.has("names")) drawNames(pen, study.units, shown, takenPlaces(pen, study, clusters));
  if (study.chosen) drawChosen(pen, study.chosen);
}

function unitAt(study, x, y) {
  const levels = [study.level];
  for (let level = study.units ? study.units.levels.length - 1 : -1; level >= 0; level -= 1) levels.push(level);
  for (const level of levels) {
    const found = unitsOfLevel(study, level).find(function (unit) { return holds(study.units, unit, x, y); });
    if (found !== undefined) return found;
  }
  return -1;
}

function cellAt(study, x, y) {
  if (!study.cells || study.theme !== "time") return -1;
  let found = -1;
  let least = study.cells.reach * study.cells.reach;
  for (let i = 0; 2 * i < study.cells.points.length; i += 1) {
    const dx = study.cells.points[2 * i] - x;
    const dy = study.cells.points[2 * i + 1] - y;
    if (dx * dx + dy * dy <= least) {
      least = dx * dx + dy * dy;
      found = i;
    }
  }
  return found;
}

function boxOfUnit(units, unit) {
  let box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let ring = units.rings[unit]; ring < units.rings[unit + 1]; ring += 1) {
    const other = units.boxes[ring];
    box = [Math.min(box[0], other[0]), Math.min(box[1], other[1]), Math.max(box[2], other[2]), Math.max(box[3], other[3])];
  }
  return box;
}

// What stands nearest to a place on the screen, of the points that are shown; -1 where none is near.
function nearest(view, points, shown, latLng) {
  const at = view.map.latLngToContainerPoint(latLng);
  let found = -1;
  let least = CLICK_PIXELS;
  for (const i of shown) {
    const place = view.map.latLngToContainerPoint(view.places.latLng(points[2 * i], points[2 * i + 1]));
    const distance = at.distanceTo(place);
    if (distance <= least) {
      least = distance;
      found = i;
    }
  }
  return found;
}

// Of actions whose marks stand beside their places, the mark counts.
function actionAt(view, latLng) {
  const at = view.map.latLngToContainerPoint(latLng);
  return shownActions(view.study).find(function (action) {
    const place = view.map.latLngToContainerPoint(view.places.latLng(action.xy[0], action.xy[1]));
    const shift = action.shift || [0, 0];
    return Math.hypot(place.x + shift[0] - at.x, place.y + shift[1] - at.y) <= CLICK_PIXELS;
  }) || null;
}

function candidateAt(view, latLng) {
  const siting = view.study.siting;
  if (!siting || !siting.candidates || !view.study.shown.has("candidates")) return -1;
  return nearest(view, siting.candidates.points, siting.candidates.id.map(function (id, i) { return i; }), latLng);
}

// The unit and the cell at a place; with coordinates even where there is neither.
function placeDetails(view, latLng) {
  const study = view.study;
  const [x, y] = view.places.steps(latLng);
  const unit = unitAt(study, x, y);
  const cell = cellAt(study, x, y);
  const sentence = cell >= 0 ? cellSentence(study, cell) : null;
  const box = unit >= 0 ? unitDetails(study, unit) : element("div", "details");
  if (sentence) box.insertBefore(element("p", "cell", sentence), box.children[2] || null);
  return box;
}

function detailsAt(view, latLng) {
  const study = view.study;
  const action = actionAt(view, latLng);
  if (action) return actionDetails(study, action);
  const shown = shownClusters(study, view.mostClusters());
  const cluster = study.clusters ? nearest(view, study.clusters.points, shown, latLng) : -1;
  if (cluster >= 0) return clusterDetails(study, cluster);
  const facility = nearest(view, facilityPoints(study), shownFacilities(study), latLng);
  if (facility >= 0) return facilityDetails(study, facility);
  const candidate = candidateAt(view, latLng);
  if (candidate >= 0) return candidateDetails(study, candidate);
  return placeDetails(view, latLng);
}

function legendControl(view) {
  const legend = L.control({ position: "bottomright" });
  legend.onAdd = function (map) {
    const box = L.DomUtil.create("details", "legend");
    box.open = map.getSize().x > 500;
    view.legendTitle = box.appendChild(element("summary"));
    view.legend = box.appendChild(element("div"));
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return box;
  };
  return legend;
}

function scaleBar(view) {
  const Bar = L.Control.Scale.extend({
    _updateMetric: function (longest) {
      const metres = this._getRoundNum(longest);
      const words = view.study.words;
      const [value, sentence] = metres < 1000 ? [metres, words.scale_metres] : [metres / 1000, words.scale_kilometres];
      this._updateScale(this._mScale, sentence.replace("{value}", value), metres / longest);
    },
  });
  return new Bar({ imperial: false, maxWidth: 160 });
}

function goToPlace(view, xy, details) {
  const latLng = view.places.latLng(xy[0], xy[1]);
  view.study.chosen = xy;
  view.map.setView(latLng, Math.max(view.map.getZoom(), 15), { animate: false });
  view.redraw();
  view.tell(latLng, details);
}

function addJourneys(view) {
  view.goToUnit = function (unit) {
    const units = view.study.units;
    const [west, south, east, north] = boxOfUnit(units, unit);
    view.study.level = units.level[unit];
    view.study.chosen = null;
    view.map.fitBounds([view.places.latLng(west, south), view.places.latLng(east, north)], { maxZoom: 16, animate: false });
    view.redraw();
    const details = function () { return unitDetails(view.study, unit); };
    view.tell(view.places.latLng(units.labels[2 * unit], units.labels[2 * unit + 1]), details(), details);
  };
  view.goToFacility = function (i) {
    const points = facilityPoints(view.study);
    view.study.shown.add("type-" + view.study.facilities.type[i]);
    goToPlace(view, [points[2 * i], points[2 * i + 1]], facilityDetails(view.study, i));
  };
  view.goToCluster = function (i) {
    const points = view.study.clusters.points;
    goToPlace(view, [points[2 * i], points[2 * i + 1]], clusterDetails(view.study, i));
  };
  // An action without a place is told where its unit is.
  view.goToAction = function (action) {
    const units = view.study.units;
    const unit = units ? units.codes.indexOf(action.unit) : -1;
    view.study.before = false;
    if (action.xy) {
      view.study.shown.add("actions");
      return goToPlace(view, action.xy, actionDetails(view.study, action));
    }
    if (unit >= 0) view.goToUnit(unit);
    const at = unit >= 0 ? view.places.latLng(units.labels[2 * unit], units.labels[2 * unit + 1]) : view.map.getCenter();
    return view.tell(at, actionDetails(view.study, action));
  };
}

export function StudyMap(map, content) {
  const view = { map: map, study: readStudy(content), places: Places(content), on: {} };
  const canvas = new StudyCanvas(
    function () { return view.places; },
    {
      under: function (pen) { if (view.study.shown.has("base")) drawBase(pen, view.study.base); },
      between: function (pen) { drawTheme(pen, view.study, unitsOfLevel(view.study, view.study.level)); },
      over: function (pen) { drawOver(pen, view); },
    }
  );
  view.canvas = canvas;
  view.mostClusters = function () { return map.getZoom() < CLOSE_ZOOM ? view.study.listedClusters : Infinity; };
  // What a popup tells is of one standard, group and time: with another of them it is told anew, or no more.
  let told = null;
  const shownNow = function () { return [view.study.standard.key, view.study.group.key, view.study.before].join(); };
  const retell = function () {
    if (!told || told.of === shownNow() || !map._popup || !map._popup.isOpen()) return;
    if (told.again) view.tell(told.latLng, told.again(), told.again);
    else map.closePopup();
  };
  view.redraw = function () {
    canvas.redraw();
    retell();
    view.legendTitle.textContent = view.study.words.legend;
    fillLegend(view.study, view.legend);
    if (view.on.change) view.on.change();
  };
  view.recolour = function () {
    // the marks of people without it lie over the streets
    if (view.study.shown.has("uncovered")) canvas.redraw();
    else canvas.redrawBetween();
  };
  view.show = function (newContent) {
    view.study = readStudy(newContent, view.study);
    view.places = Places(newContent);
    map.closePopup();
    view.scale._update();
    view.redraw();
  };
  view.at = function (latLng) {
    const [x, y] = view.places.steps(latLng);
    return { unit: unitAt(view.study, x, y), cell: cellAt(view.study, x, y) };
  };
  view.tell = function (latLng, details, again) {
    const size = map.getSize();
    told = { latLng: latLng, again: again, of: shownNow() };
    details.appendChild(placeFacts(view.study, latLng));
    const room = { maxWidth: Math.min(460, size.x - 60), maxHeight: Math.min(340, size.y - 90) };
    const popup = L.popup(room).setLatLng(latLng).setContent(details).openOn(map);
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", view.study.words.close);
    close.title = view.study.words.close;
  };
  // The whole study, beside the legend where there is room for both.
  view.fit = function () {
    const [west, south, east, north] = view.study.bounds;
    const legend = view.legend.parentElement.offsetWidth + 10;
    const beside = map.getSize().x > 3 * legend ? [legend, 0] : [0, 0];
    const area = [view.places.latLng(west, south), view.places.latLng(east, north)];
    map.fitBounds(area, { animate: false, paddingBottomRight: beside });
  };
  addJourneys(view);
  // On a small screen a tap beside an open popup only closes it.
  map.options.closePopupOnClick = false;
  map.on("click", function (event) {
    const open = map._popup && map._popup.isOpen();
    if (open && map.getSize().x < SMALL_SCREEN) return map.closePopup();
    if (view.on.click && view.on.click(event.latlng)) return;
    const details = function () { return detailsAt(view, event.latlng); };
    view.tell(event.latlng, details(), details);
  });
  addHover(view);
  legendControl(view).addTo(map);
  view.scale = scaleBar(view).addTo(map);
  map.invalidateSize({ animate: false });
  view.fit();
  canvas.addTo(map);
  return view;
}
