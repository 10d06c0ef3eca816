#!/usr/bin/env bash
# The load gate: passes or fails the build in this checkout.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=gate/compare.sh
source "$(dirname "${BASH_SOURCE[0]}")/gate/compare.sh"

usage() {
  cat <<'END'
Usage: scripts/gate.sh [--profile smoke|ci|full] [--simulation NAME]... [--set KEY=VALUE]...
       scripts/gate.sh --url URL --rate N [--service-key-file FILE] [--set KEY=VALUE]...
       scripts/gate.sh --bench [NAME] [--set KEY=VALUE]...
       scripts/gate.sh --bench NAME --against COMMIT [--rounds N] [--set KEY=VALUE]...
       scripts/gate.sh --baseline REF [--rate N] | --before-after | --history FILE

Starts its own stack in a temporary directory, puts load on it (arrivals do not wait for
answers), and judges: all limits kept, a limit broken, or no valid measurement.

  --profile NAME     smoke (default, a minute), ci (under nine minutes), full (half an hour)
  --simulation NAME  run only this simulation; repeatable: Smoke, Login, Mixed, ColdStart,
                     Overload, Spike, Hostile, Soak, RedisOutage, DatabaseOutage,
                     SlowDatabase, MailOutage, Restart
  --api NAME         own (default) or supabase: the form of the API that Login calls
  --rate N           logins per second; by default a share of the capacity measured
                     just before
  --warmup N         seconds of silent load before the measurement
  --duration N       seconds of the measurement
  --idle N           seconds without requests in ColdStart
  --overload N       seconds of each load beyond capacity
  --outage N         seconds of each outage
  --soak N           seconds of the soak test
  --hostile N        seconds of hostile input
  --attempts N       repeat a simulation whose measurement was not valid, until it was run N times
                     (1 to 9, default 3); a broken limit or a wrong answer is never repeated
  --set KEY=VALUE    change a limit, such as login.p95=800; a wrong key lists them all
  --url URL          a running Warmgate, which is never stopped or cut off
  --service-key-file FILE
                     its service key; or set WARMGATE_SERVICE_KEY
  --bench [NAME]     run all benchmarks or one: filters, login, hashing, start, cold-login,
                     overload, me, keys, refresh, supabase, replicas, memory, database-pause, watching,
                     scale, bloat, import; each prints its measurements with their bars, and
                     whether the machine was too busy; a table ends the run. All, and
                     hashing, need a C compiler (cc), and npm once. --set
                     bench.scale.accounts=10000000 and --set bench.bloat.minutes=10 change how
                     much scale loads and how long bloat runs
  --against COMMIT   run the benchmark of --bench in turns with another commit's own, and say of
                     each figure whether this checkout is better, the same or worse; fails if
                     one with a bar is worse with 95 % confidence and by more than 3 %
  --rounds N         turns of each build (2 to 99, default 5; fewer cannot give 95 %); up to two
                     more replace rounds whose measurement was not valid
  --baseline REF     compare this checkout with another commit: both run at the same time,
                     each with its own databases, and get load by turns at one rate; fails
                     if login p95 or processor time is more than 1.10 times the baseline's,
                     with 95 % confidence
  --before-after     measure the effect of each fix, with a database 50 ms away
  --history FILE     print which figures changed, and when; each gate run is added to
                     loadtest/target/gate/history.csv
  --help             show this text

Report: loadtest/target/gate/report.html, .md, .json, junit.xml; of the benchmarks in
loadtest/target/bench; of --against there in against.md, .json and .log. Exit status: 0 passed,
1 a limit was broken, 2 no valid measurement (the stack did not start, the generator was
late, other programs used more than 0.15 of a core), 64 wrong usage, 69 something must be
installed. AGENT=off measures without the OpenTelemetry agent. BENCH_SHORT=true shortens
the benchmarks to check only that they run.
END
}

arguments=() settings=() bench='' mode='' operand='' own_rate=0 rounds=''
while (($#)); do
  if [[ $1 == --*=* && $1 != --set=* ]]; then
    set -- "${1%%=*}" "${1#*=}" "${@:2}"
  elif [[ $1 == --set=* ]]; then
    set -- --set "${1#*=}" "${@:2}"
  fi
  case $1 in
    --before-after) mode=before-after ;;
    --baseline | --history | --against)
      [[ -n ${2:-} ]] || die 64 "$1 needs a value."
      mode=${1#--} operand=$2
      shift
      ;;
    --bench)
      bench=all
      if [[ ${2:-} =~ ^[a-z][a-z-]*$ ]]; then
        bench=$2
        shift
      fi
      ;;
    --rounds)
      [[ ${2:-} =~ ^([2-9]|[1-9][0-9])$ ]] || die 64 "--rounds needs a whole number from 2 to 99, not '${2:-}'."
      rounds=$2
      shift
      ;;
    --help | -h) usage; exit 0 ;;
    --service-key)
      die 64 "--service-key was removed, since every user of the machine can read arguments: use --service-key-file FILE or WARMGATE_SERVICE_KEY."
      ;;
    --service-key-file)
      check_key_file "$1" "${2:-}"
      WARMGATE_SERVICE_KEY=$(<"$2")
      [[ $WARMGATE_SERVICE_KEY == *[![:space:]]* ]] || die 64 "$1 names an empty file."
      export WARMGATE_SERVICE_KEY
      shift
      ;;
    --*)
      if [[ $1 == --rate && ${2:-} =~ ^[0-9]{1,6}$ ]]; then own_rate=$2; fi
      arguments+=("$1" "${2:-}")
      shift $(($# > 1))
      ;;
    *)
      printf 'Unknown option: %s\n\n' "$1" >&2
      usage >&2
      exit 64
      ;;
  esac
  shift
done

if [[ -n $bench ]]; then
  check_benchmark "$bench"
  for ((i = 0; i < ${#arguments[@]}; i += 2)); do
    [[ ${arguments[i]} == --set ]] || die 64 "--bench cannot be combined with ${arguments[i]}."
    settings+=("-Dgate.set.${arguments[i + 1]}")
  done
fi
[[ -z $rounds || $mode == against ]] || die 64 "--rounds needs --against."
if [[ $mode == against ]]; then
  [[ -n $bench && $bench != all ]] || die 64 "--against needs --bench NAME."
elif [[ -n $mode ]]; then
  # Refuses options that would be ignored.
  for ((i = 0; i < ${#arguments[@]}; i += 2)); do
    [[ $mode == baseline && ${arguments[i]} == --rate ]] || die 64 "--$mode cannot be combined with ${arguments[i]}."
    [[ $own_rate != 0 ]] || die 64 "--rate needs a whole number above 0, not '${arguments[i + 1]}'."
  done
  [[ -z $bench ]] || die 64 "--$mode cannot be combined with --bench."
fi
check_comparison "$mode" "$operand"
find_jdk
find_maven
build || exit 2
case $mode in
  against) compare_against "$bench" "$operand" "${rounds:-5}" ${settings[@]+"${settings[@]}"} && exit 0 || exit $? ;;
  baseline) compare_baseline "$operand" "$own_rate" && exit 0 || exit $? ;;
  before-after) compare_before_after && exit 0 || exit $? ;;
  history) history_changes "$operand" && exit 0 || exit $? ;;
esac
if [[ -n $bench ]]; then
  (benchmark "$bench" ${settings[@]+"${settings[@]}"}) || exit $?
  exit 0
fi

kept="$ROOT/loadtest/target/gate"
work='' gate_pid=''

# shellcheck disable=SC2317 # The traps call it.
clean_up() {
  trap '' INT TERM HUP
  if [[ -n $gate_pid ]]; then
    kill -TERM "$gate_pid" 2>/dev/null || true
    while kill -0 "$gate_pid" 2>/dev/null; do wait "$gate_pid" 2>/dev/null || true; done
  fi
  if [[ -n $work ]]; then
    cp "$work"/*.log "$kept" 2>/dev/null || true
    rm -rf "$work"
  fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# gate ARGUMENT...: one JVM that also generates the load, so its garbage collections must be short.
gate() {
  local tty=false
  [[ ! -t 1 ]] || tty=true
  tool -Xmx512m --add-opens java.base/java.lang=ALL-UNNAMED -Dgate.tty="$tty" dev.warmgate.loadtest.gate.Gate "$@"
}

# Wrong arguments are reported before anything starts.
(gate --check ${arguments[@]+"${arguments[@]}"}) || exit $?

work=$(temporary_directory gate)
mkdir -p "$kept"
# The history of earlier runs is kept.
find "$kept" -mindepth 1 -maxdepth 1 ! -name history.csv -exec rm -rf {} +
# A separate process group: Ctrl-C must reach only this script, which stops everything in order.
set -m
gate --directory "$work" --output "$kept" ${arguments[@]+"${arguments[@]}"} </dev/null &
gate_pid=$!
status=0
wait "$gate_pid" || status=$?
gate_pid=''
remember_run || true
exit "$status"
