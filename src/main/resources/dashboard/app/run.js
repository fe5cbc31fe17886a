// What was sent, and what came back.
import { now } from "./api.js";
import { ago, many, millis, plain, seconds, words } from "./format.js";
import { Body, html, Status, Time, Value } from "./ui.js";

export const FINISHED = ["completed", "failed", "cancelled", "skipped"];

/** Whether nothing of a job or an execution can change by itself within the next seconds. */
export function settled({ chain, callbacks }) {
  const waits = chain.find(one => !FINISHED.includes(one.status));
  return waits ? Date.parse(waits.scheduled_at) - now() > 4000 : !callbacks.some(one => one.status === "pending");
}

export const Headers = ({ of, what }) => html`<details class="headers"><summary>${many(Object.keys(of || {}).length, "header")}</summary>
  <dl aria-label=${what}>${Object.entries(of || {}).map(([name, value]) => html`<div><dt><bdi>${plain(name)}</bdi></dt><dd><${Value} of=${value} mono /></dd></div>`)}</dl></details>`;

/** Request and answer side by side. */
export const Run = ({ run, job }) => html`<article class="run" data-test="run">
  <div class="row">
    <${Status} of=${run.failure_reason ? "failed" : run.executed_at ? "completed" : "processing"} text=${run.failure_reason ? words(run.failure_reason) : run.executed_at ? "Success" : "Being sent"} />
    ${run.response_status && html`<span class="strong">${run.response_status}</span>`}
    <span>${millis(run.duration_ms)}</span><span class="muted">begun <${Time} at=${run.started_at} /></span>
  </div>
  ${run.error_message && html`<p class="reason"><${Value} of=${run.error_message} /></p>`}
  <div class="two">
    <div><h3>Request</h3>${job?.url && html`<p class="clamp"><span class="method">${job.method}</span> <${Value} of=${job.url} mono /></p>`}
      <${Headers} of=${run.request_headers} what="Request headers" /><${Body} text=${run.request_body} what="request body" /></div>
    <div><h3>Answer</h3>${run.response_status ? html`<p>Status ${run.response_status}</p><${Headers} of=${run.response_headers} what="Answer's headers" />
      <${Body} text=${run.response_body} what="answer's body" note=${[run.response_truncated && "cut off", run.response_encoding].filter(Boolean).join(", ")} />`
      : html`<p class="muted">${run.executed_at ? "No answer came." : run.failure_reason ? "Not known." : "None yet."}</p>`}</div>
  </div>
</article>`;

export const Callbacks = ({ of }) => of.length > 0 && html`<h3>Callbacks</h3><ul class="callbacks" data-test="callbacks">${of.map(one => html`<li class="row">
  <${Status} of=${one.status} /><${Value} of=${one.url} mono /><span class="muted">${one.attempts} of 5 tries</span>
  ${one.last_response_status && html`<span>${one.last_response_status}</span>`}${one.last_failure_reason && html`<span>${words(one.last_failure_reason)}</span>`}
  ${one.next_attempt_at && html`<span class="muted">next <${Time} at=${one.next_attempt_at} far /></span>`}${one.delivered_at && html`<${Time} at=${one.delivered_at} />`}</li>`)}</ul>`;

/** The runs of attempts, the last attempt's first; those of `here` are open. */
export const Attempts = ({ of, runs, here, job }) => [...of].reverse().map(one => runs(one.id).map(run => html`<details class="attempt" key=${run.id} open=${one.id === here}>
  <summary>Attempt ${one.attempt_number}${run.response_status ? `: ${run.response_status}` : ""}</summary><${Run} run=${run} job=${job} /></details>`));

/** What was waited before each attempt of a chain, by its runs; before the first, since it was accepted. */
export const waited = (chain, runsOf, accepted) => at => {
  const link = chain[at];
  const before = at ? runsOf(chain[at - 1].id).at(-1)?.executed_at || chain[at - 1].scheduled_at : accepted;
  const first = runsOf(link.id)[0];
  const late = first && Date.parse(first.started_at) - Date.parse(link.scheduled_at);
  // Due instants and acceptance are told without milliseconds, runs with them: each is held against its like.
  const until = at && late < 2000 ? first.started_at : link.scheduled_at;
  const length = before && (Date.parse(until) - Date.parse(before)) / 1000;
  return [length >= 0.5 && `waited ${seconds(Math.round(length))}`, late >= 2000 && `begun ${seconds(Math.round(late / 1000))} after it was due`,
    link.status === "pending" && `due ${ago(link.scheduled_at)}`].filter(Boolean).join(", ");
};

/** Attempts in their order, with what was waited between them; a `link` leads to those that have a page. */
export const Chain = ({ of, here, from, wait, link }) => html`<ol class="chain" data-test="chain">
  ${from && html`<li class="event"><span class="strong">Accepted</span><${Time} at=${from} /></li>`}
  ${of.map((one, at) => html`
    ${wait(at) && html`<li class="wait">${wait(at)}</li>`}
    <li class=${`event ${one.id === here ? "here" : ""}`}>
      ${one.id === here || !link ? html`<span class="strong" aria-current=${one.id === here ? "true" : undefined}>Attempt ${one.attempt_number}</span>` : html`<a href=${link(one)}>Attempt ${one.attempt_number}</a>`}
      <${Status} of=${one.status === "failed" && one.final_status && (at > 0 || of.length === 1) ? one.final_status : one.status} /><${Time} at=${one.scheduled_at} /></li>`)}
</ol>`;
