// Who may do what, what requests are signed with, and who changed what.
import { call, post, query as search } from "./api.js";
import { plain, words } from "./format.js";
import { Form } from "./form.js";
import { Filters } from "./jobs.js";
import { List } from "./list.js";
import { close, may, open, prefer, store } from "./store.js";
import { Act, Button, Choice, Component, Copy, Dialog, Empty, Facts, Head, html, Panel, Status, Time, Value } from "./ui.js";

const SCOPES = ["jobs:read", "jobs:write", "queues:read", "queues:write", "crons:read", "crons:write", "alerts:read", "alerts:write", "admin"];

/** A secret, this once. */
const reveal = (title, secret, note) => open(html`<${Dialog} title=${title} test="revealed" kept>
  <p>${note}</p><div class="code"><pre data-test="secret">${secret}</pre></div>
  <div class="row end"><${Copy} text=${secret} what="it" /><button type="button" class="primary" data-test="kept" onClick=${close}>I have kept it</button></div><//>`);

const newToken = done => open(html`<${Dialog} title="New token"><${Form} label="Make the token" cancel=${close} test="token-form"
  fields=${[{ name: "name", label: "Name", required: true, wide: true }, { name: "scopes", label: "May", kind: "checks", options: SCOPES.filter(may).map(scope => [scope, scope]), value: SCOPES.filter(scope => scope.endsWith(":read") && may(scope)), always: true }, { name: "expires_at", label: "Ends at", kind: "instant", hint: "UTC. Empty: never" }]}
  submit=${async body => {
    const made = await post("api/tokens", body);
    done();
    reveal("The new token", made.token, "It is shown this once. Only its hash is kept.");
  }} /><//>`);

const newSecret = done => open(html`<${Dialog} title="New signing secret"><p class="hint">It signs from now on. The one before signs beside it for a while, so that receivers can change.</p><${Form} label="Make the secret" cancel=${close} test="secret-form"
  fields=${[{ name: "algorithm", label: "Kind", options: [["hmac", "HMAC: receivers know the secret"], ["ed25519", "Ed25519: receivers know a public key"]], value: "hmac", wide: true }, { name: "secret", label: "Secret of your own", wide: true, when: values => values.algorithm === "hmac", hint: "24 to 64 characters, or whsec_ and base64. Empty: one is made" }, { name: "overlap_hours", label: "Hours side by side", kind: "int", value: 24 }, { name: "force", label: "End an older one that still signs", kind: "bool" }]}
  submit=${async body => {
    const made = await post("api/signing-secrets", body);
    done();
    made.secret ? reveal("The new secret", made.secret, "It is shown this once. Receivers verify with it.") : reveal("The public key", made.public_key, "Receivers verify with it. It may be known to everybody.");
  }} /><//>`);

const TOKENS = [
  { name: "name", title: "Token", kind: "lead", cell: row => html`<span class="strong"><${Value} of=${row.name} /></span>` },
  { name: "prefix", title: "Begins with", cell: row => html`<${Value} of=${row.prefix} mono />` },
  { name: "scopes", title: "May", kind: "cut", text: row => (row.scopes.length === SCOPES.length ? "everything" : row.scopes.join(", ")) },
  { name: "last_used_at", title: "Last used", cell: row => html`<${Time} at=${row.last_used_at} />` },
  { name: "expires_at", title: "Ends", cell: row => (row.expires_at ? html`<${Time} at=${row.expires_at} />` : "never") },
  { unseen: "Actions", kind: "acts", cell: (row, list) => html`<${Act} kind="danger-quiet small" danger test="revoke" label=${`Revoke ${plain(row.name)}`} title="Revoke the token" text=${`Whoever uses ${plain(row.name)} is refused from now on, in dashboards too.`} yes="Revoke it" work=${() => call("DELETE", `api/tokens/${row.id}`)} done="Revoked." then=${list.reread}>Revoke<//>` },
];
const SECRETS = [
  { name: "id", title: "Secret", kind: "lead" },
  { name: "algorithm", title: "Kind" },
  { name: "public_key", title: "Public key", kind: "cut" },
  { name: "created_at", title: "Since", cell: row => html`<${Time} at=${row.created_at} />` },
  { name: "ends_at", title: "State", cell: row => (row.ends_at ? html`signs until <${Time} at=${row.ends_at} />` : html`<${Status} of="active" text="Signs" />`) },
  { unseen: "Actions", kind: "acts", cell: (row, list) => html`<${Act} kind="danger-quiet small" danger test="end-secret" label=${`End secret ${row.id}`} title="End the secret" text="Nothing is signed with it any more." yes="End it" work=${() => call("DELETE", `api/signing-secrets/${row.id}`)} done="Ended." then=${list.reread}>End<//>` },
];
const AUDIT = [
  { name: "at", title: "When", kind: "lead", cell: row => html`<${Time} at=${row.at} />` },
  { name: "actor", title: "Who", kind: "label-cell" },
  { name: "action", title: "Did", cell: row => html`<span class="mono">${row.action}</span>` },
  { name: "thing", title: "To", kind: "label-cell", text: row => `${row.thing.type.replaceAll("_", " ")} ${row.thing.name ?? row.thing.id ?? ""}` },
  { name: "fields", title: "Changed", text: row => row.fields.join(", ") },
  { name: "count", title: "Jobs", kind: "number" },
  { name: "address", title: "From", kind: "label-cell" },
];

export class Settings extends Component {
  state = { tokens: 0, secrets: 0 };
  render({ query }, { tokens, secrets }) {
    const { actor, action } = query;
    const again = what => () => this.setState({ [what]: this.state[what] + 1 });
    const { prefs, me } = store;
    return html`<${Head} title="Settings" />
      <div class="two">
        <${Panel} title="Signed in"><${Facts} of=${me ? [["Team", html`<${Value} of=${me.team} />`], ["Token", html`<${Value} of=${me.name} />`], ["May", me.scopes.length === SCOPES.length ? "everything" : me.scopes.join(", ")], ["Ends", me.expires_at ? html`<${Time} at=${me.expires_at} />` : "never"]] : []} /><//>
        <${Panel} title="This browser"><div class="stack">
          <div class="row"><span class="label">Times</span><${Choice} label="Times" test="pref-zone" of=${[["utc", "UTC"], ["local", "Local"]]} value=${prefs.zone} pick=${zone => prefer({ zone })} /></div>
          <div class="row"><span class="label">Colours</span><${Choice} label="Colours" test="pref-theme" of=${["auto", "light", "dark"].map(name => [name, words(name)])} value=${prefs.theme} pick=${theme => prefer({ theme })} /></div>
          <div class="row"><span class="label">Keys</span><${Choice} label="Keyboard shortcuts" test="pref-keys" of=${[[true, "On"], [false, "Off"]]} value=${prefs.keys} pick=${keys => prefer({ keys })} /></div></div><//>
      </div>
      ${may("admin") ? html`
        <${List} title="Tokens" side=${html`<${Button} kind="primary small" test="new-token" run=${() => newToken(again("tokens"))}>New token<//>`} key=${`tokens${tokens}`} path="api/tokens" name="tokens" caption="Tokens" columns=${TOKENS} empty=${html`<p class="muted pad">None.</p>`} />
        <${List} title="Signing secrets" side=${html`<${Button} kind="primary small" test="new-secret" run=${() => newSecret(again("secrets"))}>New secret<//>`} key=${`secrets${secrets}`} path="api/signing-secrets" name="secrets" caption="Signing secrets" columns=${SECRETS}
          empty=${html`<${Empty} title="Nothing is signed"><p>With a secret every request carries a signature, so that receivers know who sent it.</p><//>`} />
        <div class="filters" role="search" aria-label="Audit"><${Filters} page="settings" query=${{ actor, action }} fields=${[{ name: "actor", label: "Audit: who" }, { name: "action", label: "Audit: did" }]} /></div>
          <${List} title="Audit" key=${`audit${search({ actor, action })}`} path="api/audit" query=${{ actor, action }} name="audit" caption="Audit" columns=${AUDIT} empty=${html`<p class="muted pad">Nothing was changed yet.</p>`} />`
        : me && html`<p class="notice">Tokens, signing secrets and the audit need a token with the scope <code>admin</code>.</p>`}`;
  }
}
