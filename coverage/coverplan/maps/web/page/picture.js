// The map as a picture to hand in: title, what is measured, map, legend, sources.

import { shownActions } from "./actions.js";
import { measuredNow, shownClusters } from "./study.js";
import { element, fill } from "./text.js";

const MARGIN = 24;
const LINE = 22;
const LEGEND_WIDTH = 300;
const LIST_COLUMNS = 4;

function broken(context, text, width) {
  const lines = [];
  let line = "";
  for (const piece of text.match(/[\u0020-\u024f]+?(?:\s|$)|[\u0020-\u024f]+|./gu) || []) {
    if (line && context.measureText(line + piece).width > width) {
      lines.push(line);
      line = "";
    }
    line += piece;
  }
  return line ? lines.concat(line) : lines;
}

function write(context, lines, x, y, font, colour) {
  context.font = font;
  context.fillStyle = colour;
  context.textBaseline = "top";
  for (const line of lines) {
    context.fillText(line, x, y);
    y += LINE;
  }
  return y;
}

// The map as it is drawn now, cut to what is seen of it.
function drawMap(context, view, x, y) {
  const size = view.map.getSize();
  const canvas = view.canvas._canvas;
  const ratio = canvas.width / parseFloat(canvas.style.width);
  const corner = L.DomUtil.getPosition(canvas).add(L.DomUtil.getPosition(view.map.getPane("mapPane")));
  context.fillStyle = "#fafaf8";
  context.fillRect(x, y, size.x, size.y);
  context.drawImage(
    canvas, -corner.x * ratio, -corner.y * ratio, size.x * ratio, size.y * ratio, x, y, size.x, size.y
  );
  context.strokeStyle = "#1b1b1b";
  context.lineWidth = 1;
  context.strokeRect(x, y, size.x, size.y);
}

function drawSwatch(context, row, x, y) {
  const picture = row.querySelector("canvas");
  if (picture) return context.drawImage(picture, x, y, 20, 20);
  const patch = row.querySelector("i");
  if (!patch) return;
  const style = getComputedStyle(patch);
  const border = parseFloat(style.borderTopWidth);
  context.fillStyle = style.backgroundColor;
  context.strokeStyle = border ? style.borderTopColor : "#777770";
  context.lineWidth = border || 0.8;
  if (parseFloat(style.borderTopLeftRadius)) {
    context.beginPath();
    context.arc(x + 10, y + 10, patch.offsetWidth / 2 - border / 2, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    return;
  }
  context.fillRect(x, y + 4, 20, 12);
  context.setLineDash(style.borderTopStyle === "dashed" ? [4, 3] : []);
  if (patch.className === "line") {
    context.beginPath();
    context.moveTo(x, y + 10);
    context.lineTo(x + 20, y + 10);
    context.stroke();
  } else {
    context.strokeRect(x, y + 4, 20, 12);
  }
  context.setLineDash([]);
}

function drawLegend(context, view, x, y, font) {
  y = write(context, [view.study.words.legend], x, y, "bold 15px " + font, "#1b1b1b") + 4;
  for (const row of view.legend.children) {
    const marked = row.querySelector("canvas, i");
    context.font = "13px " + font;
    const lines = broken(context, row.textContent, LEGEND_WIDTH - (marked ? 30 : 0));
    if (marked) drawSwatch(context, row, x, y - 2);
    y = write(context, lines, x + (marked ? 30 : 0), y, "13px " + font, "#1b1b1b");
    if (row.classList.contains("limit")) {
      context.fillRect(x, y, LEGEND_WIDTH / 2, 2);
      y += 6;
    }
  }
  return y;
}

function drawScale(context, view, x, y, font) {
  const bar = view.scale.getContainer().firstChild;
  const width = bar.offsetWidth;
  context.strokeStyle = "#1b1b1b";
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x, y + 7);
  context.lineTo(x + width, y + 7);
  context.lineTo(x + width, y);
  context.stroke();
  return write(context, [bar.textContent], x, y + 12, "13px " + font, "#1b1b1b");
}

// The map's upper edge is north.
function drawNorth(context, view, x, y, font) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + 7, y + 26);
  context.lineTo(x, y + 20);
  context.lineTo(x - 7, y + 26);
  context.closePath();
  context.fillStyle = "#1b1b1b";
  context.fill();
  context.textAlign = "center";
  write(context, [view.study.words.north], x, y + 28, "13px " + font, "#1b1b1b");
  context.textAlign = "left";
}

// Every numbered mark of the map, with what it stands for: clusters with their people, then what is done.
function numberedLines(view) {
  const study = view.study;
  const clusters = shownClusters(study, view.mostClusters()).map(function (i) {
    const people = study.numbers.count(study.clusters.people[i]);
    const title = fill(study.words.cluster_people, { number: study.clusters.number[i], people: people });
    return [title, study.clusters.unit[i]].filter(Boolean).join(" · ");
  });
  const actions = shownActions(study).map(function (action) {
    return [action.number, action.name, action.year, action.what].join(" · ");
  });
  return clusters.concat(actions);
}

// Columns below the map, read from the top down.
function drawNumbered(context, lines, x, y, width, font) {
  const rows = Math.ceil(lines.length / LIST_COLUMNS);
  lines.forEach(function (line, i) {
    const left = x + Math.floor(i / rows) * (width / LIST_COLUMNS);
    context.save();
    context.beginPath();
    context.rect(left, y + (i % rows) * LINE, width / LIST_COLUMNS - 8, LINE);
    context.clip();
    write(context, [line], left, y + (i % rows) * LINE, "12px " + font, "#1b1b1b");
    context.restore();
  });
}

// Below the map: for whom it is, dates, people, coordinates, office, sources.
function footText(study) {
  const sources = study.words.sources + (study.language === "zh" ? "：" : ": ") + study.sources.join("; ");
  const facts = study.facts.filter(function (fact) { return !study.people_notes.includes(fact); });
  return [study.internal, ...facts, sources, study.made_with].join(" · ");
}

// The heads of a picture: title, time and measure, what must be seen first.
function headLines(study) {
  const notices = [study.statement, study.synthetic, ...study.warnings, ...study.people_notes].filter(Boolean);
  return { title: study.title, lines: [measuredNow(study), study.group.measured], notices: notices };
}

export function pictureOf(view) {
  const size = view.map.getSize();
  const font = getComputedStyle(document.body).fontFamily;
  const heads = headLines(view.study);
  const canvas = element("canvas");
  const context = canvas.getContext("2d");
  const width = size.x + LEGEND_WIDTH + 3 * MARGIN;
  const measure = function (text) { context.font = "14px " + font; return broken(context, text, width - 2 * MARGIN); };
  const lines = heads.lines.flatMap(measure);
  const notices = heads.notices.flatMap(measure);
  const top = MARGIN + 34 + (lines.length + notices.length) * LINE + 8;
  const legendRows = view.legend.children.length + 7;
  context.font = "12px " + font;
  const foot = broken(context, footText(view.study), width - 2 * MARGIN);
  const numbered = numberedLines(view);
  const listTop = top + Math.max(size.y, legendRows * LINE) + LINE;
  const footTop = listTop + (numbered.length ? (Math.ceil(numbered.length / LIST_COLUMNS) + 1) * LINE : 0);
  const height = footTop + foot.length * LINE + MARGIN / 2;
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  context.scale(2, 2);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  let y = write(context, [heads.title], MARGIN, MARGIN, "bold 22px " + font, "#1b1b1b") + 12;
  y = write(context, lines, MARGIN, y, "14px " + font, "#4d4d48");
  write(context, notices, MARGIN, y, "14px " + font, "#8c0b20");
  drawMap(context, view, MARGIN, top);
  const below = drawLegend(context, view, size.x + 2 * MARGIN, top, font) + 10;
  drawScale(context, view, size.x + 2 * MARGIN, below, font);
  drawNorth(context, view, size.x + 2 * MARGIN + LEGEND_WIDTH - 40, below - 8, font);
  drawNumbered(context, numbered, MARGIN, listTop, width - 2 * MARGIN, font);
  write(context, foot, MARGIN, footTop, "12px " + font, "#4d4d48");
  return canvas;
}

// Saves the picture as a file; what foreign tiles have tainted cannot be saved, and that is said.
export function savePicture(view) {
  try {
    pictureOf(view).toBlob(function (blob) {
      const link = element("a");
      link.href = URL.createObjectURL(blob);
      link.download = view.study.standard.key + (view.study.before ? "-before" : "") + ".png";
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    });
  } catch (error) {
    window.alert(view.study.words.no_picture);
  }
}

// On paper stands the picture alone: the page's own layout is one for screens.
export function placePrint(view) {
  const box = document.getElementById("coverplan-print") || document.body.appendChild(element("div"));
  box.id = "coverplan-print";
  box.replaceChildren(pictureOf(view));
}
