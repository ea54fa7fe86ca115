// Changes of an idea as the API takes them, and as people read them.

import { fill, grouped } from "./map/text.js";

export function degrees(latLng) {
  return { x: Number(latLng.lng.toFixed(7)), y: Number(latLng.lat.toFixed(7)) };
}

export function partOf(change) {
  return ["open", "close", "move", "upgrade"].find(function (part) { return part in change; });
}

// An id that no change has yet, the wanted one where it is free; facilities of the study never begin like the others.
export function freeId(changes, wanted) {
  const used = changes.map(function (change) { return change[partOf(change)].id; });
  if (wanted && !used.includes(wanted)) return wanted;
  let number = used.length + 1;
  while (used.includes("desk-" + number)) number += 1;
  return "desk-" + number;
}

export function newId(desk) {
  return freeId(desk.numbers.changes, null);
}

export function typeName(desk, layer, type) {
  const known = desk.study.layers.find(function (one) { return one.key === layer; });
  const found = known && known.types.find(function (one) { return one.key === type; });
  return found ? found.name : type || (known ? known.name : layer);
}

// Name of the facility that a change is about: its own, else its type and where it lies, else what the map calls it.
export function nameOf(desk, change) {
  const part = partOf(change);
  const place = change[part];
  if (part === "open") {
    const offers = place.offers || {};
    if (offers.name) return offers.name;
    const type = typeName(desk, place.layer, offers.type);
    const at = desk.numbers.changes.findIndex(function (one) {
      return one.open && one.open.layer === place.layer && one.open.id === place.id;
    });
    const near = desk.numbers.near[at];
    return near ? desk.words("type_near", { name: type, text: near }) : type;
  }
  const opened = desk.numbers.changes.find(function (one) {
    return one.open && one.open.layer === place.layer && one.open.id === place.id;
  });
  if (opened) return nameOf(desk, opened);
  const facilities = desk.map.study.facilities;
  const at = facilities.id.findIndex(function (id, i) {
    return id === place.id && facilities.layers[facilities.layer[i]].key === place.layer;
  });
  if (at < 0) return typeName(desk, place.layer, null);
  // one without a name is told from others by its id
  return facilities.name[at] || typeName(desk, place.layer, null) + " " + place.id;
}

export function titleOf(desk, change) {
  return desk.words("change_" + partOf(change), { name: nameOf(desk, change) });
}

// Sizes that a kind of service has: those of its layer, the one by which a standard counts who gets a place, and money.
const SIZES = { elder_care: ["beds", "nursing_beds", "places", "floor_area_m2"], cemetery: ["niches", "floor_area_m2"] };

export function sizesOf(desk, layer) {
  const counted = desk.study.standards.filter(function (one) { return one.layer === layer && one.supply; });
  const wanted = (SIZES[layer] || ["floor_area_m2"]).concat(counted.map(function (one) { return one.supply.field; }), ["cost"]);
  return desk.study.offered.filter(function (one) { return wanted.includes(one.key); });
}

// What a change says of sizes and money, each number beside its unit.
export function sizeWords(desk, change) {
  const offers = change[partOf(change)].offers || {};
  return sizesOf(desk, change[partOf(change)].layer).filter(function (one) {
    return offers[one.key] !== undefined && offers[one.key] !== null;
  }).map(function (one) { return fill(one.said, { value: grouped(offers[one.key]) }); });
}

export function opening(desk, offer, at) {
  const offers = { type: offer.type };
  for (const name in offer.amounts) if (offer.amounts[name] !== null) offers[name] = offer.amounts[name];
  if (offer.name) offers.name = offer.name;
  const change = { open: Object.assign({ layer: offer.layer, id: newId(desk), offers: offers }, at) };
  if (offer.year) change.year = offer.year;
  return change;
}

export function movedTo(change, at) {
  const part = partOf(change);
  const moved = Object.assign({}, change);
  moved[part] = Object.assign({}, change[part], at);
  delete moved[part].crs;
  return moved;
}

// Known costs, and how many changes name none.
export function costWords(desk, cost) {
  const told = [];
  if (cost.known || !cost.unknown) told.push(desk.words("cost_known", { cost: grouped(cost.known) }));
  if (cost.unknown) told.push(desk.words("cost_unknown", { count: cost.unknown }));
  return told.join(" · ");
}
