curl -sS -X POST "$HOST/api/jobs" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{ "queue": "emails", "url": "https://api.yourapp.com/send", "method": "POST", "headers": { "X-Custom-Header": "value" }, "payload": { "subject": "Welcome!" }, "delay": 300}'
