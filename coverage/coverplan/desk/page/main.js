// Puts the desk together and keeps it in step with what the server knows.

import { call } from "./api.js";
import { newId, opening, typeName } from "./changes.js";
import { fillChoices } from "./choices.js";
import { button } from "./dom.js";
import { applyNumbers, drawIdea, fitUnits, makeMap } from "./map_view.js";
import { element } from "./map/text.js";
import { fillNumbers } from "./numbers_panel.js";
import { addPlacing } from "./placing.js";
import { sizeDialog } from "./size_dialog.js";
import { Desk, failed, inTurn, listIdeas, loadStudy, openIdea, refresh, step } from "./state.js";
import { askSupply } from "./supply_panel.js";
import { fillTop, markTop } from "./top.js";
import { firstTour, tour } from "./tour.js";
import { fillTry, markPlacing } from "./try_panel.js";

const LANGUAGE = "coverplan-desk-language";
const IDEA = "coverplan-desk-idea";
const LOOK_MS = 15000;

function notice(text, more) {
  const box = document.getElementById("notice");
  if (!text && box.hidden && box.firstChild) return;
  box.hidden = !text;
  box.replaceChildren(element("span", null, text || ""));
  if (more) box.appendChild(more);
}

// Where the keyboard is: an element by its id, else by its place among those of its panel.
const FOCUSABLE = "button, select, input, textarea, summary, a[href]";

function focusPlace() {
  const at = document.activeElement;
  const panel = at && at.closest("#top, #choices, #try, #numbers");
  if (!panel) return null;
  return { id: at.id, panel: panel.id, number: Array.from(panel.querySelectorAll(FOCUSABLE)).indexOf(at) };
}

function focusAgain(place) {
  if (!place || document.activeElement !== document.body) return;
  const named = place.id && document.getElementById(place.id);
  const all = document.getElementById(place.panel).querySelectorAll(FOCUSABLE);
  const found = named && !named.disabled ? named : all[Math.min(place.number, all.length - 1)];
  if (found) found.focus({ preventScroll: true });
}

function redrawAll(desk) {
  const place = focusPlace();
  // the map first: it asks the page for sizes and fonts, which costs a layout after every panel that is drawn anew
  applyNumbers(desk);
  fillTop(desk, function (language) { changeLanguage(desk, language); }, function () { tour(desk); });
  fillChoices(desk);
  fillTry(desk);
  fillNumbers(desk);
  focusAgain(place);
}

function listen(desk) {
  desk.listeners.push(function (what) {
    if (what === "numbers") {
      if (desk.view) redrawAll(desk);
      askSupply(desk);
    }
    if (what === "idea") localStorage.setItem(IDEA, String(desk.card.id));
    if (what === "busy") markTop(desk);
    if (what === "notice") notice(desk.notice);
    if (what === "placing") markPlacing(desk);
    if (what === "proposal") { fillTry(desk); drawIdea(desk); }
    if (what === "best") fillNumbers(desk);
    if (what === "supply") {
      const place = focusPlace();
      fillNumbers(desk);
      focusAgain(place);
    }
    if (what === "ideas" && desk.view) fillTop(desk, function (l) { changeLanguage(desk, l); }, function () { tour(desk); });
  });
}

// A proposed change with an id of the idea and a name that says where it is.
function named(desk, place) {
  const change = structuredClone(place.change);
  if (!change.open) return change;
  const offers = change.open.offers || {};
  const text = place.near;
  const name = text ? desk.words("name_near", { name: typeName(desk, change.open.layer, offers.type), text: text }) : undefined;
  change.open.id = newId(desk);
  change.open.offers = Object.assign({}, offers, name ? { name: name } : {});
  return change;
}

function addActs(desk) {
  // Takes a place once; one that was refused may be taken again.
  desk.accept = async function (i) {
    const place = desk.proposal.places[i];
    if (place.taken) return;
    place.taken = true;
    place.taken = Boolean(await step(desk, taking(desk.proposal, place), true));
    desk.tell("proposal");
  };
  function taking(found, place) {
    if (place.change) {
      const edit = { add: named(desk, place) };
      if (place.unit_code) edit.unit_code = place.unit_code;
      return edit;
    }
    const name = place.near ? desk.words("name_near", { name: typeName(desk, found.layer, found.type), text: place.near }) : "";
    const amounts = desk.offer && desk.offer.layer === found.layer ? desk.offer.amounts : {};
    const offer = { layer: found.layer, type: found.type, amounts: amounts, name: name, year: null };
    return { add: opening(desk, offer, { x: place.x, y: place.y }) };
  }
  desk.upgrade = function (layer, id, present) {
    const change = { upgrade: { layer: layer, id: id, offers: {} } };
    sizeDialog(desk, change, present, function (sized) {
      if (Object.keys(sized.upgrade.offers).length) step(desk, { add: sized });
    });
  };
  // other sizes, or another year, of a change that the idea has
  desk.resize = function (change, position) {
    sizeDialog(desk, change, {}, function (sized) { step(desk, { swap: sized, position: position }); });
  };
  // an open menu stays where a step leaves it; it goes when something else is pressed
  document.addEventListener("pointerdown", function (event) {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", function (event) {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    step(desk, { go: event.shiftKey ? "forward" : "back" });
    event.preventDefault();
  });
}

async function lookAtFiles(desk) {
  try {
    const found = await call("GET", "/changed");
    // what somebody else did to this idea, or to the study; whoever is in the middle of something is not disturbed
    if (!document.getElementById("dialog").open && !desk.busy && !desk.placing) await refresh(desk);
    if (!found.changed_files.length) return;
    notice(desk.words("changed_files", { text: found.changed_files.join(", ") }), button(desk.words("reload"), function () {
      return inTurn(desk, async function () {
        await call("POST", "/reload", { lang: desk.language });
        location.reload();
      });
    }));
  } catch (error) {
    await failed(desk, error);
  }
}

async function open(desk) {
  await loadStudy(desk, desk.language);
  document.getElementById("opening").textContent = desk.words("loading");
  await listIdeas(desk);
  const wanted = Number(localStorage.getItem(IDEA));
  const card = desk.ideas.find(function (one) { return one.id === wanted; }) || desk.ideas[0];
  makeMap(desk, desk.content);
  await openIdea(desk, card);
  document.title = desk.study.title + " · coverplan";
}

async function changeLanguage(desk, language) {
  try {
    if (!(await loadStudy(desk, language))) return;
    localStorage.setItem(LANGUAGE, desk.language);
    makeMap(desk, desk.content);
    document.title = desk.study.title + " · coverplan";
    await refresh(desk);
    document.getElementById("language").focus();
  } catch (error) {
    await failed(desk, error);
  }
}

async function start() {
  const kept = localStorage.getItem(LANGUAGE);
  const desk = Desk(kept || undefined);
  window.coverplanDesk = desk;
  listen(desk);
  await open(desk).catch(function (error) {
    document.getElementById("opening").textContent = String(error.message || error);
    throw error;
  });
  addActs(desk);
  addPlacing(desk);
  redrawAll(desk);
  desk.view.map.invalidateSize({ animate: false });
  fitUnits(desk);
  // longer words take another line above the map
  new ResizeObserver(function () { desk.view.map.invalidateSize({ animate: false }); }).observe(document.getElementById("map"));
  document.getElementById("opening").remove();
  document.body.classList.add("ready");
  firstTour(desk);
  setInterval(function () { lookAtFiles(desk); }, LOOK_MS);
  // whoever comes back to the page is told at once
  document.addEventListener("visibilitychange", function () { if (!document.hidden) lookAtFiles(desk); });
}

start();
