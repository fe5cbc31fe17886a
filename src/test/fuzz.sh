#!/bin/sh
# Holds the rules against many inputs: fuzz.sh [SEED]. Says which seed they came from, and how many there were.
set -u
cd "$(dirname "$0")/../.."
seed=${1:-$(date +%s)}
times=4

echo "Again with: make fuzz SEED=$seed"
src/test/tests.sh -Pfuzz -Dfuzz.seed="$seed" -Dfuzz.times=$times verify
status=$?
cat target/surefire-reports/*-output.txt target/failsafe-reports/*-output.txt 2>/dev/null |
  sed -n 's/^\(.*: [0-9]* inputs\) from the seed.*/\1/p' |
  awk '{ print "  " $0; all += $(NF - 1) } END { print all + 0 " inputs broke no rule." }'
exit $status
