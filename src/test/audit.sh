#!/bin/sh
# Looks for known vulnerabilities of what is in the jar.
# Exit codes: 0 none is known; 1 some are; 2 nobody could be asked, or the asking failed: nothing is known either way.
set -u
cd "$(dirname "$0")/../.."
bom=target/bom.json

mvn -B -q cyclonedx:makeBom@bill-of-materials || exit 2

if command -v osv-scanner >/dev/null 2>&1; then
  osv-scanner --sbom "$bom"
  case $? in
    0) echo "None of the dependencies in $bom has a known vulnerability."; exit 0 ;;
    1) exit 1 ;;
    *) echo "osv-scanner could not say whether there are known vulnerabilities." >&2; exit 2 ;;
  esac
fi

echo "What is in the jar ($bom):"
python3 -c '
import json, sys
for part in json.load(open(sys.argv[1]))["components"]:
    print("  %s:%s %s" % (part.get("group", ""), part["name"], part["version"]))
' "$bom" || exit 2

echo
echo "Newer versions, as far as the package registry tells (newer is not safer by itself, but it is where mends are):"
newer=target/newer-versions.txt
if mvn -B versions:display-dependency-updates -DprocessDependencyManagement=false \
  -Dmaven.version.ignore='(?i).*[.-](alpha|beta|m|rc|cr)[.-]?[0-9]*' >"$newer" 2>&1; then
  grep -e '\.\.\. *$' -e ' -> ' "$newer" | sed 's/^\[INFO\] //'
else
  echo "  could not be found out: $(grep -m1 ERROR "$newer")"
fi

cat <<'TEXT'

NOT AUDITED: whether any of these has a known vulnerability could not be found out here. Package registries publish no
database of advisories; it takes osv-scanner (https://github.com/google/osv-scanner) on the PATH and a network that lets
it reach https://api.osv.dev. Then run make audit again, or on a machine that has both:

  osv-scanner --sbom target/bom.json

trivy sbom target/bom.json and grype sbom:target/bom.json read the same file.
TEXT
exit 2
