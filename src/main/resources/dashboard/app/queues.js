// Queues, and one of them.
import { call, get, post } from "./api.js";
import { Graphs } from "./chart.js";
import { count, many, plain, rate, words } from "./format.js";
import { Form } from "./form.js";
import { List, snapshotQueue } from "./list.js";
import { FirstSteps, Tile } from "./overview.js";
import { go } from "./router.js";
import { again, close, may, open, say } from "./store.js";
import { Act, Bars, Button, Component, Dialog, Facts, Head, html, lost, Panel, Sparkline, Status, Time, to, Value } from "./ui.js";

const SETTINGS = [
  { name: "name", label: "Name", required: true, wide: true },
  { name: "max_parallelism", label: "At once, at most", kind: "int", nullable: true, hint: "Over all nodes. Empty: no limit" },
  { name: "max_per_second", label: "A second, at most", kind: "int", nullable: true, hint: "Over all nodes. Empty: no limit" },
  { name: "timeout_seconds", label: "Timeout in seconds", kind: "int", value: 30 },
  { name: "retry_delays", label: "Retries after seconds", kind: "ints", value: [60, 1800, 10800], hint: "One retry for each delay" },
  { name: "retries_enabled", label: "Retry what fails", kind: "bool", value: true },
  { name: "alerts_enabled", label: "Alerts for its jobs", kind: "bool", value: false },
  { name: "success_assertions", label: "Success needs, on top of a 2xx answer", kind: "assertions" },
  { name: "dlq_retention_days", label: "Dead letters kept for days", kind: "int", value: 14, more: true },
  { name: "redact", label: "Not shown", kind: "words", more: true, hint: "body, response_body, headers.<name>" },
];

const edit = (queue, done) => open(html`<${Dialog} title=${queue ? `Settings of ${plain(queue.name)}` : "New queue"} wide>
  <${Form} fields=${SETTINGS} from=${queue || {}} changes=${Boolean(queue)} label=${queue ? "Save" : "Make the queue"} cancel=${close} test="queue-form"
    submit=${async (body, _, still) => {
      const saved = await (queue ? call("PATCH", `api/queues/${queue.id}`, body) : post("api/queues", body));
      const isHere = still();
      isHere && close();
      say(queue ? "Saved. It holds for jobs that have not been sent yet." : "Made.");
      isHere && done(saved);
    }} /><//>`);

const Pause = ({ queue, then, small = "" }) => html`<${Act} scope="queues:write" kind=${queue.is_active ? small : `primary ${small}`} test=${queue.is_active ? "pause" : "resume"}
  work=${() => post(`api/queues/${queue.id}/${queue.is_active ? "pause" : "resume"}`)} done=${queue.is_active ? "Paused: it takes jobs and sends none." : "Resumed."} then=${then}
  label=${`${queue.is_active ? "Pause" : "Resume"} ${plain(queue.name)}`}>${queue.is_active ? "Pause" : "Resume"}<//>`;

const State = ({ queue }) => html`<${Status} of=${queue.is_active ? "active" : "paused"} />`;
const live = (name, format = count) => row => format((snapshotQueue(row.id) || {})[name]);
const limits = row => [row.max_parallelism && `${count(row.max_parallelism)} at once`, row.max_per_second && `${count(row.max_per_second)}/s`].filter(Boolean).join(", ");
const figure = { kind: "number" };

const COLUMNS = [
  { name: "name", title: "Queue", kind: "lead label-cell", cell: row => html`<a class="go" href=${to(`queues/${row.id}`)}><${Value} of=${row.name} /></a>` },
  { name: "is_active", title: "State", cell: row => html`<${State} queue=${row} />` },
  { name: "pending", title: "Pending", ...figure, text: row => row.counts.pending, cell: row => count(snapshotQueue(row.id)?.pending ?? row.counts.pending) },
  { name: "processing", title: "In flight", ...figure, text: row => row.counts.processing, cell: row => count(snapshotQueue(row.id)?.processing ?? row.counts.processing) },
  { title: "Overdue", ...figure, cell: live("overdue") },
  { title: "In/min", ...figure, cell: live("accepted_per_minute", rate) },
  { title: "Out/min", ...figure, cell: live("delivered_per_minute", rate) },
  { title: "Failed/min", ...figure, cell: live("failed_per_minute", rate) },
  { title: "Last half hour", cell: row => html`<${Sparkline} of=${snapshotQueue(row.id)?.sparkline} label="Delivered in each of the last 30 minutes" />` },
  { name: "dead_lettered", title: "Dead letters", ...figure, text: row => row.counts.dead_lettered,
    cell: row => (row.counts.dead_lettered ? html`<a href=${to("dead-letters", { queue: row.name })}>${count(row.counts.dead_lettered)}</a>` : "0") },
  { name: "limits", title: "Limits", text: limits, cell: row => limits(row) || html`<span class="muted">none</span>` },
  { unseen: "Actions", kind: "acts", cell: (row, list) => html`<${Pause} queue=${row} small="small" then=${list.reread} />` },
];

export class Queues extends Component {
  render() {
    return html`<${Head} title="Queues"><${Button} scope="queues:write" kind="primary" test="new-queue" run=${() => edit(null, queue => go(to(`queues/${queue.id}`)))}>New queue<//><//>
      <${List} path="api/queues" name="queues" caption="Queues" limit=${100} columns=${COLUMNS} live empty=${html`<${FirstSteps} />`} />`;
  }
}

/** What fails in a queue, by reason and by host. */
class Failing extends Component {
  state = {};
  componentDidMount() {
    this.load().catch(() => {});
    this.stop = again(30_000, this.load);
  }
  componentWillUnmount() {
    this.stop();
  }
  load = async () => this.setState({ found: await get(`api/queues/${this.props.queue.id}/failures`) });
  render({ queue }, { found }) {
    return found && html`<${Panel} title="What fails" test="queue-failures" side=${html`<span class="muted">${found.runs ? html`${many(found.runs, "failed run")} since <${Time} at=${found.since} />` : ""}</span>`}>
      ${found.runs ? html`<div class="two">
        <div><h3>Reasons</h3><${Bars} label="Reasons" of=${found.reasons.map(one => ({ name: words(one.failure_reason), count: one.count }))} /></div>
        <div><h3>Hosts</h3><${Bars} label="Hosts" of=${found.hosts.map(one => ({ name: one.host, count: one.count, href: to("jobs", { queue: queue.name, status: "failed", url: one.host }) }))} /></div>
      </div>` : html`<p class="muted">Nothing has failed here within a day.</p>`}<//>`;
  }
}

export class Queue extends Component {
  state = {};
  componentDidMount() {
    this.load();
    this.stop = again(10_000, this.load);
  }
  componentWillUnmount() {
    this.stop();
  }
  load = () => get(`api/queues/${this.props.id}`).then(queue => this.setState({ queue }), refused => this.setState(lost(refused, "queue")));

  render({ id }, { queue, error }) {
    if (!queue) {
      return html`<${Head} title="Queue" />${error ? html`<p class="error">${error}</p>` : html`<p class="muted">Loading…</p>`}`;
    }
    const now = snapshotQueue(queue.id) || {};
    const name = plain(queue.name);
    return html`<${Head} title=${name} kind="Queue">
        <${State} queue=${queue} />
        <${Pause} queue=${queue} then=${this.load} />
        <${Button} scope="queues:write" test="edit-queue" run=${() => edit(queue, saved => this.setState({ queue: saved }))}>Settings<//>
        <${Act} scope="queues:write" danger test="purge-queue" title="Purge" text=${`Cancel everything that is pending in ${name}? It is never sent then.`} yes="Cancel what is pending"
          work=${() => post(`api/queues/${id}/purge`)} done=${answer => `${many(answer.cancelled, "job")} cancelled.`} then=${this.load}>Purge<//>
        <${Act} scope="queues:write" danger test="delete-queue" title="Delete the queue" text=${`Delete ${name} with its finished jobs and its dead letters?`} yes="Delete it"
          work=${() => call("DELETE", `api/queues/${id}`)} done="Deleted." then=${() => go(to("queues"))}>Delete<//>
      <//>
      <dl class="tiles">
        <${Tile} name="Pending" value=${count(now.pending ?? queue.counts.pending)} href=${to("jobs", { queue: queue.name, status: "pending" })} note=${now.overdue === undefined ? "" : `${count(now.overdue)} overdue`} />
        <${Tile} name="In flight" value=${count(now.processing ?? queue.counts.processing)} href=${to("jobs", { queue: queue.name, status: "processing" })} note="being sent" />
        <${Tile} name="Completed" value=${count(queue.counts.completed)} href=${to("jobs", { queue: queue.name, status: "completed" })} note=${`${rate(now.delivered_per_minute)} a minute`} />
        <${Tile} name="Failed" value=${count(queue.counts.failed)} href=${to("jobs", { queue: queue.name, final_status: "failed_no_retries" })} note="without retries" />
        <${Tile} name="Dead letters" value=${count(queue.counts.dead_lettered)} href=${to("dead-letters", { queue: queue.name })} note=${`kept ${many(queue.dlq_retention_days, "day")}`} />
      </dl>
      <${Graphs} queue=${queue.name} />
      <${Failing} queue=${queue} />
      <${Panel} title="Settings" side=${html`<a href=${to("jobs", { queue: queue.name })}>Its jobs</a>${may("jobs:write") && html`<a href=${to("push", { queue: queue.name })}>Push a job</a>`}`}>
        <${Facts} of=${[["At once, at most", queue.max_parallelism ?? "no limit"], ["A second, at most", queue.max_per_second ?? "no limit"], ["Timeout", `${queue.timeout_seconds} s`],
          ["Retries", queue.retries_enabled && queue.retry_delays.length ? `after ${queue.retry_delays.join(", ")} s` : "none"], ["Alerts", queue.alerts_enabled ? "on" : "off"],
          ["Success needs", queue.success_assertions.length ? queue.success_assertions.map(one => html`<div><${Value} of=${`${words(one.type)} ${one.name || one.path || ""} ${one.value}`} /></div>`) : "a 2xx answer"],
          ["Not shown", queue.redact.join(", ")]]} />
      <//>`;
  }
}
