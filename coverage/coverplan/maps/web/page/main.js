// Puts map.html together: the map of the study, the panel beside it, and what was measured above it.

import { buildPanel, refreshPanel } from "./panel.js";
import { placePrint } from "./picture.js";
import { momentNow } from "./study.js";
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
  box.replaceChildren(element("strong", null, study.standard.name));
  const moment = momentNow(study);
  if (moment) box.appendChild(element("strong", "moment", moment));
  box.appendChild(element("span", null, study.group.measured));
  if (study.synthetic) box.appendChild(element("span", "synthetic", study.synthetic));
}

// Exchanges every text with that of the other language, which stands in the file beside it.
function exchange(content) {
  for (const change of content.other.changes) {
    const path = change[0];
    let at = content;
    for (const step of path.slice(0, -1)) at = at[step];
    const last = path[path.length - 1];
    [at[last], change[1]] = [change[1], at[last]];
  }
}

function showLanguage(study) {
  document.documentElement.lang = study.language === "zh" ? "zh-CN" : "en";
  document.title = study.title + " · " + study.place;
}

const content = JSON.parse(document.getElementById("coverplan-data").textContent);
const place = document.getElementById("coverplan-panel");
const measured = placeMeasured(window.coverplanMap);
const page = { view: StudyMap(window.coverplanMap, content), ticks: [] };
page.switchLanguage = function () {
  exchange(content);
  page.view.show(content);
  buildPanel(page, place);
  showLanguage(page.view.study);
  page.view.redraw();
};
buildPanel(page, place);
page.view.on.change = function () {
  refreshMeasured(page.view.study, measured);
  refreshPanel(page);
};
page.view.redraw();
// the texts decide how much room is left for the map
page.view.map.invalidateSize({ animate: false });
page.view.fit();
window.addEventListener("beforeprint", function () {
  placePrint(page.view);
});
document.addEventListener("keydown", function (event) {
  if (event.key === "Escape") page.view.map.closePopup();
});
window.coverplanPage = page;
document.body.classList.add("ready");
