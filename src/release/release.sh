#!/bin/bash
# Makes a release of what is committed, under target/release: the jar, what is in it (SBOM), the files to deploy it with, and
# their digests. Everything is built twice, in two places, time zones and modes of files, and must come out the same.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -n "$(git status --porcelain)" ]; then
  echo "There are changes that are not committed: a release is of a commit, so that others can make the same." >&2
  exit 1
fi
commit=$(git rev-parse HEAD)
work=$PWD/target/release-work
out=$PWD/target/release
rm -rf "$work" "$out"
mkdir -p "$work" "$out"

# What may differ between two machines does so here. Tests have their own targets.
build() { # a directory; the rest goes before Maven
  local directory=$1
  shift
  mkdir -p "$directory"
  git archive "$commit" | tar -x -C "$directory"
  echo "Building in $directory ..."
  (cd "$directory" && env "$@" mvn -B -q package -Dmaven.test.skip=true)
}

# The jar knows its version; nothing else has to be kept in step by hand but what is checked here.
build "$work/one" TZ=UTC LC_ALL=C.UTF-8
(umask 077 && build "$work/another/place" TZ=Pacific/Auckland LC_ALL=C)
version=$(sed -n 's/^version=//p' "$work/one/target/classes/posthaste.properties")
for file in CHANGELOG.md src/deploy/kubernetes/posthaste.yaml src/deploy/systemd/posthaste.service; do
  grep -q -F "$version" "$file" || { echo "$file does not name the version $version." >&2; exit 1; }
done

pack() { # a built directory; where to put the release
  local from=$1 to=$2 name=posthaste-$version
  mkdir -p "$to"
  cp "$from/target/posthaste.jar" "$to/$name.jar"
  cp "$from/target/bom.json" "$to/$name.cdx.json"
  # In one order, with one time, owner and mode, so that the same files are the same bytes.
  (cd "$from" && tar --sort=name --mtime='2026-01-01 00:00Z' --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' \
    --transform="s,^,$name/," -cf - LICENSE README.md CHANGELOG.md SECURITY.md config.yml bin docs src/deploy) |
    gzip -n -9 >"$to/$name-deploy.tar.gz"
}

pack "$work/one" "$out"
pack "$work/another/place" "$work/again"
for file in "$out"/*; do
  if ! cmp "$file" "$work/again/$(basename "$file")"; then
    echo "$(basename "$file") came out differently the second time; both are under $work." >&2
    exit 1
  fi
done
(cd "$out" && sha256sum -- * >SHA256SUMS && sha256sum --check --quiet SHA256SUMS)
rm -rf "$work"

echo "Posthaste $version of $commit, built twice with the same bytes by $(java -version 2>&1 | sed -n 2p):"
cat "$out/SHA256SUMS"
