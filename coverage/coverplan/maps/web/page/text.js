// Elements, sentences and numbers. Text from files is only ever set as text, never as markup.

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

// {count:bed|beds} becomes "1 bed" or "2 beds".
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)(?::([^{}|]*)\|([^{}]*))?\}/g, function (whole, name, one, many) {
    if (!(name in values)) return whole;
    return many === undefined ? values[name] : values[name] + " " + (String(values[name]) === "1" ? one : many);
  });
}

// Making a format takes longer than a thousand uses of it.
const FORMATS = [0, 1, 2, 3].map(function (digits) { return new Intl.NumberFormat("en-US", { maximumFractionDigits: digits }); });

// A number with its thousands apart and at most so many digits behind the point.
export function grouped(value, digits) {
  return FORMATS[digits === undefined ? 3 : digits].format(value);
}

// Whole numbers of parts that add up to their whole: the largest remainders are rounded up.
export function addingUp(parts, whole) {
  const known = parts.map(function (part) { return part === null || part === undefined ? 0 : part; });
  const found = known.map(Math.floor);
  let left = Math.round(whole) - found.reduce(function (sum, one) { return sum + one; }, 0);
  const order = known.map(function (part, i) { return i; });
  order.sort(function (i, j) { return known[j] - found[j] - (known[i] - found[i]) || i - j; });
  for (const i of order) {
    if (left <= 0) break;
    found[i] += 1;
    left -= 1;
  }
  return found;
}

export function Numbers(language) {
  return {
    count: function (value) {
      return value === null ? "—" : grouped(value, 0);
    },
    share: function (value) {
      if (value === null) return "—";
      return (value * 100).toFixed(1) + (language === "zh" ? "%" : " %");
    },
    minutes: function (value) { return value === null ? "—" : value.toFixed(1); },
  };
}
