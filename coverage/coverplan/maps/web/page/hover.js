// What stands under the pointer, in a line beside it.

import { shownActions } from "./actions.js";
import { numbersNow, unitNumbers } from "./details.js";
import { holds } from "./packing.js";
import { facilityPoints, shownClusters, shownFacilities, unitsOfLevel } from "./study.js";
import { element, fill } from "./text.js";

const NEAR_PIXELS = 10;

function near(points, at) {
  return points.find(function (point) { return Math.hypot(point.x - at.x, point.y - at.y) < NEAR_PIXELS; });
}

function onScreen(view, xy, shift) {
  const place = view.map.latLngToContainerPoint(view.places.latLng(xy[0], xy[1]));
  return shift ? place.add(L.point(shift[0], shift[1])) : place;
}

function lineOfUnit(view, latLng) {
  const study = view.study;
  const [x, y] = view.places.steps(latLng);
  const unit = unitsOfLevel(study, study.level).find(function (one) { return holds(study.units, one, x, y); });
  if (unit === undefined) return null;
  const coverage = study.units.coverage[unit][study.standard.key];
  const row = coverage && coverage[study.group.key];
  const name = study.units.names[unit];
  return row ? name + " · " + study.numbers.share(numbersNow(study, unitNumbers(row)).share) : name;
}

// The line of what is nearest: an action, a cluster, a facility, else the unit.
export function hoverLine(view, event) {
  const study = view.study;
  const at = event.containerPoint;
  const places = shownActions(study).map(function (action) {
    const line = action.id + " · " + action.year + " · " + action.what + " · " + action.name;
    return Object.assign(onScreen(view, action.xy, action.shift), { line: line });
  });
  for (const i of shownClusters(study, view.mostClusters())) {
    const points = study.clusters.points;
    const people = study.numbers.count(study.clusters.people[i]);
    const line = fill(study.words.cluster_people, { number: study.clusters.number[i], people: people });
    places.push(Object.assign(onScreen(view, [points[2 * i], points[2 * i + 1]]), { line: line }));
  }
  const points = facilityPoints(study);
  for (const i of shownFacilities(study)) {
    const line = study.facilities.name[i] || study.facilities.id[i];
    places.push(Object.assign(onScreen(view, [points[2 * i], points[2 * i + 1]]), { line: line }));
  }
  const found = near(places, at);
  return found ? found.line : study.units ? lineOfUnit(view, event.latlng) : null;
}

// Leaflet takes text as markup: it gets an element. Shows the line while the pointer stands over the map; not on phones, where nothing hovers.
export function addHover(view) {
  if (L.Browser.mobile) return;
  const tip = L.tooltip({ direction: "right", offset: L.point(14, 0), className: "hover" });
  let waiting = null;
  view.map.on("mousemove", function (event) {
    if (waiting === null) {
      window.requestAnimationFrame(function () {
        const line = waiting && hoverLine(view, waiting);
        const place = waiting && waiting.latlng;
        waiting = null;
        if (line) tip.setContent(element("span", null, line)).setLatLng(place).addTo(view.map);
        else tip.remove();
      });
    }
    waiting = event;
  });
  view.map.on("mouseout movestart zoomstart", function () { waiting = null; tip.remove(); });
}
