// The small pieces that pages are made of.
import { Component, createRef, h } from "../vendor/preact.mjs";
import htm from "../vendor/htm.mjs";
import { ago, count, plain, size, time, words } from "./format.js";
import { tree } from "./json.js";
import { attempt, close, may, open, say } from "./store.js";
import { query } from "./api.js";

export const html = htm.bind(h);

/** The address of a page within the dashboard. */
export const to = (path, values = {}) => `#/${path}${query(values)}`;

const RING = "M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9";
const SQUARE = "M1.5 1.5h9v9h-9z";
const CHECK = "M1.5 6.5l3 3 6-7";
const CROSS = "M2 2l8 8M10 2l-8 8";
const AGAIN = "M10.2 6.6A4.3 4.3 0 1 1 8.9 2.9M9.6.8v2.6H7";
/** Each state by its shape and its tone, so that it is told without colours. */
const STATES = {
  pending: ["calm", RING],
  processing: ["busy", `${RING}M6 3.8v2.6l1.8 1`],
  running: ["busy", `${RING}M6 3.8v2.6l1.8 1`],
  completed: ["good", CHECK],
  success: ["good", CHECK],
  delivered: ["good", CHECK],
  finished: ["good", CHECK],
  recovery: ["good", CHECK],
  failed: ["bad", CROSS],
  failure: ["bad", `${RING}M6 3.5v3M6 8v.4`],
  retrying: ["warn", AGAIN],
  failed_with_retries: ["warn", AGAIN],
  failed_no_retries: ["bad", CROSS],
  dead_lettered: ["bad", `${SQUARE}M4 4l4 4M8 4l-4 4`],
  warning: ["warn", "M6 1.3l5 9.2H1zM6 4.8v2.4M6 8.7v.3"],
  cancelled: ["calm", "M1.5 6h9"],
  skipped: ["calm", "M1.5 6h9"],
  stopped: ["calm", "M2.5 2.5h7v7h-7z"],
  paused: ["warn", "M4 2v8M8 2v8"],
  active: ["good", "M3 1.8l6.5 4.2L3 10.2z"],
};
const NAMES = { dead_lettered: "Dead letter", failed_no_retries: "Failed, no retries", failed_with_retries: "Failed, retrying" };

export const Shape = ({ path, size: side = 12 }) => html`
  <svg class="shape" viewBox="0 0 12 12" width=${side} height=${side} aria-hidden="true"><path d=${path} /></svg>`;

export function Status({ of, text }) {
  const [tone, path] = STATES[of] || ["calm", RING];
  return html`<span class=${`status ${tone}`} data-status=${of}><${Shape} path=${path} />${text || NAMES[of] || words(of)}</span>`;
}

export const toneOf = status => (STATES[status] || ["calm"])[0];

export const Time = ({ at, far }) => (at
  ? html`<time datetime=${at} title=${`${time(at, true)} · ${ago(at)}`}>${far ? ago(at) : time(at)}</time>`
  : html`<span class="muted">–</span>`);

/** A stranger's text, which turns nothing around it. */
export const Value = ({ of, mono }) =>
  (of === null || of === undefined || of === "" ? html`<span class="muted none">–</span>` : html`<bdi class=${mono ? "mono" : ""}>${plain(of)}</bdi>`);

export const Tags = ({ of, page = "jobs" }) => (of && of.length
  ? html`<span class="tags">${of.map(tag => html`<a class="tag" href=${to(page, { tag })} title=${`All ${page} with this tag`}><bdi>${plain(tag)}</bdi></a>`)}</span>`
  : null);

/** Puts text where it can be pasted, on plain http too, where browsers keep their clipboard to themselves. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    (document.querySelector("dialog[open]") || document.body).append(area);
    const before = document.activeElement;
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    before?.focus();
    if (!copied) {
      say("This browser does not let a page copy. Select the text by hand.", true);
      return;
    }
  }
  say("Copied.");
}

export const Copy = ({ text, what, test, kind = "quiet small", children = "Copy" }) => html`
  <button type="button" class=${kind} data-test=${test} onClick=${() => copy(text)} aria-label=${`Copy ${what}`}>${children}</button>`;

export const Panel = ({ title, children, side, test }) => html`
  <section class="panel" data-test=${test}>
    ${title && html`<div class="bar"><h2>${title}</h2><div class="row">${side}</div></div>`}
    ${children}
  </section>`;

export const Facts = ({ of }) => html`
  <dl class="facts">${of.filter(([, value]) => value !== undefined).map(([name, value, wide]) => html`<div class=${wide ? "wide" : ""}><dt>${name}</dt><dd>${value === null || value === "" ? "–" : value}</dd></div>`)}</dl>`;

/** What a page shows where there is nothing: what would be here, and the next step. */
export const Empty = ({ title, children }) => html`<div class="empty" data-test="empty"><p class="strong">${title}</p>${children}</div>`;

export const Head = ({ title, kind, children }) => html`
  <div class="head">
    <div class="grow">${kind && html`<p class="kind">${kind}</p>`}<h1 tabindex="-1" data-test="title"><bdi>${title}</bdi></h1></div>
    <div class="row">${children}</div>
  </div>`;

/** A key that is held down presses once. */
const once = event => event.repeat && event.key === "Enter" && event.preventDefault();

/** One that is `busy` keeps the focus, and says so. */
export const Button = ({ children, run, kind = "", test, scope, hotkey, off, busy, label }) => (scope && !may(scope) ? null : html`
  <button type="button" class=${kind} data-test=${test} data-key=${hotkey} disabled=${off} aria-disabled=${busy ? "true" : undefined} aria-label=${label} onClick=${run} onKeyDown=${once}>${children}</button>`);

/** One of a few, as buttons in a row. */
export const Choice = ({ label, of, value, pick, test }) => html`
  <div class="choice" role="group" aria-label=${label} data-test=${test}>
    ${of.map(([name, text]) => html`<button type="button" aria-pressed=${String(name === value)} onClick=${() => pick(name)}>${text}</button>`)}
  </div>`;

/** An input that takes another value when the address has one, and keeps what is being typed until then. */
export class Typed extends Component {
  box = createRef();
  componentDidMount() {
    this.box.current.value = this.props.value;
  }
  shouldComponentUpdate(next) {
    return next.value !== this.props.value || (next.list && !this.props.list);
  }
  componentDidUpdate(before) {
    if (before.value !== this.props.value) {
      this.box.current.value = this.props.value;
    }
  }
  /** Of now: what was drawn with the input may be older. */
  changed = event => this.props.onChange?.(event);
  render({ value, ...rest }) {
    return html`<input ref=${this.box} ...${rest} onChange=${this.changed} />`;
  }
}

/** How much of what, as bars that are links. */
export function Bars({ of, label }) {
  const most = Math.max(1, ...of.map(one => one.count));
  return html`<ul class="bars" aria-label=${label}>
    ${of.map(one => html`<li>
      <span class="bar-name">${one.href ? html`<a href=${one.href}><bdi>${plain(one.name)}</bdi></a>` : html`<bdi>${plain(one.name)}</bdi>`}</span>
      <svg class="bar-line" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width=${(100 * one.count) / most} height="8" /></svg>
      <span class="number">${count(one.count)}</span></li>`)}
  </ul>`;
}

/** What was delivered, minute by minute, in a line's height. */
export function Sparkline({ of, label }) {
  if (!of || !of.length) {
    return null;
  }
  const most = Math.max(1, ...of);
  const points = of.map((value, at) => `${((at * 96) / Math.max(1, of.length - 1) + 2).toFixed(1)},${(21 - (18 * value) / most).toFixed(1)}`);
  return html`<svg class="spark" viewBox="0 0 100 24" width="100" height="24" role="img" aria-label=${label}>
    <path class="spark-fill" d=${`M2,22L${points.join("L")}L98,22Z`} /><path d=${`M${points.join("L")}`} /></svg>`;
}

/** A dialog that holds the focus while it is open, and closes by Escape, unless what it shows would be lost by that (`kept`). */
export class Dialog extends Component {
  box = createRef();
  componentDidMount() {
    this.back = document.activeElement;
    this.box.current.showModal();
  }
  componentWillUnmount() {
    this.box.current?.close();
    this.back?.isConnected && this.back.focus();
  }
  /** A browser that is asked to close twice no longer asks; its Escape, though, is a key like others. */
  stay = event => this.props.kept && event.key === "Escape" && event.preventDefault();
  shut = () => this.props.kept && this.box.current?.isConnected && this.box.current.showModal();
  render({ title, children, test, wide, kept }) {
    return html`<dialog ref=${this.box} class=${wide ? "wide" : ""} data-test=${test || "dialog"} aria-labelledby="dialog-title" onCancel=${event => { event.preventDefault(); kept || close(); }} onClose=${this.shut} onKeyDown=${this.stay}>
      <div class="bar"><h2 id="dialog-title">${title}</h2>${!kept && html`<button type="button" class="quiet" aria-label="Close" data-test="dialog-close" onClick=${close}><${Shape} path=${CROSS} /></button>`}</div>
      ${children}
    </dialog>`;
  }
}

/** Asks before something that cannot be taken back. */
export const ask = ({ title, text, yes, run, danger = true }) => open(html`
  <${Dialog} title=${title} test="confirm">
    <p>${text}</p>
    <div class="row end">
      <button type="button" onClick=${close} data-test="confirm-no">Keep as it is</button>
      <button type="button" class=${danger ? "danger" : "primary"} data-test="confirm-yes" onClick=${() => { close(); run(); }}>${yes}</button>
    </div>
  <//>`);

/** A button that asks, does, and says how it went; once, however often it is clicked meanwhile. */
export class Act extends Component {
  state = { busy: false };
  busy = false;

  work = async () => {
    const { work, done, then } = this.props;
    if (!this.busy) {
      this.keep(true);
      const at = location.hash;
      let result;
      const went = await attempt(async () => (result = await work()), done);
      this.keep(false);
      // Who has gone elsewhere meanwhile stays there.
      went && location.hash === at && then?.(result);
    }
  };

  /** At once, and not with the next rendering. */
  keep(busy) {
    this.busy = busy;
    this.gone || this.setState({ busy });
  }

  componentWillUnmount() {
    this.gone = true;
  }

  /** The second click of a double one is no second wish: after a fast answer it would find the button, or the next page's, at rest. */
  run = event => {
    const { title, text, yes, danger } = this.props;
    if (!this.busy && !(event?.detail > 1)) {
      text ? ask({ title, text, yes, danger, run: this.work }) : this.work();
    }
  };

  render({ title, text, yes, work, done, then, danger, ...button }, { busy }) {
    return html`<${Button} ...${button} kind=${danger && !button.kind ? "danger-quiet" : button.kind} busy=${busy} run=${this.run} />`;
  }
}

/** What a page shows once what it is about cannot be read: that it is gone, or else what it had. */
export const lost = (refused, name) => ({ error: plain(refused.message), ...(refused.status === 404 ? { [name]: null } : {}) });

const LEVEL = 100;

class Branch extends Component {
  state = { open: this.props.depth < 2 && this.props.node.items.length <= 50, shown: LEVEL };
  render({ node, name, depth }, { open: isOpen, shown }) {
    const end = node.open === "{" ? "}" : "]";
    return html`<details open=${isOpen} onToggle=${event => this.setState({ open: event.currentTarget.open })}>
      <summary>${name && html`<span class="key">${plain(name)}</span>: `}${node.open}${isOpen ? "" : html` <span class="muted">${node.items.length}</span> ${end}`}</summary>
      ${isOpen && html`<div class=${depth < 16 ? "kids" : ""}>
        ${node.items.slice(0, shown).map(({ key, value }) => (typeof value === "string" || !value.items.length
          ? html`<div>${key && html`<span class="key">${plain(key)}</span>`}${key && ": "}<${Leaf} of=${value} /></div>`
          : html`<${Branch} node=${value} name=${key} depth=${depth + 1} />`))}
        ${node.items.length > shown && html`<button type="button" class="quiet small" onClick=${() => this.setState({ shown: shown + LEVEL })}>${count(node.items.length - shown)} more</button>`}
      </div><div>${end}</div>`}
    </details>`;
  }
}

const Leaf = ({ of }) => html`<span class=${typeof of !== "string" ? "" : of[0] === "\"" ? "text" : "number"}>${typeof of === "string" ? plain(of) : of.open === "{" ? "{}" : "[]"}</span>`;

/** A body: folded where it is JSON, as it is where not. */
export class Body extends Component {
  state = { raw: false };
  shouldComponentUpdate(next, state) {
    return next.text !== this.props.text || state.raw !== this.state.raw;
  }
  render({ text, what, note }, { raw }) {
    if (text === null || text === undefined || text === "") {
      return html`<p class="muted">No body.</p>`;
    }
    const parsed = tree(text);
    return html`<div class="body" data-test="body">
      <div class="bar"><span class="muted">${parsed ? "JSON" : "Text"}, ${size(text)}${note && html` · ${note}`}</span>
        <div class="row">${parsed && html`<button type="button" class="quiet small" aria-pressed=${String(raw)} onClick=${() => this.setState({ raw: !raw })}>As sent</button>`}<${Copy} text=${text} what=${what} /></div></div>
      <div class="code" tabindex="0" role="region" aria-label=${what}>${parsed && !raw
        ? parsed.items.length ? html`<${Branch} node=${parsed} depth=${0} />` : html`<${Leaf} of=${parsed} />`
        : html`<pre>${plain(text)}</pre>`}</div>
    </div>`;
  }
}

export { CROSS, Component, createRef };
