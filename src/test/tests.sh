#!/bin/sh
# Runs Maven with what it is given, shows each test class as it begins and ends, and says in the last line how it went.
# What tests print, and the logs of the servers that they start, stand beside the reports.
set -u
here=$(dirname "$0")
cd "$here/../.."
quietly="-Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin"

rm -rf target/surefire-reports target/failsafe-reports target/servers target/test-databases
rm -f target/classes-*.jsa target/classes-*.lock
began=$(date +%s)
mvn -B -q "$quietly.surefire=info" "$quietly.failsafe=info" "$@"
status=$?
src/test/totals.sh $(($(date +%s) - began)) target/surefire-reports target/failsafe-reports
# Gigabytes that nobody looks at when all is well.
[ $status -eq 0 ] && rm -rf target/test-databases
[ $status -eq 0 ] || echo "Reports and logs: target/surefire-reports, target/failsafe-reports"
exit $status
