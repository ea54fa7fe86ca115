// Above the map: which standard, which people, which year, what the map shows.

import { button, field, numberInput, select } from "./dom.js";
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
  if (desk.numbers.year !== null) {
    const year = numberInput("year", desk.numbers.year, 1900, 2200, 1);
    year.addEventListener("change", function () { if (year.value && year.checkValidity()) step(desk, { year: Number(year.value) }); });
    list.appendChild(field(desk.words("year"), year));
  }
  return box;
}

export function fillChoices(desk) {
  const open = document.querySelector("#choices .settings[open]") !== null;
  const standards = select("standard", desk.study.standards, desk.standard, async function (key) {
    chooseStandard(desk, key);
    try {
      await refresh(desk);
    } catch (error) {
      await failed(desk, error);
    }
    document.getElementById("standard").focus();
  });
  const groups = select("group", desk.standardOf().groups, desk.group, function (key) {
    desk.group = key;
    desk.tell("numbers");
    document.getElementById("group").focus();
  });
  const themes = select("theme", THEMES.map(function (key) { return { key: key, name: desk.words("theme_" + key) }; }), desk.theme,
    function (key) {
      desk.theme = key;
      desk.tell("numbers");
      document.getElementById("theme").focus();
    });
  standards.setAttribute("aria-label", desk.words("standard"));
  groups.setAttribute("aria-label", desk.words("group"));
  themes.setAttribute("aria-label", desk.words("theme"));
  const before = button(desk.words("show_before"), function () {
    desk.before = !desk.before;
    desk.tell("numbers");
    document.getElementById("show-before").focus();
  });
  before.id = "show-before";
  before.setAttribute("aria-pressed", String(desk.before));
  const split = button(desk.words("split"), function () {
    desk.split = !desk.split;
    if (desk.split) desk.before = false;
    desk.tell("numbers");
    document.getElementById("split").focus();
  });
  split.id = "split";
  split.setAttribute("aria-pressed", String(Boolean(desk.split)));
  before.disabled = Boolean(desk.split);
  document.getElementById("choices").replaceChildren(standards, groups, settings(desk), themes, before, split);
  if (open) document.querySelector("#choices .settings").open = true;
}
