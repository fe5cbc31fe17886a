curl -sS -X POST "$HOST/api/jobs" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d "{ \"queue\": \"arriving\", \"url\": \"$RECEIVER/curl\", \"payload\": { \"client\": \"curl\" } }"
