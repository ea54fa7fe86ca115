// The first tour: four short steps, once; it can be called again.

import { button, openDialog } from "./dom.js";
import { element } from "./map/text.js";

const SEEN = "coverplan-desk-tour";

export function tour(desk) {
  let at = 1;
  openDialog(desk.words("tour_title"), desk.words("close"), function (body, close) {
    const text = body.appendChild(element("p", "tour"));
    const steps = body.appendChild(element("p", "note"));
    const next = button(desk.words("go_on"), function () {
      at += 1;
      if (at > 4) close();
      else show();
    }, "main");
    body.appendChild(next);
    function show() {
      text.textContent = desk.words("tour_" + at);
      steps.textContent = at + " / 4";
    }
    show();
    setTimeout(function () { next.focus(); }, 0);
  });
  localStorage.setItem(SEEN, "1");
}

export function firstTour(desk) {
  if (!localStorage.getItem(SEEN)) tour(desk);
}
