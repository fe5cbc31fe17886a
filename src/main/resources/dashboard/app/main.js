// The frame around the pages: signing in, moving about, saying what happened.
import { Fragment, render } from "../vendor/preact.mjs";
import { Alerts } from "./alerts.js";
import { call, post } from "./api.js";
import { DeadLetters, Operations } from "./bulk.js";
import { Cron, Crons, Execution, NewCron } from "./crons.js";
import { plain } from "./format.js";
import { Job } from "./job.js";
import { Jobs } from "./jobs.js";
import { help, listen } from "./keys.js";
import { Overview } from "./overview.js";
import { Push } from "./push.js";
import { Queue, Queues } from "./queues.js";
import { route } from "./router.js";
import { Settings } from "./settings.js";
import { attempt, close, forget, learnWho, may, prefer, say, store, unsay, wasSignedIn, watch } from "./store.js";
import { Choice, Component, createRef, CROSS, Head, html, Shape, Value } from "./ui.js";

/** Page, name, scope that it needs, shape. */
const NAV = [
  ["overview", "Overview", "", "M1 7a5 5 0 0 1 10 0M6 7l2.4-2.4"],
  ["queues", "Queues", "queues:read", "M1.5 2.5h9M1.5 6h9M1.5 9.5h5"],
  ["jobs", "Jobs", "jobs:read", "M1 3h10v6.5H1zM1 3l5 4 5-4"],
  ["dead-letters", "Dead letters", "jobs:read", "M1.5 1.5h9v9h-9zM4 4l4 4M8 4l-4 4"],
  ["operations", "Bulk actions", "jobs:read", "M1.5 4.5h6v6h-6zM4 1.5h6.5V8"],
  ["crons", "Crons", "crons:read", "M6 1.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6M6 3.4V6l2 1.4"],
  ["alerts", "Alerts", "alerts:read", "M2 9h8L9 7.5V5a3 3 0 0 0-6 0v2.5zM5 10.8h2"],
  ["settings", "Settings", "", "M1 3.5h5M9 3.5h2M1 8.5h2M6 8.5h5M7.5 2v3M4.5 7v3"],
];

/** What stands above a page whose session has become somebody else's. */
const Other = ({ of }) => of && html`<p class="notice" role="alert" data-test="other">In another tab this browser was signed in as <${Value} of=${of.name} /> in <${Value} of=${of.team} />. What you see here is ${store.me.team === of.team ? "as" : "of"} <${Value} of=${store.me.team === of.team ? store.me.name : store.me.team} /> still, and nothing is sent from here any more.
  <button type="button" class="small" data-test="go-on" onClick=${() => location.reload()}>Go on as ${plain(of.name)}</button></p>`;

const page = at => html`<${Other} of=${store.other} />${pageOf(at)}`;

function pageOf({ page: name, args: [id, second], query }) {
  const known = [id, second].every(one => !one || /^\d+$/.test(one)) || (name === "crons" && id === "new");
  switch (known ? name : "") {
    case "overview": return html`<${Overview} />`;
    case "queues": return id ? html`<${Queue} key=${id} id=${Number(id)} />` : html`<${Queues} />`;
    case "jobs": return id ? html`<${Job} key=${id} id=${id} />` : html`<${Jobs} query=${query} />`;
    case "push": return html`<${Push} key=${JSON.stringify(query)} query=${query} />`;
    case "dead-letters": return html`<${DeadLetters} query=${query} />`;
    case "operations": return html`<${Operations} key=${JSON.stringify(query)} query=${query} />`;
    case "crons": return !id ? html`<${Crons} query=${query} />` : id === "new" ? html`<${NewCron} />` : second ? html`<${Execution} key=${second} id=${id} execution=${second} />` : html`<${Cron} key=${id} id=${id} query=${query} />`;
    case "alerts": return html`<${Alerts} query=${query} />`;
    case "settings": return html`<${Settings} query=${query} />`;
    default: return html`<${Head} title="There is no such page" /><p><a href="#/overview">To the overview</a></p>`;
  }
}

const Brand = () => html`<svg class="brand" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="8" /><path d="M11 9.5h14v13H11M25 10l-8 6.5-5-4M4 13h6M6 17h6M4 21h5" /></svg>`;

/** A token, or the code of a link that signs in once, becomes a session of this browser. */
async function signIn(proof) {
  await post("api/session", proof);
  await learnWho();
}

class SignIn extends Component {
  state = { error: null, busy: false };
  field = createRef();
  componentDidMount() {
    this.field.current.focus();
  }
  send = async event => {
    event.preventDefault();
    this.setState({ busy: true, error: null });
    try {
      await signIn({ token: this.field.current.value.trim() });
    } catch (refused) {
      this.setState({ error: refused.message, busy: false }, () => this.field.current?.focus());
    }
  };
  render({ told }, { error, busy }) {
    return html`<main class="sign-in"><form onSubmit=${this.send} data-test="sign-in">
      <p class="row"><${Brand} /><span class="strong">Posthaste</span></p>
      <h1 tabindex="-1" data-test="title">Sign in</h1>
      ${(error || told) && html`<p class="error" role="alert" id="sign-in-error" data-test="sign-in-error">${error || told}</p>`}
      <div class="field"><label for="token">API token</label>
        <input id="token" ref=${this.field} type="password" autocomplete="current-password" data-test="token" spellcheck=${false} aria-describedby="sign-in-hint" aria-invalid=${error ? "true" : undefined} />
        <p class="hint" id="sign-in-hint">It is shown once, at the very first start. <code>posthaste login-link</code> makes a link that signs in, <code>posthaste token create</code> another token.</p></div>
      <button type="submit" class="primary" disabled=${busy} data-test="submit">${busy ? "Signing in…" : "Sign in"}</button></form></main>`;
  }
}

const Notes = () => html`<div class="notes">
  <div role="status" data-test="notes">${store.notes.filter(note => !note.bad).map(note => html`<p class="note-box" key=${note.id}>${plain(note.text)}</p>`)}</div>
  <div role="alert" data-test="problems">${store.notes.filter(note => note.bad).map(note => html`<p class="note-box bad" key=${note.id}>${plain(note.text)}<button type="button" class="quiet" aria-label="Dismiss" onClick=${() => unsay(note)}><${Shape} path=${CROSS} /></button></p>`)}</div></div>`;

class App extends Component {
  state = { at: route(), menu: false, told: this.props.told };
  main = createRef();

  componentDidMount() {
    // What was refused at the beginning is told until somebody is signed in.
    watch(() => this.setState(store.signedOut ? {} : { told: "" }));
    addEventListener("hashchange", () => {
      if (location.hash.startsWith("#login=")) {
        location.reload();
        return;
      }
      const before = this.state.at;
      const at = route();
      // What is shown this once is not lost by the way back.
      store.dialog?.props.kept || close();
      this.setState({ at, menu: false }, () => {
        if (before.page !== at.page || before.args.join() !== at.args.join()) {
          scrollTo(0, 0);
          this.main.current?.querySelector("h1")?.focus({ preventScroll: true });
        }
      });
    });
    this.name();
  }

  componentDidUpdate() {
    this.name();
  }

  name() {
    const title = document.querySelector("h1")?.textContent;
    document.title = title ? `${title} · Posthaste` : "Posthaste";
  }

  out = () => attempt(() => call("DELETE", "api/session").then(() => forget()));

  render(_, { at, menu, told }) {
    if (store.signedOut) {
      return html`<${Fragment}><${SignIn} told=${told} />${store.dialog}<${Notes} /><//>`;
    }
    const { me, prefs, online } = store;
    return html`<${Fragment}>
      <a class="skip" href="#main" onClick=${event => { event.preventDefault(); this.main.current.focus(); }}>To the content</a>
      <header>
        <a class="logo" href="#/overview"><${Brand} /><span>Posthaste</span></a>
        <button type="button" class="menu quiet" aria-expanded=${String(menu)} aria-controls="nav" data-test="menu" onClick=${() => this.setState({ menu: !menu })}><${Shape} path="M1 2.5h10M1 6h10M1 9.5h10" />Menu</button>
        <nav id="nav" aria-label="Pages" class=${menu ? "open" : ""}>
          <ul>${NAV.filter(([, , scope]) => !scope || !me || may(scope)).map(([name, text, , path]) => html`<li><a href=${`#/${name}`} data-test=${`nav-${name}`} aria-current=${at.page === name ? "page" : undefined}><${Shape} path=${path} size="16" />${text}</a></li>`)}</ul>
          <div class="foot">
            <${Choice} label="Times" test="zone" of=${[["utc", "UTC"], ["local", "Local"]]} value=${prefs.zone} pick=${zone => prefer({ zone })} />
            <${Choice} label="Colours" test="theme" of=${["auto", "light", "dark"].map(name => [name, name[0].toUpperCase() + name.slice(1)])} value=${prefs.theme} pick=${theme => prefer({ theme })} />
            <p class="who">${me && html`<span class="muted">Token</span> <${Value} of=${me.name} /><span class="muted">, team <${Value} of=${me.team} /></span>${me.scopes.some(scope => scope.endsWith(":write")) ? "" : html`<span class="badge" data-test="read-only">Read-only</span>`}`}</p>
            <div class="row"><button type="button" class="quiet small" data-test="keys" onClick=${help}>Keys</button><a class="button quiet small" href="docs" data-test="docs">API</a><button type="button" class="quiet small" data-test="sign-out" onClick=${this.out}>Sign out</button></div>
          </div>
        </nav>
      </header>
      <main id="main" ref=${this.main} tabindex="-1">
        <p class="offline" role="status" data-test="offline">${online ? "" : "The server, or its database, cannot be reached. What you see is how it was; it is tried again."}</p>
        ${page(at)}
      </main>
      ${store.dialog}<${Notes} /><//>`;
  }
}

/** As long as nobody answers, because nothing else of a page that was opened meanwhile asks. */
const learn = (tries = 0) => learnWho().catch(problem => {
  if (problem.status !== 401) {
    tries || say(problem.message, true);
    setTimeout(learn, 2000, tries + 1);
  }
});

async function begin() {
  document.documentElement.dataset.theme = store.prefs.theme;
  const login = /^#login=(.+)$/.exec(location.hash);
  let told = "";
  const refused = problem => {
    told = login || problem.status !== 401 ? problem.message : "";
    forget();
  };
  if (login) {
    history.replaceState(null, "", "#/overview");
    // Who comes with a link that was used and is signed in already wants to be where he is.
    await signIn({ link: login[1] }).catch(problem => learnWho().then(
      () => say(`${problem.message} You are signed in as ${store.me.name} of ${store.me.team} still.`, true),
      () => refused(problem)));
  } else if (!wasSignedIn()) {
    // Nobody knows whether there is a session, and one refusal says so as well as three.
    await learnWho().catch(refused);
  } else {
    setTimeout(learn);
  }
  render(html`<${App} told=${told} />`, document.getElementById("app"));
  listen();
}

begin();
