#!/usr/bin/env bash
# Runs the checks of the project and prints a table of what passed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=tests/ledger.sh
source "$(dirname "${BASH_SOURCE[0]}")/tests/ledger.sh"
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
                of each feature
  --full        everything: also all variants of what is sampled otherwise, the mutants,
                the comparison of builds, minutes of random kills, the benchmark of the
                filters, the account pages with axe-core (needs npm), a client generated
                from the contract, requests made from it (needs Python 3), Supabase's
                clients with a proxy (needs npm, Python 3 and nginx), the workflows, the
                Dockerfile, the containers (needs Docker, or root on Debian with Go), the
                dashboards (needs npm), and the telemetry with a collector, Prometheus 3
                and Jaeger (needs Go, or these three)
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

# need COMMAND PACKAGE: installs the package if the command is missing, or explains what to install.
need() {
  command -v "$1" >/dev/null && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "Installing $2 ..."
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2"; } >/dev/null ||
      die 69 "Could not install $2: install it and try again."
    return
  fi
  die 69 "$1 is missing: install the package $2 (as root) and try again."
}

# Installs libargon2, against which the service checks what it can hash with.
need_libargon2() {
  compgen -G '/usr/lib/*/libargon2.so.1' >/dev/null || need libargon2.so.1 libargon2-1
}

# Installs Prometheus and promtool; disables the server that the package starts under systemd.
need_prometheus() {
  command -v prometheus >/dev/null && command -v promtool >/dev/null && return
  need promtool prometheus
  if [[ -d /run/systemd/system ]]; then systemctl disable --now --quiet prometheus prometheus-node-exporter || true; fi
}

# Installs nginx; disables the server that the package starts under systemd.
need_nginx() {
  [[ ! -x /usr/sbin/nginx ]] || return 0
  need nginx nginx
  if [[ -d /run/systemd/system ]]; then systemctl disable --now --quiet nginx || true; fi
}

# shellcheck disable=SC2317 # check calls it, like the other functions below.
shell_scripts() {
  (cd "$ROOT" && shellcheck --external-sources scripts/*.sh scripts/warmgate scripts/tests/*.sh \
    scripts/gate/*.sh scripts/deploy-logs/*.sh service/docker/* .ci/run) &&
    "$ROOT/scripts/tests/scripts-run-anywhere.sh" && "$ROOT/scripts/mutants.sh" --dry-run
}

# maven_tests ARGUMENT...: shows only Maven's summary; the full log is kept.
# shellcheck disable=SC2317
maven_tests() {
  local log="$ROOT/target/test.log" stamp="$ROOT/target/built"
  mkdir -p "$ROOT/target" && : >"$stamp"
  # Reports of an earlier run would count as this one's.
  rm -rf "$ROOT"/*/target/surefire-reports "$ROOT"/*/target/failsafe-reports
  # Without the profile that puts a load on a stack, which compiles everything once more.
  if (cd "$ROOT" && mvn -B -ntp -Dstyle.color=never -P '!gate' verify "$@") >"$log" 2>&1; then
    grep -E 'Tests run:[^T]*$|BUILD' "$log"
    # The gate need not build again.
    mv "$stamp" "$ROOT/loadtest/target/built"
    if grep -q 'Formatting is not checked' "$log"; then skip "Formatting" "Maven runs on a JDK older than 21"; fi
    note_skipped_tests
  else
    grep -E '^\[(ERROR|WARNING)\]|BUILD' "$log" | head -n 80
    echo "The full log: target/test.log" >&2
    note_skipped_tests
    return 1
  fi
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
  need chromium chromium
  need patch patch
  need_libargon2
fi
if [[ $level == full ]]; then
  need cc build-essential
  need_nginx
fi
if [[ $level == full || $level == dashboards ]]; then
  need npm npm
  need chromium chromium
fi

# Other load on this machine, and its effect on the load generator, must not fail the tests.
smoke=("$ROOT/scripts/gate.sh" --profile smoke --rate 5 --set foreign.cpu=400 --set lateness.p99=1000)
case $level in
  quick) check "Format, compiler, unit and quick integration tests" maven_tests -Pquick ;;
  dashboards)
    check "Alerts" "$ROOT/scripts/tests/alert-rules.sh"
    dashboards
    ;;
  *)
    check "Shell scripts" shell_scripts
    check "Alerts" "$ROOT/scripts/tests/alert-rules.sh"
    if [[ $level == full ]]; then
      check "Build, unit, architecture and integration tests" maven_tests -Pfull
    else
      check "Build, unit, architecture and integration tests" maven_tests
    fi
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
  check "Client generated from the contract" "$ROOT/scripts/tests/generated-client.sh"
  if python3 -c 'import ensurepip, venv' 2>/dev/null; then
    check "Requests made from the contract (schemathesis)" "$ROOT/scripts/tests/schemathesis.sh"
    check "Supabase's clients, examples and a proxy" "$ROOT/scripts/tests/supabase-clients.sh"
  else
    skip "Requests made from the contract (schemathesis)" "needs Python 3 with venv"
    skip "Supabase's clients, examples and a proxy" "needs Python 3 with venv"
  fi
  dashboards
  if can_find_telemetry; then
    check "Traces and exemplars that the collector keeps" "$ROOT/scripts/tests/telemetry.sh"
  else
    skip "Traces and exemplars that the collector keeps" "needs $TELEMETRY_NEEDS"
  fi
fi
conclude "$no_skips"
