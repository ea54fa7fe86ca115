// What the page knows: the study, the idea that is open, its numbers, what is chosen; and the steps that change it.

import { Offline, Refused, call } from "./api.js";
import { freeId } from "./changes.js";
import { fill } from "./map/text.js";

export function Desk(language) {
  const desk = {
    language: language, study: null, ideas: [], card: null, numbers: null,
    standard: null, group: null, theme: "time", before: false, placing: null, proposal: null, best: {}, supply: null, busy: 0, connecting: null,
    // the idea that was chosen last, what is known of each by its id, and how often steps that wait became void
    wanted: null, drawn: null, seen: {}, epoch: 0,
    listeners: [],
  };
  desk.words = function (key, values) { return fill(desk.study.words[key], values || {}); };
  desk.query = function () { return { lang: desk.language, show: desk.standard }; };
  desk.tell = function (what) { for (const listener of desk.listeners) listener(what); };
  desk.standardOf = function () { return desk.study.standards.find(function (one) { return one.key === desk.standard; }); };
  desk.shownStandard = function () {
    return desk.numbers.standards.find(function (one) { return one.key === desk.standard; });
  };
  desk.gainLabels = function () {
    return ["gain_still", "gain_new", "gain_lost", "gain_never", "off_streets"].map(function (word) { return desk.words(word); });
  };
  // Ends of the classes of time as the server makes them: parts of the standard's minutes.
  desk.timeLabels = function (minutes) {
    const ends = [1 / 3, 2 / 3, 1, 4 / 3, 2].map(function (part) { return Math.round(minutes * part * 10) / 10; });
    const labels = ends.map(function (end, i) { return desk.words("time_class", { text: i ? ends[i - 1] : 0, value: end }); });
    return labels.concat([desk.words("time_beyond", { value: ends[4] }), desk.words("off_streets")]);
  };
  desk.people = function () {
    return desk.shownStandard().groups.find(function (one) { return one.group === desk.group; });
  };
  return desk;
}

// What is known of an idea by its last answer: steps go on from here, also when another idea is on the page by then.
function noted(desk, answer) {
  desk.seen[answer.card.id] = { revision: answer.card.revision, changes: answer.numbers.changes };
  noteCard(desk, answer.card);
}

// A card written anew, in the list and where it is the open one.
export function noteCard(desk, card) {
  const at = desk.ideas.findIndex(function (one) { return one.id === card.id; });
  if (at >= 0) desk.ideas[at] = card;
  if (desk.seen[card.id]) desk.seen[card.id].revision = card.revision;
  if (desk.card && desk.card.id === card.id) desk.card = card;
}

// An answer belongs to what was asked: it is shown only where the same idea is still wanted, in the same language and for
// the same standard, and nothing newer is there; where it is too late for that, the newest is asked for.
function took(desk, asked, answer) {
  if (desk.study.read !== answer.read) {
    location.reload();
    return null;
  }
  const seen = desk.seen[answer.card.id];
  if (seen && answer.card.revision < seen.revision) return null;
  noted(desk, answer);
  if (answer.card.id !== desk.wanted) return null;
  if (asked.lang !== desk.language || asked.show !== desk.standard) return refresh(desk);
  const other = !desk.card || desk.card.id !== answer.card.id;
  const drawn = [answer.card.id, answer.card.revision, asked.lang, asked.show].join("|");
  if (desk.drawn === drawn) return null;
  desk.drawn = drawn;
  if (other) {
    desk.proposal = null;
    desk.best = {};
  }
  desk.card = answer.card;
  desk.numbers = answer.numbers;
  desk.tell("numbers");
  if (other) desk.tell("idea");
  return null;
}

async function ask(desk, method, idea, rest, body) {
  const asked = desk.query();
  return took(desk, asked, await call(method, "/ideas/" + idea + rest, asked, body));
}

// Says what went wrong; where somebody else was faster the newest state is shown.
export async function failed(desk, error) {
  if (error instanceof Offline) {
    connected(desk);
    return;
  }
  if (!(error instanceof Refused)) throw error;
  let told = error.message || desk.words("error");
  try {
    if (error.status === 409) {
      // what was clicked on the older state, and waits, would meet what somebody else did
      desk.epoch += 1;
      await refresh(desk);
      told = desk.words("behind");
    } else if (error.status === 404 && (await gone(desk))) {
      told = desk.words("idea_gone");
    }
  } catch (lost) {
    if (!(lost instanceof Offline)) throw lost;
    await connected(desk);
  }
  desk.notice = told;
  desk.tell("notice");
}

// Whether somebody threw away the idea that is open: another one is opened then.
async function gone(desk) {
  await listIdeas(desk);
  if (desk.ideas.some(function (one) { return one.id === desk.wanted; })) return false;
  desk.epoch += 1;
  await openIdea(desk, desk.ideas[0]);
  return true;
}

const RETRY_MS = 2000;

function pause(ms) {
  return new Promise(function (done) { setTimeout(done, ms); });
}

// The newest state once the desk answers again; whoever asks meanwhile waits for the same answer.
export function connected(desk) {
  async function tried() {
    desk.notice = desk.words("offline");
    desk.tell("notice");
    for (;;) {
      try {
        await refresh(desk);
        break;
      } catch (error) {
        if (!(error instanceof Offline)) {
          await failed(desk, error);
          return;
        }
        await pause(RETRY_MS);
      }
    }
    desk.notice = null;
    desk.tell("notice");
  }
  if (!desk.connecting) desk.connecting = tried().finally(function () { desk.connecting = null; });
  return desk.connecting;
}

// An edit as it was meant: a position is that of the change that was clicked, and a new place has an id of its own, also
// after the steps that were on their way meanwhile; null where the change is gone.
function meant(edit, clicked, changes) {
  if (clicked) {
    const at = edit.drop === undefined ? edit.position : edit.drop;
    const text = JSON.stringify(clicked);
    const same = function (change) { return JSON.stringify(change) === text; };
    const now = changes[at] && same(changes[at]) ? at : changes.findIndex(same);
    if (now < 0) return null;
    return edit.drop === undefined ? Object.assign({}, edit, { position: now }) : { drop: now };
  }
  if (!edit.add || !edit.add.open) return edit;
  const id = freeId(changes, edit.add.open.id);
  return Object.assign({}, edit, { add: Object.assign({}, edit.add, { open: Object.assign({}, edit.add.open, { id: id }) }) });
}

// A step that met a dead line is sent again, unless the revision says that it had arrived.
async function sent(desk, idea, edit, clicked) {
  let revision = null;
  for (;;) {
    try {
      if (revision !== null && idea !== desk.wanted) await ask(desk, "GET", idea, "");
      const now = desk.seen[idea];
      if (revision !== null && now.revision !== revision) return;
      revision = now.revision;
      const body = meant(edit, clicked, now.changes);
      if (body) await ask(desk, "POST", idea, "/edits", Object.assign({ revision: revision }, body));
      return;
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
    }
    await connected(desk);
  }
}

// One thing after the other: what is asked of the server waits for the answer to the step before, so that each step knows
// the revision, and a copy or a file has every step that was clicked before it. Returns what `act` gives; null on failure.
let queue = Promise.resolve();

export function inTurn(desk, act) {
  const waiting = queue.then(async function () {
    try {
      return await act();
    } catch (error) {
      await failed(desk, error);
      return null;
    }
  });
  queue = waiting.catch(function () {});
  return waiting;
}

// A proposal was found for the idea as it was: it goes with any step but the taking of one of its own places.
export function step(desk, edit, keepProposal) {
  const idea = desk.card.id;
  const epoch = desk.epoch;
  const at = edit.drop === undefined ? edit.position : edit.drop;
  const clicked = at === undefined ? null : desk.numbers.changes[at];
  return inTurn(desk, async function () {
    if (epoch !== desk.epoch) return false;
    desk.busy += 1;
    desk.tell("busy");
    try {
      if (!keepProposal) desk.proposal = null;
      await sent(desk, idea, edit, clicked);
      desk.notice = null;
      desk.tell("notice");
      return true;
    } finally {
      desk.busy -= 1;
      desk.tell("busy");
    }
  });
}

export async function openIdea(desk, card) {
  const before = desk.wanted;
  desk.wanted = card.id;
  try {
    await refresh(desk);
  } catch (error) {
    if (error instanceof Refused && desk.wanted === card.id && before !== null) {
      desk.wanted = before;
      desk.tell("ideas");
    }
    throw error;
  }
}

// The newest state of the idea that is wanted.
export async function refresh(desk) {
  await ask(desk, "GET", desk.wanted, "");
}

export async function listIdeas(desk) {
  desk.ideas = (await call("GET", "/ideas", { lang: desk.language })).ideas;
  desk.tell("ideas");
}

// Everything in a language, taken over at once; of several languages in a row the last one stays. Returns whether it was.
export async function loadStudy(desk, language) {
  desk.wantedLanguage = language;
  const study = await call("GET", "/study", { lang: language });
  const map = await call("GET", "/map", { lang: study.language });
  if (desk.wantedLanguage !== language) return false;
  desk.study = study;
  desk.content = map;
  desk.drawn = null;
  desk.language = study.language;
  document.documentElement.lang = desk.language === "zh" ? "zh-CN" : "en";
  if (!desk.standard) chooseStandard(desk, desk.study.standards[0].key);
  return true;
}

export function chooseStandard(desk, key) {
  desk.standard = key;
  desk.drawn = null;
  const groups = desk.standardOf().groups;
  if (!groups.some(function (one) { return one.key === desk.group; })) desk.group = groups[0].key;
}

// What a change would do; of several questions only the newest is asked while one is on its way.
export function Trials(desk, show) {
  let going = false;
  let next = null;
  let number = 0;
  // what a trial is held against: what it would gain is no gain on anything else
  function held() {
    return [desk.card.id, desk.card.revision, desk.language, desk.study.read].join("|");
  }
  async function ask(wanted, mine) {
    const asked = held();
    going = true;
    try {
      const place = { x: wanted.latLng.lng, y: wanted.latLng.lat, lang: desk.language };
      const [found, spot] = await Promise.all([
        call("POST", "/ideas/" + desk.card.id + "/trial", desk.query(), wanted.body), call("GET", "/spot", place),
      ]);
      if (mine === number && asked === held()) show(found, wanted, spot);
    } catch (error) {
      if (mine === number && asked === held()) show(null, wanted, null, error);
    } finally {
      going = false;
    }
    if (next) {
      const waiting = next;
      next = null;
      ask(waiting, number);
    }
  }
  return {
    ask: function (wanted) {
      number += 1;
      if (going) next = wanted;
      else ask(wanted, number);
    },
    stop: function () {
      number += 1;
      next = null;
    },
  };
}
