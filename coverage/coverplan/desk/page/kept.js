// Parts of a panel that stay as long as what they show stays: nothing of them is made, laid out or painted anew.

// What people have chosen or typed in a part: where that is not what it was made with, it may have been refused.
function entries(part) {
  const inputs = part.matches("input, select, textarea") ? [part] : part.querySelectorAll("input, select, textarea");
  return Array.from(inputs, function (one) { return one.type === "checkbox" ? one.checked : one.value; }).join("\u0000");
}

// Puts children in their order; those that are there already are not moved, and keep the keyboard where it is.
function arrange(box, children) {
  const wanted = new Set(children);
  for (const one of Array.from(box.children)) if (!wanted.has(one)) one.remove();
  let at = box.firstElementChild;
  for (const one of children) {
    if (one === at) at = at.nextElementSibling;
    else box.insertBefore(one, at);
  }
}

// Fills a box with parts, each a key, `told` (everything that the part shows and that its buttons act on, as plain data)
// and `make`, which gives its element, or null for none. A part whose entries belong to whoever typed them has `typed`.
export function fillKept(box, parts) {
  const before = box.keptParts || new Map();
  const after = new Map();
  for (const [key, told, make, typed] of parts) {
    const text = JSON.stringify(told);
    const old = before.get(key);
    if (old && old.text === text && (typed || !old.made || old.entries === entries(old.made))) {
      after.set(key, old);
      continue;
    }
    const made = make();
    after.set(key, { text: text, made: made, entries: made && !typed ? entries(made) : "" });
  }
  box.keptParts = after;
  arrange(box, Array.from(after.values(), function (one) { return one.made; }).filter(Boolean));
}
