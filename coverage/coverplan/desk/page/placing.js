// Placing something on the map: preview while the pointer rests or drags, a click or Enter places, Esc cancels.

import { count } from "./dom.js";
import { degrees, movedTo, opening } from "./changes.js";
import { element } from "./map/text.js";
import { Trials, step } from "./state.js";

const REST_MS = 60;

function sentences(desk, found) {
  const people = found.standards.find(function (one) { return one.key === desk.standard; }).groups.find(
    function (one) { return one.group === desk.group; }
  );
  const now = desk.people();
  const gained = Math.round(people.covered - now.covered);
  const lines = [desk.words(gained >= 0 ? "trial" : "trial_lost", { people: count(Math.abs(gained)) })];
  const turned = found.targets.filter(function (target, i) { return target.verdict !== desk.numbers.targets[i].verdict; });
  if (turned.length) lines.push(desk.words("targets_turned", { count: turned.length }));
  return { lines: lines, isWorse: gained < 0 };
}

// Where it is, and why nothing may be opened there.
function placeWords(desk, spot) {
  const where = [spot.unit, spot.street].filter(Boolean).join(" · ");
  const reasons = spot.reasons.map(function (reason) { return desk.words(reason); });
  if (spot.excluded.length) {
    reasons.push(desk.words("excluded", { text: spot.excluded.join(desk.language === "zh" ? "、" : ", ") }));
  }
  return (where ? [where] : []).concat(reasons);
}

function showTrial(desk, latLng, lines, isWorse) {
  const box = document.getElementById("trial");
  box.classList.toggle("worse", Boolean(isWorse));
  const at = desk.view.map.latLngToContainerPoint(latLng);
  box.replaceChildren();
  lines.forEach(function (line, i) { box.appendChild(element(i ? "span" : "strong", null, line)); });
  box.style.left = Math.min(at.x + 18, desk.view.map.getSize().x - 230) + "px";
  box.style.top = Math.max(8, at.y - 20) + "px";
  box.hidden = false;
}

// Gives up a drag: the mark goes back to where it was, and letting go of it does nothing.
function endDrag(desk) {
  const { marker, back } = desk.dragged;
  desk.dragged = null;
  // the map's library ends a drag whose mark may no longer be dragged, and tells nobody
  marker.dragging.disable();
  marker.setLatLng(back);
  marker.dragging.enable();
  passOverRelease();
  desk.endPreview();
}

// The button is still held: letting go of it would count as a click on what lies there. Clicks of keys have no detail.
function passOverRelease() {
  function pass(event) {
    if (event.detail) event.stopPropagation();
  }
  window.addEventListener("click", pass, true);
  window.addEventListener("pointerdown", function () { window.removeEventListener("click", pass, true); }, { capture: true, once: true });
}

export function addPlacing(desk) {
  const map = desk.view.map;
  const frame = document.getElementById("map-frame");
  const hint = document.getElementById("hint");
  const cross = document.getElementById("cross");
  let resting = null;
  const trials = Trials(desk, function (found, wanted, spot, error) {
    if (found) {
      const told = sentences(desk, found);
      showTrial(desk, wanted.latLng, told.lines.concat(placeWords(desk, spot)), told.isWorse);
    } else if (error && error.problems) showTrial(desk, wanted.latLng, [error.message], true);
  });
  desk.preview = function (body, latLng) { trials.ask({ body: body, latLng: latLng }); };
  desk.endPreview = function () {
    clearTimeout(resting);
    trials.stop();
    document.getElementById("trial").hidden = true;
  };

  function changeAt(latLng) {
    const at = degrees(latLng);
    const placing = desk.placing;
    return placing.kind === "open" ? opening(desk, placing.offer, at) : movedTo(placing.change, at);
  }
  function bodyAt(latLng) {
    const body = { change: changeAt(latLng) };
    if (desk.placing.kind === "swap") body.position = desk.placing.position;
    return body;
  }
  desk.place = function (placing) {
    desk.placing = placing;
    frame.classList.toggle("placing", placing !== null);
    hint.hidden = placing === null;
    cross.hidden = true;
    desk.endPreview();
    if (placing) {
      // a finger neither rests on the map nor has keys
      const finger = window.matchMedia("(pointer: coarse)").matches;
      const word = desk.words(placing.kind === "open" ? (finger ? "placing_touch" : "placing") : "moving");
      hint.textContent = finger ? word : word + " · " + desk.words("keyboard");
      map.getContainer().focus({ preventScroll: true });
    }
    desk.tell("placing");
  };
  desk.placed = function (latLng) {
    const placing = desk.placing;
    const change = changeAt(latLng);
    desk.endPreview();
    if (placing.kind === "swap") step(desk, { swap: change, position: placing.position });
    else step(desk, { add: change });
    // an opening may be placed again and again; a move is done
    if (placing.kind !== "open") desk.place(null);
  };
  map.on("mousemove", function (event) {
    if (!desk.placing) return;
    cross.hidden = true;
    clearTimeout(resting);
    resting = setTimeout(function () {
      if (desk.placing) desk.preview(bodyAt(event.latlng), event.latlng);
    }, REST_MS);
  });
  map.on("mouseout", function () { desk.endPreview(); });
  map.getContainer().addEventListener("keydown", function (event) {
    if (!desk.placing) return;
    if (event.key === "Enter" && event.target === map.getContainer()) {
      desk.placed(map.getCenter());
      event.preventDefault();
    }
    if (event.key.startsWith("Arrow")) {
      cross.hidden = false;
      clearTimeout(resting);
      resting = setTimeout(function () {
        if (desk.placing) desk.preview(bodyAt(map.getCenter()), map.getCenter());
      }, 4 * REST_MS);
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    if (desk.placing) desk.place(null);
    if (desk.dragged) endDrag(desk);
  });
}
