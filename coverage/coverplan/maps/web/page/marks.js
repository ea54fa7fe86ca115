// Shapes of facilities, for the canvas and for the list of layers.

const SIDES = { triangle: [3, -90], inverted: [3, 90], square: [4, -45], diamond: [4, -90], pentagon: [5, -90] };

function tracePolygon(context, x, y, radius, sides, start) {
  context.beginPath();
  for (let i = 0; i < sides; i += 1) {
    const angle = ((start + (360 * i) / sides) * Math.PI) / 180;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
}

function traceStar(context, x, y, radius) {
  context.beginPath();
  for (let i = 0; i < 10; i += 1) {
    const angle = ((-90 + 36 * i) * Math.PI) / 180;
    const reach = i % 2 ? radius * 0.45 : radius;
    context.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  context.closePath();
}

function traceCross(context, x, y, radius) {
  const arm = radius * 0.4;
  const corners = [[-arm, -radius], [arm, -radius], [arm, -arm], [radius, -arm], [radius, arm], [arm, arm]];
  const rest = [[arm, radius], [-arm, radius], [-arm, arm], [-radius, arm], [-radius, -arm], [-arm, -arm]];
  context.beginPath();
  for (const corner of corners.concat(rest)) context.lineTo(x + corner[0], y + corner[1]);
  context.closePath();
}

export function traceMark(context, shape, x, y, radius) {
  if (shape === "star") {
    traceStar(context, x, y, radius * 1.25);
  } else if (shape === "cross") {
    traceCross(context, x, y, radius);
  } else if (shape in SIDES) {
    tracePolygon(context, x, y, radius * 1.15, SIDES[shape][0], SIDES[shape][1]);
  } else {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.closePath();
  }
}

// Filled where the facility counts, hollow where it does not.
export function drawMark(context, mark, x, y, radius, filled) {
  traceMark(context, mark.shape, x, y, radius);
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = "#ffffff";
  context.stroke();
  context.fillStyle = filled ? mark.colour : "#ffffff";
  context.fill();
  context.lineWidth = filled ? 1 : 2;
  context.strokeStyle = filled ? "#222222" : mark.colour;
  context.stroke();
}

// A picture for lists and legends, drawn twice as fine as it is shown.
export function smallPicture(size, className, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = 2 * size;
  canvas.height = 2 * size;
  canvas.className = className;
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  draw(context);
  return canvas;
}

export function markPicture(mark, filled) {
  return smallPicture(18, "mark", function (context) { drawMark(context, mark, 9, 9, 5.5, filled); });
}
