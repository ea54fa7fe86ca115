// Numbers and coordinates as maps/packing.py packs them.

export function bytesOf(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

export function unpack(text) {
  const bytes = bytesOf(text);
  const numbers = new Float64Array(bytes.length);
  let count = 0;
  let value = 0;
  let place = 1;
  for (const byte of bytes) {
    value += (byte & 127) * place;
    if (byte & 128) {
      place *= 128;
    } else {
      numbers[count] = value;
      count += 1;
      value = 0;
      place = 1;
    }
  }
  return numbers.subarray(0, count);
}

export function unpackPoints(text) {
  const points = unpack(text);
  for (let i = 0; i < points.length; i += 1) {
    const change = points[i] % 2 ? -(points[i] + 1) / 2 : points[i] / 2;
    points[i] = change + (i > 1 ? points[i - 2] : 0);
  }
  return points;
}

// Start of each part in a list of parts of the given lengths, and the end of the last one.
export function startsOf(lengths) {
  const starts = new Int32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i += 1) starts[i + 1] = starts[i] + lengths[i];
  return starts;
}

function boxOf(points, from, to) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = from; i < to; i += 1) {
    box[0] = Math.min(box[0], points[2 * i]);
    box[1] = Math.min(box[1], points[2 * i + 1]);
    box[2] = Math.max(box[2], points[2 * i]);
    box[3] = Math.max(box[3], points[2 * i + 1]);
  }
  return box;
}

export function unpackLines(lines) {
  const points = unpackPoints(lines.xy);
  const starts = startsOf(unpack(lines.n));
  const boxes = [];
  for (let i = 0; i + 1 < starts.length; i += 1) boxes.push(boxOf(points, starts[i], starts[i + 1]));
  return { points: points, starts: starts, boxes: boxes };
}

export function unpackAreas(areas) {
  const lines = unpackLines(areas);
  lines.rings = startsOf(unpack(areas.rings));
  lines.count = lines.rings.length - 1;
  return lines;
}

// Whether a place lies in an area: how many ring edges a ray to the right crosses, holes included.
export function holds(areas, area, x, y) {
  let inside = false;
  for (let ring = areas.rings[area]; ring < areas.rings[area + 1]; ring += 1) {
    const box = areas.boxes[ring];
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) continue;
    const end = areas.starts[ring + 1];
    for (let i = areas.starts[ring], j = end - 1; i < end; j = i, i += 1) {
      const yi = areas.points[2 * i + 1];
      const yj = areas.points[2 * j + 1];
      if (yi > y === yj > y) continue;
      const xi = areas.points[2 * i];
      const xj = areas.points[2 * j];
      if (x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  }
  return inside;
}
