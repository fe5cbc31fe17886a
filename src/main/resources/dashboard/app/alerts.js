// What failed and what recovered, and where that is told.
import { call, post, query as search } from "./api.js";
import { plain, words } from "./format.js";
import { Form } from "./form.js";
import { Filters } from "./jobs.js";
import { List } from "./list.js";
import { close, open, say } from "./store.js";
import { Act, Button, Component, Dialog, Empty, Head, html, Status, Time, to, Value } from "./ui.js";

const TYPES = ["failure", "warning", "recovery"];
const COLUMNS = [
  { name: "type", title: "Alert", kind: "lead", cell: row => html`<${Status} of=${row.type} />` },
  { name: "alertable_name", title: "Of", kind: "label-cell", cell: row => html`<a class="go" href=${to(`${row.alertable_type}s/${row.alertable_id}`)}><${Value} of=${row.alertable_name} /></a> <span class="muted">${row.alertable_type}</span>` },
  { name: "message", title: "Said", kind: "said" },
  { name: "count", title: "Times", kind: "number" },
  { name: "job_id", title: "Last", cell: row => (row.job_id ? html`<a href=${to(`jobs/${row.job_id}`)}>Job ${row.job_id}</a>` : row.execution_id ? html`<a href=${to(`crons/${row.alertable_id}/${row.execution_id}`)}>Execution ${row.execution_id}</a>` : "–") },
  { name: "failure_reason" },
  { name: "created_at", title: "Since", cell: row => html`<${Time} at=${row.created_at} />` },
  { name: "acknowledged_at", title: "Acknowledged", cell: row => (row.acknowledged_at ? html`<${Time} at=${row.acknowledged_at} />` : html`<span class="muted">not yet</span>`) },
];
const ACTIONS = [{ name: "acknowledge", label: "Acknowledge", key: "a", scope: "alerts:write", run: row => post(`api/alerts/${row.id}/acknowledge`) }];

const CHANNEL = [
  { name: "type", label: "Kind", options: ["webhook", "slack", "discord", "email"].map(name => [name, words(name)]), value: "webhook" },
  { name: "url", label: "URL", wide: true, when: values => values.type !== "email" },
  { name: "to", label: "To", wide: true, when: values => values.type === "email" },
  { name: "alert_types", label: "Told of", kind: "checks", options: TYPES.map(name => [name, words(name)]), value: ["failure", "recovery"] },
  { name: "is_active", label: "Active", kind: "bool", value: true },
];

const edit = (channel, done) => open(html`<${Dialog} title=${channel ? "Channel" : "New channel"}>
  <${Form} fields=${channel ? CHANNEL.slice(1).map(field => (field.when ? { ...field, when: () => field.when(channel) } : field)) : CHANNEL} from=${channel || {}} changes=${Boolean(channel)} label="Save" cancel=${close} test="channel-form" submit=${async (body, _, still) => {
    await (channel ? call("PATCH", `api/alert-channels/${channel.id}`, body) : post("api/alert-channels", body));
    still() && close();
    say("Saved. A test shows whether something arrives.");
    done();
  }} /><//>`);

const CHANNELS = [
  { name: "type", title: "Channel", kind: "lead", text: row => row.type, cell: row => html`<span class="strong">${words(row.type)}</span>` },
  { name: "url", title: "To", kind: "cut", text: row => row.url || row.to },
  { name: "is_active", title: "State", cell: row => html`<${Status} of=${row.is_active ? "active" : "paused"} />` },
  { name: "alert_types", title: "Told of", text: row => row.alert_types.join(", ") },
  { title: "Last message", cell: ({ last_message: last }) => (last ? html`<${Status} of=${last.status} text=${`${words(last.status)}${last.test ? " (test)" : ""}`} /> <${Time} at=${last.delivered_at || last.created_at} /> <span class="muted">${plain(last.last_error_message || "")}</span>` : html`<span class="muted">none yet</span>`) },
  { unseen: "Actions", kind: "acts", cell: (row, list) => html`
    <${Act} scope="alerts:write" kind="small" test="test-channel" label=${`Test channel ${row.id}`} work=${() => post(`api/alert-channels/${row.id}/test`)} done="A test is on its way. What comes of it stands in the list." then=${() => setTimeout(() => list.gone || list.reread(), 1500)}>Test<//>
    <${Button} scope="alerts:write" kind="small" test="edit-channel" label=${`Edit channel ${row.id}`} run=${() => edit(row, list.reread)}>Edit<//>
    <${Act} scope="alerts:write" kind="danger-quiet small" danger test="delete-channel" label=${`Delete channel ${row.id}`} title="Delete the channel" text="Nothing is sent to it any more." yes="Delete it" work=${() => call("DELETE", `api/alert-channels/${row.id}`)} done="Deleted." then=${list.reread}>Delete<//>` },
];

export class Alerts extends Component {
  state = { turn: 0 };
  render({ query }, { turn }) {
    const filter = { type: query.type, alertable_type: query.alertable_type, acknowledged: query.acknowledged };
    const any = Object.values(filter).some(Boolean);
    return html`<${Head} title="Alerts" />
      <div class="filters" role="search"><${Filters} page="alerts" query=${filter} fields=${[{ name: "type", label: "Kind", options: TYPES }, { name: "alertable_type", label: "Of", options: ["cron", "queue"] }, { name: "acknowledged", label: "Acknowledged", options: ["false", "true"] }]} /></div>
      <${List} key=${`alerts${search(filter)}`} path="api/alerts" query=${filter} name="alerts" caption="Alerts" live actions=${ACTIONS} columns=${COLUMNS}
        empty=${html`<${Empty} title=${any ? "No alert matches" : "No alerts"}><p>Crons alert by themselves; a queue does when <a href="#/queues">its settings</a> say so.</p><//>`} />
      <${List} title="Channels" side=${html`<${Button} scope="alerts:write" kind="primary small" test="new-channel" run=${() => edit(null, () => this.setState({ turn: turn + 1 }))}>New channel<//>`} key=${`channels${turn}`} path="api/alert-channels" name="channels" caption="Channels" columns=${CHANNELS} empty=${html`<${Empty} title="No channels yet"><p>A channel takes alerts to a webhook, Slack, Discord or a mailbox.</p><//>`} />`;
  }
}
