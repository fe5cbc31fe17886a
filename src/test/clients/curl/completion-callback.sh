curl -sS -X POST "$HOST/api/jobs" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{ "queue": "webhooks", "url": "https://partner.example.com/webhook", "method": "POST", "payload": { "event": "order.shipped", "order_id": 456 }, "callback_url": "https://api.yourapp.com/recuro-callback" }'
