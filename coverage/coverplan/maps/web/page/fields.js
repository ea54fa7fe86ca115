// Parts of a panel: lists to choose from, ticks, sections.

import { element } from "./text.js";

export function choice(name, options, chosen, change) {
  const select = element("select");
  select.id = name;
  for (const option of options) {
    const made = element("option", null, option.name);
    made.value = option.key;
    made.selected = option.key === chosen;
    select.appendChild(made);
  }
  select.addEventListener("change", function () { change(select.value); });
  return select;
}

export function labelled(title, input) {
  const label = element("label", "field");
  label.appendChild(element("span", null, title));
  label.appendChild(input);
  return label;
}

// A tick that switches something of the study on and off; the page keeps a list of ticks that follow the study.
export function tick(page, key, title, picture) {
  const shown = function () { return page.view.study.shown; };
  const label = element("label", "tick");
  const input = element("input");
  input.type = "checkbox";
  input.id = "layer-" + key;
  input.checked = shown().has(key);
  page.ticks.push(function () { input.checked = shown().has(key); });
  input.addEventListener("change", function () {
    if (input.checked) shown().add(key);
    else shown().delete(key);
    page.view.redraw();
  });
  label.appendChild(input);
  if (picture) label.appendChild(picture);
  label.appendChild(element("span", null, title));
  return label;
}

export function section(title, children) {
  const box = element("section");
  if (title) box.appendChild(element("h2", null, title));
  for (const child of children) box.appendChild(child);
  return box;
}
