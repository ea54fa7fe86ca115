// The panel on the left: what can be placed, what the idea consists of, what the machine proposes.

import { button, field, numberInput, section, select } from "./dom.js";
import { opening, partOf, sizeWords, sizesOf, titleOf } from "./changes.js";
import { fillKept } from "./kept.js";
import { element } from "./map/text.js";
import { firstType, meetTargets, proposals, toldProposals, toldTargets } from "./proposals.js";
import { step } from "./state.js";
import { searchSection } from "./map/search.js";

function currentLayer(desk) {
  const wanted = desk.offer ? desk.offer.layer : desk.standardOf().layer;
  return desk.study.layers.find(function (one) { return one.key === wanted; }) || desk.study.layers[0];
}

export function chooseLayer(desk, key) {
  const layer = desk.study.layers.find(function (one) { return one.key === key; });
  desk.offer = { layer: key, type: firstType(desk, layer), amounts: {}, name: "", year: null };
}

// Sizes that few know before something is built stand further down.
const SELDOM = ["nursing_beds"];

function amountFields(desk, layer, isSeldom) {
  const wanted = sizesOf(desk, layer.key).filter(function (offer) { return SELDOM.includes(offer.key) === isSeldom; });
  return wanted.map(function (offer) {
    const input = numberInput("offer-" + offer.key, desk.offer.amounts[offer.key], 0, null);
    if (offer.key === "cost" && desk.study.priced) input.placeholder = desk.words("cost_by_rates");
    input.addEventListener("input", function () {
      desk.offer.amounts[offer.key] = input.value === "" ? null : Number(input.value);
    });
    return field(offer.name, input);
  });
}

function unitPlacing(desk) {
  const box = element("div");
  box.appendChild(element("p", "note", desk.words("place_unit")));
  const units = desk.study.units.map(function (unit) { return { key: unit.code, name: unit.name + " · " + unit.type }; });
  const chosen = select("place-unit", units, null, function () {});
  box.appendChild(field(desk.words("unit"), chosen));
  box.appendChild(button(desk.words("add"), function () {
    step(desk, { add: opening(desk, desk.offer, { x: 0, y: 0 }), unit_code: chosen.value });
  }, "main"));
  return box;
}

function palette(desk) {
  const layer = currentLayer(desk);
  const layers = select("layer", desk.study.layers, layer.key, function (key) {
    chooseLayer(desk, key);
    desk.place(null);
    fillTry(desk);
    document.getElementById("layer").focus();
  });
  const types = select("type", layer.types, desk.offer.type, function (key) { desk.offer.type = key; });
  const name = element("input");
  name.id = "offer-name";
  name.maxLength = 60;
  name.value = desk.offer.name;
  name.addEventListener("input", function () { desk.offer.name = name.value.trim(); });
  const year = numberInput("offer-year", desk.offer.year, 1900, 2200, 1);
  year.addEventListener("input", function () { desk.offer.year = year.value === "" ? null : Number(year.value); });
  const more = element("details", "more");
  more.appendChild(element("summary", null, desk.words("more")));
  const seldom = amountFields(desk, layer, true);
  more.append(...seldom, field(desk.words("number"), name));
  // a study that is looked at without a year knows no later ones
  if (desk.numbers.year !== null) more.appendChild(field(desk.words("opening_year"), year));
  const start = layer.by_unit ? unitPlacing(desk) : button(desk.words("place"), function () {
    desk.place(desk.placing ? null : { kind: "open", offer: desk.offer });
  }, "main");
  if (!layer.by_unit) start.id = "place";
  return section(desk.words("site"), [
    field(desk.words("layer"), layers), field(desk.words("type"), types), ...amountFields(desk, layer, false), more, start,
  ]);
}

function changeRow(desk, change, position) {
  const row = element("li");
  const applied = desk.numbers.applied.includes(position);
  row.appendChild(element("b", applied ? "number" : "number later", String(position + 1)));
  const text = row.appendChild(element("span", "what", titleOf(desk, change)));
  const more = sizeWords(desk, change);
  if (change.year) more.push(desk.words("from_year", { year: change.year }));
  if (more.length) text.appendChild(element("small", "where", more.join(" · ")));
  const place = change[partOf(change)];
  if (place.x !== undefined && (!place.crs || place.crs === "EPSG:4326")) {
    const go = button("◎", function () {
      desk.view.map.setView([place.y, place.x], Math.max(15, desk.view.map.getZoom()), { animate: false });
    }, "small");
    go.setAttribute("aria-label", desk.words("show_on_map") + ": " + titleOf(desk, change));
    row.appendChild(go);
  }
  const remove = button("×", function () { step(desk, { drop: position }); }, "small");
  remove.setAttribute("aria-label", desk.words("remove") + ": " + titleOf(desk, change));
  row.appendChild(remove);
  return row;
}

function changeList(desk) {
  const list = element("ol", "changes");
  list.id = "changes";
  return section(desk.words("all_changes"), [desk.numbers.changes.length ? list : element("p", "note", desk.words("no_changes"))]);
}

function changeRows(desk) {
  return desk.numbers.changes.map(function (change, position) {
    const told = [desk.language, change, desk.numbers.applied.includes(position), titleOf(desk, change)];
    return [position, told, function () { return changeRow(desk, change, position); }];
  });
}

export function fillTry(desk) {
  const open = document.querySelector("#try details[open]") !== null;
  const panel = document.getElementById("try");
  const language = desk.language;
  if (!desk.offer) chooseLayer(desk, currentLayer(desk).key);
  const some = desk.numbers.changes.length > 0;
  fillKept(panel, [
    ["palette", [language, desk.offer, desk.numbers.year === null], function () { return palette(desk); }],
    ["changes", [language, some], function () { return changeList(desk); }],
    ["people", toldProposals(desk), function () { return proposals(desk); }],
    ["targets", toldTargets(desk), function () { return meetTargets(desk); }],
    ["search", [language], function () { return searchSection({ view: desk.view, ticks: [] }); }, true],
  ]);
  if (some) fillKept(document.getElementById("changes"), changeRows(desk));
  if (open) panel.querySelector("details").open = true;
  markPlacing(desk);
}

export function markPlacing(desk) {
  const start = document.getElementById("place");
  if (!start) return;
  start.textContent = desk.words(desk.placing && desk.placing.kind === "open" ? "cancel" : "place");
  start.setAttribute("aria-pressed", String(Boolean(desk.placing)));
}
