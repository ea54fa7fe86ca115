// Draws what is switched on, from the ground up.

import { outOfView } from "./canvas.js";
import { drawMark } from "./marks.js";
import { facilityPoints, servesNow } from "./study.js";

const STREET_PENS = [
  { from: 0, width: [1.2, 3], colour: "rgba(90, 90, 90, 0.75)" },
  { from: 12.5, width: [0.5, 2], colour: "rgba(110, 110, 110, 0.6)" },
  { from: 14.5, width: [0.4, 1.2], colour: "rgba(130, 130, 130, 0.6)" },
];

function traceLine(pen, lines, line) {
  const points = lines.points;
  const start = lines.starts[line];
  const end = lines.starts[line + 1];
  pen.context.moveTo(pen.x(points[2 * start]), pen.y(points[2 * start + 1]));
  for (let i = start + 1; i < end; i += 1) {
    pen.context.lineTo(pen.x(points[2 * i]), pen.y(points[2 * i + 1]));
  }
}

function traceLines(pen, lines) {
  pen.context.beginPath();
  for (let line = 0; line + 1 < lines.starts.length; line += 1) {
    if (!outOfView(pen, lines.boxes[line])) traceLine(pen, lines, line);
  }
}

function traceArea(pen, areas, area) {
  pen.context.beginPath();
  for (let ring = areas.rings[area]; ring < areas.rings[area + 1]; ring += 1) {
    if (!outOfView(pen, areas.boxes[ring])) traceLine(pen, areas, ring);
  }
}

export function drawBase(pen, base) {
  for (const layer of base) {
    for (let area = 0; area < layer.areas.count; area += 1) {
      traceArea(pen, layer.areas, area);
      pen.context.fillStyle = layer.fill || "rgba(0, 0, 0, 0.1)";
      pen.context.fill("evenodd");
    }
    traceLines(pen, layer.lines);
    pen.context.strokeStyle = layer.stroke;
    pen.context.lineWidth = layer.name === "railway" ? 1.6 : 1;
    pen.context.setLineDash(layer.name === "railway" ? [6, 4] : []);
    pen.context.stroke();
    pen.context.setLineDash([]);
  }
}

export function drawStreets(pen, streets) {
  const close = Math.max(0, Math.min(1, (pen.zoom - 11) / 6));
  for (let kind = streets.length - 1; kind >= 0; kind -= 1) {
    const how = STREET_PENS[kind];
    if (pen.zoom < how.from) continue;
    traceLines(pen, streets[kind]);
    pen.context.strokeStyle = how.colour;
    pen.context.lineWidth = how.width[0] + close * (how.width[1] - how.width[0]);
    pen.context.stroke();
  }
}

function traceCell(pen, cells, i) {
  const x = cells.points[2 * i];
  const y = cells.points[2 * i + 1];
  const corners = cells.corners;
  pen.context.moveTo(pen.x(x + corners[0]), pen.y(y + corners[1]));
  for (let c = 2; c < corners.length; c += 2) pen.context.lineTo(pen.x(x + corners[c]), pen.y(y + corners[c + 1]));
  pen.context.closePath();
}

function cellsInView(pen, cells, visit) {
  const reach = cells.reach;
  for (let i = 0; 2 * i < cells.points.length; i += 1) {
    const x = cells.points[2 * i];
    const y = cells.points[2 * i + 1];
    if (x < pen.box[0] - reach || x > pen.box[2] + reach) continue;
    if (y < pen.box[1] - reach || y > pen.box[3] + reach) continue;
    visit(i);
  }
}

// From this many pixels on a cell is drawn with its own corners; below, as an upright square, which is much faster.
const CORNERED_PIXELS = 5;

// A sheet of the canvas's size to write single pixels on, kept from one drawing to the next.
const sheet = { canvas: null, image: null };

function emptySheet(width, height) {
  if (!sheet.canvas) sheet.canvas = document.createElement("canvas");
  if (!sheet.image || sheet.image.width !== width || sheet.image.height !== height) {
    sheet.canvas.width = width;
    sheet.canvas.height = height;
    sheet.image = new ImageData(width, height);
  }
  const pixels = new Uint32Array(sheet.image.data.buffer);
  pixels.fill(0);
  return pixels;
}

// A colour #rrggbb as the bytes of a pixel stand in memory.
function pixelOf(colour) {
  const part = function (at) { return parseInt(colour.slice(at, at + 2), 16); };
  return new Uint32Array(new Uint8Array([part(1), part(3), part(5), 255]).buffer)[0];
}

// Squares of whole pixels, so that neighbours touch; a hundred thousand take a few milliseconds, as shapes fifty.
function fillSquares(pen, cells, byClass, colours) {
  const canvas = pen.context.canvas;
  const width = canvas.width;
  const height = canvas.height;
  const ratio = pen.context.getTransform().a;
  const half = cells.corners.reduce(function (sum, one) { return sum + Math.abs(one); }, 0) / cells.corners.length * pen.k;
  const pixels = emptySheet(width, height);
  byClass.forEach(function (members, position) {
    const pixel = pixelOf(colours[position]);
    for (const i of members) {
      const x = pen.x(cells.points[2 * i]);
      const y = pen.y(cells.points[2 * i + 1]);
      const left = Math.max(0, Math.round((x - half) * ratio));
      const top = Math.max(0, Math.round((y - half) * ratio));
      const right = Math.min(width, Math.max(left + 1, Math.round((x + half) * ratio)));
      const bottom = Math.min(height, Math.max(top + 1, Math.round((y + half) * ratio)));
      for (let row = top; row < bottom; row += 1) {
        for (let at = row * width + left; at < row * width + right; at += 1) pixels[at] = pixel;
      }
    }
  });
  sheet.canvas.getContext("2d", { willReadFrequently: true }).putImageData(sheet.image, 0, 0);
  pen.context.save();
  pen.context.setTransform(1, 0, 0, 1, 0, 0);
  pen.context.drawImage(sheet.canvas, 0, 0);
  pen.context.restore();
}

export function drawCells(pen, cells, classes, people, colours) {
  const byClass = colours.map(function () { return []; });
  const small = cells.reach * pen.k < CORNERED_PIXELS;
  cellsInView(pen, cells, function (i) { if (people[i]) byClass[classes[i]].push(i); });
  const last = colours.length - 1;
  if (small) fillSquares(pen, cells, byClass.slice(0, last), colours);
  byClass.forEach(function (members, position) {
    if (small && position < last) return;
    pen.context.beginPath();
    for (const i of members) traceCell(pen, cells, i);
    pen.context.fillStyle = colours[position];
    pen.context.fill();
    if (position < last) return;
    pen.context.strokeStyle = "#888888";
    pen.context.lineWidth = 0.8;
    pen.context.stroke();
  });
}

export function drawUncovered(pen, cells, classes, people) {
  const most = cells.most;
  const widest = Math.max(3, cells.reach * pen.k * 0.9);
  pen.context.beginPath();
  cellsInView(pen, cells, function (i) {
    if (classes[i] < 3 || !people[i]) return;
    const radius = Math.max(0.7, widest * Math.sqrt(people[i] / most));
    const x = pen.x(cells.points[2 * i]);
    const y = pen.y(cells.points[2 * i + 1]);
    pen.context.moveTo(x + radius, y);
    pen.context.arc(x, y, radius, 0, 2 * Math.PI);
  });
  pen.context.fillStyle = "#ffe14d";
  pen.context.fill();
  pen.context.strokeStyle = "#3a2a00";
  pen.context.lineWidth = 0.6;
  pen.context.stroke();
}

export function drawUnitFills(pen, units, shown, colourOf) {
  for (const unit of shown) {
    traceArea(pen, units, unit);
    pen.context.fillStyle = colourOf(unit);
    pen.context.fill("evenodd");
  }
}

export function drawUnitBorders(pen, units, shown, width, colour) {
  pen.context.strokeStyle = colour;
  pen.context.lineWidth = width;
  pen.context.lineJoin = "round";
  for (const unit of shown) {
    traceArea(pen, units, unit);
    pen.context.stroke();
  }
}

export function drawFailing(pen, units, shown) {
  pen.context.strokeStyle = "#c8102e";
  pen.context.lineWidth = 3;
  pen.context.setLineDash([7, 4]);
  for (const unit of shown) {
    traceArea(pen, units, unit);
    pen.context.stroke();
  }
  pen.context.setLineDash([]);
}

// Places for a name from its unit's middle, in lines and half widths: the first that is free is taken.
const NAME_STEPS = [0, -1, 1, -2, 2].flatMap(function (line) {
  return [0, -0.6, 0.6].map(function (aside) { return [aside, line]; });
}).sort(function (a, b) { return Math.hypot(a[0], a[1]) - Math.hypot(b[0], b[1]); });
const NAME_LINE = 18;

// Names where there is room for them: in the middle of the unit, else beside, above or below it.
export function drawNames(pen, units, shown, taken) {
  const context = pen.context;
  context.font = "13px " + getComputedStyle(document.body).fontFamily;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const unit of shown) {
    const name = units.names[unit].length > 20 ? units.names[unit].slice(0, 19) + "…" : units.names[unit];
    const half = context.measureText(name).width / 2 + 2;
    const place = NAME_STEPS.map(function (step) {
      return [
        pen.x(units.labels[2 * unit]) + step[0] * half, pen.y(units.labels[2 * unit + 1]) + step[1] * NAME_LINE,
      ];
    }).find(function (at) {
      return !taken.some(function (other) {
        return Math.abs(other[0] - at[0]) < other[2] + half && Math.abs(other[1] - at[1]) < 18;
      });
    });
    if (place === undefined) continue;
    const [x, y] = place;
    taken.push([x, y, half]);
    context.strokeStyle = "rgba(255, 255, 255, 0.9)";
    context.lineWidth = 3.5;
    context.strokeText(name, x, y);
    context.fillStyle = "#1b1b1b";
    context.fillText(name, x, y);
  }
}

// The standard itself is filled and outlined; shorter times are thin lines, and only when there is room.
export function drawServiceAreas(pen, areas, minutes) {
  for (const one of areas) {
    const whole = one.minutes >= minutes;
    if (!whole && pen.zoom < 14) continue;
    for (let area = 0; area < one.count; area += 1) {
      traceArea(pen, one, area);
      pen.context.fillStyle = "rgba(0, 90, 160, 0.12)";
      if (whole) pen.context.fill("evenodd");
      pen.context.strokeStyle = "#00477e";
      pen.context.lineWidth = whole ? 1.8 : 0.7;
      pen.context.setLineDash(whole ? [] : [4, 3]);
      pen.context.stroke();
      pen.context.setLineDash([]);
    }
  }
}

function markRadius(zoom) {
  return Math.max(3.2, Math.min(8, 3.2 + (zoom - 10) * 0.8));
}

export function drawFacilities(pen, study, shown) {
  const facilities = study.facilities;
  const points = facilityPoints(study);
  const radius = markRadius(pen.zoom);
  for (const i of shown) {
    const mark = facilities.types[facilities.type[i]];
    drawMark(pen.context, mark, pen.x(points[2 * i]), pen.y(points[2 * i + 1]), radius, servesNow(study, i));
  }
}

export function drawClusters(pen, clusters, shown) {
  const context = pen.context;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = "bold 12px sans-serif";
  for (const i of shown) {
    const x = pen.x(clusters.points[2 * i]);
    const y = pen.y(clusters.points[2 * i + 1]);
    context.beginPath();
    context.arc(x, y, 11, 0, 2 * Math.PI);
    context.fillStyle = "#ffffff";
    context.fill();
    context.lineWidth = 2.5;
    context.strokeStyle = "#c8102e";
    context.stroke();
    context.fillStyle = "#8c0b20";
    context.fillText(String(clusters.number[i]), x, y + 0.5);
  }
}

export function drawChosen(pen, chosen) {
  const x = pen.x(chosen[0]);
  const y = pen.y(chosen[1]);
  pen.context.beginPath();
  pen.context.arc(x, y, 15, 0, 2 * Math.PI);
  pen.context.lineWidth = 3;
  pen.context.strokeStyle = "#111111";
  pen.context.stroke();
}
