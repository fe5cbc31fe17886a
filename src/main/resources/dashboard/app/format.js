// How values are spelt for people.
import { now } from "./api.js";
import { store } from "./store.js";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
// Controls, the soft hyphen, joiners, marks of direction, letters of Hangul and Khmer that are blank, tags, and what selects variants by number.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;
const two = number => String(number).padStart(2, "0");

/** A stranger's text with what would hide, turn or break it made visible. */
export const plain = text =>
  String(text).replace(HIDDEN, c => {
    const code = c.codePointAt(0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
  });

export const count = number => (number === null || number === undefined ? "–" : number.toLocaleString("en-US"));
export const rate = number => (typeof number !== "number" ? "–" : number > 0 && number < 0.05 ? "< 0.1" : count(Number(number.toFixed(number < 10 ? 1 : 0))));
export const many = (number, one, more = `${one}s`) => `${count(number)} ${number === 1 ? one : more}`;

/** A length of time in at most two units. */
export function seconds(length) {
  if (length === null || length === undefined) {
    return "–";
  }
  const units = [[86400, "d"], [3600, "h"], [60, "min"]];
  const at = units.findIndex(([size]) => length >= size);
  if (at < 0) {
    return `${Number(length.toFixed(length < 10 ? 1 : 0))} s`;
  }
  const [size, name] = units[at];
  const [small, smaller] = units[at + 1] || [1, "s"];
  const rest = Math.floor((length % size) / small);
  return `${Math.floor(length / size)} ${name}${rest ? ` ${rest} ${smaller}` : ""}`;
}

/** Short, for tiles and axes: `2.7 min`. */
export function millis(length) {
  if (length === null || length === undefined) {
    return "–";
  }
  const [size, name] = [[3_600_000, "h"], [60_000, "min"], [1000, "s"]].find(([least]) => length >= least) || [1, "ms"];
  return `${Number((length / size).toFixed(length / size < 10 && size > 1 ? 1 : 0))} ${name}`;
}

export function size(text) {
  const bytes = new TextEncoder().encode(text || "").length;
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`;
}

/** An instant on the clock that the reader has chosen; `whole` with its year and zone. */
export function time(at, whole = false) {
  const instant = new Date(at);
  const local = store.prefs.zone === "local";
  const part = name => instant[`get${local ? "" : "UTC"}${name}`]();
  const fraction = String(at).includes(".") ? `.${String(part("Milliseconds")).padStart(3, "0")}` : "";
  const clock = `${two(part("Hours"))}:${two(part("Minutes"))}:${two(part("Seconds"))}${fraction}`;
  if (whole) {
    const minutes = -instant.getTimezoneOffset();
    const zone = !local ? "UTC"
      : `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
    return `${part("FullYear")}-${two(part("Month") + 1)}-${two(part("Date"))} ${clock} ${zone}`;
  }
  const year = part("FullYear") === new Date(now()).getFullYear() ? "" : ` ${part("FullYear")}`;
  return `${part("Date")} ${MONTHS[part("Month")]}${year} ${clock}`;
}

export function ago(at) {
  const length = (now() - new Date(at)) / 1000;
  const told = seconds(Math.floor(Math.abs(length))).split(" ").slice(0, 2).join(" ");
  return length >= 0 ? `${told} ago` : `in ${told}`;
}

/** `http_server_error` as words. */
export const words = name => (name
  ? (name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ")).replace(/^(?:Http|Dns|Ssl|Json)\b/, short => short.toUpperCase()) : "–");

const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;

/** A line for a shell. The token's variable is left to the shell to fill in, and nothing else: the rest may be a stranger's. */
export function curl(method, url, headers, body) {
  const lines = [`curl --globoff -X ${method} ${quoted(url)}`];
  for (const [name, value] of Object.entries(headers)) {
    const header = `${name}: ${value}`;
    lines.push(`-H ${name === "Authorization" && value === "Bearer $POSTHASTE_TOKEN" ? `"${header}"` : quoted(header)}`);
  }
  if (body) {
    lines.push(`--data-raw ${quoted(body)}`);
  }
  return lines.join(" \\\n  ");
}

/** The same call for a shell. */
export const apiCurl = (method, path, body, headers = {}) =>
  curl(method, new URL(path, document.baseURI.split("#")[0]).href, {
    Authorization: "Bearer $POSTHASTE_TOKEN",
    ...(body ? { "Content-Type": "application/json" } : {}),
    ...headers,
  }, body);
