#!/usr/bin/env bash
# The load gate: says yes or no to the build in this checkout.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'END'
Usage: scripts/gate.sh [--rate 10] [--warmup 15] [--duration 30] [--set KEY=VALUE]...
       scripts/gate.sh --bench

Starts a stack of its own in a temporary directory, lets people log in at a constant
rate, first silently and then measured, and judges: every limit kept, or not.

  --rate N         arriving logins per second
  --warmup N       seconds of silent load before the measurement
  --duration N     measured seconds
  --set KEY=VALUE  another limit: login.p95, verify.p95, ping.p95,
                   middleware-status.p95, any.p95 (milliseconds), failures (count)
  --bench          no load, but what the filters cost a request, against its limits
  --help           this text

Exit status: 0 passed, 1 a limit was broken, 2 no valid measurement (the stack did
not start, too few requests), 64 wrong usage, 69 something must be installed.
AGENT=off measures without the OpenTelemetry agent.
END
}

rate=10 warmup=15 duration=30 limits=() properties=() bench=''
while (($#)); do
  if [[ $1 == --*=* ]]; then
    set -- "${1%%=*}" "${1#*=}" "${@:2}"
  fi
  case $1 in
    --rate | --warmup | --duration)
      if ! [[ ${2:-} =~ ^[0-9]{1,6}$ ]] || ((10#$2 == 0)); then
        die 64 "$1 needs a whole number above 0, not '${2:-}'."
      fi
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --set)
      [[ ${2:-} == *=* ]] || die 64 "--set needs KEY=VALUE, not '${2:-}'."
      limits+=("$2") properties+=("-Dgate.set.$2")
      shift
      ;;
    --bench) bench=1 ;;
    --help | -h) usage; exit 0 ;;
    *)
      printf 'Unknown option: %s\n\n' "$1" >&2
      usage >&2
      exit 64
      ;;
  esac
  shift
done

find_jdk
find_maven
build test || exit 2
if [[ -n $bench ]]; then
  target="$ROOT/loadtest/target"
  exec "$JAVA_HOME/bin/java" -cp "$target/test-classes:$target/classes:$(<"$target/test.classpath")" \
    dev.warmgate.benchmark.FilterChainCost
fi
"$JAVA_HOME/bin/java" -cp "$ROOT/loadtest/target/test-classes" dev.warmgate.loadtest.Thresholds \
  ${limits[@]+"${limits[@]}"} || exit $?

work=$(mktemp -d "${TMPDIR:-/tmp}/warmgate-gate.XXXXXX")
kept="$ROOT/loadtest/target/gate"
mkdir -p "$kept"
stack_pid='' load_pid=''

# shellcheck disable=SC2317 # The traps call it.
clean_up() {
  trap '' INT TERM HUP
  # The whole group: Maven leaves the load generator running.
  [[ -z $load_pid ]] || kill -TERM -- "-$load_pid" 2>/dev/null || true
  if [[ -n $stack_pid ]]; then
    kill -TERM "$stack_pid" 2>/dev/null || true
    while kill -0 "$stack_pid" 2>/dev/null; do wait "$stack_pid" 2>/dev/null || true; done
  fi
  cp "$work"/*.log "$kept" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Groups of their own: Ctrl-C must reach this script only, which then stops all in order.
set -m
busy=$(uptime | sed 's/.*load average/load average/')
echo "Starting a stack of its own in $work ..."
: >"$work/stack.log"
RATE_LIMITS=off stack run "$ROOT" "$work" 0 0 </dev/null >"$work/stack.log" 2>&1 &
stack_pid=$!
if ! wait_ready "$stack_pid" "$work/stack.log" | sed -e '/^Filter order/d' -e '/^Try it:/d' -e '/^  curl /d'; then
  die 2 "INVALID the stack did not start; logs: $kept"
fi
url=$(sed -n 's/^Warmgate is ready: \([^ ]*\) .*/\1/p' "$work/stack.log")

traces=$(sed -n 's/^Filter order in its traces: //p' "$work/stack.log")

echo "Load: $warmup s of warm-up, then $duration s measured, at $rate logins/s ..."
# Both modules, for Maven finds the service nowhere else; it has no simulations.
maven -pl service,loadtest process-classes gatling:test \
  "-Dgate.url=$url" "-Dgate.traces=$traces" "-Dgate.verdict=$work/verdict" "-Dgate.rate=$rate" "-Dgate.warmup=$warmup" \
  "-Dgate.duration=$duration" ${properties[@]+"${properties[@]}"} \
  </dev/null >"$work/gatling.log" 2>&1 &
load_pid=$!
load=0
wait "$load_pid" 2>/dev/null || load=$?
load_pid=''

[[ -s "$work/verdict" ]] || die 2 "INVALID the load did not run to its end; logs: $kept"
cat "$work/verdict"
report=$(sed -n 's|.*file://\(.*index\.html\).*|\1|p' "$work/gatling.log" | tail -n 1)
echo "Report: ${report:-none}; logs: $kept"
read -r judgement _ <"$work/verdict"
if [[ $judgement == PASS ]]; then
  ((load == 0)) || die 1 "FAIL Gatling's own assertions do not agree; see gatling.log there."
  exit 0
fi
# The last summary of what went wrong, such as "> status.find.is(200), found 503  4 (100%)".
awk '/^---- Errors/ { errors = ""; on = 1; next } /^(====|----)/ { on = 0 }
  on { errors = errors $0 "\n" } END { printf "%s", errors }' "$work/gatling.log"
echo "Other programs on this machine slow it down too; its load was: $busy"
[[ $judgement == FAIL ]] && exit 1
exit 2
