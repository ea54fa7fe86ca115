// Elements, sentences and numbers. Text from files is only ever set as text, never as markup.

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, function (whole, name) {
    return name in values ? values[name] : whole;
  });
}

export function Numbers(language) {
  return {
    count: function (value) {
      return value === null ? "—" : value.toLocaleString("en-US", { maximumFractionDigits: 0 });
    },
    share: function (value) {
      if (value === null) return "—";
      return (value * 100).toFixed(1) + (language === "zh" ? "%" : " %");
    },
    minutes: function (value) { return value === null ? "—" : value.toFixed(1); },
  };
}
