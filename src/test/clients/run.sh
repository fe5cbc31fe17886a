#!/usr/bin/env bash
# Drives the built server from outside with the clients that people have: every example of the API that Posthaste
# follows, with nothing but host and token replaced, and for each client a job that must arrive. A client that is not
# installed is skipped, and named.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
jar="$root/target/posthaste.jar"
work=$(mktemp -d)
pids=()

end() {
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap end EXIT

free_port() {
  while :; do
    local port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

port=$(free_port)
receiver_port=$(free_port)
export HOST="http://127.0.0.1:$port" RECEIVER="http://127.0.0.1:$receiver_port" TOKEN=clients-token-0123456789

java -jar "$jar" receive --port "$receiver_port" >"$work/received" 2>&1 &
pids+=($!)
(
  cd "$root"
  POSTHASTE_PORT=$port POSTHASTE_ADMIN_PORT=$(free_port) POSTHASTE_BIND=127.0.0.1 POSTHASTE_DATA_DIR="$work/data" \
    POSTHASTE_API_TOKEN=$TOKEN POSTHASTE_EGRESS_ALLOW=127.0.0.0/8 exec java -jar "$jar" server config.yml
) >"$work/log" 2>&1 &
pids+=($!)
for _ in $(seq 240); do
  curl -fsS "$HOST/api/health" >/dev/null 2>&1 && break
  sleep 0.25
done
curl -fsS "$HOST/api/health" >/dev/null || fail "the server did not start: $(cat "$work/log")"

answer='^\{"success":true,"queue_id":[0-9]+,"job_id":[0-9]+,"scheduled_at":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00","message":"Scheduled successfully"\}$'

run_client() { # name, interpreter, files
  local name=$1 interpreter=$2
  shift 2
  if ! command -v "${interpreter%% *}" >/dev/null; then
    echo "skipped  $name: ${interpreter%% *} is not installed"
    return
  fi
  for example in "$@"; do
    local output
    output=$($interpreter "$example") || fail "$example"
    [ -n "$output" ] || fail "$example printed nothing"
    while read -r line; do
      [[ "$line" =~ $answer ]] || fail "$example was answered $line"
    done <<<"$output"
    echo "ok       $name/$(basename "$example")"
  done
  for _ in $(seq 40); do
    grep -q "POST /$name" "$work/received" && break
    sleep 0.25
  done
  grep -q "POST /$name" "$work/received" || fail "the job that $name pushed did not arrive"
  echo "ok       $name: its job arrived"
}

run_client curl bash "$here"/curl/*.sh
if command -v php >/dev/null && ! php -r 'exit(function_exists("curl_init") ? 0 : 1);'; then
  echo "skipped  php: its curl extension is not installed"
else
  run_client php php "$here"/php/{push,fanout,arriving}.php
fi
run_client node node "$here"/node/*.mjs
if command -v python3 >/dev/null && ! python3 -c 'import requests' 2>/dev/null; then
  echo "skipped  python: its package requests is not installed"
else
  run_client python python3 "$here"/python/*.py
fi

[ "$(curl -sS -X POST "$HOST/api/jobs" -d '{}' -H 'Content-Type: application/json')" = '{"error":"Missing authorization token"}' ] ||
  fail "a call without a token"
[ "$(curl -sS -X POST "$HOST/api/jobs" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{"url": "https://api.yourapp.com/send"}')" = \
  '{"message":"The queue field is required.","errors":{"queue":["The queue field is required."]}}' ] ||
  fail "a call without a queue"
echo "ok       errors, to the letter"

# Signatures, verified by what receivers have: jobs, a retry, callbacks, a body that is empty, one in UTF-8, and both secrets
# during an overlap.
STANDARD_WEBHOOKS=1.0.0
arrived="$work/arrived"
: >"$arrived"
signed="http://127.0.0.1:$(free_port)"

call() { # method, path, body
  curl -fsS -X "$1" "$HOST$2" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "$3"
}

secret_of() { sed -E 's/.*"secret":"([^"]+)".*/\1/'; }

verify() { # name, command
  local name=$1 count
  shift
  if ! command -v "$1" >/dev/null; then
    echo "skipped  signing: $1 is not installed"
    return
  fi
  count=$("$@" "$arrived" "$old" "$current") || fail "signing: $name"
  [ "$count" = "$expected" ] || fail "signing: $name verified $count of $expected"
  echo "ok       signing/$name: $count requests verify, and nothing that was changed"
}

if command -v node >/dev/null; then
  node "$here/signing/receive.mjs" "${signed##*:}" "$arrived" &
  pids+=($!)
  old=$(call POST /api/signing-secrets '{}' | secret_of)
  call POST /api/jobs '{"queue": "signed", "method": "GET", "url": "'"$signed"'/empty"}' >/dev/null
  call POST /api/jobs '{"queue": "signed", "url": "'"$signed"'/text", "body": "äöü € 😀"}' >/dev/null
  call POST /api/jobs '{"queue": "signed", "url": "'"$signed"'/retried", "payload": {"n": 1.0}, "retry_delays": [1],
    "callback_url": "'"$signed"'/callback"}' >/dev/null
  expected=6
  for _ in $(seq 120); do
    [ "$(wc -l <"$arrived")" -ge "$expected" ] && break
    sleep 0.25
  done
  current=$(call POST /api/signing-secrets '{}' | secret_of)
  call POST /api/jobs '{"queue": "signed", "url": "'"$signed"'/overlap", "payload": {"both": true}}' >/dev/null
  expected=7
  for _ in $(seq 120); do
    [ "$(wc -l <"$arrived")" -ge "$expected" ] && break
    sleep 0.25
  done
  if ! command -v npm >/dev/null ||
    ! npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" "standardwebhooks@$STANDARD_WEBHOOKS" >/dev/null 2>&1; then
    echo "skipped  signing: standardwebhooks of npm cannot be had"
  else
    MODULES="$work" verify standardwebhooks node "$here/signing/standard.mjs"
  fi
  verify node node "$here/signing/recuro.mjs"
  verify php php "$here/signing/recuro.php"
  verify python python3 "$here/signing/recuro.py"
else
  echo "skipped  signing: node is not installed"
fi

# The receivers of the docs, and nginx with the configuration of the docs in front of the server.
SECRET=$(call POST /api/signing-secrets '{"force": true}' | secret_of)
export SECRET
"$here/receivers.sh" "$work"
"$here/nginx.sh" "$work" "$port"
"$here/docs.sh" "$work"

"$here/crons/run.sh"
"$here/openapi/run.sh"
