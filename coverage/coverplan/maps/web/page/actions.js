// Where to build next: chosen actions by year, and the candidates among which they were chosen.

import { smallPicture, traceMark } from "./marks.js";
import { element, fill } from "./text.js";

const SIGN_PEN = { new: [[-3, 0, 3, 0], [0, -3, 0, 3]], close: [[-3, -3, 3, 3], [-3, 3, 3, -3]] };
SIGN_PEN.upgrade = [[0, 3, 0, -2.5], [-2.5, 0, 0, -2.5], [2.5, 0, 0, -2.5]];
SIGN_PEN.move = [[-3, 0, 3, 0], [0.5, -2.5, 3, 0], [0.5, 2.5, 3, 0]];
SIGN_PEN.share = [[-2.6, -2, 2.6, -2], [-2.6, 2, 2.6, 2]];
const LABEL_ZOOM = 12;

export function shownActions(study) {
  if (!study.siting || !study.shown.has("actions")) return [];
  return study.siting.actions.filter(function (action) {
    return action.xy && (study.siting.upTo === null || action.year <= study.siting.upTo);
  });
}

function drawSign(context, mark, x, y, colour) {
  const shape = mark.shape;
  const radius = shape === "triangle" ? 11.5 : shape === "square" ? 9 : 10;
  traceMark(context, shape, x, y, radius);
  context.lineJoin = "round";
  context.lineWidth = 5.5;
  context.strokeStyle = "#ffffff";
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 2.2;
  context.strokeStyle = "#111111";
  context.stroke();
  const middle = shape === "triangle" ? y + 2 : y;
  context.lineCap = "round";
  for (const pen of [[4, "#111111"], [2, "#ffffff"]]) {
    context.beginPath();
    for (const line of SIGN_PEN[mark.key]) {
      context.moveTo(x + line[0], middle + line[1]);
      context.lineTo(x + line[2], middle + line[3]);
    }
    context.lineWidth = pen[0];
    context.strokeStyle = pen[1];
    context.stroke();
  }
  context.lineCap = "butt";
}

export function signPicture(mark, colour) {
  return smallPicture(26, "mark action", function (context) { drawSign(context, mark, 13, 13, colour); });
}

// From the old place to the new one, with a head that ends at the rim of the mark.
function drawMove(pen, action) {
  const context = pen.context;
  const from = [pen.x(action.from[0]), pen.y(action.from[1])];
  const to = [pen.x(action.xy[0]), pen.y(action.xy[1])];
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

// Beside the mark, else below or above it: where no other mark or label stands.
function labelPlace(x, y, half, taken) {
  const choices = [[x + 12 + half, y], [x - 12 - half, y], [x, y + 20], [x, y - 20]];
  const free = choices.find(function (at) {
    return !taken.some(function (other) {
      return Math.abs(other[0] - at[0]) < other[2] + half && Math.abs(other[1] - at[1]) < 15;
    });
  });
  return free || choices[0];
}

export function drawActions(pen, study) {
  const context = pen.context;
  const shown = shownActions(study);
  for (const action of shown) if (action.from) drawMove(pen, action);
  for (const action of shown) {
    const mark = study.siting.marks.find(function (one) { return one.key === action.mark; });
    drawSign(context, mark, pen.x(action.xy[0]), pen.y(action.xy[1]), action.colour);
  }
  context.font = "bold 12px sans-serif";
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const taken = shown.map(function (action) { return [pen.x(action.xy[0]), pen.y(action.xy[1]), 11]; });
  for (const action of shown) {
    const text = pen.zoom < LABEL_ZOOM ? action.id : action.id + " · " + action.year;
    const half = context.measureText(text).width / 2 + 2;
    const place = labelPlace(pen.x(action.xy[0]), pen.y(action.xy[1]), half, taken);
    taken.push([place[0], place[1], half]);
    const x = place[0] - half + 2;
    const y = place[1];
    context.lineWidth = 4;
    context.strokeStyle = "#ffffff";
    context.strokeText(text, x, y);
    context.fillStyle = "#111111";
    context.fillText(text, x, y);
  }
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
