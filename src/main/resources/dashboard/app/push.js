// Pushing a job, with the same call for a shell beside it.
import { encode, post, Raw } from "./api.js";
import { apiCurl, many, plain } from "./format.js";
import { bodyOf, Form } from "./form.js";
import { pretty } from "./json.js";
import { queueNames } from "./jobs.js";
import { go } from "./router.js";
import { say, store } from "./store.js";
import { Component, Copy, Head, html, Panel, to } from "./ui.js";

const METHODS = ["POST", "GET", "PUT", "PATCH", "DELETE"].map(name => [name, name]);

/** What is sent, and how; of a job, a cron and a change of either. */
export const REQUEST = [
  { name: "method", label: "Method", options: METHODS, value: "POST" },
  { name: "url", label: "URL", required: true, wide: true, placeholder: "https://example.com/hook" },
  { name: "headers", label: "Headers", kind: "headers", rows: 2, placeholder: "X-Reason: welcome", hint: "One a line, Name: value" },
];

export const LATER = [
  { name: "callback_url", label: "Callback URL", wide: true, more: true, hint: "Gets a POST after each attempt" },
  { name: "timeout_seconds", label: "Timeout in seconds", kind: "int", more: true },
  { name: "retry_delays", label: "Retries after seconds", kind: "ints", more: true, hint: "Such as 60, 1800, or none. Empty: the queue's" },
];

/** One a line: a comma may stand in a tag. */
export const TAGS = { name: "tags", label: "Tags", kind: "lines", rows: 2, hint: "One a line; never sent" };

const JOB = [
  ...REQUEST,
  { name: "payload", label: "JSON payload", kind: "json", rows: 7, placeholder: "{\"hello\": \"world\"}", hint: "Sent as it is spelt here", instead: "body" },
  { name: "delay", label: "Delay in seconds", kind: "int" },
  { name: "run_at", label: "Or at", kind: "instant", hint: "UTC" },
  TAGS,
  ...LATER,
  { name: "priority", label: "Priority", kind: "int", more: true, hint: "1 to 10; 10 goes first in its queue" },
  { name: "body", label: "Raw body", rows: 3, more: true, hint: "In place of the payload", instead: "payload" },
];

/** The fields of a job, without its body where that is too large for a form. */
export const bodied = large => (large ? JOB.filter(field => !["payload", "body"].includes(field.name)) : JOB);

const queueField = () => ({ name: "queue", label: "Queue", required: true, list: queueNames(), hint: "Made on first use" });
export const REDACT = { name: "redact", label: "Not shown", kind: "words", more: true, hint: "body, response_body, headers.<name>" };
const PUSH_ONLY = [
  REDACT,
  { name: "key", label: "Idempotency key", more: true, hint: "The same key and fields push no second job for 24 hours" },
];

/** More than this is not laid out and typed in: browsers take seconds for each key. */
export const LARGE = 100_000;
const MASK = /^"?REDACTED:[0-9a-f]{8}"?$/;

/** A job as the form shows it; what is masked is left out, because a mask is no secret. `hidden` names what. */
export function formOf(job) {
  const hidden = Object.entries(job.headers || {}).filter(([, value]) => MASK.test(value)).map(([name]) => name);
  const headers = Object.fromEntries(Object.entries(job.headers || {}).filter(([name]) => !hidden.includes(name)));
  const large = (job.payload || job.body || "").length > LARGE;
  // As it was sent: laid out anew it would be another text, and a signature of the sender's would not hold.
  const shown = { ...job, headers, payload: large ? "" : job.payload, body: large ? "" : job.body };
  ["payload", "body"].filter(name => MASK.test(job[name] || "")).forEach(name => {
    shown[name] = "";
    hidden.push(name);
  });
  return { shown, hidden, large };
}

/** The request as text, for comparing. */
const asText = values => [`${values.method} ${values.url}`, ...(values.headers || "").split("\n").filter(Boolean), "", ...pretty(values.payload || values.body || "").split("\n")];

/** Lines of both, each with " ", "-" or "+" before it. */
function diff(before, after) {
  if (before.length * after.length > 1_000_000) {
    return [["-", `${many(before.length, "line")} before`], ["+", `${many(after.length, "line")} now`]];
  }
  const common = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i][j] = before[i] === after[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push([" ", before[i++]]);
      j++;
    } else if (j >= after.length || (i < before.length && common[i + 1][j] >= common[i][j + 1])) {
      lines.push(["-", before[i++]]);
    } else {
      lines.push(["+", after[j++]]);
    }
  }
  return lines;
}

const NAMES = { " ": "", "-": "Removed: ", "+": "Added: " };
const Diff = ({ lines }) => html`<div class="code diff" data-test="diff" tabindex="0" role="region" aria-label="What changes">${lines.map(([sign, line]) => html`
  <div class=${sign === "+" ? "added" : sign === "-" ? "removed" : ""}><span aria-hidden="true">${sign} </span><span class="unseen">${NAMES[sign]}</span>${plain(line)}</div>`)}</div>`;

export class Push extends Component {
  state = { values: null, half: {} };
  from = this.props.from || {};
  copied = formOf(this.from);
  fields = [queueField(), ...bodied(this.copied.large), ...PUSH_ONLY];

  componentWillUnmount() {
    this.gone = true;
  }

  line() {
    const { body, errors } = bodyOf(this.fields, this.state.values || {});
    const { key, ...job } = body;
    return Object.keys({ ...errors, ...this.state.half }).length ? null : apiCurl("POST", "api/jobs", encode(job), key ? { "Idempotency-Key": key } : {});
  }

  send = async ({ key, ...job }) => {
    if (this.copied.large) {
      this.from.payload ? job.payload = new Raw(this.from.payload) : job.body = this.from.body;
    }
    const pushed = await post("api/jobs", job, { "Idempotency-Key": key || this.keyOf(encode(job)) }).catch(refused => {
      const told = refused.errors?.["Idempotency-Key"] || (key && refused.status === 409 && [refused.message]);
      refused.errors = told ? { ...refused.errors, key: told } : refused.errors;
      throw refused;
    });
    say(`Job ${pushed.job_id} is scheduled.`);
    if (this.gone) {
      return;
    }
    store.dialog && this.props.done?.();
    go(to(`jobs/${pushed.job_id}`));
  };

  /** The same for the same job, so that it is pushed once however often somebody tries whose answers are lost. */
  keyOf(body) {
    if (this.keyed !== body) {
      this.keyed = body;
      this.key = `dashboard-${[...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("")}`;
    }
    return this.key;
  }

  /** Pushes what another job was, changed; shows what is different. */
  again() {
    const { values } = this.state;
    const { shown, hidden, large } = this.copied;
    return html`${this.from.final_status === "dead_lettered" && !this.from.replayed_as && html`<p class="hint" data-test="stays">The dead letter stays on its list: what is pushed here is a job of its own.</p>`}
      ${large && html`<p class="notice">The body is too large to be edited here. It is sent as it was.</p>`}${hidden.length > 0 && html`<p class="notice">Not shown, and so not copied: ${hidden.join(", ")}. Fill in again what is needed.</p>`}
      ${values && html`<h3>What changes</h3><${Diff} lines=${diff(asText({ ...shown, headers: Object.entries(this.from.headers).map(pair => pair.join(": ")).join("\n") }), asText(values))} />`}`;
  }

  render({ query = {}, from, cancel }, { values }) {
    const form = html`<${Form} fields=${this.fields} from=${from ? this.copied.shown : query} label=${from ? "Push as a new job" : "Push the job"} scope="jobs:write" test="push-form" cancel=${cancel}
      submit=${this.send} typing=${(typing, half) => this.setState({ values: typing, half })}>${from && this.again()}<//>`;
    const line = values && this.line();
    return from ? form : html`<${Head} title="Push a job" /><div class="sides"><${Panel}>${form}<//>
      <${Panel} title="The same from a shell" side=${line && html`<${Copy} text=${line} what="the curl line" test="copy-curl" />`}>
        <div class="code" tabindex="0" role="region" aria-label="curl line"><pre data-test="curl">${line || "Fill in what is marked as wrong first."}</pre></div>
        <p class="hint">With a token in <code>POSTHASTE_TOKEN</code>.</p><//></div>`;
  }
}
