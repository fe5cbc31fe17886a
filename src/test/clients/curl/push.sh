curl -sS -X POST "$HOST/api/jobs" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{ "queue": "emails", "url": "https://api.yourapp.com/send", "method": "POST", "payload": { "to": "user@example.com", "subject": "Welcome!" } }'
