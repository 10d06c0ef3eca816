#!/usr/bin/env bash
# Runs the checks of the project and prints a table of what passed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=tests/ledger.sh
source "$(dirname "${BASH_SOURCE[0]}")/tests/ledger.sh"
# shellcheck source-path=SCRIPTDIR source=tests/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/tests/packages.sh"
# shellcheck source-path=SCRIPTDIR source=telemetry.sh
source "$(dirname "${BASH_SOURCE[0]}")/telemetry.sh"

usage() {
  cat <<'END'
Usage: scripts/test.sh [--quick | --full [--no-skips] | --dashboards]

Runs the checks: formatting, Error Prone, architecture, unit and integration tests (with
a real PostgreSQL, a real Redis and the real OpenTelemetry agent), the shell scripts, the
alerts (promtool), a smoke run of the load gate, and a proof that the gate can fail. Goes
on after a check that failed, and ends with a table of what passed and what was skipped.

  --quick       formatting, compiler, unit tests, architecture, and one integration test
                of each feature; builds no jars
  --full        everything: also all variants of what is sampled otherwise, the mutants,
                the comparison of builds, minutes of random kills, failovers of PostgreSQL
                and Redis, PgBouncer, upgrades, backups, clock jumps (on Debian, as root),
                the benchmark of the filters, the account pages with axe-core (needs npm),
                passkeys with another client (needs npm), a client generated from the
                contract, requests made from it (needs Python 3), Supabase's clients with a
                proxy (needs npm, Python 3 and nginx), the workflows, the Dockerfile, the
                manifests of Kubernetes (needs kubectl), the containers (needs Docker, or
                root on Debian with Go), the dashboards (needs npm), and the telemetry with a
                collector, Prometheus 3 and Jaeger (needs Go, or these three)
  --no-skips    a skipped check counts as failed
  --dashboards  check only the dashboards: every query of every board and rule against a
                real Prometheus and a known load, a trace in Zipkin's page, and the
                compose file (needs npm)
  --help        show this text

Exit status: 0 all passed, 1 a check failed, 64 wrong usage, 69 something must be
installed.
END
}

level=default no_skips=''
for argument; do
  case $argument in
    --quick | --full | --dashboards)
      [[ $level == default ]] || die 64 "--$level and $argument exclude each other."
      level=${argument#--}
      ;;
    --no-skips) no_skips=1 ;;
    --help | -h) usage; exit 0 ;;
    *)
      printf 'Unknown option: %s\n\n' "$argument" >&2
      usage >&2
      exit 64
      ;;
  esac
done
[[ -z $no_skips || $level == full ]] || die 64 "--no-skips needs --full."

# shellcheck disable=SC2317 # check calls it, like the other functions below.
shell_scripts() {
  (cd "$ROOT" && shellcheck --external-sources scripts/*.sh scripts/warmgate scripts/tests/*.sh \
    scripts/gate/*.sh scripts/deploy-logs/*.sh service/docker/* .ci/run) &&
    "$ROOT/scripts/tests/scripts-run-anywhere.sh" && "$ROOT/scripts/mutants.sh" --dry-run
}

log="$ROOT/target/test.log" stamp="$ROOT/target/built"
readonly MAVEN_ENDED='Maven has ended.'

# maven_tests PHASE ARGUMENT...: shows only Maven's summary; the full log is kept.
# shellcheck disable=SC2317
maven_tests() {
  local status=0
  # Without the profile that puts a load on a stack, which compiles everything once more.
  (cd "$ROOT" && mvn -B -ntp -Dstyle.color=never -P '!gate' "$@") >"$log" 2>&1 || status=$?
  echo "$MAVEN_ENDED" >>"$log"
  if ((status == 0)); then
    grep -E 'Tests run:[^T]*$|BUILD' "$log"
  else
    grep -E '^\[(ERROR|WARNING)\]|BUILD' "$log" | head -n 80
    echo "The full log: ${log#"$ROOT"/}" >&2
    return 1
  fi
}

# note_skips: notes what Maven's tests have skipped.
note_skips() {
  if grep -q 'Formatting is not checked' "$log"; then skip "Formatting" "Maven runs on a JDK older than 21"; fi
  note_skipped_tests
}

# prepare_maven: forgets what earlier runs left.
prepare_maven() {
  mkdir -p "$ROOT/target" && : >"$stamp" && : >"$log"
  # Reports of an earlier run would count as this one's.
  rm -rf "$ROOT"/*/target/surefire-reports "$ROOT"/*/target/failsafe-reports
}

# keep_jars: returns when Maven has built all jars, so that the gate need not build them, or has ended.
# shellcheck disable=SC2317
keep_jars() {
  local last_jar='failsafe.*:integration-test .* warmgate-loadtest'
  until grep -qE "$last_jar|$MAVEN_ENDED" "$log"; do sleep 1; done
  if grep -qE "$last_jar" "$log"; then mv "$stamp" "$ROOT/loadtest/target/built"; fi
}

# load_tools PROFILES NAME: they need no more of the service than its classes.
# shellcheck disable=SC2317
load_tools() {
  local compiled=':testResources .* warmgate-service'
  until grep -qE "$compiled|$MAVEN_ENDED" "$log"; do sleep 0.2; done
  # Otherwise the service does not compile.
  if grep -qE "$compiled" "$log"; then
    local log="$ROOT/target/test-load-tools.log"
    check "Load tools: $2" maven_tests test -P"$1"
  fi
}

# shellcheck disable=SC2317
quick_load_tools() {
  load_tools quick,load-tools-only "format, compiler, unit tests"
}

# shellcheck disable=SC2317
formatting() {
  local log="$ROOT/target/test-format.log"
  maven_tests spotless:check
}

# What runs while Maven compiles, which takes one processor.
# shellcheck disable=SC2317
static_checks() {
  check "Shell scripts" shell_scripts
  check "Alerts" "$ROOT/scripts/tests/alert-rules.sh"
}

# What else one processor can do meanwhile, and while Maven tests the load tools, which mostly wait.
# shellcheck disable=SC2317
checks_beside_the_build() {
  static_checks
  check "Formatting" formatting
  load_tools load-tools-only "compiler, unit tests"
  keep_jars
  check "Proof that the gate can fail" "$ROOT/scripts/tests/gate-bites.sh"
}

# shellcheck disable=SC2317
long_chaos() {
  integration_test ChaosIT -Dgatling.skip -Dchaos.seconds=180
}

dashboards() {
  local tests="$ROOT/scripts/tests"
  check "TraceQL queries of the boards" "$tests/traceql.sh"
  check "Queries of boards and rules, real Prometheus" "$tests/boards.sh"
  check "A login's trace in Zipkin" "$tests/traces-page.sh"
  check "Compose file" "$tests/compose-file.sh"
}

find_jdk
find_maven
[[ $level == quick ]] || need_prometheus
if [[ $level == default || $level == full ]]; then
  need shellcheck shellcheck
  need jq jq
  need curl curl
  need_browser
  need patch patch
  need_libargon2
fi
if [[ $level == full ]]; then
  need cc build-essential
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then need_servers; fi
  need_nginx
fi
if [[ $level == full || $level == dashboards ]]; then
  need npm npm
  need chromium chromium
fi

# Other load on this machine, and its effect on the load generator, must not fail the tests.
smoke=("$ROOT/scripts/gate.sh" --profile smoke --rate 5 --set foreign.cpu=400 --set lateness.p99=1000)
trap stop_beside EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
case $level in
  quick)
    prepare_maven
    beside quick_load_tools
    check "Service: format, compiler, unit and quick integration tests" maven_tests test -Pquick -pl .,service
    rejoin
    note_skips
    ;;
  dashboards)
    check "Alerts" "$ROOT/scripts/tests/alert-rules.sh"
    dashboards
    ;;
  default)
    prepare_maven
    beside checks_beside_the_build
    # Without the list of the libraries (SBOM), which no test reads and which needs the network, and
    # without what runs beside.
    check "Build, unit, architecture and integration tests" maven_tests verify \
      -Dcyclonedx.skip=true -Dspotless.check.skip=true -Dload-tools.built-beside=true
    rejoin
    note_skips
    check "Load gate, smoke profile" "${smoke[@]}"
    ;;
  full)
    prepare_maven
    rm -f "$ROOT/loadtest/target/production.md"
    beside static_checks
    check "Build, unit, architecture and integration tests" maven_tests verify -Pfull
    if [[ -e $ROOT/loadtest/target/production.md ]]; then cat "$ROOT/loadtest/target/production.md"; fi
    rejoin
    note_skips
    # Not beside the tests, some of which measure.
    keep_jars
    check "Load gate, smoke profile" "${smoke[@]}"
    check "Proof that the gate can fail" "$ROOT/scripts/tests/gate-bites.sh"
    ;;
esac
if [[ $level == full ]]; then
  check "Workflows" "$ROOT/scripts/tests/workflows.sh"
  check "Steps of the Dockerfile" "$ROOT/scripts/tests/dockerfile-steps.sh"
  if reason=$("$ROOT/scripts/tests/containers.sh" --possible); then
    check "Containers" "$ROOT/scripts/tests/containers.sh"
  else
    skip "Containers" "$reason"
  fi
  check "Proof that the checks can fail" "$ROOT/scripts/mutants.sh"
  check "Proof that the gate repeats what was disturbed" "$ROOT/scripts/tests/gate-repeats.sh"
  check "Proof that the comparison sees a slower build" "$ROOT/scripts/tests/gate-compares.sh"
  check "Three minutes of random kills lose nothing" long_chaos
  check "Cost of the filters" "$ROOT/scripts/gate.sh" --bench filters
  check "Account pages for everybody (axe-core)" "$ROOT/scripts/tests/account-pages.sh"
  check "Passkeys with another client (SimpleWebAuthn)" "$ROOT/scripts/tests/simplewebauthn.sh"
  check "Client generated from the contract" "$ROOT/scripts/tests/generated-client.sh"
  if python3 -c 'import ensurepip, venv' 2>/dev/null; then
    check "Requests made from the contract (schemathesis)" "$ROOT/scripts/tests/schemathesis.sh"
    check "Supabase's clients, examples and a proxy" "$ROOT/scripts/tests/supabase-clients.sh"
  else
    skip "Requests made from the contract (schemathesis)" "needs Python 3 with venv"
    skip "Supabase's clients, examples and a proxy" "needs Python 3 with venv"
  fi
  if command -v pgbouncer >/dev/null; then
    check "Each feature behind PgBouncer" "$ROOT/scripts/tests/pooler.sh"
  else
    skip "Each feature behind PgBouncer" "needs pgbouncer"
  fi
  if command -v debootstrap >/dev/null && [[ $EUID == 0 ]]; then
    check "Each feature behind a newer PgBouncer" "$ROOT/scripts/tests/pooler.sh" --newer
  else
    skip "Each feature behind a newer PgBouncer" "needs debootstrap, and root"
  fi
  if command -v kubectl kustomize >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null; then
    check "Manifests of Kubernetes" "$ROOT/scripts/tests/kubernetes.sh"
  else
    skip "Manifests of Kubernetes" "needs kubectl or kustomize, and Python 3 with venv"
  fi
  dashboards
  if can_find_telemetry; then
    check "Traces and exemplars that the collector keeps" "$ROOT/scripts/tests/telemetry.sh"
  else
    skip "Traces and exemplars that the collector keeps" "needs $TELEMETRY_NEEDS"
  fi
fi
conclude "$no_skips"
