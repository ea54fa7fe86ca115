// Parts of the page that every panel uses.

import { element, grouped } from "./map/text.js";

export function button(text, act, className) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

export function field(title, input, more) {
  const label = element("label", "field");
  label.appendChild(element("span", null, title));
  label.appendChild(input);
  if (more) label.appendChild(element("small", null, more));
  return label;
}

export function select(id, options, chosen, change) {
  const made = element("select");
  made.id = id;
  for (const option of options) {
    const one = element("option", null, option.name);
    one.value = option.key;
    one.selected = option.key === chosen;
    made.appendChild(one);
  }
  made.addEventListener("change", function () { change(made.value); });
  return made;
}

export function numberInput(id, value, least, most, step) {
  const made = element("input");
  made.type = "number";
  made.id = id;
  made.min = least;
  if (most !== null) made.max = most;
  made.step = step || "any";
  if (value !== null && value !== undefined) made.value = value;
  return made;
}

export function section(title, children) {
  const box = element("section", "part");
  if (title) box.appendChild(element("h2", null, title));
  for (const child of children) if (child) box.appendChild(child);
  return box;
}

// Words that stand there already are not set again: the page would be laid out for them.
export function tellOnce(box, text) {
  if (box.textContent !== text) box.textContent = text;
}

// A window over the page; `fillIn` gets its body and a function that closes it. The focus goes back where it was.
export function openDialog(title, closeWord, fillIn) {
  const dialog = document.getElementById("dialog");
  const before = document.activeElement;
  const head = element("div", "dialog-head");
  const name = head.appendChild(element("h2", null, title));
  name.id = "dialog-title";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  const body = element("div", "dialog-body");
  function close() { dialog.close(); }
  head.appendChild(button("×", close, "plain")).setAttribute("aria-label", closeWord);
  dialog.replaceChildren(head, body);
  dialog.onclose = function () {
    // closing is told later: another window may be open in its place by then
    if (dialog.open) return;
    dialog.replaceChildren();
    // what opened it may be gone, as a window on the map is: the keyboard is on the map then, not at the page's beginning
    const back = before && before.isConnected && before !== document.body ? before : document.getElementById("map");
    back.focus({ preventScroll: true });
  };
  fillIn(body, close);
  dialog.showModal();
}

export function download(name, text, type) {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([text], { type: type }));
  link.download = name;
  link.click();
  setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
}

export const count = function (value) {
  return value === null || value === undefined ? "—" : grouped(Math.round(value));
};
