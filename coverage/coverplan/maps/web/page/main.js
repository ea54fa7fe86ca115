// Puts map.html together: the map of the study, the panel beside it, and what was measured above it.

import { buildPanel, refreshPanel } from "./panel.js";
import { StudyMap } from "./study_map.js";
import { element } from "./text.js";

// The measured standard stands above the map and never scrolls away.
function placeMeasured(map) {
  const frame = element("main");
  const box = frame.appendChild(element("div", "measured"));
  map.getContainer().replaceWith(frame);
  frame.appendChild(map.getContainer());
  return box;
}

function refreshMeasured(study, box) {
  box.replaceChildren(element("strong", null, study.standard.name), element("span", null, study.group.measured));
  if (study.synthetic) box.appendChild(element("span", "synthetic", study.synthetic));
}

const content = JSON.parse(document.getElementById("coverplan-data").textContent);
const measured = placeMeasured(window.coverplanMap);
const page = { view: StudyMap(window.coverplanMap, content), ticks: [] };
buildPanel(page, document.getElementById("coverplan-panel"));
page.view.on.change = function () {
  refreshMeasured(page.view.study, measured);
  refreshPanel(page);
};
page.view.redraw();
// the texts decide how much room is left for the map
page.view.map.invalidateSize({ animate: false });
page.view.fit();
window.coverplanPage = page;
document.body.classList.add("ready");
