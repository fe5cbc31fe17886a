// Says whether a request comes from Posthaste, by Standard Webhooks. Needs nothing but Node.js.
import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_SECONDS = 300;

/** @param body a Buffer with the bytes as they came, before anything has parsed them */
export function signatureHolds(secret, headers, body) {
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (!id || !/^[0-9]+$/.test(timestamp ?? "") || key.length === 0) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  // One entry for each secret, while two sign.
  return (headers["webhook-signature"] ?? "").split(" ").some((entry) => {
    if (!entry.startsWith("v1,")) return false;
    const given = Buffer.from(entry.slice(3), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
