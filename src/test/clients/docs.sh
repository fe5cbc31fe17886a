#!/usr/bin/env bash
# Runs the examples of the quick start, the concepts and the how-tos: every block of a shell that begins with curl or with
# bin/posthaste, as it stands but for hosts and token. Called by run.sh with HOST, RECEIVER, TOKEN and a folder.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
work=$1
export POSTHASTE_URL=$HOST POSTHASTE_TOKEN=$TOKEN
cd "$root"

# Signing is begun in one of them, which two secrets that sign already would not allow.
curl -fsS "$HOST/api/signing-secrets" -H "Authorization: Bearer $TOKEN" | { grep -oE '"id":[0-9]+' || true; } | cut -d: -f2 |
  while read -r id; do
    curl -fsS -X DELETE "$HOST/api/signing-secrets/$id" -H "Authorization: Bearer $TOKEN"
  done

count=0
for page in docs/quick-start.md docs/terminal.md docs/concepts/*.md docs/how-to/*.md; do
  rm -f "$work"/block-*
  awk -v prefix="$work/block-" '
    /^```/ { if (inside) { close(file); inside = 0 } else if ($0 == "```sh") { inside = 1; file = sprintf("%s%02d", prefix, ++n) } next }
    inside { print > file }' "$page"
  for block in "$work"/block-*; do
    [ -f "$block" ] || continue
    read -r first _ <"$block"
    case $first in curl | bin/posthaste) ;; *) continue ;; esac
    sed -i -e "s|http://localhost:8080|$HOST|g; s|http://localhost:9000|$RECEIVER|g; s|^curl |curl -fsS |" "$block"
    # What is meant to fail says so by its exit code, which is not that of curl: that is only told of a call that is wrong.
    if ! output=$(bash -e "$block" 2>&1 </dev/null) && ! grep -q -e '--wait' -e 'dead-letters replay' "$block"; then
      echo "FAILED: an example of $page: $(cat "$block")" >&2
      echo "$output" >&2
      exit 1
    fi
    count=$((count + 1))
  done
done
[ "$count" -ge 15 ] || { echo "FAILED: only $count examples were found" >&2; exit 1; }
echo "ok       docs: $count examples of the pages do what they say"
