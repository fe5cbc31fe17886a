curl -sS -X POST "$HOST/api/jobs" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{ "queue": "notifications", "url": "https://api.yourapp.com/notify", "delay": 1800, "payload": { "event": "user_signup" } }'
