// A list of the API as a table: pages, selection, actions, what is new, CSV.
import { get, query } from "./api.js";
import { csvLine, patiently, saveCsv } from "./csv.js";
import { count, many, plain } from "./format.js";
import { again, attempt, hold, may, say, store } from "./store.js";
import { ask, Button, Component, createRef, html, Value } from "./ui.js";

const PAGE = 25;
const CSV_PAGE = 100;
const CSV_PAGES = 1000;
const LOOKS = 10;
const REFRESH = 10_000;
/** So many rows are looked at again, in so many calls at most. */
const LARGEST = 100;
const CALLS = 5;

const valueOf = (column, row) => {
  const value = column.text ? column.text(row) : row[column.name];
  // A line each, as in forms: a blank or a comma may stand in one.
  return Array.isArray(value) ? value.join("\n") : value;
};

/**
 * `path` and `query` of the list; `columns` of `{name, title, cell, text, kind}`, in the file only where they have no title; `actions` of
 * `{name, label, key, scope, ask, run}` for what is selected; `title` for one that stands under a heading of its own; `live` for one that is looked at again, and says what is new. Or `rows`, for what
 * is there already.
 */
export class List extends Component {
  state = { rows: null, cursor: null, chosen: new Set(), fresh: [], error: null, busy: false, saved: null };
  box = createRef();
  last = null;
  turn = 0;
  rest = 0;

  componentDidMount() {
    this.load();
    this.stop = this.props.live ? again(this.props.every || REFRESH, this.look) : () => {};
    List.current = this.props.actions ? this : List.current;
  }

  componentWillUnmount() {
    this.gone = true;
    this.stop();
    hold(this, false);
    List.current = List.current === this ? null : List.current;
  }

  id = row => (this.props.id ? this.props.id(row) : row.id);
  address = (cursor, limit = this.props.limit || PAGE) => this.props.path + query({ ...this.props.query, limit, cursor });

  /** The first page anew, or the next one. A search whose page comes back without any is looked for some pages further back. */
  load = async more => {
    if (!this.props.path) {
      return;
    }
    this.setState({ busy: true });
    const turn = ++this.turn;
    try {
      let page = await get(this.address(more ? this.state.cursor : ""));
      for (let look = 1; !page.data.length && page.next_cursor && look < LOOKS && !this.gone; look++) {
        page = await get(this.address(page.next_cursor));
      }
      if (!this.gone && turn === this.turn) {
        const known = more ? this.state.rows : [];
        this.setState({ rows: [...known, ...page.data], cursor: page.next_cursor, fresh: [], error: null });
      }
    } catch (refused) {
      this.gone || this.setState({ error: refused.message });
    }
    this.gone || this.setState({ busy: false });
  };

  /**
   * What is shown is read again, from the highest id down as all lists are: what has changed is changed where it stands, what no
   * longer matches leaves, and what came in between is announced. Of what lies below the rows that were read nothing is known.
   */
  look = async () => {
    const shown = this.state.rows;
    if (!shown || this.state.busy || this.rest-- > 0) {
      return;
    }
    const turn = ++this.turn;
    const limit = Math.min(LARGEST, Math.max(shown.length, this.props.limit || PAGE));
    const last = shown.length ? this.id(shown.at(-1)) : Infinity;
    const read = [];
    let lowest = Infinity;
    let cursor = "";
    let calls = 0;
    for (; cursor !== null && calls < CALLS && (!calls || lowest > last); calls++) {
      const page = await get(this.address(cursor, limit));
      read.push(...page.data);
      lowest = page.data.length ? this.id(page.data.at(-1)) : lowest;
      cursor = page.next_cursor;
    }
    // What takes more calls is done less often, so that a viewer costs one call in ten seconds.
    this.rest = calls - 1;
    if (!this.gone && turn === this.turn && !this.state.chosen.size) {
      this.setState(this.compared(shown, read, cursor === null ? -Infinity : lowest, last, cursor));
    }
  };

  /** Now, because somebody has changed one of them. */
  reread = () => {
    this.rest = 0;
    return this.look().catch(() => {});
  };

  compared(shown, read, lowest, last, cursor) {
    const now = new Map(read.map(row => [this.id(row), row]));
    const before = new Set(shown.map(this.id));
    const kept = shown.flatMap(row => now.get(this.id(row)) || (this.id(row) < lowest ? row : []));
    if (!kept.length) {
      return shown.length || read.length ? { rows: read, cursor, fresh: [] } : {};
    }
    const others = read.filter(row => !before.has(this.id(row)));
    const isNew = row => this.id(row) > last || this.state.cursor === null;
    // Those below what is shown fill up what has left.
    const below = kept.length < shown.length && lowest <= last ? others.filter(row => !isNew(row)) : [];
    return { rows: [...kept, ...below], cursor: below.length || (cursor === null && others.every(isNew)) ? cursor : this.state.cursor, fresh: others.filter(isNew) };
  }

  choose(id, on, range) {
    const chosen = new Set(this.state.chosen);
    const ids = this.state.rows.map(this.id);
    // A range from a row that has left begins where it ends.
    const [from, until] = [ids.indexOf(range && ids.includes(this.last) ? this.last : id), ids.indexOf(id)].sort((a, b) => a - b);
    ids.slice(from, until + 1).forEach(one => (on ? chosen.add(one) : chosen.delete(one)));
    this.last = id;
    this.pick(chosen);
  }

  pick(chosen) {
    hold(this, chosen.size > 0);
    this.setState({ chosen });
  }

  /** The action of a key, on what is selected or else on the row that has the focus. */
  key(key, id) {
    const action = this.props.actions?.find(one => one.key === key && (!one.scope || may(one.scope)));
    const rows = (this.state.rows || []).filter(row =>
      (this.state.chosen.size ? this.state.chosen.has(this.id(row)) : String(this.id(row)) === id));
    if (action && rows.length) {
      this.act(action, rows);
    }
  }

  act(action, rows) {
    // A second one while the first one is at work would do it all twice.
    if (this.state.acting) {
      say(`${action.label}: not begun, because another action is at work.`, true);
      return;
    }
    const run = async () => {
      let done = 0;
      const failures = [];
      for (const row of rows) {
        if (this.gone) {
          break;
        }
        this.setState({ acting: `${action.label}: ${count(done + failures.length)} of ${count(rows.length)}…` });
        await action.run(row).then(() => done++, refused => failures.push(refused.message));
      }
      const isLeft = done + failures.length < rows.length;
      say(`${action.label}: ${count(done)} of ${many(rows.length, "row")} done${isLeft ? ", then its list was left" : ""}.${failures.length ? ` ${failures[0]}` : ""}`, isLeft || failures.length > 0);
      if (!this.gone) {
        this.setState({ acting: null });
        this.pick(new Set());
        this.load();
      }
    };
    action.ask ? ask({ title: action.label, text: action.ask(rows), yes: action.label, danger: action.danger, run }) : run();
  }

  /** The whole filter as a file, page by page, not only what is shown. A second click stops it. */
  csv = async () => {
    if (this.saving) {
      this.saving.stopped = true;
      return;
    }
    const saving = { stopped: false, count: 0 };
    this.saving = saving;
    await attempt(() => this.save(saving), said => said);
    this.saving = null;
    this.gone || this.setState({ saved: null });
  };

  async save(saving) {
    const columns = this.props.columns.filter(column => column.name);
    const cells = row => columns.map(column => valueOf(column, row));
    const parts = [];
    let cursor = this.props.rows ? null : "";
    for (let page = 0; cursor !== null && page < CSV_PAGES && !saving.stopped && !this.gone; page++) {
      const at = cursor;
      const { data, next_cursor } = await patiently(() => get(this.address(at, CSV_PAGE)));
      parts.push(data.map(row => csvLine(cells(row))).join(""));
      saving.count += data.length;
      cursor = next_cursor;
      page % 10 || this.gone || this.setState({ saved: saving.count });
    }
    if (saving.stopped || this.gone) {
      return `Nothing was saved: ${saving.stopped ? "you stopped it" : "its page was left"}.`;
    }
    const given = (this.props.rows || []).map(cells);
    saveCsv(this.props.name, columns.map(column => column.name), given, parts);
    return `${many(saving.count + given.length, "row")} saved${cursor ? ", the newest of more. Narrow the filter for the rest" : ""}.`;
  }

  render({ columns: all, name, caption, title, actions = [], empty, side, rows: given }, { rows: loaded, cursor, chosen, fresh, error, busy, saved, acting }) {
    const rows = given || loaded;
    const columns = all.filter(column => column.title || column.unseen);
    const offered = actions.filter(action => !action.scope || may(action.scope));
    const picked = (rows || []).filter(row => chosen.has(this.id(row)));
    const nothing = rows && !rows.length;
    return html`<div class="list" ref=${this.box} data-test=${`list-${name}`} aria-busy=${String(busy)}>
      <div class="tools">
        ${title && html`<h2>${title}</h2>`}
        <div class="row grow" role="status" data-test="list-count">
          ${acting ? html`<span class="strong">${acting}</span>` : chosen.size ? html`<span class="strong">${count(chosen.size)} selected</span><span class="muted">nothing moves meanwhile</span>`
            : fresh.length ? html`<button type="button" class="primary small" data-test="show-new" onClick=${() => this.load()}>${many(fresh.length, "new one", "new ones")}${fresh.length >= PAGE ? " or more" : ""}: show</button>`
              : html`<span class="muted">${!rows ? (error ? "" : "Loading…") : nothing ? "" : cursor ? `${count(rows.length)} of many` : `All ${count(rows.length)}`}</span>`}
        </div>
        <div class="row">
          ${chosen.size > 0 && !acting && offered.map(action => html`<${Button} kind=${action.danger ? "danger-quiet small" : "small"} test=${`bulk-${action.name}`} run=${() => this.act(action, picked)}>${action.label}<//>`)}
          ${chosen.size > 0 ? html`<${Button} kind="quiet small" test="bulk-none" run=${() => this.pick(new Set())}>Select none<//>` : side}
          <${Button} kind="quiet small" test="csv" run=${this.csv} label=${saved === null ? `${caption} as CSV` : undefined} off=${!rows || nothing}>${saved === null ? "CSV" : `Stop: ${count(saved)} rows`}<//>
        </div>
      </div>
      ${error && html`<p class="error" role="alert" data-test="list-error">${error} <button type="button" class="small" onClick=${() => this.load()}>Try again</button></p>`}
      ${nothing && !cursor ? empty : rows && html`<div class="scroll"><table role="table">
        <caption class="unseen">${caption}</caption>
        <thead role="rowgroup"><tr role="row">
          ${offered.length > 0 && html`<th role="columnheader" scope="col" class="pick"><input type="checkbox" aria-label="Select all rows" data-test="select-all" checked=${rows.length > 0 && picked.length === rows.length}
            onChange=${event => this.pick(new Set(event.currentTarget.checked ? rows.map(this.id) : []))} /></th>`}
          ${columns.map(column => html`<th role="columnheader" scope="col" class=${column.kind || ""}>${column.title || html`<span class="unseen">${column.unseen}</span>`}</th>`)}
        </tr></thead>
        <tbody role="rowgroup">${rows.map(row => html`<tr role="row" key=${this.id(row)} data-id=${this.id(row)} class=${chosen.has(this.id(row)) ? "chosen" : ""}>
          ${offered.length > 0 && html`<td role="cell" class="pick"><input type="checkbox" aria-label=${`Select ${this.id(row)}`} checked=${chosen.has(this.id(row))}
            onClick=${event => this.choose(this.id(row), event.currentTarget.checked, event.shiftKey)} /></td>`}
          ${columns.map(column => html`<td role="cell" class=${column.kind || ""} data-label=${column.title} title=${column.kind === "cut" ? plain(valueOf(column, row) ?? "") : undefined}>${column.cell ? column.cell(row, this) : html`<${Value} of=${valueOf(column, row)} />`}</td>`)}
        </tr>`)}</tbody>
      </table></div>`}
      ${cursor && html`<div class="more"><button type="button" data-test="more" disabled=${busy} onClick=${() => this.load(true)}>${nothing ? "Nothing among the newest. Look further back" : "Load more"}</button></div>`}
    </div>`;
  }
}

export const snapshotQueue = id => store.snapshot?.queues?.find(queue => queue.id === id);
