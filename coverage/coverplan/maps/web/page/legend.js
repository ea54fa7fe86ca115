// What the colours and marks on the map stand for.

import { candidatePicture, signPicture } from "./actions.js";
import { markPicture } from "./marks.js";
import { element } from "./text.js";

function swatch(colour, label) {
  const row = element("div", "swatch");
  const patch = row.appendChild(element("i"));
  patch.style.background = colour;
  row.appendChild(element("span", null, label));
  return row;
}

function markRow(study, filled, label) {
  const row = element("div", "swatch");
  const layer = study.facilities.layers.find(function (one) { return one.key === study.standard.layer; });
  row.appendChild(markPicture({ colour: layer.colour, shape: "circle" }, filled));
  row.appendChild(element("span", null, label));
  return row;
}

function sitingLegend(study, box) {
  const siting = study.siting;
  if (!siting) return;
  if (study.shown.has("actions")) {
    for (const mark of siting.marks) {
      const row = box.appendChild(element("div", "swatch"));
      row.append(signPicture(mark, "#777777"), element("span", null, mark.name));
    }
    if (siting.marks.length) box.appendChild(element("div", "swatch", study.words.retained));
  }
  if (!siting.candidates || !study.shown.has("candidates")) return;
  siting.candidates.states.forEach(function (name, state) {
    const row = box.appendChild(element("div", "swatch"));
    const text = study.words.candidates + " · " + name + " (" + study.numbers.count(siting.candidates.counts[state]) + ")";
    row.append(candidatePicture(siting.candidates.colours, state), element("span", null, text));
  });
}

export function fillLegend(study, box) {
  box.replaceChildren();
  if (study.theme === "time" && study.standard.key in study.cells.classes) {
    study.standard.time_labels.forEach(function (label, i) {
      const row = box.appendChild(swatch(study.time_colours[i], label));
      if (i === 2) row.classList.add("limit");
    });
  }
  if (study.theme === "share") {
    study.standard.share_labels.forEach(function (label, i) {
      box.appendChild(swatch(study.share_colours[i], label));
    });
    box.appendChild(swatch("#ffffff", study.words.share_nobody));
  }
  box.appendChild(markRow(study, true, study.words.serving));
  box.appendChild(markRow(study, false, study.words.not_serving));
  sitingLegend(study, box);
  for (const key of ["clusters", "uncovered", "areas", "failing"]) {
    if (!study.shown.has(key) || !document.getElementById("layer-" + key)) continue;
    const row = box.appendChild(swatch("", study.words[key]));
    row.firstChild.className = "sign " + key;
  }
}
