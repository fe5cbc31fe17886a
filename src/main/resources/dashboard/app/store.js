// What every page knows: who is signed in, how things are shown, and the newest snapshot of the server.
import { follow, get, session } from "./api.js";

const PERIOD = 2000;

/** What stands between may hold back what goes on; then the server is asked again and again. */
const FIRST_WITHIN = 5000;
const ASKED_INSTEAD = 60000;

/** By where the dashboard is: another one may be served below another path of the host. */
const KEPT = `posthaste${location.pathname.replace(/\/[^/]*$/, "")}`;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) || {};
  } catch {
    return {};
  }
}

const watchers = new Set();
const holders = new Set();
let timer = 0;
let followed = null;
let looking = null;
let asksUntil = 0;

export const store = {
  me: null,
  was: null,
  signedOut: false,
  snapshot: null,
  online: true,
  dialog: null,
  notes: [],
  other: null,
  prefs: { zone: "utc", theme: "auto", keys: true, ...kept().prefs },
};

/** Calls after each change, until the answer is called. */
export function watch(seen) {
  watchers.add(seen);
  return () => watchers.delete(seen);
}

export function set(change) {
  Object.assign(store, change);
  [...watchers].forEach(seen => seen(change));
}

function keep(change) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...change }));
  } catch {
    // A browser that keeps nothing is asked again next time.
  }
}

/** Changes how things are shown, here and next time. */
export function prefer(change) {
  set({ prefs: { ...store.prefs, ...change } });
  document.documentElement.dataset.theme = store.prefs.theme;
  keep({ prefs: store.prefs });
}

/** Whether the caller's token has the scope; the server looks for itself. */
export const may = scope => Boolean(store.me && store.me.scopes.includes(scope));

/** Learns who is calling. What was known last time is shown meanwhile, so that no list waits for it. */
export async function learnWho() {
  set({ me: store.me || kept().me || null, other: null });
  const me = await get("api/me");
  set({ me, was: null, signedOut: false });
  keep({ me });
  start();
}

/** Two who are not one and the same. */
const differ = (one, other) => Boolean(one && other && (one.team !== other.team || one.name !== other.name));

/** Whether the session, which all tabs share, is somebody else's by now: what this one shows and would do is not his. */
function compare(me) {
  const other = differ(store.me, me) ? me : null;
  if (Boolean(other) !== Boolean(store.other)) {
    set({ other });
    other || start();
  }
}

/** In words, when it is; read anew before each call, because another tab tells of it some time later. */
session.forbids = () => {
  store.signedOut || compare(kept().me);
  return store.other && "In another tab this browser was signed in as somebody else. Load the page again.";
};

addEventListener("storage", event => event.key === KEPT && !store.signedOut && compare(kept().me));

/** Whether this browser had a session when it was here last. */
export const wasSignedIn = () => Boolean(kept().me);

/** `was`: whose session has ended without his doing; he may come again and go on. */
export function forget(was = null) {
  session.era++;
  looking = null;
  set({ me: null, was, signedOut: true, snapshot: null, dialog: store.dialog?.props.kept ? store.dialog : null });
  leave();
  keep({ me: null });
}

const drafts = new Map();

/** Keeps what was filled in when a session has ended, in this tab and for the one whose it was. */
export const draft = (form, values) => store.was && drafts.set(form, { of: store.was, values });

/** What he had filled in, once. */
export function drafted(form) {
  const found = drafts.get(form);
  drafts.delete(form);
  return found && store.me && !differ(found.of, store.me) ? found.values : null;
}

session.ended = () => store.signedOut || forget(store.me);
session.reached = online => online === store.online || set({ online });

/** While somebody holds, rows are selected and nothing moves. */
export function hold(who, wanted) {
  const before = holders.size;
  wanted ? holders.add(who) : holders.delete(who);
  if (!before && holders.size) {
    leave();
  } else if (before && !holders.size) {
    start();
  }
}

export const moving = () => !document.hidden && !holders.size && !store.signedOut && !store.other && Boolean(store.me);

/** So often is looked whether it is time. */
const TICK = 500;

/** Does it again so many milliseconds after it was done, as long as somebody sees it and nothing is selected, until the answer is called. */
export function again(period, work) {
  // A clock that nobody sets: one that is set back would keep it waiting.
  let done = performance.now();
  let busy = false;
  const timer = setInterval(async () => {
    if (!busy && moving() && performance.now() - done >= period) {
      busy = true;
      // Who looks again is told by others what stands in the way.
      await Promise.resolve(work()).catch(() => {});
      done = performance.now();
      busy = false;
    }
  }, TICK);
  return () => clearInterval(timer);
}

/** Follows the snapshots until it is aborted or they end; whether one came. */
async function followSnapshots() {
  leave();
  const own = new AbortController();
  followed = own;
  let isFirst = true;
  const silent = setTimeout(() => isFirst && own.abort(), FIRST_WITHIN);
  await follow("api/overview/live", own, text => {
    isFirst = false;
    own === followed && moving() ? set({ snapshot: JSON.parse(text) }) : own.abort();
  });
  clearTimeout(silent);
  // Who has left on his own, because nobody looks, has not missed it.
  const hasLeft = own !== followed;
  if (isFirst && !hasLeft) {
    asksUntil = performance.now() + ASKED_INSTEAD;
  }
  return !isFirst || hasLeft;
}

function leave() {
  followed?.abort();
  followed = null;
}

async function look() {
  timer = 0;
  if (!moving()) {
    return;
  }
  const own = {};
  looking = own;
  try {
    if (!may("queues:read")) {
      set({ snapshot: null });
    } else if (performance.now() < asksUntil || !(await followSnapshots())) {
      const snapshot = await get("api/overview");
      looking === own && moving() && set({ snapshot });
    }
  } catch (refused) {
    // Who is signed out has said so; whatever else it is, such as a proxy that is being set up, may be over soon.
    if (refused.status === 401) {
      return;
    }
  }
  if (looking === own) {
    timer ||= setTimeout(look, PERIOD);
  }
}

/** Looks at once, and again as long as somebody can see it. */
export function start() {
  leave();
  clearTimeout(timer);
  timer = setTimeout(look);
}

document.addEventListener("visibilitychange", () => (document.hidden ? leave() : start()));

/** Tells something to who is looking, and to who is listening. */
export function say(text, bad = false) {
  const note = { text, bad, id: Math.random() };
  set({ notes: [...store.notes.slice(-2), note] });
  setTimeout(() => unsay(note), bad ? 20000 : 8000);
}

export const unsay = note => set({ notes: store.notes.filter(one => one !== note) });

/** Does it and says how it went; whether it went well. */
export async function attempt(work, done) {
  try {
    const result = await work();
    if (done) {
      say(typeof done === "function" ? done(result) : done);
    }
    return true;
  } catch (refused) {
    say(refused.message, true);
    return false;
  }
}

export const open = dialog => set({ dialog });
export const close = () => set({ dialog: null });
