#!/bin/sh
# Sums up the reports in some directories: totals.sh SECONDS DIRECTORY...
set -u
seconds=$1
shift

reports=$(find "$@" -name 'TEST-*.xml' 2>/dev/null | sort)
if [ -z "$reports" ]; then
  echo "No test was run."
  exit 0
fi

# What was skipped says why in its report.
# shellcheck disable=SC2086
sed -n -e '/<skipped/,/<.skipped>/s/.*TestAbortedException: \(Assumption failed: \)\{0,1\}//p' $reports |
  sort | uniq -c | sed 's/^ *\([0-9]*\) /Skipped \1: /'

# shellcheck disable=SC2086
awk -v seconds="$seconds" '
  function of(name,   found) {
    return match(suite, " " name "=\"[0-9]+\"") ? substr(suite, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0
  }
  /<testsuite / { suite = $0; while (suite !~ />/ && (getline line) > 0) suite = suite " " line
    all += of("tests"); failed += of("failures") + of("errors"); skipped += of("skipped") }
  END {
    took = seconds < 60 ? seconds " s" : int(seconds / 60) " min " seconds % 60 " s"
    printf "%d tests passed, %d failed, %d skipped in %s.\n", all - failed - skipped, failed, skipped, took
  }' $reports
