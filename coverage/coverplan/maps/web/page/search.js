// Search by name or code over units, facilities and actions.

const MOST_FOUND = 12;

function searchEntries(page) {
  const entries = [];
  if (page.units) {
    page.units.codes.forEach(function (code, i) {
      if (page.units.boxes.length && page.units.rings[i] === page.units.rings[i + 1]) return;
      entries.push({ text: page.units.names[i], more: code, unit: i });
    });
  }
  page.facilities.id.forEach(function (id, i) {
    const layer = page.facilities.layers[page.facilities.layer[i]].name;
    entries.push({ text: page.facilities.name[i] || id, more: id + " · " + layer, facility: i });
  });
  for (const action of page.siting ? page.siting.actions : []) {
    entries.push({ text: action.name, more: action.id + " · " + action.year + " · " + action.what, action: action });
  }
  for (const entry of entries) entry.key = (entry.text + " " + entry.more).toLowerCase();
  return entries;
}

function searchSection(page) {
  const entries = searchEntries(page);
  const input = element("input");
  const list = element("ul", "found");
  input.type = "search";
  input.id = "search";
  input.autocomplete = "off";
  function go(entry) {
    if (entry.unit !== undefined) page.goToUnit(entry.unit);
    else if (entry.action) page.goToAction(entry.action);
    else page.goToFacility(entry.facility);
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
      list.appendChild(element("li", "facts", fill(page.words.search_more, { count: count })));
    }
    if (wanted && !found.length) {
      list.appendChild(element("li", "facts", fill(page.words.search_none, { text: text })));
    }
    return found;
  }
  input.addEventListener("input", find);
  input.addEventListener("keydown", function (event) {
    if (event.key !== "Enter") return;
    const found = find();
    if (found.length) go(found[0]);
  });
  return section(null, [labelled(page.words.search, input), list]);
}
