#!/usr/bin/env bash
# Lints the description of the API with Spectral, of npm: its recommended rules for OpenAPI, and a few of our own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
description="$here/../../../main/resources/openapi/openapi.yaml"
SPECTRAL=6.16.3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "skipped  openapi: node or npm is not installed"
elif ! npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" "@stoplight/spectral-cli@$SPECTRAL" \
  >/dev/null 2>&1; then
  echo "skipped  openapi: @stoplight/spectral-cli of npm cannot be had"
else
  "$work/node_modules/.bin/spectral" lint "$description" --ruleset "$here/spectral.yaml" --fail-severity hint --quiet
  echo "ok       openapi: Spectral finds nothing in $(grep -c operationId "$description") calls"
fi
