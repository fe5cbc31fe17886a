// A job: its chain on a time line, what was sent and answered, and what can be done about it.
import { call, text } from "./api.js";
import { curl, plain } from "./format.js";
import { Form } from "./form.js";
import { member } from "./json.js";
import { bodied, formOf, LARGE, Push } from "./push.js";
import { go } from "./router.js";
import { Attempts, Callbacks, Chain, FINISHED, Headers, settled, waited } from "./run.js";
import { again, close, open, say } from "./store.js";
import { Act, Body, Button, Component, Copy, Dialog, Facts, Head, html, Panel, Status, Tags, Time, to, Value } from "./ui.js";

/** A job with its payload as the text that it is. */
export async function load(id) {
  const content = await text("GET", `api/jobs/${id}`);
  const payload = member(content, "payload");
  return { ...JSON.parse(content), payload: payload === "null" ? null : payload };
}

/** Its headers with the type that is sent where it names none. */
const typed = job => (Object.keys(job.headers).some(name => name.toLowerCase() === "content-type") || !(job.payload || job.body)
  ? job.headers
  : { ...job.headers, "Content-Type": job.payload ? "application/json" : "text/plain; charset=utf-8" });

export class Job extends Component {
  state = { job: null, others: {} };

  componentDidMount() {
    this.look();
    this.stop = again(2000, async () => {
      const { job, busy } = this.state;
      job && !busy && !settled(job) && await this.look();
    });
  }

  componentWillUnmount() {
    this.stop();
    this.gone = true;
  }

  look = async () => {
    this.setState({ busy: true });
    try {
      const job = await load(this.props.id);
      this.gone || this.setState({ job, error: null });
      await this.attempts(job);
    } catch (refused) {
      this.setState({ error: refused.message });
    }
    this.setState({ busy: false });
  };

  /** The runs of the chain's other attempts, where that moves no large payload ten times. */
  async attempts(job) {
    if ((job.payload || job.body || "").length < LARGE) {
      const missing = job.chain.filter(one => one.id !== job.id && (this.state.others[one.id]?.status !== one.status || !FINISHED.includes(one.status)));
      const loaded = await Promise.all(missing.map(one => load(one.id).catch(() => null)));
      this.gone || this.setState({ others: { ...this.state.others, ...Object.fromEntries(loaded.filter(Boolean).map(one => [one.id, one])) } });
    }
  }

  runsOf = id => (id === this.state.job.id ? this.state.job : this.state.others[id])?.runs || [];

  accepted() {
    const { job, others } = this.state;
    return (job.id === job.original_job_id ? job : others[job.original_job_id])?.created_at;
  }

  edit = () => {
    const { shown, hidden, large } = formOf(this.state.job);
    const instead = { payload: !this.state.job.payload && this.state.job.body && { more: true }, retry_delays: { filled: true, hint: "Such as 60, 1800, or none" } };
    const fields = bodied(large).map(field => ({ ...field, ...instead[field.name] }));
    open(html`<${Dialog} title=${`Edit job ${this.props.id}`} wide>
      ${hidden.length > 0 && html`<p class="notice">Not shown: ${hidden.join(", ")}. They stay unless you fill in others; new headers take the place of all.</p>`}
      ${large && html`<p class="notice">The body is too large to be edited here. It stays as it is.</p>`}
      <${Form} fields=${fields} from=${shown} values=${{ delay: "", run_at: "" }} changes label="Save" cancel=${close} test="edit-form" submit=${async (body, _, still) => {
        await call("PATCH", `api/jobs/${this.props.id}`, body);
        still() && close();
        say("Changed.");
        this.look();
      }} /><//>`);
  };

  actions(job) {
    const waits = job.chain.some(one => one.status === "pending");
    const path = `api/jobs/${job.id}`;
    const done = FINISHED.includes(job.status);
    const spelt = curl(job.method, job.url, typed(job), job.payload || job.body);
    return html`
      ${done && !(job.replayed_as && job.final_status === "dead_lettered") && html`<${Act} scope="jobs:write" kind="primary" hotkey="r" test="replay" work=${() => call("POST", `${path}/replay`, {})} done=${answer => `Sent again, as job ${answer.job_id}.`} then=${answer => go(to(`jobs/${answer.job_id}`))}>Replay<//>`}
      ${done && html`<${Button} scope="jobs:write" hotkey="e" test="replay-edited" run=${() => open(html`<${Dialog} title=${`Replay job ${job.id}, edited`} wide><${Push} from=${job} cancel=${close} done=${close} /><//>`)}>Replay edited<//>`}
      ${job.status === "pending" && html`<${Button} scope="jobs:write" hotkey="e" test="edit" run=${this.edit}>Edit<//>`}
      ${waits && html`<${Act} scope="jobs:write" hotkey="c" test="cancel" title="Cancel" text="Cancel what is pending of this chain? It is never sent then." yes="Cancel it" work=${() => call("POST", `${path}/cancel`, {})} done="Cancelled." then=${this.look}>Cancel<//>`}
      <${Copy} text=${spelt} what="curl line of the request" test="copy-curl" kind="">Copy curl<//>
      <${Act} scope="jobs:write" danger test="delete" title="Delete" text="Delete the whole chain with its runs and callbacks?" yes="Delete it" work=${() => call("DELETE", path)} done="Deleted." then=${() => go(to("jobs"))}>Delete<//>`;
  }

  render({ id }, { job, error }) {
    if (!job) {
      return html`<${Head} title=${`Job ${plain(id)}`} />${error ? html`<p class="error" role="alert">${plain(error)}</p><p><a href="#/jobs">All jobs</a></p>` : html`<p class="muted">Loading…</p>`}`;
    }
    return html`<${Head} title=${`Job ${job.id}`} kind=${html`<a href=${to("jobs", { queue: job.queue })}><${Value} of=${job.queue} /></a>`}>
        <${Status} of=${job.status === "failed" && job.final_status ? job.final_status : job.status} />
        ${this.actions(job)}<//>
      ${error && html`<p class="error" role="alert">${error}</p>`}
      <${Panel} title="Time line" test="timeline"><${Chain} of=${job.chain} here=${job.id} from=${this.accepted()} wait=${waited(job.chain, this.runsOf, this.accepted())} link=${one => to(`jobs/${one.id}`)} /><//>
      <${Panel}><${Facts} of=${[["Request", html`<span class="method">${job.method}</span> <${Value} of=${job.url} mono />`, true], ["Due", html`<${Time} at=${job.scheduled_at} />`], ["Attempt", `${job.attempt_number} of ${job.retry_delays.length + 1} at most`],
        ["Timeout", `${job.timeout_seconds} s`], ["Retries after", job.retry_delays.length ? `${job.retry_delays.join(", ")} s` : "none"], ["Priority", job.priority], ["Callback", job.callback_url ? html`<${Value} of=${job.callback_url} mono />` : undefined, true],
        ["Tags", job.tags?.length ? html`<${Tags} of=${job.tags} />` : undefined, true], ["Not shown", job.redact?.length ? job.redact.join(", ") : undefined],
        ["Replayed as", job.replayed_as ? html`<a href=${to(`jobs/${job.replayed_as}`)}>${job.replayed_as}</a>` : undefined]]} /><//>
      ${!job.runs.length && html`<${Panel} title="What will be sent" test="request"><${Headers} of=${job.headers} what="Request headers" /><${Body} text=${job.payload || job.body} what="request body" /><//>`}
      <${Panel} title="Runs" test="runs">
        <${Attempts} of=${job.chain} runs=${this.runsOf} here=${job.id} job=${job} />
        ${!job.chain.some(one => this.runsOf(one.id).length) && html`<p class="muted">${job.status === "cancelled" ? "It was cancelled before it was sent." : "Nothing has been sent yet."}</p>`}
        <${Callbacks} of=${job.callbacks} /><//>`;
  }
}
