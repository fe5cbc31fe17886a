"""Says whether a request comes from Posthaste, by Standard Webhooks. Needs nothing but Python."""

import base64
import hashlib
import hmac
import re
import time

TOLERANCE_SECONDS = 300


def signature_holds(secret: str, headers, body: bytes) -> bool:
    """The body is the bytes as they came, before anything has parsed them."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if not message_id or not re.fullmatch("[0-9]{1,12}", timestamp) or not key:
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    # One entry for each secret, while two sign.
    entries = headers.get("webhook-signature", "").encode("utf-8").split(b" ")
    return any([hmac.compare_digest(expected, entry) for entry in entries])
