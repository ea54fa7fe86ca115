// The panel beside the map: title, measured standard, themes, layers, sources.

function choice(name, options, chosen, change) {
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

function labelled(title, input) {
  const label = element("label", "field");
  label.appendChild(element("span", null, title));
  label.appendChild(input);
  return label;
}

function tick(page, key, title, picture) {
  const label = element("label", "tick");
  const input = element("input");
  input.type = "checkbox";
  input.id = "layer-" + key;
  input.checked = page.shown.has(key);
  page.ticks.push(function () { input.checked = page.shown.has(key); });
  input.addEventListener("change", function () {
    if (input.checked) page.shown.add(key);
    else page.shown.delete(key);
    page.refreshTicks();
    page.redraw();
  });
  label.appendChild(input);
  if (picture) label.appendChild(picture);
  label.appendChild(element("span", null, title));
  return label;
}

function section(title, children) {
  const box = element("section");
  if (title) box.appendChild(element("h2", null, title));
  for (const child of children) box.appendChild(child);
  return box;
}

function head(page) {
  const box = element("header");
  box.appendChild(element("h1", null, page.title));
  box.appendChild(element("p", "place", page.place));
  if (page.synthetic) box.appendChild(element("p", "synthetic", page.synthetic));
  for (const warning of page.warnings) box.appendChild(element("p", "warning", warning));
  return box;
}

function themeSection(page) {
  const words = page.words;
  const box = section(null, []);
  const standards = page.standards.map(function (one) { return { key: one.key, name: one.name }; });
  box.appendChild(labelled(words.standard, choice("standard", standards, page.standard.key, page.choose)));
  page.groupField = box.appendChild(element("div"));
  const themes = [{ key: "none", name: words.theme_none }];
  if (page.units) themes.unshift({ key: "share", name: words.theme_share });
  if (page.cells) themes.unshift({ key: "time", name: words.theme_time });
  box.appendChild(
    labelled(words.theme, choice("theme", themes, page.theme, function (theme) {
      page.theme = theme;
      page.redraw();
    }))
  );
  if (page.units && page.units.levels.length > 1) {
    const levels = page.units.levels.map(function (name, i) { return { key: String(i), name: name }; });
    box.appendChild(
      labelled(words.level, choice("level", levels, String(page.level), function (level) {
        page.level = Number(level);
        page.redraw();
      }))
    );
  }
  page.note = box.appendChild(element("p", "facts"));
  page.summary = box.appendChild(element("div", "summary"));
  return box;
}

function groupField(page) {
  const field = labelled(
    page.words.group,
    choice("group", page.standard.groups, page.group.key, function (key) {
      page.group = page.standard.groups.find(function (group) { return group.key === key; });
      page.redraw();
    })
  );
  page.groupField.replaceChildren(field);
}

function layerSection(page) {
  const words = page.words;
  const ticks = [];
  if (page.base.length) ticks.push(tick(page, "base", words.base));
  if (page.streets.length) ticks.push(tick(page, "streets", words.streets));
  if (page.units) ticks.push(tick(page, "names", words.unit_names));
  if (Object.keys(page.areas).length) ticks.push(tick(page, "areas", words.areas));
  if (page.cells) ticks.push(tick(page, "uncovered", words.uncovered));
  if (page.clusters) ticks.push(tick(page, "clusters", words.clusters));
  if (page.units && page.units.failing) ticks.push(tick(page, "failing", words.failing));
  return section(words.layers, ticks);
}

// A tick for all types of a layer; half set where only some of them are shown.
function layerTick(page, title, keys) {
  const label = element("label", "tick whole");
  const input = element("input");
  input.type = "checkbox";
  function refresh() {
    const shown = keys.filter(function (key) { return page.shown.has(key); }).length;
    input.checked = shown === keys.length;
    input.indeterminate = shown > 0 && shown < keys.length;
  }
  page.ticks.push(refresh);
  refresh();
  input.addEventListener("change", function () {
    for (const key of keys) {
      if (input.checked) page.shown.add(key);
      else page.shown.delete(key);
    }
    page.refreshTicks();
    page.redraw();
  });
  label.append(input, element("span", null, title));
  return label;
}

function facilitySection(page) {
  const rows = [];
  page.facilities.layers.forEach(function (layer, position) {
    const types = page.facilities.types.map(function (type, i) { return i; }).filter(function (i) {
      return page.facilities.types[i].layer === position;
    });
    const keys = types.map(function (i) { return "type-" + i; });
    const title = fill(page.words.all_types, { layer: layer.name, count: layer.count });
    if (!keys.length) return;
    rows.push(layerTick(page, title, keys));
    for (const i of types) {
      const type = page.facilities.types[i];
      const name = fill(page.words.all_types, { layer: type.name, count: type.count });
      const row = tick(page, "type-" + i, name, markPicture(type, true));
      row.classList.add("part");
      rows.push(row);
    }
  });
  return section(page.words.facilities, rows);
}

function footer(page) {
  const box = section(page.words.facts, []);
  for (const fact of page.facts) box.appendChild(element("p", "facts", fact));
  box.appendChild(element("p", "facts", page.words.sources));
  const list = box.appendChild(element("ul", "facts"));
  for (const source of page.sources) list.appendChild(element("li", null, source));
  box.appendChild(element("p", "facts", page.made_with));
  box.appendChild(element("p", "internal", page.internal));
  return box;
}

function buildPanel(page, place) {
  page.ticks = [];
  page.refreshTicks = function () { for (const refresh of page.ticks) refresh(); };
  const menu = element("button", "menu", page.words.menu);
  menu.type = "button";
  menu.addEventListener("click", function () { place.classList.toggle("open"); page.map.invalidateSize(); });
  place.append(menu, head(page), themeSection(page), searchSection(page));
  for (const box of sitingSection(page)) place.append(box);
  place.append(layerSection(page));
  place.append(facilitySection(page), footer(page));
  groupField(page);
}

function swatch(colour, label) {
  const row = element("div", "swatch");
  const patch = row.appendChild(element("i"));
  patch.style.background = colour;
  row.appendChild(element("span", null, label));
  return row;
}

function markRow(page, filled, label) {
  const row = element("div", "swatch");
  const layer = page.facilities.layers.find(function (one) { return one.key === page.standard.layer; });
  row.appendChild(markPicture({ colour: layer.colour, shape: "circle" }, filled));
  row.appendChild(element("span", null, label));
  return row;
}

function fillLegend(page, box) {
  box.replaceChildren();
  if (page.theme === "time" && page.standard.key in page.cells.classes) {
    page.standard.time_labels.forEach(function (label, i) {
      const row = box.appendChild(swatch(page.time_colours[i], label));
      if (i === 2) row.classList.add("limit");
    });
  }
  if (page.theme === "share") {
    page.standard.share_labels.forEach(function (label, i) {
      box.appendChild(swatch(page.share_colours[i], label));
    });
    box.appendChild(swatch("#ffffff", page.words.share_nobody));
  }
  box.appendChild(markRow(page, true, page.words.serving));
  box.appendChild(markRow(page, false, page.words.not_serving));
  sitingLegend(page, box);
  for (const key of ["clusters", "uncovered", "areas", "failing"]) {
    if (!page.shown.has(key) || !document.getElementById("layer-" + key)) continue;
    const row = box.appendChild(swatch("", page.words[key]));
    row.firstChild.className = "sign " + key;
  }
}
