#!/usr/bin/env bash
# Compares when the built server's crons fire with what croner, of npm, says: sixty expressions in five zones.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
jar="$here/../../../../target/posthaste.jar"
CRONER=11.0.1
START=2025-01-01T00:00:00Z
COUNT=1000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "skipped  crons: node or npm is not installed"
elif ! npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" "croner@$CRONER" \
  >/dev/null 2>&1; then
  echo "skipped  crons: croner of npm cannot be had"
else
  node "$here/croner.mjs" expressions |
    java -cp "$jar" "$here/Fires.java" "$START" "$COUNT" >"$work/fires"
  compared=$(MODULES="$work" node "$here/croner.mjs" compare "$START" "$COUNT" "$work/fires")
  echo "ok       crons: $compared fires of $(wc -l <"$work/fires") schedules are croner's too"
fi
