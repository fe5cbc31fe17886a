// What the dashboard's modules promise that needs no browser. Run by DashboardModulesTest.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

globalThis.document = {
  hidden: false,
  addEventListener() {},
  documentElement: { dataset: {} },
  createElement: () => ({ click() {} }),
};
globalThis.location = { pathname: "/" };
globalThis.addEventListener = () => {};
globalThis.localStorage = { getItem: () => null, setItem() {} };

/** The folder that has the modules, with their kind beside them. */
const app = pathToFileURL(`${process.argv[2]}/app/`);
const { Act } = await import(new URL("ui.js", app));
const { bodyOf, Form } = await import(new URL("form.js", app));
const { formOf, TAGS } = await import(new URL("push.js", app));
const { curl, rate, time } = await import(new URL("format.js", app));
const { found } = await import(new URL("jobs.js", app));
const { csvLine } = await import(new URL("csv.js", app));
const { List } = await import(new URL("list.js", app));
const { again, hold, moving, start, store } = await import(new URL("store.js", app));

const checks = {
  "a rate that is not nothing is not told as nothing"() {
    assert.deepEqual([0, 0.01, 0.049, 0.05, 0.14, 12.6].map(rate), ["0", "< 0.1", "< 0.1", "0.1", "0.1", "13"]);
    assert.equal(rate(undefined), "–");
  },

  async "a button does its work once while it is at it, and again when that is done"() {
    let done = 0;
    let finish;
    const act = new Act({ work: () => new Promise(ended => { done++; finish = ended; }) });
    act.run({ detail: 1 });
    act.run({ detail: 1 });
    act.run({ detail: 0 });
    assert.equal(done, 1);
    finish();
    await new Promise(setImmediate);
    act.run({ detail: 1 });
    assert.equal(done, 2);
    finish();
  },

  async "the second click of a double one does nothing, however fast the first was answered"() {
    let done = 0;
    const act = new Act({ work: async () => { done++; } });
    act.run({ detail: 1 });
    await new Promise(setImmediate);
    act.run({ detail: 2 });
    act.run({ detail: 3 });
    assert.equal(done, 1);
  },

  async "what was refused may be tried again"() {
    let tried = 0;
    const act = new Act({ work: async () => { tried++; throw new Error("refused"); } });
    act.run({ detail: 1 });
    await new Promise(setImmediate);
    act.run({ detail: 1 });
    assert.equal(tried, 2);
    assert.equal(store.notes[0].text, "refused");
  },

  async "tags come back out of a form as they went in, with their commas and blanks"() {
    const tags = ["a,b", " leading", "{\"x\": 1}", "plain"];
    const form = new Form({ fields: [TAGS], from: { tags } });
    assert.deepEqual(bodyOf([TAGS], form.state.values), { body: { tags }, errors: {} });
    assert.deepEqual(bodyOf([TAGS], { tags: "one\r\n\r\ntwo\n" }).body, { tags: ["one", "two"] });
    assert.deepEqual(bodyOf([TAGS], { tags: "" }, { tags: "one" }).body, { tags: [] });
  },

  async "of a curl line the shell fills in the token, and nothing that is a stranger's"() {
    const strange = "$(echo ran) `echo ran` $HOME \"it's\" \\ !";
    const line = curl("POST", `http://a/${strange}`, { Authorization: "Bearer $POSTHASTE_TOKEN", "X-A": strange }, `@${strange}`);
    const said = execFileSync("sh", ["-c", `curl() { printf '%s\\n' "$@"; }\n${line}`], { env: { POSTHASTE_TOKEN: "secret" }, encoding: "utf8" });
    assert.deepEqual(said.trimEnd().split("\n"), ["--globoff", "-X", "POST", `http://a/${strange}`, "-H", "Authorization: Bearer secret",
      "-H", `X-A: ${strange}`, "--data-raw", `@${strange}`]);
    assert.match(curl("GET", "http://a/", { Authorization: "Bearer $HOME" }), /'Authorization: Bearer \$HOME'/);
  },

  async "an instant that is typed is one of UTC, wherever the browser is"() {
    const field = { name: "run_at", kind: "instant" };
    inZone("Asia/Kathmandu", () => assert.deepEqual(bodyOf([field], { run_at: "2030-01-02T03:04:05" }).body, { run_at: "2030-01-02T03:04:05+00:00" }));
  },

  async "a time is told with its zone where it is told whole, and with its year where that is another one"() {
    const at = "2030-01-02T03:04:05+00:00";
    store.prefs = { ...store.prefs, zone: "local" };
    inZone("Asia/Kathmandu", () => assert.equal(time(at, true), "2030-01-02 08:49:05 UTC+05:45"));
    inZone("America/New_York", () => assert.equal(time(at, true), "2030-01-01 22:04:05 UTC−05:00"));
    store.prefs = { ...store.prefs, zone: "utc" };
    inZone("Asia/Kathmandu", () => assert.equal(time(at, true), "2030-01-02 03:04:05 UTC"));
    assert.equal(time("1999-01-02T03:04:05+00:00"), "2 Jan 1999 03:04:05");
    assert.match(time(new Date().toISOString()), /^\d+ [A-Z][a-z]{2} \d\d:\d\d:\d\d\.\d{3}$/);
  },

  async "a search is for an id, a tag or a part of a URL, within what is filtered already"() {
    const filter = { queue: "q", url: "old", tag: "old" };
    assert.equal(found(" 847 ", filter), "#/jobs/847");
    assert.equal(found("tag: a b", filter), "#/jobs?queue=q&tag=a+b");
    assert.equal(found("#a b", filter), "#/jobs?queue=q&tag=a+b");
    assert.equal(found("8/47", filter), "#/jobs?queue=q&url=8%2F47");
  },

  async "what is masked of a job is not taken into a form"() {
    const { shown, hidden } = formOf({ headers: { A: "REDACTED:01234567", B: "b" }, payload: "\"REDACTED:01234567\"" });
    assert.deepEqual([shown.headers, shown.payload, hidden], [{ B: "b" }, "", ["A", "payload"]]);
    assert.deepEqual(formOf({ headers: {}, body: "REDACTED:01234567" }).hidden, ["body"]);
    assert.equal(formOf({ headers: {}, body: "REDACTED: no" }).shown.body, "REDACTED: no");
  },

  async "a cell of a file is text for a spreadsheet, and numbers stay numbers"() {
    assert.equal(csvLine(["=1+1", "a,b", "say \"so\"", -5, null, "x\ny"]), "'=1+1,\"a,b\",\"say \"\"so\"\"\",-5,,\"x\ny\"\r\n");
  },

  async "whatever a spreadsheet takes for the beginning of a formula is text"() {
    for (const text of ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "-cmd|' /C calc'!A0"]) {
      assert.equal(csvLine([text]).replaceAll("\"", ""), `'${text}\r\n`);
    }
    assert.equal(csvLine(["-5", "+1.5", -5, "a=b"]), "-5,+1.5,-5,a=b\r\n");
    // Some spreadsheets begin a cell behind a semicolon or a tab.
    assert.equal(csvLine(["a;=1+1", "a\t=1+1"]), "\"a;=1+1\",\"a\t=1+1\"\r\n");
    assert.equal(csvLine(["\r=1+1"]), "\"'\r=1+1\"\r\n");
  },

  async "a file begins with the mark by which spreadsheets know UTF-8"() {
    await listOver(["ü"]).save({ stopped: false, count: 0 });
    assert.deepEqual([...new Uint8Array(await saved.arrayBuffer()).slice(0, 3)], [0xef, 0xbb, 0xbf]);
  },

  async "a file asks for what the list is filtered by, on every page of it"() {
    const list = listOver(["a", "b", "c"]);
    list.props.query = { queue: "mails", status: "failed" };
    const answering = globalThis.fetch;
    const asked = [];
    globalThis.fetch = async path => {
      asked.push(new URLSearchParams(path.split("?")[1]));
      return answering(path);
    };
    await list.save({ stopped: false, count: 0 });
    assert.deepEqual(asked.map(one => [one.get("queue"), one.get("status"), one.get("cursor")]),
      [["mails", "failed", null], ["mails", "failed", "1"], ["mails", "failed", "2"]]);
  },

  async "a tab that nobody sees asks for nothing, and neither does one with rows selected or without a session"() {
    store.me = { team: "a", name: "b", scopes: ["queues:read"] };
    assert.equal(moving(), true);
    document.hidden = true;
    assert.equal(moving(), false);
    let asked = 0;
    globalThis.fetch = async () => {
      asked++;
      throw new Error("nobody sees it");
    };
    start();
    let repeated = 0;
    const stop = again(0, () => repeated++);
    await new Promise(over => setTimeout(over, 1200));
    stop();
    assert.deepEqual([asked, repeated], [0, 0]);
    document.hidden = false;
    assert.equal(moving(), true);
    hold(checks, true);
    assert.equal(moving(), false);
    hold(checks, false);
    store.other = { team: "a", name: "c" };
    assert.equal(moving(), false);
    store.other = null;
    store.me = null;
    assert.equal(moving(), false);
  },

  async "a file has the whole filter, over pages that come back short"() {
    const list = listOver(["a", "", "b", "c"]);
    assert.equal(await list.save({ stopped: false, count: 0 }), "3 rows saved.");
    assert.equal(await saved.text(), "id\r\na\r\nb\r\nc\r\n");
  },

  async "a file ends after a thousand pages and says that there is more"() {
    const list = listOver(Array(1_200).fill("r"));
    assert.equal(await list.save({ stopped: false, count: 0 }), "1,000 rows saved, the newest of more. Narrow the filter for the rest.");
    assert.equal((await saved.text()).split("\r\n").length, 1_002);
  },

  async "a file that is stopped is not saved"() {
    const list = listOver(["a", "b", "c"]);
    const saving = { stopped: false, count: 0 };
    saved = null;
    const ending = list.save(saving);
    saving.stopped = true;
    assert.equal(await ending, "Nothing was saved: you stopped it.");
    assert.equal(saved, null);
  },

  async "a page that is away for a moment is asked for again"() {
    const list = listOver(["a", "b"]);
    const answering = globalThis.fetch;
    let asked = 0;
    globalThis.fetch = async path => (asked++ === 1 ? { ok: false, status: 503, headers: new Headers(), text: async () => "{}" } : answering(path));
    assert.equal(await list.save({ stopped: false, count: 0 }), "2 rows saved.");
  },

  async "a search looks some pages further back by itself, and no more than ten"() {
    const list = listOver([...Array(4).fill(""), "found", ...Array(20).fill("")]);
    list.setState = change => Object.assign(list.state, change);
    await list.load();
    assert.deepEqual(list.state.rows, [{ id: "found" }]);
    await list.load(true);
    assert.equal(list.state.rows.length, 1);
    assert.equal(list.state.cursor, "15");
  },

  async "every module that is imported is there"() {
    for (const name of ["main.js", "chart.js"]) {
      for (const [, path] of (await readFile(new URL(name, app), "utf8")).matchAll(/from "(.+?)"/g)) {
        await readFile(new URL(path, new URL(name, app)));
      }
    }
  },
};

/** As if the browser were there. */
function inZone(zone, looking) {
  const before = process.env.TZ;
  process.env.TZ = zone;
  try {
    looking();
  } finally {
    process.env.TZ = before ?? "UTC";
  }
}

let saved = null;
URL.createObjectURL = blob => {
  saved = blob;
  return "blob:";
};
URL.revokeObjectURL = () => {};

/** A list whose pages have a row each, or none where the name is empty. */
function listOver(names) {
  globalThis.fetch = async path => {
    const at = Number(new URLSearchParams(path.split("?")[1]).get("cursor") || 0);
    const page = { data: names[at] ? [{ id: names[at] }] : [], next_cursor: at + 1 < names.length ? String(at + 1) : null };
    return { ok: true, status: 200, headers: new Headers(), text: async () => JSON.stringify(page) };
  };
  return new List({ path: "api/things", query: {}, name: "things", caption: "Things", columns: [{ name: "id", title: "Thing" }] });
}

for (const [promise, check] of Object.entries(checks)) {
  try {
    await check();
  } catch (problem) {
    console.error(`Broken: ${promise}\n${problem.stack}`);
    process.exitCode = 1;
  }
}
console.log(`${Object.keys(checks).length} promises looked at`);
process.exit();
