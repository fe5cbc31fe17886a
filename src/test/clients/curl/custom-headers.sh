curl -sS -X POST "$HOST/api/jobs" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{ "queue": "webhooks", "url": "https://partner.example.com/webhook", "method": "POST", "headers": { "X-Webhook-Secret": "abc123" }, "payload": { "event": "order.completed", "order_id": 99 } }'
