// How everything is, at a glance.
import { apiCurl, count, millis, rate, seconds, words } from "./format.js";
import { Graphs } from "./chart.js";
import { List } from "./list.js";
import { may, store } from "./store.js";
import { Copy, Empty, Head, html, Status, Tags, Time, to, Value } from "./ui.js";

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

const FAILURES = [
  { name: "job_id", title: "Job", kind: "lead", cell: row => html`<a class="go" href=${to(`jobs/${row.job_id}`)}>${row.job_id}</a>` },
  { name: "at", title: "When", cell: row => html`<${Time} at=${row.at} far />` },
  { name: "queue", title: "Queue", kind: "label-cell" },
  { name: "url", title: "URL", kind: "cut", cell: row => html`<${Value} of=${row.url} mono /><${Tags} of=${row.tags} />` },
  { name: "failure_reason", title: "Reason", cell: row => html`<${Status} of="failed" text=${words(row.failure_reason)} />` },
  { name: "response_status" },
  { name: "tags" },
  { name: "error_message", title: "Said", kind: "cut" },
];
const NODES = [
  { name: "name", title: "Node", kind: "lead", cell: row => html`<${Value} of=${row.name} />` },
  { name: "state", title: "State", cell: row => html`<${Status} of=${{ alive: "active", silent: "warning", gone: "failed" }[row.state]} text=${words(row.state)} />` },
  { name: "lease_expires_at", title: "Lease until", cell: row => html`<${Time} at=${row.lease_expires_at} />` },
  { name: "since", title: "Since", cell: row => html`<${Time} at=${row.since} />` },
  { name: "version", title: "Version" },
];

/** So many queues, those that were made first, are counted in what is overdue. */
const GLANCED = 200;

export function Overview() {
  const now = store.snapshot;
  const idle = now && !now.queues.length && !now.pending && !now.in_flight;
  const late = now?.lateness_ms || {};
  return html`<${Head} title="Overview">${may("jobs:write") && html`<a class="button primary" href="#/push">Push a job</a>`}<//>
    ${store.me && !may("queues:read") && html`<p class="notice">The figures need a token with the scope <code>queues:read</code>.</p>`}
    ${idle && html`<${FirstSteps} />`}
    <dl class="tiles" data-test="tiles">
      <${Tile} test="accepted" name="Accepted" value=${rate(now?.accepted_per_second)} note="a second" />
      <${Tile} test="delivered" name="Delivered" value=${rate(now?.delivered_per_second)} note="a second" />
      <${Tile} test="failed" name="Failed" value=${rate(now?.failed_per_second)} note="a second" tone=${now?.failed_per_second > 0 ? "bad" : ""} />
      <${Tile} test="lateness" name="Lateness p99" value=${millis(late.p99)} note=${`p50 ${millis(late.p50)}`} />
      <${Tile} test="in-flight" name="In flight" value=${count(now?.in_flight)} note="being sent" href=${to("jobs", { status: "processing" })} />
      <${Tile} test="pending" name="Pending" value=${count(now?.pending)} note="waiting" href=${to("jobs", { status: "pending" })} />
      <${Tile} test="overdue" name="Overdue" value=${count(now?.overdue)} note=${now?.overdue ? `oldest ${seconds(now.oldest_overdue_seconds)}${now.queues.length < GLANCED ? "" : `, in ${GLANCED} queues`}` : !now ? "" : now.queues.length < GLANCED ? "nothing late" : `none in ${GLANCED} queues`} tone=${now?.overdue ? "warn" : ""} />
    </dl>
    ${may("queues:read") && html`<${Graphs} />`}
    ${may("queues:read") && may("jobs:read") && html`<${List} title="Last failures" side=${html`<a href="#/dead-letters">Dead letters</a>`} name="last-failures" caption="Last failures" rows=${now?.last_failures} id=${row => row.job_id} columns=${FAILURES} empty=${html`<p class="muted pad">Nothing has failed lately.</p>`} />`}
    ${may("queues:read") && html`<${List} title="Nodes" name="nodes" caption="Nodes" rows=${now?.nodes} id=${row => row.name} columns=${NODES} empty=${html`<p class="muted pad">None.</p>`} />`}`;
}
