"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const word = data.words;
const state = data.targets.map(() => "");
const cards = [], marks = data.targets.map(() => []);

function element(tag, props, ...children) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
}

function show(at, from) {
  for (const other of document.querySelectorAll(".on")) other.classList.remove("on");
  cards[at].classList.add("on");
  for (const mark of marks[at]) mark.classList.add("on");
  const there = from === "text" ? cards[at] : marks[at][0];
  if (there) there.scrollIntoView({ block: "center", behavior: "smooth" });
}

function markOf(at, text) {
  const mark = element("mark", { textContent: text, tabIndex: 0 });
  mark.addEventListener("click", () => show(at, "text"));
  mark.addEventListener("keydown", (event) => { if (event.key === "Enter") show(at, "text"); });
  marks[at].push(mark);
  return mark;
}

function drawText() {
  const box = document.getElementById("text");
  for (const line of data.lines) {
    const paragraph = element("p", {}, element("span", { className: "n", textContent: line.n }));
    let done = 0;
    for (const [start, stop, at] of line.m) {
      const from = Math.max(start, done), to = stop > start ? stop : line.t.length;
      if (from >= to) { continue; }
      paragraph.append(line.t.slice(done, from), markOf(at, line.t.slice(from, to)));
      done = to;
    }
    paragraph.append(line.t.slice(done));
    box.append(paragraph);
  }
}

function field(label, input) {
  return element("label", {}, `${label} `, input);
}

function decide(at, as) {
  state[at] = state[at] === as ? "" : as;
  cards[at].classList.toggle("ok", state[at] === "ok");
  cards[at].classList.toggle("no", state[at] === "no");
  for (const mark of marks[at]) {
    mark.classList.toggle("ok", state[at] === "ok");
    mark.classList.toggle("no", state[at] === "no");
  }
  progress();
}

function progress() {
  const done = state.filter((one) => one).length;
  document.getElementById("progress").textContent =
    word.progress.replace("{done}", done).replace("{all}", state.length);
}

function number(text) {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? null : value;
}

function drawTargets() {
  const box = document.getElementById("targets");
  data.targets.forEach((target, at) => {
    const name = element("input", { className: "name", value: target.names.zh });
    name.addEventListener("change", () => { target.names.zh = name.value; });
    const value = element("input", { value: target.goal.value ?? "", inputMode: "decimal" });
    value.addEventListener("change", () => {
      if (number(value.value) === null) delete target.goal.value; else target.goal.value = number(value.value);
    });
    const year = element("input", { value: target.goal.year ?? "", inputMode: "numeric" });
    year.addEventListener("change", () => {
      target.goal.year = number(year.value);
      target.goal.year_basis = target.goal.year === null ? "none" : "printed";
    });
    const rule = element("select", {});
    for (const [one, said] of Object.entries(data.rules)) {
      rule.append(element("option", { value: one, textContent: said, selected: one === target.rule }));
    }
    rule.addEventListener("change", () => { target.rule = rule.value; });
    const accept = element("button", { textContent: word.accept });
    accept.addEventListener("click", () => decide(at, "ok"));
    const reject = element("button", { textContent: word.reject });
    reject.addEventListener("click", () => decide(at, "no"));
    const where = element("button", { textContent: word.line.replace("{line}", target.line) });
    where.addEventListener("click", () => show(at, "targets"));
    const card = element("article", {},
      element("div", {}, field(`${target.id} ${word.name}`, name)),
      element("div", { className: "printed", textContent: `“${target.printed}”` }),
      ...(data.doubts[at] || []).map((reason) => element("div", { className: "doubt", textContent: `? ${reason}` })),
      element("div", {}, field(word.rule, rule), field(`${word.value} (${target.measure})`, value), field(word.year, year),
        element("span", { className: "printed", textContent: `${word.kind}: ${data.kinds[target.indicator.kind]}` })),
      element("div", {}, accept, " ", reject, " ", where));
    cards.push(card);
    box.append(card);
  });
}

function drawLeft() {
  const table = document.getElementById("left");
  for (const one of data.left) {
    table.append(element("tr", {}, element("td", { textContent: one.n }), element("td", { textContent: one.t }),
      element("td", { textContent: one.why })));
  }
}

// A JSON value is a YAML value too, so that nothing needs a YAML writer here.
function save() {
  const kept = data.targets.filter((_, at) => state[at] !== "no");
  const used = new Set(kept.map((target) => target.conflict).filter(Boolean));
  for (const target of kept) {
    if (target.conflict && kept.filter((other) => other.conflict === target.conflict).length < 2) {
      used.delete(target.conflict);
    }
  }
  const head = { ...data.head };
  if (head.conflicts) head.conflicts = Object.fromEntries(Object.entries(head.conflicts).filter(([name]) => used.has(name)));
  const lines = [`# ${data.comment}`];
  for (const [key, value] of Object.entries(head)) lines.push(`${key}: ${JSON.stringify(value)}`);
  lines.push("targets:");
  for (const target of kept) {
    const written = { ...target };
    if (written.conflict && !used.has(written.conflict)) delete written.conflict;
    lines.push(`- ${JSON.stringify(written)}`);
  }
  const link = element("a", { download: "plan.yaml", href: URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/yaml" })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

drawText();
drawTargets();
drawLeft();
progress();
document.getElementById("save").addEventListener("click", save);
