// The keyboard. Single keys can be switched off, as those want who speak to their computer.
import { List } from "./list.js";
import { go } from "./router.js";
import { may, open, prefer, store } from "./store.js";
import { Dialog, html } from "./ui.js";

const GO = { o: "overview", q: "queues", j: "jobs", d: "dead-letters", b: "operations", c: "crons", a: "alerts", s: "settings" };
const HELP = [
  ["/", "Search or filter"], ["?", "This list"], ["j, k", "Next and previous row"], ["Enter", "Open the row"], ["x", "Select the row; shift and click for a range"],
  ["r", "Replay, or run now"], ["c", "Cancel"], ["e", "Edit"], ["a", "Acknowledge"], ["p", "Push a job"], ["Esc", "Select none, close"],
  ...Object.entries(GO).map(([key, page]) => [`g ${key}`, `Go to ${page === "operations" ? "bulk actions" : page.replace("-", " ")}`]),
];

/** The dialog that lists them. */
export const help = () => open(html`<${Dialog} title="Keyboard" test="help"><dl class="keys">${HELP.map(([key, text]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${text}</dd></div>`)}</dl>
  <label class="check"><input type="checkbox" data-test="keys-on" checked=${store.prefs.keys} onChange=${event => prefer({ keys: event.currentTarget.checked })} />Single keys work</label><//>`);

let went = 0;

/** Moves the focus to another row's first link. */
function move(by) {
  const rows = [...document.querySelectorAll("main tr[data-id]")];
  const at = rows.indexOf(document.activeElement.closest("tr[data-id]"));
  const row = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))];
  (row?.querySelector(".go") || row?.querySelector("a, button, input"))?.focus();
}

function press(key) {
  const row = document.activeElement.closest("tr[data-id]");
  if (Date.now() - went < 1500) {
    went = 0;
    return GO[key] && (go(`#/${GO[key]}`), true);
  }
  switch (key) {
    case "g": went = Date.now(); return true;
    case "/": {
      const field = document.querySelector("main [data-slash], main .filters input");
      field?.focus();
      return Boolean(field);
    }
    case "?": help(); return true;
    case "j": move(1); return true;
    case "k": move(-1); return true;
    case "p": may("jobs:write") && go("#/push"); return true;
    case "x": row?.querySelector("input[type=checkbox]")?.click(); return Boolean(row);
    case "Escape": List.current?.state.chosen.size && List.current.pick(new Set()); return false;
    default: {
      // Without a row that has the focus no row's own button is meant.
      const named = (row || document).querySelectorAll(`[data-key="${CSS.escape(key)}"]`);
      const button = [...named].find(one => row || !one.closest("tr"));
      // Another list's rows have ids that may be those of this one's.
      const list = List.current;
      button ? button.click() : (!row || list?.box.current.contains(row)) && list?.key(key, row?.dataset.id);
      return Boolean(button);
    }
  }
}

export function listen() {
  document.addEventListener("keydown", event => {
    const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select");
    if (typing && event.key === "Escape") {
      event.target.blur();
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || store.dialog || !store.me || !store.prefs.keys || (event.repeat && !"jk".includes(event.key))) {
      return;
    }
    if (press(event.key)) {
      event.preventDefault();
    }
  });
}
