// By the library of Standard Webhooks: every request verifies with every secret that signed it, and with nothing else.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Webhook } = createRequire(process.env.MODULES + '/')('standardwebhooks');
const [file, old, current] = process.argv.slice(2);
const stranger = 'whsec_' + Buffer.alloc(32, 7).toString('base64');

function refused(verify, what) {
  try {
    verify();
  } catch {
    return;
  }
  throw new Error(what + ' was taken');
}

let verified = 0;
for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
  const { path, headers, body } = JSON.parse(line);
  const text = Buffer.from(body, 'base64').toString('utf8');
  // The library reads what it verified as JSON, which not every body is.
  const verify = (secret, payload = text, changed = {}) => {
    try {
      new Webhook(secret).verify(payload, { ...headers, ...changed });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  };
  for (const secret of path === '/overlap' ? [old, current] : [old]) verify(secret);
  if (path !== '/overlap') refused(() => verify(current), path + ' with a secret that was made later');
  refused(() => verify(stranger), path + ' with a wrong secret');
  refused(() => verify(old, text + ' '), path + ' with a tampered body');
  refused(() => verify(old, text, { 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 600) }), path + ' with a wrong time');
  refused(() => verify(old, text, { 'webhook-id': 'job_0' }), path + ' with a wrong id');
  verified++;
}
console.log(verified);
