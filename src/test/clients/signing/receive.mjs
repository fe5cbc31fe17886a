// Keeps what arrives, a line of JSON for each request; the first on /retried is answered 500.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file] = process.argv.slice(2);
let retried = 0;
createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces).toString('base64');
    appendFileSync(file, JSON.stringify({ path: request.url, headers: request.headers, body }) + '\n');
    response.statusCode = request.url === '/retried' && retried++ === 0 ? 500 : 200;
    response.end();
  });
}).listen(Number(port), '127.0.0.1');
