// A window for the sizes of a change, its cost and the year from which it counts.

import { nameOf, partOf, sizesOf } from "./changes.js";
import { field, numberInput, openDialog } from "./dom.js";
import { element, grouped } from "./map/text.js";

// What is known today stands in an empty field, so that nobody has to look it up.
function sizeField(desk, offer, value, present) {
  const input = numberInput("size-" + offer.key, value, 0, null);
  const now = present[offer.key];
  if (now !== null && now !== undefined) input.placeholder = desk.words("size_now", { value: grouped(now) });
  if (offer.key === "cost" && desk.study.priced) input.placeholder = desk.words("cost_by_rates");
  return input;
}

// Asks for the sizes of a change and gives a changed copy; `present` has the sizes that are known of a facility.
export function sizeDialog(desk, change, present, done) {
  const part = partOf(change);
  const place = change[part];
  const title = desk.words("upgrade_of", { name: nameOf(desk, change) });
  openDialog(title, desk.words("close"), function (body, close) {
    const form = body.appendChild(element("form"));
    const inputs = {};
    for (const offer of sizesOf(desk, place.layer)) {
      inputs[offer.key] = sizeField(desk, offer, (place.offers || {})[offer.key], present);
      form.appendChild(field(offer.name, inputs[offer.key]));
    }
    const year = numberInput("size-year", change.year, 1900, 2200, 1);
    if (desk.numbers.year !== null) form.appendChild(field(desk.words(part === "open" ? "opening_year" : "effect_year"), year));
    const save = form.appendChild(element("button", "main", desk.words("save")));
    save.type = "submit";
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const offers = Object.assign({}, place.offers);
      for (const key in inputs) {
        delete offers[key];
        if (inputs[key].value !== "") offers[key] = Number(inputs[key].value);
      }
      const sized = { [part]: Object.assign({}, place, { offers: offers }) };
      if (year.value !== "") sized.year = Number(year.value);
      close();
      done(sized);
    });
    setTimeout(function () { Object.values(inputs)[0].focus(); }, 0);
  });
}
