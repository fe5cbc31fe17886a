// SECRET=whsec_… DONE=/tmp/done PORT=9000 node receiver.mjs
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import express from "express";
import { signatureHolds } from "./posthaste-signature.mjs";

const { SECRET, DONE, PORT } = process.env;
const done = new Set(existsSync(DONE) ? readFileSync(DONE, "utf8").split("\n") : []);

const app = express();
// Raw, because the signature is over the bytes: a body that was parsed and written again is another one.
app.use(express.raw({ type: () => true, limit: "2mb" }));

app.post("/hook", (request, response) => {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (!signatureHolds(SECRET, request.headers, body)) {
    return response.status(401).json({ error: "The signature does not hold." });
  }
  // In earnest a row of a table, in the transaction of the work:
  // insert into received (id) values ($1) on conflict do nothing
  const id = request.headers["webhook-id"];
  const before = done.has(id);
  if (!before) {
    appendFileSync(DONE, `${id}\n`);
    done.add(id);
  }
  response.json({ done: true, before });
});

app.listen(Number(PORT), "127.0.0.1");
