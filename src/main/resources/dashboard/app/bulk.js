// Dead letters, and operations over many jobs.
import { get, post, query as search } from "./api.js";
import { count, many, plain, time, words } from "./format.js";
import { Form, Lacks } from "./form.js";
import { Filters, FINALS, JOB_COLUMNS, queueNames, replay, STATUSES } from "./jobs.js";
import { List } from "./list.js";
import { go } from "./router.js";
import { again, close, may, open, say, store, watch } from "./store.js";
import { Act, Bars, Button, Choice, Component, Dialog, Empty, Head, html, Panel, Status, Time, to } from "./ui.js";

const BY = [["queue", "Queue"], ["failure_reason", "Reason"], ["host", "Host"]];

/** All dead letters, counted by what they have in common. */
class Groups extends Component {
  state = { by: "queue" };
  componentDidMount() {
    this.load("queue").catch(() => {});
    this.stop = again(30_000, () => this.load(this.state.by));
  }
  componentWillUnmount() {
    this.stop();
  }
  load = async by => {
    this.setState({ by });
    const found = await get(`api/dead-letters/groups?by=${by}`);
    by === this.state.by && this.setState({ found });
  };
  render({ query }, { by, found }) {
    return found?.groups.length > 0 && html`<${Panel} title="What they have in common" test="groups" side=${html`<${Choice} label="Group by" test="group-by" of=${BY} value=${by} pick=${one => this.load(one).catch(() => {})} />`}>
      <${Bars} label=${`Dead letters by ${words(by)}`} of=${found.groups.map(one => ({ name: by === "failure_reason" ? words(one.value) : one.value ?? "–", count: one.count, href: to("dead-letters", { ...query, [found.by]: one.value }) }))} />
      ${!found.complete && html`<p class="hint">Among the newest ${count(found.looked_at)}.</p>`}<//>`;
  }
}

/** Does it to one, which may be none any more by now. */
const toLetter = (verb, done) => async row => {
  const answer = await post(`api/dead-letters/${verb}`, { ids: [row.id] });
  if (!answer[done]) {
    throw new Error(`Job ${row.id} is no dead letter any more: it was replayed or removed meanwhile.`);
  }
};

const LETTER_COLUMNS = [
  JOB_COLUMNS[0],
  { name: "last_failure_reason", title: "Reason", cell: row => html`<${Status} of="dead_lettered" text=${words(row.last_failure_reason)} />` },
  { name: "last_response_status" },
  { name: "last_error_message", title: "Said", kind: "cut" },
  ...JOB_COLUMNS.filter(column => ["queue", "method", "url", "tags", "created_at"].includes(column.name)),
  { name: "attempts", title: "Attempts", kind: "number" },
  { name: "dead_lettered_at", title: "Since", cell: row => html`<${Time} at=${row.dead_lettered_at} />` },
];
const LETTER_ACTIONS = [
  { ...replay, run: toLetter("replay", "replayed") },
  { name: "purge", label: "Purge", scope: "jobs:write", danger: true, run: toLetter("purge", "purged"), ask: rows => `Remove ${many(rows.length, "dead letter")} with their runs, for good?` },
];

export class DeadLetters extends Component {
  render({ query }) {
    const { queue, url, host, failure_reason, tag } = query;
    const filter = { queue, url, host, failure_reason, tag };
    const any = Object.values(filter).some(Boolean);
    const all = action => to("operations", { new: 1, action, final_status: "dead_lettered", replayed: "false", ...filter });
    return html`<${Head} title="Dead letters">${may("jobs:write") && html`<a class="button" data-test="bulk" href=${all("replay")}>Replay all that match</a><a class="button danger-quiet" data-test="purge-all" href=${all("purge")}>Purge all that match</a>`}<//>
      ${!any && html`<${Groups} query=${filter} />`}
      <div class="filters" role="search"><${Filters} page="dead-letters" query=${filter} fields=${[{ name: "queue", label: "Queue", list: queueNames() }, { name: "failure_reason", label: "Reason" }, { name: "host", label: "Host" }, { name: "url", label: "Part of the URL" }, { name: "tag", label: "Tag" }]} />
        ${any && html`<a class="button quiet" href="#/dead-letters">Clear</a>`}</div>
      <${List} key=${search(filter)} path="api/dead-letters" query=${filter} name="dead-letters" caption="Dead letters" live actions=${LETTER_ACTIONS} columns=${LETTER_COLUMNS}
        empty=${html`<${Empty} title=${any ? "No dead letter matches" : "No dead letters"}><p>A job comes here when its last retry has failed. From here it can be sent again. <a href="#/jobs">All jobs</a></p><//>`} />`;
  }
}

/** So ends an attempt, and no chain: what is done goes by chains. */
const OF_ATTEMPTS = "failed_with_retries";
const options = list => [["", "Any"], ...list.map(name => [name, words(name)])];
const FILTER = [
  { name: "queue", label: "Queue" },
  { name: "status", label: "Status", options: options(STATUSES) },
  { name: "final_status", label: "Ended as", options: options(FINALS.filter(name => name !== OF_ATTEMPTS)) },
  { name: "url", label: "Part of the URL" },
  { name: "tag", label: "Tag" },
  { name: "host", label: "Host" },
  { name: "failure_reason", label: "Reason", placeholder: "timeout" },
  { name: "replayed", label: "Replayed", kind: "yes", options: [["", "Any"], ["false", "no"], ["true", "yes"]] },
  { name: "after", label: "Accepted after", kind: "instant", hint: "UTC" },
  { name: "before", label: "Accepted before", kind: "instant", hint: "UTC" },
];
const VERBS = [["replay", "Replay: send finished jobs again"], ["cancel", "Cancel what is pending"], ["purge", "Purge: remove finished jobs"]];

const start = async body => {
  await post("api/operations", body);
  say(body.dry_run ? "Counting. Nothing is changed." : "Started.");
};
const show = () => go(to("operations", { at: Date.now() }));

const compose = query => open(html`<${Dialog} title="New bulk action" wide test="operation-dialog">
  ${query.final_status === OF_ATTEMPTS && html`<p class="notice" data-test="not-taken">“Ended as: ${words(OF_ATTEMPTS)}” is not taken over: it is said of single attempts, and a bulk action goes by chains. Choose what finds their chains.</p>`}
  <p class="hint">It works through everything that matches now. What comes later is left alone. First count what it would change; then run it from the list. A purge takes dead letters that were replayed as well, unless “Replayed” is “no”.</p>
  <${Form} test="operation-form" label="Count what matches" cancel=${close}
    fields=${[{ name: "action", label: "What to do", options: VERBS, value: "replay", wide: true }, ...FILTER, { name: "max_per_second", label: "A second, at most", kind: "int", hint: "Empty: as fast as it goes" }]}
    from=${{ ...query, final_status: query.final_status === OF_ATTEMPTS ? "" : query.final_status }} submit=${async ({ action, max_per_second, ...filter }, _, still) => {
      await start({ action, filter, dry_run: true, max_per_second });
      if (still()) {
        close();
        show();
      }
    }} /><//>`);

const Progress = ({ of }) => html`<div class="progress"><progress max=${Math.max(of.matched || 0, (of.done || 0) + (of.skipped || 0), 1)} value=${of.status === "finished" ? Math.max(of.matched || 0, 1) : undefined} aria-label=${`Progress of operation ${of.id}`}></progress>
  <span>${of.dry_run ? `${count(of.matched)} match${of.skipped ? `, ${count(of.skipped)} of them would be skipped` : ""}` : `${count(of.done)} done, ${count(of.skipped)} skipped ${of.status === "running" ? "so far" : `of ${count(of.matched)}`}`}</span></div>`;
const given = filter => FILTER.map(field => [field, filter?.[field.name]]).filter(([, value]) => value !== null && value !== undefined);
/** In the form's words, and by the reader's clock. */
const said = filter => given(filter).map(([{ label, kind, options: known }, value]) =>
  `${label}: ${kind === "instant" ? time(value, true) : known?.find(([one]) => one === String(value))?.[1] ?? value}`).join(", ");

/** What a count has looked at: nothing that was accepted after it. Times are told in seconds, so the one that had begun is whole. */
const counted = ({ filter, created_at }) => {
  const until = new Date(Date.parse(created_at) + 1000).toISOString().replace(/\.\d+Z/, "+00:00");
  const kept = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null));
  return { ...kept, before: kept.before && Date.parse(kept.before) < Date.parse(until) ? kept.before : until };
};

/** What was begun by running this count, among the rows of its list. */
const runOf = (row, { rows, fresh }) => [...fresh, ...rows].find(one => one.id > row.id && !one.dry_run && one.action === row.action && said(one.filter) === said(counted(row)));

const RunIt = ({ row, ran }) => html`${ran && html`<span class="muted" data-test="ran">run as ${ran.id}</span> `}<${Act} scope="jobs:write" kind=${ran ? "small" : "small primary"} danger=${row.action === "purge"} test="run-operation" label=${`${ran ? "Run it again" : "Run it"}: ${row.action} what operation ${row.id} counted`}
  title=${`${words(row.action)} ${many(row.matched - row.skipped, "job")}`} text=${`Over ${plain(said(counted(row)))}. So many matched at ${time(row.finished_at)}: what has come into its state since is taken as well, what has left it is skipped. Count again where that matters.`} yes=${`${words(row.action)} them`}
  work=${() => start({ action: row.action, filter: counted(row), dry_run: false, max_per_second: row.max_per_second ?? undefined })} then=${show}>${ran ? "Run again" : "Run it"}<//>`;

const OPERATION_COLUMNS = [
  { name: "id", title: "Operation", kind: "lead", cell: row => html`<span class="strong">${row.id}</span> ${words(row.action)}` },
  { name: "status", title: "State", cell: row => html`<${Status} of=${row.status} text=${row.dry_run ? `${words(row.status)}, counted only` : ""} />` },
  { name: "filter", title: "Over", kind: "said", text: row => said(row.filter) },
  { name: "matched", title: "Progress", cell: row => html`<${Progress} of=${row} />` },
  { name: "done" }, { name: "skipped" }, { name: "dry_run" },
  { name: "created_at", title: "Since", cell: row => html`<${Time} at=${row.created_at} />` },
  { name: "finished_at", title: "Ended", cell: row => html`<${Time} at=${row.finished_at} />` },
  { unseen: "Actions", kind: "acts", cell: (row, list) => html`
    ${row.status === "running" && html`<${Act} scope="jobs:write" kind="small" test="stop" label=${`Stop operation ${row.id}`} work=${() => post(`api/operations/${row.id}/stop`)} done="Stopped." then=${list.reread}>Stop<//>`}
    ${row.dry_run && row.status === "finished" && row.matched > row.skipped && html`<${RunIt} row=${row} ran=${runOf(row, list.state)} />`}` },
];

export class Operations extends Component {
  componentDidMount() {
    this.stop = watch(this.begin);
    this.begin();
  }
  componentWillUnmount() {
    this.stop();
  }
  /** As soon as it is known what he may do. */
  begin = () => {
    const { new: fresh, ...query } = this.props.query;
    if (fresh && !this.begun && may("jobs:write")) {
      this.begun = true;
      compose(query);
    }
  };
  render({ query }) {
    return html`<${Head} title="Bulk actions"><${Button} scope="jobs:write" kind="primary" test="new-operation" run=${() => compose({})}>New bulk action<//><//>
      ${query.new && store.me && !may("jobs:write") && html`<${Lacks} scope="jobs:write" />`}
      <${List} key=${query.at} path="api/operations" name="operations" caption="Operations" live every=${1900} columns=${OPERATION_COLUMNS}
        empty=${html`<${Empty} title="No bulk actions yet"><p>A bulk action replays, cancels or purges everything that a filter finds, in slices, and tells how far it is. Begin from a <a href="#/jobs">filter of jobs</a> or here.</p><//>`} />`;
  }
}
