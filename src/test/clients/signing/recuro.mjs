// Recuro's algorithm in Node: HMAC-SHA256 of "<timestamp>.<raw body>".
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file, old, current] = process.argv.slice(2);
const holds = (secret, timestamp, body, signature) => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${timestamp}.`).update(body).digest('hex');
  return timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
};

let verified = 0;
for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
  const { path, headers, body } = JSON.parse(line);
  const raw = Buffer.from(body, 'base64');
  const [timestamp, signature] = [headers['x-recuro-timestamp'], headers['x-recuro-signature']];
  const [signing, other] = path === '/overlap' ? [current, old] : [old, current];
  const tampered = Buffer.concat([raw, Buffer.from(' ')]);
  if (!holds(signing, timestamp, raw, signature)) throw new Error(path + ' does not verify');
  if (holds(other, timestamp, raw, signature)) throw new Error(path + ' verifies with a wrong secret');
  if (holds(signing, timestamp, tampered, signature)) throw new Error(path + ' verifies with a tampered body');
  if (holds(signing, Number(timestamp) + 1, raw, signature)) throw new Error(path + ' verifies with a wrong time');
  verified++;
}
console.log(verified);
