// What the page knows: the study, the idea that is open, its numbers, what is chosen; and the steps that change it.

import { Offline, Refused, call } from "./api.js";
import { fill } from "./map/text.js";

export function Desk(language) {
  const desk = {
    language: language, study: null, ideas: [], card: null, numbers: null,
    standard: null, group: null, theme: "time", before: false, placing: null, proposal: null, best: {}, supply: null, busy: 0, connecting: null,
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

function path(desk, rest) {
  return "/ideas/" + desk.card.id + rest;
}

function took(desk, answer) {
  // what was asked before a step may be answered after it: the page never goes back to an older state
  if (desk.numbers && answer.card.id === desk.card.id && answer.card.revision < desk.card.revision) return;
  desk.card = answer.card;
  desk.numbers = answer.numbers;
  const at = desk.ideas.findIndex(function (one) { return one.id === answer.card.id; });
  if (at >= 0) desk.ideas[at] = answer.card;
  desk.tell("numbers");
}

// Says what went wrong; where somebody else was faster the newest state is shown.
export async function failed(desk, error) {
  if (error instanceof Offline) {
    connected(desk);
    return;
  }
  if (!(error instanceof Refused)) throw error;
  if (error.status === 409) {
    took(desk, await call("GET", path(desk, ""), desk.query()));
    desk.notice = desk.words("behind");
  } else {
    desk.notice = error.message || desk.words("error");
  }
  desk.tell("notice");
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

// A step that met a dead line is sent again, unless the revision says that it had arrived.
async function sent(desk, edit) {
  for (;;) {
    const revision = desk.card.revision;
    try {
      took(desk, await call("POST", path(desk, "/edits"), desk.query(), Object.assign({ revision: revision }, edit)));
      return;
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
    }
    await connected(desk);
    if (desk.card.revision !== revision) return;
  }
}

// One step after the other: a step waits for the answer to the one before, so that each knows the revision.
let queue = Promise.resolve();

// A proposal was found for the idea as it was: it goes with any step but the taking of one of its own places.
export function step(desk, edit, keepProposal) {
  const waiting = queue.then(async function () {
    desk.busy += 1;
    desk.tell("busy");
    try {
      if (!keepProposal) desk.proposal = null;
      await sent(desk, edit);
      desk.notice = null;
      desk.tell("notice");
    } catch (error) {
      await failed(desk, error);
    } finally {
      desk.busy -= 1;
      desk.tell("busy");
    }
  });
  queue = waiting.catch(function () {});
  return waiting;
}

export async function openIdea(desk, card) {
  desk.card = card;
  desk.proposal = null;
  desk.best = {};
  took(desk, await call("GET", path(desk, ""), desk.query()));
  desk.tell("idea");
}

export async function refresh(desk) {
  took(desk, await call("GET", path(desk, ""), desk.query()));
}

export async function listIdeas(desk) {
  desk.ideas = (await call("GET", "/ideas", { lang: desk.language })).ideas;
  desk.tell("ideas");
}

export async function loadStudy(desk) {
  desk.study = await call("GET", "/study", { lang: desk.language });
  desk.language = desk.study.language;
  document.documentElement.lang = desk.language === "zh" ? "zh-CN" : "en";
  if (!desk.standard) chooseStandard(desk, desk.study.standards[0].key);
}

export function chooseStandard(desk, key) {
  desk.standard = key;
  const groups = desk.standardOf().groups;
  if (!groups.some(function (one) { return one.key === desk.group; })) desk.group = groups[0].key;
}

// What a change would do; of several questions only the newest is asked while one is on its way.
export function Trials(desk, show) {
  let going = false;
  let next = null;
  let number = 0;
  async function ask(wanted, mine) {
    going = true;
    try {
      const place = { x: wanted.latLng.lng, y: wanted.latLng.lat, lang: desk.language };
      const [found, spot] = await Promise.all([
        call("POST", path(desk, "/trial"), desk.query(), wanted.body), call("GET", "/spot", place),
      ]);
      if (mine === number) show(found, wanted, spot);
    } catch (error) {
      if (mine === number) show(null, wanted, null, error);
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
