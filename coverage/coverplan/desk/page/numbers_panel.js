// The panel on the right: present, this idea and the best known side by side; then the targets of the plan.

import { bestCell, bestCost, bestNote, bestOf, bestTitle } from "./best_column.js";
import { costWords } from "./changes.js";
import { button, count, section, tellOnce } from "./dom.js";
import { fillKept } from "./kept.js";
import { element, grouped } from "./map/text.js";
import { standardType } from "./proposals.js";
import { supplyPart, toldSupply } from "./supply_panel.js";

const WORST = 5;

function share(desk, value) {
  if (value === null || value === undefined) return "—";
  return (100 * value).toFixed(1) + (desk.language === "zh" ? "%" : " %");
}

function minutes(value) {
  return value === null || value === undefined ? "—" : value.toFixed(1);
}

function signed(value) {
  const rounded = Math.round(value);
  return (rounded > 0 ? "+" : rounded < 0 ? "−" : "±") + grouped(Math.abs(rounded));
}

// A title with the year that is looked at.
function dated(desk, title) {
  return desk.numbers.year ? title + " · " + desk.words("year_value", { year: desk.numbers.year }) : title;
}

function row(table, title, cells, key) {
  const line = table.insertRow();
  const head = line.appendChild(element("th", null, title));
  head.scope = "row";
  for (const cell of cells) line.appendChild(cell instanceof Element ? cell : element("td", null, cell));
  if (key) line.dataset.row = key;
  return line;
}

function valued(text, value) {
  const cell = element("td", null, text);
  cell.dataset.value = value === null ? "" : String(value);
  return cell;
}

function threeColumns(desk) {
  const people = desk.people();
  const best = bestOf(desk);
  const table = element("table", "three");
  const head = table.createTHead().insertRow();
  head.appendChild(element("td"));
  for (const title of [desk.words("before"), desk.words("idea"), bestTitle(desk, best)]) {
    const cell = head.appendChild(element("th", null, title));
    cell.scope = "col";
  }
  const body = table.createTBody();
  const group = best ? best.best.groups[desk.group] : null;
  row(body, desk.words("covered"), [
    valued(count(people.before), people.before), valued(count(people.covered), people.covered), bestCell(desk, best),
  ], "covered").classList.add("first");
  row(body, desk.words("share"), [share(desk, people.share_before), share(desk, people.share), share(desk, group ? group.share : null)], "share");
  row(body, desk.words("mean_minutes"), [people.minutes_before, people.minutes, group ? group.minutes : null].map(minutes), "minutes");
  if (desk.study.targets.length) {
    const met = function (verdict) { return String(desk.numbers.targets.filter(function (one) { return one[verdict] === "met"; }).length); };
    row(body, desk.words("met_count"), [met("verdict_before"), met("verdict"), best ? String(best.best.met) : "—"], "met");
  }
  if (desk.numbers.changes.length) {
    row(body, desk.words("cost"), ["—", costWords(desk, desk.numbers.cost), bestCost(desk, best)], "cost").classList.add("money");
  }
  return table;
}

function effects(desk) {
  const people = desk.people();
  const list = element("dl", "effects");
  function add(name, value, className) {
    if (value === null) return;
    list.appendChild(element("dt", null, desk.words(name)));
    list.appendChild(element("dd", className, count(value)));
  }
  add("gained", people.gained, people.gained >= 1 ? "good" : null);
  add("lost", people.lost, people.lost >= 1 ? "bad" : null);
  add("nearer", people.nearer);
  add("farther", people.farther);
  add("twice", people.twice);
  return list;
}

function otherGroups(desk) {
  const table = element("table", "three");
  const head = table.createTHead().insertRow();
  for (const title of [desk.words("share"), desk.words("before"), desk.words("idea")]) {
    head.appendChild(element("th", null, title)).scope = "col";
  }
  head.appendChild(element("th", null, desk.words("change_people"))).scope = "col";
  table.createTBody().id = "other-groups";
  return table;
}

function groupRow(title, cells, key) {
  const line = element("tr");
  line.appendChild(element("th", null, title)).scope = "row";
  for (const cell of cells) line.appendChild(element("td", null, cell));
  line.dataset.standard = key;
  return line;
}

function groupRows(desk) {
  return desk.numbers.standards.flatMap(function (standard) {
    const told = desk.study.standards.find(function (one) { return one.key === standard.key; });
    return standard.groups.map(function (people) {
      const group = told.groups.find(function (one) { return one.key === people.group; });
      const change = people.covered - people.before;
      const title = told.name + " · " + group.name;
      const cells = [share(desk, people.share_before), share(desk, people.share), Math.abs(change) >= 0.5 ? signed(change) : ""];
      return [standard.key + "|" + people.group, [title, cells], function () { return groupRow(title, cells, standard.key); }];
    });
  });
}

function verdict(desk, status) {
  return element("span", "verdict " + status, desk.study.verdicts[status]);
}

function shortNumber(text) {
  if (text === null) return "—";
  const value = Number(text);
  return Number.isFinite(value) ? grouped(value, 1) : text;
}

function targetRow(desk, target) {
  const told = desk.study.targets.find(function (one) { return one.id === target.id; });
  const item = element("li", target.verdict !== target.verdict_before ? "turned" : null);
  item.dataset.target = target.id;
  item.appendChild(element("span", "name", told.name));
  const line = item.appendChild(element("span", "line"));
  const same = target.before === target.value;
  const figure = same ? shortNumber(target.value) : shortNumber(target.before) + " → " + shortNumber(target.value);
  const measure = told.measure ? (told.measure === "%" && desk.language === "zh" ? "" : " ") + told.measure : "";
  const unit = target.value !== null ? measure : "";
  line.appendChild(element("span", same ? "figure" : "figure changed", figure + unit));
  if (told.asked !== null && told.year) line.appendChild(element("small", null, desk.words("target", { value: told.asked, year: told.year })));
  if (target.verdict !== target.verdict_before) line.appendChild(verdict(desk, target.verdict_before)).classList.add("old");
  line.appendChild(verdict(desk, target.verdict));
  if (target.short.length && target.verdict !== "met") {
    const names = target.short.slice(0, 4).join(desk.language === "zh" ? "、" : ", ");
    const more = target.short.length > 4 ? " … (" + target.short.length + ")" : "";
    item.appendChild(element("small", "short", desk.words("short", { text: names + more })));
  }
  return item;
}

function targets(desk) {
  if (!desk.study.targets.length) return section(desk.words("targets"), [element("p", "note", desk.words("no_plan"))]);
  const turned = element("p", "turned-count");
  const list = element("ul", "targets");
  turned.id = "turned";
  turned.hidden = true;
  list.id = "targets";
  return section(dated(desk, desk.words("targets")), [turned, list]);
}

// What turned stands first, what did not move last.
function fillTargets(desk) {
  function weight(target) {
    if (target.verdict !== target.verdict_before) return 0;
    return target.before !== target.value ? 1 : target.verdict === "report_only" ? 3 : 2;
  }
  const ordered = desk.numbers.targets.slice().sort(function (a, b) { return weight(a) - weight(b); });
  const turned = ordered.filter(function (target) { return weight(target) === 0; }).length;
  const told = document.getElementById("turned");
  told.hidden = turned === 0;
  tellOnce(told, turned ? desk.words("targets_turned", { count: turned }) : "");
  fillKept(document.getElementById("targets"), ordered.map(function (target) {
    return [target.id, [desk.language, target], function () { return targetRow(desk, target); }];
  }));
}

// Units with the smallest share, of those that have no smaller ones in them.
function worstRows(desk) {
  const columns = desk.shownStandard().units[desk.group];
  const parents = new Set(desk.view.study.units ? desk.view.study.units.parents : []);
  const rows = desk.study.units.map(function (unit, i) {
    return { unit: unit, people: columns.people[i], before: columns.before[i], covered: columns.covered[i] };
  }).filter(function (one) { return one.people > 0 && !parents.has(one.unit.code); });
  rows.sort(function (a, b) { return a.covered / a.people - b.covered / b.people || b.people - a.people; });
  return rows.slice(0, WORST);
}

function worstUnits(desk, rows) {
  if (!rows.length) return null;
  const table = element("table", "three");
  const body = table.createTBody();
  for (const one of rows) {
    const head = button(one.unit.name, function () {
      const at = desk.view.study.units ? desk.view.study.units.codes.indexOf(one.unit.code) : -1;
      if (at >= 0) desk.view.goToUnit(at);
    }, "link");
    const line = body.insertRow();
    line.appendChild(element("th")).appendChild(head);
    line.appendChild(element("td", null, share(desk, one.before / one.people)));
    line.appendChild(element("td", null, share(desk, one.covered / one.people)));
    line.appendChild(element("td", null, desk.words("people", { people: count(one.people) })));
  }
  return section(dated(desk, desk.words("worst")), [table]);
}

function title(desk) {
  const standard = desk.standardOf();
  const group = standard.groups.find(function (one) { return one.key === desk.group; });
  return dated(desk, standard.name + " · " + group.name);
}

function remarks(desk) {
  const box = element("div");
  for (const remark of desk.numbers.remarks) box.appendChild(element("p", "warning", remark));
  return box;
}

function mainPart(desk) {
  return section(title(desk), [threeColumns(desk), bestNote(desk, bestOf(desk)), effects(desk)]);
}

// What the first part shows besides the numbers of the idea as they were drawn.
function toldBest(desk) {
  return [bestOf(desk), standardType(desk), desk.solving ? desk.solving.kind : null];
}

export function fillNumbers(desk) {
  const language = desk.language;
  const worst = worstRows(desk);
  fillKept(document.getElementById("numbers"), [
    ["remarks", desk.numbers.remarks, function () { return remarks(desk); }],
    ["main", [desk.drawn, desk.group, toldBest(desk)], function () { return mainPart(desk); }],
    ["supply", toldSupply(desk), function () { return supplyPart(desk); }],
    ["targets", [language, desk.numbers.year], function () { return targets(desk); }],
    ["worst", [language, desk.numbers.year, worst], function () { return worstUnits(desk, worst); }],
    ["others", [language, desk.numbers.year], function () { return section(dated(desk, desk.words("standard")), [otherGroups(desk)]); }],
  ]);
  if (desk.study.targets.length) fillTargets(desk);
  fillKept(document.getElementById("other-groups"), groupRows(desk));
  const people = desk.people();
  tellOnce(document.getElementById("said"), title(desk) + ": " + desk.words("covered") + " " + count(people.covered) +
    ", " + desk.words("gained") + " " + count(people.gained));
}
