// Jobs: a filter in the address, and what it finds.
import { call, post, query as search } from "./api.js";
import { many, plain, words } from "./format.js";
import { List } from "./list.js";
import { FirstSteps } from "./overview.js";
import { go } from "./router.js";
import { may, store } from "./store.js";
import { Component, Empty, Head, html, Status, Tags, Time, to, Typed, Value } from "./ui.js";

export const STATUSES = ["pending", "processing", "completed", "failed", "cancelled"];
export const FINALS = ["success", "retrying", "failed_with_retries", "failed_no_retries", "dead_lettered", "cancelled"];

/** Where a search leads: a number is an id, what begins with tag: or # is a tag, all else is a part of a URL. */
export function found(text, now) {
  const typed = text.trim();
  const { url, tag, ...rest } = now;
  const named = /^(?:#|tag:)(.+)$/.exec(typed);
  return /^\d+$/.test(typed) ? to(`jobs/${typed}`) : to("jobs", { ...rest, ...(named ? { tag: named[1].trim() } : { url: typed }) });
}

/** Fields of a filter, each in the address as soon as it is chosen. */
export function Filters({ page, query, fields }) {
  const change = (name, value) => go(to(page, { ...query, [name]: value }));
  return fields.map(({ name, label, options, list }) => html`<label class="filter"><span>${label}</span>${options
    ? html`<select data-test=${`filter-${name}`} onChange=${event => change(name, event.currentTarget.value)}>
        <option value="">Any</option>${options.map(one => html`<option value=${one} selected=${one === query[name]}>${words(one)}</option>`)}
        ${query[name] && !options.includes(query[name]) && html`<option value=${query[name]} selected>${plain(query[name])}</option>`}</select>`
    : html`<${Typed} data-test=${`filter-${name}`} value=${query[name] || ""} list=${list && `filter-${name}-list`} onChange=${event => change(name, event.currentTarget.value.trim())} />
      ${list && html`<datalist id=${`filter-${name}-list`}>${list.map(one => html`<option value=${one} />`)}</datalist>`}`}</label>`);
}

export const queueNames = () => (store.snapshot?.queues || []).map(queue => queue.name);

export const JOB_COLUMNS = [
  { name: "id", title: "Job", kind: "lead", cell: row => html`<a class="go" href=${to(`jobs/${row.id}`)}>${row.id}</a>${row.attempt_number > 1 ? html` <span class="muted">attempt ${row.attempt_number}</span>` : ""}` },
  { name: "status", title: "State", cell: row => html`<${Status} of=${row.status === "failed" && row.final_status ? row.final_status : row.status} />` },
  { name: "final_status" },
  { name: "queue", title: "Queue", kind: "label-cell", cell: row => html`<a href=${to(`queues/${row.queue_id}`)}><${Value} of=${row.queue} /></a>` },
  { name: "method" },
  { name: "url", title: "Request", kind: "cut", cell: row => html`<span class="method">${row.method}</span> <${Value} of=${row.url} mono /><${Tags} of=${row.tags} />` },
  { name: "tags" },
  { name: "attempt_number" },
  { name: "scheduled_at", title: "Due", cell: row => html`<${Time} at=${row.scheduled_at} />` },
  { name: "created_at" },
];

export const replay = { name: "replay", label: "Replay", key: "r", scope: "jobs:write", run: row => post(`api/jobs/${row.id}/replay`), ask: rows => `Send ${many(rows.length, "job")} again, each as a new one?` };

const ACTIONS = [
  replay,
  { name: "cancel", label: "Cancel", key: "c", scope: "jobs:write", run: row => post(`api/jobs/${row.id}/cancel`), ask: rows => `Cancel ${many(rows.length, "job")}? What is pending is never sent then.` },
  { name: "delete", label: "Delete", scope: "jobs:write", danger: true, run: row => call("DELETE", `api/jobs/${row.id}`), ask: rows => `Delete ${many(rows.length, "job")}, each with its whole chain, its runs and callbacks?` },
];

export class Jobs extends Component {
  render({ query }) {
    const { queue, status, final_status, url, tag } = query;
    const filter = { queue, status, final_status, url, tag };
    const any = Object.values(filter).some(Boolean);
    return html`<${Head} title="Jobs">${may("jobs:write") && html`<a class="button primary" href="#/push" data-test="push">Push a job</a>`}<//>
      <div class="filters" role="search">
        <form class="grow" onSubmit=${event => { event.preventDefault(); go(found(event.currentTarget.elements.find.value, filter)); }}>
          <label class="filter"><span>Id, part of a URL, or tag:name</span><${Typed} name="find" type="search" data-test="search" data-slash value=${tag ? `tag:${tag}` : url || ""} /></label></form>
        <${Filters} page="jobs" query=${filter} fields=${[{ name: "queue", label: "Queue", list: queueNames() }, { name: "status", label: "Status", options: STATUSES }, { name: "final_status", label: "Ended as", options: FINALS }]} />
        ${any && html`<a class="button quiet" href="#/jobs" data-test="clear">Clear</a>`}
      </div>
      <${List} key=${search(filter)} path="api/jobs" query=${filter} name="jobs" caption="Jobs" live actions=${ACTIONS} columns=${JOB_COLUMNS}
        side=${any && may("jobs:write") && html`<a href=${to("operations", { new: 1, ...filter })} data-test="bulk">Act on all that match</a>`}
        empty=${any ? html`<${Empty} title="No job matches"><p>Of ${plain(queue || "all queues")}, nothing is there that fits all of the filter. <a href="#/jobs">Show all jobs</a></p><//>` : html`<${FirstSteps} />`} />`;
  }
}
