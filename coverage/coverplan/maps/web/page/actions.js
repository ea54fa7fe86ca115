// Where to build next: chosen actions by year, and the candidates among which they were chosen.

import { smallPicture, traceMark } from "./marks.js";
import { element, fill } from "./text.js";

const RADIUS = 10;
// A mark gives way to others by so many pixels at most; a line leads to its place.
const MOST_MOVED = 28;
const MOST_APART = 300;

// Changes and actions as far as they are there in the year chosen; none of them on a map of what is so without them.
export function shownActions(study) {
  if (!study.siting || study.before || !study.shown.has("actions")) return [];
  return study.siting.actions.filter(function (action) {
    return action.xy && (study.siting.upTo === null || action.year <= study.siting.upTo);
  });
}

function ofStandard(study, action) {
  if (action.layer !== study.standard.layer) return false;
  return !study.standard.types || study.standard.types.includes(action.type);
}

function drawSign(context, mark, x, y, colour, number) {
  const shape = mark.shape;
  const radius = shape === "triangle" ? RADIUS * 1.2 : shape === "square" ? RADIUS * 0.95 : RADIUS;
  traceMark(context, shape, x, y, radius);
  context.lineJoin = "round";
  context.lineWidth = 4.5;
  context.strokeStyle = "#ffffff";
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 1.8;
  context.strokeStyle = "#111111";
  context.stroke();
  if (!number) return;
  context.font = "bold " + (number.length < 3 ? 11 : 8.5) + "px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  const middle = shape === "triangle" ? y + 2.5 : y + 0.5;
  context.lineWidth = 2.4;
  context.strokeStyle = "#111111";
  context.strokeText(number, x, middle);
  context.fillStyle = "#ffffff";
  context.fillText(number, x, middle);
}

export function signPicture(mark, colour) {
  return smallPicture(26, "mark action", function (context) { drawSign(context, mark, 13, 13, colour, ""); });
}

// From the old place to the new one, with a head that ends at the rim of the mark.
function drawMove(pen, action, to) {
  const context = pen.context;
  const from = [pen.x(action.from[0]), pen.y(action.from[1])];
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (length < 16) return;
  const along = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const tip = [to[0] - 13 * along[0], to[1] - 13 * along[1]];
  for (const look of [[5, "#ffffff"], [2, "#111111"]]) {
    context.beginPath();
    context.moveTo(from[0], from[1]);
    context.lineTo(tip[0], tip[1]);
    for (const side of [-1, 1]) {
      context.moveTo(tip[0], tip[1]);
      context.lineTo(tip[0] - 7 * along[0] + 4 * side * along[1], tip[1] - 7 * along[1] - 4 * side * along[0]);
    }
    context.lineWidth = look[0];
    context.strokeStyle = look[1];
    context.stroke();
  }
  context.beginPath();
  context.arc(from[0], from[1], 5, 0, 2 * Math.PI);
  context.fillStyle = "#ffffff";
  context.fill();
  context.setLineDash([2, 2]);
  context.stroke();
  context.setLineDash([]);
}

// Marks moved as little as needed until they do not cover each other, as on paper (text/placing.py).
export function pushedApart(points, gap, most) {
  const at = points.map(function (point, i) {
    return [point[0] + gap * 1e-3 * Math.cos(i * 2.399963), point[1] + gap * 1e-3 * Math.sin(i * 2.399963)];
  });
  for (let round = 0; points.length <= MOST_APART && round < 50; round += 1) {
    let moved = false;
    for (let i = 0; i < at.length; i += 1) {
      for (let j = i + 1; j < at.length; j += 1) {
        const dx = at[i][0] - at[j][0];
        const dy = at[i][1] - at[j][1];
        const distance = Math.hypot(dx, dy);
        if (distance >= gap - 0.2) continue;
        const push = (gap - distance) / 2 / distance;
        at[i] = [at[i][0] + dx * push, at[i][1] + dy * push];
        at[j] = [at[j][0] - dx * push, at[j][1] - dy * push];
        moved = true;
      }
    }
    at.forEach(function (point, i) {
      const far = Math.hypot(point[0] - points[i][0], point[1] - points[i][1]);
      const part = far > most ? most / far : 1;
      at[i] = [points[i][0] + (point[0] - points[i][0]) * part, points[i][1] + (point[1] - points[i][1]) * part];
    });
    if (!moved) break;
  }
  return at;
}

function drawLeader(context, from, to) {
  context.beginPath();
  context.moveTo(from[0], from[1]);
  context.lineTo(to[0], to[1]);
  context.lineWidth = 1.2;
  context.strokeStyle = "#111111";
  context.stroke();
  context.beginPath();
  context.arc(from[0], from[1], 2.4, 0, 2 * Math.PI);
  context.fillStyle = "#111111";
  context.fill();
}

// Every action keeps in `shift` by how many pixels its mark stands beside its place: clicks look there.
export function drawActions(pen, study) {
  const shown = shownActions(study);
  const places = shown.map(function (action) { return [pen.x(action.xy[0]), pen.y(action.xy[1])]; });
  const at = pushedApart(places, 2.2 * RADIUS, MOST_MOVED);
  shown.forEach(function (action, i) {
    action.shift = [at[i][0] - places[i][0], at[i][1] - places[i][1]];
    if (Math.hypot(action.shift[0], action.shift[1]) > RADIUS) drawLeader(pen.context, places[i], at[i]);
    if (action.from) drawMove(pen, action, at[i]);
  });
  shown.forEach(function (action, i) {
    const mark = study.siting.marks.find(function (one) { return one.key === action.mark; });
    pen.context.globalAlpha = ofStandard(study, action) ? 1 : 0.5;
    drawSign(pen.context, mark, at[i][0], at[i][1], action.colour, action.number);
  });
  pen.context.globalAlpha = 1;
}

// Free ones are rings, excluded ones crosses, chosen ones full dots: all of a state in one stroke.
export function drawCandidates(pen, study) {
  if (!study.siting || !study.siting.candidates || !study.shown.has("candidates")) return;
  const candidates = study.siting.candidates;
  const context = pen.context;
  const size = Math.max(1.6, Math.min(4, 1.6 + (pen.zoom - 11) * 0.5));
  for (const state of [1, 0, 2]) {
    context.beginPath();
    for (let i = 0; i < candidates.id.length; i += 1) {
      if (candidates.state[i] !== state) continue;
      const x = pen.x(candidates.points[2 * i]);
      const y = pen.y(candidates.points[2 * i + 1]);
      if (x < -9 || y < -9 || x > context.canvas.width || y > context.canvas.height) continue;
      if (state === 1) {
        context.moveTo(x - size, y - size);
        context.lineTo(x + size, y + size);
        context.moveTo(x - size, y + size);
        context.lineTo(x + size, y - size);
      } else {
        context.moveTo(x + size, y);
        context.arc(x, y, size, 0, 2 * Math.PI);
      }
    }
    context.lineWidth = state === 1 ? 1 : 1.4;
    context.strokeStyle = candidates.colours[state];
    context.fillStyle = state === 2 ? candidates.colours[2] : "#ffffff";
    if (state !== 1) context.fill();
    context.stroke();
  }
}

export function candidatePicture(colours, state) {
  const one = { id: [""], state: [state], points: [0, 0], colours: colours };
  const middle = function () { return 9; };
  return smallPicture(18, "mark", function (context) {
    const pen = { context: context, zoom: 15, x: middle, y: middle };
    drawCandidates(pen, { siting: { candidates: one }, shown: new Set(["candidates"]) });
  });
}

export function actionDetails(study, action) {
  const box = element("div", "details");
  box.dataset.action = action.id;
  box.appendChild(element("h3", null, action.id + " · " + action.name));
  const title = box.appendChild(element("p", "facts"));
  const year = title.appendChild(element("strong", null, action.what + " · " + action.year));
  year.dataset.column = "year";
  year.dataset.value = String(action.year);
  const list = box.appendChild(element("dl"));
  for (const fact of action.facts) {
    list.appendChild(element("dt", null, fact[1]));
    const told = list.appendChild(element("dd", "told", fact[2]));
    told.dataset.column = fact[0];
    told.dataset.value = fact[3] === null ? "" : String(fact[3]);
  }
  if (!action.xy) box.appendChild(element("p", "facts", study.words.unplaced_action));
  return box;
}

export function candidateDetails(study, i) {
  const candidates = study.siting.candidates;
  const words = study.words;
  const box = element("div", "details");
  box.dataset.candidate = candidates.id[i];
  box.appendChild(element("h3", null, fill(words.candidate_of, { name: candidates.id[i] })));
  const list = box.appendChild(element("dl"));
  const reason = candidates.reasons[candidates.reason[i]];
  const state = candidates.states[candidates.state[i]] + (reason ? " · " + reason : "");
  for (const pair of [
    [words.candidate_source, candidates.sources[candidates.source[i]]],
    [words.candidate_state, state],
  ]) {
    list.appendChild(element("dt", null, pair[0]));
    list.appendChild(element("dd", null, pair[1]));
  }
  return box;
}
