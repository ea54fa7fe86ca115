// Search by name or code over units, facilities and actions.

import { labelled, section } from "./fields.js";
import { element, fill } from "./text.js";

const MOST_FOUND = 12;

function searchEntries(study) {
  const entries = [];
  if (study.units) {
    study.units.codes.forEach(function (code, i) {
      if (study.units.boxes.length && study.units.rings[i] === study.units.rings[i + 1]) return;
      entries.push({ text: study.units.names[i], more: code, unit: i });
    });
  }
  study.facilities.id.forEach(function (id, i) {
    const layer = study.facilities.layers[study.facilities.layer[i]].name;
    entries.push({ text: study.facilities.name[i] || id, more: id + " · " + layer, facility: i });
  });
  for (const action of study.siting ? study.siting.actions : []) {
    entries.push({ text: action.name, more: action.id + " · " + action.year + " · " + action.what, action: action });
  }
  for (const entry of entries) entry.key = (entry.text + " " + entry.more).toLowerCase();
  return entries;
}

export function searchSection(page) {
  const study = page.view.study;
  const entries = searchEntries(study);
  const input = element("input");
  const list = element("ul", "found");
  input.type = "search";
  input.id = "search";
  input.autocomplete = "off";
  function go(entry) {
    if (entry.unit !== undefined) page.view.goToUnit(entry.unit);
    else if (entry.action) page.view.goToAction(entry.action);
    else page.view.goToFacility(entry.facility);
  }
  function find() {
    const text = input.value.trim();
    const wanted = text.toLowerCase();
    const found = wanted ? entries.filter(function (entry) { return entry.key.includes(wanted); }) : [];
    list.replaceChildren();
    for (const entry of found.slice(0, MOST_FOUND)) {
      const button = element("button", null, entry.text);
      button.type = "button";
      button.appendChild(element("small", null, entry.more));
      button.addEventListener("click", function () { go(entry); });
      list.appendChild(element("li")).appendChild(button);
    }
    if (found.length > MOST_FOUND) {
      const count = found.length - MOST_FOUND;
      list.appendChild(element("li", "facts", fill(study.words.search_more, { count: count })));
    }
    if (wanted && !found.length) {
      list.appendChild(element("li", "facts", fill(study.words.search_none, { text: text })));
    }
    return found;
  }
  input.addEventListener("input", find);
  input.addEventListener("keydown", function (event) {
    if (event.key !== "Enter") return;
    const found = find();
    if (found.length) go(found[0]);
  });
  return section(null, [labelled(study.words.search, input), list]);
}
