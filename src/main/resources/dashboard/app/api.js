// The API, as any client has it. Paths are relative to the page, so that it works under any prefix.

/** Text that goes into a body as it stands: a payload or a number that must not be read and written anew. */
export class Raw {
  constructor(text) {
    this.text = text;
  }
}

/** What the server has not done, and why; `errors` are those of single fields. */
class Refused extends Error {
  constructor(status, message, errors = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

/**
 * What to do when the session has ended, and what forbids a call, in words; set by those who know. Who comes next, in another era,
 * sees no answer to who was there before.
 */
export const session = { ended() {}, reached() {}, forbids() {}, era: 0 };

/** Less is the time on the way and the second that a Date is told in. */
const SKEWED = 3000;
let skew = 0;
let tell;

/** Until the first answer has come, nobody knows what time it is. */
export const timeIsKnown = new Promise(known => (tell = known));

/** The server's time in milliseconds: the clock of a browser may be wrong. */
export const now = () => Date.now() + skew;

function learnTime(date) {
  const ahead = Date.parse(date) - Date.now();
  skew = Number.isNaN(ahead) ? skew : Math.abs(ahead) > SKEWED ? ahead : 0;
  tell();
}

/** Headers are octets to a browser; these are the text's in UTF-8. */
const octets = text => String.fromCharCode(...new TextEncoder().encode(text));

/** A body's text, in the order of its fields, without those that are undefined. */
export function encode(body) {
  const fields = Object.entries(body).filter(([, value]) => value !== undefined);
  const text = value => (value instanceof Raw ? value.text
    : Array.isArray(value) ? `[${value.map(text).join(",")}]` : JSON.stringify(value));
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${text(value)}`).join(",")}}`;
}

/** A query without what is empty, with its question mark. */
export function query(values) {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
}

/** For an answer to what changes nothing, in milliseconds. */
const PATIENCE = 20_000;

/** The answer's text, or Refused. */
export async function text(method, path, body, headers = {}) {
  const forbidden = session.forbids();
  if (forbidden && !(method === "POST" && path === "api/session")) {
    throw new Refused(0, forbidden);
  }
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, octets(value)]));
  const { era } = session;
  const unsure = method === "GET" || path === "api/session" ? ""
    : headers["Idempotency-Key"] ? " Send it again as it stands: it is done once, however often." : " Whether it was done is not known: look before you repeat it.";
  let answer;
  let content;
  try {
    answer = await fetch(path, {
      method,
      body: body === undefined ? undefined : encode(body),
      signal: method === "GET" ? AbortSignal.timeout(PATIENCE) : undefined,
      headers: body === undefined ? sent : { ...sent, "Content-Type": "application/json" },
    });
    learnTime(answer.headers.get("Date"));
    content = await answer.text();
  } catch {
    session.reached(false);
    throw new Refused(0, unsure ? `No answer came.${unsure}` : "The server cannot be reached.");
  }
  // What stands before a server that is gone says so by these.
  const away = [502, 503, 504].includes(answer.status);
  session.reached(!away);
  if (era !== session.era && method === "GET") {
    throw new Refused(401, "The session in which this was asked for has ended.");
  }
  if (answer.ok) {
    return content;
  }
  if (answer.status === 401 && path !== "api/session" && era === session.era) {
    session.ended();
  }
  let told = {};
  try {
    told = JSON.parse(content);
  } catch {
    // A proxy in between has words of its own.
  }
  throw new Refused(answer.status, told.error || told.message || `The answer was ${answer.status}.${away ? unsure : ""}`, told.errors);
}

/** The answer, read; undefined where there is none. */
export async function call(method, path, body, headers) {
  const content = await text(method, path, body, headers);
  return content ? JSON.parse(content) : undefined;
}

/**
 * Hands over the text of each event, until there are no more or `ending` is aborted. Who was refused, or cannot reach it, is handed
 * nothing; asking once says why.
 */
export async function follow(path, ending, seen) {
  let timer = 0;
  const waitOn = () => {
    clearTimeout(timer);
    timer = setTimeout(() => ending.abort(), PATIENCE);
  };
  try {
    waitOn();
    const answer = await fetch(path, { signal: ending.signal, headers: { Accept: "text/event-stream" } });
    if (!answer.ok) {
      ending.abort();
      return;
    }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        waitOn();
        session.reached(true);
        seen(event.replace("data: ", ""));
      }
    }
  } catch {
    // It was cut off.
  } finally {
    clearTimeout(timer);
  }
}

export const get = path => call("GET", path);
export const post = (path, body = {}, headers) => call("POST", path, body, headers);
