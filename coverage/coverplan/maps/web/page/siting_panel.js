// The part of the panel on where to build next.

import { choice, labelled, section, tick } from "./fields.js";
import { element, fill } from "./text.js";

function actionList(page) {
  const study = page.view.study;
  const list = element("ul", "found actions");
  function refresh() {
    list.replaceChildren();
    for (const action of study.siting.actions) {
      if (study.siting.upTo !== null && action.year > study.siting.upTo) continue;
      const button = element("button", null, action.number + " · " + action.name);
      button.type = "button";
      button.appendChild(element("small", null, action.id + " · " + action.year + " · " + action.what));
      button.addEventListener("click", function () { page.view.goToAction(action); });
      list.appendChild(element("li")).appendChild(button);
    }
  }
  page.refreshActions = refresh;
  refresh();
  return list;
}

export function sitingSection(page) {
  const study = page.view.study;
  const siting = study.siting;
  if (!siting) return [];
  const words = study.words;
  const parts = [element("p", "facts", siting.status)];
  if (siting.actions.length) {
    const years = [{ key: "", name: words.all_years }].concat(
      siting.years.map(function (year) {
        return { key: String(year), name: fill(words.up_to_year, { number: year }) };
      })
    );
    parts.push(element("p", "facts", siting.total), tick(page, "actions", words.actions));
    const select = choice("action-year", years, siting.upTo === null ? "" : String(siting.upTo), function (year) {
      siting.upTo = year === "" ? null : Number(year);
      page.refreshActions();
      page.view.redraw();
    });
    parts.push(labelled(words.action_years, select), element("p", "facts", words.years_only_mark));
  }
  if (siting.candidates) parts.push(tick(page, "candidates", words.candidates));
  if (siting.actions.length) parts.push(actionList(page));
  return [section(siting.heading, parts)];
}
