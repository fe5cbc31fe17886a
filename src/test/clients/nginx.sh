#!/usr/bin/env bash
# Runs nginx with docs/how-to/nginx.conf, but for its ports, in front of a server: a push, the largest batch, a path of its own,
# and errors as the server has them. Called by run.sh with a folder and the server's port.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
work=$1/nginx
port=$2

nginx=$(command -v nginx || ls /usr/sbin/nginx 2>/dev/null || true)
if [ -z "$nginx" ]; then
  echo "skipped  nginx: it is not installed (Debian: nginx-light)"
  exit
fi

fail() {
  echo "FAILED: nginx: $*" >&2
  cat "$work/log" >&2
  exit 1
}

front=$((20000 + RANDOM % 12000))
mkdir -p "$work"
sed -e "s/127\.0\.0\.1:8080/127.0.0.1:$port/; s/127\.0\.0\.1:8443/127.0.0.1:$front/" "$root/docs/how-to/nginx.conf" >"$work/nginx.conf"
paths="client_body_temp_path $work/a; proxy_temp_path $work/b; fastcgi_temp_path $work/c; uwsgi_temp_path $work/d; scgi_temp_path $work/e;"
sed -i "s|^    access_log off;|&\n    $paths|; s|^pid .*|pid $work/pid;|" "$work/nginx.conf"
"$nginx" -p "$work" -c "$work/nginx.conf" -g 'daemon off; master_process off;' >"$work/log" 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true' EXIT
for _ in $(seq 120); do
  (exec 3<>"/dev/tcp/127.0.0.1/$front") 2>/dev/null && break
  kill -0 "$pid" 2>/dev/null || fail "it ended"
  sleep 0.25
done

push() { # path, body file: the status
  curl -sS -o "$work/answer" -w '%{http_code}' -X POST "http://127.0.0.1:$front$1" -H "Authorization: Bearer $TOKEN" \
    -H 'Content-Type: application/json' --data-binary "@$2"
}

url="$RECEIVER/nginx"
echo '{"queue": "nginx", "url": "'"$url"'"}' >"$work/job"
[ "$(push /api/jobs "$work/job")" = 201 ] || fail "a push was answered $(cat "$work/answer")"
[ "$(push /posthaste/api/jobs "$work/job")" = 201 ] || fail "a push under a path was answered $(cat "$work/answer")"
awk -v url="$url" 'BEGIN {
  for (text = "x"; length(text) < 15000; ) text = text substr(text, 1, 15000 - length(text))
  printf "{\"jobs\": ["
  for (i = 0; i < 1000; i++) printf "%s{\"queue\": \"nginx\", \"url\": \"%s\", \"delay\": 3600, \"payload\": {\"text\": \"%s\"}}", i ? "," : "", url, text
  printf "]}"
}' >"$work/batch"
[ "$(push /api/jobs/batch "$work/batch")" = 201 ] || fail "a batch of 15 MB was answered $(head -c 300 "$work/answer")"
[ "$(curl -sS "http://127.0.0.1:$front/api/jobs")" = '{"error":"Missing authorization token"}' ] || fail "an error came out otherwise"
echo "ok       nginx: a push, a batch of 15 MB, a path of its own, errors to the letter"
