# The options --bench, --against, --baseline, --before-after and --history of gate.sh; sourced, never run.
# shellcheck shell=bash

COMPARED="$ROOT/loadtest/target/gate"
BENCHED="$ROOT/loadtest/target/bench"
BENCHMARKS=(filters login hashing start cold-login overload me keys refresh supabase replicas memory database-pause watching scale bloat import)

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

# benchmark NAME [JVM_OPTION]...: replaces the calling shell with a benchmark, or with all of them.
benchmark() {
  local names=("$1")
  [[ $1 != all ]] || names=()
  # What it needs is made, or named as missing, before anything is measured.
  local library="$ROOT/loadtest/target/fast-hashing/libargon2.so"
  if [[ $1 == @(all|hashing) && ! ($library -nt $ROOT/service/docker/build-argon2 && $library -nt $ROOT/scripts/lib.sh) ]]; then
    local status=0
    "$ROOT/scripts/fast-hashing.sh" || status=$?
    # 1 would be a broken limit.
    case $status in 0) ;; 69) exit 69 ;; *) exit 2 ;; esac
  fi
  tool -Xmx256m -Dbench.short="${BENCH_SHORT:-false}" "${@:2}" \
    dev.warmgate.loadtest.bench.Bench ${names[@]+"${names[@]}"}
}

# check_benchmark NAME: checks the name before anything is built.
check_benchmark() {
  [[ " all ${BENCHMARKS[*]} " == *" $1 "* ]] || die 64 "No benchmark '$1'; available: ${BENCHMARKS[*]}"
}

# check_comparison MODE OPERAND: checks the operand before anything is built.
check_comparison() {
  case $1 in
    baseline | against)
      require git
      git -C "$ROOT" rev-parse --verify --quiet --end-of-options "$2^{commit}" >/dev/null ||
        die 64 "--$1: no such commit: '$2'."
      ;;
    history) [[ -r $2 ]] || die 64 "--history: no such file: $2" ;;
  esac
}

# compare_baseline REF RATE: compares this checkout with a commit; RATE 0 derives it from the capacity.
compare_baseline() {
  local status=0
  rm -f "$COMPARED/baseline.md"
  run_alone baseline_pairs "$1" "$2" || status=$?
  summarise "$COMPARED/baseline.md" "$status"
  return "$status"
}

# summarise FILE STATUS: in GitHub Actions the result also appears in the job summary.
summarise() {
  if [[ -n ${GITHUB_STEP_SUMMARY:-} && -e $1 ]]; then
    cat "$1" >>"$GITHUB_STEP_SUMMARY"
    (($2 == 0)) || printf '::error title=Gate::%s\n' "$(sed -n '1s/^## //p' "$1")"
  fi
}

# compare_against NAME COMMIT ROUNDS [JVM_OPTION]...: compares this checkout's benchmark with a commit's.
compare_against() {
  local status=0
  mkdir -p "$BENCHED"
  rm -f "$BENCHED"/against.*
  run_alone against_rounds "$@" || status=$?
  summarise "$BENCHED/against.md" "$status"
  return "$status"
}

# shellcheck disable=SC2317 # run_alone calls it.
against_rounds() {
  local name=$1 wanted=$3 options=("${@:4}") commit log="$BENCHED/against.log"
  local first=candidate second=baseline status valid=0 invalid=0
  # Waits until the program that also got the signal has stopped what it started.
  trap 'exit 143' TERM
  mkdir "$compare_work/reports"
  check_out "$2"
  commit=$(git -C "$ROOT" rev-parse --short "$2^{commit}")
  echo "Building $commit ..."
  (in_baseline build) >>"$log" 2>&1 || die 2 "INVALID cannot build $commit; log: $log"
  echo "$name in turns, this checkout and $commit; log: $log"
  while ((valid < wanted && invalid < 3)); do
    status=0
    take_turns "$((valid + 1))" || status=$?
    # The order alternates; otherwise a machine that gets busier would always slow down the same build.
    read -r first second <<<"$second $first"
    if ((status == 0)); then
      valid=$((valid + 1))
      echo "  round $valid of $wanted: valid"
    else
      invalid=$((invalid + 1))
      echo "  round $((valid + 1)) of $wanted: other programs disturbed the measurement"
    fi
  done
  compare dev.warmgate.loadtest.compare.Against "$name" "$commit" "$wanted" "$compare_work/reports" "$BENCHED"
}

# take_turns ROUND: runs the benchmark of both builds; fails if a measurement was not valid.
take_turns() {
  rm -f "$compare_work/reports/$1"-*
  turn "$first" "$1" && turn "$second" "$1"
}

# turn SIDE ROUND: runs one build's benchmark and keeps its report; fails if the measurement was not
# valid, and ends the comparison if there was none.
turn() {
  local output="$compare_work/candidate" who='this checkout' run=(benchmark) status=0 errors="$compare_work/errors"
  if [[ $1 == baseline ]]; then
    output="$compare_work/baseline/loadtest/target/bench" who=$commit run=(in_baseline benchmark)
  fi
  rm -f "$output/report.json"
  (
    # The job summary gets the comparison, not each report.
    unset GITHUB_STEP_SUMMARY GITHUB_ACTIONS
    "${run[@]}" "$name" -Dbench.output="$output" -Djava.io.tmpdir="$compare_work" ${options[@]+"${options[@]}"}
  ) >>"$log" 2>"$errors" || status=$?
  cat "$errors" >>"$log"
  if ((status == 64)); then
    [[ $1 == baseline ]] || die 64 "$(head -n 1 "$errors")"
    die 2 "INVALID $commit: $(head -n 1 "$errors")"
  fi
  [[ -e $output/report.json ]] || die 2 "INVALID $who wrote no report (exit status $status); log: $log"
  # The report says so if the benchmark did not run to its end.
  ! grep -q '"TARGET"' "$output/report.json" || die 2 "INVALID $who did not complete the benchmark; log: $log"
  cp "$output/report.json" "$compare_work/reports/$2-$1.json"
  ((status < 2))
}

# in_baseline COMMAND...: runs a function with the library of the commit that is compared.
in_baseline() {
  # shellcheck source=/dev/null
  source "$compare_work/baseline/scripts/lib.sh" && "$@"
}

# check_out COMMIT: into a temporary worktree, which is removed with the directory.
check_out() {
  git -C "$ROOT" worktree add --quiet --detach "$compare_work/baseline" "$1" ||
    die 2 "INVALID cannot check out the baseline."
}

# shellcheck disable=SC2317 # run_alone calls it.
baseline_pairs() {
  local checkout="$compare_work/baseline" log="$COMPARED/baseline-build.log"
  mkdir -p "$COMPARED"
  echo "Building the baseline, $(git -C "$ROOT" log -1 --format='%h %s' "$1") ..."
  check_out "$1"
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
