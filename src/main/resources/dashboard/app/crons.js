// Crons, one of them, and what one of them has set off.
import { call, get, post, query as search } from "./api.js";
import { many, plain, words } from "./format.js";
import { Form } from "./form.js";
import { Filters, queueNames } from "./jobs.js";
import { List } from "./list.js";
import { LATER, REDACT, REQUEST, TAGS } from "./push.js";
import { go } from "./router.js";
import { Attempts, Callbacks, Chain, Headers, settled, waited } from "./run.js";
import { again, say } from "./store.js";
import { Act, Body, Button, Component, Copy, Empty, Facts, Head, html, lost, Panel, Status, Tags, Time, to, toneOf, Value } from "./ui.js";

/** An expression in words, and its next fires, as it is typed. */
class Preview extends Component {
  state = {};
  componentDidMount() {
    this.look();
  }
  componentDidUpdate(before) {
    if (before.expression !== this.props.expression || before.timezone !== this.props.timezone || before.from !== this.props.from) {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.look, 250);
    }
  }
  componentWillUnmount() {
    clearTimeout(this.timer);
  }
  look = async () => {
    const { expression, timezone } = this.props;
    const told = expression && await get(`api/crons/preview${search({ expression, timezone })}`).catch(refused => ({ error: Object.values(refused.errors || {}).flat()[0] || refused.message }));
    expression === this.props.expression && timezone === this.props.timezone && this.setState({ told });
  };
  render({ few }, { told }) {
    return html`<div class="preview" role="status" data-test="preview">${told && (told.error ? html`<span class="error">${told.error}</span>`
      : html`<span class="strong">${told.description}</span><ol class="fires">${told.next.slice(0, few).map(at => html`<li><${Time} at=${at} /></li>`)}</ol>`)}</div>`;
  }
}

const sends = values => !values.expect_ping;
const FIELDS = [
  { name: "name", label: "Name", required: true, wide: true },
  { name: "cron_expression", label: "Expression", required: true, value: "*/5 * * * *", wide: true, hint: "Minute, hour, day of month, month, day of week; or @hourly and the like",
    after: values => html`<${Preview} expression=${values.cron_expression} timezone=${values.timezone} few=${3} />` },
  { name: "timezone", label: "Time zone", value: "UTC", list: Intl.supportedValuesOf?.("timeZone") || [] },
  { name: "expect_ping", label: "Heartbeat: sends nothing and waits for a ping", kind: "bool" },
  { name: "grace_seconds", label: "Grace in seconds", kind: "int", when: values => values.expect_ping, hint: "How late the ping may come" },
  ...REQUEST.map(field => ({ ...field, when: sends })),
  { name: "payload", label: "Body", rows: 4, when: sends, nullable: true },
  { name: "queue", label: "Queue", when: sends, nullable: true, hint: "Whose limits and pause hold. Empty: none" },
  TAGS,
  ...LATER.map(field => ({ ...field, when: field.name === "callback_url" ? undefined : sends, nullable: field.name === "callback_url", hint: field.name === "retry_delays" ? "Empty: none" : field.hint })),
  { name: "overlap", label: "While one is running", options: [["allow", "Send all the same"], ["skip", "Skip the fire"]], value: "allow", when: sends, more: true },
  { name: "alert_threshold", label: "Failures in a row that alert", kind: "int", value: 1, more: true },
  { name: "success_assertions", label: "Success needs, on top of a 2xx answer", kind: "assertions", when: sends, more: true },
  { ...REDACT, when: sends, hint: `${REDACT.hint}; it stays so` },
];
/** What comes with it, and stays. */
const ONCE = ["expect_ping", "redact"];

class Editor extends Component {
  fields = FIELDS.map(field => (field.name === "queue" ? { ...field, list: queueNames() } : field)).filter(field => !this.props.cron || !ONCE.includes(field.name));
  render({ cron, done, cancel }) {
    const fields = this.fields.map(field => (cron && field.when ? { ...field, when: () => field.when(cron) } : field));
    return html`<${Form} fields=${fields} from=${cron || {}} changes=${Boolean(cron)} scope="crons:write" test="cron-form" label=${cron ? "Save" : "Make the cron"} cancel=${cancel} submit=${async (body, _, still) => {
      const saved = await (cron ? call("PATCH", `api/crons/${cron.id}`, body) : post("api/crons", body));
      say(cron ? "Saved." : "Made.");
      still() && done(saved);
    }} />`;
  }
}

const Steer = ({ cron, then, small = "" }) => html`
  <${Act} scope="crons:write" kind=${small} test=${cron.is_active ? "pause" : "resume"} label=${`${cron.is_active ? "Pause" : "Resume"} ${plain(cron.name)}`}
    work=${() => post(`api/crons/${cron.id}/${cron.is_active ? "pause" : "resume"}`)} done=${cron.is_active ? "Paused." : "Resumed. What was missed is not made up for."} then=${then}>${cron.is_active ? "Pause" : "Resume"}<//>
  ${!cron.expect_ping && html`<${Act} scope="crons:write" kind=${small} hotkey="r" test="run-now" label=${`Run now: ${plain(cron.name)}`} work=${() => post(`api/crons/${cron.id}/run`)} done="Sent at once." then=${then}>Run now<//>`}`;

const State = ({ of }) => html`<${Status} of=${of.is_active ? "active" : "paused"} />`;
const COLUMNS = [
  { name: "name", title: "Cron", kind: "lead label-cell", cell: row => html`<a class="go" href=${to(`crons/${row.id}`)}><${Value} of=${row.name} /></a>` },
  { name: "is_active", title: "State", cell: row => html`<${State} of=${row} />` },
  { name: "cron_expression", title: "Expression", kind: "expression", cell: row => html`<${Value} of=${row.cron_expression} mono />${row.timezone === "UTC" ? "" : html`<div class="muted">${row.timezone}</div>`}` },
  { name: "next_run_at", title: "Next", cell: row => html`<${Time} at=${row.next_run_at} far />` },
  { name: "last_status", title: "Last", cell: row => (row.last_status ? html`<${Status} of=${row.last_status} />` : html`<span class="muted">not yet</span>`) },
  { name: "consecutive_failures", title: "Failures", kind: "number" },
  { name: "url", title: "Sends", kind: "cut", cell: row => html`${row.expect_ping ? html`<span class="muted">waits for a ping</span>` : html`<span class="method">${row.method}</span> <${Value} of=${row.url} mono />`}<${Tags} of=${row.tags} page="crons" />` },
  { name: "tags" },
  { unseen: "Actions", kind: "acts", cell: (row, list) => html`<${Steer} cron=${row} small="small" then=${list.reread} />` },
];

export class Crons extends Component {
  render({ query }) {
    const filter = { name: query.name, is_active: query.is_active, url: query.url, tag: query.tag };
    const any = Object.values(filter).some(Boolean);
    return html`<${Head} title="Crons"><${Button} scope="crons:write" kind="primary" test="new-cron" run=${() => go("#/crons/new")}>New cron<//><//>
      <div class="filters" role="search"><${Filters} page="crons" query=${filter} fields=${[{ name: "name", label: "Name" }, { name: "is_active", label: "Active", options: ["true", "false"] }, { name: "url", label: "Part of the URL" }, { name: "tag", label: "Tag" }]} />
        ${any && html`<a class="button quiet" href="#/crons" data-test="clear">Clear</a>`}</div>
      <${List} key=${search(filter)} path="api/crons" query=${filter} name="crons" caption="Crons" live columns=${COLUMNS} empty=${any ? html`<${Empty} title="No cron matches"><p>Nothing fits all of the filter. <a href="#/crons">Show all crons</a></p><//>`
        : html`<${Empty} title="No crons yet"><p>A cron sends a request again and again, by a clock, or waits for the ping of a job that runs elsewhere.</p><p><${Button} scope="crons:write" kind="primary" run=${() => go("#/crons/new")}>Make the first one<//></p><//>`} />`;
  }
}

export const NewCron = () => html`<${Head} title="New cron" kind=${html`<a href="#/crons">Crons</a>`} /><${Panel}><${Editor} cancel=${() => go("#/crons")} done=${made => go(to(`crons/${made.id}`))} /><//>`;

const LENGTH = { failed: 24, completed: 16, skipped: 6, cancelled: 6 };
/** The last executions, oldest first: by height and by colour. */
const Strip = ({ of }) => html`<svg class="strip" viewBox="0 0 300 26" role="img" data-test="strip" aria-label=${`The last ${of.length}, newest first: ${of.join(", ") || "none yet"}`}>
  ${[...of].reverse().map((status, at) => html`<rect class=${toneOf(status)} x=${(30 - of.length + at) * 10} width="7" rx="1.5" y=${25 - (LENGTH[status] || 10)} height=${LENGTH[status] || 10}><title>${words(status)}</title></rect>`)}</svg>`;

const STATUSES = ["pending", "processing", "completed", "failed", "skipped", "cancelled"];
const EXECUTIONS = id => [
  { name: "id", title: "Execution", kind: "lead", cell: row => html`<a class="go" href=${to(`crons/${id}/${row.id}`)}>${row.id}</a>` },
  { name: "status", title: "State", cell: row => html`<${Status} of=${row.status} />` },
  { name: "trigger", title: "Set off", cell: row => (row.trigger === "run_now" ? "by hand" : "by the clock") },
  { name: "scheduled_at", title: "Due", cell: row => html`<${Time} at=${row.scheduled_at} />` },
  { name: "attempts", title: "Attempts", kind: "number" },
  { name: "duration_ms", title: "Took (ms)", kind: "number" },
  { name: "response_status", title: "Answer", kind: "number" },
  { name: "failure_reason" },
  { name: "error_message", title: "Reason", kind: "cut" },
];

export class Cron extends Component {
  state = {};
  componentDidMount() {
    this.load();
    this.stop = again(10_000, this.look);
  }
  componentWillUnmount() {
    this.stop();
  }
  look = () => get(`api/crons/${this.props.id}`).then(cron => this.setState({ cron }), refused => this.setState(lost(refused, "cron")));
  /** With its executions. */
  load = () => this.look().then(() => this.setState({ turn: Date.now() }));
  render({ id, query: { status } }, { cron, editing, error, turn }) {
    if (!cron) {
      return html`<${Head} title="Cron" />${error ? html`<p class="error">${error}</p>` : html`<p class="muted">Loading…</p>`}`;
    }
    return html`<${Head} title=${plain(cron.name)} kind=${html`<a href="#/crons">Crons</a>`}><${State} of=${cron} />${cron.alerted && html`<${Status} of="failure" text="Alerted" />`}
        <${Steer} cron=${cron} then=${this.load} /><${Button} scope="crons:write" hotkey="e" test="edit-cron" run=${() => this.setState({ editing: !editing })}>Edit<//>
        <${Act} scope="crons:write" danger test="delete-cron" title="Delete the cron" text="Delete it with its executions?" yes="Delete it" work=${() => call("DELETE", `api/crons/${id}`)} done="Deleted." then=${() => go("#/crons")}>Delete<//><//>
      ${editing && html`<${Panel} title="Edit"><${Editor} cron=${cron} cancel=${() => this.setState({ editing: false })} done=${() => { this.setState({ editing: false }); this.load(); }} /><//>`}
      <div class="two">
        <${Panel} title="Next fires" side=${html`<span class="mono">${cron.cron_expression}</span><span class="muted">${cron.timezone}</span>`}>${cron.is_active ? html`<${Preview} expression=${cron.cron_expression} timezone=${cron.timezone} from=${cron.next_run_at} few=${5} />` : html`<p class="muted">It is paused and does not fire.</p>`}<//>
        <${Panel} title="Last 30"><${Strip} of=${cron.recent} /><p class="hint">${cron.consecutive_failures ? `${many(cron.consecutive_failures, "failure")} in a row` : cron.recent.length ? "The last one did not fail" : "Nothing yet"}${cron.recent.length > 0 ? "; oldest on the left." : "."}</p><//>
      </div>
      <${Panel}><${Facts} of=${[["Sends", cron.expect_ping ? "nothing; it waits for a ping" : html`<span class="method">${cron.method}</span> <${Value} of=${cron.url} mono />`, true],
        ["Ping URL", cron.ping_url ? html`<span class="mono">${cron.ping_url}</span> <${Copy} text=${cron.ping_url} what="the ping URL" />` : undefined, true], ["Grace", cron.expect_ping ? `${cron.grace_seconds} s` : undefined],
        ["Queue", cron.queue ? html`<${Value} of=${cron.queue} />` : undefined], ["Callback", cron.callback_url ? html`<${Value} of=${cron.callback_url} mono />` : undefined], ["Overlap", cron.overlap ?? undefined],
        ["Timeout", cron.timeout_seconds ? `${cron.timeout_seconds} s` : undefined], ["Retries after", cron.retry_delays && (cron.retry_delays.length ? `${cron.retry_delays.join(", ")} s` : "none")],
        ["Success needs", cron.success_assertions?.length ? html`<${Value} of=${JSON.stringify(cron.success_assertions)} mono />` : undefined], ["Not shown", cron.redact?.length ? cron.redact.join(", ") : undefined],
        ["Alert after", many(cron.alert_threshold, "failure")], ["Tags", cron.tags?.length ? html`<${Tags} of=${cron.tags} page="crons" />` : undefined]]} /><//>
      ${!cron.expect_ping && html`<${Panel} title="What it sends" test="sends"><${Headers} of=${cron.headers} what="Request headers" /><${Body} text=${cron.payload} what="request body" /><//>`}
      <div class="filters" role="search"><${Filters} page=${`crons/${id}`} query=${{ status }} fields=${[{ name: "status", label: "Executions", options: STATUSES }]} /></div>
      <${List} title="Executions" key=${`${turn} ${status}`} path=${`api/crons/${id}/executions`} query=${{ status }} name="executions" caption="Executions" live columns=${EXECUTIONS(id)} empty=${status ? html`<${Empty} title="No execution matches"><p>None is ${words(status).toLowerCase()}. <a href=${to(`crons/${id}`)}>Show all executions</a></p><//>`
        : html`<${Empty} title="Not fired yet"><p>The first execution comes with the next fire${cron.expect_ping ? "" : ", or at once by Run now"}.</p><//>`} />`;
  }
}

export class Execution extends Component {
  state = {};
  componentDidMount() {
    this.load();
    this.stop = again(2000, async () => this.state.found && !settled(this.state.found) && await this.load());
  }
  componentWillUnmount() {
    this.stop();
  }
  load = () => get(`api/crons/${this.props.id}/executions/${this.props.execution}`).then(found => this.setState({ found, error: null }), refused => this.setState(lost(refused, "found")));
  runsOf = id => this.state.found.runs.filter(run => run.job_id === id);
  render({ id }, { found, error }) {
    // As its list says it: an execution is no dead letter that could be sent again.
    const chain = found?.chain.map(one => (one.final_status === "dead_lettered" ? { ...one, final_status: null } : one));
    return html`<${Head} title=${`Execution ${plain(this.props.execution)}`} kind=${html`<a href=${to(`crons/${id}`)}>Cron ${plain(id)}</a>`}>${found && html`<${Status} of=${found.status} />`}<//>
      ${error && html`<p class="error">${error}</p>`}
      ${found && html`<${Panel} title="Time line"><${Chain} of=${chain} wait=${waited(chain, this.runsOf)} /><${Tags} of=${found.tags} page="crons" /><//>
      <${Panel} title="Runs">${found.error_message && !found.runs.length && html`<p><${Value} of=${found.error_message} /></p>`}<${Attempts} of=${chain} runs=${this.runsOf} here=${found.runs.at(-1)?.job_id} /><${Callbacks} of=${found.callbacks} /><//>`}`;
  }
}
