# The options --baseline, --before-after and --history of gate.sh; sourced, never run.
# shellcheck shell=bash

COMPARED="$ROOT/loadtest/target/gate"

# compare ARGUMENT...: replaces the calling shell with one of the comparing tools.
compare() {
  tool -Xmx256m -Dgate.pairs="${GATE_PAIRS:-15}" -Dgate.short="${GATE_SHORT:-false}" "$@"
}

# run_alone COMMAND...: runs it in a separate process group, which is stopped in order with this script.
run_alone() {
  local status=0
  compare_work=$(temporary_directory compare) || exit
  compare_pid=''
  trap stop_comparison EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  set -m
  "$@" </dev/null &
  compare_pid=$!
  wait "$compare_pid" || status=$?
  compare_pid=''
  return "$status"
}

# shellcheck disable=SC2317 # The trap calls it.
stop_comparison() {
  trap '' INT TERM HUP
  if [[ -n $compare_pid ]]; then
    kill -TERM -- "-$compare_pid" 2>/dev/null || true
    while kill -0 "$compare_pid" 2>/dev/null; do wait "$compare_pid" 2>/dev/null || true; done
  fi
  if [[ -e $compare_work/baseline ]]; then
    git -C "$ROOT" worktree remove --force "$compare_work/baseline" || true
  fi
  rm -rf "$compare_work"
  git -C "$ROOT" worktree prune 2>/dev/null || true
}

# check_comparison MODE OPERAND: checks the operand before anything is built.
check_comparison() {
  case $1 in
    baseline)
      require git
      git -C "$ROOT" rev-parse --verify --quiet --end-of-options "$2^{commit}" >/dev/null ||
        die 64 "--baseline: no such commit: '$2'."
      ;;
    history) [[ -r $2 ]] || die 64 "--history: no such file: $2" ;;
  esac
}

# compare_baseline REF RATE: compares this checkout with a commit; RATE 0 derives it from the capacity.
compare_baseline() {
  local status=0
  rm -f "$COMPARED/baseline.md"
  run_alone baseline_pairs "$1" "$2" || status=$?
  # In GitHub Actions the result also appears in the job summary.
  if [[ -n ${GITHUB_STEP_SUMMARY:-} && -e $COMPARED/baseline.md ]]; then
    cat "$COMPARED/baseline.md" >>"$GITHUB_STEP_SUMMARY"
    ((status == 0)) || printf '::error title=Gate::%s\n' "$(sed -n '1s/^## //p' "$COMPARED/baseline.md")"
  fi
  return "$status"
}

# shellcheck disable=SC2317 # run_alone calls it.
baseline_pairs() {
  local checkout="$compare_work/baseline" log="$COMPARED/baseline-build.log"
  mkdir -p "$COMPARED"
  echo "Building the baseline, $(git -C "$ROOT" log -1 --format='%h %s' "$1") ..."
  git -C "$ROOT" worktree add --quiet --detach "$checkout" "$1" ||
    die 2 "INVALID cannot check out the baseline."
  # Older commits have no JVM options and start without any.
  [[ -e $checkout/service/config/jvm.options ]] || : >"$checkout/service/config/jvm.options"
  if ! maven -f "$checkout/pom.xml" -pl service package -Dmaven.test.skip=true \
    -Dspotless.check.skip=true >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die 2 "INVALID cannot build the baseline; log: $log"
  fi
  compare "-Djava.io.tmpdir=$compare_work" \
    dev.warmgate.loadtest.compare.Baseline "$checkout" "$ROOT" "$COMPARED" "$2"
}

compare_before_after() {
  run_alone before_after
}

# shellcheck disable=SC2317 # run_alone calls it.
before_after() {
  mkdir -p "$COMPARED"
  compare "-Djava.io.tmpdir=$compare_work" dev.warmgate.loadtest.compare.BeforeAfter "$COMPARED"
}

history_changes() {
  (compare dev.warmgate.loadtest.compare.HistoryCommand changes "$1")
}

# remember_run: adds the report of this run to the gate's history.
remember_run() {
  [[ ! -e $COMPARED/report.json ]] ||
    (compare dev.warmgate.loadtest.compare.HistoryCommand append \
      "$COMPARED/history.csv" "$COMPARED/report.json")
}
