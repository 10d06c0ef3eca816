# The table at the end of test.sh: what passed, how long it took, what was skipped; sourced, never run.
# shellcheck shell=bash

ledger=() skipped=() failures=0
beside_pid='' beside_files=''

# check NAME COMMAND...: runs a check and notes its result. Goes on if it fails, but not if something
# must be installed.
check() {
  local begin=$SECONDS status=0
  printf '\n== %s\n' "$1"
  "${@:2}" || status=$?
  note "$status" $((SECONDS - begin)) "$1"
}

# note STATUS SECONDS NAME: notes the result of a check.
note() {
  local result=passed
  if (($1 == 69)); then exit 69; fi
  if (($1 != 0)); then
    result="FAILED ($1)"
    failures=$((failures + 1))
  fi
  ledger+=("$(printf '%-12s %5d s  %s' "$result" "$2" "$3")")
}

# beside FUNCTION: runs the checks of a function beside the next ones, until rejoin.
beside() {
  beside_files=$(temporary_directory beside)
  # A process group of its own: stop_beside ends it with all that it has started.
  set -m
  (
    # shellcheck disable=SC2317 # check calls it.
    note() { echo "$@" >>"$beside_files/results"; }
    "$1"
  ) >"$beside_files/output" 2>&1 </dev/null &
  beside_pid=$!
  set +m
}

# rejoin: waits for the checks that run beside, shows their output and notes their results.
rejoin() {
  local began=$SECONDS status=0 seconds name
  wait "$beside_pid" || status=$?
  beside_pid=''
  cat "$beside_files/output"
  if ((status != 0)); then note "$status" $((SECONDS - began)) "Checks beside the others"; fi
  while read -r status seconds name; do
    note "$status" "$seconds" "$name"
  done < <(cat "$beside_files/results" 2>/dev/null)
}

# stop_beside: ends the checks that run beside.
stop_beside() {
  if [[ -n $beside_pid ]]; then
    kill -TERM -- "-$beside_pid" 2>/dev/null || true
    wait "$beside_pid" 2>/dev/null || true
  fi
  rm -rf "$beside_files"
}

# skip NAME REASON: notes a check that cannot run here.
skip() {
  skipped+=("$1: $2")
}

# note_skipped_tests: notes the tests that the reports call skipped.
note_skipped_tests() {
  local line report
  while read -r report; do
    while IFS= read -r line; do skipped+=("$line"); done < <(skipped_in "$report")
  done < <(grep -l '<skipped' "$ROOT"/*/target/*-reports/TEST-*.xml 2>/dev/null || true)
}

# skipped_in REPORT: prints the skipped tests of a JUnit report with their reasons.
skipped_in() {
  awk '
    function attribute(name) {
      return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
    }
    /<testcase/ { test = attribute("classname") "." attribute("name") }
    /<skipped/ { reason = attribute("message"); print test ": " (reason == "" ? "no reason given" : reason) }
  ' "$1"
}

# conclude NO_SKIPS: prints the table and exits.
conclude() {
  local line
  printf '\n== Results\n'
  printf '%s\n' "${ledger[@]}"
  if ((${#skipped[@]} == 0)); then
    echo "Skipped: nothing."
  else
    echo "Skipped:"
    for line in "${skipped[@]}"; do printf '  %s\n' "$line"; done
    if [[ -n $1 ]]; then failures=$((failures + 1)); fi
  fi
  if ((failures > 0)); then
    printf '%d of %d checks failed, in %d s.\n' "$failures" "${#ledger[@]}" "$SECONDS"
    exit 1
  fi
  printf 'All %d checks passed in %d s.\n' "${#ledger[@]}" "$SECONDS"
}
