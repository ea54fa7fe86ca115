// What the machine proposes: where the next ones reach most people, and the fewest actions that meet targets.

import { call } from "./api.js";
import { nameOf, partOf, typeName } from "./changes.js";
import { button, count, field, numberInput, openDialog, section } from "./dom.js";
import { element } from "./map/text.js";
import { failed } from "./state.js";

const POLL_MS = 250;
const OPEN = ["not_met", "behind"];

function layerOf(desk) {
  return desk.study.layers.find(function (one) { return one.key === desk.standardOf().layer; });
}

export function firstType(desk, layer) {
  const standard = desk.study.standards.find(function (one) { return one.layer === layer.key; });
  const wanted = standard && standard.types ? standard.types : [];
  const found = layer.types.find(function (one) { return wanted.includes(one.key); }) || layer.types[0];
  return found ? found.key : null;
}

export function standardType(desk) {
  return desk.offer && desk.offer.layer === desk.standardOf().layer ? desk.offer.type : firstType(desk, layerOf(desk));
}

function runningWords(desk) {
  const job = desk.solving.job;
  const seconds = job ? Math.round(job.seconds) : 0;
  const found = job && job.found;
  const known = desk.solving.kind === "targets" && found && found.best !== null && found.best !== undefined && found.bound !== null;
  if (!known) return desk.words("proposal_running", { seconds: seconds });
  return desk.words("meet_running", { seconds: seconds, value: count(found.best), count: count(Math.ceil(found.bound - 1e-6)) });
}

// Work in the background until it ends; the page shows how far it is wherever it is drawn anew meanwhile.
async function solve(desk, kind, path, body) {
  desk.solving = { kind: kind, job: null, cancelled: false };
  desk.tell("proposal");
  const idea = desk.card.id;
  const revision = desk.card.revision;
  try {
    let job = await call("POST", "/ideas/" + idea + path, desk.query(), body);
    desk.solving.job = job;
    if (desk.solving.cancelled) await cancel(desk);
    while (job.state === "running") {
      await new Promise(function (done) { setTimeout(done, POLL_MS); });
      job = await call("GET", "/jobs/" + job.id, { lang: desk.language });
      desk.solving.job = job;
      const told = document.getElementById("running");
      if (told) told.textContent = runningWords(desk);
    }
    // what is best beside an idea depends on nothing that is in it
    if (kind !== "best" && (desk.card.id !== idea || desk.card.revision !== revision)) {
      desk.notice = desk.words("proposal_late");
      desk.tell("notice");
      return null;
    }
    if (job.state === "done" || (job.found && (job.found.places || job.found.actions))) return job.found;
    if (job.problems.length) {
      desk.notice = job.problems.map(function (one) { return one.text; }).join("\n");
      desk.tell("notice");
    }
  } catch (error) {
    await failed(desk, error);
  } finally {
    desk.solving = null;
  }
  return null;
}

async function cancel(desk) {
  try {
    await call("POST", "/jobs/" + desk.solving.job.id + "/cancel", { lang: desk.language });
  } catch (error) {
    await failed(desk, error);
  }
}

export function lookForBest(desk, fromPresent, number) {
  const body = { standard: desk.standard, type: standardType(desk), new: number, from_present: fromPresent };
  return solve(desk, fromPresent ? "best" : "people", "/proposals", body);
}

// The best that a sum of money builds, whatever types that takes.
export function lookForMoney(desk, money, beside) {
  return solve(desk, "best", "/proposals", { standard: desk.standard, budget: money, beside: beside, from_present: true });
}

// How far work of a kind is, and a button that calls it off; null while there is none.
export function running(desk, kind) {
  if (!desk.solving || desk.solving.kind !== kind) return null;
  const box = element("div", "running");
  const told = box.appendChild(element("p", "note", runningWords(desk)));
  told.id = "running";
  box.appendChild(button(desk.words("cancel"), function () {
    if (!desk.solving) return;
    desk.solving.cancelled = true;
    if (desk.solving.job) cancel(desk);
  })).id = "stop";
  return box;
}

function row(desk, i, title, more) {
  const place = desk.proposal.places[i];
  const line = element("li");
  line.appendChild(element("b", "number ghost", String(i + 1)));
  const text = line.appendChild(element("span", "what", title));
  if (more) text.appendChild(element("small", "where", more));
  const take = button(desk.words("accept"), function () { desk.accept(i); }, "small");
  take.disabled = Boolean(place.taken);
  line.appendChild(take);
  return line;
}

function proposalList(desk) {
  const found = desk.proposal;
  const box = element("div");
  box.appendChild(element("p", null, desk.words("proposal_total", { people: count(found.total) })));
  box.appendChild(element("p", "note", desk.words("proposal_bound", {
    count: count(found.candidates), value: found.places.length, people: count(found.bound),
  })));
  const list = box.appendChild(element("ol", "changes"));
  found.places.forEach(function (place, i) {
    list.appendChild(row(desk, i, desk.words("reach_more", { people: count(place.gained) }), place.near));
  });
  return box;
}

// What of the work in the background a section shows.
function toldWork(desk, kind) {
  return [Boolean(desk.solving), Boolean(desk.solving && desk.solving.kind === kind)];
}

// What the section of proposals depends on.
export function toldProposals(desk) {
  const found = desk.proposal && !desk.proposal.actions ? desk.proposal : null;
  return [desk.language, desk.standard, found, toldWork(desk, "people"), desk.proposalNew || 3];
}

export function proposals(desk) {
  const layer = layerOf(desk);
  if (layer && layer.by_unit) return null;
  const number = numberInput("proposal-new", desk.proposalNew || 3, 1, 30, 1);
  number.addEventListener("input", function () { desk.proposalNew = Number(number.value) || 3; });
  const start = button(desk.words("proposal_start"), async function () {
    const wanted = Math.max(1, Math.min(30, Number(number.value) || 3));
    desk.proposal = await lookForBest(desk, false, wanted);
    desk.tell("proposal");
  });
  start.id = "proposal-start";
  start.disabled = Boolean(desk.solving);
  const found = desk.proposal && !desk.proposal.actions ? proposalList(desk) : element("p", "note", desk.words("no_proposal"));
  return section(desk.words("proposals"), [field(desk.words("proposal_new"), number), start, running(desk, "people") || found]);
}

function targetName(desk, id) {
  return desk.study.targets.find(function (one) { return one.id === id; }).name;
}

function names(desk, ids) {
  return ids.map(function (id) { return targetName(desk, id); }).join(desk.language === "zh" ? "、" : ", ");
}

function wantedTargets(desk) {
  if (desk.wantedTargets) return desk.wantedTargets;
  return new Set(desk.numbers.targets.filter(function (one) { return OPEN.includes(one.verdict); }).map(function (one) { return one.id; }));
}

function chooseTargets(desk) {
  openDialog(desk.words("meet"), desk.words("close"), function (body, close) {
    const wanted = new Set(wantedTargets(desk));
    const list = body.appendChild(element("div", "choices"));
    for (const target of desk.numbers.targets) {
      if (target.verdict === "report_only") continue;
      const label = list.appendChild(element("label", "tick"));
      const input = label.appendChild(element("input"));
      input.type = "checkbox";
      input.checked = wanted.has(target.id);
      input.addEventListener("change", function () {
        if (input.checked) wanted.add(target.id);
        else wanted.delete(target.id);
      });
      label.appendChild(element("span", null, targetName(desk, target.id)));
      label.appendChild(element("span", "verdict " + target.verdict, desk.study.verdicts[target.verdict]));
    }
    body.appendChild(button(desk.words("save"), function () {
      desk.wantedTargets = wanted;
      close();
      desk.tell("proposal");
      document.getElementById("meet-choose").focus();
    }, "main"));
  });
}

function actionTitle(desk, action) {
  const part = partOf(action.change);
  const place = action.change[part];
  const offers = place.offers || {};
  const name = part === "open" ? typeName(desk, place.layer, offers.type) : nameOf(desk, action.change);
  return desk.words("change_" + part, { name: name });
}

function actionList(desk) {
  const found = desk.proposal;
  const box = element("div");
  function note(word, values) { box.appendChild(element("p", "note", desk.words(word, values))); }
  // where some targets stay unmet nothing says how few the others need
  const total = found.bound === null ? "meet_found" : "meet_total";
  if (found.actions.length) box.appendChild(element("p", null, desk.words(total, { count: found.actions.length })));
  else if (!found.unmet.length) box.appendChild(element("p", null, desk.words("meet_nothing")));
  if (found.cost !== null && found.actions.length) note("meet_cost", { cost: count(found.cost) });
  if (found.bound !== null && found.actions.length) {
    if (found.cheapest) note("meet_bound_cost", { cost: count(found.bound) });
    else note("meet_bound", { count: count(Math.ceil(found.bound - 1e-6)) });
  }
  if (found.unmet.length) note("meet_unmet", { text: names(desk, found.unmet) });
  if (found.left_out.length) note("meet_left_out", { text: names(desk, found.left_out) });
  if (found.stopped === "time") note("stopped_time");
  if (!found.actions.length) return box;
  box.appendChild(button(desk.words("accept_all"), async function () {
    for (let i = 0; i < found.places.length; i += 1) if (!found.places[i].taken) await desk.accept(i);
  })).id = "accept-all";
  const list = box.appendChild(element("ol", "changes"));
  found.actions.forEach(function (action, i) { list.appendChild(row(desk, i, actionTitle(desk, action), action.near)); });
  return box;
}

// What the section of targets depends on.
export function toldTargets(desk) {
  const found = desk.proposal && desk.proposal.actions ? desk.proposal : null;
  const known = desk.study.targets.length > 0 && desk.numbers.year !== null;
  const named = found ? [found, desk.numbers.changes] : null;
  return [desk.language, known, known ? Array.from(wantedTargets(desk)) : [], named, toldWork(desk, "targets"), Boolean(desk.cheapest)];
}

export function meetTargets(desk) {
  if (!desk.study.targets.length || desk.numbers.year === null) return null;
  const wanted = wantedTargets(desk);
  const choose = button(desk.words("meet_choose", { count: wanted.size }), function () { chooseTargets(desk); });
  choose.id = "meet-choose";
  let cheapest = null;
  if (desk.study.priced) {
    cheapest = element("label", "tick");
    const input = cheapest.appendChild(element("input"));
    input.type = "checkbox";
    input.checked = Boolean(desk.cheapest);
    input.addEventListener("change", function () { desk.cheapest = input.checked; });
    cheapest.appendChild(element("span", null, desk.words("meet_cheapest")));
  }
  const start = button(desk.words("meet_start"), async function () {
    const body = { targets: Array.from(wanted), cheapest: Boolean(desk.cheapest) };
    const found = await solve(desk, "targets", "/target-proposals", body);
    desk.proposal = found ? Object.assign({ places: found.actions }, found) : null;
    desk.tell("proposal");
  });
  start.id = "meet-start";
  start.disabled = Boolean(desk.solving) || wanted.size === 0;
  const found = desk.proposal && desk.proposal.actions ? actionList(desk) : element("p", "note", desk.words("meet_hint"));
  return section(desk.words("meet"), [choose, cheapest, start, running(desk, "targets") || found]);
}
