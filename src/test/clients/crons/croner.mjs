// What croner finds, beside what Posthaste found: the fires of every expression in every zone, from one start on.
// The days around a change of a zone's clock are left out, because the two differ there by design: croner takes the
// second of a time that comes twice, and moves a skipped one by the length of the gap.
// Where a day field begins with an asterisk, croner is told that both must fit, which is cron's rule and not its own.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kolkata'];
const EXPRESSIONS = `* * * * *|*/5 * * * *|*/7 * * * *|7-50/9 * * * *|0,15,31-33 * * * *|0 * * * *|59 * * * *|*/10 */3 * * *
0 */2 * * *|30 1-23/4 * * *|0 0 * * *|59 23 * * *|30 2 * * *|0 3,4 * * *|5,35 2 * * *|*/20 9-17 * * 1-5
0 9 * * MON-FRI|0 12 * * 0|0 12 * * 7|0 12 * * 0,7|0 12 * * SUN|15 8 * * 5-7|15 8 * * FRI-SUN|15 8 * * sat,sun
0 0 * * */2|0 0 * * 1-5/2|0 0 1 * *|0 0 31 * *|0 0 29 2 *|0 0 30 * *|15 10 1,15 * *|0 0 10-20 * *|0 0 */2 * *
0 0 */10 * *|0 0 2-31/2 * *|0 0 1 1 *|0 6 1 */3 *|0 6 * JAN *|0 6 * jan-MAR,Dec *|0 6 15 6-8 *|30 4 1,15 * 5
0 0 13 * 5|0 0 1-7 * 1|0 0 31 12 0|0 0 29 2 1|0 0 */2 * 1|0 0 1-7 * */7|0 0 */31,1-7 * MON|0 0 13 * */5
* 4 1 1 *|*/15 0 1 * 3|@hourly|@daily|@midnight|@weekly|@monthly|@yearly|@annually
1,2,3,5,8,13,21,34,55 4,16 */5 * *|0-59/59 0-23/23 * 2,4,6 1-6/5|45 17 28-31 * *`.split(/[|\n]/);

const [what, start, count, file] = process.argv.slice(2);
if (what === 'expressions') {
  for (const zone of ZONES) for (const expression of EXPRESSIONS) console.log(zone + '\t' + expression);
  process.exit();
}

const { Cron } = createRequire(process.env.MODULES + '/')('croner');
const HOUR = 3600;
const EDGE = 26 * HOUR;

// The changes of a zone's clock, to six hours.
function changes(zone, from, to) {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const offset = (at) => format.format(at * 1000).split(', ')[1];
  const found = [];
  for (let at = from, before = offset(from); at < to; at += 6 * HOUR) {
    const now = offset(at);
    if (now !== before) found.push(at);
    before = now;
  }
  return found;
}

const from = Date.parse(start) / 1000;
const horizon = from + 12 * 366 * 24 * HOUR;
const known = {};
let compared = 0;
for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
  const [zone, expression, fires] = line.split('\t');
  const [, , day, , weekday] = expression.split(' ');
  const domAndDow = expression[0] !== '@' && (day[0] === '*' || weekday[0] === '*');
  const edges = (known[zone] ??= changes(zone, from, horizon));
  const ours = fires.split(' ').map(Number);
  const theirs = new Cron(expression, { timezone: zone, paused: true, domAndDow })
    .nextRuns(Number(count), new Date(start))
    .map((run) => run.getTime() / 1000);
  const end = Math.min(ours.at(-1), theirs.at(-1), horizon);
  const apart = (all) => all.filter((at) => at <= end && !edges.some((edge) => Math.abs(at - edge) < EDGE));
  const [mine, others] = [apart(ours), apart(theirs)];
  for (let i = 0; i < Math.max(mine.length, others.length); i++) {
    if (mine[i] !== others[i]) {
      const shown = [mine[i], others[i]].map((at) => (at ? new Date(at * 1000).toISOString() : 'nothing'));
      throw new Error(`${expression} in ${zone}: Posthaste has ${shown[0]}, croner ${shown[1]}`);
    }
  }
  compared += mine.length;
}
console.log(compared);
