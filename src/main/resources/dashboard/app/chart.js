// Graphs over time. The library is asked for by the first page that draws one.
import { get, now, query, timeIsKnown } from "./api.js";
import { count, millis, time } from "./format.js";
import { saveCsv } from "./csv.js";
import { again, store, watch } from "./store.js";
import { Choice, Component, createRef, html, Panel } from "./ui.js";

const HEIGHT = 168;
const RANGES = { hour: [3600, 60], day: [86400, 3600], week: [604800, 3600] };
const LINES = [
  { title: "Attempts and pushes", unit: count, series: [["accepted", "Accepted", "--muted", [2, 3]], ["delivered", "Delivered", "--accent", []], ["failed_attempts", "Failed", "--bad", [7, 3]]] },
  { title: "Lateness", unit: millis, series: [["lateness_ms.p50", "p50", "--accent", []], ["lateness_ms.p99", "p99", "--muted", [7, 3]]] },
];

let loading;

function library() {
  loading ||= new Promise((done, failed) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = "vendor/uPlot.min.css";
    document.head.append(link);
    import("../vendor/uPlot.esm.js").then(module => done(module.default), failure => {
      // The next who draws asks once more.
      loading = null;
      failed(failure);
    });
  });
  return loading;
}

const value = (point, path) => path.split(".").reduce((part, name) => part?.[name], point) ?? null;

const DAY = 86_400;

/**
 * Where an axis of time has its marks, in seconds: at whole steps of the clock on the wall, which days that are an hour longer or
 * shorter do not shift.
 */
export function marks(from, until, step, local) {
  const slice = step < 3600 ? 60 : 900;
  const wall = at => at - (local ? new Date(at * 1000).getTimezoneOffset() * 60 : 0);
  const found = [];
  for (let at = Math.ceil(from / slice) * slice; at <= until; at += slice) {
    if (step < DAY ? wall(at) % step === 0 : Math.floor(wall(at) / step) !== Math.floor(wall(at - slice) / step)) {
      found.push(at);
    }
  }
  return found;
}

/** Values without a neighbour: no line is drawn to them, and they would not be seen. */
const lonely = values => values.flatMap((value, at) => (value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null ? [at] : []));

class Chart extends Component {
  box = createRef();
  state = { at: null };

  componentDidMount() {
    this.resize = new ResizeObserver(() => this.plot?.setSize({ width: this.box.current.clientWidth, height: HEIGHT }));
    this.resize.observe(this.box.current);
    this.draw();
    this.stop = watch(change => "prefs" in change && this.draw());
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", this.draw);
  }

  componentDidUpdate(before) {
    if (before.points !== this.props.points) {
      this.plot ? this.plot.setData(this.data()) : this.draw();
    }
  }

  componentWillUnmount() {
    this.stop();
    this.scheme.removeEventListener("change", this.draw);
    this.resize.disconnect();
    this.plot?.destroy();
    this.gone = true;
  }

  data() {
    return [this.props.points.map(point => Date.parse(point.at) / 1000), ...this.props.lines.series.map(([path]) => this.props.points.map(point => value(point, path)))];
  }

  draw = async () => {
    // Without it there is the last point in words, and the next points ask for it again.
    const UPlot = await library().catch(() => null);
    if (!UPlot || this.gone) {
      return;
    }
    const style = getComputedStyle(this.box.current);
    // A property's light-dark() is resolved where a colour is computed, not where it is read.
    const probe = document.createElement("i");
    this.box.current.append(probe);
    const colour = name => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: `11px ${style.fontFamily}` };
    const options = {
      width: this.box.current.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: { y: { range: (plot, low, high) => [0, Math.max(4, high * 1.1)] } },
      tzDate: at => (store.prefs.zone === "local" ? new Date(at * 1000) : UPlot.tzDate(new Date(at * 1000), "Etc/UTC")),
      axes: [{ ...axis, size: 28, values: this.props.range === "week" ? "{D} {MMM}" : "{HH}:{mm}", splits: (plot, index, from, until, step) => marks(from, until, Math.max(step, this.props.range === "week" ? DAY : 60), store.prefs.zone === "local") },
        { ...axis, size: 56, values: (plot, values) => values.map(this.props.lines.unit) }],
      series: [{}, ...this.props.lines.series.map(([, label, tone, dash]) => ({ label, stroke: colour(tone), dash, width: 1.6, points: { size: 4, filter: (plot, index, shown) => (shown ? null : lonely(plot.data[index])) } }))],
      hooks: { setCursor: [plot => plot.cursor.idx !== this.state.at && this.setState({ at: plot.cursor.idx ?? null })] },
    };
    probe.remove();
    this.plot?.destroy();
    this.plot = new UPlot(options, this.data(), this.box.current);
  };

  render({ points, lines }, { at }) {
    const point = points[at ?? points.length - 1];
    const told = lines.series.map(([path, label]) => `${label} ${lines.unit(value(point, path))}`);
    return html`<figure class="chart">
      <figcaption><p class="strong">${lines.title}</p><span class="legend">
        ${lines.series.map(([path, label, tone, dash]) => html`<span class="swatch"><svg viewBox="0 0 20 4" width="20" height="4" aria-hidden="true" class=${tone.slice(2)}><path d="M0 2h20" stroke-dasharray=${dash.join(" ")} /></svg>${label} <b>${lines.unit(value(point, path))}</b></span>`)}
        <span class="muted">${point ? time(point.at) : ""}</span></span></figcaption>
      <div class="plot" ref=${this.box} role="img" aria-label=${`${lines.title}. Last: ${told.join(", ")}.`}></div>
    </figure>`;
  }
}

/** What has happened in the team, or in a queue, over the last hour, day or week. */
export class Graphs extends Component {
  state = { range: "hour", points: null, error: null };

  componentDidMount() {
    this.load();
    this.stop = again(1000, async () => performance.now() - this.asked > (this.state.range === "hour" ? 30_000 : 300_000) && await this.load());
  }

  componentWillUnmount() {
    this.stop();
    this.gone = true;
  }

  load = async () => {
    this.asked = performance.now();
    await timeIsKnown;
    // The first answer may be that the session has ended.
    if (store.signedOut || this.gone) {
      return;
    }
    const { range } = this.state;
    const [length, step] = RANGES[range];
    const from = new Date(now() - length * 1000).toISOString();
    try {
      const { data } = await get(`api/stats${query({ queue: this.props.queue, step, from })}`);
      range === this.state.range && this.setState({ points: data, error: null });
    } catch (refused) {
      range === this.state.range && this.setState({ error: refused.message });
    }
  };

  csv = () => {
    const columns = ["at", "accepted", "delivered", "failed_attempts", "retried", "dead_lettered", "cancelled", "lateness_ms.p50", "lateness_ms.p99", "duration_ms.p50", "duration_ms.p99"];
    saveCsv("statistics", columns, this.state.points.map(point => columns.map(column => value(point, column))));
  };

  render(_, { range, points, error }) {
    return html`<${Panel} title="Over time" test="graphs" side=${html`
      <${Choice} label="Range" test="range" value=${range} of=${[["hour", "Hour"], ["day", "Day"], ["week", "Week"]]} pick=${wanted => { this.setState({ range: wanted, points: null, error: null }, this.load); }} />
      <button type="button" class="quiet small" data-test="csv" aria-label="Statistics as CSV" disabled=${!points} onClick=${this.csv}>CSV</button>`}>
      ${error && html`<p class="error">${error}</p>`}
      ${!error && points && !points.length && html`<p class="muted">No statistics are kept for this queue by itself.</p>`}
      <div class="charts">${points?.length ? LINES.map(lines => html`<${Chart} key=${lines.title + range} range=${range} lines=${lines} points=${points} />`) : LINES.map(() => html`<div class="chart-room"></div>`)}</div>
    <//>`;
  }
}
