// Calls of the desk's API; a refusal is an error that says what is wrong in the reader's language.

const BASE = "/api/v1";

export class Refused extends Error {
  constructor(status, answer) {
    super((answer.problems || []).map(function (one) { return one.text; }).join("\n"));
    this.status = status;
    this.problems = answer.problems || [];
    this.revision = answer.revision === undefined ? null : answer.revision;
  }
}

export class Offline extends Error {}

function address(path, query) {
  const asked = new URLSearchParams();
  for (const name in query) if (query[name] !== undefined && query[name] !== null) asked.set(name, query[name]);
  return BASE + path + (asked.size ? "?" + asked : "");
}

async function ask(method, path, query, body) {
  const request = { method: method, headers: {} };
  if (body !== undefined) {
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  try {
    return await fetch(address(path, query), request);
  } catch (error) {
    throw new Offline(String(error));
  }
}

export async function call(method, path, query, body) {
  const answer = await ask(method, path, query, body);
  if (answer.ok) return answer.json();
  let told = {};
  try {
    told = await answer.json();
  } catch (error) {
    told = { problems: [{ code: String(answer.status), text: answer.statusText }] };
  }
  throw new Refused(answer.status, told);
}

export async function text(path, query) {
  const answer = await ask("GET", path, query);
  if (!answer.ok) throw new Refused(answer.status, {});
  return answer.text();
}
