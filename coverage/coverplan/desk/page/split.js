// Present and idea side by side: a second map of the same study that moves with the first.

import { StudyMap } from "./map/study_map.js";
import { element } from "./map/text.js";

// Moves of one map are followed by the other, and not answered.
function follow(from, to) {
  from.on("move zoom", function () {
    if (from.following) return;
    to.following = true;
    to.setView(from.getCenter(), from.getZoom(), { animate: false });
    to.following = false;
  });
}

function caption(id, text) {
  const box = document.getElementById(id) || element("p", "caption");
  box.id = id;
  box.textContent = text;
  return box;
}

// The desk as its second map sees it: nothing is changed yet.
function pastOf(desk, view, map) {
  const past = Object.create(desk);
  past.view = view;
  past.before = true;
  past.served = null;
  past.drawnSites = null;
  past.proposal = null;
  past.sites = L.layerGroup().addTo(map);
  past.ghosts = L.layerGroup().addTo(map);
  return past;
}

function begun(desk) {
  const options = { zoomSnap: 0.5, maxZoom: 19, fadeAnimation: false, attributionControl: false, zoomControl: false };
  const map = L.map("map-before", options);
  map.setView(desk.view.map.getCenter(), desk.view.map.getZoom(), { animate: false });
  const view = StudyMap(map, structuredClone(desk.content));
  view.legend.tabIndex = 0;
  view.study.shown = new Set(desk.view.study.shown);
  follow(desk.view.map, map);
  follow(map, desk.view.map);
  return pastOf(desk, view, map);
}

export function showSplit(desk) {
  const frame = document.getElementById("map-frame");
  const here = document.getElementById("map-before");
  const wanted = Boolean(desk.split);
  if (frame.classList.contains("split") !== wanted) {
    const centre = desk.view.map.getCenter();
    frame.classList.toggle("split", wanted);
    here.hidden = !wanted;
    desk.view.map.invalidateSize({ animate: false });
    desk.view.map.setView(centre, desk.view.map.getZoom(), { animate: false });
  }
  if (!wanted) return null;
  if (!desk.past) desk.past = begun(desk);
  if (desk.past.content !== desk.content || desk.past.shownContent !== desk.content) {
    desk.past.view.show(structuredClone(desk.content));
    desk.past.served = null;
    desk.past.shownContent = desk.content;
  }
  here.setAttribute("aria-label", desk.words("before"));
  frame.append(caption("caption-before", desk.words("before")), caption("caption-idea", desk.words("idea")));
  desk.past.view.map.invalidateSize({ animate: false });
  desk.past.view.map.setView(desk.view.map.getCenter(), desk.view.map.getZoom(), { animate: false });
  return desk.past;
}
