// A form made from a list of its fields, and the body that comes of it.
import { Raw } from "./api.js";
import { plain } from "./format.js";
import { draft, drafted, may, store } from "./store.js";
import { Component, createRef, html } from "./ui.js";

const ASSERTIONS = [
  ["status_code_equals", "Status is"],
  ["body_contains", "Body contains"],
  ["body_not_contains", "Body does not contain"],
  ["response_time_under_ms", "Answer within (ms)"],
  ["header_equals", "Header is"],
  ["json_path_equals", "JSON path is"],
];
const EXTRA = { header_equals: ["name", "Header"], json_path_equals: ["path", "Path"] };

/** A number as it was typed; what is none goes as text, and the server says what is wrong with it. */
const integer = text => (/^-?(0|[1-9]\d*)$/.test(text.trim()) ? new Raw(text.trim()) : text.trim());
const parts = text => text.split(/[,\n]/).map(part => part.trim()).filter(Boolean);

/** How each kind is read from what was typed. Undefined is left out. */
const READ = {
  int: text => (text.trim() ? integer(text) : undefined),
  ints: text => (text.trim() === "none" ? [] : parts(text).map(integer)),
  words: text => parts(text),
  lines: text => text.split(/\r?\n/).filter(line => line.trim()),
  checks: list => list,
  bool: on => on,
  yes: text => (text === "true" ? true : text === "false" ? false : text),
  json: text => {
    if (!text.trim()) {
      return undefined;
    }
    try {
      JSON.parse(text);
    } catch (problem) {
      throw new Error(`This is not JSON: ${problem.message}.`);
    }
    return new Raw(text.trim());
  },
  headers: text => {
    const names = new Set();
    return Object.fromEntries(text.split("\n").filter(line => line.trim()).map(line => {
      const at = line.indexOf(":");
      if (at < 1) {
        throw new Error(`Write each header as Name: value. There is no colon in “${line}”.`);
      }
      const name = line.slice(0, at).trim();
      if (names.has(name.toLowerCase())) {
        throw new Error(`There are two lines of ${name}. Write both values in one, with a comma between them.`);
      }
      names.add(name.toLowerCase());
      return [name, line.slice(at + 1).trim()];
    }));
  },
  instant: text => (text ? new Date(`${text}Z`).toISOString().replace(/\.\d+Z/, "+00:00") : undefined),
  assertions: list => list.map(one => new Raw(JSON.stringify(one))),
};

/** What the API says, as it is typed. */
function typed(kind, value) {
  if (kind === "bool") {
    return Boolean(value);
  }
  if (kind === "checks" || kind === "assertions") {
    return value || [];
  }
  if (value === null || value === undefined) {
    return "";
  }
  if (kind === "headers") {
    return Object.entries(value).map(([name, text]) => `${name}: ${text}`).join("\n");
  }
  if (kind === "lines" && Array.isArray(value)) {
    return value.join("\n");
  }
  if (kind === "ints" && Array.isArray(value)) {
    return value.join(", ") || "none";
  }
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** Blank ones of these kinds are empty lists. */
const LISTS = ["ints", "words", "lines", "checks", "headers", "assertions"];

/**
 * The body of these fields. With `before`, only what has another value than there; blank ones are null where that means
 * something, and what the API cannot take away is told of.
 */
export function bodyOf(fields, values, before) {
  const body = {};
  const errors = {};
  for (const { name, label, kind = "text", nullable, always, filled, instead } of fields) {
    const value = values[name];
    const blank = value === "" || value === undefined || (Array.isArray(value) && !value.length);
    if (before ? JSON.stringify(value) === JSON.stringify(before[name]) : blank && !always) {
      continue;
    }
    if (before && blank && values[instead]) {
      continue;
    }
    if (before && blank && !nullable && (filled || !LISTS.includes(kind))) {
      errors[name] = [`${label}: once given, it cannot be taken away. Fill in another value.`];
      continue;
    }
    try {
      body[name] = blank && nullable ? null : READ[kind] ? READ[kind](value) : value;
    } catch (problem) {
      errors[name] = [problem.message];
    }
  }
  return { body, errors };
}

/** The values to begin with, from something of the API. */
const valuesOf = (fields, from = {}) => Object.fromEntries(fields.map(field =>
  [field.name, typed(field.kind, from[field.name] ?? field.value)]));

function Assertions({ value, change, id }) {
  const put = (at, part) => change(value.map((one, i) => (i === at ? part(one) : one)));
  return html`<div class="stack">
    ${value.map((one, at) => html`<div class="row assertion">
      <select aria-label=${`Assertion ${at + 1}`} value=${one.type} onChange=${event => { const type = event.currentTarget.value; put(at, () => ({ type, value: one.value })); }}>
        ${ASSERTIONS.map(([type, text]) => html`<option value=${type} selected=${type === one.type}>${text}</option>`)}</select>
      ${EXTRA[one.type] && html`<input aria-label=${`${EXTRA[one.type][1]} of assertion ${at + 1}`} placeholder=${EXTRA[one.type][1]} value=${one[EXTRA[one.type][0]] || ""}
        onInput=${event => { const text = event.currentTarget.value; put(at, old => ({ ...old, [EXTRA[one.type][0]]: text })); }} />`}
      <input aria-label=${`Value of assertion ${at + 1}`} placeholder="Value" value=${one.value || ""} onInput=${event => { const text = event.currentTarget.value; put(at, old => ({ ...old, value: text })); }} />
      <button type="button" class="quiet small" aria-label=${`Remove assertion ${at + 1}`} onClick=${() => change(value.filter((_, i) => i !== at))}>Remove</button>
    </div>`)}
    <div><button type="button" id=${id} class="small" onClick=${() => change([...value, { type: "status_code_equals", value: "200" }])}>Add an assertion</button></div>
  </div>`;
}

/** Whether lines end as in Windows, all of them; browsers' fields end theirs otherwise. */
const hasReturns = text => /\r\n/.test(text) && !/\r(?!\n)|(^|[^\r])\n/.test(text);

function Input({ field, id, value, before, change, described, invalid }) {
  const { kind = "text", options, rows, list, required, placeholder, name } = field;
  const common = { id, "data-test": `field-${name}`, "aria-describedby": described, "aria-invalid": invalid ? "true" : undefined };
  const typing = event => change(event.currentTarget.value);
  if (kind === "bool") {
    return html`<input type="checkbox" ...${common} checked=${value} onChange=${event => change(event.currentTarget.checked)} />`;
  }
  if (kind === "assertions") {
    return html`<${Assertions} value=${value} change=${change} id=${id} />`;
  }
  if (kind === "checks") {
    return html`<div class="checks" ...${common} role="group" aria-label=${field.label}>${options.map(([one, text]) => html`<label class="check">
      <input type="checkbox" data-test=${`check-${one}`} checked=${value.includes(one)} onChange=${event => change(event.currentTarget.checked ? [...value, one] : value.filter(other => other !== one))} />${text}</label>`)}</div>`;
  }
  if (options) {
    // What is none of them is sent as well, and so shown.
    const all = options.some(([one]) => one === value) ? options : [...options, [value, plain(value)]];
    return html`<select ...${common} onChange=${typing}>${all.map(([one, text]) => html`<option value=${one} selected=${one === value}>${text}</option>`)}</select>`;
  }
  if (rows || kind === "json" || kind === "headers") {
    return html`<textarea ...${common} class="mono" rows=${rows || 4} spellcheck=${false} placeholder=${placeholder} value=${value.replace(/\r\n?/g, "\n")}
      onInput=${event => { const text = event.currentTarget.value; change(hasReturns(before) ? text.replaceAll("\n", "\r\n") : text); }} aria-required=${required && "true"}></textarea>`;
  }
  return html`<input ...${common} type=${kind === "instant" ? "datetime-local" : "text"} step=${kind === "instant" ? "1" : undefined} inputmode=${kind === "int" ? "numeric" : undefined}
    list=${list ? `${id}-list` : undefined} placeholder=${placeholder} value=${value} onInput=${typing} onKeyUp=${kind === "instant" ? typing : undefined} autocomplete="off" spellcheck=${false} aria-required=${required && "true"} />
    ${list && html`<datalist id=${`${id}-list`}>${list.map(one => html`<option value=${one} />`)}</datalist>`}`;
}

/** What stands where somebody came by an address to what his token may not do. */
export const Lacks = ({ scope }) => html`<p class="notice" data-test="lacks">This token may not do that: it lacks the scope <code>${scope}</code>.</p>`;

let forms = 0;

/**
 * `fields` of `{name, label, kind, hint, required, more, …}`, `from` what the API says now, `submit(body, values, still)`, of which
 * the last tells whether the form is there still: an answer that comes late closes and leaves nothing else.
 * With `changes`, only what was changed is sent. Who lacks its `scope` is told so, and sends nothing.
 */
export class Form extends Component {
  box = createRef();
  form = `form${forms++}`;
  place = `${this.props.test} ${this.props.from?.id ?? ""} ${location.hash}`;
  before = { ...valuesOf(this.props.fields, this.props.from), ...this.props.values };
  state = { values: { ...this.before, ...drafted(this.place) }, errors: {}, message: null, busy: false };

  componentDidMount() {
    this.tell();
  }

  componentWillUnmount() {
    this.gone = true;
    const typed = Object.entries(this.state.values).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(this.before[name]));
    typed.length && draft(this.place, Object.fromEntries(typed));
  }

  tell() {
    this.props.typing?.(this.state.values, this.halves());
  }

  /** Dates that are filled in by half have no value, as if they were left out. */
  halves() {
    const half = this.props.fields.filter(({ name, kind }) => kind === "instant" && this.box.current?.querySelector(`#${this.form}-${name}`)?.validity.badInput);
    return Object.fromEntries(half.map(({ name }) => [name, ["Fill in the whole date and time, or clear it."]]));
  }

  change = (name, value) => this.setState({ values: { ...this.state.values, [name]: value } }, () => this.tell());

  send = async event => {
    event.preventDefault();
    const { fields, changes, submit } = this.props;
    const { body, errors } = bodyOf(fields.filter(field => !field.when || field.when(this.state.values)), this.state.values, changes ? this.before : null);
    Object.assign(errors, this.halves());
    if (Object.keys(errors).length) {
      this.refuse("Please look at what is marked.", errors);
      return;
    }
    this.setState({ busy: true, message: null, errors: {} });
    try {
      await submit(body, this.state.values, () => !this.gone);
      this.setState({ busy: false });
    } catch (refused) {
      this.refuse(refused.message, refused.errors || {});
    }
  };

  refuse(message, errors) {
    const told = {};
    for (const [key, texts] of Object.entries(errors)) {
      (told[key.split(".")[0]] ||= []).push(...texts);
    }
    this.setState({ busy: false, message, errors: told }, () => {
      const first = this.box.current?.querySelector("[aria-invalid=true]");
      first?.closest("details")?.setAttribute("open", "");
      (first || this.box.current?.querySelector(".error"))?.focus();
    });
  }

  field = field => {
    const id = `${this.form}-${field.name}`;
    const told = this.state.errors[field.name];
    const described = [field.hint && `${id}-hint`, told && `${id}-error`].filter(Boolean).join(" ") || undefined;
    const grouped = field.kind === "checks";
    const label = html`${field.label}${field.required ? html`<span class="muted"> (required)</span>` : ""}`;
    return html`<div class=${`field ${field.kind === "bool" ? "inline" : ""} ${field.wide || field.rows || ["json", "headers", "checks", "assertions"].includes(field.kind) ? "full" : ""}`} key=${field.name}>
      ${grouped ? html`<span class="label">${label}</span>` : html`<label for=${id}>${label}</label>`}
      <${Input} field=${field} id=${id} value=${this.state.values[field.name]} before=${this.before[field.name]} change=${value => this.change(field.name, value)} described=${described} invalid=${told} />
      ${field.hint && html`<p class="hint" id=${`${id}-hint`}>${field.hint}</p>`}
      ${field.after?.(this.state.values)}
      ${told && html`<p class="error" id=${`${id}-error`} data-test=${`error-${field.name}`}>${told.map(plain).join(" ")}</p>`}
    </div>`;
  };

  render({ fields, label, children, cancel, test, scope, kind = "primary" }, { message, busy }) {
    const barred = scope && store.me && !may(scope);
    const shown = fields.filter(field => !field.when || field.when(this.state.values));
    const more = shown.filter(field => field.more);
    return html`<form ref=${this.box} onSubmit=${barred ? event => event.preventDefault() : this.send} novalidate data-test=${test}>
      ${barred && html`<${Lacks} scope=${scope} />`}
      <div class="fields">${shown.filter(field => !field.more).map(this.field)}</div>
      ${more.length > 0 && html`<details class="further"><summary>More settings</summary><div class="fields">${more.map(this.field)}</div></details>`}
      ${children}
      ${message && html`<p class="error" role="alert" tabindex="-1" data-test="form-error">${plain(message)}</p>`}
      <div class="row end">
        ${cancel && html`<button type="button" onClick=${cancel}>Cancel</button>`}
        ${!barred && html`<button type="submit" class=${kind} disabled=${busy} data-test="submit">${busy ? "Sending…" : label}</button>`}
      </div>
    </form>`;
  }
}
