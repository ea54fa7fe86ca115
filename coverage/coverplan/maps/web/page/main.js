// Puts the page together.

const content = JSON.parse(document.getElementById("coverplan-data").textContent);
const map = window.coverplanMap;
const places = Places(content);
const CLICK_PIXELS = 12;
// From afar only the clusters with most people are shown.
const CLOSE_ZOOM = 13;
const FEW_CLUSTERS = 12;

function readCells(packedCells) {
  if (!packedCells) return null;
  const cells = { points: unpackPoints(packedCells.xy), corners: packedCells.corners };
  cells.reach = Math.max.apply(null, cells.corners.map(Math.abs));
  cells.people = {};
  cells.classes = {};
  cells.minutes = {};
  for (const group in packedCells.people) cells.people[group] = unpack(packedCells.people[group]);
  for (const key in packedCells.class) {
    cells.classes[key] = bytesOf(packedCells.class[key]);
    cells.minutes[key] = unpack(packedCells.minutes[key]);
  }
  return cells;
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

const page = Object.assign({}, content, {
  map: map,
  numbers: Numbers(content.language),
  cells: readCells(content.cells),
  units: readUnits(content.units),
  areas: readAreas(content.areas),
  streets: content.streets.map(unpackLines),
  base: content.base.map(function (layer) {
    return Object.assign({}, layer, { areas: unpackAreas(layer.areas), lines: unpackLines(layer.lines) });
  }),
  facilities: Object.assign({}, content.facilities, { points: unpackPoints(content.facilities.xy) }),
  clusters: content.clusters && Object.assign({}, content.clusters, { points: unpackPoints(content.clusters.xy) }),
  siting: readSiting(content.siting),
  standard: content.standards[0],
  group: content.standards[0].groups[0],
  shown: new Set(["base", "streets", "names", "clusters"]),
  chosen: null,
});
page.theme = page.cells && page.standard.key in page.cells.classes ? "time" : page.units ? "share" : "none";
page.level = page.units ? page.units.start : 0;
// where actions answer, the people whom nobody reaches stand back
if (page.siting && page.siting.actions.length) {
  page.shown.add("actions");
  page.shown.delete("clusters");
}

// Switches on the facilities that the standard counts.
function showStandardFacilities() {
  page.facilities.types.forEach(function (type, i) {
    if (page.facilities.layers[type.layer].key !== page.standard.layer) return;
    if (page.standard.types && !page.standard.types.includes(type.key)) return;
    page.shown.add("type-" + i);
  });
}
showStandardFacilities();

function unitsOfLevel(level) {
  const found = [];
  if (!page.units) return found;
  for (let i = 0; i < page.units.count; i += 1) if (page.units.level[i] === level) found.push(i);
  return found;
}

function shownFacilities() {
  const found = [];
  for (let i = 0; i < page.facilities.id.length; i += 1) {
    if (page.shown.has("type-" + page.facilities.type[i])) found.push(i);
  }
  return found;
}

function shownClusters() {
  const found = [];
  if (!page.clusters || !page.shown.has("clusters")) return found;
  const most = map.getZoom() < CLOSE_ZOOM ? FEW_CLUSTERS : Infinity;
  for (let i = 0; i < page.clusters.number.length; i += 1) {
    if (page.clusters.standard[i] !== page.standard.key || page.clusters.group[i] !== page.group.key) continue;
    if (page.clusters.number[i] <= most) found.push(i);
  }
  return found;
}

function shareColour(unit) {
  const coverage = page.units.coverage[unit][page.standard.key];
  const share = coverage ? coverage[page.group.key][4] : null;
  if (share === null) return "#ffffff";
  return page.share_colours[page.standard.share_breaks.filter(function (end) { return share >= end; }).length];
}

function drawTheme(pen, shown) {
  const classes = page.cells && page.cells.classes[page.standard.key];
  if (page.theme === "share") drawUnitFills(pen, page.units, shown, shareColour);
  if (page.theme === "time" && classes) drawCells(pen, page.cells, classes, page.cells.people[page.group.key], page.time_colours);
  if (page.shown.has("streets")) drawStreets(pen, page.streets);
  if (page.shown.has("areas")) drawServiceAreas(pen, page.areas[page.standard.key] || [], page.standard.minutes);
  if (page.shown.has("uncovered") && classes) {
    const people = page.cells.people[page.group.key];
    page.cells.most = people.reduce(function (most, one) { return Math.max(most, one); }, 1);
    drawUncovered(pen, page.cells, classes, people);
  }
}

// Middles and half widths of what no name of a unit may stand on.
function takenPlaces(pen, clusters) {
  const taken = clusters.map(function (i) {
    return [pen.x(page.clusters.points[2 * i]), pen.y(page.clusters.points[2 * i + 1]), 12];
  });
  for (const action of shownActions(page)) taken.push([pen.x(action.xy[0]) + 34, pen.y(action.xy[1]), 48]);
  return taken;
}

function draw(pen) {
  const shown = unitsOfLevel(page.level);
  if (page.shown.has("base")) drawBase(pen, page.base);
  drawTheme(pen, shown);
  if (page.units) {
    drawUnitBorders(pen, page.units, shown, 1.2, "rgba(40, 40, 40, 0.8)");
    if (page.level > 0) drawUnitBorders(pen, page.units, unitsOfLevel(page.level - 1), 2.4, "#2b2b2b");
    if (page.shown.has("failing") && page.units.failing) {
      drawFailing(pen, page.units, shown.filter(function (unit) {
        const failing = page.units.failing[page.units.codes[unit]];
        return failing && failing[0].length;
      }));
    }
  }
  drawFacilities(pen, page.facilities, shownFacilities());
  const clusters = shownClusters();
  drawClusters(pen, page.clusters, clusters);
  drawCandidates(pen, page);
  if (page.units && page.shown.has("names")) drawNames(pen, page.units, shown, takenPlaces(pen, clusters));
  drawActions(pen, page);
  if (page.chosen) drawChosen(pen, page.chosen);
}

const canvas = new StudyCanvas(places, draw);

const legend = L.control({ position: "bottomright" });
legend.onAdd = function () {
  const box = L.DomUtil.create("details", "legend");
  box.open = map.getSize().x > 500;
  box.appendChild(element("summary", null, page.words.legend));
  page.legend = box.appendChild(element("div"));
  L.DomEvent.disableClickPropagation(box);
  return box;
};

// The measured standard stands above the map and never scrolls away.
function placeMeasured() {
  const frame = element("main", null, null);
  page.measuredBox = frame.appendChild(element("div", "measured"));
  map.getContainer().replaceWith(frame);
  frame.appendChild(map.getContainer());
}

function refreshTexts() {
  const classes = page.cells && page.cells.classes[page.standard.key];
  page.measuredBox.replaceChildren(element("strong", null, page.standard.name), element("span", null, page.group.measured));
  if (page.synthetic) page.measuredBox.appendChild(element("span", "synthetic", page.synthetic));
  page.note.textContent = page.theme === "time" && !classes ? page.words.no_cells : "";
  page.summary.replaceChildren(element("strong", null, page.words.whole_area), numberList(page));
  fillLegend(page, page.legend);
}

page.redraw = function () {
  refreshTexts();
  canvas.redraw();
};

page.choose = function (key) {
  page.standard = page.standards.find(function (one) { return one.key === key; });
  const same = page.standard.groups.find(function (group) { return group.key === page.group.key; });
  page.group = same || page.standard.groups[0];
  showStandardFacilities();
  page.refreshTicks();
  groupField(page);
  page.redraw();
};

function tell(latLng, details) {
  L.popup({ maxWidth: 460, maxHeight: 340 }).setLatLng(latLng).setContent(details).openOn(map);
}

function nearest(points, shown, latLng) {
  const at = map.latLngToContainerPoint(latLng);
  let found = -1;
  let least = CLICK_PIXELS;
  for (const i of shown) {
    const place = map.latLngToContainerPoint(places.latLng(points[2 * i], points[2 * i + 1]));
    const distance = at.distanceTo(place);
    if (distance <= least) {
      least = distance;
      found = i;
    }
  }
  return found;
}

function unitAt(x, y) {
  const levels = [page.level];
  for (let level = page.units ? page.units.levels.length - 1 : -1; level >= 0; level -= 1) levels.push(level);
  for (const level of levels) {
    const found = unitsOfLevel(level).find(function (unit) { return holds(page.units, unit, x, y); });
    if (found !== undefined) return found;
  }
  return -1;
}

function cellAt(x, y) {
  if (!page.cells || page.theme !== "time") return -1;
  let found = -1;
  let least = page.cells.reach * page.cells.reach;
  for (let i = 0; 2 * i < page.cells.points.length; i += 1) {
    const dx = page.cells.points[2 * i] - x;
    const dy = page.cells.points[2 * i + 1] - y;
    if (dx * dx + dy * dy <= least) {
      least = dx * dx + dy * dy;
      found = i;
    }
  }
  return found;
}

function tellPlace(latLng) {
  const steps = places.steps(latLng);
  const unit = unitAt(steps[0], steps[1]);
  const cell = cellAt(steps[0], steps[1]);
  const box = unit >= 0 ? unitDetails(page, unit) : element("div", "details");
  const sentence = cell >= 0 ? cellSentence(page, cell) : null;
  if (sentence) box.insertBefore(element("p", "cell", sentence), box.children[2] || null);
  if (unit >= 0 || sentence) tell(latLng, box);
}

function actionAt(latLng) {
  const shown = shownActions(page);
  const points = shown.flatMap(function (action) { return action.xy; });
  const found = nearest(points, shown.map(function (action, i) { return i; }), latLng);
  return found < 0 ? null : shown[found];
}

function candidateAt(latLng) {
  if (!page.siting || !page.siting.candidates || !page.shown.has("candidates")) return -1;
  const candidates = page.siting.candidates;
  return nearest(candidates.points, candidates.id.map(function (id, i) { return i; }), latLng);
}

map.on("click", function (event) {
  const action = actionAt(event.latlng);
  if (action) return tell(event.latlng, actionDetails(page, action));
  const cluster = page.clusters ? nearest(page.clusters.points, shownClusters(), event.latlng) : -1;
  if (cluster >= 0) return tell(event.latlng, clusterDetails(page, cluster));
  const facility = nearest(page.facilities.points, shownFacilities(), event.latlng);
  if (facility >= 0) return tell(event.latlng, facilityDetails(page, facility));
  const candidate = candidateAt(event.latlng);
  if (candidate >= 0) return tell(event.latlng, candidateDetails(page, candidate));
  return tellPlace(event.latlng);
});

page.goToUnit = function (unit) {
  let box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let ring = page.units.rings[unit]; ring < page.units.rings[unit + 1]; ring += 1) {
    const other = page.units.boxes[ring];
    box = [Math.min(box[0], other[0]), Math.min(box[1], other[1]), Math.max(box[2], other[2]), Math.max(box[3], other[3])];
  }
  page.level = page.units.level[unit];
  const level = document.getElementById("level");
  if (level) level.value = String(page.level);
  page.chosen = null;
  map.fitBounds([places.latLng(box[0], box[1]), places.latLng(box[2], box[3])], { maxZoom: 16, animate: false });
  page.redraw();
  tell(places.latLng(page.units.labels[2 * unit], page.units.labels[2 * unit + 1]), unitDetails(page, unit));
};

page.goToFacility = function (i) {
  page.shown.add("type-" + page.facilities.type[i]);
  page.refreshTicks();
  page.chosen = [page.facilities.points[2 * i], page.facilities.points[2 * i + 1]];
  const latLng = places.latLng(page.chosen[0], page.chosen[1]);
  map.setView(latLng, Math.max(map.getZoom(), 15), { animate: false });
  page.redraw();
  tell(latLng, facilityDetails(page, i));
};

// An action without a place is told where its unit is.
page.goToAction = function (action) {
  const unit = page.units ? page.units.codes.indexOf(action.unit) : -1;
  if (!action.xy) {
    if (unit >= 0) page.goToUnit(unit);
    const at = unit >= 0 ? places.latLng(page.units.labels[2 * unit], page.units.labels[2 * unit + 1]) : map.getCenter();
    return tell(at, actionDetails(page, action));
  }
  page.shown.add("actions");
  page.refreshTicks();
  page.chosen = action.xy;
  const latLng = places.latLng(action.xy[0], action.xy[1]);
  map.setView(latLng, Math.max(map.getZoom(), 15), { animate: false });
  page.redraw();
  return tell(latLng, actionDetails(page, action));
};

buildPanel(page, document.getElementById("coverplan-panel"));
placeMeasured();
legend.addTo(map);
const ScaleBar = L.Control.Scale.extend({
  _updateMetric: function (longest) {
    const metres = this._getRoundNum(longest);
    const [value, words] = metres < 1000 ? [metres, page.words.scale_metres] : [metres / 1000, page.words.scale_kilometres];
    this._updateScale(this._mScale, words.replace("{value}", value), metres / longest);
  },
});
new ScaleBar({ imperial: false, maxWidth: 160 }).addTo(map);
// the texts decide how much room is left for the map
refreshTexts();
map.invalidateSize({ animate: false });
map.fitBounds(
  [places.latLng(content.bounds[0], content.bounds[1]), places.latLng(content.bounds[2], content.bounds[3])],
  { animate: false }
);
canvas.addTo(map);
window.coverplanPage = page;
document.body.classList.add("ready");
