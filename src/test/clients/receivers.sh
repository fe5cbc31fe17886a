#!/usr/bin/env bash
# Runs the receivers of docs/how-to/receivers.md, each with what it needs: a job signed by a server, and requests that are signed
# here, changed, old, and sent twice. Called by run.sh with HOST, TOKEN, SECRET and a folder for what is fetched.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
receivers=$root/docs/how-to/receivers
work=$1
EXPRESS=5.1.0
pid=

stop() {
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    pid=
  fi
}
trap stop EXIT

fail() {
  echo "FAILED: receivers/$name: $*; it said:" >&2
  tail -20 "$work/$name.log" >&2
  exit 1
}

free_port() {
  while :; do
    local port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

key=$(printf %s "${SECRET#whsec_}" | base64 -d | od -An -tx1 | tr -d ' \n')

signature() { # id, timestamp, body
  printf '%s.%s.%s' "$1" "$2" "$3" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64 -w0
}

hook() { # id, timestamp, signatures, body: the status, and what was answered
  curl -sS -o "$work/answer" -w '%{http_code} ' -X POST "http://127.0.0.1:$PORT/hook" -H 'Content-Type: application/json' \
    -H "webhook-id: $1" -H "webhook-timestamp: $2" -H "webhook-signature: $3" --data-binary "$4" || true
  # Frameworks differ in the blanks of their JSON.
  tr -d ' \n' <"$work/answer"
}

expect() { # what it is about, pattern, what came
  [[ "$3" == $2 ]] || fail "$1 was answered $3"
}

try() { # name; the rest starts it
  name=$1
  shift
  PORT=$(free_port)
  export PORT DONE="$work/$name.done"
  "$@" >"$work/$name.log" 2>&1 &
  pid=$!
  for _ in $(seq 240); do
    (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && break
    kill -0 "$pid" 2>/dev/null || fail "it ended"
    sleep 0.25
  done

  local now body='{"n": 1.0, "text": "äöü € 😀"}'
  now=$(date +%s)
  local good
  good="v1,$(signature msg_1 "$now" "$body")"
  expect "the first one" '200 *"before":false*' "$(hook msg_1 "$now" "$good" "$body")"
  expect "the same again" '200 *"before":true*' "$(hook msg_1 "$now" "$good" "$body")"
  expect "a body that was changed" '401 *' "$(hook msg_2 "$now" "v1,$(signature msg_2 "$now" "$body")" "$body ")"
  expect "an id that was changed" '401 *' "$(hook msg_3 "$now" "$good" "$body")"
  expect "a time that was changed" '401 *' "$(hook msg_1 $((now + 1)) "$good" "$body")"
  expect "one of an hour ago" '401 *' "$(hook msg_4 $((now - 3600)) "v1,$(signature msg_4 $((now - 3600)) "$body")" "$body")"
  expect "a time that is none" '401 *' "$(hook msg_4 1e9 "v1,$(signature msg_4 1e9 "$body")" "$body")"
  expect "a time of many digits" '401 *' "$(hook msg_4 "$(printf '9%.0s' $(seq 5000))" "$good" "$body")"
  expect "no signature" '401 *' "$(hook msg_5 "$now" "" "$body")"
  expect "two secrets" '200 *' "$(hook msg_6 "$now" "v1,AAAA $(printf 'v1,%s' "$(signature msg_6 "$now" "$body")")" "$body")"

  # Ten at once are one.
  local both callers=()
  both="v1,$(signature msg_7 "$now" "$body")"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    curl -sS -o /dev/null -X POST "http://127.0.0.1:$PORT/hook" -H "webhook-id: msg_7" -H "webhook-timestamp: $now" \
      -H "webhook-signature: $both" --data-binary "$body" &
    callers+=($!)
  done
  wait "${callers[@]}"

  local job
  job=$(curl -fsS -X POST "$HOST/api/jobs" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
    -d '{"queue": "receivers", "url": "http://127.0.0.1:'"$PORT"'/hook", "payload": {"n": 1.0, "text": "äöü"}, "retry_delays": []}' |
    sed -E 's/.*"job_id":([0-9]+).*/\1/')
  for _ in $(seq 120); do
    grep -aq "job_$job" "$DONE" && break
    sleep 0.25
  done
  grep -aq "job_$job" "$DONE" || fail "the job of the server was not done"
  if [ "$name" != flask ]; then
    [ "$(grep -c . "$DONE")" = 4 ] || fail "what is done is $(tr '\n' ' ' <"$DONE")"
  fi
  stop
  echo "ok       receivers/$name: verifies, and does nothing twice"
}

skip() {
  echo "skipped  receivers/$1: $2"
}

if command -v php >/dev/null; then
  try laravel sh -c 'exec php -S "127.0.0.1:$PORT" "$0"' "$receivers/laravel/receiver.php"
else
  skip laravel "php is not installed"
fi

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  skip express "node or npm is not installed"
elif ! npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work/express" "express@$EXPRESS" >/dev/null 2>&1; then
  skip express "express of npm cannot be had"
else
  cp "$receivers"/express/*.mjs "$work/express"
  try express node "$work/express/receiver.mjs"
fi

if ! command -v python3 >/dev/null || ! python3 -c 'import flask' 2>/dev/null; then
  skip flask "python3 with flask is not installed (Debian: python3-flask)"
else
  try flask python3 "$receivers/flask/receiver.py"
fi

javac -d "$work/spring" "$receivers"/spring/{PosthasteSignature,Receiver}.java
try spring java -cp "$work/spring" Receiver

if command -v go >/dev/null; then
  (cd "$receivers/go" && GOCACHE="$work/go-cache" GO111MODULE=off go build -o "$work/go-receiver" main.go)
  try go "$work/go-receiver"
else
  skip go "go is not installed (Debian: golang-go)"
fi
