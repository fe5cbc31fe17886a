// How everything is, at a glance.
import { apiCurl, count, millis, plain, rate, seconds } from "./format.js";
import { Graphs } from "./chart.js";
import { may, store } from "./store.js";
import { Copy, Empty, Head, html, Panel, Status, Time, to, Value } from "./ui.js";

export const Tile = ({ name, value, note, tone = "", href, test }) => html`
  <div class=${`tile ${tone}`} data-test=${test}><dt>${href ? html`<a href=${href}>${name}</a>` : name}</dt><dd><span class="big">${value}</span><span class="note">${note}</span></dd></div>`;

/** What to do where nothing was ever pushed. */
export function FirstSteps() {
  const line = apiCurl("POST", "api/jobs", "{\"queue\": \"emails\", \"url\": \"https://example.com/hook\", \"payload\": {\"hello\": \"world\"}, \"delay\": 10}");
  return html`<${Empty} title="Nothing has been pushed yet">
    <p>Push the first job here, or from a shell with a token in <code>POSTHASTE_TOKEN</code>:</p>
    <div class="code"><pre>${line}</pre></div>
    <p class="row">${may("jobs:write") && html`<a class="button primary" href="#/push" data-test="first-push">Push a job</a>`}<${Copy} text=${line} what="the curl line" /></p>
  <//>`;
}

const Failures = ({ of }) => html`<table role="table" data-test="last-failures">
  <caption class="unseen">Last failures</caption>
  <thead role="rowgroup"><tr role="row">${["Job", "When", "Queue", "URL", "Reason"].map(title => html`<th role="columnheader" scope="col">${title}</th>`)}</tr></thead>
  <tbody role="rowgroup">${of.map(one => html`<tr role="row" key=${one.job_id} data-id=${one.job_id}>
    <td role="cell" class="lead"><a class="go" href=${to(`jobs/${one.job_id}`)}>${one.job_id}</a></td>
    <td role="cell" data-label="When"><${Time} at=${one.at} far /></td>
    <td role="cell" data-label="Queue"><${Value} of=${one.queue} /></td>
    <td role="cell" class="cut" data-label="URL"><${Value} of=${one.url} mono /></td>
    <td role="cell" class="cut" data-label="Reason"><${Status} of="failed" text=${one.failure_reason} /> <span class="muted">${plain(one.error_message || "")}</span></td>
  </tr>`)}</tbody></table>`;

export function Overview() {
  const now = store.snapshot;
  const idle = now && !now.queues.length && !now.pending && !now.in_flight;
  const late = now?.lateness_ms || {};
  return html`<${Head} title="Overview">${may("jobs:write") && html`<a class="button primary" href="#/push">Push a job</a>`}<//>
    ${store.me && !(may("queues:read") && may("jobs:read")) && html`<p class="notice">The figures need a token with the scopes <code>queues:read</code> and <code>jobs:read</code>.</p>`}
    ${idle && html`<${FirstSteps} />`}
    <dl class="tiles" data-test="tiles">
      <${Tile} test="accepted" name="Accepted" value=${rate(now?.accepted_per_second)} note="a second" />
      <${Tile} test="delivered" name="Delivered" value=${rate(now?.delivered_per_second)} note="a second" />
      <${Tile} test="failed" name="Failed" value=${rate(now?.failed_per_second)} note="a second" tone=${now?.failed_per_second > 0 ? "bad" : ""} />
      <${Tile} test="lateness" name="Lateness p99" value=${millis(late.p99)} note=${`p50 ${millis(late.p50)}`} />
      <${Tile} test="in-flight" name="In flight" value=${count(now?.in_flight)} note="being sent" href=${to("jobs", { status: "processing" })} />
      <${Tile} test="pending" name="Pending" value=${count(now?.pending)} note="waiting" href=${to("jobs", { status: "pending" })} />
      <${Tile} test="overdue" name="Overdue" value=${count(now?.overdue)} note=${now?.overdue ? `oldest ${seconds(now.oldest_overdue_seconds)}` : "nothing late"} tone=${now?.overdue ? "warn" : ""} />
    </dl>
    ${may("queues:read") && html`<${Graphs} />`}
    <${Panel} title="Last failures" test="failures" side=${html`<a href="#/dead-letters">Dead letters</a>`}>
      ${now?.last_failures.length ? html`<${Failures} of=${now.last_failures} />` : html`<p class="muted">${now ? "Nothing has failed lately." : "Loading…"}</p>`}
    <//>
    <${Panel} title="Nodes" test="nodes">
      <ul class="nodes">${(now?.nodes || []).map(node => html`<li key=${node.name}>
        <span class="strong"><${Value} of=${node.name} /></span>
        <${Status} of=${/dead|lost|expired/.test(node.state) ? "failed" : /work|ready|active|up|alive|live/.test(node.state) ? "active" : "paused"} text=${node.state} />
        <span class="muted">lease until <${Time} at=${node.lease_expires_at} /></span>
        <span class="muted">since <${Time} at=${node.since} /></span>
        <span class="muted">${node.version && `version ${node.version}`}</span></li>`)}</ul>
    <//>`;
}
