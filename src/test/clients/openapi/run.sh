#!/usr/bin/env bash
# Lints the description of the API with Spectral, of npm: its recommended rules for OpenAPI, and a few of our own. Where it
# cannot be had that is said and passed over; with POSTHASTE_SPECTRAL=required it is a failure.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
description="$here/../../../main/resources/openapi/openapi.yaml"
SPECTRAL=6.16.3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Who can do without it does not wait for a registry that stumbles.
pauses="0"
[ "${POSTHASTE_SPECTRAL:-}" != required ] || pauses="0 5 30"

missing() {
  if [ "${POSTHASTE_SPECTRAL:-}" = required ]; then
    echo "FAILED: openapi: $1, and POSTHASTE_SPECTRAL says that it is required" >&2
    exit 1
  fi
  echo "skipped  openapi: $1"
  exit 0
}

install() {
  for pause in $pauses; do
    sleep "$pause"
    npm install --loglevel error --no-audit --no-fund --ignore-scripts --prefix "$work" "@stoplight/spectral-cli@$SPECTRAL" \
      >"$work/npm" 2>&1 && return
  done
  tail -n 5 "$work/npm" >&2
  return 1
}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  missing "node or npm is not installed"
fi
install || missing "@stoplight/spectral-cli of npm cannot be had"
"$work/node_modules/.bin/spectral" lint "$description" --ruleset "$here/spectral.yaml" --fail-severity hint --quiet
echo "ok       openapi: Spectral finds nothing in $(grep -c operationId "$description") calls"
