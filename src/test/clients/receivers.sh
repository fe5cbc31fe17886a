#!/usr/bin/env bash
# Runs the receivers of docs/how-to/receivers.md, each with what it needs: a job signed by a server, and requests that are signed
# here, changed, old, and sent twice. Called by run.sh with HOST, TOKEN, SECRET and a folder for what is fetched, in which data/ is
# the server's: its PostgreSQL lends a schema to the receivers that want one. POSTHASTE_RECEIVERS=required fails where one is skipped.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
receivers=$root/docs/how-to/receivers
work=$1
EXPRESS=5.1.0
pid=

stop() {
  if [ -n "$pid" ]; then
    # PHP's workers outlive the server that has started them.
    kill -- "-$pid" 2>/dev/null || kill "$pid" 2>/dev/null || true
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

hook() { # id, timestamp, signatures, body, its type: the status, and what was answered
  curl -sS -o "$work/answer" -w '%{http_code} ' -X POST "http://127.0.0.1:$PORT/hook" -H "Content-Type: ${5:-application/json}" \
    -H "webhook-id: $1" -H "webhook-timestamp: $2" -H "webhook-signature: $3" --data-binary "$4" || true
  # Frameworks differ in the blanks of their JSON.
  tr -d ' \n' <"$work/answer"
}

expect() { # what it is about, pattern, what came
  [[ "$3" == $2 ]] || fail "$1 was answered $3"
}

done_ids() { # what was done, a line for each time
  case $name in
    laravel | spring) curl -fsS "http://127.0.0.1:$PORT/orders" ;;
    flask)
      python3 -c 'import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute("select id from received"): print(*row)' "$DONE"
      ;;
    *) cat "$DONE" ;;
  esac
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

  # Frameworks parse forms by themselves, and may make another body of what they have parsed.
  local form='b=1+2&a=%7e&a='
  expect "a form" '200 *"before":false*' \
    "$(hook msg_9 "$now" "v1,$(signature msg_9 "$now" "$form")" "$form" application/x-www-form-urlencoded)"

  # Ten at once are one.
  local both callers=() caller
  both="v1,$(signature msg_7 "$now" "$body")"
  for caller in 1 2 3 4 5 6 7 8 9 10; do
    curl -fsS -o "$work/answer-$caller" -X POST "http://127.0.0.1:$PORT/hook" -H 'Content-Type: application/json' \
      -H "webhook-id: msg_7" -H "webhook-timestamp: $now" -H "webhook-signature: $both" --data-binary "$body" &
    callers+=($!)
  done
  for caller in "${callers[@]}"; do
    wait "$caller" || fail "one of ten at once was refused"
  done
  [ "$(cat "$work"/answer-* | tr -d ' \n' | grep -o '"before":false' | wc -l)" = 1 ] ||
    fail "ten at once were answered $(cat "$work"/answer-*)"

  # Work that is refused takes its id along, so that the next try does it. Tables of the test refuse a body that is empty.
  local expected="msg_1 msg_6 msg_7 msg_9"
  if [ "$name" = laravel ] || [ "$name" = spring ]; then
    expected="msg_1 msg_6 msg_7 msg_8 msg_9"
    expect "work that fails" '500 *' "$(hook msg_8 "$now" "v1,$(signature msg_8 "$now" "")" "")"
    expect "the next try of it" '200 *"before":false*' "$(hook msg_8 "$now" "v1,$(signature msg_8 "$now" "$body")" "$body")"
  fi

  local job
  job=$(curl -fsS -X POST "$HOST/api/jobs" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
    -d '{"queue": "receivers", "url": "http://127.0.0.1:'"$PORT"'/hook", "payload": {"n": 1.0, "text": "äöü"}, "retry_delays": []}' |
    sed -E 's/.*"job_id":([0-9]+).*/\1/')
  for _ in $(seq 120); do
    done_ids | grep -q "^job_$job$" && break
    sleep 0.25
  done
  local ids
  ids=$(done_ids | sort | tr '\n' ' ')
  [ "$ids" = "job_$job $expected " ] || fail "what is done is $ids"
  stop
  echo "ok       receivers/$name: verifies, and does nothing twice"
}

skip() {
  if [ "${POSTHASTE_RECEIVERS:-}" = required ]; then
    echo "FAILED: receivers/$1: $2" >&2
    exit 1
  fi
  echo "skipped  receivers/$1: $2"
}

database=$(cat "$work/data/database.url")
password=$(cat "$work/data/database.password")

laravel() {
  php "$work/laravel/tables.php" &&
    # Some at a time: alone, PHP's own server would take ten at once one after the other.
    PHP_CLI_SERVER_WORKERS=8 exec setsid php -S "127.0.0.1:$PORT" -t "$work/laravel/public" "$work/laravel/public/index.php"
}

if ! command -v php >/dev/null || ! php -r '(include "Illuminate/autoload.php") && extension_loaded("pdo_pgsql") || exit(1);' 2>/dev/null; then
  skip laravel "Laravel is not installed (Debian: php-laravel-framework php-pgsql)"
else
  cp -r "$here/laravel" "$work"
  mkdir -p "$work/laravel/bootstrap/cache" "$work"/laravel/app/Http/{Controllers,Middleware}
  cp "$receivers/laravel/PosthasteSignature.php" "$work/laravel/app"
  cp "$receivers/laravel/VerifyPosthaste.php" "$work/laravel/app/Http/Middleware"
  cp "$receivers/laravel/OrderHook.php" "$work/laravel/app/Http/Controllers"
  address=${database#*://*:}
  export DB_PORT=${address%/*} DB_DATABASE=${address#*/} DB_USERNAME=posthaste DB_PASSWORD=$password POSTHASTE_SECRET=$SECRET
  try laravel laravel
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

spring() {
  SERVER_PORT=$PORT SERVER_ADDRESS=127.0.0.1 POSTHASTE_SECRET=$SECRET \
    SPRING_DATASOURCE_URL="$database?currentSchema=spring" SPRING_DATASOURCE_USERNAME=posthaste SPRING_DATASOURCE_PASSWORD=$password \
    SPRING_SQL_INIT_MODE=always exec java -cp "$work/spring:$(cat "$work/spring-jars")" Application
}

# Spring Boot is fetched by itself, so that what does not compile is told from what cannot be had.
if ! command -v mvn >/dev/null; then
  skip spring "mvn is not installed"
elif ! mvn -B -q -f "$here/spring/pom.xml" dependency:build-classpath -Dmdep.outputFile="$work/spring-jars" >"$work/spring-fetch" 2>&1; then
  skip spring "Spring Boot of Maven Central cannot be had: $(grep -m1 -E 'Could not|Cannot|was not found' "$work/spring-fetch")"
else
  mkdir "$work/spring"
  cp "$here/spring/schema.sql" "$work/spring"
  javac --release 17 -parameters -d "$work/spring" -cp "$(cat "$work/spring-jars")" "$here/spring/Application.java" "$receivers"/spring/*.java
  try spring spring
fi

if command -v go >/dev/null; then
  (cd "$receivers/go" && GOCACHE="$work/go-cache" GO111MODULE=off go build -o "$work/go-receiver" main.go)
  try go "$work/go-receiver"
else
  skip go "go is not installed (Debian: golang-go)"
fi
