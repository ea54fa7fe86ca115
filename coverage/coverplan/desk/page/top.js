// The line above: ideas, undo and redo, what is done with an idea, language.

import { call, text } from "./api.js";
import { costWords } from "./changes.js";
import { button, count, download, field, openDialog, select, tellOnce } from "./dom.js";
import { fillKept } from "./kept.js";
import { element } from "./map/text.js";
import { failed, inTurn, listIdeas, noteCard, openIdea, step } from "./state.js";

const LANGUAGES = { zh: "中文", en: "English" };

async function guarded(desk, act) {
  try {
    await act();
  } catch (error) {
    await failed(desk, error);
  }
}

async function keep(desk, body) {
  const card = await call("POST", "/ideas", { lang: desk.language }, body);
  await listIdeas(desk);
  await openIdea(desk, card);
}

function nameDialog(desk, title, card, done) {
  openDialog(title, desk.words("close"), function (body, close) {
    const form = element("form");
    const inputs = {};
    for (const name of ["name", "author", "note"]) {
      const input = element(name === "note" ? "textarea" : "input");
      input.id = "card-" + name;
      input.maxLength = name === "note" ? 2000 : 120;
      input.value = card[name] || "";
      inputs[name] = input;
      form.appendChild(field(desk.words(name), input));
    }
    inputs.name.required = true;
    const save = element("button", "main", desk.words("save"));
    save.type = "submit";
    form.appendChild(save);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      close();
      const said = {};
      for (const name in inputs) said[name] = inputs[name].value.trim();
      inTurn(desk, function () { return done(said); });
    });
    body.appendChild(form);
    setTimeout(function () { inputs.name.focus(); }, 0);
  });
}

function fresh(desk) {
  nameDialog(desk, desk.words("new_idea"), {}, function (said) { return keep(desk, said); });
}

function copy(desk) {
  const copied = desk.card.id;
  const name = desk.words("copy_of", { name: cardName(desk, desk.card) });
  nameDialog(desk, desk.words("copy"), { name: name, author: desk.card.author }, function (said) {
    return keep(desk, Object.assign({ copy_of: copied }, said));
  });
}

function rename(desk) {
  const idea = desk.card.id;
  nameDialog(desk, desk.words("rename"), desk.card, async function (said) {
    const body = Object.assign({ revision: desk.seen[idea].revision }, said);
    noteCard(desk, await call("PUT", "/ideas/" + idea + "/card", { lang: desk.language }, body));
    await listIdeas(desk);
  });
}

function remove(desk) {
  const idea = desk.card.id;
  openDialog(desk.words("delete"), desk.words("close"), function (body, close) {
    body.appendChild(element("p", null, desk.words("delete_sure", { name: desk.card.name })));
    body.appendChild(button(desk.words("delete"), function () {
      close();
      inTurn(desk, async function () {
        await call("POST", "/ideas/" + idea + "/removal", { lang: desk.language }, { revision: desk.seen[idea].revision });
        await listIdeas(desk);
        if (desk.wanted === idea) await openIdea(desk, desk.ideas[0]);
      });
    }, "danger"));
  });
}

function exported(desk) {
  const card = desk.card;
  inTurn(desk, async function () {
    const said = await text("/ideas/" + card.id + "/scenario", { lang: desk.language });
    download(card.name.replace(/[\\/:*?"<>|]/g, "_") + ".yaml", said, "application/yaml");
  });
}

function imported(desk) {
  const input = element("input");
  input.type = "file";
  input.accept = ".yaml,.yml";
  input.addEventListener("change", function () {
    const file = input.files[0];
    if (!file) return;
    inTurn(desk, async function () {
      await keep(desk, { name: file.name.replace(/\.ya?ml$/i, "").slice(0, 120) || "YAML", scenario: await file.text() });
    });
  });
  input.click();
}

// What a file is, in words; files in a folder are in the language that the folder is called by.
function documentName(desk, file) {
  const [name, folder] = file.split("/").reverse();
  const what = desk.words("file_" + name.replace(".", "_"));
  return folder ? what + (desk.language === "zh" ? "，" : ", ") + (LANGUAGES[folder] || folder) : what;
}

function documents(desk) {
  openDialog(desk.words("documents"), desk.words("close"), function (body) {
    const told = body.appendChild(element("p", null, desk.words("documents_running", { seconds: 0 })));
    told.setAttribute("role", "status");
    const idea = desk.card.id;
    guarded(desk, async function () {
      let job = await inTurn(desk, function () { return call("POST", "/ideas/" + idea + "/documents", { lang: desk.language }); });
      if (!job) {
        told.textContent = desk.words("documents_failed");
        return;
      }
      while (job.state === "running") {
        told.textContent = desk.words("documents_running", { seconds: Math.round(job.seconds) });
        await new Promise(function (done) { setTimeout(done, 700); });
        job = await call("GET", "/jobs/" + job.id, { lang: desk.language });
      }
      if (job.state !== "done") {
        told.textContent = [desk.words("documents_failed")].concat(job.problems.map(function (one) { return one.text; })).join(" · ");
        return;
      }
      told.textContent = desk.words("documents_done");
      const list = body.appendChild(element("ul", "files"));
      for (const name of job.found.files) {
        const link = element("a", null, name);
        link.href = "/documents/" + job.id + "/" + name.split("/").map(encodeURIComponent).join("/");
        link.target = "_blank";
        link.rel = "noopener";
        const item = list.appendChild(element("li"));
        item.append(link, element("small", null, " · " + documentName(desk, name)));
      }
    });
  });
}

// An idea that nobody has named is called in the reader's language.
function cardName(desk, card) {
  return desk.study.first_idea.includes(card.name) ? desk.words("first_idea") : card.name;
}

// Where an idea asks otherwise than the study's scenario does: its minutes, who travels, whom a facility serves.
function askedOtherwise(desk, standard, asked) {
  const told = [];
  if (asked.minutes !== standard.minutes) told.push(desk.words("minutes_value", { value: asked.minutes }));
  const profile = desk.study.profiles.find(function (one) { return one.key === asked.profile; });
  if (asked.profile !== standard.profile) told.push(profile ? profile.name : asked.profile);
  if (asked.count !== standard.count) told.push(desk.words(asked.count === "own_unit" ? "counts_own" : "counts_all"));
  return told.join(" · ");
}

// Year and standards of an idea: ideas that differ in them have presents of their own.
function askedOf(numbers) {
  return JSON.stringify([numbers.year, numbers.standards.map(function (one) { return [one.minutes, one.profile, one.count]; })]);
}

function differ(desk, shown) {
  if (new Set(shown.map(function (one) { return askedOf(one.numbers); })).size < 2) return null;
  return element("p", "warning", desk.words("compare_differ", { name: cardName(desk, shown[0].card) }));
}

function comparedTable(desk, shown) {
  const table = element("table", "compared");
  const head = table.createTHead().insertRow();
  head.appendChild(element("td"));
  head.appendChild(element("th", null, desk.words("before")));
  for (const one of shown) head.appendChild(element("th", null, cardName(desk, one.card))).scope = "col";
  const body = table.createTBody();
  function add(title, first, values, more) {
    const row = body.insertRow();
    row.appendChild(element("th", null, title)).scope = "row";
    row.appendChild(element("td", null, first));
    values.forEach(function (value, i) {
      const cell = row.appendChild(element("td", null, value));
      if (more && more[i]) cell.appendChild(element("small", null, more[i]));
    });
  }
  if (shown[0].numbers.year !== null) {
    const years = shown.map(function (one) { return desk.words("year_value", { year: one.numbers.year }); });
    add(desk.words("year"), years[0], years);
  }
  desk.study.standards.forEach(function (standard, s) {
    standard.groups.forEach(function (group, g) {
      const rows = shown.map(function (one) { return one.numbers.standards[s].groups[g]; });
      add(standard.name + " · " + group.name + " · " + desk.words("covered"), count(rows[0].before),
        rows.map(function (one) { return count(one.covered); }),
        shown.map(function (one) { return askedOtherwise(desk, standard, one.numbers.standards[s]); }));
    });
  });
  const met = function (verdicts) { return String(verdicts.filter(function (one) { return one === "met"; }).length); };
  if (desk.study.targets.length) {
    add(desk.words("targets") + " · " + desk.study.verdicts.met,
      met(shown[0].numbers.targets.map(function (one) { return one.verdict_before; })),
      shown.map(function (one) { return met(one.numbers.targets.map(function (target) { return target.verdict; })); }));
  }
  add(desk.words("changes_count"), "0", shown.map(function (one) { return String(one.numbers.changes.length); }));
  add(desk.words("cost"), "—", shown.map(function (one) { return costWords(desk, one.numbers.cost); }));
  return table;
}

function compare(desk) {
  openDialog(desk.words("compare"), desk.words("close"), function (body) {
    body.appendChild(element("p", "note", desk.words("compare_hint")));
    const place = element("div", "scrolling");
    const chosen = new Set([desk.card.id]);
    let asked = 0;
    async function fill() {
      asked += 1;
      const mine = asked;
      const shown = await Promise.all(Array.from(chosen, function (id) {
        return call("GET", "/ideas/" + id, { lang: desk.language });
      }));
      const parts = shown.length ? [differ(desk, shown), comparedTable(desk, shown)] : [];
      if (mine === asked) place.replaceChildren(...parts.filter(Boolean));
    }
    for (const card of desk.ideas) {
      const label = body.appendChild(element("label", "tick"));
      const input = label.appendChild(element("input"));
      input.type = "checkbox";
      input.checked = chosen.has(card.id);
      input.addEventListener("change", function () {
        if (input.checked) chosen.add(card.id);
        else chosen.delete(card.id);
        while (chosen.size > 3) chosen.delete(chosen.values().next().value);
        body.querySelectorAll("input").forEach(function (one, i) { one.checked = chosen.has(desk.ideas[i].id); });
        guarded(desk, fill);
      });
      label.appendChild(element("span", null, cardName(desk, card) + (card.author ? " · " + card.author : "")));
    }
    body.appendChild(place);
    guarded(desk, fill);
  });
}

function menu(desk) {
  const box = element("details", "menu");
  box.appendChild(element("summary", null, desk.words("more")));
  const list = box.appendChild(element("div", "menu-list"));
  const acts = [["new_idea", fresh], ["copy", copy], ["rename", rename], ["compare", compare], ["export", exported], ["import", imported], ["delete", remove]];
  for (const [word, act] of acts) {
    list.appendChild(button(desk.words(word), function () {
      box.open = false;
      act(desk);
    }));
  }
  if (desk.study.plan_review) {
    const review = list.appendChild(element("a", null, desk.words("plan_review")));
    review.href = "/documents/plan-review";
    review.target = "_blank";
    review.rel = "noopener";
  }
  box.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    box.open = false;
    box.firstChild.focus();
  });
  return box;
}

function titlePart(desk) {
  const name = element("div", "title");
  // one that is too long for the line is read in full where the pointer rests
  name.appendChild(element("h1", null, desk.study.title)).title = desk.study.title;
  if (desk.study.synthetic) name.appendChild(element("span", "synthetic", desk.words("synthetic")));
  return name;
}

function ideaChoice(desk) {
  const ideas = select("idea", desk.ideas.map(function (card) { return { key: String(card.id), name: cardName(desk, card) }; }),
    String(desk.card.id), function (id) {
      guarded(desk, function () { return openIdea(desk, desk.ideas.find(function (card) { return String(card.id) === id; })); });
    });
  ideas.setAttribute("aria-label", desk.words("ideas"));
  return ideas;
}

function withId(made, id) {
  made.id = id;
  return made;
}

function languageButton(desk, changeLanguage) {
  const other = desk.language === "zh" ? ["en", LANGUAGES.en] : ["zh", LANGUAGES.zh];
  const language = withId(button(other[1], function () { changeLanguage(other[0]); }, "plain"), "language");
  language.lang = other[0];
  return language;
}

export function fillTop(desk, changeLanguage, tour) {
  const told = [desk.language, desk.study.title, desk.study.synthetic, desk.study.plan_review];
  const ideas = desk.ideas.map(function (card) { return [card.id, card.name]; });
  fillKept(document.getElementById("top"), [
    ["title", told, function () { return titlePart(desk); }],
    ["ideas", told.concat(desk.card.id, ideas), function () { return ideaChoice(desk); }],
    ["back", told, function () {
      return withId(button("↶ " + desk.words("back"), function () { step(desk, { go: "back" }); }), "back");
    }],
    ["forward", told, function () {
      return withId(button("↷ " + desk.words("forward"), function () { step(desk, { go: "forward" }); }), "forward");
    }],
    ["saved", told, function () { return withId(element("span", "saved"), "saved"); }],
    ["documents", told, function () {
      return withId(button(desk.words("documents"), function () { documents(desk); }, "main"), "documents");
    }],
    ["menu", told, function () { return menu(desk); }],
    ["help", told, function () { return button(desk.words("help"), tour, "plain"); }],
    ["language", told, function () { return languageButton(desk, changeLanguage); }],
  ]);
  document.getElementById("try").setAttribute("aria-label", desk.words("site"));
  document.getElementById("numbers").setAttribute("aria-label", desk.words("idea"));
  document.getElementById("map").setAttribute("aria-label", desk.words("map"));
  markTop(desk);
}

export function markTop(desk) {
  const back = document.getElementById("back");
  if (!back) return;
  back.disabled = !desk.card.can_undo;
  document.getElementById("forward").disabled = !desk.card.can_redo;
  tellOnce(document.getElementById("saved"), desk.words(desk.busy ? "saving" : "saved"));
}
