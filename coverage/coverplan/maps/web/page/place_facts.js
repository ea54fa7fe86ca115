// Where a click was: its coordinates, to copy, also as the line of a scenario that would open a site there.

import { element } from "./text.js";

const DIGITS = 6;

// A line for `changes:` of a scenario file; a name that is no plain word is quoted.
export function openingLine(study, latLng) {
  const plain = function (text) { return /^[a-z][a-z0-9_]*$/.test(text) ? text : JSON.stringify(text); };
  const types = study.standard.types || [];
  const offers = types.length ? ", offers: {type: " + plain(types[0]) + "}" : "";
  const id = "site-" + Math.round(Math.abs(latLng.lng) * 1e4) + "-" + Math.round(Math.abs(latLng.lat) * 1e4);
  return (
    "- open: {layer: " + plain(study.standard.layer) + ", id: " + id +
    ", x: " + latLng.lng.toFixed(DIGITS) + ", y: " + latLng.lat.toFixed(DIGITS) + offers + "}"
  );
}

// The browser's clipboard is not there in a file that is opened without a server; a hidden field is.
function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    navigator.clipboard.writeText(text).catch(function () { copyFromField(text); });
  } else {
    copyFromField(text);
  }
}

function copyFromField(text) {
  const field = document.body.appendChild(element("textarea", "aside"));
  field.value = text;
  field.select();
  document.execCommand("copy");
  field.remove();
}

function copyButton(label, text, done) {
  const button = element("button", "copy", label);
  button.type = "button";
  button.dataset.copied = text;
  button.addEventListener("click", function () {
    copy(text);
    button.textContent = done;
  });
  return button;
}

export function placeFacts(study, latLng) {
  const box = element("div", "place-facts");
  const told = latLng.lng.toFixed(DIGITS) + ", " + latLng.lat.toFixed(DIGITS);
  box.append(
    element("span", null, study.words.coordinates + " " + told),
    copyButton(study.words.copy, told, study.words.copied),
    copyButton(study.words.copy_opening, openingLine(study, latLng), study.words.copied)
  );
  return box;
}
