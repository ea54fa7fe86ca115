// Above the map: which standard, which people, which year, what the map shows.

import { button, field, numberInput, select } from "./dom.js";
import { fillKept } from "./kept.js";
import { element } from "./map/text.js";
import { chooseStandard, failed, refresh, step } from "./state.js";

const THEMES = ["time", "gain", "uncovered", "share", "none"];

function settings(desk) {
  const standard = desk.standardOf();
  const now = desk.shownStandard();
  const box = element("details", "menu settings");
  box.appendChild(element("summary", null, desk.words("standard")));
  const list = box.appendChild(element("div", "menu-list"));
  const minutes = numberInput("minutes", now.minutes, 1, standard.most_minutes, 1);
  minutes.addEventListener("change", function () {
    if (minutes.checkValidity() && minutes.value) step(desk, { standard: { key: desk.standard, minutes: Number(minutes.value) } });
    else minutes.reportValidity();
  });
  const mode = desk.study.profiles.find(function (one) { return one.key === now.profile; });
  const profiles = desk.study.profiles.filter(function (one) { return mode && one.mode === mode.mode; });
  const profile = select("profile", profiles, now.profile, function (key) {
    step(desk, { standard: { key: desk.standard, profile: key } });
  });
  const own = element("input");
  own.type = "checkbox";
  own.id = "own-unit";
  own.checked = now.count === "own_unit";
  own.addEventListener("change", function () {
    step(desk, { standard: { key: desk.standard, count: own.checked ? "own_unit" : "all" } });
  });
  const tick = element("label", "tick");
  tick.append(own, element("span", null, desk.words("own_unit")));
  list.append(field(desk.words("minutes"), minutes), field(desk.words("profile"), profile), tick);
  // where protected places count, other minutes would tell how far they are
  const layer = desk.study.layers.find(function (one) { return one.key === standard.layer; });
  if (layer && layer.by_unit) {
    for (const input of [minutes, profile, own]) input.disabled = true;
    list.appendChild(element("p", "note", desk.words("standard_fixed")));
  }
  if (desk.numbers.year !== null) {
    const year = numberInput("year", desk.numbers.year, 1900, 2200, 1);
    year.addEventListener("change", function () { if (year.value && year.checkValidity()) step(desk, { year: Number(year.value) }); });
    list.appendChild(field(desk.words("year"), year));
  }
  return box;
}

// A control of the line by its id, called by a word.
function called(desk, control, word) {
  control.setAttribute("aria-label", desk.words(word));
  return control;
}

function standardChoice(desk) {
  return called(desk, select("standard", desk.study.standards, desk.standard, async function (key) {
    chooseStandard(desk, key);
    try {
      await refresh(desk);
    } catch (error) {
      await failed(desk, error);
    }
    document.getElementById("standard").focus();
  }), "standard");
}

// What only the page knows is chosen: everything is shown by it, and the keyboard stays where it was.
function chosen(desk, id) {
  desk.tell("numbers");
  document.getElementById(id).focus();
}

function groupChoice(desk) {
  return called(desk, select("group", desk.standardOf().groups, desk.group, function (key) {
    desk.group = key;
    chosen(desk, "group");
  }), "group");
}

function themeChoice(desk) {
  const themes = THEMES.map(function (key) { return { key: key, name: desk.words("theme_" + key) }; });
  return called(desk, select("theme", themes, desk.theme, function (key) {
    desk.theme = key;
    chosen(desk, "theme");
  }), "theme");
}

function pressed(desk, id, word, isOn, act) {
  const made = button(desk.words(word), function () {
    act();
    chosen(desk, id);
  });
  made.id = id;
  made.setAttribute("aria-pressed", String(isOn));
  return made;
}

function beforeButton(desk) {
  const made = pressed(desk, "show-before", "show_before", desk.before, function () { desk.before = !desk.before; });
  made.disabled = Boolean(desk.split);
  return made;
}

function splitButton(desk) {
  return pressed(desk, "split", "split", Boolean(desk.split), function () {
    desk.split = !desk.split;
    if (desk.split) desk.before = false;
  });
}

// The line above the map; what a step does not change stays as it is.
export function fillChoices(desk) {
  const open = document.querySelector("#choices .settings[open]") !== null;
  const now = desk.shownStandard();
  const told = [desk.language, desk.standard];
  const asked = [now.minutes, now.profile, now.count, desk.numbers.year];
  const split = Boolean(desk.split);
  fillKept(document.getElementById("choices"), [
    ["standard", told, function () { return standardChoice(desk); }],
    ["group", told.concat(desk.group), function () { return groupChoice(desk); }],
    ["settings", told.concat(asked), function () { return settings(desk); }],
    ["theme", told.concat(desk.theme), function () { return themeChoice(desk); }],
    ["before", [desk.language, desk.before, split], function () { return beforeButton(desk); }],
    ["split", [desk.language, split], function () { return splitButton(desk); }],
  ]);
  if (open) document.querySelector("#choices .settings").open = true;
}
